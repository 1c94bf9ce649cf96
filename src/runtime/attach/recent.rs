//! The newest records of each class, for a console that comes later.

use crate::record::{Class, Record};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The newest records, of each class as many as are kept in memory: a flood of one class takes none of another.
#[derive(Debug, Default)]
pub(super) struct Recent(BTreeMap<Class, VecDeque<Arc<Record>>>);

impl Recent {
    pub(super) fn push(&mut self, record: Arc<Record>) {
        let class = record.body.class();
        let kept = self.0.entry(class).or_default();
        if kept.len() >= class.depth() {
            kept.pop_front();
        }
        kept.push_back(record);
    }

    /// All of them, oldest first.
    pub(super) fn all(&self) -> Vec<Arc<Record>> {
        let mut all: Vec<_> = self.0.values().flatten().cloned().collect();
        all.sort_by_key(|record| record.seq);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::BreakerIx;
    use crate::record::{Body, NoteRecord};
    use crate::time::{Tick, UtcMillis};

    fn note(seq: u64, class: Class) -> Arc<Record> {
        let body = Body::Note(NoteRecord { class, text: String::new() });
        Arc::new(Record { seq, tick: Tick(seq), utc: UtcMillis(0), breaker: BreakerIx(0), device: "b".into(), body })
    }

    #[test]
    fn a_flood_of_one_class_leaves_the_others_and_the_order() {
        let mut recent = Recent::default();
        recent.push(note(1, Class::Trip));
        for seq in 2..1000 {
            recent.push(note(seq, Class::Comm));
        }
        recent.push(note(1000, Class::Alarm));
        let seqs: Vec<u64> = recent.all().iter().map(|r| r.seq).collect();
        let newest = 1000 - Class::Comm.depth() as u64;
        assert_eq!(seqs, [1].into_iter().chain(newest..=1000).collect::<Vec<_>>());
    }
}
