//! The frequency of ten seconds (IEC 61000-4-30 5.1), from how far the voltage has turned against the rated frequency.

use crate::units::Hertz;
use num_complex::Complex64;
use std::f64::consts::TAU;

/// The value belongs to this time.
const SECONDS: f64 = 10.0;

/// Counts the turns of the positive-sequence voltage from one window of the meter to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct MainsFrequency {
    rated: f64,
    window_s: f64,
    last: Option<Complex64>,
    turns: f64,
    windows: u32,
    value: Option<Hertz>,
}

impl MainsFrequency {
    pub(super) fn new(rated: f64, window_s: f64) -> Self {
        Self { rated, window_s, last: None, turns: 0.0, windows: 0, value: None }
    }

    /// The positive-sequence voltage of a window, as a phasor that stands still at rated frequency. `least` is the
    /// magnitude below which there is no voltage to speak of.
    pub(super) fn push(&mut self, positive: Complex64, least: f64) {
        if positive.norm() < least {
            *self = Self::new(self.rated, self.window_s);
            return;
        }
        if let Some(last) = self.last {
            self.turns += (positive * last.conj()).arg() / TAU;
            self.windows += 1;
        }
        self.last = Some(positive);
        if f64::from(self.windows) * self.window_s >= SECONDS - 1e-9 {
            self.value = Some(Hertz(self.rated + self.turns / (f64::from(self.windows) * self.window_s)));
            self.turns = 0.0;
            self.windows = 0;
        }
    }

    /// Of the last complete ten seconds; none without voltage.
    pub(super) fn value(&self) -> Option<Hertz> {
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_seconds_of_a_steady_frequency_give_that_frequency() {
        for hertz in [60.0, 59.3, 61.9, 58.2] {
            let mut frequency = MainsFrequency::new(60.0, 0.2);
            for window in 0..=50 {
                assert_eq!(frequency.value(), None);
                let angle = TAU * (hertz - 60.0) * 0.2 * f64::from(window);
                frequency.push(Complex64::from_polar(277.0, angle), 30.0);
            }
            let got = frequency.value().unwrap().0;
            assert!((got - hertz).abs() < 1e-9, "{got} for {hertz}");
            frequency.push(Complex64::ZERO, 30.0);
            assert_eq!(frequency.value(), None, "a dead bus has none");
        }
    }

    #[test]
    fn the_least_voltage_is_enough() {
        let mut frequency = MainsFrequency::new(60.0, 0.2);
        for _ in 0..=50 {
            frequency.push(Complex64::new(30.0, 0.0), 30.0);
        }
        assert_eq!(frequency.value(), Some(Hertz(60.0)));
    }
}
