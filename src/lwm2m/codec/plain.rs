//! `text/plain` (0) and `application/octet-stream` (42): one value.

use super::base64::{self, Alphabet};
use super::scalar::{decimal, link};
use super::{CodecError, Entry, Format, Kind, Kinds, Scalar, one, resource_base};
use crate::lwm2m::path::Path;

pub(super) fn encode_text(entries: &[Entry]) -> Result<Vec<u8>, CodecError> {
    let text = match &one(Format::Text, entries)?.value {
        Scalar::Bool(b) => u8::from(*b).to_string(),
        Scalar::Float(x) => decimal(*x),
        Scalar::Opaque(bytes) => base64::encode(Alphabet::Plain, bytes),
        other => other.to_string(),
    };
    Ok(text.into_bytes())
}

pub(super) fn decode_text(base: Path, bytes: &[u8], kinds: Kinds<'_>) -> Result<Entry, CodecError> {
    let path = resource_base(Format::Text, base)?;
    let text =
        std::str::from_utf8(bytes).map_err(|_| CodecError::malformed(Format::Text, "the payload is no UTF-8 text"))?;
    let kind = kinds(path).unwrap_or(Kind::Text);
    let value = match kind {
        Kind::Bool => match text {
            "0" => Some(Scalar::Bool(false)),
            "1" => Some(Scalar::Bool(true)),
            _ => None,
        },
        Kind::Int => text.parse().ok().map(Scalar::Int),
        Kind::Unsigned => text.parse().ok().map(Scalar::Unsigned),
        Kind::Time => text.parse().ok().map(Scalar::Time),
        Kind::Float => text.parse::<f64>().ok().filter(|x| x.is_finite()).map(Scalar::Float),
        Kind::Text => Some(Scalar::text(text)),
        Kind::Opaque => base64::decode(Alphabet::Plain, text).map(|b| Scalar::Opaque(b.into())),
        Kind::Link => link(text).map(|(object, instance)| Scalar::Link(object, instance)),
    };
    let value = value.ok_or_else(|| CodecError::WrongKind {
        path,
        value: format!("{:?}", text.chars().take(80).collect::<String>()),
        kind,
    })?;
    Ok(Entry::new(path, value))
}

pub(super) fn encode_opaque(entries: &[Entry]) -> Result<Vec<u8>, CodecError> {
    match &one(Format::Opaque, entries)?.value {
        Scalar::Opaque(bytes) => Ok(bytes.to_vec()),
        other => {
            Err(CodecError::CannotCarry { format: Format::Opaque, what: format!("a value of kind {:?}", other.kind()) })
        }
    }
}

pub(super) fn decode_opaque(base: Path, bytes: &[u8]) -> Result<Entry, CodecError> {
    Ok(Entry::new(resource_base(Format::Opaque, base)?, Scalar::Opaque(bytes.into())))
}
