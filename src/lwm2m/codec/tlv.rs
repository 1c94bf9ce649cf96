//! `application/vnd.oma.lwm2m+tlv` (11542): type, identifier, length, value (OMA TS LightweightM2M Core 1.1, 7.4.3).

use super::tree::groups;
use super::{CodecError, Entry, Format, Kind, Kinds, Scalar};
use crate::lwm2m::path::Path;

const OBJECT_INSTANCE: u8 = 0b00;
const RESOURCE_INSTANCE: u8 = 0b01;
const MULTIPLE_RESOURCE: u8 = 0b10;
const RESOURCE: u8 = 0b11;

pub(super) fn encode(base: Path, entries: &[Entry]) -> Result<Vec<u8>, CodecError> {
    if let Some(stray) = entries.iter().find(|e| !base.covers(e.path)) {
        let what = format!("{} in a payload for {base}", stray.path);
        return Err(CodecError::CannotCarry { format: Format::Tlv, what });
    }
    let mut out = Vec::new();
    if base.instance.is_none() {
        for (id, group) in groups(entries, 1) {
            put(&mut out, OBJECT_INSTANCE, id, &resources(&group)?)?;
        }
    } else if let Some(item) = base.item {
        for entry in entries {
            put(&mut out, RESOURCE_INSTANCE, item, &value(&entry.value))?;
        }
    } else {
        out = resources(entries)?;
    }
    Ok(out)
}

fn resources(entries: &[Entry]) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    for (id, group) in groups(entries, 2) {
        match group.as_slice() {
            [entry] if entry.path.item.is_none() => put(&mut out, RESOURCE, id, &value(&entry.value))?,
            group => {
                let mut items = Vec::new();
                for entry in group {
                    let item = entry.path.item.ok_or_else(|| CodecError::CannotCarry {
                        format: Format::Tlv,
                        what: format!("{} twice", entry.path),
                    })?;
                    put(&mut items, RESOURCE_INSTANCE, item, &value(&entry.value))?;
                }
                put(&mut out, MULTIPLE_RESOURCE, id, &items)?;
            }
        }
    }
    Ok(out)
}

fn put(out: &mut Vec<u8>, kind: u8, id: u16, value: &[u8]) -> Result<(), CodecError> {
    let length = value.len();
    let long_id = u8::from(id > 0xff) << 5;
    let form = match length {
        0..=7 => length as u8,
        8..=0xff => 1 << 3,
        0x100..=0xffff => 2 << 3,
        0x1_0000..=0xff_ffff => 3 << 3,
        _ => return Err(CodecError::CannotCarry { format: Format::Tlv, what: format!("{length} bytes in one value") }),
    };
    out.push(kind << 6 | long_id | form);
    let id = id.to_be_bytes();
    out.extend_from_slice(if long_id == 0 { &id[1..] } else { &id });
    let bytes = (length as u32).to_be_bytes();
    out.extend_from_slice(&bytes[4 - usize::from(form >> 3)..]);
    out.extend_from_slice(value);
    Ok(())
}

fn value(value: &Scalar) -> Vec<u8> {
    match value {
        Scalar::Bool(b) => vec![u8::from(*b)],
        Scalar::Int(n) | Scalar::Time(n) => shortest(*n),
        Scalar::Unsigned(n) => match n {
            0..=0xff => vec![*n as u8],
            0x100..=0xffff => (*n as u16).to_be_bytes().to_vec(),
            0x1_0000..=0xffff_ffff => (*n as u32).to_be_bytes().to_vec(),
            _ => n.to_be_bytes().to_vec(),
        },
        Scalar::Float(x) if f64::from(*x as f32) == *x => (*x as f32).to_be_bytes().to_vec(),
        Scalar::Float(x) => x.to_be_bytes().to_vec(),
        Scalar::Text(text) => text.as_bytes().to_vec(),
        Scalar::Opaque(bytes) => bytes.to_vec(),
        Scalar::Link(object, instance) => [object.to_be_bytes(), instance.to_be_bytes()].concat(),
    }
}

fn shortest(n: i64) -> Vec<u8> {
    if let Ok(n) = i8::try_from(n) {
        n.to_be_bytes().to_vec()
    } else if let Ok(n) = i16::try_from(n) {
        n.to_be_bytes().to_vec()
    } else if let Ok(n) = i32::try_from(n) {
        n.to_be_bytes().to_vec()
    } else {
        n.to_be_bytes().to_vec()
    }
}

/// One element: kind, id, value.
struct Element<'a> {
    kind: u8,
    id: u16,
    value: &'a [u8],
}

