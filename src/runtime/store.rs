//! The state directory: what survives the end of the program, however it comes.
//!
//! ```text
//! DIR/lock                      held while a program uses the directory
//! DIR/journal/000000000001.jsonl  records, one JSON object a line; a file is named by its first record
//! DIR/journal/kept.jsonl        the newest records of each class out of files that had to go
//! DIR/audit.jsonl               every request with its answer, chained by hashes
//! DIR/state/NAME                small files, replaced as a whole
//! DIR/waveforms/….cfg .dat .hdr .cff   trips as COMTRADE
//! ```
//!
//! A record counts as shown only after [`Store::append`] returned: its line is written then, and no end of the process
//! takes it away. It is forced to the disk a blink later (`force`), so that an end of the machine costs no more than
//! that blink. A line that was cut by a crash was therefore never shown, and is removed at the next start. Records that cannot be written (disk full) wait
//! in memory and go first when writing works again; the caller is told each time.
//!
//! Nothing grows without end ([`Options`], [`Store::prune`]): the oldest journal files go, the newest records of each
//! class stay; of each breaker the newest recordings stay; the audit log goes on from a checkpoint.

mod atomic;
mod audit;
mod error;
mod force;
mod journal;
mod lines;
mod lock;
mod recordings;

pub use audit::{AuditReport, verify};
pub use error::StoreError;
pub use journal::{Damage, Records};

use crate::record::comtrade::Meta;
use crate::record::{Class, Record, TripId, Waveform};
use error::Doing;
use serde::de::DeserializeOwned;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How the directory is used; the defaults suit a program that runs for years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// A journal file that is larger than this is followed by a new one.
    pub segment_bytes: u64,
    /// Records that wait in memory while the disk refuses them; more are lost, and counted.
    pub waiting: usize,
    /// All journal files together are not larger than this for long.
    pub journal_bytes: u64,
    /// An audit log that is larger than this goes on from a checkpoint, with the newest half of this.
    pub audit_bytes: u64,
    /// So many recordings of each breaker stay.
    pub recordings: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 4 << 20,
            waiting: 100_000,
            journal_bytes: 64 << 20,
            audit_bytes: 16 << 20,
            // As many trips as a large trip unit keeps.
            recordings: 50,
        }
    }
}

/// What was found in the directory.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Number of the newest record, 0 when there is none: the next record has the number after it.
    pub last_seq: u64,
    /// The newest records of each class, as many as are kept in memory, oldest first.
    pub newest: Vec<Record>,
    /// What was not as it should be, one sentence each.
    pub remarks: Vec<String>,
}

/// The state directory, held by this program alone.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    journal: journal::Journal,
    audit: audit::Audit,
    force: force::Force,
    options: Options,
    _lock: lock::Lock,
}

impl Store {
    /// Takes hold of a directory, makes it when it is missing, and repairs what a crash left behind.
    ///
    /// # Errors
    /// Another program holds it, or it cannot be read or written.
    pub fn open(dir: &Path) -> Result<(Self, Recovered), StoreError> {
        Self::open_with(dir, Options::default())
    }

