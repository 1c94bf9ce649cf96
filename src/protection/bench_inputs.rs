//! A test bench for elements: it makes the inputs of passes and counts simulated seconds.

use super::view::View;
use super::{Context, Rated};
use crate::power::{Quantities, Sample};
use crate::time::{SAMPLES_PER_PASS, SampleRate, Tick};
use crate::units::{Amperes, Hertz, Phases, Volts};
use num_complex::Complex64;
use std::f64::consts::{SQRT_2, TAU};

pub(super) fn rated_100_a() -> Rated {
    Rated { current: Amperes(100.0), voltage: Volts(480.0), frequency: Hertz(60.0) }
}

/// Phasor from magnitude and angle in degrees.
pub(super) fn polar(magnitude: f64, degrees: f64) -> Complex64 {
    Complex64::from_polar(magnitude, degrees.to_radians())
}

/// What the windows show of steady sinusoidal phase currents with these magnitudes and angles (degrees), at nominal voltage.
pub(super) fn currents(magnitude: [f64; 3], degrees: [f64; 3]) -> Quantities {
    let phasor = |k: usize| polar(magnitude[k], degrees[k]);
    let rms = Phases::new(Amperes(magnitude[0]), Amperes(magnitude[1]), Amperes(magnitude[2]));
    let current = Phases::new(phasor(0), phasor(1), phasor(2));
    let residual = Amperes((current.a + current.b + current.c).norm());
    let van = 480.0 / 3f64.sqrt();
    Quantities {
        current_rms: rms,
        current_peak_to_peak: rms,
        current_half_cycle: rms,
        current_peak: rms.map(|i| i.0 * SQRT_2),
        current,
        residual_rms: residual,
        ground_rms: residual,
        voltage: Phases::new(polar(van, 0.0), polar(van, -120.0), polar(van, 120.0)),
        voltage_rms: Phases::splat(Volts(van)),
        line_voltage_rms: Phases::splat(Volts(480.0)),
        frequency: Some(Hertz(60.0)),
        ..Quantities::default()
    }
}

/// A balanced current at nominal voltage.
pub(super) fn balanced(rms: f64) -> Quantities {
    Quantities { residual_rms: Amperes::ZERO, ground_rms: Amperes::ZERO, ..currents([rms; 3], [0.0, -120.0, 120.0]) }
}

/// No current, and these line-to-line voltages (ab, bc, ca).
pub(super) fn voltages(line: [f64; 3]) -> Quantities {
    let [ab, bc, ca] = line.map(Volts);
    Quantities { line_voltage_rms: Phases::new(ab, bc, ca), ..balanced(0.0) }
}

/// A load of 60 A at this frequency.
pub(super) fn at_frequency(hertz: Option<f64>) -> Quantities {
    Quantities { frequency: hertz.map(Hertz), ..balanced(60.0) }
}

/// Sample `n` of a balanced 60 Hz current that begins at a zero of phase A.
pub(super) fn sine(n: u64, rms: Phases<f64>, light: f64) -> Sample {
    let angle = TAU * 60.0 * n as f64 / 7680.0;
    let shift = |k: f64| (angle - k * TAU / 3.0).sin() * SQRT_2;
    Sample {
        tick: Tick(n),
        current: Phases::new(rms.a * shift(0.0), rms.b * shift(1.0), rms.c * shift(2.0)),
        light,
        ..Sample::default()
    }
}

/// Makes views one pass after another.
pub(super) struct Bench {
    pub(super) context: Context,
    pub(super) rated: Rated,
    rate: SampleRate,
    samples_per_pass: u64,
    tick: Tick,
    before: Option<Tick>,
}

impl Bench {
    pub(super) fn at_60_hz() -> Self {
        Self {
            context: Context::default(),
            rated: rated_100_a(),
            rate: SampleRate::AT_60_HZ,
            samples_per_pass: u64::from(SAMPLES_PER_PASS),
            tick: Tick(0),
            before: None,
        }
    }

    /// Longer passes, for elements that time for hours.
    pub(super) fn coarse(seconds: f64) -> Self {
        let bench = Self::at_60_hz();
        let samples_per_pass = bench.samples_per_pass.max((seconds * 7680.0) as u64);
        Self { samples_per_pass, ..bench }
    }

    /// Seconds from the first pass to the next one.
    pub(super) fn now(&self) -> f64 {
        self.tick.0 as f64 / 7680.0
    }

    /// One pass.
    pub(super) fn pass<T>(&mut self, f: impl FnOnce(&Viewer) -> T) -> T {
        let viewer =
            Viewer { context: self.context, rated: self.rated, rate: self.rate, before: self.before, tick: self.tick };
        self.before = Some(self.tick);
        self.tick.0 += self.samples_per_pass;
        f(&viewer)
    }

    /// Passes until the closure says so, at most this many seconds from now; the instant at which it did. The closure
    /// is given the seconds since the first pass of this call.
    pub(super) fn until(&mut self, seconds: f64, mut f: impl FnMut(f64, &Viewer) -> bool) -> Option<f64> {
        let from = self.now();
        while self.now() - from <= seconds {
            let at = self.now();
            if self.pass(|view| f(at - from, view)) {
                return Some(at);
            }
        }
        None
    }

    /// Passes for this many seconds.
    pub(super) fn run(&mut self, seconds: f64, mut f: impl FnMut(&Viewer)) {
        self.until(seconds, |_, view| {
            f(view);
            false
        });
    }
}

/// Turns quantities into the view of one pass.
pub(super) struct Viewer {
    context: Context,
    rated: Rated,
    rate: SampleRate,
    before: Option<Tick>,
    tick: Tick,
}

impl Viewer {
    pub(super) fn of<'a>(&'a self, q: &'a Quantities) -> View<'a> {
        // The time is that of the bench, whatever the caller put into the quantities.
        let mut view = View::new(self.rate, None, q, &self.context, &self.rated);
        view.tick = self.tick;
        if let Some(before) = self.before {
            view.dt = self.rate.seconds(self.tick.since(before)).0;
        }
        view
    }
}
