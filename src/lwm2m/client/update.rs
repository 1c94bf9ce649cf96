//! The update of the JSON dialect, written straight into bytes.
//!
//! A device may send it hundreds of times a second with every value in it, and all but the values stays the same: the
//! keys are rendered once.

use crate::lwm2m::{number, object};
use crate::point::Reading;
use crate::profile::{ParameterIx, Profile, ResourceTarget, Value};
use crate::time::UtcMillis;
use crate::time::civil::Civil;
use std::io::Write as _;

/// An object: its opening, and its resources with theirs.
#[derive(Clone, Debug)]
struct Object {
    opening: Box<[u8]>,
    resources: Vec<(ParameterIx, Box<[u8]>)>,
}

/// The parts of an update that do not change.
#[derive(Clone, Debug)]
pub(super) struct Template {
    head: Box<[u8]>,
    objects: Vec<Object>,
    /// How long the last one was, so that the next needs one allocation.
    usual: usize,
}

impl Template {
    pub(super) fn new(profile: &Profile, endpoint: &str, lifetime_s: u64) -> Self {
        let name = serde_json::Value::from(endpoint);
        let head = format!("{{\"device_id\":{name},\"endpoint\":{name},\"lifetime\":{lifetime_s},\"objects\":{{");
        let resources = |object: &crate::profile::Lwm2mObject| {
            let rendered = object.resources.iter().filter_map(|resource| match resource.target {
                ResourceTarget::Parameter(ix) => {
                    Some((ix, format!("\"{}\":", resource.id).into_bytes().into_boxed_slice()))
                }
                ResourceTarget::Method(_) => None,
            });
            rendered.collect::<Vec<_>>()
        };
        let objects = profile.lwm2m.objects.iter().map(|object| Object {
            opening: format!("\"{}\":{{\"0\":{{", object.id).into_bytes().into_boxed_slice(),
            resources: resources(object),
        });
        Self { head: head.into_bytes().into_boxed_slice(), objects: objects.collect(), usual: 256 }
    }

    /// The update with the readings that `wanted` picks, as far as they have a value; none when no one has and it is not
    /// to be sent empty.
    pub(super) fn write(
        &mut self,
        readings: &[Reading],
        wanted: impl Fn(usize) -> bool,
        even_if_empty: bool,
        sampled: UtcMillis,
    ) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(self.usual);
        out.extend_from_slice(&self.head);
        let start = out.len();
        for object in &self.objects {
            let values = object.resources.iter().filter(|(ix, _)| wanted(ix.0)).filter_map(|(ix, key)| {
                let value = readings.get(ix.0)?.value.as_ref()?;
                Some((key, value))
            });
            let mut first = true;
            for (key, value) in values {
                if first {
                    if out.len() > start {
                        out.push(b',');
                    }
                    out.extend_from_slice(&object.opening);
                } else {
                    out.push(b',');
                }
                first = false;
                out.extend_from_slice(key);
                write_value(&mut out, value);
            }
            if !first {
                out.extend_from_slice(b"}}");
            }
        }
        if out.len() == start && !even_if_empty {
            return None;
        }
        let end = write!(out, "}},\"timestamp\":\"{}\",\"ts\":{}}}", Civil::from_millis(sampled).rfc3339(), sampled.0);
        debug_assert!(end.is_ok(), "a Vec takes everything");
        self.usual = out.len() + 64;
        Some(out)
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Float(x) => number::write(out, *x),
        Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
        Value::Int(n) => number::write_integer(out, *n),
        Value::Time(utc) => number::write_integer(out, utc.0.div_euclid(1000)),
        // Texts may need escapes.
        Value::Text(_) | Value::Link(..) => out.extend_from_slice(object::to_json(value).to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::Quality;
    use crate::profile::ValueKind;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    fn shipped() -> (Profile, Vec<Reading>) {
        let profile = Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap();
        let reading = |(n, p): (usize, &crate::profile::Parameter)| {
            let value = match p.kind {
                ValueKind::Boolean => Value::Bool(n.is_multiple_of(2)),
                ValueKind::Integer => Value::Int(n as i64 - 20),
                ValueKind::Float => Value::Float(n as f64 * 12.3456789),
                ValueKind::String => Value::Text("say \"x\"\n".into()),
                ValueKind::Time => Value::Time(UtcMillis(1_700_000_000_999)),
                ValueKind::ObjectLink => Value::Link(3201, 0),
            };
            // One without a value here and there.
            Reading { value: (n % 7 != 3).then_some(value), quality: Quality::Good }
        };
        let readings = profile.parameters.iter().enumerate().map(reading).collect();
        (profile, readings)
    }

    /// The tree of a registration says the same, made by another way.
    #[test]
    fn says_what_the_tree_says() {
        let (profile, readings) = shipped();
        let mut template = Template::new(&profile, "b1", 60);
        for step in [1, 2, 5, 1000] {
            let wanted = |ix: usize| ix.is_multiple_of(step);
            let text = template.write(&readings, wanted, true, UtcMillis(1_700_000_000_123)).unwrap();
            let read: Json = serde_json::from_slice(&text).unwrap();
            let tree = object::tree(
                &profile,
                &readings,
                |_, resource, _| matches!(resource.target, ResourceTarget::Parameter(ix) if wanted(ix.0)),
            );
            let expected = json!({
                "device_id": "b1", "endpoint": "b1", "lifetime": 60, "objects": tree,
                "timestamp": "2023-11-14T22:13:20.123Z", "ts": 1_700_000_000_123_i64,
            });
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn empty_only_when_it_has_to_be() {
        let (profile, readings) = shipped();
        let mut template = Template::new(&profile, "b1", 60);
        assert_eq!(template.write(&readings, |_| false, false, UtcMillis(0)), None);
        let text = template.write(&readings, |_| false, true, UtcMillis(0)).unwrap();
        assert_eq!(serde_json::from_slice::<Json>(&text).unwrap()["objects"], json!({}));
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text: String) {
            let mut out = Vec::new();
            write_value(&mut out, &Value::Text(text.as_str().into()));
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
