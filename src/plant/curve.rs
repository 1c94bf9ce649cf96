//! Time-current curves of the settings in force, as points to draw.

use super::snapshot::CurveView;
use crate::breaker::Settings;
use crate::protection;
use crate::units::Amperes;
use std::sync::Arc;

/// Points a decade of current.
const A_DECADE: i32 = 60;
/// From half the rated current to 500 times it.
const DECADES: i32 = 3;

/// The curves of the elements whose time depends on current, in order of arbitration. A curve begins where its element
/// would operate.
pub(super) fn curves(settings: &Settings) -> Arc<[CurveView]> {
    let rated = settings.rating.rated();
    protection::curves(&settings.protection, &rated)
        .iter()
        .map(|curve| CurveView {
            element: curve.id,
            points: (0..=A_DECADE * DECADES)
                .map(|n| rated.current.0 * 0.5 * 10f64.powf(f64::from(n) / f64::from(A_DECADE)))
                .filter_map(|amperes| curve.time_at(Amperes(amperes)).map(|t| (amperes, t.0)))
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protection::{ElementId, LongTimeSettings};
    use crate::units::Seconds;

    /// t = tr (6 Ir / I)^2 from 1.10 Ir on.
    #[test]
    fn the_long_time_curve_is_the_i2t_line() {
        let mut settings = Settings::default();
        settings.rating.current = Amperes(100.0);
        settings.protection.enabled = true;
        settings.protection.long_time =
            LongTimeSettings { enabled: true, pickup: Amperes(100.0), delay: Seconds(12.0), ..Default::default() };
        let curves = curves(&settings);
        let long = curves.iter().find(|c| c.element == ElementId::LongTime).unwrap();
        assert!(long.points[0].0 >= 110.0 && long.points[0].0 < 116.0, "{:?}", long.points[0]);
        for (amperes, seconds) in &long.points {
            let line = 12.0 * (600.0 / amperes).powi(2);
            assert!((seconds / line - 1.0).abs() < 1e-9, "{amperes} A: {seconds} s");
        }
    }
}
