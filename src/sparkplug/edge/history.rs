//! What is kept while nobody can be told: events for ever, measurements in a bounded ring.
//!
//! After the births it is sent as historical data with the times of its own. An event that was handed to a connection
//! that broke soon after may be lost with it, so events are also kept for a while after they were sent: a host that gets
//! one twice stores it twice under the same time, one that never gets it does not know of the trip.

use crate::point::Reading;
use crate::time::UtcMillis;
use std::collections::VecDeque;

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

/// Store and forward of one edge node.
#[derive(Debug)]
pub struct History {
    events: VecDeque<Point>,
    measurements: VecDeque<Point>,
    limit: usize,
    dropped: u64,
    sent: VecDeque<(UtcMillis, Point)>,
    memory_ms: i64,
}

impl History {
    /// With room for `limit` measurements; events that were sent are remembered for `memory_ms`.
    #[must_use]
    pub fn new(limit: usize, memory_ms: i64) -> Self {
        Self {
            events: VecDeque::new(),
            measurements: VecDeque::new(),
            limit,
            dropped: 0,
            sent: VecDeque::new(),
            memory_ms,
        }
    }

    /// Keeps a point that could not be sent.
    pub fn keep(&mut self, point: Point, measured: bool) {
        if !measured {
            self.events.push_back(point);
            return;
        }
        if self.measurements.len() >= self.limit {
            self.dropped += 1;
            if self.measurements.pop_front().is_none() {
                return;
            }
        }
        self.measurements.push_back(point);
    }

    /// Remembers an event that was just sent.
    pub fn sent(&mut self, point: Point, now: UtcMillis) {
        while self.sent.front().is_some_and(|(at, _)| now.0 - at.0 > self.memory_ms) {
            self.sent.pop_front();
        }
        self.sent.push_back((now, point));
    }

    /// What was sent lately may not have arrived.
    pub fn lost(&mut self, now: UtcMillis) {
        let recent = self.sent.drain(..).filter(|(at, _)| now.0 - at.0 <= self.memory_ms);
        let mut events: VecDeque<Point> = recent.map(|(_, point)| point).collect();
        events.append(&mut self.events);
        self.events = events;
    }

    /// Measurements that had to give way.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether anything waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.measurements.is_empty()
    }

    /// The oldest points of one device that can be told now, in the order of their times, at most `limit`.
    pub fn take(&mut self, limit: usize, born: impl Fn(usize) -> bool) -> Vec<Point> {
        let first = |lane: &VecDeque<Point>| lane.iter().find(|p| born(p.device)).map(|p| (p.utc, p.device));
        let oldest = [first(&self.events), first(&self.measurements)].into_iter().flatten().min();
        let Some(device) = oldest.map(|(_, device)| device) else { return Vec::new() };
        let mut taken = take_device(&mut self.events, device, limit);
        taken.append(&mut take_device(&mut self.measurements, device, limit));
        // Stable: points of the same time keep the order in which they came.
        taken.sort_by_key(|p| p.utc);
        for extra in taken.split_off(taken.len().min(limit)).into_iter().rev() {
            // Too many of one device: the newest wait for the next message. Which lane they wait in is of no matter
            // any more, since nothing is dropped from the front once it is this old; events are the safe one.
            self.events.push_front(extra);
        }
        taken
    }
}

fn take_device(lane: &mut VecDeque<Point>, device: usize, limit: usize) -> Vec<Point> {
    let mut taken = Vec::new();
    let mut rest = VecDeque::with_capacity(lane.len());
    for point in lane.drain(..) {
        if point.device == device && taken.len() < limit {
            taken.push(point);
        } else {
            rest.push_back(point);
        }
    }
    *lane = rest;
    taken
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

    #[test]
    fn measurements_give_way_and_events_do_not() {
        let mut history = History::new(3, 0);
        for utc in 0..10 {
            history.keep(point(0, utc), true);
            history.keep(point(0, utc), false);
        }
        assert_eq!(history.dropped(), 7);
        assert_eq!(times(&history.take(100, |_| true)), [0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 8, 9, 9]);
        assert!(history.is_empty());
    }

    #[test]
    fn one_device_at_a_time_in_order_of_time() {
        let mut history = History::new(100, 0);
        for (device, utc) in [(1, 5), (0, 6), (1, 7), (0, 8), (1, 9)] {
            history.keep(point(device, utc), true);
        }
        history.keep(point(1, 6), false);
        assert_eq!(times(&history.take(2, |_| true)), [5, 6]);
        assert_eq!(times(&history.take(2, |_| true)), [6, 8]);
        assert_eq!(times(&history.take(2, |_| true)), [7, 9]);
        assert!(history.take(2, |_| true).is_empty());
    }

    #[test]
    fn an_event_sent_shortly_before_the_break_is_kept() {
        let mut history = History::new(100, 1000);
        history.sent(point(0, 1), UtcMillis(1));
        history.sent(point(0, 1500), UtcMillis(1500));
        history.lost(UtcMillis(2000));
        assert_eq!(times(&history.take(10, |_| true)), [1500]);
    }
}
