//! The pace of reports.

use crate::time::UtcMillis;

/// How far reports may lag behind their beats before the missed ones are given up, milliseconds.
const LAG_MS: i64 = 250;

/// Says which frames are reported. They come at about the pace of the reports, a little early, late or several at once
/// when the machine is busy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    tick_ms: i64,
    at: UtcMillis,
}

impl Pace {
    pub(super) const fn new(tick_ms: i64) -> Self {
        Self { tick_ms, at: UtcMillis(0) }
    }

    /// Whether it is time, a quarter of a tick early or later.
    pub(super) const fn is_due(self, now: UtcMillis) -> bool {
        now.0 + self.tick_ms / 4 >= self.at.0
    }

    /// A report is made now. A few beats that were missed are made up for by frames that come together; a pace slower
    /// than that, or a longer silence, begins anew.
    pub(super) fn reported(&mut self, now: UtcMillis) {
        let next = self.at.0 + self.tick_ms;
        self.at =
            UtcMillis(if next + LAG_MS.max(self.tick_ms) > now.0 + self.tick_ms { next } else { now.0 + self.tick_ms });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times at which frames of these times are reported.
    fn reported(tick_ms: i64, frames: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let mut pace = Pace::new(tick_ms);
        let due = |at: &i64| {
            let due = pace.is_due(UtcMillis(*at));
            if due {
                pace.reported(UtcMillis(*at));
            }
            due
        };
        frames.into_iter().filter(due).collect()
    }

    #[test]
    fn a_frame_a_tick_a_little_early_or_late() {
        let frames = [10_000, 10_990, 12_010, 13_000, 13_900, 15_000];
        assert_eq!(reported(1000, frames), frames);
        // Faster frames are passed over until a quarter of a tick is left.
        assert_eq!(reported(1000, (10_000..13_000).step_by(100)), [10_000, 10_800, 11_800, 12_800]);
    }

    #[test]
    fn frames_that_come_together_are_all_reported() {
        let burst = [10_000, 10_005, 10_010, 10_040, 10_040, 10_040, 10_040, 10_040, 10_040, 10_045, 10_050];
        assert_eq!(reported(5, burst), burst);
    }

    #[test]
    fn a_long_silence_is_not_made_up_for() {
        let frames = [10_000, 20_000, 20_001, 20_002, 20_003, 20_005];
        assert_eq!(reported(5, frames), [10_000, 20_000, 20_005]);
        let slow = [10_000, 15_000, 15_001, 15_002, 16_000];
        assert_eq!(reported(1000, slow), [10_000, 15_000, 16_000]);
    }
}
