//! The instruments of one breaker: the windows that the elements look at, and the values that are published.

use super::settings::{Rating, Settings};
use crate::power::{CycleWindow, Quantities, Sample};
use crate::time::{SampleRate, Span, Tick};
use crate::units::{Amperes, Hertz, Percent, Phases, Seconds, Vars, VoltAmperes, Volts, Watts};
use num_complex::Complex64;

/// Between two looks at what ages with time.
const CONDITION_STEP: Seconds = Seconds(0.2);

/// Measurements as published, refreshed at the interval of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Published {
    /// RMS currents.
    pub current: Phases<Amperes>,
    /// RMS phase-to-neutral voltages.
    pub voltage: Phases<Volts>,
    /// RMS line-to-line voltages: ab, bc, ca.
    pub line_voltage: Phases<Volts>,
    /// RMS current in the neutral.
    pub neutral: Amperes,
    /// RMS current through the zero-sequence transformer.
    pub ground: Amperes,
    /// Active power.
    pub active: Watts,
    /// Fundamental reactive power.
    pub reactive: Vars,
    /// Arithmetic apparent power.
    pub apparent: VoltAmperes,
    /// True power factor; none without load.
    pub power_factor: Option<f64>,
    /// Frequency; none when there is no voltage.
    pub frequency: Option<Hertz>,
    /// THD of the current, worst phase; none while harmonics are not analysed.
    pub current_thd: Option<Percent>,
    /// THD of the voltage, worst phase.
    pub voltage_thd: Option<Percent>,
    /// I2/I1; none without current.
    pub current_unbalance: Option<Percent>,
    /// U2/U1; none without voltage.
    pub voltage_unbalance: Option<Percent>,
}

/// The instruments of one breaker.
#[derive(Clone, Debug)]
pub struct Instruments {
    rate: SampleRate,
    rated_current: Amperes,
    rated_voltage: Volts,
    window: CycleWindow,
    peak: Phases<f64>,
    published: Published,
    refreshed: Option<Tick>,
    energy_ws: f64,
    aged: Tick,
    last: Tick,
}

impl Instruments {
    /// Empty.
    pub fn new(rate: SampleRate, rating: &Rating) -> Self {
        Self {
            rate,
            rated_current: rating.current,
            rated_voltage: rating.voltage,
            window: CycleWindow::new(rate),
            peak: Phases::default(),
            published: Published::default(),
            refreshed: None,
            energy_ws: 0.0,
            aged: Tick(0),
            last: Tick(0),
        }
    }

    /// One sample.
    pub fn sample(&mut self, seen: &Sample) {
        self.window.push(seen);
        self.peak.a = self.peak.a.max(seen.current.a.abs());
        self.peak.b = self.peak.b.max(seen.current.b.abs());
        self.peak.c = self.peak.c.max(seen.current.c.abs());
    }

    /// One pass.
    pub fn pass(&mut self, tick: Tick, settings: &Settings) -> Quantities {
        self.peak = Phases::default();
        let q = *self.window.quantities();
        self.last = tick;
        q
    }

    /// Quantities of the newest pass.
    pub fn newest(&self) -> &Quantities {
        self.window.quantities()
    }

    /// Greatest magnitudes since the last pass.
    pub fn peak_since_pass(&self) -> Phases<f64> {
        self.peak
    }
}
