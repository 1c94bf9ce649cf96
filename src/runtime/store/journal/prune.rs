//! The journal keeps within its size: the oldest files go, but the newest records of each class stay.
//!
//! Trips are rare and chatter is not: what is left of the files that go are, for every class, as many records as a trip
//! unit keeps ([`Class::depth`](crate::record::Class::depth)), in `kept.jsonl` beside the files.

use super::super::error::Doing;
use super::super::{StoreError, atomic, newest_of_each_class};
use super::read::{self, Damage};
use crate::record::{Record, json};
use std::fs;
use std::path::{Path, PathBuf};

fn kept_path(dir: &Path) -> PathBuf {
    dir.join("kept.jsonl")
}

/// The records that were kept from files that are gone, oldest first, and what is wrong with their file.
pub(super) fn kept(dir: &Path) -> Result<(Vec<Record>, Vec<Damage>), StoreError> {
    let path = kept_path(dir);
    let content = match fs::read_to_string(&path) {
        Ok(content) => content,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
        Err(e) => return Err(e).doing("read", &path),
    };
    // A crash between writing this file and removing the files it came from leaves records in both.
    let first = read::segments(dir)?.first().map_or(u64::MAX, |(first, _)| *first);
    let (mut records, mut damaged) = (Vec::new(), Vec::new());
    for (n, line) in content.lines().enumerate() {
        match json::parse(line) {
            Ok(record) if record.seq < first => records.push(record),
            Ok(_) => {}
            Err(e) => damaged.push(Damage { path: path.clone(), line: n + 1, reason: format!("{e}; it was left out") }),
        }
    }
    Ok((records, damaged))
}

/// Removes the oldest files while all of them together are larger than `limit`; the newest file always stays.
pub(super) fn prune(dir: &Path, limit: u64) -> Result<(), StoreError> {
    let mut files = Vec::new();
    for (first, path) in read::segments(dir)? {
        let size = fs::metadata(&path).doing("read", &path)?.len();
        files.push((first, path, size));
    }
    let mut total: u64 = files.iter().map(|(.., size)| size).sum();
    let mut going = Vec::new();
    while total > limit && files.len() > going.len() + 1 {
        let (first, path, size) = &files[going.len()];
        going.push((*first, path.clone()));
        total -= size;
    }
    if going.is_empty() {
        return Ok(());
    }
    let (mut records, _) = kept(dir)?;
    for (first, path) in &going {
        records.extend(read::segment(*first, path)?.records);
    }
    let mut content = String::new();
    for record in newest_of_each_class(records) {
        let line = json::line(&record).map_err(|e| StoreError::Record { seq: record.seq, reason: e.to_string() })?;
        content.push_str(&line);
        content.push('\n');
    }
    atomic::replace(&kept_path(dir), content.as_bytes())?;
    for (_, path) in going {
        fs::remove_file(&path).doing("remove", &path)?;
        atomic::sync_parent(&path)?;
    }
    Ok(())
}
