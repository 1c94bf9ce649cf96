//! Settings of the overcurrent elements: 51, L, S, I, MCR and the maintenance mode.

use super::Binding;
use super::row::{self, choice, factor, quantity, switch};
use crate::profile::{Value, ValueKind};
use crate::protection::curve::Curve;
use crate::protection::{CurveReset, LongTimeReference, LongTimeSlope, TimerReset};

const RESETS: [CurveReset; 3] = [CurveReset::Instantaneous, CurveReset::Timed, CurveReset::TimedGe];
const REFERENCES: [LongTimeReference; 2] = [LongTimeReference::SixTimes, LongTimeReference::ThreeTimes];
pub(super) const TIMER_RESETS: [TimerReset; 2] = [TimerReset::Instant, TimerReset::Integrating];
const SLOPES: [LongTimeSlope; 2] = [LongTimeSlope::I2t, LongTimeSlope::I4t];

pub(super) const ROWS: &[Binding] = &[
    switch!("ProtectionEnabled", protection.enabled),
    switch!("OvercurrentEnabled", protection.time_overcurrent.enabled),
    quantity!("OvercurrentPickup", "A", protection.time_overcurrent.pickup),
    quantity!("OvercurrentDelay", "s", protection.time_overcurrent.delay),
    choice!("OvercurrentCurve", protection.time_overcurrent.curve, Curve::ALL),
    factor!("OvercurrentTimeMultiplier", "", protection.time_overcurrent.time_multiplier),
    choice!("OvercurrentReset", protection.time_overcurrent.reset, RESETS),
    switch!("LongTimeEnabled", protection.long_time.enabled),
    quantity!("LongTimePickup", "A", protection.long_time.pickup),
    quantity!("LongTimeDelay", "s", protection.long_time.delay),
    choice!("LongTimeSlope", protection.long_time.slope, SLOPES),
    switch!("LongTimeThermalMemory", protection.long_time.thermal_memory),
    choice!("LongTimeReference", protection.long_time.reference, REFERENCES),
    quantity!("LongTimeShortest", "s", protection.long_time.shortest),
    switch!("ShortTimeEnabled", protection.short_time.enabled),
    quantity!("ShortTimePickup", "A", protection.short_time.pickup),
    quantity!("ShortTimeDelay", "s", protection.short_time.delay),
    switch!("ShortTimeI2t", protection.short_time.i2t),
    factor!("ShortTimeKnee", "", protection.short_time.knee),
    choice!("ShortTimeReset", protection.short_time.reset, TIMER_RESETS),
    switch!("InstantaneousEnabled", protection.instantaneous.enabled),
    quantity!("InstantaneousPickup", "A", protection.instantaneous.pickup),
    quantity!("MaintenanceModePickup", "A", protection.maintenance_mode.pickup),
    switch!("MakingCurrentEnabled", protection.making_current.enabled),
    quantity!("MakingCurrentPickup", "A", protection.making_current.pickup),
    quantity!("MakingCurrentDuration", "s", protection.making_current.duration),
];
