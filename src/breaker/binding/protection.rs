//! Settings of the other elements: ground, arc, thermal, breaker failure, zone interlocking.

use super::Binding;
use super::overcurrent::TIMER_RESETS;
use super::row::{self, choice, quantity, switch};
use crate::profile::{Value, ValueKind};
use crate::protection::{GroundSensing, ThermalMode, ToleranceModel};

const SENSINGS: [GroundSensing; 2] = [GroundSensing::ZeroSequence, GroundSensing::Residual];
const MODES: [ThermalMode; 2] = [ThermalMode::Image, ThermalMode::Definite];

pub(super) const ROWS: &[Binding] = &[
    switch!("GroundFaultEnabled", protection.ground_fault.enabled),
    quantity!("GroundFaultPickup", "A", protection.ground_fault.pickup),
    quantity!("GroundFaultDelay", "s", protection.ground_fault.delay),
    choice!("GroundFaultSensing", protection.ground_fault.sensing, SENSINGS),
    switch!("GroundFaultI2t", protection.ground_fault.i2t),
    switch!("GroundFaultTrip", protection.ground_fault.trip),
    choice!("GroundFaultReset", protection.ground_fault.reset, TIMER_RESETS),
    switch!("GroundAlarmEnabled", protection.ground_alarm.enabled),
    quantity!("GroundAlarmShare", "%", protection.ground_alarm.share),
    quantity!("GroundAlarmDelay", "s", protection.ground_alarm.delay),
    switch!("ArcFaultEnabled", protection.arc_flash.enabled),
    quantity!("ArcFaultPickup", "A", protection.arc_flash.pickup),
    quantity!("ArcFaultDelay", "s", protection.arc_flash.delay),
    quantity!("ArcLightPickup", "lx", protection.arc_flash.light),
    switch!("ThermalEnabled", protection.thermal_image.enabled),
    quantity!("ThermalPickup", "A", protection.thermal_image.pickup),
    quantity!("ThermalDelay", "s", protection.thermal_image.delay),
    choice!("ThermalMode", protection.thermal_image.mode, MODES),
    quantity!("ThermalAlarm", "%", protection.thermal_image.alarm),
    quantity!("ThermalClosePermission", "%", protection.thermal_image.close_permission),
    switch!("BreakerFailureEnabled", protection.breaker_failure.enabled),
    quantity!("BreakerFailureRetrip", "s", protection.breaker_failure.retrip),
    quantity!("BreakerFailureBackup", "s", protection.breaker_failure.backup),
    switch!("ZoneInterlockingEnabled", protection.zone_interlocking.enabled),
    quantity!("ZoneInterlockingDelay", "s", protection.zone_interlocking.delay),
    choice!("ToleranceModel", tolerance, ToleranceModel::ALL),
];
