//! How the breaker ages, and the limits it is judged by.

use super::Binding;
use super::row::{self, count, flag, number, quantity};
use crate::profile::{Value, ValueKind};

pub(super) const ROWS: &[Binding] = &[
    number("Temperature", "Cel", |b| Some(Value::Float(b.condition().temperature().0))),
    number("OperatingHours", "s", |b| Some(Value::Float(b.condition().life.service_s))),
    flag("MaintenanceDue", |b| Some(Value::Bool(b.maintenance_due().is_some()))),
    number("ThermalCapacity", "%", |b| Some(Value::Float(b.thermal().0))),
    number("ContactWear", "%", |b| Some(Value::Float(b.condition().wear().greatest().1.0))),
    quantity!("MaintenanceInterval", "s", maintenance.interval),
    quantity!("TemperatureThreshold", "Cel", maintenance.temperature),
    count!("TripCountThreshold", maintenance.trips),
    quantity!("AlarmThreshold", "%", maintenance.load),
];
