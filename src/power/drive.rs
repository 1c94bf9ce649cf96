//! The harmonic currents of a six-pulse drive with a choke.

use crate::units::Percent;
use num_complex::Complex64;

/// Order and share of the fundamental: the current spectrum of a six-pulse drive with a DC choke (THD 35.82 %).
pub(crate) const SIX_PULSE: [(i32, f64); 8] =
    [(5, 0.32), (7, 0.13), (11, 0.072), (13, 0.044), (17, 0.031), (19, 0.023), (23, 0.015), (25, 0.013)];

/// THD of [`SIX_PULSE`] as it stands: the root of its sum of squares.
const SIX_PULSE_THD: f64 = 0.358_195_477_358_383;

/// The harmonic currents that a load with this fundamental draws, order by order.
///
/// Each turns with the fundamental of its own conductor, so that the fifth of a balanced load is of negative sequence
/// and the seventh of positive sequence by itself.
pub(crate) fn currents(fundamental: &[Complex64; 3], thd: Percent) -> impl Iterator<Item = (i32, [Complex64; 3])> {
    let scale = thd.0 / 100.0 / SIX_PULSE_THD;
    let fundamental = *fundamental;
    SIX_PULSE.into_iter().filter(move |_| scale > 0.0).map(move |(order, share)| {
        let at_order = fundamental.map(|i| {
            let magnitude = i.norm();
            if magnitude > 0.0 { (i / magnitude).powi(order) * (magnitude * share * scale) } else { Complex64::ZERO }
        });
        (order, at_order)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spectrum_has_its_published_distortion() {
        let squares: f64 = SIX_PULSE.iter().map(|(_, share)| share * share).sum();
        assert!((squares.sqrt() - SIX_PULSE_THD).abs() < 1e-12);
        assert!((SIX_PULSE_THD * 100.0 - 35.819_547_7).abs() < 1e-6);
    }

    #[test]
    fn the_fifth_of_a_balanced_load_turns_backwards() {
        let balanced = [0.0, -120.0, 120.0f64].map(|deg| Complex64::from_polar(100.0, deg.to_radians()));
        let (order, i) = currents(&balanced, Percent(35.819_547_736)).next().expect("a fifth");
        assert_eq!(order, 5);
        let a = Complex64::from_polar(1.0, 120f64.to_radians());
        let negative = (i[0] + a * a * i[1] + a * i[2]) / 3.0;
        assert!((negative.norm() - 32.0).abs() < 1e-6, "{negative}");
    }

    #[test]
    fn an_undistorting_load_has_no_orders() {
        assert_eq!(currents(&[Complex64::ONE; 3], Percent(0.0)).count(), 0);
    }
}
