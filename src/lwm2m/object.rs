//! Objects and resources as the profile binds them.

use super::number;
use super::path::Path;
use crate::point::Reading;
use crate::profile::{Lwm2mObject, Lwm2mResource, Parameter, Profile, ResourceTarget, Value};
use serde_json::{Map, Value as Json, json};

/// Object and resource behind a path.
#[must_use]
pub fn resource(profile: &Profile, path: Path) -> Option<(&Lwm2mObject, &Lwm2mResource)> {
    let object = profile.lwm2m.objects.iter().find(|o| o.id == path.object)?;
    (path.instance == Some(0)).then_some(())?;
    let resource = object.resources.iter().find(|r| Some(r.id) == path.resource)?;
    Some((object, resource))
}

/// A value as JSON: times as seconds since 1970 (OMA type Time), links as `object:instance`.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(b) => json!(b),
        Value::Int(i) => json!(i),
        Value::Float(x) => json!(number::rounded(*x)),
        Value::Text(s) => json!(&**s),
        Value::Time(utc) => json!(utc.0.div_euclid(1000)),
        Value::Link(object, instance) => json!(format!("{object}:{instance}")),
    }
}

/// A JSON value as a value, as far as JSON can tell; ranges are checked where the value is written.
#[must_use]
pub fn from_json(json: &Json) -> Option<Value> {
    match json {
        Json::Bool(b) => Some(Value::Bool(*b)),
        Json::Number(n) => n.as_i64().map(Value::Int).or_else(|| n.as_f64().map(Value::Float)),
        Json::String(s) => Some(Value::Text(s.as_str().into())),
        _ => None,
    }
}

/// Resources with a value, as `{"object": {"0": {"resource": value}}}`, of those that `wanted` picks.
#[must_use]
pub fn tree(
    profile: &Profile,
    readings: &[Reading],
    wanted: impl Fn(&Lwm2mObject, &Lwm2mResource, &Value) -> bool,
) -> Map<String, Json> {
    let mut objects = Map::new();
    for object in &profile.lwm2m.objects {
        let mut resources = Map::new();
        for resource in &object.resources {
            let ResourceTarget::Parameter(ix) = resource.target else { continue };
            let Some(value) = readings.get(ix.0).and_then(|r| r.value.as_ref()) else { continue };
            if wanted(object, resource, value) {
                resources.insert(resource.id.to_string(), to_json(value));
            }
        }
        if !resources.is_empty() {
            objects.insert(object.id.to_string(), json!({ "0": resources }));
        }
    }
    objects
}

/// Report by exception: discrete values on any change, measurements past their deadband.
#[must_use]
pub(crate) fn worth_sending(parameter: &Parameter, sent: &Value, new: &Value) -> bool {
    match (sent, new) {
        (Value::Float(old), Value::Float(new)) => (new - old).abs() > parameter.deadband.unwrap_or(0.0),
        // A clock that ticks is no event.
        (Value::Time(_), Value::Time(_)) if parameter.deadband.is_some() => false,
        (old, new) => old != new,
    }
}

/// Whether a reading has something to tell that the other side does not know.
#[must_use]
pub(crate) fn has_news(parameter: &Parameter, sent: Option<&Reading>, new: &Reading) -> bool {
    match (sent.map(|s| &s.value), &new.value) {
        (None, new) => new.is_some(),
        (Some(Some(old)), Some(new)) => worth_sending(parameter, old, new),
        (Some(old), new) => old != new,
    }
}

/// Object links of a registration in link format (RFC 6690): a version where it is not 1.0.
#[must_use]
pub fn links(profile: &Profile) -> String {
    let mut links = vec!["</>;rt=\"oma.lwm2m\";ct=110".to_owned()];
    for object in &profile.lwm2m.objects {
        if object.version != "1.0" {
            links.push(format!("</{}>;ver={}", object.id, object.version));
        }
        links.push(format!("</{}/0>", object.id));
    }
    links.join(",")
}

/// Everything below a path in link format; none when there is nothing.
#[must_use]
pub fn discover(profile: &Profile, path: Path) -> Option<String> {
    let object = profile.lwm2m.objects.iter().find(|o| o.id == path.object)?;
    if path.instance.is_some_and(|i| i != 0) {
        return None;
    }
    let mut links = Vec::new();
    if path.resource.is_none() {
        if path.instance.is_none() {
            links.push(format!("</{}>;ver={}", object.id, object.version));
        }
        links.push(format!("</{}/0>", object.id));
    }
    let resources = object.resources.iter().filter(|r| path.resource.is_none_or(|id| id == r.id));
    let before = links.len();
    links.extend(resources.map(|r| format!("</{}/0/{}>", object.id, r.id)));
    (links.len() > before || path.resource.is_none()).then(|| links.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UtcMillis;

    #[test]
    fn values_keep_their_kind() {
        assert_eq!(to_json(&Value::Float(66.000000000001)), json!(66.0));
        assert_eq!(to_json(&Value::Float(480.123456)), json!(480.1235));
        assert_eq!(to_json(&Value::Time(UtcMillis(1_700_000_000_999))), json!(1_700_000_000));
        assert_eq!(to_json(&Value::Link(3201, 0)), json!("3201:0"));
        assert_eq!(from_json(&json!(5)), Some(Value::Int(5)));
        assert_eq!(from_json(&json!(5.5)), Some(Value::Float(5.5)));
        assert_eq!(from_json(&json!({})), None);
    }
}
