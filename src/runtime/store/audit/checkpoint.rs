//! A log that has grown too large goes on from a checkpoint, which says where the chain stood.
//!
//! The checkpoint is the first line: how many entries stood before, the number of the newest record among them, and the
//! hash to which the next entry is bound. It is sealed by its own hash like an entry. That entries went is therefore
//! visible, and the chain from there on is as verifiable as before; whoever wants to prove what stood before keeps a copy.

use super::{SEAM, digest, unseal};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoint {
    /// Version of this form.
    v: u32,
    /// Entries that stood before.
    #[serde(rename = "checkpoint")]
    pub(super) entries: u64,
    /// Number of the newest record among them.
    pub(super) record: u64,
    /// Hash of the newest of them.
    pub(super) head: String,
}

impl Checkpoint {
    pub(super) fn new(entries: u64, record: u64, head: String) -> Self {
        Self { v: 1, entries, record, head }
    }

    /// The sealed line, without its end.
    pub(super) fn line(&self) -> Result<String, serde_json::Error> {
        let body = serde_json::to_string(self)?;
        let hash = digest(&body);
        Ok(format!("{}{}{hash}{}", body.strip_suffix('}').unwrap_or(&body), SEAM.0, SEAM.1))
    }

    /// From a line, and whether its seal is whole; none when the line is something else.
    pub(super) fn read(line: &str) -> Option<(Self, bool)> {
        let (body, hash) = unseal(line)?;
        let found = serde_json::from_str(&body).ok()?;
        Some((found, hash == digest(&body)))
    }
}
