//! Time-current curves of the settings in force, as points to draw.

use super::snapshot::CurveView;
use crate::breaker::Settings;
use crate::protection::{self, ElementId};
use crate::units::Amperes;
use std::sync::Arc;

/// Points a decade of current: a terminal has fewer columns.
const PER_DECADE: i32 = 60;

/// Decades from a tenth of the rated current upwards: to 1000 times.
const DECADES: i32 = 4;

/// The curves of the elements whose time depends on phase current, in order of arbitration.
pub(super) fn curves(settings: &Settings) -> Arc<[CurveView]> {
    let rated = settings.rating.rated();
    protection::curves(&settings.protection, &rated)
        .into_iter()
        .filter(|curve| !matches!(curve.id, ElementId::GroundFault | ElementId::MaintenanceMode))
        .map(|curve| CurveView {
            element: curve.id,
            points: (0..=DECADES * PER_DECADE)
                .map(|n| 0.1 * rated.current.0 * 10f64.powf(f64::from(n) / f64::from(PER_DECADE)))
                .filter_map(|current| Some((current, curve.time_at(Amperes(current))?.0)))
                .collect(),
        })
        .filter(|curve| !curve.points.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protection::LongTimeSettings;
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
