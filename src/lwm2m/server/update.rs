//! An update of the JSON dialect as it is read: hundreds of times a second, so that no tree is built of it.

use super::registration::lifetime;
use super::values::Tree;
use serde::Deserialize;
use serde_json::Value as Json;

/// An update, and one operation of a bulk message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Update {
    lifetime: Option<Json>,
    lt: Option<Json>,
    ts: Option<Json>,
    pub(super) objects: Tree,
}

impl Update {
    /// From the bytes of a message; none when they are no JSON. JSON that is no object says nothing.
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        // An array would be taken for the fields in their order.
        if payload.trim_ascii_start().first() == Some(&b'{') {
            match serde_json::from_slice(payload) {
                Ok(update) => return Some(update),
                // A key twice: rare enough to be read again.
                Err(error) if error.is_data() => {}
                Err(_) => return None,
            }
        }
        Some(Self::of(&serde_json::from_slice(payload).ok()?))
    }

    /// From what was read already.
    pub(super) fn of(body: &Json) -> Self {
        Self {
            lifetime: body.get("lifetime").cloned(),
            lt: body.get("lt").cloned(),
            ts: body.get("ts").cloned(),
            objects: body.get("objects").map(Tree::of).unwrap_or_default(),
        }
    }

    /// The lifetime it names, as far as it is one.
    pub(super) fn lifetime_s(&self) -> Option<u64> {
        self.lifetime.as_ref().or(self.lt.as_ref()).and_then(lifetime)
    }

    /// When the values were sampled, milliseconds since 1970, if it says so.
    pub(super) fn sampled(&self) -> Option<i64> {
        self.ts.as_ref().and_then(Json::as_i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_straight_and_from_a_tree_it_is_the_same() {
        for (text, lifetime_s, sampled, values) in [
            (
                r#"{"objects":{"9":{"0":{"1":5,"2":true}}},"lifetime":60,"ts":7,"more":[1,{"a":2}]}"#,
                Some(60),
                Some(7),
                2,
            ),
            (r#"{"lt":"90","objects":null}"#, Some(90), None, 0),
            (r#"{"lifetime":-1,"ts":"x","objects":[]}"#, None, None, 0),
            (r#"{"ts":1,"ts":2,"objects":{"9":{"0":{"1":5}}}}"#, None, Some(2), 1),
            ("[1]", None, None, 0),
            ("5", None, None, 0),
            ("{}", None, None, 0),
        ] {
            let read = Update::read(text.as_bytes()).unwrap();
            let of = Update::of(&serde_json::from_str(text).unwrap());
            for update in [read, of] {
                assert_eq!((update.lifetime_s(), update.sampled()), (lifetime_s, sampled), "{text}");
                assert_eq!(update.objects.values.len(), values, "{text}");
            }
        }
        for text in ["", "{", "no", r#"{"objects":{"9":}}"#, "{} {}"] {
            assert!(Update::read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
