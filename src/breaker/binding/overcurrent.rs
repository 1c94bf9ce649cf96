//! Settings of the overcurrent elements: 51, L, S, I and the maintenance mode.

use super::Binding;
use super::row::{self, choice, factor, quantity, switch};
use crate::profile::{Value, ValueKind};
use crate::protection::curve::Curve;
use crate::protection::{CurveReset, LongTimeSlope};

const RESETS: [CurveReset; 3] = [CurveReset::Instantaneous, CurveReset::Timed, CurveReset::TimedGe];
const SLOPES: [LongTimeSlope; 2] = [LongTimeSlope::I2t, LongTimeSlope::I4t];

pub(super) const ROWS: &[Binding] = &[
    switch!("ProtectionEnabled", protection.enabled),
    switch!("OvercurrentEnabled", protection.time_overcurrent.enabled),
    quantity!("OvercurrentPickup", "A", protection.time_overcurrent.pickup),
    quantity!("OvercurrentDelay", "s", protection.time_overcurrent.delay),
    choice!("OvercurrentCurve", protection.time_overcurrent.curve, Curve::ALL),
    factor!("OvercurrentTimeMultiplier", protection.time_overcurrent.time_multiplier),
    choice!("OvercurrentReset", protection.time_overcurrent.reset, RESETS),
    switch!("LongTimeEnabled", protection.long_time.enabled),
    quantity!("LongTimePickup", "A", protection.long_time.pickup),
    quantity!("LongTimeDelay", "s", protection.long_time.delay),
    choice!("LongTimeSlope", protection.long_time.slope, SLOPES),
    switch!("LongTimeThermalMemory", protection.long_time.thermal_memory),
    switch!("ShortTimeEnabled", protection.short_time.enabled),
    quantity!("ShortTimePickup", "A", protection.short_time.pickup),
    quantity!("ShortTimeDelay", "s", protection.short_time.delay),
    switch!("ShortTimeI2t", protection.short_time.i2t),
    factor!("ShortTimeKnee", protection.short_time.knee),
    switch!("InstantaneousEnabled", protection.instantaneous.enabled),
    quantity!("InstantaneousPickup", "A", protection.instantaneous.pickup),
    quantity!("MaintenanceModePickup", "A", protection.maintenance_mode.pickup),
];
