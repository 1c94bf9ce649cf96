//! Settings of a load that is a motor: 49M, 48, 51LR, 37, 66; and what the motor does.

use super::Binding;
use super::row::{self, choice, factor, few, quantity, switch, whole};
use crate::profile::{Value, ValueKind};
use crate::protection::MotorClass;

pub(super) const ROWS: &[Binding] = &[
    switch!("MotorLoad", protection.motor.enabled),
    quantity!("MotorFullLoadCurrent", "A", protection.motor.full_load),
    whole("MotorState", "", |b| b.motor_state().map(|state| Value::Int(state as i64))),
    switch!("MotorThermalEnabled", protection.motor_thermal.enabled),
    choice!("MotorTripClass", protection.motor_thermal.class, MotorClass::ALL),
    factor!("MotorUnbalanceWeight", "", protection.motor_thermal.negative_sequence_weight),
    quantity!("MotorClosePermission", "%", protection.motor_thermal.close_permission),
    switch!("LongStartEnabled", protection.long_start.enabled),
    quantity!("LongStartDelay", "s", protection.long_start.delay),
    switch!("JamEnabled", protection.jam.enabled),
    quantity!("JamPickup", "A", protection.jam.pickup),
    quantity!("JamDelay", "s", protection.jam.delay),
    switch!("UnderloadEnabled", protection.underload.enabled),
    switch!("UnderloadTrip", protection.underload.trip),
    quantity!("UnderloadPickup", "A", protection.underload.pickup),
    quantity!("UnderloadDelay", "s", protection.underload.delay),
    switch!("StartsPerHourEnabled", protection.starts_per_hour.enabled),
    few!("StartsPerHourCold", protection.starts_per_hour.cold),
    few!("StartsPerHourHot", protection.starts_per_hour.hot),
    quantity!("StartInterval", "s", protection.starts_per_hour.between),
];
