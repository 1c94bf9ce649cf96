//! Values and events as text for people and as JSON for programs.

use super::decoded::{Decoded, Properties, Table, Udt};
use super::event::{Event, Reading};
use super::findings::{Finding, Place};
use crate::time::UtcMillis;
use crate::time::civil::Civil;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::fmt;

/// The last millisecond of the year 9999: what lies beyond is shown as a number.
const LAST_MS: u64 = 253_402_300_799_999;

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(v) => write!(f, "{v}"),
            Self::Int(v) => write!(f, "{v}"),
            Self::UInt(v) => write!(f, "{v}"),
            Self::Float(v) => write!(f, "{v}"),
            Self::Double(v) => write!(f, "{v}"),
            Self::Text(v) => write!(f, "{v:?}"),
            Self::Time(v) => f.write_str(&time(*v)),
            Self::Bytes(v) => write!(f, "{} bytes {}", v.len(), base64(v.get(..24).unwrap_or(v))),
            Self::Array(v) => list(f, "[", v.iter(), "]"),
            Self::Table(v) => {
                let columns: Vec<&str> = v.columns.iter().map(|(name, _)| &**name).collect();
                write!(f, "{} x {} ({})", v.rows.len(), columns.len(), columns.join(", "))
            }
            Self::Template(v) if v.definition => write!(f, "template of {} members", v.members.len()),
            Self::Template(v) => {
                write!(f, "instance of {}, {} members", v.reference.as_deref().unwrap_or("?"), v.members.len())
            }
            Self::Properties(v) => write!(f, "{} properties", v.len()),
            Self::PropertyList(v) => write!(f, "{} sets of properties", v.len()),
            Self::Large(v) => write!(f, "{v} bytes, not kept"),
        }
    }
}

fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    open: &str,
    values: impl ExactSizeIterator<Item = &'a Decoded>,
    close: &str,
) -> fmt::Result {
    const SHOWN: usize = 16;
    let n = values.len();
    f.write_str(open)?;
    for (i, value) in values.take(SHOWN).enumerate() {
        write!(f, "{}{value}", if i > 0 { ", " } else { "" })?;
    }
    if n > SHOWN {
        write!(f, ", {} more", n - SHOWN)?;
    }
    f.write_str(close)
}

/// Milliseconds since 1970 as a date.
fn time(ms: u64) -> String {
    match i64::try_from(ms) {
        Ok(at) if ms <= LAST_MS => Civil::from_millis(UtcMillis(at)).rfc3339(),
        _ => ms.to_string(),
    }
}

/// A value as JSON. Numbers that JSON has not are `"NaN"`, `"Infinity"`, `"-Infinity"`, and bytes are base64, as the
/// JSON mapping of protobuf has them; a `DateTime` is milliseconds since 1970.
#[must_use]
pub fn json(value: &Decoded) -> Value {
    match value {
        Decoded::Null => Value::Null,
        Decoded::Bool(v) => json!(v),
        Decoded::Int(v) => json!(v),
        Decoded::UInt(v) | Decoded::Time(v) => json!(v),
        // The shortest decimal that reads back as the same Float, not its expansion to a double.
        Decoded::Float(v) => number(v.to_string().parse().unwrap_or(f64::from(*v))),
        Decoded::Double(v) => number(*v),
        Decoded::Text(v) => json!(v),
        Decoded::Bytes(v) => json!(base64(v)),
        Decoded::Array(v) => v.iter().map(json).collect(),
        Decoded::Table(v) => table(v),
        Decoded::Template(v) => template(v),
        Decoded::Properties(v) => set(v),
        Decoded::PropertyList(v) => v.iter().map(set).collect(),
        Decoded::Large(v) => json!({ "bytes": v }),
    }
}

fn number(v: f64) -> Value {
    match v {
        v if v.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        v => json!(v),
    }
}

fn table(table: &Table) -> Value {
    let names: Vec<_> = table.columns.iter().map(|(name, _)| name).collect();
    let types: Vec<_> = table.columns.iter().map(|(_, kind)| kind.to_string()).collect();
    let rows: Vec<Vec<Value>> = table.rows.iter().map(|row| row.iter().map(json).collect()).collect();
    json!({ "columns": names, "types": types, "rows": rows })
}

