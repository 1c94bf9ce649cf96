//! `application/cbor` (60): one value. And what a value is in CBOR, for all formats made of it.

use super::item::Item;
use super::{CodecError, Entry, Format, Scalar, one, resource_base};
use crate::lwm2m::path::Path;

/// Epoch-based time (RFC 8949, 3.4.2).
const EPOCH_TIME: u64 = 1;

/// The item of a value.
pub(super) fn item(value: &Scalar) -> Item {
    match value {
        Scalar::Bool(b) => Item::Bool(*b),
        Scalar::Int(n) | Scalar::Time(n) => Item::Int(*n),
        Scalar::Unsigned(n) => i64::try_from(*n).map_or(Item::Unsigned(*n), Item::Int),
        Scalar::Float(x) => Item::Float(*x),
        Scalar::Text(text) => Item::Text(text.to_string()),
        Scalar::Opaque(bytes) => Item::Bytes(bytes.to_vec()),
        Scalar::Link(object, instance) => Item::Text(format!("{object}:{instance}")),
    }
}

/// The value of an item; none for what is no single value.
pub(super) fn scalar(item: Item) -> Option<Scalar> {
    Some(match item {
        Item::Bool(b) => Scalar::Bool(b),
        Item::Int(n) => Scalar::Int(n),
        Item::Unsigned(n) => Scalar::Unsigned(n),
        Item::Float(x) => Scalar::Float(x),
        Item::Text(text) => Scalar::Text(text.into()),
        Item::Bytes(bytes) => Scalar::Opaque(bytes.into()),
        Item::Tagged(EPOCH_TIME, inner) => match *inner {
            Item::Int(n) => Scalar::Time(n),
            Item::Float(x) if x.fract() == 0.0 && x.abs() < 9.0e15 => Scalar::Time(x as i64),
            _ => return None,
        },
        Item::Tagged(..) | Item::Array(_) | Item::Map(_) | Item::Null => return None,
    })
}

pub(super) fn encode(entries: &[Entry]) -> Result<Vec<u8>, CodecError> {
    let entry = one(Format::Cbor, entries)?;
    let plain = item(&entry.value);
    Ok(match entry.value {
        Scalar::Time(_) => Item::Tagged(EPOCH_TIME, Box::new(plain)),
        _ => plain,
    }
    .bytes())
}

pub(super) fn decode(base: Path, bytes: &[u8]) -> Result<Entry, CodecError> {
    let path = resource_base(Format::Cbor, base)?;
    let value = scalar(Item::read(Format::Cbor, bytes)?)
        .ok_or_else(|| CodecError::malformed(Format::Cbor, "not a single value"))?;
    Ok(Entry::new(path, value))
}
