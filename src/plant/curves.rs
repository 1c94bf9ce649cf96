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
