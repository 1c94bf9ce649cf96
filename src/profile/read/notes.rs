//! The list of faults as it grows.

use crate::profile::{Fault, Faults};

/// Faults found so far in one file.
pub(super) struct Notes {
    file: String,
    faults: Vec<Fault>,
}

impl Notes {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), faults: Vec::new() }
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    pub(super) fn add(&mut self, line: usize, name: &str, reason: impl Into<String>) {
        self.faults.push(Fault { file: self.file.clone(), line, name: name.to_owned(), reason: reason.into() });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// In file order; faults of one line in the order in which they were found.
    pub(super) fn into_faults(mut self) -> Faults {
        self.faults.sort_by_key(|f| f.line);
        Faults(self.faults)
    }
}
