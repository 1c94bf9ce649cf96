//! The JSON documents a device sends.

use super::object;
use crate::breaker::diagnostic::TestReport;
use crate::point::Reading;
use crate::profile::{Access, Group, Profile, ValueKind};
use crate::record::{AlarmRecord, ClearedRecord, TripCause, TripRecord};
use crate::time::UtcMillis;
use crate::time::civil::Civil;
use serde_json::{Map, Value as Json, json};

/// LwM2M version that the device speaks.
const VERSION: &str = "1.2";

/// Registration: the original's fields, and the registration parameters of OMA beside them.
#[must_use]
pub fn registration(
    profile: &Profile,
    endpoint: &str,
    lifetime_s: u64,
    readings: Option<&[Reading]>,
    now: UtcMillis,
) -> Json {
    json!({
        "endpoint": endpoint,
        "device_id": endpoint,
        "lifetime": lifetime_s,
        "version": VERSION,
        "bindingMode": "M",
        "b": "M",
        "lt": lifetime_s,
        "objlinks": object::links(profile),
        "objects": readings.map(|r| object::tree(profile, r, |_, _, _| true)).unwrap_or_default(),
        "timestamp": rfc3339(now),
    })
}

/// A trip, in the original's words with the measured values beside them.
#[must_use]
pub fn trip_event(endpoint: &str, trip: &TripRecord, at: UtcMillis, status: &Json, count: &Json) -> Json {
    let reason = match &trip.cause {
        TripCause::Element(id) => id.reason().to_owned(),
        TripCause::Manual { reason, .. } => reason.to_string(),
    };
    json!({
        "device_id": endpoint,
        "event_type": "breaker_trip",
        "trip_id": trip.id.0,
        "reason": reason,
        "phase": trip.phase.map(crate::units::Phase::letter),
        "trip_current": trip.current.0,
        "currents": trip.currents.to_array().map(|i| i.0),
        "trip_delay_ms": trip.delay.0 * 1000.0,
        "timestamp": rfc3339(at),
        "ts": at.0,
        "breaker_status": status,
        "trip_count": count,
    })
}

/// The end of a trip: what was measured.
#[must_use]
pub fn cleared_event(endpoint: &str, cleared: &ClearedRecord, at: UtcMillis) -> Json {
    json!({
        "device_id": endpoint,
        "event_type": "breaker_cleared",
        "trip_id": cleared.id.0,
        "clearing_time_ms": cleared.clearing.0 * 1000.0,
        "interrupted": cleared.interrupted.to_array().map(|i| i.0),
        "timestamp": rfc3339(at),
        "ts": at.0,
    })
}

/// An alarm that came or went.
#[must_use]
pub fn alarm_event(endpoint: &str, alarm: &AlarmRecord, at: UtcMillis) -> Json {
    json!({
        "device_id": endpoint,
        "event_type": "alarm",
        "alarm": alarm.alarm,
        "severity": alarm.severity,
        "active": alarm.active,
        "acknowledged": alarm.acknowledged,
        "timestamp": rfc3339(at),
        "ts": at.0,
    })
}

/// A test that is over: what was looked at.
#[must_use]
pub fn test_event(endpoint: &str, report: &TestReport, at: UtcMillis) -> Json {
    json!({
        "device_id": endpoint,
        "event_type": "diagnostic",
        "test_name": report.test,
        "with_trip": report.with_trip,
        "outcome": report.outcome,
        "duration_ms": report.duration.0 * 1000.0,
        "as_found": report.as_found,
        "as_left": report.as_left,
        "ended": report.ended,
        "steps": report.checks,
        "timestamp": rfc3339(at),
        "ts": at.0,
    })
}

/// The configuration: settings and, if wanted, what is fixed; by their ids in snake case, as the original names them.
#[must_use]
pub fn configuration(
    profile: &Profile,
    endpoint: &str,
    readings: &[Reading],
    protection: bool,
    communication: bool,
    now: UtcMillis,
) -> Json {
    let mut values = Map::new();
    for (parameter, reading) in profile.parameters.iter().zip(readings) {
        let wanted = match parameter.group {
            Group::Protection => protection,
            Group::Communication => communication,
            Group::Configuration | Group::Control | Group::Maintenance => parameter.access != Access::Read,
            _ => false,
        };
        if let Some(value) = reading.value.as_ref().filter(|_| wanted && parameter.kind != ValueKind::ObjectLink) {
            values.insert(snake_case(&parameter.id), object::to_json(value));
        }
    }
    json!({ "device_id": endpoint, "configuration": values, "timestamp": rfc3339(now) })
}

/// Retained status of the endpoint.
#[must_use]
pub fn status(endpoint: &str, online: bool, now: UtcMillis) -> Json {
    json!({ "endpoint": endpoint, "status": if online { "online" } else { "offline" }, "ts": now.0 })
}

fn rfc3339(utc: UtcMillis) -> String {
    Civil::from_millis(utc).rfc3339()
}

fn snake_case(id: &str) -> String {
    let mut out = String::with_capacity(id.len() + 4);
    let mut previous_lower = false;
    for c in id.chars() {
        if c.is_uppercase() && previous_lower {
            out.push('_');
        }
        previous_lower = !c.is_uppercase();
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_in_snake_case() {
        assert_eq!(snake_case("OvercurrentPickup"), "overcurrent_pickup");
        assert_eq!(snake_case("UTCOffset"), "utcoffset");
        assert_eq!(snake_case("RatedCurrent"), "rated_current");
    }

    #[test]
    fn the_offline_status_is_what_the_will_carries() {
        let text = status("q1", false, UtcMillis(5)).to_string();
        assert_eq!(text, r#"{"endpoint":"q1","status":"offline","ts":5}"#);
    }
}
