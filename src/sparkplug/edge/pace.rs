//! When measurements are due.

use crate::time::UtcMillis;

/// How far the tick may lag behind when it is shorter than this: frames that waited for the processor together are
/// sent one by one, each with its own time, instead of the newest alone.
const CATCH_UP_MS: i64 = 50;
/// Waits that differ by no more are the same.
const SAME_MS: i64 = 2;
/// A wait for the tick that is worth a shift.
const WORTH_MS: i64 = 8;
/// So much later than frames are expected the tick comes, so that one that is a little late is not missed.
const MARGIN_MS: i64 = 3;

/// What is known of the frames against the ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// How long the frame of the last tick had been there when its tick came.
    waited: i64,
}

impl Pace {
    /// The tick after one at which a frame that `came` then was told. One that was missed is not made up for, but for
    /// short ones within [`CATCH_UP_MS`]. When frames have to wait for their ticks, each as long as the one before, the
    /// ticks are moved once to where the frames come.
    pub(super) fn next(&mut self, last: UtcMillis, every_ms: i64, now: UtcMillis, came: UtcMillis) -> UtcMillis {
        let next = match last.0 + every_ms {
            next if next > now.0 => next,
            next if every_ms <= CATCH_UP_MS => next.max(now.0 - CATCH_UP_MS),
            _ => now.0 + every_ms,
        };
        let waited = now.0 - came.0;
        let same = (waited - self.waited).abs() <= SAME_MS;
        self.waited = waited;
        if same && every_ms > CATCH_UP_MS && (WORTH_MS..every_ms).contains(&waited) {
            self.waited = 0;
            return UtcMillis(next.min(came.0 + every_ms + MARGIN_MS));
        }
        UtcMillis(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: i64 = 1000;

    /// Frames every `apart` from `phase` on; gives of each report but the first ones how long its frame had been there and
    /// how long after the one before it came.
    fn reports(apart: i64, phase: i64) -> Vec<(i64, i64)> {
        let (mut pace, mut next) = (Pace::default(), UtcMillis(EVERY));
        let (mut latest, mut told) = (None, Vec::new());
        for now in 0..40 * EVERY {
            // Some come a millisecond late.
            let frame = now - i64::from(now / EVERY % 3 == 1);
            if frame >= phase && (frame - phase) % apart == 0 {
                latest = Some(UtcMillis(now));
            }
            if now >= next.0
                && let Some(came) = latest.take()
            {
                told.push((now, now - came.0));
                next = pace.next(next, EVERY, UtcMillis(now), came);
            }
        }
        told.windows(2).skip(3).map(|w| (w[1].1, w[1].0 - w[0].0)).collect()
    }

    #[test]
    fn frames_at_the_pace_of_the_tick_or_a_part_of_it_hardly_wait_for_it() {
        for apart in [1000, 500, 100] {
            for phase in [10, 40, 460, 640, 990] {
                let reports = reports(apart, phase);
                assert!(reports.len() > 30, "{reports:?}");
                let good = |(waited, after): &(i64, i64)| *waited <= WORTH_MS && (after - EVERY).abs() <= 1;
                assert!(reports.iter().all(good), "every {apart} from {phase}: {reports:?}");
            }
        }
    }

    #[test]
    fn frames_at_another_pace_move_no_tick() {
        let reports = reports(300, 7);
        assert!(reports.iter().all(|(waited, after)| *waited <= 301 && *after == EVERY), "{reports:?}");
    }

    #[test]
    fn short_ticks_are_made_up_for_and_long_ones_are_not() {
        let at = |last, every, now| Pace::default().next(UtcMillis(last), every, UtcMillis(now), UtcMillis(now)).0;
        assert_eq!(at(1000, 1, 1004), 1001);
        assert_eq!(at(1000, 1, 1090), 1040);
        assert_eq!(at(1000, 500, 1600), 2100);
    }
}