fn template(udt: &Udt) -> Value {
    let members: Map<String, Value> =
        udt.members.iter().map(|(name, _, value)| (name.to_string(), json(value))).collect();
    let parameters: Map<String, Value> =
        udt.parameters.iter().map(|(name, value)| (name.to_string(), json(value))).collect();
    json!({
        "definition": udt.definition,
        "reference": udt.reference,
        "version": udt.version,
        "members": members,
        "parameters": parameters,
    })
}

fn set(properties: &Properties) -> Value {
    properties.iter().map(|(name, value)| (name.to_string(), json(value))).collect()
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { char::from(sign) } else { '=' });
        }
    }
    out
}

/// An event as one JSON object. Values have `event: "metric"`.
#[must_use]
pub fn event_json(event: &Event) -> Value {
    match event {
        Event::Reading(r) => reading_json(r),
        Event::Online { place, metrics, bd_seq, at } => {
            placed("online", place, json!({ "timestamp": at.0, "metrics": metrics, "bdSeq": bd_seq }))
        }
        Event::Offline { place, why, metrics, at } => {
            placed("offline", place, json!({ "timestamp": at.0, "reason": why.word(), "stale": metrics }))
        }
        Event::Rebirth { place, cause, asked, at } => {
            placed("rebirth", place, json!({ "timestamp": at.0, "cause": cause.to_string(), "asked": asked }))
        }
        Event::Found(finding) => finding_json(finding),
        Event::Host { id, online, timestamp, at } => {
            json!({ "event": "state", "host": id, "online": online, "timestamp": timestamp, "received": at.0 })
        }
    }
}

/// A finding as one JSON object.
#[must_use]
pub fn finding_json(finding: &Finding) -> Value {
    let Finding { rule, place, detail, count, first, last } = finding;
    placed(
        "finding",
        place,
        json!({
            "rule": rule.tck_id(),
            "text": rule.text(),
            "detail": detail,
            "count": count,
            "timestamp": first.0,
            "last": last.0,
        }),
    )
}

fn placed(event: &str, place: &Place, more: Value) -> Value {
    let mut object = Map::new();
    object.insert("event".into(), json!(event));
    object.insert("group".into(), json!(place.group));
    object.insert("node".into(), json!(place.node));
    object.insert("device".into(), json!(place.device));
    if let Value::Object(more) = more {
        object.extend(more);
    }
    Value::Object(object)
}

fn reading_json(r: &Reading) -> Value {
    placed(
        "metric",
        &r.place,
        json!({
            "source": r.source.word(),
            "timestamp": r.timestamp,
            "name": r.name,
            "alias": r.alias,
            "datatype": r.datatype.to_string(),
            "value": json(&r.value),
            "quality": r.quality,
            "historical": r.historical,
            "transient": r.transient,
            "properties": r.properties.as_deref().map(set),
        }),
    )
}

/// Text of strangers for a terminal: signs that steer it, or that turn the direction of writing, are written out.
#[must_use]
pub fn tame(text: &str) -> Cow<'_, str> {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// An event as one line.
#[must_use]
pub fn event_line(event: &Event) -> String {
    tame(&raw_line(event)).into_owned()
}

fn raw_line(event: &Event) -> String {
    match event {
        Event::Reading(r) => reading_line(r),
        Event::Online { place, metrics, bd_seq, at } => {
            let number = bd_seq.map(|n| format!(", bdSeq {n}")).unwrap_or_default();
            line(*at, "online", &format!("{place}  {metrics} metrics{number}"))
        }
        Event::Offline { place, why, metrics, at } => {
            line(*at, "offline", &format!("{place}  {}, {metrics} metrics stale", why.word()))
        }
        Event::Rebirth { place, cause, asked, at } => {
            let what = if *asked { "asked" } else { "needed, and not asked for" };
            line(*at, "rebirth", &format!("{place}  {what}: {cause}"))
        }
        Event::Found(finding) => line(finding.first, "finding", &finding.to_string()),
        Event::Host { id, online, at, .. } => {
            line(*at, "host", &format!("{id}  {}", if *online { "online" } else { "offline" }))
        }
    }
}

