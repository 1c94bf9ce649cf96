//! Values in the JSON dialect: `{"object": {"instance": {"resource": value}}}`.

use super::limits;
use crate::lwm2m::number;
use crate::lwm2m::path::Path;
use crate::profile::Value;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Value as Json, json};
use std::fmt;

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

/// Values by path as a JSON object, written straight: `{"/object/instance/resource": value}`.
pub(super) fn write(out: &mut Vec<u8>, values: &[(Path, Value)]) {
    out.push(b'{');
    for (n, (path, value)) in values.iter().enumerate() {
        out.extend_from_slice(if n == 0 { b"\"" } else { b",\"" });
        path.write(out);
        out.extend_from_slice(b"\":");
        match value {
            Value::Int(i) => number::write_integer(out, *i),
            // A Vec takes everything.
            Value::Float(x) if x.is_finite() => serde_json::to_writer(&mut *out, x).unwrap_or_default(),
            other => out.extend_from_slice(to_json(other).to_string().as_bytes()),
        }
    }
    out.push(b'}');
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

/// Every value of an object tree, read without building the tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tree {
    /// What has a path and is a value, in the order of the text.
    pub(super) values: Vec<(Path, Value)>,
    /// How many entries were no value.
    pub(super) strange: u64,
}

impl Tree {
    /// The values of a tree that was read already.
    pub(super) fn of(objects: &Json) -> Self {
        // A JSON value can be read as whatever takes anything.
        Self::deserialize(objects).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tree = Self::default();
        deserializer.deserialize_any(Level { above: [0; 2], depth: 0, tree: &mut tree })?;
        Ok(tree)
    }
}

/// Objects, instances, resources or a value: what is expected `depth` levels down.
struct Level<'a> {
    above: [u16; 2],
    depth: usize,
    tree: &'a mut Tree,
}

/// Levels of keys above a value.
const VALUE: usize = 3;

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Level<'_> {
    /// Something stands here: a value if this is the place of one.
    fn leaf(self, value: Option<Value>) -> Option<Value> {
        if self.depth == VALUE && value.is_some() {
            return value;
        }
        self.tree.strange += 1;
        None
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by object, instance and resource")
    }

    fn visit_bool<E>(self, b: bool) -> Result<Option<Value>, E> {
        Ok(self.leaf(Some(Value::Bool(b))))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Option<Value>, E> {
        Ok(self.leaf(Some(Value::Int(n))))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Option<Value>, E> {
        Ok(self.leaf(Some(i64::try_from(n).map_or(Value::Float(n as f64), Value::Int))))
    }

    fn visit_f64<E>(self, x: f64) -> Result<Option<Value>, E> {
        Ok(self.leaf(Some(Value::Float(x))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<Value>, E> {
        Ok(self.leaf((text.len() <= limits::TEXT).then(|| Value::Text(text.into()))))
    }

    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        // No tree at all is nothing strange.
        Ok(if self.depth == 0 { None } else { self.leaf(None) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.leaf(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        if self.depth == VALUE {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(self.leaf(None));
        }
        while let Some(Id(id)) = map.next_key()? {
            let Some(id) = id else {
                map.next_value::<IgnoredAny>()?;
                self.tree.strange += 1;
                continue;
            };
            let mut above = self.above;
            if let Some(slot) = above.get_mut(self.depth) {
                *slot = id;
            }
            let value = map.next_value_seed(Level { above, depth: self.depth + 1, tree: &mut *self.tree })?;
            if let Some(value) = value {
                self.tree.values.push((Path::object(above[0]).child(above[1]).child(id), value));
            }
        }
        Ok(None)
    }
}

/// A key of the tree: an id, or something that is none.
struct Id(Option<u16>);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Key;
        impl Visitor<'_> for Key {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id")
            }

            fn visit_str<E>(self, text: &str) -> Result<Id, E> {
                Ok(Id(id(text)))
            }
        }
        deserializer.deserialize_str(Key)
    }
}

/// An id as OMA writes it: decimal, 0 to 65534.
fn id(text: &str) -> Option<u16> {
    text.parse().ok().filter(|id| *id != u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways(text: &str) -> (Vec<String>, u64) {
        let tree: Tree = serde_json::from_str(text).unwrap();
        assert_eq!(tree.values.len(), Tree::of(&serde_json::from_str(text).unwrap()).values.len());
        (tree.values.iter().map(|(p, v)| format!("{p}={v}")).collect(), tree.strange)
    }

    #[test]
    fn a_tree_becomes_paths_and_what_is_no_value_is_counted() {
        let (texts, strange) = both_ways(
            r#"{"9":{"0":{"1":66.5,"2":true,"3":"x","4":null,"70000":1,"5":{"0":1},"6":[1],"7":-3},"1":5},"a":{}}"#,
        );
        assert_eq!(texts, ["/9/0/1=66.5", "/9/0/2=true", "/9/0/3=x", "/9/0/7=-3"]);
        assert_eq!(strange, 6, "null, 70000, what is inside of 5 and 6, instance 1, object a");
        assert_eq!(both_ways("[1]").1, 1);
        assert_eq!(both_ways("5").1, 1);
        assert_eq!(both_ways("null"), (Vec::new(), 0));
        assert_eq!(both_ways("{}"), (Vec::new(), 0));
    }

    #[test]
    fn numbers_keep_their_kind() {
        let (texts, _) = both_ways(r#"{"9":{"0":{"1":18446744073709551615,"2":9223372036854775807,"3":1e3}}}"#);
        assert_eq!(texts, ["/9/0/1=18446744073709552000", "/9/0/2=9223372036854775807", "/9/0/3=1000"]);
        let tree = Tree::of(&json!({ "9": { "0": { "1": 1.0 } } }));
        assert_eq!(tree.values[0].1, Value::Float(1.0));
    }

    #[test]
    fn written_straight_they_are_the_same() {
        let values = [
            Value::Int(-5),
            Value::Float(0.1),
            Value::Float(1e300),
            Value::Float(f64::NAN),
            Value::Bool(true),
            Value::Text("a \"b\"".into()),
            Value::Time(crate::time::UtcMillis(1_700_000_000_999)),
            Value::Link(3201, 0),
        ];
        let values: Vec<_> = values.into_iter().zip(0..).map(|(v, id)| (Path::resource(9, id), v)).collect();
        let tree: serde_json::Map<_, _> = values.iter().map(|(p, v)| (p.to_string(), to_json(v))).collect();
        let mut out = Vec::new();
        write(&mut out, &values);
        assert_eq!(serde_json::from_slice::<Json>(&out).unwrap(), Json::Object(tree));
    }

    #[test]
    fn long_texts_are_no_values() {
        let long = json!({ "9": { "0": { "1": "x".repeat(limits::TEXT + 1) } } });
        assert_eq!((Tree::of(&long).values.len(), Tree::of(&long).strange), (0, 1));
        assert_eq!(from_json(&json!("x".repeat(limits::TEXT + 1))), None);
    }
}
