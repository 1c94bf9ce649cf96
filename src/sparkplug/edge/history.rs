//! What is kept while nobody can be told.
//!
//! What a trip, an operation, an alarm, a test or a command changed is kept however much it is: a trip is some ten
//! values. Everything else has room for so many values of all devices together: the oldest measurement gives way first,
//! and when there is none, the oldest other change. The records of the program are on disk in any case.
//!
//! After the births it is sent as historical data with the times of its own. An event that was handed to a connection
//! that broke soon after may be lost with it, so events are also kept for a while after they were sent: a host that gets
//! one twice stores it twice under the same time, one that never gets it does not know of the trip.

use crate::point::Reading;
use crate::time::UtcMillis;
use std::collections::VecDeque;

/// How much a value matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Worth {
    /// Changed by a trip, an operation, an alarm, a test or a command: never dropped.
    Event,
    /// Changed by itself: a counter, a setting, a text.
    Change,
    /// Measured.
    Measurement,
}

/// One value of one metric at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Which device.
    pub device: usize,
    /// Which row of the table.
    pub row: usize,
    /// When the value was true.
    pub utc: UtcMillis,
    /// The value.
    pub reading: Reading,
}

/// What waits of one device, each lane in the order of its times, by [`Worth`].
#[derive(Debug, Default)]
struct Lanes([VecDeque<Point>; 3]);

impl Lanes {
    /// The time of the oldest point.
    fn oldest(&self) -> Option<UtcMillis> {
        self.0.iter().filter_map(|lane| lane.front()).map(|p| p.utc).min()
    }

    /// The oldest point; of those of one time what matters most comes first.
    fn pop_oldest(&mut self) -> Option<(Worth, Point)> {
        let fronts = self.0.iter().zip(ALL).filter_map(|(lane, worth)| Some((lane.front()?.utc, worth)));
        let (_, worth) = fronts.min_by_key(|(utc, _)| *utc)?;
        Some((worth, self.0[worth as usize].pop_front()?))
    }
}

/// In the order of the lanes.
const ALL: [Worth; 3] = [Worth::Event, Worth::Change, Worth::Measurement];

/// Store and forward of one edge node.
#[derive(Debug)]
pub struct History {
    devices: Vec<Lanes>,
    /// Points in all lanes together, by [`Worth`].
    waiting: [usize; 3],
    limit: usize,
    dropped: u64,
    /// Events and changes that were sent lately.
    sent: [VecDeque<(UtcMillis, Point)>; 2],
    memory_ms: i64,
}

impl History {
    /// For so many devices, with room for `limit` values of all together beside the events; what was sent is remembered
    /// for `memory_ms`.
    #[must_use]
    pub fn new(devices: usize, limit: usize, memory_ms: i64) -> Self {
        Self {
            devices: (0..devices).map(|_| Lanes::default()).collect(),
            waiting: [0; 3],
            limit,
            dropped: 0,
            sent: Default::default(),
            memory_ms,
        }
    }

    /// Keeps a point that could not be sent.
    pub fn keep(&mut self, point: Point, worth: Worth) {
        let Some(lanes) = self.devices.get_mut(point.device) else { return };
        lanes.0[worth as usize].push_back(point);
        self.waiting[worth as usize] += 1;
        self.make_room();
    }

    /// Drops what is too much.
    fn make_room(&mut self) {
        while self.waiting[Worth::Measurement as usize] + self.waiting[Worth::Change as usize] > self.limit {
            let worth = if self.waiting[Worth::Measurement as usize] > 0 { Worth::Measurement } else { Worth::Change };
            let oldest = |lane: &&mut VecDeque<Point>| lane.front().map(|p| p.utc);
            let lanes = self.devices.iter_mut().map(|l| &mut l.0[worth as usize]).filter(|lane| !lane.is_empty());
            if lanes.min_by_key(oldest).and_then(VecDeque::pop_front).is_none() {
                return;
            }
            self.waiting[worth as usize] -= 1;
            self.dropped += 1;
        }
    }

    /// Remembers what was just sent; measurements are not remembered. Of changes as many as there is room for.
    pub fn sent(&mut self, point: Point, worth: Worth, now: UtcMillis) {
        let Some(sent) = self.sent.get_mut(worth as usize) else { return };
        let full = worth != Worth::Event && sent.len() >= self.limit;
        while sent.front().is_some_and(|(at, _)| now.0 - at.0 > self.memory_ms) || (full && sent.len() >= self.limit) {
            if sent.pop_front().is_none() {
                break;
            }
        }
        sent.push_back((now, point));
    }

