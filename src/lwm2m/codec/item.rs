//! CBOR (RFC 8949) as a small tree, for the formats made of it.

use super::{CodecError, Format};
use minicbor::data::{Int, Tag, Type};
use minicbor::{Decoder, Encoder};

/// Nesting of what is read; the deepest LwM2M payload has five levels.
const DEEPEST: usize = 12;

/// A CBOR data item.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    Bool(bool),
    Int(i64),
    /// Above the range of [`Item::Int`].
    Unsigned(u64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Array(Vec<Item>),
    Map(Vec<(Item, Item)>),
    Tagged(u64, Box<Item>),
    Null,
}

impl Item {
    /// Reads one item that fills the bytes.
    pub(super) fn read(format: Format, bytes: &[u8]) -> Result<Self, CodecError> {
        let mut decoder = Decoder::new(bytes);
        let item = read(&mut decoder, 0).map_err(|e| CodecError::malformed(format, e))?;
        if decoder.position() == bytes.len() {
            Ok(item)
        } else {
            Err(CodecError::malformed(format, format!("bytes follow the end at {}", decoder.position())))
        }
    }

    /// Its bytes, in the shortest form.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new());
        write(&mut encoder, self).expect("a vector takes every byte");
        encoder.into_writer()
    }

    /// The whole number in it, if it fits.
    pub(super) fn as_u16(&self) -> Option<u16> {
        match self {
            Self::Int(n) => u16::try_from(*n).ok(),
            _ => None,
        }
    }
}

fn read(decoder: &mut Decoder<'_>, depth: usize) -> Result<Item, String> {
    if depth > DEEPEST {
        return Err("nested too deep".to_owned());
    }
    let said = |e: minicbor::decode::Error| e.to_string();
    let item = match decoder.datatype().map_err(said)? {
        Type::Bool => Item::Bool(decoder.bool().map_err(said)?),
        Type::Null => {
            decoder.null().map_err(said)?;
            Item::Null
        }
        Type::Undefined => {
            decoder.undefined().map_err(said)?;
            Item::Null
        }
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => {
            let n = decoder.u64().map_err(said)?;
            i64::try_from(n).map_or(Item::Unsigned(n), Item::Int)
        }
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => Item::Int(decoder.i64().map_err(said)?),
        Type::F16 => Item::Float(f64::from(decoder.f16().map_err(said)?)),
        Type::F32 => Item::Float(f64::from(decoder.f32().map_err(said)?)),
        Type::F64 => Item::Float(decoder.f64().map_err(said)?),
        Type::String | Type::StringIndef => {
            let mut text = String::new();
            for part in decoder.str_iter().map_err(said)? {
                text.push_str(part.map_err(said)?);
            }
            Item::Text(text)
        }
        Type::Bytes | Type::BytesIndef => {
            let mut bytes = Vec::new();
            for part in decoder.bytes_iter().map_err(said)? {
                bytes.extend_from_slice(part.map_err(said)?);
            }
            Item::Bytes(bytes)
        }
        Type::Array | Type::ArrayIndef => {
            let mut left = decoder.array().map_err(said)?;
            let mut items = Vec::new();
            while more(decoder, &mut left)? {
                items.push(read(decoder, depth + 1)?);
            }
            Item::Array(items)
        }
        Type::Map | Type::MapIndef => {
            let mut left = decoder.map().map_err(said)?;
            let mut pairs = Vec::new();
            while more(decoder, &mut left)? {
                let key = read(decoder, depth + 1)?;
                pairs.push((key, read(decoder, depth + 1)?));
            }
            Item::Map(pairs)
        }
        Type::Tag => {
            let tag = decoder.tag().map_err(said)?.as_u64();
            Item::Tagged(tag, Box::new(read(decoder, depth + 1)?))
        }
        other => return Err(format!("{other} at {} has no meaning here", decoder.position())),
    };
    Ok(item)
}

/// Whether another member follows; a break is consumed. The announced count is believed only as far as bytes follow.
fn more(decoder: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, String> {
    match left {
        Some(0) => Ok(false),
        Some(n) => {
            *n -= 1;
            Ok(true)
        }
        None if decoder.datatype().map_err(|e| e.to_string())? == Type::Break => {
            decoder.set_position(decoder.position() + 1);
            Ok(false)
        }
        None => Ok(true),
    }
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write(encoder: &mut Encoder<Vec<u8>>, item: &Item) -> Written {
    match item {
        Item::Bool(b) => encoder.bool(*b)?,
        Item::Int(n) => encoder.int(Int::from(*n))?,
        Item::Unsigned(n) => encoder.u64(*n)?,
        // 32 bits where nothing is lost: half the size of what a measurement needs.
        Item::Float(x) if f64::from(*x as f32) == *x => encoder.f32(*x as f32)?,
        Item::Float(x) => encoder.f64(*x)?,
        Item::Text(text) => encoder.str(text)?,
        Item::Bytes(bytes) => encoder.bytes(bytes)?,
        Item::Array(items) => {
            encoder.array(items.len() as u64)?;
            return items.iter().try_for_each(|item| write(encoder, item));
        }
        Item::Map(pairs) => {
            encoder.map(pairs.len() as u64)?;
            return pairs.iter().try_for_each(|(key, value)| {
                write(encoder, key)?;
                write(encoder, value)
            });
        }
        Item::Tagged(tag, item) => {
            encoder.tag(Tag::new(*tag))?;
            return write(encoder, item);
        }
        Item::Null => encoder.null()?,
    };
    Ok(())
}