    /// As [`Store::open`], with options.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(dir: &Path, options: Options) -> Result<(Self, Recovered), StoreError> {
        for made in [dir.to_owned(), dir.join("journal"), dir.join("state"), dir.join("waveforms")] {
            fs::create_dir_all(&made).doing("make the directory", &made)?;
        }
        let lock = lock::take(dir)?;
        let force = force::Force::start().doing("start a thread for", dir)?;
        let mut recovered = Recovered::default();
        atomic::sweep(&dir.join("state"), &mut recovered.remarks)?;
        atomic::sweep(&dir.join("waveforms"), &mut recovered.remarks)?;
        let (journal, tail) = journal::Journal::open(&dir.join("journal"), options, &mut recovered.remarks)?;
        recovered.last_seq = journal.last_seq();
        let audit =
            audit::Audit::open(&dir.join("audit.jsonl"), &tail, options.waiting, &force, &mut recovered.remarks)?;
        recovered.newest = newest_of_each_class(tail);
        let mut store = Self { dir: dir.to_owned(), journal, audit, force, options, _lock: lock };
        let recordings = recordings::prune(&dir.join("waveforms"), options.recordings);
        if let Err(e) = store.prune().and(recordings) {
            recovered.remarks.push(e.to_string());
        }
        Ok((store, recovered))
    }

    /// Writes records down; on return no end of the process takes them away.
    ///
    /// # Errors
    /// They are not written; they wait in memory and are tried again with the next call, also with an empty list.
    pub fn append<R: Borrow<Record>>(&mut self, records: &[R]) -> Result<(), StoreError> {
        self.audit.note(records.iter().map(Borrow::borrow))?;
        self.journal.append(records.iter().map(Borrow::borrow), &self.force)?;
        // After the journal: what a crash keeps from the audit log is added from the journal at the next start.
        self.audit.flush(&self.force)
    }

    /// Removes what is too old for the sizes of [`Options`]; cheap when nothing has grown. An error leaves everything
    /// readable, and the next call tries again.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn prune(&mut self) -> Result<(), StoreError> {
        self.journal.prune()?;
        self.audit.prune(self.options.audit_bytes)
    }

    /// Entries in the audit log and the hash of the newest: whoever keeps it elsewhere notices any change of the log.
    #[must_use]
    pub fn audit_head(&self) -> (u64, &str) {
        self.audit.report()
    }

    /// What could not be forced to the disk since the last call.
    #[must_use]
    pub fn trouble(&self) -> Option<StoreError> {
        self.force.trouble()
    }

    /// Records that wait for the disk, and records that were lost because too many waited.
    #[must_use]
    pub fn backlog(&self) -> (usize, u64) {
        self.journal.backlog()
    }

    /// Replaces a small file as a whole; after a crash either the old or the new content is there.
    ///
    /// # Errors
    /// The name is not one of letters, figures, `-`, `_`, `.`; or the disk refuses.
    pub fn put(&self, name: &str, content: &str) -> Result<(), StoreError> {
        atomic::replace_soon(&self.state(name)?, content.as_bytes(), &self.force)
    }

    /// As [`Store::put`], in a directory that this program holds.
    ///
    /// # Errors
    /// As [`Store::put`].
    pub fn put_in(dir: &Path, name: &str, content: &str) -> Result<(), StoreError> {
        atomic::replace(&state_path(dir, name)?, content.as_bytes())
    }

    /// The content of a small file, none when it was never written.
    ///
    /// # Errors
    /// As [`Store::put`]; or it is not text.
    pub fn get(&self, name: &str) -> Result<Option<String>, StoreError> {
        let path = self.state(name)?;
        match fs::read_to_string(&path) {
            Ok(content) => Ok(Some(content)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e).doing("read", &path),
        }
    }

    /// A small file as JSON. One that cannot be understood is set aside, so that nothing is lost by going on with
    /// defaults; the second value says so.
    ///
    /// # Errors
    /// The name is not legal, or the file cannot be set aside.
    pub fn get_json<T: DeserializeOwned>(&self, name: &str) -> Result<(Option<T>, Option<String>), StoreError> {
        let path = self.state(name)?;
        let reason = match self.get(name) {
            Ok(None) => return Ok((None, None)),
            Ok(Some(text)) => match serde_json::from_str(&text) {
                Ok(value) => return Ok((Some(value), None)),
                Err(e) => e.to_string(),
            },
            Err(e) => e.to_string(),
        };
        let aside = atomic::set_aside(&path)?;
        let remark = format!(
            "{} cannot be used ({reason}); it was set aside as {}, and defaults are used",
            path.display(),
            aside.display()
        );
        Ok((None, Some(remark)))
    }

    /// Writes the waveform of a trip as COMTRADE: configuration, data and header of 1999 with 16-bit data, which every
    /// tool reads, and a combined file of 2013 with the full resolution. Gives the path of the configuration.
    ///
    /// # Errors
    /// The waveform cannot be written as COMTRADE, or the disk refuses.
    pub fn save_waveform(&self, trip: &TripId, waveform: &Waveform, meta: &Meta) -> Result<PathBuf, StoreError> {
        let dir = self.dir.join("waveforms");
        let path = recordings::save(&dir, trip, waveform, meta, &self.force)?;
        recordings::prune(&dir, self.options.recordings)?;
        Ok(path)
    }

    /// Every record in the directory, oldest first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn records(&self) -> Result<Records, StoreError> {
        Self::records_in(&self.dir)
    }

    /// Every record in a directory that another program may be using, oldest first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn records_in(dir: &Path) -> Result<Records, StoreError> {
        Records::open(&dir.join("journal"))
    }

    /// The configuration file of the recording of a trip in a directory that another program may be using.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn waveform_in(dir: &Path, trip: &TripId) -> Result<Option<PathBuf>, StoreError> {
        recordings::find(&dir.join("waveforms"), trip)
    }

    fn state(&self, name: &str) -> Result<PathBuf, StoreError> {
        state_path(&self.dir, name)
    }
}

/// Path of a small file; names are what protocols call their things, so capitals are legal.
fn state_path(dir: &Path, name: &str) -> Result<PathBuf, StoreError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(legal) {
        return Err(StoreError::Name(name.to_owned()));
    }
    Ok(dir.join("state").join(name))
}

/// As many of each class as are kept in memory, in order.
fn newest_of_each_class(records: Vec<Record>) -> Vec<Record> {
    let mut kept: BTreeMap<Class, usize> = BTreeMap::new();
    let mut newest: Vec<Record> = records
        .into_iter()
        .rev()
        .filter(|record| {
            let class = record.body.class();
            let count = kept.entry(class).or_default();
            *count += 1;
            *count <= class.depth()
        })
        .collect();
    newest.reverse();
    newest
}
