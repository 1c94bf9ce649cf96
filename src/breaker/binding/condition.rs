//! How the breaker ages, and the limits it is judged by.

use super::Binding;
use super::row::{self, count, flag, number, quantity, words};
use crate::profile::{Value, ValueKind};
use std::sync::Arc;

pub(super) const ROWS: &[Binding] = &[
    number("Temperature", "Cel", |b| Some(Value::Float(b.condition().temperature().0))),
    number("OperatingHours", "s", |b| Some(Value::Float(b.condition().life.service_s))),
    flag("MaintenanceDue", |b| Some(Value::Bool(b.maintenance_due().is_some()))),
    number("ThermalCapacity", "%", |b| Some(Value::Float(b.thermal().0))),
    number("Health", "%", |b| Some(Value::Float(b.health().share.0))),
    words("HealthLimit", |b| Some(Value::Text(Arc::from(b.health().limit.word())))),
    words("HealthAction", |b| Some(Value::Text(b.health().action.into()))),
    number("ContactWearA", "%", |b| Some(Value::Float(b.condition().wear().a.0))),
    number("ContactWearB", "%", |b| Some(Value::Float(b.condition().wear().b.0))),
    number("ContactWearC", "%", |b| Some(Value::Float(b.condition().wear().c.0))),
    number("LifeUsed", "%", |b| Some(Value::Float(b.condition().watch.ageing.worst().1 * 100.0))),
    number("OpeningTime", "s", |b| b.condition().watch.opening.newest().map(|t| Value::Float(t.0))),
    number("ClosingTime", "s", |b| b.condition().watch.closing.newest().map(|t| Value::Float(t.0))),
    number("SpringChargeTime", "s", |b| b.condition().watch.charging.newest().map(|t| Value::Float(t.0))),
    flag("ConditionAnomaly", |b| Some(Value::Bool(b.condition().watch.anomaly().is_some()))),
    words("ConditionAnomalyText", |b| Some(Value::Text(b.condition().watch.anomaly_words().into()))),
    number("RemainingLife", "s", |b| b.condition().watch.remaining_h().map(|(least, _)| Value::Float(least * 3600.0))),
    number("ContactWear", "%", |b| Some(Value::Float(b.condition().wear().greatest().1.0))),
    quantity!("MaintenanceInterval", "s", maintenance.interval),
    quantity!("TemperatureThreshold", "Cel", maintenance.temperature),
    count!("TripCountThreshold", maintenance.trips),
    quantity!("AlarmThreshold", "%", maintenance.load),
];
