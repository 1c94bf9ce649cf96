//! Values in the JSON dialect: `{"object": {"instance": {"resource": value}}}`.

use super::limits;
use crate::lwm2m::path::Path;
use crate::profile::Value;
use serde_json::{Value as Json, json};

/// A value as JSON: times as seconds since 1970 (OMA type Time), links as `object:instance`.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(b) => json!(b),
        Value::Int(i) => json!(i),
        Value::Float(x) => json!(x),
        Value::Text(s) => json!(&**s),
        Value::Time(utc) => json!(utc.0.div_euclid(1000)),
        Value::Link(object, instance) => json!(format!("{object}:{instance}")),
    }
}

/// A JSON value as a value, as far as it is one.
pub(super) fn from_json(json: &Json) -> Option<Value> {
    match json {
        Json::Bool(b) => Some(Value::Bool(*b)),
        Json::Number(n) => n.as_i64().map(Value::Int).or_else(|| n.as_f64().map(Value::Float)),
        Json::String(s) if s.len() <= limits::TEXT => Some(Value::Text(s.as_str().into())),
        _ => None,
    }
}

/// Every value of an object tree; the second is how many entries were none.
pub(super) fn flatten(objects: &Json) -> (Vec<(Path, Value)>, u64) {
    let mut values = Vec::new();
    let mut strange = 0;
    let Some(objects) = objects.as_object() else { return (values, u64::from(!objects.is_null())) };
    for (object, instances) in objects {
        let Some(instances) = instances.as_object() else {
            strange += 1;
            continue;
        };
        for (instance, resources) in instances {
            let Some(resources) = resources.as_object() else {
                strange += 1;
                continue;
            };
            for (resource, value) in resources {
                let path = id(object).zip(id(instance)).zip(id(resource));
                match path.zip(from_json(value)) {
                    Some((((object, instance), resource), value)) => {
                        values.push((Path::object(object).child(instance).child(resource), value));
                    }
                    None => strange += 1,
                }
            }
        }
    }
    (values, strange)
}

/// An id as OMA writes it: decimal, 0 to 65534.
fn id(text: &str) -> Option<u16> {
    text.parse().ok().filter(|id| *id != u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_becomes_paths_and_what_is_no_value_is_counted() {
        let tree = json!({ "9": { "0": { "1": 66.5, "2": true, "3": "x", "4": null, "70000": 1 }, "1": 5 }, "a": {} });
        let (values, strange) = flatten(&tree);
        let texts: Vec<_> = values.iter().map(|(p, v)| format!("{p}={v}")).collect();
        assert_eq!(texts, ["/9/0/1=66.5", "/9/0/2=true", "/9/0/3=x"]);
        assert_eq!(strange, 3, "null, 70000, instance 1; an empty object has nothing strange in it");
        assert_eq!(flatten(&json!([1])).1, 1);
        assert_eq!(flatten(&Json::Null), (Vec::new(), 0));
    }

    #[test]
    fn long_texts_are_no_values() {
        assert_eq!(from_json(&json!("x".repeat(limits::TEXT + 1))), None);
    }
}
