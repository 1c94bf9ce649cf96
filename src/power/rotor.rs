//! The turning unit vector from which all steady-state waveforms are made: one complex product a sample, no sine.
//!
//! Between two corrections it points where a fixed power of the step takes it from the last of them, so that no sample
//! waits for the product of the one before.

use crate::time::SAMPLES_PER_CYCLE;
use num_complex::Complex64;
use std::f64::consts::TAU;

/// Samples between two corrections of the length.
const BLOCK: usize = SAMPLES_PER_CYCLE as usize;
/// A turn that misses the whole by less comes round: that is its rounding.
const ROUND: f64 = 1e-12;

/// A unit vector that turns at the source frequency.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rotor {
    /// Where it points now: `e^{jθ}`.
    pub(crate) now: Complex64,
    step: Complex64,
    /// Turns the step itself: a frequency ramp is a turning step.
    bend: Option<Complex64>,
    /// Where it pointed at the last correction, and how many samples ago that was.
    corrected: Complex64,
    since: usize,
    /// The first powers of the step.
    powers: [Complex64; BLOCK],
}

impl Rotor {
    pub(crate) fn new(frequency: f64, rate: f64) -> Self {
        let mut rotor = Self {
            now: Complex64::ONE,
            step: Complex64::ONE,
            bend: None,
            corrected: Complex64::ONE,
            since: 0,
            powers: [Complex64::ONE; BLOCK],
        };
        rotor.set_frequency(frequency, rate);
        rotor
    }

    /// Goes on at another frequency from where it points: the phase does not jump.
    pub(crate) fn set_frequency(&mut self, frequency: f64, rate: f64) {
        self.step = turn(frequency, rate);
        self.bend = None;
        self.powers = std::array::from_fn(|n| turn(frequency * (n + 1) as f64, rate));
        if (self.powers[BLOCK - 1] - Complex64::ONE).norm() < ROUND {
            self.powers[BLOCK - 1] = Complex64::ONE;
        }
        self.corrected = unit(self.now);
        self.since = 0;
    }

    /// Changes the frequency by `slope` hertz a second from here on.
    pub(crate) fn set_ramp(&mut self, slope: f64, rate: f64) {
        self.bend = Some(Complex64::from_polar(1.0, TAU * slope / (rate * rate)));
    }

    /// Frequency now, Hz.
    pub(crate) fn frequency(&self, rate: f64) -> f64 {
        self.step.arg() / TAU * rate
    }

    pub(crate) fn is_ramping(&self) -> bool {
        self.bend.is_some()
    }

    /// Comes back after a cycle to exactly where it was.
    pub(crate) fn comes_round(&self) -> bool {
        self.bend.is_none() && self.powers[BLOCK - 1] == Complex64::ONE
    }

    /// A sample later.
    pub(crate) fn advance(&mut self) {
        let mut place = [Complex64::ZERO];
        self.run(&mut place);
    }

    /// So many samples later, with the places on the way.
    pub(crate) fn run(&mut self, mut places: &mut [Complex64]) {
        if let Some(bend) = self.bend {
            for place in places {
                self.step = unit(self.step * bend);
                self.now = unit(self.now * self.step);
                *place = self.now;
            }
            return;
        }
        while !places.is_empty() {
            let (now, later) = places.split_at_mut(places.len().min(BLOCK - self.since));
            for (place, power) in now.iter_mut().zip(&self.powers[self.since..]) {
                *place = self.corrected * power;
            }
            self.now = now[now.len() - 1];
            self.since += now.len();
            if self.since == BLOCK {
                self.corrected = if self.comes_round() { self.now } else { unit(self.now) };
                self.since = 0;
            }
            places = later;
        }
    }
}

fn turn(frequency: f64, rate: f64) -> Complex64 {
    Complex64::from_polar(1.0, TAU * frequency / rate)
}

/// Length one again: one Newton step of 1/sqrt is exact to the last digits when the length is already close to one.
fn unit(z: Complex64) -> Complex64 {
    z * (1.5 - 0.5 * z.norm_sqr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_later_it_still_points_where_it_should() {
        let mut rotor = Rotor::new(60.0, 7680.0);
        for _ in 0..3600 * 7680 {
            rotor.advance();
        }
        assert!((rotor.now - Complex64::new(1.0, 0.0)).norm() < 1e-7, "{}", rotor.now);
    }

    #[test]
    fn at_the_rated_frequency_it_comes_round_to_the_last_bit_and_beside_it_not() {
        for (hertz, rate, round) in [(60.0, 7680.0, true), (50.0, 6400.0, true), (60.001, 7680.0, false)] {
            let mut rotor = Rotor::new(hertz, rate);
            let mut cycles = [[Complex64::ZERO; BLOCK]; 5];
            for cycle in &mut cycles {
                rotor.run(cycle);
            }
            assert_eq!(rotor.comes_round(), round);
            assert_eq!(cycles[0] == cycles[4], round, "{hertz} Hz");
        }
    }

    #[test]
    fn a_ramp_has_the_phase_of_its_integral() {
        let mut rotor = Rotor::new(60.0, 7680.0);
        rotor.set_ramp(-2.0, 7680.0);
        for _ in 0..7680 {
            rotor.advance();
        }
        assert!((rotor.frequency(7680.0) - 58.0).abs() < 1e-9);
        // The frequency steps at each sample, so the phase is the sum of an arithmetic series: 60 - 2(n+1)/(2n) turns.
        let turns = 60.0 - 7681.0 / 7680.0;
        assert!((rotor.now - Complex64::from_polar(1.0, TAU * turns)).norm() < 1e-8);
    }
}
