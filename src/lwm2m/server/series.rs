//! The recent course of one value.

use super::limits::Share;
use crate::time::UtcMillis;
use std::cmp::Ordering;
use std::collections::VecDeque;

/// Points of a number, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Series(VecDeque<(UtcMillis, f64)>);

impl Series {
    /// Adds a point. `filled` tells how many points the device keeps of all values, against its share: no more come
    /// when it has them all, and one more goes than comes while it has too many.
    pub(super) fn push(&mut self, at: UtcMillis, value: f64, share: &Share, filled: Ordering) {
        // The newest of a step stands for the step. Steps are those of the clock, so that a fast value does not push
        // its own step before it for ever.
        let step = |t: UtcMillis| t.0.div_euclid(share.point_every_ms);
        match self.0.back_mut() {
            Some(last) if step(last.0) >= step(at) => {
                *last = (at, value);
                return;
            }
            _ => {}
        }
        let most = share.points.min(match filled {
            Ordering::Less => share.points,
            Ordering::Equal => self.0.len(),
            Ordering::Greater => self.0.len().saturating_sub(1).max(1),
        });
        if most == 0 {
            return;
        }
        if self.0.len() > most {
            // There are more devices now than when it began.
            self.0.drain(..self.0.len() - most);
            self.0.shrink_to(most);
        }
        if self.0.len() == most {
            self.0.pop_front();
        }
        if self.0.len() == self.0.capacity() {
            // By a quarter: doubling would hold as much empty as full for many values of many devices.
            self.0.reserve_exact((self.0.len() / 4).max(8));
        }
        self.0.push_back((at, value));
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
    use super::super::limits;
    use super::*;

    #[test]
    fn the_newest_of_a_step_stands_for_it() {
        let mut series = Series::default();
        for (at, value) in [(1000, 1.0), (1100, 2.0), (1249, 3.0), (1250, 4.0), (1300, 5.0)] {
            series.push(UtcMillis(at), value, &Share::default(), Ordering::Less);
        }
        let points: Vec<_> = series.since(UtcMillis(0)).map(|(t, v)| (t.0, v)).collect();
        assert_eq!(points, [(1249, 3.0), (1300, 5.0)]);
        assert_eq!(series.since(UtcMillis(1249)).count(), 1);
    }

    #[test]
    fn the_oldest_gives_way() {
        let mut series = Series::default();
        let share = Share::default();
        for i in 0..1000 {
            series.push(UtcMillis(i * 1000), i as f64, &share, Ordering::Less);
        }
        assert_eq!(
            (series.len(), series.since(UtcMillis(0)).last()),
            (limits::POINTS, Some((UtcMillis(999_000), 999.0)))
        );
        series.push(UtcMillis(2_000_000), 0.0, &share, Ordering::Equal);
        assert_eq!(series.len(), limits::POINTS, "no room: one goes, one comes");
        series.push(UtcMillis(2_001_000), 0.0, &share, Ordering::Greater);
        assert_eq!(series.len(), limits::POINTS - 1);
        let mut empty = Series::default();
        empty.push(UtcMillis(0), 0.0, &share, Ordering::Equal);
        assert_eq!(empty.len(), 0);
    }

    #[test]
    fn with_more_devices_there_are_fewer_points_further_apart() {
        let mut series = Series::default();
        for i in 0..480 {
            series.push(UtcMillis(i * 250), i as f64, &Share::default(), Ordering::Less);
        }
        let share = Share::of(1000);
        assert_eq!((share.points, share.point_every_ms), (120, 1000));
        for at in [120_000, 120_500, 121_000] {
            series.push(UtcMillis(at), at as f64, &share, Ordering::Less);
        }
        let points: Vec<_> = series.since(UtcMillis(0)).map(|(at, _)| at.0).collect();
        assert_eq!(points.len(), 120);
        assert_eq!(points[116..], [119_500, 119_750, 120_500, 121_000]);
    }
}
