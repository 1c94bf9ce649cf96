//! Frequency from the turning of the positive-sequence voltage.
//!
//! The voltage of a balanced system has no image frequency in the positive sequence, so its full-cycle phasor turns
//! evenly even off the rated frequency. Three adjacent cycles averaged suppress harmonics that no longer fit the window;
//! the angle over one cycle is the frequency.

use crate::time::{SAMPLES_PER_CYCLE, SAMPLES_PER_PASS, SampleRate};
use crate::units::{Hertz, HertzPerSecond};
use num_complex::Complex64;
use std::f64::consts::TAU;

const PASSES_PER_CYCLE: usize = (SAMPLES_PER_CYCLE / SAMPLES_PER_PASS) as usize;
/// Cycles in the average.
const AVERAGED: usize = 3;
/// Passes over which the result is averaged: half a cycle, in which both the image of an unbalanced voltage (twice the
/// frequency) and the fifth and seventh harmonics (six times) come out even.
const SMOOTHED: usize = PASSES_PER_CYCLE / 2;
/// Cycles over which the rate of change is taken.
const ROCOF_CYCLES: usize = 6;
/// Below this positive-sequence voltage there is nothing to track, V.
const LEAST_VOLTAGE: f64 = 30.0;
/// Off the rated frequency by more than this the fixed window is no longer a filter, Hz.
const REACH: f64 = 12.0;

const VOLTAGES: usize = (AVERAGED - 1) * PASSES_PER_CYCLE;
const FREQUENCIES: usize = ROCOF_CYCLES * PASSES_PER_CYCLE;
/// Passes after the voltage came until everything in the windows is of it.
const SETTLING: usize = (AVERAGED + 1) * PASSES_PER_CYCLE + SMOOTHED;

/// Tracks the frequency of one breaker's voltages, once a pass.
#[derive(Clone, Debug)]
pub(crate) struct FrequencyTracker {
    rated: f64,
    pass_s: f64,
    /// Of the angle turned in a cycle.
    hertz_per_radian: f64,
    voltages: [Complex64; VOLTAGES],
    averages: [Complex64; PASSES_PER_CYCLE],
    /// Of a cycle, of which the newest are averaged.
    raw: [f64; PASSES_PER_CYCLE],
    frequencies: [f64; FREQUENCIES],
    passes: usize,
    alive: usize,
}

impl FrequencyTracker {
    pub(crate) fn new(rate: SampleRate) -> Self {
        let rated = f64::from(rate.hz()) / f64::from(SAMPLES_PER_CYCLE);
        Self {
            rated,
            hertz_per_radian: rated / TAU,
            pass_s: f64::from(SAMPLES_PER_PASS) / f64::from(rate.hz()),
            voltages: [Complex64::ZERO; VOLTAGES],
            averages: [Complex64::ZERO; PASSES_PER_CYCLE],
            raw: [0.0; PASSES_PER_CYCLE],
            frequencies: [0.0; FREQUENCIES],
            passes: 0,
            alive: 0,
        }
    }

    /// A pass whose voltage is that of a cycle before, as were so many before it that everything kept is of them: what is
    /// kept comes round with the cycle.
    pub(crate) fn repeat(&mut self) {
        self.passes += 1;
    }

    /// Takes the positive-sequence voltage of this pass, RMS, against a reference at the rated frequency.
    pub(crate) fn pass(&mut self, voltage: Complex64) -> (Option<Hertz>, Option<HertzPerSecond>) {
        let at = self.passes;
        self.passes += 1;
        let mut sum = voltage;
        for cycles in 1..AVERAGED {
            sum += self.voltages[(at + VOLTAGES - cycles * PASSES_PER_CYCLE) % VOLTAGES];
        }
        self.voltages[at % VOLTAGES] = voltage;
        let average = sum * (1.0 / AVERAGED as f64);
        let before = std::mem::replace(&mut self.averages[at % PASSES_PER_CYCLE], average);
        if voltage.norm_sqr() < LEAST_VOLTAGE * LEAST_VOLTAGE {
            self.alive = 0;
            return (None, None);
        }
        self.alive += 1;
        let turned = angle(average * before.conj());
        self.raw[at % PASSES_PER_CYCLE] = turned * self.hertz_per_radian;
        let newest = (0..SMOOTHED).map(|back| self.raw[(at + PASSES_PER_CYCLE - back) % PASSES_PER_CYCLE]);
        let frequency = self.rated + newest.sum::<f64>() / SMOOTHED as f64;
        let earlier = std::mem::replace(&mut self.frequencies[at % FREQUENCIES], frequency);
        if self.alive < SETTLING || (frequency - self.rated).abs() > REACH {
            return (None, None);
        }
        let rocof = (self.alive >= SETTLING + FREQUENCIES)
            .then(|| HertzPerSecond((frequency - earlier) / (self.pass_s * FREQUENCIES as f64)));
        (Some(Hertz(frequency)), rocof)
    }
}