fn elements(mut bytes: &[u8]) -> Result<Vec<Element<'_>>, CodecError> {
    let mut out = Vec::new();
    while let Some((head, rest)) = bytes.split_first() {
        let short = || CodecError::malformed(Format::Tlv, "the payload ends inside an element");
        let (id, rest) = number(rest, if head & 0x20 == 0 { 1 } else { 2 }).ok_or_else(short)?;
        let (length, rest) = match head >> 3 & 3 {
            0 => (usize::from(head & 7), rest),
            size => number(rest, usize::from(size)).ok_or_else(short)?,
        };
        let (value, rest) = rest.split_at_checked(length).ok_or_else(short)?;
        let id = u16::try_from(id)
            .ok()
            .filter(|id| *id != u16::MAX)
            .ok_or_else(|| CodecError::malformed(Format::Tlv, format!("{id} is no id")))?;
        out.push(Element { kind: head >> 6, id, value });
        bytes = rest;
    }
    Ok(out)
}

fn number(bytes: &[u8], size: usize) -> Option<(usize, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(size)?;
    Some((digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)), rest))
}

pub(super) fn decode(base: Path, bytes: &[u8], kinds: Kinds<'_>) -> Result<Vec<Entry>, CodecError> {
    let mut entries = Vec::new();
    for element in elements(bytes)? {
        match element.kind {
            OBJECT_INSTANCE => {
                let path = Path::object(base.object).child(element.id);
                if !base.covers(path) {
                    return Err(misplaced(path, base));
                }
                for resource in elements(element.value)? {
                    self::resource(path, &resource, kinds, &mut entries)?;
                }
            }
            RESOURCE_INSTANCE if base.resource.is_some() => {
                let path = base.without_item().child(element.id);
                if !base.covers(path) {
                    return Err(misplaced(path, base));
                }
                entries.push(read(path, element.value, kinds)?);
            }
            RESOURCE | MULTIPLE_RESOURCE => {
                // Without an instance in the path it is that of a single-instance object.
                let instance = Path::object(base.object).child(base.instance.unwrap_or(0));
                let path = instance.child(element.id);
                if base.resource.is_some_and(|id| id != element.id) {
                    return Err(misplaced(path, base));
                }
                self::resource(instance, &element, kinds, &mut entries)?;
            }
            _ => return Err(CodecError::malformed(Format::Tlv, format!("a resource instance directly in {base}"))),
        }
    }
    Ok(entries)
}

fn misplaced(path: Path, base: Path) -> CodecError {
    CodecError::malformed(Format::Tlv, format!("{path} in a payload for {base}"))
}

fn resource(
    instance: Path,
    element: &Element<'_>,
    kinds: Kinds<'_>,
    entries: &mut Vec<Entry>,
) -> Result<(), CodecError> {
    let path = instance.child(element.id);
    match element.kind {
        RESOURCE => entries.push(read(path, element.value, kinds)?),
        MULTIPLE_RESOURCE => {
            for item in elements(element.value)? {
                if item.kind != RESOURCE_INSTANCE {
                    return Err(CodecError::malformed(Format::Tlv, format!("{path} holds more than its instances")));
                }
                entries.push(read(path.child(item.id), item.value, kinds)?);
            }
        }
        _ => return Err(CodecError::malformed(Format::Tlv, format!("{instance} holds more than resources"))),
    }
    Ok(())
}

fn read(path: Path, bytes: &[u8], kinds: Kinds<'_>) -> Result<Entry, CodecError> {
    let kind = kinds(path).unwrap_or(Kind::Opaque);
    let value = match kind {
        Kind::Bool => match bytes {
            [0] => Some(Scalar::Bool(false)),
            [1] => Some(Scalar::Bool(true)),
            _ => None,
        },
        Kind::Int => integer(bytes).map(Scalar::Int),
        Kind::Time => integer(bytes).map(Scalar::Time),
        Kind::Unsigned => match bytes.len() {
            1 | 2 | 4 | 8 => Some(Scalar::Unsigned(bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b)))),
            _ => None,
        },
        Kind::Float => match bytes.len() {
            4 => bytes.try_into().ok().map(|b| Scalar::Float(f64::from(f32::from_be_bytes(b)))),
            8 => bytes.try_into().ok().map(|b| Scalar::Float(f64::from_be_bytes(b))),
            _ => None,
        },
        Kind::Text => std::str::from_utf8(bytes).ok().map(Scalar::text),
        Kind::Opaque => Some(Scalar::Opaque(bytes.into())),
        Kind::Link => match bytes {
            [a, b, c, d] => Some(Scalar::Link(u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]))),
            _ => None,
        },
    };
    let value = value.ok_or_else(|| CodecError::WrongKind {
        path,
        value: Scalar::Opaque(bytes.iter().copied().take(32).collect()).to_string(),
        kind,
    })?;
    Ok(Entry::new(path, value))
}

fn integer(bytes: &[u8]) -> Option<i64> {
    Some(match bytes {
        [a] => i64::from(*a as i8),
        [a, b] => i64::from(i16::from_be_bytes([*a, *b])),
        [a, b, c, d] => i64::from(i32::from_be_bytes([*a, *b, *c, *d])),
        _ => i64::from_be_bytes(bytes.try_into().ok()?),
    })
}
