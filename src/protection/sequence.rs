//! Symmetrical components of three phasors (Fortescue).

use crate::units::Phases;
use num_complex::Complex64;

/// The operator `a`: one at 120 degrees.
const A: Complex64 = Complex64::new(-0.5, 0.866_025_403_784_438_6);
/// `a` squared.
const A2: Complex64 = Complex64::new(-0.5, -0.866_025_403_784_438_6);

/// Magnitude of a phasor. Currents and voltages are far from where their squares overflow, so it needs no `hypot`.
pub(super) fn magnitude(z: Complex64) -> f64 {
    z.norm_sqr().sqrt()
}

/// Positive and negative sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sequence {
    pub(super) positive: f64,
    pub(super) negative: f64,
    /// The negative-sequence phasor itself, for comparing with an earlier one.
    pub(super) negative_phasor: Complex64,
}

impl Sequence {
    pub(super) fn of(p: &Phases<Complex64>) -> Self {
        let positive = (p.a + A * p.b + A2 * p.c) / 3.0;
        let negative_phasor = (p.a + A2 * p.b + A * p.c) / 3.0;
        Self {
            positive: super::view::sane(magnitude(positive)),
            negative: super::view::sane(magnitude(negative_phasor)),
            negative_phasor,
        }
    }

    /// Negative over positive in percent; nothing while there is no positive sequence.
    pub(super) fn unbalance(&self) -> f64 {
        if self.positive > 0.0 { (100.0 * self.negative / self.positive).min(1e6) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::currents;
    use super::*;

    #[test]
    fn unbalance_of_three_magnitudes_at_120_degrees() {
        // I2/I1 of 100/100/80: 20/3 over 280/3; of 100/90/80: sqrt(a2+b2+c2-ab-bc-ca) over the sum.
        for (magnitudes, percent) in [([100.0, 100.0, 80.0], 7.142857), ([100.0, 90.0, 80.0], 6.415003)] {
            let q = currents(magnitudes, [0.0, -120.0, 120.0]);
            let measured = Sequence::of(&q.current).unbalance();
            assert!((measured - percent).abs() < 1e-5, "{measured} against {percent}");
        }
    }

    #[test]
    fn single_phasing_has_as_much_negative_as_positive_sequence() {
        let q = currents([0.0, 90.0, 90.0], [0.0, -90.0, 90.0]);
        assert!((Sequence::of(&q.current).unbalance() - 100.0).abs() < 1e-9);
    }
}
