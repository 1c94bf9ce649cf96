//! The journal: records, one JSON object a line, appended to a file until it is large, then to the next.

mod prune;
mod read;

pub use read::{Damage, Records};

use super::error::Doing;
use super::force::Force;
use super::{Options, StoreError, atomic, lines};
use crate::record::{Record, json};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Records read back at start: enough to fill the rings in memory.
const TAIL: usize = 20_000;

/// The end of the journal, where it grows.
#[derive(Debug)]
pub(super) struct Journal {
    dir: PathBuf,
    options: Options,
    file: Option<File>,
    path: PathBuf,
    /// Bytes of the file that hold whole lines forced to the disk.
    good: u64,
    /// More may lie behind `good`: a write failed half-way.
    torn: bool,
    last_seq: u64,
    waiting: VecDeque<(u64, String)>,
    lost: u64,
    /// A file was begun since the size was looked at last.
    grown: bool,
}

impl Journal {
    /// Opens the journal; a line that was cut is removed. Gives the newest records, oldest first.
    pub(super) fn open(
        dir: &Path,
        options: Options,
        remarks: &mut Vec<String>,
    ) -> Result<(Self, Vec<Record>), StoreError> {
        let segments = read::segments(dir)?;
        let mut journal = Self {
            dir: dir.to_owned(),
            options,
            file: None,
            path: PathBuf::new(),
            good: 0,
            torn: false,
            last_seq: 0,
            waiting: VecDeque::new(),
            lost: 0,
            grown: true,
        };
        let mut tail: Vec<Record> = Vec::new();
        let Some((first, last)) = segments.last() else { return Ok((journal, tail)) };
        lines::cut_torn(last, remarks)?;
        for (start, path) in segments.iter().rev() {
            let mut part = read::segment(*start, path)?;
            remarks.extend(part.damaged.iter().map(ToString::to_string));
            if path == last {
                journal.last_seq = part.last_seq;
                journal.good = part.bytes;
            }
            part.records.append(&mut tail);
            tail = part.records;
            if tail.len() >= TAIL {
                break;
            }
        }
        let (mut kept, damaged) = prune::kept(dir)?;
        remarks.extend(damaged.iter().map(ToString::to_string));
        kept.append(&mut tail);
        tail = kept;
        journal.last_seq = journal.last_seq.max(first.saturating_sub(1));
        journal.path.clone_from(last);
        let file = OpenOptions::new().append(true).open(last).doing("open", last)?;
        journal.file = Some(file);
        Ok((journal, tail))
    }

    /// Number of the newest record that was accepted, on the disk or waiting.
    pub(super) fn last_seq(&self) -> u64 {
        self.waiting.back().map_or(self.last_seq, |(seq, _)| *seq)
    }

    pub(super) fn backlog(&self) -> (usize, u64) {
        (self.waiting.len(), self.lost)
    }

    /// Writes what waits and these, and forces them to the disk.
    pub(super) fn append<'a>(
        &mut self,
        records: impl Iterator<Item = &'a Record>,
        force: &Force,
    ) -> Result<(), StoreError> {
        let mut refused = None;
        for record in records {
            match json::line(record) {
                Ok(line) => self.waiting.push_back((record.seq, line + "\n")),
                Err(e) => refused = Some(StoreError::Record { seq: record.seq, reason: e.to_string() }),
            }
        }
        if let Err(source) = self.flush(force) {
            while self.waiting.len() > self.options.waiting {
                self.waiting.pop_front();
                self.lost += 1;
            }
            return Err(StoreError::Waiting { waiting: self.waiting.len(), lost: self.lost, source: Box::new(source) });
        }
        refused.map_or(Ok(()), Err)
    }

    /// Removes the oldest files when the journal has become too large.
    pub(super) fn prune(&mut self) -> Result<(), StoreError> {
        if self.grown {
            prune::prune(&self.dir, self.options.journal_bytes)?;
            self.grown = false;
        }
        Ok(())
    }

    fn flush(&mut self, force: &Force) -> Result<(), StoreError> {
        while let Some((first, _)) = self.waiting.front() {
            let first = *first;
            self.repair()?;
            if self.file.is_none() || self.good >= self.options.segment_bytes {
                self.next_segment(first)?;
            }
            let room = self.options.segment_bytes.saturating_sub(self.good).max(1);
            let mut batch = String::new();
            let mut count = 0;
            for (_, line) in &self.waiting {
                if count > 0 && batch.len() as u64 >= room {
                    break;
                }
                batch.push_str(line);
                count += 1;
            }
            let Some(file) = &mut self.file else { return Ok(()) };
            if let Err(source) = file.write_all(batch.as_bytes()) {
                self.torn = true;
                return Err(StoreError::Io { doing: "write", path: self.path.clone(), source });
            }
            force.soon(&self.path);
            self.good += batch.len() as u64;
            for (seq, _) in self.waiting.drain(..count) {
                self.last_seq = seq;
            }
        }
        Ok(())
    }

    /// Takes away what a failed write left behind the last whole line.
    fn repair(&mut self) -> Result<(), StoreError> {
        if !self.torn {
            return Ok(());
        }
        if let Some(file) = &self.file {
            file.set_len(self.good).and_then(|()| file.sync_all()).doing("cut", &self.path)?;
        }
        self.torn = false;
        Ok(())
    }

    fn next_segment(&mut self, first: u64) -> Result<(), StoreError> {
        let path = self.dir.join(read::name(first));
        let file = OpenOptions::new().append(true).create(true).open(&path).doing("make", &path)?;
        let length = file.metadata().doing("read", &path)?.len();
        atomic::sync_parent(&path)?;
        (self.file, self.path, self.good) = (Some(file), path, length);
        self.grown = true;
        Ok(())
    }
}
