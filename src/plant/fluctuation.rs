//! A source whose voltage steps up and down: rectangular fluctuation, as flicker is tested with.

use super::Plant;
use crate::time::{Span, Tick};
use crate::units::{Percent, Phases, Seconds};

/// A fluctuation at work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fluctuation {
    /// From low to high, as a share of nominal.
    depth: f64,
    between: Span,
    high: bool,
    pub(super) next: Tick,
}

impl Plant {
    /// Lets the source fluctuate from now on; the first change is up.
    pub(super) fn fluctuate(&mut self, depth: Percent, changes_per_minute: f64) -> Result<(), String> {
        if !(depth.0 > 0.0 && depth.0 <= 30.0) {
            return Err(format!("a fluctuation of {} % is not above 0 and up to 30", depth.0));
        }
        if !(changes_per_minute > 0.0 && changes_per_minute <= 2400.0) {
            return Err(format!("{changes_per_minute} changes a minute are not above 0 and up to 2400"));
        }
        let between = self.epoch.rate.span(Seconds(60.0 / changes_per_minute));
        self.fluctuation = Some(Fluctuation { depth: depth.0 / 100.0, between, high: false, next: self.tick });
        self.flip_when_due(self.tick);
        Ok(())
    }

    /// Changes the level when it is time: before the sample of `now`.
    pub(super) fn flip_when_due(&mut self, now: Tick) {
        let Some(f) = self.fluctuation.as_mut().filter(|f| f.next <= now) else { return };
        f.high = !f.high;
        f.next += f.between;
        let level = 1.0 + if f.high { f.depth / 2.0 } else { -f.depth / 2.0 };
        let set = self.network.set_source_voltage(Phases::splat(level));
        debug_assert_eq!(set, Ok(()), "a level that was checked");
    }
}
