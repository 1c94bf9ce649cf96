//! What can go wrong with the state directory, in sentences a person can act on.

use crate::record::comtrade::ComtradeError;
use std::io;
use std::path::{Path, PathBuf};

/// Why the state directory did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program holds the directory.
    #[error("the state directory {} is in use{by}; stop that program or give another directory with --state-dir", dir.display())]
    InUse {
        /// The directory.
        dir: PathBuf,
        /// By which process, in words; empty when it did not say.
        by: String,
    },
    /// The operating system refused.
    #[error("cannot {doing} {}: {source}{}", path.display(), advice(source))]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Records are not on the disk.
    #[error("{waiting} records are not on the disk yet{}: {source}", loss(*lost))]
    Waiting {
        /// How many wait in memory.
        waiting: usize,
        /// How many were lost because too many waited.
        lost: u64,
        /// Why.
        source: Box<StoreError>,
    },
    /// The name of a small file is not legal.
    #[error("{0:?} is no name of a state file: letters, figures, '-', '_' and '.' only")]
    Name(String),
    /// A record cannot be written as a line.
    #[error("record {seq} cannot be kept: {reason}")]
    Record {
        /// Which.
        seq: u64,
        /// Why not.
        reason: String,
    },
    /// The waveform cannot be written.
    #[error("the waveform cannot be kept: {0}")]
    Waveform(#[from] ComtradeError),
}

fn advice(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "; make room on the disk or give another directory with --state-dir"
        }
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            "; give a directory that can be written with --state-dir"
        }
        _ => "",
    }
}

fn loss(count: u64) -> String {
    if count == 0 { String::new() } else { format!(", {count} are lost") }
}

/// Puts what was tried beside an error of the operating system.
pub(super) trait Doing<T> {
    /// The error with what was tried and on what.
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, StoreError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Io { doing, path: path.to_owned(), source })
    }
}
