//! The inrush of a transformer that is energised: its core saturates on one side, the current is unipolar.

use super::PowerError;
use crate::units::{Phases, VoltAmperes};
use std::f64::consts::SQRT_2;

/// A transformer that is energised behind a breaker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inrush {
    /// Rated power.
    pub rated: VoltAmperes,
    /// Residual flux of each core limb as a share of the rated crest.
    pub residual: Phases<f64>,
}

/// Flux from which the core is saturated, in shares of the rated crest.
const KNEE: f64 = 1.2;
/// Slope beyond: per unit of flux a per unit of current, the inductance of the winding in air.
const AIR: f64 = 0.20;
/// Resistance of winding and supply, per unit of the rated impedance.
const RESISTANCE: f64 = 0.02;
/// Crest of the current below which the inrush is over, per unit, and magnetising current is left.
const OVER: f64 = 0.02;

impl Inrush {
    pub(crate) fn check(&self) -> Result<(), PowerError> {
        if !(self.rated.0 > 0.0 && self.rated.0 <= 1e7) {
            return Err(PowerError::TransformerRating(self.rated.0));
        }
        match self.residual.iter().find(|f| !(-1.0..=1.0).contains(*f)) {
            Some(flux) => Err(PowerError::ResidualFlux(*flux)),
            None => Ok(()),
        }
    }
}

/// The cores at work.
#[derive(Clone, Debug)]
pub(crate) struct Cores {
    flux: [f64; 3],
    /// Crest of the rated voltage and of the rated current.
    crest: (f64, f64),
    /// Crest per cycle, to see the end.
    newest: f64,
    count: usize,
    over: bool,
}

impl Cores {
    pub(crate) fn new(inrush: &Inrush, phase_voltage: f64) -> Self {
        let rated = inrush.rated.0 / (3.0 * phase_voltage);
        Self {
            flux: inrush.residual.to_array(),
            crest: (phase_voltage * SQRT_2, rated * SQRT_2),
            newest: 0.0,
            count: 0,
            over: false,
        }
    }

    /// No core saturates any more.
    pub(crate) const fn over(&self) -> bool {
        self.over
    }

    /// Currents at these voltages, a sample later. `turn` is the angle of a sample, radians.
    pub(crate) fn currents(&mut self, voltage: [f64; 3], turn: f64, cycle: usize) -> [f64; 3] {
        let mut out = [0.0; 3];
        for k in 0..3 {
            let i = saturated(self.flux[k]);
            // In per unit: d(flux)/d(wt) = v - r i.
            self.flux[k] += (voltage[k] / self.crest.0 - RESISTANCE * i) * turn;
            let i = saturated(self.flux[k]);
            self.newest = self.newest.max(i.abs());
            out[k] = i * self.crest.1;
        }
        self.count += 1;
        if self.count >= cycle {
            self.over = self.newest < OVER;
            self.newest = 0.0;
            self.count = 0;
        }
        out
    }
}

/// Current per unit at this flux.
fn saturated(flux: f64) -> f64 {
    let beyond = flux.abs() - KNEE;
    if beyond > 0.0 { (beyond / AIR).copysign(flux) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// Currents of phase A of a 75 kVA transformer that is closed onto a rising voltage zero.
    fn phase_a(residual: f64, cycles: usize) -> Vec<f64> {
        let inrush = Inrush { rated: VoltAmperes(75_000.0), residual: Phases::new(residual, 0.0, 0.0) };
        let mut cores = Cores::new(&inrush, 277.128);
        (0..cycles * 128)
            .map(|n| {
                let v = 277.128 * SQRT_2 * (TAU * (n as f64 + 0.5) / 128.0).sin();
                cores.currents([v, 0.0, 0.0], TAU / 128.0, 128)[0]
            })
            .collect()
    }

    #[test]
    fn the_first_crest_is_that_of_the_flux_beyond_the_knee() {
        // Without loss the flux would reach 0.7 + 2: (2.7 - 1.2) / 0.2 = 7.5 times the rated crest of 127.6 A.
        let first = phase_a(0.7, 1).into_iter().fold(0.0, f64::max);
        assert!(first < 7.5 * 127.6 && first > 6.0 * 127.6, "{first}");
        // Without residual flux: (2 - 1.2) / 0.2 = 4.
        let without = phase_a(0.0, 1).into_iter().fold(0.0, f64::max);
        assert!(without < 4.0 * 127.6 && without > 3.3 * 127.6, "{without}");
    }

    #[test]
    fn it_is_unipolar_and_dies_away() {
        let i = phase_a(0.7, 60);
        assert!(i.iter().all(|i| *i >= 0.0));
        let crest = |from: usize| i[from * 128..(from + 1) * 128].iter().copied().fold(0.0, f64::max);
        assert!(crest(59) < 0.25 * crest(0), "{} after {}", crest(59), crest(0));
    }

    #[test]
    fn it_is_rich_in_the_second_harmonic() {
        let cycle: Vec<f64> = phase_a(0.7, 3).split_off(256);
        let amplitude = |h: f64| {
            let (mut re, mut im) = (0.0, 0.0);
            for (n, i) in cycle.iter().enumerate() {
                let (s, c) = (TAU * h * n as f64 / 128.0).sin_cos();
                re += i * c;
                im += i * s;
            }
            f64::hypot(re, im)
        };
        let second = amplitude(2.0) / amplitude(1.0);
        assert!(second > 0.3, "{second}");
    }

    #[test]
    fn what_no_transformer_is_gets_refused() {
        let good = Inrush { rated: VoltAmperes(75_000.0), residual: Phases::splat(0.0) };
        assert_eq!(good.check(), Ok(()));
        for rated in [0.0, -1.0, 1.1e7, f64::NAN] {
            assert!(Inrush { rated: VoltAmperes(rated), ..good }.check().is_err(), "{rated}");
        }
        for flux in [1.1, -1.1, f64::NAN] {
            assert!(Inrush { residual: Phases::new(0.0, flux, 0.0), ..good }.check().is_err(), "{flux}");
        }
    }

    #[test]
    fn it_ends_when_its_crest_is_a_fiftieth_of_the_rated_and_not_before_a_cycle_is_over() {
        let small = Inrush { rated: VoltAmperes(75_000.0), residual: Phases::splat(0.0) };
        let mut cores = Cores::new(&small, 277.128);
        for n in 0..128 {
            assert!(!cores.over(), "after {n} samples");
            cores.currents([0.0; 3], TAU / 128.0, 128);
        }
        assert!(cores.over());
        // 1.205 of the rated flux, 0.005 beyond the knee: 0.025 of the rated current, and without voltage it stays so.
        cores.flux = [1.205, 0.0, 0.0];
        let first = cores.currents([0.0; 3], TAU / 128.0, 128)[0];
        assert!((first - 0.025 * 127.6).abs() < 0.02, "{first}");
        for _ in 1..128 {
            cores.currents([0.0; 3], TAU / 128.0, 128);
        }
        assert!(!cores.over());
    }
}
