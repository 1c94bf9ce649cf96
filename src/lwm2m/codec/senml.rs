//! SenML (RFC 8428) between its two syntaxes and entries.

use super::{CodecError, Entry, Format, Scalar};
use crate::lwm2m::path::Path;

/// One record of a pack, with the fields that LwM2M uses.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) base_name: Option<String>,
    pub(super) base_time: Option<f64>,
    pub(super) base_value: Option<f64>,
    pub(super) name: Option<String>,
    pub(super) time: Option<f64>,
    pub(super) value: Option<Scalar>,
}

/// Records of entries; the first carries the part of the names that all share.
pub(super) fn pack(entries: &[Entry]) -> Vec<Record> {
    let paths: Vec<Path> = entries.iter().map(|e| e.path).collect();
    let (base, names) = name(&paths);
    let first = entries.first().and_then(|e| e.time).filter(|_| entries.iter().all(|e| e.time.is_some()));
    let mut records: Vec<Record> = entries
        .iter()
        .zip(names)
        .map(|(entry, name)| Record {
            name,
            time: match (first, entry.time) {
                // Milliseconds are kept; further digits would be noise of the subtraction.
                (Some(base), Some(t)) => Some(((t - base) * 1000.0).round() / 1000.0).filter(|dt| *dt != 0.0),
                (_, t) => t,
            },
            value: Some(entry.value.clone()),
            ..Record::default()
        })
        .collect();
    if let Some(record) = records.first_mut() {
        record.base_name = Some(base);
        record.base_time = first;
    }
    records
}

/// Base name and names of paths. One path is all base.
pub(super) fn name(paths: &[Path]) -> (String, Vec<Option<String>>) {
    if let [path] = paths {
        return (path.to_string(), vec![None]);
    }
    let mut common: Vec<u16> = paths.first().map(|p| p.ids().collect()).unwrap_or_default();
    // The last number stays in the name, so that base and name read as a path.
    common.truncate(paths.iter().map(|p| p.depth() - 1).min().unwrap_or(0));
    for path in paths {
        let shared = path.ids().zip(&common).take_while(|(a, b)| a == *b).count();
        common.truncate(shared);
    }
    let base = common.iter().fold("/".to_owned(), |base, id| format!("{base}{id}/"));
    let names = paths.iter().map(|p| Some(p.to_string()[base.len()..].to_owned())).collect();
    (base, names)
}

/// Path, value and time of a record.
type Resolved = (Path, Option<Scalar>, Option<f64>);

/// Full names with their values.
fn resolve(format: Format, records: Vec<Record>) -> Result<Vec<Resolved>, CodecError> {
    let (mut base_name, mut base_time, mut base_value) = (String::new(), None, None);
    let mut out = Vec::with_capacity(records.len());
    for record in records {
        base_name = record.base_name.unwrap_or(base_name);
        base_time = record.base_time.or(base_time);
        base_value = record.base_value.or(base_value);
        let name = format!("{base_name}{}", record.name.unwrap_or_default());
        let path = name.strip_prefix('/').and_then(|n| n.parse::<Path>().ok()).ok_or_else(|| {
            CodecError::malformed(format, format!("{:?} is no path", name.chars().take(80).collect::<String>()))
        })?;
        let value = match (record.value, base_value) {
            (Some(v), Some(base)) => match v.as_f64() {
                Some(x) => Some(Scalar::Float(x + base)),
                None => Some(v),
            },
            (v, _) => v,
        };
        let time = match (base_time, record.time) {
            (Some(base), t) => Some(base + t.unwrap_or(0.0)),
            (None, t) => t,
        };
        out.push((path, value, time));
    }
    Ok(out)
}

/// Entries of records; each has to have a value and name a resource.
pub(super) fn unpack(format: Format, records: Vec<Record>) -> Result<Vec<Entry>, CodecError> {
    resolve(format, records)?
        .into_iter()
        .map(|(path, value, time)| {
            let value = value
                .filter(|_| path.depth() >= 3)
                .ok_or_else(|| CodecError::malformed(format, format!("{path} has no value or is no resource")))?;
            Ok(Entry { path, value, time })
        })
        .collect()
}

/// Paths of records; a value is passed over.
pub(super) fn paths(format: Format, records: Vec<Record>) -> Result<Vec<Path>, CodecError> {
    Ok(resolve(format, records)?.into_iter().map(|(path, ..)| path).collect())
}
