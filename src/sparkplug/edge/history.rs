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

/// What waits of one device, each lane in the order of its times.
#[derive(Debug, Default)]
struct Lanes {
    events: VecDeque<Point>,
    measurements: VecDeque<Point>,
}

impl Lanes {
    /// The time of the oldest point.
    fn oldest(&self) -> Option<UtcMillis> {
        [self.events.front(), self.measurements.front()].into_iter().flatten().map(|p| p.utc).min()
    }

    fn pop_oldest(&mut self) -> Option<Point> {
        match (self.events.front(), self.measurements.front()) {
            (Some(event), Some(measurement)) if measurement.utc < event.utc => self.measurements.pop_front(),
            (Some(_), _) => self.events.pop_front(),
            (None, _) => self.measurements.pop_front(),
        }
    }
}

/// Store and forward of one edge node.
#[derive(Debug)]
pub struct History {
    devices: Vec<Lanes>,
    /// Measurements in all lanes together.
    measurements: usize,
    limit: usize,
    dropped: u64,
    sent: VecDeque<(UtcMillis, Point)>,
    memory_ms: i64,
}

impl History {
    /// For so many devices, with room for `limit` measurements of all together; events that were sent are remembered
    /// for `memory_ms`.
    #[must_use]
    pub fn new(devices: usize, limit: usize, memory_ms: i64) -> Self {
        Self {
            devices: (0..devices).map(|_| Lanes::default()).collect(),
            measurements: 0,
            limit,
            dropped: 0,
            sent: VecDeque::new(),
            memory_ms,
        }
    }

    /// Keeps a point that could not be sent.
    pub fn keep(&mut self, point: Point, measured: bool) {
        let Some(lanes) = self.devices.get_mut(point.device) else { return };
        if measured {
            lanes.measurements.push_back(point);
            self.measurements += 1;
            if self.measurements > self.limit {
                self.drop_oldest();
            }
        } else {
            lanes.events.push_back(point);
        }
    }

    fn drop_oldest(&mut self) {
        let oldest = |lanes: &&mut Lanes| lanes.measurements.front().map(|p| p.utc);
        let lanes = self.devices.iter_mut().filter(|l| !l.measurements.is_empty()).min_by_key(oldest);
        if lanes.and_then(|l| l.measurements.pop_front()).is_some() {
            self.measurements -= 1;
            self.dropped += 1;
        }
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
        // Newest first, each before what waits already: that is newer still.
        for (at, point) in self.sent.drain(..).rev() {
            if now.0 - at.0 <= self.memory_ms
                && let Some(lanes) = self.devices.get_mut(point.device)
            {
                lanes.events.push_front(point);
            }
        }
    }

    /// Points that wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.measurements + self.devices.iter().map(|lanes| lanes.events.len()).sum::<usize>()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Measurements that had to give way.
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
        let before = lanes.measurements.len();
        let taken = std::iter::from_fn(|| lanes.pop_oldest()).take(limit).collect();
        self.measurements -= before - lanes.measurements.len();
        taken
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

    #[test]
    fn measurements_give_way_and_events_do_not() {
        let mut history = History::new(1, 3, 0);
        for utc in 0..10 {
            history.keep(point(0, utc), true);
            history.keep(point(0, utc), false);
        }
        assert_eq!(history.dropped(), 7);
        assert_eq!(times(&history.take(100, |_| true)), [0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 8, 9, 9]);
        assert!(!history.waits(|_| true));
    }

    #[test]
    fn one_device_at_a_time_in_order_of_time() {
        let mut history = History::new(2, 100, 0);
        for (device, utc) in [(1, 5), (0, 6), (1, 7), (0, 8), (1, 9)] {
            history.keep(point(device, utc), true);
        }
        history.keep(point(1, 6), false);
        assert_eq!(times(&history.take(2, |device| device == 0)), [6, 8]);
        assert_eq!(times(&history.take(2, |_| true)), [5, 6]);
        assert!(!history.waits(|device| device == 0));
        assert_eq!(times(&history.take(9, |_| true)), [7, 9]);
        assert!(history.take(2, |_| true).is_empty());
    }

    #[test]
    fn an_event_sent_shortly_before_the_break_is_kept() {
        let mut history = History::new(1, 100, 1000);
        history.sent(point(0, 1), UtcMillis(1));
        history.sent(point(0, 1500), UtcMillis(1500));
        history.lost(UtcMillis(2000));
        assert_eq!(times(&history.take(10, |_| true)), [1500]);
    }
}
