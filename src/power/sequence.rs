//! Symmetrical components (Fortescue 1918) and what is said with them about unbalance.

use crate::units::{Percent, Phases};
use num_complex::Complex64;

/// Positive, negative and zero sequence of three phasors, against phase A.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sequence {
    /// Turns with the source.
    pub positive: Complex64,
    /// Turns against it.
    pub negative: Complex64,
    /// The same in all three.
    pub zero: Complex64,
}

/// `e^{j 120°}`.
const A: Complex64 = Complex64::new(-0.5, 0.866_025_403_784_438_6);

impl Sequence {
    /// Of these three phasors.
    pub fn of(p: &Phases<Complex64>) -> Self {
        let (ab, ac) = (A * p.b, A * p.c);
        let (aab, aac) = (A * ab, A * ac);
        Self { positive: (p.a + ab + aac) / 3.0, negative: (p.a + aab + ac) / 3.0, zero: (p.a + p.b + p.c) / 3.0 }
    }
}

/// How unequal three phases are, by three definitions that do not agree; each is none without anything to compare.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Unbalance {
    /// Negative over positive sequence (IEC 61000-4-30, clause 5.7).
    pub negative: Option<Percent>,
    /// Zero over positive sequence (the same clause).
    pub zero: Option<Percent>,
    /// Greatest deviation from the mean of the magnitudes over that mean (NEMA MG 1, 14.36).
    pub nema: Option<Percent>,
}

impl Unbalance {
    /// From sequence components and RMS magnitudes; none when the mean is under `least`.
    pub fn of(sequence: &Sequence, magnitudes: Phases<f64>, least: f64) -> Self {
        let mean = magnitudes.iter().sum::<f64>() / 3.0;
        let positive = sequence.positive.norm();
        let share = |x: Complex64| (positive > least).then(|| Percent(100.0 * x.norm() / positive));
        let deviation = magnitudes.iter().map(|m| (m - mean).abs()).fold(0.0, f64::max);
        Self {
            negative: share(sequence.negative),
            zero: share(sequence.zero),
            nema: (mean > least).then(|| Percent(100.0 * deviation / mean)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_definitions_of_one_unbalance() {
        // 100, 90 and 80 A at exactly 120 degrees.
        let polar = |m: f64, deg: f64| Complex64::from_polar(m, deg.to_radians());
        let phasors = Phases::new(polar(100.0, 0.0), polar(90.0, -120.0), polar(80.0, 120.0));
        let unbalance = Unbalance::of(&Sequence::of(&phasors), phasors.map(Complex64::norm), 0.1);
        let near = |got: Option<Percent>, want: f64| got.is_some_and(|p| (p.0 - want).abs() < 0.001);
        assert!(near(unbalance.negative, 6.415) && near(unbalance.zero, 6.415), "{unbalance:?}");
        assert!(near(unbalance.nema, 11.111), "{unbalance:?}");
    }

    #[test]
    fn nothing_has_no_unbalance() {
        let none = Unbalance::of(&Sequence::default(), Phases::splat(0.0), 0.1);
        assert_eq!(none, Unbalance::default());
    }

    #[test]
    fn an_open_phase_of_a_three_wire_load_is_all_negative_sequence() {
        let i = Complex64::new(90.0, 0.0);
        let sequence = Sequence::of(&Phases::new(Complex64::ZERO, i, -i));
        assert!((sequence.negative.norm() / sequence.positive.norm() - 1.0).abs() < 1e-12);
        assert!(sequence.zero.norm() < 1e-12);
    }
}
