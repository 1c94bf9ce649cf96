//! Names that must differ, also when the case is disregarded.

use super::notes::Notes;
use std::collections::HashMap;

/// Names of one kind of thing, with their positions.
#[derive(Default)]
pub(super) struct Ids {
    exact: HashMap<String, usize>,
    folded: HashMap<String, (String, usize)>,
}

impl Ids {
    /// Enters a name; one that was there before, or differs only in case, is a fault about `owner`.
    pub(super) fn enter(&mut self, name: &str, at: usize, line: usize, owner: &str, what: &str, notes: &mut Notes) {
        if name.is_empty() {
            return;
        }
        match self.folded.get(&name.to_lowercase()) {
            Some((first, first_line)) if first == name => {
                notes.add(line, owner, format!("{what} '{name}' is used twice; the first is on line {first_line}"));
            }
            Some((first, first_line)) => {
                let reason = format!("{what} '{name}' differs only in case from '{first}' on line {first_line}");
                notes.add(line, owner, reason);
            }
            None => {
                self.folded.insert(name.to_lowercase(), (name.to_owned(), line));
            }
        }
        self.exact.entry(name.to_owned()).or_insert(at);
    }

    pub(super) fn get(&self, name: &str) -> Option<usize> {
        self.exact.get(name).copied()
    }
}

/// Ids begin with a letter and go on with letters, digits and `_`, so that a condition can name them.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Reports an id that is no identifier.
pub(super) fn check_identifier(id: &str, line: usize, notes: &mut Notes) {
    if !id.is_empty() && !is_identifier(id) {
        notes.add(line, id, format!("id '{id}' must be a letter followed by letters, digits or _"));
    }
}
