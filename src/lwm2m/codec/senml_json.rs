//! `application/senml+json` (110).

use super::base64::{self, Alphabet};
use super::scalar::decimal;
use super::senml::Record;
use super::{CodecError, Format, Scalar};
use serde_json::{Map, Number, Value as Json, json};

pub(super) fn encode(records: &[Record]) -> Result<Vec<u8>, CodecError> {
    let pack: Result<Vec<Json>, CodecError> = records.iter().map(|r| object(r).map(Json::Object)).collect();
    Ok(Json::Array(pack?).to_string().into_bytes())
}

fn object(record: &Record) -> Result<Map<String, Json>, CodecError> {
    let mut out = Map::new();
    if let Some(name) = &record.base_name {
        out.insert("bn".into(), json!(name));
    }
    if let Some(time) = record.base_time {
        out.insert("bt".into(), number(time)?);
    }
    if let Some(name) = &record.name {
        out.insert("n".into(), json!(name));
    }
    if let Some(value) = &record.value {
        let (label, value) = match value {
            Scalar::Bool(b) => ("vb", json!(b)),
            Scalar::Int(n) | Scalar::Time(n) => ("v", json!(n)),
            Scalar::Unsigned(n) => ("v", json!(n)),
            Scalar::Float(x) => ("v", number(*x)?),
            Scalar::Text(text) => ("vs", json!(&**text)),
            Scalar::Opaque(bytes) => ("vd", json!(base64::encode(Alphabet::Url, bytes))),
            Scalar::Link(object, instance) => ("vlo", json!(format!("{object}:{instance}"))),
        };
        out.insert(label.into(), value);
    }
    if let Some(time) = record.time {
        out.insert("t".into(), number(time)?);
    }
    Ok(out)
}

fn number(x: f64) -> Result<Json, CodecError> {
    decimal(x)
        .parse::<f64>()
        .ok()
        .and_then(
            |x| if x.fract() == 0.0 && x.abs() < 9.0e15 { Some(Number::from(x as i64)) } else { Number::from_f64(x) },
        )
        .map(Json::Number)
        .ok_or_else(|| CodecError::CannotCarry { format: Format::SenmlJson, what: format!("the number {x}") })
}

pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Record>, CodecError> {
    let bad = |detail: String| CodecError::malformed(Format::SenmlJson, detail);
    let pack: Vec<Map<String, Json>> =
        serde_json::from_slice(bytes).map_err(|e| bad(format!("no array of JSON objects: {e}")))?;
    pack.into_iter().map(record).collect()
}

fn record(object: Map<String, Json>) -> Result<Record, CodecError> {
    let mut record = Record::default();
    for (label, value) in object {
        let bad = || CodecError::malformed(Format::SenmlJson, format!("{label:?} has a value it cannot have"));
        let float = |v: &Json| v.as_f64().ok_or_else(bad);
        let words = |v: &Json| v.as_str().map(str::to_owned).ok_or_else(bad);
        let scalar = match label.as_str() {
            "bver" => {
                value.as_u64().filter(|v| *v <= 10).ok_or_else(bad)?;
                None
            }
            "bn" => {
                record.base_name = Some(words(&value)?);
                None
            }
            "bt" => {
                record.base_time = Some(float(&value)?);
                None
            }
            "bv" => {
                record.base_value = Some(float(&value)?);
                None
            }
            "n" => {
                record.name = Some(words(&value)?);
                None
            }
            "t" => {
                record.time = Some(float(&value)?);
                None
            }
            "v" => Some(match &value {
                Json::Number(n) => n
                    .as_i64()
                    .map(Scalar::Int)
                    .or_else(|| n.as_u64().map(Scalar::Unsigned))
                    .or_else(|| n.as_f64().map(Scalar::Float))
                    .ok_or_else(bad)?,
                _ => return Err(bad()),
            }),
            "vs" => Some(Scalar::text(value.as_str().ok_or_else(bad)?)),
            "vb" => Some(Scalar::Bool(value.as_bool().ok_or_else(bad)?)),
            "vd" => {
                let bytes = value.as_str().and_then(|t| base64::decode(Alphabet::Url, t)).ok_or_else(bad)?;
                Some(Scalar::Opaque(bytes.into()))
            }
            "vlo" => {
                let (object, instance) = value.as_str().and_then(super::scalar::link).ok_or_else(bad)?;
                Some(Scalar::Link(object, instance))
            }
            // RFC 8428, 4.4: a label that ends in an underscore must be understood.
            other if other.ends_with('_') => return Err(bad()),
            _ => None,
        };
        if let Some(scalar) = scalar
            && record.value.replace(scalar).is_some()
        {
            return Err(CodecError::malformed(Format::SenmlJson, "a record with two values"));
        }
    }
    Ok(record)
}
