//! Reading the journal back, oldest record first, one file at a time.

use super::super::error::Doing;
use super::super::{StoreError, lines};
use super::prune;
use crate::record::{Record, json};
use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Name of the file whose first record has this number; as wide as it takes to sort by name.
pub(super) fn name(first: u64) -> String {
    format!("{first:012}.jsonl")
}

/// The files of the journal by the number of their first record. Other files are none of its business.
pub(super) fn segments(dir: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).doing("read", dir)? {
        let path = entry.doing("read", dir)?.path();
        let first = path.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".jsonl")?.parse().ok());
        if let Some(first) = first {
            found.push((first, path));
        }
    }
    found.sort();
    Ok(found)
}

/// A place in the journal that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Which file.
    pub path: PathBuf,
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}: {}", self.path.display(), self.line, self.reason)
    }
}

/// One file, read.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub(super) records: Vec<Record>,
    pub(super) damaged: Vec<Damage>,
    /// Number of the last line, also when that line is damaged: it may have been shown.
    pub(super) last_seq: u64,
    /// Bytes up to the end of the last whole line.
    pub(super) bytes: u64,
}

/// Reads one file; what stands behind the last whole line does not count.
pub(super) fn segment(first: u64, path: &Path) -> Result<Segment, StoreError> {
    let content = fs::read(path).doing("read", path)?;
    let whole = lines::whole(&content);
    let mut segment = Segment { last_seq: first.saturating_sub(1), bytes: whole as u64, ..Segment::default() };
    for (n, line) in content[..whole].split_inclusive(|b| *b == b'\n').enumerate() {
        let line = String::from_utf8_lossy(line);
        let expected = segment.last_seq + 1;
        let mut damaged = |reason| {
            segment.damaged.push(Damage { path: path.to_owned(), line: n + 1, reason });
        };
        match json::parse(line.trim_end()) {
            Ok(record) if record.seq < expected => {
                damaged(format!("record {} where {expected} belongs; it was left out", record.seq));
            }
            Ok(record) => {
                if record.seq > expected {
                    damaged(format!("records {expected} to {} are missing", record.seq - 1));
                }
                segment.last_seq = record.seq;
                segment.records.push(record);
            }
            Err(e) => {
                damaged(format!("{e}; it was left out"));
                segment.last_seq = json::seq(line.trim_end()).filter(|seq| *seq >= expected).unwrap_or(expected);
            }
        }
    }
    Ok(segment)
}

/// Every record of a journal, oldest first; a place that is not as it should be comes as an error, and reading goes on.
#[derive(Debug)]
pub struct Records {
    segments: VecDeque<(u64, PathBuf)>,
    ready: VecDeque<Result<Record, Damage>>,
    /// Number that the next file should begin with; none before the first file.
    expected: Option<u64>,
}

impl Records {
    /// The records of this journal.
    pub(in crate::runtime::store) fn open(dir: &Path) -> Result<Self, StoreError> {
        let (kept, damaged) = prune::kept(dir)?;
        let ready = damaged.into_iter().map(Err).chain(kept.into_iter().map(Ok)).collect();
        Ok(Self { segments: segments(dir)?.into(), ready, expected: None })
    }
}

impl Iterator for Records {
    type Item = Result<Record, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() {
            let (first, path) = self.segments.pop_front()?;
            if let Some(expected) = self.expected.filter(|expected| *expected != first) {
                let reason = format!("begins with record {first} where {expected} belongs");
                self.ready.push_back(Err(Damage { path: path.clone(), line: 0, reason }));
            }
            match segment(first, &path) {
                Ok(part) => {
                    self.expected = Some(part.last_seq + 1);
                    self.ready.extend(part.damaged.into_iter().map(Err));
                    self.ready.extend(part.records.into_iter().map(Ok));
                }
                Err(e) => self.ready.push_back(Err(Damage { path, line: 0, reason: e.to_string() })),
            }
        }
        self.ready.pop_front()
    }
}
