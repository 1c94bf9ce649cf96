//! The audit log: every request with its answer, each entry bound to the one before it by a hash.
//!
//! An entry is one line of JSON. Its last member `hash` is the SHA-256 of the line as it would be without that member,
//! in hexadecimal; `prev` is the hash of the entry before it, 64 zeros for the first. Whoever changes, removes or inserts an
//! entry has to rewrite all that follow, and then the hash of the newest entry is another: publish or note it down
//! ([`AuditReport::head`]) to notice even that.

mod checkpoint;

use checkpoint::Checkpoint;

use super::error::Doing;
use super::force::Force;
use super::{StoreError, atomic, lines};
use crate::control::words;
use crate::record::{Body, Record, RequestRecord};
use crate::time::civil::Civil;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What stands between the entry and its hash, and after the hash.
const SEAM: (&str, &str) = (",\"hash\":\"", "\"}");
const HEX: usize = 64;

#[derive(Serialize, Deserialize)]
struct Entry {
    /// Version of this form.
    v: u32,
    /// Number of the entry, from 1.
    n: u64,
    /// Number of the record in the journal.
    record: u64,
    utc: String,
    target: String,
    who: String,
    door: String,
    role: String,
    command: String,
    result: String,
    prev: String,
}

/// What a check of the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// Entries in the log.
    pub entries: u64,
    /// Hash of the newest entry.
    pub head: String,
    /// The first entry that does not fit, by line from 1, and why.
    pub broken: Option<(usize, String)>,
    /// Number of the newest request in it.
    last_record: u64,
}

/// Checks the chain of a state directory that another program may be using.
///
/// # Errors
/// The log cannot be read; a log that does not exist has no entries.
pub fn verify(dir: &Path) -> Result<AuditReport, StoreError> {
    let path = dir.join("audit.jsonl");
    match fs::read(&path) {
        Ok(content) => Ok(check(&content[..lines::whole(&content)])),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(check(&[])),
        Err(e) => Err(e).doing("read", &path),
    }
}

fn check(content: &[u8]) -> AuditReport {
    let mut report = AuditReport { entries: 0, head: "0".repeat(HEX), broken: None, last_record: 0 };
    for (n, line) in content.split_inclusive(|b| *b == b'\n').enumerate() {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches('\n');
        if let Some((checkpoint, whole)) = Checkpoint::read(line).filter(|_| n == 0) {
            report.entries = checkpoint.entries;
            report.last_record = checkpoint.record;
            report.head = checkpoint.head;
            report.broken = (!whole).then(|| (1, "the checkpoint was changed".to_owned()));
            continue;
        }
        report.entries += 1;
        let fault = match unseal(line) {
            None => Some("not an entry".to_owned()),
            Some((body, hash)) => match serde_json::from_str::<Entry>(&body) {
                Err(e) => Some(e.to_string()),
                Ok(entry) => {
                    let fault = if hash != digest(&body) {
                        Some("it was changed".to_owned())
                    } else if entry.prev != report.head {
                        Some("the entry before it was changed, removed or inserted".to_owned())
                    } else {
                        None
                    };
                    report.last_record = report.last_record.max(entry.record);
                    fault
                }
            },
        };
        report.head = unseal(line).map_or_else(|| digest(line), |(_, hash)| hash.to_owned());
        if report.broken.is_none() {
            report.broken = fault.map(|reason| (n + 1, reason));
        }
    }
    report
}

