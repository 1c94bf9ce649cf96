//! Messages of one edge node in the order of their sequence numbers.

use crate::time::UtcMillis;

/// Most messages held back. A sequence number further behind than the rest of the circle is late, not early.
const MOST: usize = 240;

/// Most bytes held back.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// What becomes of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admitted<M> {
    /// These are next, in this order.
    Now(Vec<M>),
    /// It waits for others.
    Held,
    /// Its number was used before.
    Again(M),
    /// Others did not come and there is no more room to wait: a gap, then these.
    GivenUp(Gap<M>),
}

/// A gap that was not closed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap<M> {
    /// The number that is missing.
    pub(super) expected: u8,
    /// The one that came instead.
    pub(super) found: u8,
    /// What was held back, in order.
    pub(super) messages: Vec<M>,
}

/// Messages that came too early (`tck-id-operational-behavior-host-reordering-start` and its siblings).
#[derive(Debug)]
pub(super) struct Reorder<M> {
    next: u8,
    held: Vec<(u8, usize, M)>,
    since: Option<UtcMillis>,
}

impl<M> Reorder<M> {
    /// After a birth with this number.
    pub(super) const fn after(seq: u8) -> Self {
        Self { next: seq.wrapping_add(1), held: Vec::new(), since: None }
    }

    /// Takes a message.
    pub(super) fn admit(&mut self, seq: u8, size: usize, message: M, now: UtcMillis) -> Admitted<M> {
        let ahead = usize::from(seq.wrapping_sub(self.next));
        if ahead == 0 {
            self.next = self.next.wrapping_add(1);
            let mut ready = vec![message];
            self.follow(&mut ready);
            return Admitted::Now(ready);
        }
        if ahead >= MOST || self.held.iter().any(|(s, ..)| *s == seq) {
            if ahead < MOST && !self.held.is_empty() {
                // The circle has come round while something was missing.
                let mut gap = self.give_up();
                self.next = seq.wrapping_add(1);
                gap.messages.push(message);
                return Admitted::GivenUp(gap);
            }
            return Admitted::Again(message);
        }
        self.held.push((seq, size, message));
        self.since.get_or_insert(now);
        if self.bytes() > MOST_BYTES {
            return Admitted::GivenUp(self.give_up());
        }
        Admitted::Held
    }

    /// When the wait began.
    pub(super) const fn since(&self) -> Option<UtcMillis> {
        self.since
    }

    /// How many wait.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// Bytes held back.
    pub(super) fn bytes(&self) -> usize {
        self.held.iter().map(|(_, size, _)| size).sum()
    }

    /// The number that the next message should have.
    pub(super) const fn next(&self) -> u8 {
        self.next
    }

    /// The time is over: what waits, in order, with the first gap.
    pub(super) fn give_up(&mut self) -> Gap<M> {
        let next = self.next;
        self.since = None;
        self.held.sort_by_key(|(seq, ..)| seq.wrapping_sub(next));
        let found = self.held.first().map_or(next, |(seq, ..)| *seq);
        if let Some((last, ..)) = self.held.last() {
            self.next = last.wrapping_add(1);
        }
        Gap { expected: next, found, messages: self.held.drain(..).map(|(_, _, m)| m).collect() }
    }

    /// What waited for the one that came.
    fn follow(&mut self, ready: &mut Vec<M>) {
        while let Some(at) = self.held.iter().position(|(seq, ..)| *seq == self.next) {
            ready.push(self.held.swap_remove(at).2);
            self.next = self.next.wrapping_add(1);
        }
        if self.held.is_empty() {
            self.since = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> UtcMillis {
        UtcMillis(ms)
    }

    #[test]
    fn tck_id_payloads_sequence_num_incrementing() {
        let mut reorder = Reorder::after(254);
        assert_eq!(reorder.admit(255, 1, 'a', at(0)), Admitted::Now(vec!['a']));
        assert_eq!(reorder.admit(0, 1, 'b', at(0)), Admitted::Now(vec!['b']));
        assert_eq!(reorder.next(), 1);
    }

    #[test]
    fn tck_id_operational_behavior_host_reordering_success() {
        let mut reorder = Reorder::after(254);
        assert_eq!(reorder.admit(1, 1, 'c', at(5)), Admitted::Held);
        assert_eq!(reorder.since(), Some(at(5)), "tck-id-operational-behavior-host-reordering-start");
        assert_eq!(reorder.admit(0, 1, 'b', at(6)), Admitted::Held);
        assert_eq!(reorder.since(), Some(at(5)));
        assert_eq!(reorder.admit(255, 1, 'a', at(7)), Admitted::Now(vec!['a', 'b', 'c']));
        assert_eq!((reorder.since(), reorder.held()), (None, 0));
    }

    #[test]
    fn a_gap_that_stays_open_gives_what_waits_in_order() {
        let mut reorder = Reorder::after(9);
        assert_eq!(reorder.admit(13, 1, 'c', at(0)), Admitted::Held);
        assert_eq!(reorder.admit(11, 1, 'a', at(0)), Admitted::Held);
        assert_eq!(reorder.admit(12, 1, 'b', at(0)), Admitted::Held);
        assert_eq!(reorder.give_up(), Gap { expected: 10, found: 11, messages: vec!['a', 'b', 'c'] });
        assert_eq!(reorder.admit(14, 1, 'd', at(0)), Admitted::Now(vec!['d']));
    }

    #[test]
    fn a_number_that_came_before_is_told_apart() {
        let mut reorder = Reorder::after(9);
        assert_eq!(reorder.admit(9, 1, 'x', at(0)), Admitted::Again('x'));
        assert_eq!(reorder.admit(250, 1, 'y', at(0)), Admitted::Again('y'));
        assert_eq!(reorder.admit(10, 1, 'z', at(0)), Admitted::Now(vec!['z']));
    }

    #[test]
    fn a_whole_lap_while_one_is_missing_ends_the_wait() {
        let mut reorder = Reorder::after(0);
        for seq in 2..=240 {
            assert_eq!(reorder.admit(seq, 1, seq, at(0)), Admitted::Held);
        }
        let Admitted::GivenUp(gap) = reorder.admit(2, 1, 2, at(0)) else { panic!("still waiting") };
        assert_eq!((gap.expected, gap.found, gap.messages.len()), (1, 2, 240));
        assert_eq!(reorder.admit(3, 1, 3, at(0)), Admitted::Now(vec![3]));
    }

    #[test]
    fn bytes_are_bounded() {
        let mut reorder = Reorder::after(0);
        assert_eq!(reorder.admit(2, MOST_BYTES, 'a', at(0)), Admitted::Held);
        assert!(matches!(reorder.admit(3, 1, 'b', at(0)), Admitted::GivenUp(_)));
        assert_eq!(reorder.held(), 0);
    }
}