fn line(at: UtcMillis, what: &str, text: &str) -> String {
    format!("{}  {what:8} {text}", time(u64::try_from(at.0).unwrap_or(0)))
}

/// A value as one line.
fn reading_line(r: &Reading) -> String {
    let name = match (&r.name, r.alias) {
        (Some(name), _) => name.to_string(),
        (None, Some(alias)) => format!("[{alias}]"),
        (None, None) => "(no name)".to_owned(),
    };
    let unit = match r.properties.as_deref().and_then(|p| p.get("engUnit")) {
        Some(Decoded::Text(unit)) => format!(" {unit}"),
        _ => String::new(),
    };
    let quality = match r.quality {
        192 => String::new(),
        0 => "  BAD".to_owned(),
        500 => "  STALE".to_owned(),
        other => format!("  quality {other}"),
    };
    let historical = if r.historical { "  historical" } else { "" };
    let at = r.timestamp.map_or_else(|| "-".repeat(24), time);
    format!("{at}  {:8} {}  {name} = {}{unit} ({}){quality}{historical}", r.source.word(), r.place, r.value, r.datatype)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sparkplug::datatype::DataType;
    use crate::sparkplug::host::event::Source;
    use bytes::Bytes;
    use std::sync::Arc;

    /// The test vectors of RFC 4648, section 10.
    #[test]
    fn base64_of_the_rfc() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let event = Event::Host { id: "\u{1b}[2Jx\u{202e}".into(), online: true, timestamp: None, at: UtcMillis(0) };
        assert_eq!(event_line(&event), "1970-01-01T00:00:00.000Z  host     \\u{1b}[2Jx\\u{202e}  online");
        assert!(matches!(tame("grüß dich"), Cow::Borrowed(_)));
    }

    #[test]
    fn values_as_json() {
        let text = |v: &Decoded| json(v).to_string();
        assert_eq!(text(&Decoded::Float(1.2)), "1.2");
        assert_eq!(text(&Decoded::Float(f32::NAN)), "\"NaN\"");
        assert_eq!(text(&Decoded::Double(f64::NEG_INFINITY)), "\"-Infinity\"");
        assert_eq!(text(&Decoded::UInt(u64::MAX)), "18446744073709551615");
        assert_eq!(text(&Decoded::Bytes(Bytes::from_static(b"foo"))), "\"Zm9v\"");
        let table = Table { columns: vec![("a".into(), DataType::Int8)], rows: vec![vec![Decoded::Int(-1)]] };
        let shown = text(&Decoded::Table(Arc::new(table)));
        assert_eq!(shown, r#"{"columns":["a"],"rows":[[-1]],"types":["Int8"]}"#);
    }

    #[test]
    fn a_reading_as_a_line_and_as_json() {
        let place = Place { group: "g".into(), node: "n".into(), device: Some("d".into()) };
        let properties = Properties::from([(Arc::from("engUnit"), Decoded::Text("A".into()))]);
        let reading = Reading {
            place,
            source: Source::Data,
            name: Some("I".into()),
            alias: Some(7),
            datatype: DataType::Float,
            value: Decoded::Float(1.5),
            timestamp: Some(0),
            quality: 0,
            historical: true,
            transient: false,
            properties: Some(Arc::new(properties)),
        };
        let line = reading_line(&reading);
        assert_eq!(line, "1970-01-01T00:00:00.000Z  data     g/n/d  I = 1.5 A (Float)  BAD  historical");
        let value = event_json(&Event::Reading(reading));
        assert_eq!((value["event"].as_str(), value["value"].as_f64()), (Some("metric"), Some(1.5)));
        assert_eq!((value["device"].as_str(), value["properties"]["engUnit"].as_str()), (Some("d"), Some("A")));
    }
}
