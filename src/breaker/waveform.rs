//! A captured waveform, as it leaves the breaker.

use crate::time::Tick;

/// Samples around a trip: 8 cycles before the command, at least 20 after.
#[derive(Clone, Debug, PartialEq)]
pub struct Waveform {
    /// Tick of the first row.
    pub first: Tick,
    /// Tick of the trip command.
    pub trigger: Tick,
    /// Samples a second.
    pub rate_hz: u32,
    /// Rated frequency, Hz.
    pub frequency_hz: f64,
    /// Analog channels: name, phase, unit, one value a row.
    pub analog: Vec<AnalogChannel>,
    /// Digital channels: name, one state a row.
    pub digital: Vec<DigitalChannel>,
}

/// An analog channel of a waveform.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalogChannel {
    /// For example `IA`.
    pub name: String,
    /// For example `A`, empty for none.
    pub phase: String,
    /// `A` or `V`.
    pub unit: String,
    /// One a row, primary values.
    pub values: Vec<f32>,
}

/// A digital channel of a waveform.
#[derive(Clone, Debug, PartialEq)]
pub struct DigitalChannel {
    /// For example `52A`.
    pub name: String,
    /// One a row.
    pub states: Vec<bool>,
}