/// An entry without its hash, and the hash.
fn unseal(line: &str) -> Option<(String, &str)> {
    let seam = line.len().checked_sub(SEAM.0.len() + HEX + SEAM.1.len())?;
    let body = line.get(..seam)?;
    let hash = line.get(seam..)?.strip_prefix(SEAM.0)?.strip_suffix(SEAM.1)?;
    Some((format!("{body}}}"), hash))
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// The end of the log, where it grows.
#[derive(Debug)]
pub(super) struct Audit {
    path: PathBuf,
    file: File,
    good: u64,
    torn: bool,
    entries: u64,
    head: String,
    /// Lines that are not on the disk yet.
    waiting: VecDeque<String>,
    /// How many may wait. The journal loses its oldest then and says so; here the newest are left out, so that the
    /// chain holds.
    limit: usize,
}

impl Audit {
    /// Opens the log, checks its chain, and adds requests of the journal that a crash kept from it.
    pub(super) fn open(
        path: &Path,
        tail: &[Record],
        limit: usize,
        force: &Force,
        remarks: &mut Vec<String>,
    ) -> Result<Self, StoreError> {
        let fresh = !path.exists();
        let file = OpenOptions::new().append(true).create(true).open(path).doing("open", path)?;
        if fresh {
            atomic::sync_parent(path)?;
        }
        let good = lines::cut_torn(path, remarks)?;
        let report = check(&fs::read(path).doing("read", path)?);
        if let Some((line, reason)) = &report.broken {
            remarks.push(format!("the chain of {} is broken at line {line}: {reason}", path.display()));
        }
        let mut audit = Self {
            path: path.to_owned(),
            file,
            good,
            torn: false,
            entries: report.entries,
            head: report.head,
            waiting: VecDeque::new(),
            limit,
        };
        audit.note(tail.iter().filter(|r| r.seq > report.last_record))?;
        if !audit.waiting.is_empty() {
            remarks.push(format!(
                "{} requests of the journal were missing in {}; they were added",
                audit.waiting.len(),
                path.display()
            ));
            audit.flush(force)?;
        }
        Ok(audit)
    }

    pub(super) fn report(&self) -> (u64, &str) {
        (self.entries, &self.head)
    }

    /// Takes the requests among the records, without writing yet.
    pub(super) fn note<'a>(&mut self, records: impl Iterator<Item = &'a Record>) -> Result<(), StoreError> {
        for record in records {
            if let Body::Request(request) = &record.body {
                if self.waiting.len() >= self.limit {
                    return Ok(());
                }
                let body = serde_json::to_string(&self.entry(record, request))
                    .map_err(|e| StoreError::Record { seq: record.seq, reason: e.to_string() })?;
                let hash = digest(&body);
                let open = body.strip_suffix('}').unwrap_or(&body);
                self.waiting.push_back(format!("{open}{}{hash}{}\n", SEAM.0, SEAM.1));
                self.head = hash;
                self.entries += 1;
            }
        }
        Ok(())
    }

    /// Writes what waits and forces it to the disk.
    pub(super) fn flush(&mut self, force: &Force) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        if self.torn {
            self.file.set_len(self.good).and_then(|()| self.file.sync_all()).doing("cut", &self.path)?;
            self.torn = false;
        }
        let batch: String = self.waiting.iter().map(String::as_str).collect();
        if let Err(source) = self.file.write_all(batch.as_bytes()) {
            self.torn = true;
            return Err(StoreError::Io { doing: "write", path: self.path.clone(), source });
        }
        force.soon(&self.path);
        self.good += batch.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    /// Goes on from a checkpoint when the log is larger than `limit`. Nothing is cut off from a broken chain: what is wrong
    /// with it stays to be seen.
    pub(super) fn prune(&mut self, limit: u64) -> Result<(), StoreError> {
        if self.good <= limit || !self.waiting.is_empty() || self.torn {
            return Ok(());
        }
        let content = fs::read(&self.path).doing("read", &self.path)?;
        let whole = &content[..lines::whole(&content)];
        if check(whole).broken.is_some() {
            return Ok(());
        }
        let all = whole.split_inclusive(|b| *b == b'\n').collect::<Vec<_>>();
        let mut stays = all.len();
        let mut bytes = 0;
        while stays > 1 && bytes + all[stays - 1].len() as u64 <= limit / 2 {
            stays -= 1;
            bytes += all[stays].len() as u64;
        }
        let before = check(&all[..stays].concat());
        let line = Checkpoint::new(before.entries, before.last_record, before.head)
            .line()
            .map_err(|e| StoreError::Record { seq: before.last_record, reason: e.to_string() })?;
        let mut shorter = line.into_bytes();
        shorter.push(b'\n');
        shorter.extend(all[stays..].concat());
        atomic::replace(&self.path, &shorter)?;
        self.file = OpenOptions::new().append(true).open(&self.path).doing("open", &self.path)?;
        self.good = shorter.len() as u64;
        Ok(())
    }

    fn entry(&self, record: &Record, request: &RequestRecord) -> Entry {
        Entry {
            v: 1,
            n: self.entries + 1,
            record: record.seq,
            utc: format!("{}Z", Civil::from_millis(record.utc)),
            target: record.device.to_string(),
            who: request.origin.ident.to_string(),
            door: request.origin.category.word().to_owned(),
            role: words::role(request.role).to_owned(),
            command: request.command.clone(),
            result: request.denied.as_ref().map_or_else(|| "done".to_owned(), |d| format!("refused: {d}")),
            prev: self.head.clone(),
        }
    }
}
