//! The instruments of one breaker: the windows that the elements look at, and the values that are published.

use super::settings::{Rating, Settings};
use crate::power::{CycleWindow, Quantities, Sample};
use crate::time::{SampleRate, Tick};
use crate::units::{Amperes, Hertz, Percent, Phases, Seconds, Vars, VoltAmperes, Volts, Watts};

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
pub(super) struct Instruments {
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
    pub(super) fn new(rate: SampleRate, rating: &Rating) -> Self {
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
    pub(super) fn sample(&mut self, seen: &Sample) {
        self.window.push(seen);
        self.peak.a = self.peak.a.max(seen.current.a.abs());
        self.peak.b = self.peak.b.max(seen.current.b.abs());
        self.peak.c = self.peak.c.max(seen.current.c.abs());
    }

    /// One pass.
    pub(super) fn pass(&mut self, tick: Tick, settings: &Settings) -> Quantities {
        self.peak = Phases::default();
        let q = *self.window.quantities();
        let elapsed = self.rate.seconds(tick - self.last);
        self.last = tick;
        let (active, _) = power(&q);
        self.energy_ws += active.max(0.0) * elapsed.0;
        let interval = self.rate.span(settings.measurement.interval.max(Seconds(0.1)));
        if self.refreshed.is_none_or(|t| tick - t >= interval) {
            self.refreshed = Some(tick);
            self.published = published(&q);
        }
        q
    }

    /// Currents in the poles and the time since the last call, every [`CONDITION_STEP`].
    pub(super) fn take_elapsed(&mut self) -> Option<(Phases<Amperes>, Seconds)> {
        let span = self.last - self.aged;
        (span >= self.rate.span(CONDITION_STEP)).then(|| {
            self.aged = self.last;
            (self.window.quantities().current_rms, self.rate.seconds(span))
        })
    }

    /// The measurements as published.
    pub(super) fn published(&self) -> &Published {
        &self.published
    }

    /// There is voltage.
    pub(super) fn energised(&self) -> bool {
        self.window.quantities().voltage_rms.greatest().1 > self.rated_voltage * 0.1
    }

    /// Imported energy.
    pub(super) fn energy_ws(&self) -> f64 {
        self.energy_ws
    }

    /// Takes up the meter reading of an earlier run.
    pub(super) fn restore_energy(&mut self, energy_ws: f64) {
        self.energy_ws = energy_ws;
    }

    /// Quantities of the newest pass.
    pub(super) fn newest(&self) -> &Quantities {
        self.window.quantities()
    }

    /// Greatest magnitudes since the last pass.
    pub(super) fn peak_since_pass(&self) -> Phases<f64> {
        self.peak
    }
}

/// Active and reactive power of the fundamental.
fn power(q: &Quantities) -> (f64, f64) {
    let [a, b, c] = Phases::from_fn(|p| q.voltage[p] * q.current[p].conj()).to_array();
    let sum = a + b + c;
    (sum.re, sum.im)
}

fn published(q: &Quantities) -> Published {
    let (active, reactive) = power(q);
    let apparent: f64 =
        [(q.voltage_rms.a, q.current_rms.a), (q.voltage_rms.b, q.current_rms.b), (q.voltage_rms.c, q.current_rms.c)]
            .iter()
            .map(|(v, i)| v.0 * i.0)
            .sum();
    Published {
        current: q.current_rms,
        voltage: q.voltage_rms,
        line_voltage: q.line_voltage_rms,
        neutral: q.residual_rms,
        ground: q.ground_rms,
        active: Watts(active),
        reactive: Vars(reactive),
        apparent: VoltAmperes(apparent),
        power_factor: (apparent > 1.0).then(|| (active / apparent).clamp(-1.0, 1.0)),
        frequency: q.frequency,
        current_thd: None,
        voltage_thd: None,
        current_unbalance: None,
        voltage_unbalance: None,
    }
}
