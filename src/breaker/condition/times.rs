//! Times of the mechanism, each against its own beginning.

use crate::units::Seconds;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Movements from which the beginning is learnt.
const FIRST: u32 = 50;
/// Movements whose median is judged.
const LAST: usize = 20;
/// A median this many standard deviations and this share above the beginning is slow.
const SIGMAS: f64 = 4.0;
const SHARE: f64 = 0.10;

/// One time of the mechanism over its life.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    count: u32,
    mean: f64,
    squares: f64,
    last: VecDeque<f64>,
}

impl Times {
    pub(in crate::breaker) fn push(&mut self, took: Seconds) {
        if self.count < FIRST {
            self.count += 1;
            let off = took.0 - self.mean;
            self.mean += off / f64::from(self.count);
            self.squares += off * (took.0 - self.mean);
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(took.0);
    }

    /// The newest.
    #[must_use]
    pub fn newest(&self) -> Option<Seconds> {
        self.last.back().copied().map(Seconds)
    }

    /// By how much the newest are slower than the beginning, as a share; none before there are enough of both.
    #[must_use]
    pub fn drift(&self) -> Option<f64> {
        (self.count == FIRST && self.last.len() == LAST && self.mean > 0.0).then(|| self.median() / self.mean - 1.0)
    }

    /// The newest are slower than the beginning, beyond chance.
    #[must_use]
    pub fn slow(&self) -> bool {
        let sigma = (self.squares / f64::from(FIRST - 1)).sqrt();
        self.drift().is_some_and(|drift| drift > SHARE && self.median() > self.mean + SIGMAS * sigma)
    }

    fn median(&self) -> f64 {
        let mut sorted: Vec<f64> = self.last.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let half = sorted.len() / 2;
        match sorted.len() {
            0 => 0.0,
            n if n % 2 == 1 => sorted[half],
            _ => f64::midpoint(sorted[half - 1], sorted[half]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Dice;
    use super::*;

    #[test]
    fn a_slow_drift_is_found_and_a_lone_slow_movement_is_not() {
        let mut dice = Dice::new(3);
        let mut times = Times::default();
        for _ in 0..200 {
            times.push(Seconds(0.025 + 0.0005 * dice.normal()));
            assert!(!times.slow());
        }
        times.push(Seconds(0.075));
        assert!(!times.slow(), "one of twenty does not move the median");
        assert_eq!(times.newest(), Some(Seconds(0.075)));
        // From 25 to 28 ms over 60 movements: more than ten percent, and six standard deviations.
        let slow = (0..60).find(|n| {
            times.push(Seconds(0.025 + 0.003 * f64::from(*n) / 60.0 + 0.0005 * dice.normal()));
            times.slow()
        });
        // The median of twenty lags by ten; ten percent are passed at movement 50.
        assert!(slow.is_none_or(|n| n > 45), "{slow:?}");
        for _ in 0..20 {
            times.push(Seconds(0.0285));
        }
        assert!(times.slow());
        assert!((times.drift().unwrap() - 0.14).abs() < 0.01, "{:?}", times.drift());
    }
}
