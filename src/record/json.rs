//! The kept form of a record: one JSON object on one line.

use super::{Class, Record};
use serde::{Deserialize, Serialize};

/// A record as a line of JSON, without the line end.
///
/// # Errors
/// The serialiser refused it; this does not happen with numbers, texts and lists, of which records consist.
pub fn line(record: &Record) -> Result<String, LineError> {
    serde_json::to_string(&Written { class: record.body.class(), record }).map_err(|e| LineError(e.to_string()))
}

/// A record from its line.
///
/// # Errors
/// The text is not a record; the message says where.
pub fn parse(line: &str) -> Result<Record, LineError> {
    serde_json::from_str(line).map_err(|e| LineError(e.to_string()))
}

/// The number of a record from its line, read without understanding the rest.
#[must_use]
pub fn seq(line: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        seq: u64,
    }
    serde_json::from_str::<Numbered>(line).ok().map(|n| n.seq)
}

/// A line that is not a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a record: {0}")]
pub struct LineError(pub String);

/// The class is written for those who filter lines without knowing every kind of record; it is not read back.
#[derive(Serialize)]
struct Written<'a> {
    class: Class,
    #[serde(flatten)]
    record: &'a Record,
}
