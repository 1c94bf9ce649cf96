//! `application/vnd.oma.lwm2m+cbor` (11544): nested maps of ids, from the object down. It carries no times.

use super::cbor::{item, scalar};
use super::item::Item;
use super::tree::groups;
use super::{CodecError, Entry, Format};
use crate::lwm2m::path::Path;

const FORMAT: Format = Format::Lwm2mCbor;

pub(super) fn encode(entries: &[Entry]) -> Result<Vec<u8>, CodecError> {
    Ok(level(entries, 0)?.bytes())
}

fn level(entries: &[Entry], depth: usize) -> Result<Item, CodecError> {
    let mut pairs = Vec::new();
    for (id, group) in groups(entries, depth) {
        let key = Item::Int(i64::from(id));
        let value = match group.as_slice() {
            [entry] if entry.path.depth() == depth + 1 => item(&entry.value),
            group if group.iter().all(|e| e.path.depth() > depth + 1) => level(group, depth + 1)?,
            group => {
                let what = format!("{} both as a value and as more than one", group[0].path);
                return Err(CodecError::CannotCarry { format: FORMAT, what });
            }
        };
        pairs.push((key, value));
    }
    Ok(Item::Map(pairs))
}

pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Entry>, CodecError> {
    let mut entries = Vec::new();
    walk(Item::read(FORMAT, bytes)?, &mut Vec::new(), &mut entries)?;
    Ok(entries)
}

/// A key is one id, or an array of ids that stands for nested maps of one member each.
fn walk(item: Item, ids: &mut Vec<u16>, entries: &mut Vec<Entry>) -> Result<(), CodecError> {
    let bad = |detail: String| CodecError::malformed(FORMAT, detail);
    if let Item::Map(pairs) = item {
        for (key, value) in pairs {
            let before = ids.len();
            match &key {
                Item::Array(parts) => {
                    for part in parts {
                        ids.push(part.as_u16().ok_or_else(|| bad(format!("{part:?} is no id")))?);
                    }
                }
                one => ids.push(one.as_u16().ok_or_else(|| bad(format!("{one:?} is no id")))?),
            }
            if ids.len() == before || ids.len() > 4 {
                return Err(bad("a path has one to four ids".to_owned()));
            }
            walk(value, ids, entries)?;
            ids.truncate(before);
        }
        return Ok(());
    }
    let path = Path::of(ids)
        .filter(|p| p.depth() >= 3)
        .ok_or_else(|| bad(format!("a value at {ids:?}, which is no resource")))?;
    let value = scalar(item).ok_or_else(|| bad(format!("{path} holds no value")))?;
    entries.push(Entry::new(path, value));
    Ok(())
}
