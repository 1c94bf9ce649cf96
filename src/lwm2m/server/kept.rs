//! The newest values of a device by path, with their recent course.

use super::limits::{self, Share};
use super::series::Series;
use crate::lwm2m::path::Path;
use crate::profile::Value;
use crate::time::UtcMillis;

/// The newest value at a path.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// When it came.
    pub at: UtcMillis,
    series: Series,
}

/// Values in the order of their paths. A message names them in that order nearly always, so that each is found next to
/// the one before.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    entries: Vec<(Path, Entry)>,
    points: usize,
}

impl Kept {
    /// Keeps values; gives how many found no room. Of their course as much is kept as its share.
    pub(super) fn keep(&mut self, values: &[(Path, Value)], now: UtcMillis, share: &Share) -> u64 {
        let mut lost = 0;
        let mut next = 0;
        for (path, value) in values {
            let Some(at) = self.place(*path, next) else {
                lost += 1;
                continue;
            };
            next = at + 1;
            let filled = self.points.cmp(&share.points_of_device);
            let entry = &mut self.entries[at].1;
            entry.value.clone_from(value);
            entry.at = now;
            let number = match value {
                Value::Bool(b) => Some(f64::from(u8::from(*b))),
                other => other.as_f64(),
            };
            if let Some(number) = number {
                self.points -= entry.series.len();
                entry.series.push(now, number, share, filled);
                self.points += entry.series.len();
            }
        }
        lost
    }

    /// The position of a path, which may be the guessed one or one soon after; a new one if there is room.
    fn place(&mut self, path: Path, guess: usize) -> Option<usize> {
        const NEAR: usize = 4;
        let near = self.entries.iter().skip(guess).take(NEAR).position(|(known, _)| *known == path);
        if let Some(ahead) = near {
            return Some(guess + ahead);
        }
        match self.entries.binary_search_by_key(&path, |(known, _)| *known) {
            Ok(at) => Some(at),
            Err(_) if self.entries.len() >= limits::VALUES => None,
            Err(at) => {
                let entry = Entry { value: Value::Bool(false), at: UtcMillis(0), series: Series::default() };
                self.entries.insert(at, (path, entry));
                Some(at)
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &Entry)> {
        self.entries.iter().map(|(path, entry)| (path, entry))
    }

    pub(super) fn get(&self, path: Path) -> Option<&Entry> {
        let at = self.entries.binary_search_by_key(&path, |(known, _)| *known).ok()?;
        self.entries.get(at).map(|(_, entry)| entry)
    }

    /// The recent course of a number, oldest first; none when nothing is known there.
    pub(super) fn history(&self, path: Path, after: UtcMillis) -> Option<Vec<(UtcMillis, f64)>> {
        self.get(path).map(|e| e.series.since(after).collect())
    }

    /// Points kept of all values.
    pub(super) fn points(&self) -> usize {
        self.iter().map(|(_, e)| e.series.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// In whatever order they come, the newest of each path is found, as a map would have it.
        #[test]
        fn the_newest_of_each_path(messages in prop::collection::vec(prop::collection::vec((0_u16..12, 0_i64..9), 0..12), 0..8)) {
            let mut kept = Kept::default();
            let mut map = BTreeMap::new();
            for (at, message) in (1..).zip(messages) {
                let values: Vec<_> = message.into_iter().map(|(id, n)| (Path::resource(9, id), Value::Int(n))).collect();
                prop_assert_eq!(kept.keep(&values, UtcMillis(at), &Share::default()), 0);
                map.extend(values.into_iter().map(|(path, value)| (path, (value, UtcMillis(at)))));
            }
            let all: Vec<_> = kept.iter().map(|(p, e)| (*p, (e.value.clone(), e.at))).collect();
            prop_assert_eq!(all, map.into_iter().collect::<Vec<_>>());
            prop_assert!(kept.get(Path::resource(8, 0)).is_none());
        }
    }
}
