//! The records in memory: numbered without gaps, the newest of each class kept.

use super::{Body, Class, Record};
use crate::control::BreakerIx;
use crate::time::{Tick, UtcMillis};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Numbers records, hands each out once, and keeps the newest of each class.
///
/// Two ends: [`Log::drain`] gives every record exactly once, for the file and the wire, and never drops one; the rings
/// behind [`Log::newest`] are for looking back and forget the oldest of a class.
#[derive(Clone, Debug, Default)]
pub struct Log {
    last_seq: u64,
    rings: BTreeMap<Class, VecDeque<Arc<Record>>>,
    undrained: Vec<Arc<Record>>,
}

/// Which records to look for; the default finds all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Only this class.
    pub class: Option<Class>,
    /// Only this breaker.
    pub breaker: Option<BreakerIx>,
    /// Only records with a lower number: the next page of an earlier answer.
    pub before: Option<u64>,
}

impl Query {
    /// Whether a record is looked for.
    #[must_use]
    pub fn matches(&self, record: &Record) -> bool {
        self.class.is_none_or(|c| record.body.class() == c)
            && self.breaker.is_none_or(|b| record.breaker == b)
            && self.before.is_none_or(|seq| record.seq < seq)
    }
}

impl Log {
    /// A log that goes on after the record with this number; 0 when there is none yet.
    #[must_use]
    pub fn after(last_seq: u64) -> Self {
        Self { last_seq, ..Self::default() }
    }

    /// Puts kept records back into the rings, oldest first, without handing them out again. Numbering goes on after
    /// the highest number seen.
    pub fn restore(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.last_seq = self.last_seq.max(record.seq);
            self.keep(Arc::new(record));
        }
    }

    /// Writes down what happened.
    pub fn push(
        &mut self,
        tick: Tick,
        utc: UtcMillis,
        breaker: BreakerIx,
        device: &Arc<str>,
        body: Body,
    ) -> Arc<Record> {
        self.last_seq += 1;
        let record = Arc::new(Record { seq: self.last_seq, tick, utc, breaker, device: Arc::clone(device), body });
        self.keep(Arc::clone(&record));
        self.undrained.push(Arc::clone(&record));
        record
    }

    /// Number of the newest record; 0 when there is none.
    #[must_use]
    pub const fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Every record since the last call, oldest first.
    pub fn drain(&mut self) -> Vec<Arc<Record>> {
        std::mem::take(&mut self.undrained)
    }

    /// The newest records that match, newest first, at most `count`.
    #[must_use]
    pub fn newest(&self, count: usize, query: Query) -> Vec<Arc<Record>> {
        let mut found: Vec<Arc<Record>> =
            self.rings.values().flatten().filter(|r| query.matches(r)).map(Arc::clone).collect();
        found.sort_unstable_by_key(|r| std::cmp::Reverse(r.seq));
        found.truncate(count);
        found
    }

    fn keep(&mut self, record: Arc<Record>) {
        let class = record.body.class();
        let ring = self.rings.entry(class).or_default();
        if ring.len() == class.depth() {
            ring.pop_front();
        }
        ring.push_back(record);
    }
}
