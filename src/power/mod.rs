//! What the wires do, and what an instrument sees of it.
//!
//! Currents and voltages follow from the network: a source behind an impedance, feeders with loads and faults, and the
//! position of each pole. The room gives samples, and from samples the quantities that protection, metering and power
//! quality need.

mod arc;
mod cycle;
mod demand;
mod disturb;
mod draw;
mod drive;
mod error;
mod events;
mod fault;
mod flicker;
mod frequency;
mod inrush;
mod itic;
mod light;
mod mains_frequency;
mod matrix;
mod measurement;
mod metering;
mod motor;
mod network;
mod noise;
mod rotor;
mod run;
mod secondary;
mod sequence;
mod solve;
mod spec;
mod spectrum;
mod steady;
pub mod stretch;
mod tamper;
mod wave;

pub use arc::{ParallelArc, SeriesArc};
pub use cycle::CycleWindow;
pub use demand::Demand;
pub use error::PowerError;
pub use events::{PowerQuality, PqClass, PqEvent, PqKind, PqThresholds, PqTransition};
pub use fault::{Fault, Prospective};
pub use flicker::Flicker;
pub use inrush::Inrush;
pub use itic::{ITIC_LOWER, ITIC_UPPER, IticRegion};
pub use measurement::{Apparent, Measurement};
pub use metering::{Energy, Meter};
pub use motor::MotorLoad;
pub use network::Network;
pub use run::Seen;
pub use secondary::{SecondaryInjection, SecondaryVoltage};
pub use sequence::{Sequence, Unbalance};
pub use spec::{BreakerSpec, FeederSpec, Impedance, LoadSpec, SourceSpec, Wiring};
pub use spectrum::{HARMONICS, Spectrum};
pub use stretch::{Row, STRETCH, Stretch};

use crate::time::Tick;
use crate::units::{Amperes, Hertz, HertzPerSecond, Lux, Phases, Volts};
use num_complex::Complex64;

/// What the sensors of one breaker see at one instant, in primary amperes and volts (not RMS).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// When.
    pub tick: Tick,
    /// Phase currents, A.
    pub current: Phases<f64>,
    /// Phase-to-neutral voltages on the line side, V.
    pub voltage: Phases<f64>,
    /// Current through the zero-sequence transformer (phases and neutral), A.
    pub zero_sequence: f64,
    /// Light at the arc sensor, lx.
    pub light: f64,
}

/// What the protection looks at, refreshed every pass ([`crate::time::SAMPLES_PER_PASS`] samples).
///
/// Windows slide over one cycle of the rated frequency. Before the first full cycle the missing samples count as zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quantities {
    /// The tick of the newest sample in the windows.
    pub tick: Tick,
    /// True RMS over one cycle.
    pub current_rms: Phases<Amperes>,
    /// (max - min) / (2 sqrt 2) over one cycle: insensitive to a decaying offset.
    pub current_peak_to_peak: Phases<Amperes>,
    /// (max - min) / (2 sqrt 2) over half a cycle: a fast detector of "no current".
    pub current_half_cycle: Phases<Amperes>,
    /// Greatest magnitude of a sample since the pass before, A.
    pub current_peak: Phases<f64>,
    /// Cosine-filter phasors of the fundamental, RMS.
    pub current: Phases<Complex64>,
    /// True RMS of ia + ib + ic.
    pub residual_rms: Amperes,
    /// True RMS through the zero-sequence transformer.
    pub ground_rms: Amperes,
    /// Phase-to-neutral phasors of the fundamental, RMS.
    pub voltage: Phases<Complex64>,
    /// Phase-to-neutral true RMS over one cycle.
    pub voltage_rms: Phases<Volts>,
    /// Line-to-line true RMS over one cycle: ab, bc, ca.
    pub line_voltage_rms: Phases<Volts>,
    /// Tracked frequency; none while the voltage is too low to track.
    pub frequency: Option<Hertz>,
    /// Its rate of change over six cycles.
    pub rocof: Option<HertzPerSecond>,
    /// Greatest light since the pass before.
    pub light: Lux,
}

#[cfg(test)]
mod tests;