    /// What was sent lately may not have arrived.
    pub fn lost(&mut self, now: UtcMillis) {
        for (sent, worth) in self.sent.iter_mut().zip(ALL) {
            // Newest first, each before what waits already: that is newer still.
            for (at, point) in sent.drain(..).rev() {
                if now.0 - at.0 <= self.memory_ms
                    && let Some(lanes) = self.devices.get_mut(point.device)
                {
                    lanes.0[worth as usize].push_front(point);
                    self.waiting[worth as usize] += 1;
                }
            }
        }
        self.make_room();
    }

    /// Points that wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.iter().sum()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Values that had to give way.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether anything waits that can be told now.
    #[must_use]
    pub fn waits(&self, born: impl Fn(usize) -> bool) -> bool {
        self.devices.iter().enumerate().any(|(device, lanes)| lanes.oldest().is_some() && born(device))
    }

    /// The oldest points of one device that can be told now, in the order of their times, at most `limit`.
    pub fn take(&mut self, limit: usize, born: impl Fn(usize) -> bool) -> Vec<Point> {
        let ready = self.devices.iter_mut().enumerate().filter(|(device, _)| born(*device));
        let waiting = ready.filter_map(|(_, lanes)| Some((lanes.oldest()?, lanes)));
        let Some((_, lanes)) = waiting.min_by_key(|(oldest, _)| *oldest) else { return Vec::new() };
        let taken: Vec<(Worth, Point)> = std::iter::from_fn(|| lanes.pop_oldest()).take(limit).collect();
        for (worth, _) in &taken {
            self.waiting[*worth as usize] -= 1;
        }
        taken.into_iter().map(|(_, point)| point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::Quality;

    fn point(device: usize, utc: i64) -> Point {
        Point { device, row: 0, utc: UtcMillis(utc), reading: Reading { value: None, quality: Quality::Good } }
    }

    fn times(points: &[Point]) -> Vec<i64> {
        points.iter().map(|p| p.utc.0).collect()
    }

    use Worth::{Change, Event, Measurement};

    #[test]
    fn measurements_give_way_first_then_changes_and_events_never() {
        let mut history = History::new(1, 3, 0);
        for utc in 0..10 {
            for worth in [Event, Change, Measurement] {
                history.keep(point(0, utc), worth);
            }
        }
        assert_eq!((history.dropped(), history.len()), (17, 13));
        assert_eq!(times(&history.take(100, |_| true)), [0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 8, 9, 9]);
        assert!(history.is_empty());
        let mut history = History::new(1, 3, 0);
        for utc in 0..2 {
            history.keep(point(0, utc), Change);
        }
        for utc in 2..5 {
            history.keep(point(0, utc), Measurement);
        }
        assert_eq!(times(&history.take(100, |_| true)), [0, 1, 4], "a measurement gives way to a change");
    }

    #[test]
    fn one_device_at_a_time_in_order_of_time() {
        let mut history = History::new(2, 100, 0);
        for (device, utc) in [(1, 5), (0, 6), (1, 7), (0, 8), (1, 9)] {
            history.keep(point(device, utc), Measurement);
        }
        history.keep(point(1, 6), Event);
        assert_eq!(times(&history.take(2, |device| device == 0)), [6, 8]);
        assert_eq!(times(&history.take(2, |_| true)), [5, 6]);
        assert!(!history.waits(|device| device == 0));
        assert_eq!(times(&history.take(9, |_| true)), [7, 9]);
        assert!(history.take(2, |_| true).is_empty());
    }

    #[test]
    fn an_event_sent_shortly_before_the_break_is_kept() {
        let mut history = History::new(1, 100, 1000);
        for worth in [Event, Change, Measurement] {
            history.sent(point(0, 1), worth, UtcMillis(1));
            history.sent(point(0, 1500), worth, UtcMillis(1500));
        }
        history.lost(UtcMillis(2000));
        assert_eq!(times(&history.take(10, |_| true)), [1500, 1500], "and so is a change, but no measurement");
    }

    #[test]
    fn what_is_remembered_has_an_end_but_for_events() {
        let mut history = History::new(1, 3, 1000);
        for utc in 0..10 {
            history.sent(point(0, utc), Event, UtcMillis(utc));
            history.sent(point(0, utc), Change, UtcMillis(utc));
        }
        history.lost(UtcMillis(10));
        assert_eq!((history.len(), history.dropped()), (13, 0));
    }
}
