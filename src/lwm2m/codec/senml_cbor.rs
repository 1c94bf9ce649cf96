//! `application/senml+cbor` (112): labels are integers (RFC 8428, table 6), except `vlo` of LwM2M.

use super::cbor::{item, scalar};
use super::item::Item;
use super::senml::Record;
use super::{CodecError, Format, Scalar};

const BASE_VERSION: i64 = -1;
const BASE_NAME: i64 = -2;
const BASE_TIME: i64 = -3;
const BASE_VALUE: i64 = -5;
const NAME: i64 = 0;
const VALUE: i64 = 2;
const TEXT: i64 = 3;
const BOOL: i64 = 4;
const TIME: i64 = 6;
const DATA: i64 = 8;
const LINK: &str = "vlo";

pub(super) fn encode(records: &[Record]) -> Vec<u8> {
    Item::Array(records.iter().map(|r| Item::Map(pairs(r))).collect()).bytes()
}

fn pairs(record: &Record) -> Vec<(Item, Item)> {
    let text = |label: i64, value: &Option<String>| value.clone().map(|v| (Item::Int(label), Item::Text(v)));
    let number = |label: i64, value: Option<f64>| value.map(|v| (Item::Int(label), seconds(v)));
    let value = record.value.as_ref().map(|v| {
        let label = match v {
            Scalar::Bool(_) => Item::Int(BOOL),
            Scalar::Text(_) => Item::Int(TEXT),
            Scalar::Opaque(_) => Item::Int(DATA),
            Scalar::Link(..) => Item::Text(LINK.to_owned()),
            Scalar::Int(_) | Scalar::Unsigned(_) | Scalar::Float(_) | Scalar::Time(_) => Item::Int(VALUE),
        };
        (label, item(v))
    });
    [
        text(BASE_NAME, &record.base_name),
        number(BASE_TIME, record.base_time),
        text(NAME, &record.name),
        value,
        number(TIME, record.time),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn seconds(t: f64) -> Item {
    if t.fract() == 0.0 && t.abs() < 9.0e15 { Item::Int(t as i64) } else { Item::Float(t) }
}

pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Record>, CodecError> {
    let Item::Array(items) = Item::read(Format::SenmlCbor, bytes)? else {
        return Err(CodecError::malformed(Format::SenmlCbor, "a pack is an array"));
    };
    items.into_iter().map(record).collect()
}

fn record(item: Item) -> Result<Record, CodecError> {
    let bad = |detail: &str| CodecError::malformed(Format::SenmlCbor, detail);
    let Item::Map(pairs) = item else { return Err(bad("a record is a map")) };
    let mut record = Record::default();
    for (label, item) in pairs {
        match label {
            Item::Int(BASE_VERSION) => {
                if !matches!(item, Item::Int(..=10)) {
                    return Err(bad("a version above 10 is not known"));
                }
            }
            Item::Int(BASE_NAME) => record.base_name = Some(words(item).ok_or_else(|| bad("bn is text"))?),
            Item::Int(NAME) => record.name = Some(words(item).ok_or_else(|| bad("n is text"))?),
            Item::Int(BASE_TIME) => record.base_time = Some(float(item).ok_or_else(|| bad("bt is a number"))?),
            Item::Int(BASE_VALUE) => record.base_value = Some(float(item).ok_or_else(|| bad("bv is a number"))?),
            Item::Int(TIME) => record.time = Some(float(item).ok_or_else(|| bad("t is a number"))?),
            Item::Int(label @ (VALUE | TEXT | BOOL | DATA)) => {
                let value = scalar(item).ok_or_else(|| bad("a value is a number, text, Boolean or bytes"))?;
                let fits = match &value {
                    Scalar::Bool(_) => label == BOOL,
                    Scalar::Text(_) => label == TEXT,
                    Scalar::Opaque(_) => label == DATA,
                    _ => label == VALUE,
                };
                set(&mut record, fits.then_some(value).ok_or_else(|| bad("a value does not fit its label"))?)?;
            }
            Item::Text(label) if label == LINK => {
                let (object, instance) = words(item)
                    .and_then(|text| super::scalar::link(&text))
                    .ok_or_else(|| bad("vlo is object:instance"))?;
                set(&mut record, Scalar::Link(object, instance))?;
            }
            // RFC 8428, 4.4: a label that ends in an underscore must be understood.
            Item::Text(label) if label.ends_with('_') => {
                return Err(bad("a label that must be understood is not known"));
            }
            Item::Text(_) | Item::Int(_) => {}
            _ => return Err(bad("a label is an integer or text")),
        }
    }
    Ok(record)
}

fn set(record: &mut Record, value: Scalar) -> Result<(), CodecError> {
    match record.value.replace(value) {
        None => Ok(()),
        Some(_) => Err(CodecError::malformed(Format::SenmlCbor, "a record with two values")),
    }
}

fn words(item: Item) -> Option<String> {
    match item {
        Item::Text(text) => Some(text),
        _ => None,
    }
}

fn float(item: Item) -> Option<f64> {
    scalar(item)?.as_f64().filter(|x| x.is_finite())
}