/// The angle of `z`. Close to the real axis, where it nearly always is, three terms of the series are exact to the last
/// digit and save the arctangent.
fn angle(z: Complex64) -> f64 {
    let x = z.im / z.re;
    if z.re > 0.0 && x.abs() < 0.005 {
        let square = x * x;
        x * (1.0 - square * (1.0 / 3.0 - square * (1.0 / 5.0 - square / 7.0)))
    } else {
        z.arg()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_arctangent() {
        for at in -100..=100 {
            let want = f64::from(at) * 0.000_1;
            let got = angle(Complex64::from_polar(277.0, want));
            assert!((got - want).abs() < 1e-16, "{got} for {want}");
        }
        assert!((angle(Complex64::new(-1.0, 1e-9)) - std::f64::consts::PI).abs() < 1e-8);
    }

    #[test]
    fn the_series_is_exact_to_the_last_digit_up_to_where_it_is_used() {
        let x = 0.00499;
        assert!((angle(Complex64::new(1.0, x)) - x.atan()).abs() < 3e-18);
        // Beyond, whatever the length.
        for length in [0.01, 1.0, 277.0] {
            assert!((angle(Complex64::from_polar(length, 0.3)) - 0.3).abs() < 1e-15, "{length}");
        }
    }

    /// Off the rated frequency by so many hertz, at a pass.
    fn turning(hertz: f64, pass: u32) -> Complex64 {
        Complex64::from_polar(277.0, TAU * hertz / 960.0 * f64::from(pass))
    }

    #[test]
    fn a_frequency_is_told_when_all_that_is_kept_is_of_the_voltage_and_within_reach() {
        for (hertz, told) in [(0.0, true), (11.0, true), (-13.0, false), (13.0, false)] {
            let mut tracker = FrequencyTracker::new(SampleRate::AT_60_HZ);
            let all: Vec<_> = (0..200).map(|n| tracker.pass(turning(hertz, n))).collect();
            // Four cycles and a half of sixteen passes; the rate of change six cycles later.
            let first = all.iter().position(|(f, _)| f.is_some());
            assert_eq!(first, told.then_some(71), "{hertz} Hz");
            let rate = all.iter().position(|(_, rocof)| rocof.is_some());
            assert_eq!(rate, told.then_some(71 + 96), "{hertz} Hz");
        }
    }

    /// The definition at the head of the file, over the whole history.
    #[test]
    fn it_is_the_mean_turn_over_a_cycle_of_the_mean_of_three_cycles() {
        let mut tracker = FrequencyTracker::new(SampleRate::AT_60_HZ);
        let (mut history, mut angle) = (Vec::new(), 0.0);
        for n in 0..300 {
            // Around 61 Hz, up and down by one, with an image of a tenth.
            angle += TAU / 960.0 * (1.0 + (f64::from(n) / 30.0).sin());
            let image = Complex64::from_polar(27.7, -angle - TAU / 8.0 * f64::from(n));
            history.push(Complex64::from_polar(277.0, angle) + image);
            let got = tracker.pass(history[history.len() - 1]).0;
            if history.len() < 72 {
                continue;
            }
            let average = |at: usize| history[at] + history[at - 16] + history[at - 32];
            let newest = history.len() - 1;
            let turns = (newest - 7..=newest).map(|at| (average(at) * average(at - 16).conj()).arg() / TAU);
            let want = 60.0 + turns.sum::<f64>() / 8.0 * 60.0;
            assert!(got.is_some_and(|f| (f.0 - want).abs() < 1e-9), "{got:?} for {want}");
        }
    }

    #[test]
    fn after_passes_that_repeat_it_goes_on_where_it_would_have_been() {
        // An unbalanced voltage: an image that turns twice a cycle.
        let voltage = |n: u32| Complex64::new(277.0, 0.0) + Complex64::from_polar(27.7, -TAU / 8.0 * f64::from(n));
        let (mut all, mut some) =
            (FrequencyTracker::new(SampleRate::AT_60_HZ), FrequencyTracker::new(SampleRate::AT_60_HZ));
        for n in 0..300 {
            let whole = all.pass(voltage(n));
            if (200..205).contains(&n) {
                some.repeat();
            } else if n > 204 {
                // At the fifth of what it was, so that what was kept of each place counts.
                let (a, b) = (whole.0.unwrap().0, some.pass(voltage(n)).0.unwrap().0);
                assert!((a - b).abs() < 1e-9, "{a} and {b} at {n}");
            } else {
                some.pass(voltage(n));
            }
        }
    }
}
