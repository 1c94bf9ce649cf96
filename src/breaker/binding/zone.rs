//! Settings of the elements that look for a place or a signature: 87, 21, AFCI; and of the supervisions.

use super::Binding;
use super::row::{self, factor, few, quantity, switch};
use crate::profile::{Value, ValueKind};

pub(super) const ROWS: &[Binding] = &[
    switch!("DifferentialEnabled", protection.differential.enabled),
    quantity!("DifferentialPickup", "A", protection.differential.pickup),
    quantity!("DifferentialSlope", "%", protection.differential.slope),
    quantity!("DifferentialKnee", "A", protection.differential.knee),
    quantity!("DifferentialSlopeBeyond", "%", protection.differential.slope_beyond),
    quantity!("DifferentialUnrestrained", "A", protection.differential.unrestrained),
    switch!("DistanceEnabled", protection.distance.enabled),
    quantity!("DistanceReach", "Ohm", protection.distance.reach),
    factor!("DistanceAngle", "deg", protection.distance.angle_deg),
    factor!("DistanceK0", "", protection.distance.k0),
    factor!("DistanceK0Angle", "deg", protection.distance.k0_angle_deg),
    switch!("ArcSeriesEnabled", protection.arc_series.enabled),
    switch!("ArcSeriesTrip", protection.arc_series.trip),
    few!("ArcSeriesHalfCycles", protection.arc_series.half_cycles),
    switch!("ArcParallelEnabled", protection.arc_parallel.enabled),
    switch!("ArcParallelTrip", protection.arc_parallel.trip),
    quantity!("ArcParallelPeak", "A", protection.arc_parallel.peak),
    few!("ArcParallelHalfCycles", protection.arc_parallel.half_cycles),
    switch!("TransformerSupervisionEnabled", protection.transformer_supervision.enabled),
    switch!("OverTemperatureEnabled", protection.over_temperature.enabled),
    quantity!("OverTemperatureAlarm", "Cel", protection.over_temperature.alarm),
    quantity!("OverTemperatureTrip", "Cel", protection.over_temperature.trip),
];
