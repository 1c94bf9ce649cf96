//! What the device is.

use super::Binding;
use super::row::{flag, whole, words};
use crate::breaker::CommunicationStatus;
use crate::profile::{Value, ValueKind};
use std::sync::Arc;

pub(super) const ROWS: &[Binding] = &[
    words("Manufacturer", |b| Some(Value::Text(Arc::clone(&b.identity.manufacturer)))),
    words("ModelNumber", |b| Some(Value::Text(Arc::clone(&b.identity.model)))),
    words("SerialNumber", |b| Some(Value::Text(Arc::clone(&b.identity.serial)))),
    words("FirmwareVersion", |b| Some(Value::Text(Arc::clone(&b.identity.firmware)))),
    words("DeviceType", |b| Some(Value::Text(Arc::clone(&b.identity.device_type)))),
    flag("Online", |b| {
        let up = [CommunicationStatus::Online, CommunicationStatus::Degraded];
        b.communication_status().map(|s| Value::Bool(up.contains(&s)))
    }),
    // The trip unit is fed by its current transformers and by the control supply; it has no battery to report.
    whole("BatteryLevel", "%", |_| None),
    whole("MemoryFree", "KB", |b| b.communication().memory_free_kb.map(Value::Int)),
    // LwM2M object 3, resource 11: 0 is no error; 32 and above are free for the device.
    whole("ErrorCode", "", |b| Some(Value::Int(if b.in_fault() { 32 } else { 0 }))),
    super::row::reading("CurrentTime", ValueKind::Time, "", |b| Some(Value::Time(b.now()))),
    words("UTCOffset", |b| b.communication().utc_offset.clone().map(Value::Text)),
    words("Timezone", |b| b.communication().timezone.clone().map(Value::Text)),
];
