//! The recent course of one value.

use super::limits;
use crate::time::UtcMillis;
use std::collections::VecDeque;

/// Points of a number, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Series(VecDeque<(UtcMillis, f64)>);

impl Series {
    /// Adds a point; `room` tells whether the device may keep one more. Gives by how many points the course has grown.
    pub(super) fn push(&mut self, at: UtcMillis, value: f64, room: bool) -> usize {
        // The newest of a step stands for the step. Steps are those of the clock, so that a fast value does not push
        // its own step before it for ever.
        let step = |t: UtcMillis| t.0.div_euclid(limits::POINT_EVERY_MS);
        match self.0.back_mut() {
            Some(last) if step(last.0) >= step(at) => {
                *last = (at, value);
                return 0;
            }
            _ => {}
        }
        let full = self.0.len() == limits::POINTS || !room;
        if full && self.0.pop_front().is_none() {
            return 0;
        }
        self.0.push_back((at, value));
        usize::from(!full)
    }

    /// Points after a time, oldest first.
    pub(super) fn since(&self, after: UtcMillis) -> impl Iterator<Item = (UtcMillis, f64)> + '_ {
        self.0.iter().copied().filter(move |(at, _)| *at > after)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_a_step_stands_for_it() {
        let mut series = Series::default();
        for (at, value) in [(1000, 1.0), (1100, 2.0), (1249, 3.0), (1250, 4.0), (1300, 5.0)] {
            series.push(UtcMillis(at), value, true);
        }
        let points: Vec<_> = series.since(UtcMillis(0)).map(|(t, v)| (t.0, v)).collect();
        assert_eq!(points, [(1249, 3.0), (1300, 5.0)]);
        assert_eq!(series.since(UtcMillis(1249)).count(), 1);
    }

    #[test]
    fn the_oldest_gives_way() {
        let mut series = Series::default();
        let grown: usize = (0..1000).map(|i| series.push(UtcMillis(i * 1000), i as f64, true)).sum();
        assert_eq!((grown, series.len()), (limits::POINTS, limits::POINTS));
        assert_eq!(series.push(UtcMillis(2_000_000), 0.0, false), 0, "no room: one goes, one comes");
        assert_eq!(series.len(), limits::POINTS);
        assert_eq!(Series::default().push(UtcMillis(0), 0.0, false), 0);
    }
}
