//! Where the breaker stands, and its last trip.

use super::Binding;
use super::row::{flag, number, reading, whole, words};
use crate::profile::{Value, ValueKind};
use std::sync::Arc;

fn counter(count: u64) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

pub(super) const ROWS: &[Binding] = &[
    whole("BreakerStatus", "", |b| Some(Value::Int(b.status() as i64))),
    whole("BreakerPosition", "", |b| Some(Value::Int(b.position() as i64))),
    whole("TripCount", "", |b| Some(counter(b.condition().life.trips))),
    whole("OperationCount", "", |b| Some(counter(b.condition().life.operations))),
    reading("LastTripTime", ValueKind::Time, "", |b| b.last_trip().map(|t| Value::Time(t.utc))),
    words("TripReason", |b| b.last_trip().map(|t| Value::Text(Arc::clone(&t.reason)))),
    number("TripCurrent", "A", |b| b.last_trip().map(|t| Value::Float(t.current.0))),
    number("TripDelay", "s", |b| b.last_trip().map(|t| Value::Float(t.delay.0))),
    number("ClearingTime", "s", |b| b.last_trip().and_then(|t| t.clearing).map(|c| Value::Float(c.0))),
    words("LastTripId", |b| b.last_trip().map(|t| Value::Text(Arc::clone(&t.id)))),
    flag("ArcFaultDetected", |b| Some(Value::Bool(b.arc_detected()))),
    whole("AlarmStatus", "", |b| Some(Value::Int(i64::from(b.alarm_status)))),
    flag("LockoutLatched", |b| Some(Value::Bool(b.lockout()))),
    flag("SpringCharged", |b| Some(Value::Bool(b.spring() == crate::breaker::Spring::Charged))),
    flag("ReadyToClose", |b| Some(Value::Bool(b.ready_to_close()))),
    flag("LocalControl", |b| Some(Value::Bool(b.local))),
    flag("MaintenanceMode", |b| Some(Value::Bool(b.maintenance_mode))),
    // A constant of the profile: where the settings object is.
    reading("ProtectionSettings", ValueKind::ObjectLink, "", |_| None),
    words("RecloseState", |b| Some(Value::Text(Arc::from(b.reclose().state().word())))),
    words("ControlResult", |b| Some(Value::Text(Arc::clone(&b.control_result)))),
];
