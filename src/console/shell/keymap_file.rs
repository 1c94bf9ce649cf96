//! A key map file that is read again when it changes.

use crate::console::keymap::Keymap;
use std::fs::{self, Metadata};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

/// How often the file is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// A key map file, and how it was when it was read last.
pub(super) struct KeymapFile {
    path: PathBuf,
    seen: Option<(SystemTime, u64)>,
    looked: Instant,
}

impl KeymapFile {
    pub(super) fn watch(path: PathBuf) -> Self {
        let seen = stamp(&path);
        Self { path, seen, looked: Instant::now() }
    }

    /// The new map, or what is wrong with it; none when nothing changed or it is not time to look.
    pub(super) fn changed(&mut self) -> Option<Result<Keymap, String>> {
        if self.looked.elapsed() < EVERY {
            return None;
        }
        self.looked = Instant::now();
        let stamp = stamp(&self.path);
        // An editor may take the file away for a moment while it writes: no news.
        if stamp == self.seen || stamp.is_none() {
            return None;
        }
        self.seen = stamp;
        let name = self.path.display().to_string();
        let read = fs::read_to_string(&self.path).map_err(|e| format!("{name}: {e}"));
        Some(read.and_then(|text| Keymap::parse(&text, &name).map_err(|faults| faults.to_string())))
    }
}

fn stamp(path: &PathBuf) -> Option<(SystemTime, u64)> {
    let meta: Metadata = fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}
