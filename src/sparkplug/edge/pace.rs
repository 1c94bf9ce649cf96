//! When measurements are due.

use crate::time::UtcMillis;

/// How far the tick may lag behind when it is shorter than this: frames that waited for the processor together are
/// sent one by one, each with its own time, instead of the newest alone.
const CATCH_UP_MS: i64 = 50;
/// Waits that differ by no more are the same.
const SAME_MS: i64 = 2;
/// A wait for the tick that is worth a shift.
const WORTH_MS: i64 = 5;

/// What is known of the frames against the ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// How old the frame of the last tick was when its tick came.
    waited: i64,
}

impl Pace {
    /// The tick after one at which a frame was told. One that was missed is not made up for, but for short ones within
    /// [`CATCH_UP_MS`]. When frames have to wait for their ticks, each as long as the one before, the ticks are
    /// moved once to where the frames come.
    pub(super) fn next(&mut self, last: UtcMillis, every_ms: i64, now: UtcMillis, sampled: UtcMillis) -> UtcMillis {
        let next = match last.0 + every_ms {
            next if next > now.0 => next,
            next if every_ms <= CATCH_UP_MS => next.max(now.0 - CATCH_UP_MS),
            _ => now.0 + every_ms,
        };
        let waited = now.0 - sampled.0;
        let same = (waited - self.waited).abs() <= SAME_MS;
        self.waited = waited;
        if same && every_ms > CATCH_UP_MS && (WORTH_MS..every_ms).contains(&waited) {
            self.waited = 0;
            return UtcMillis(next.min(sampled.0 + every_ms));
        }
        UtcMillis(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: i64 = 1000;

    /// Frames every `apart` from `phase` on, each taken two milliseconds later; gives of each report but the first ones
    /// how old its frame was and how long after the one before it came.
    fn reports(apart: i64, phase: i64) -> Vec<(i64, i64)> {
        let (mut pace, mut next) = (Pace::default(), UtcMillis(EVERY));
        let (mut latest, mut told) = (None, Vec::new());
        for now in 0..40 * EVERY {
            if now >= phase + 2 && (now - phase) % apart == 2 {
                latest = Some(UtcMillis(now - 2));
            }
            if now >= next.0
                && let Some(sampled) = latest.take()
            {
                told.push((now, now - sampled.0));
                next = pace.next(next, EVERY, UtcMillis(now), sampled);
            }
        }
        told.windows(2).skip(3).map(|w| (w[1].1, w[1].0 - w[0].0)).collect()
    }

    #[test]
    fn frames_at_the_pace_of_the_tick_or_a_part_of_it_do_not_wait_for_it() {
        for apart in [1000, 500, 100] {
            for phase in [10, 99, 400, 640, 990] {
                let reports = reports(apart, phase);
                assert!(reports.len() > 30, "{reports:?}");
                assert!(reports.iter().all(|r| *r == (2, EVERY)), "every {apart} from {phase}: {reports:?}");
            }
        }
    }

    #[test]
    fn frames_at_another_pace_move_no_tick() {
        let reports = reports(300, 7);
        assert!(reports.iter().all(|(old, apart)| *old < 300 && *apart == EVERY), "{reports:?}");
    }

    #[test]
    fn a_time_of_another_calendar_moves_no_tick() {
        let mut pace = Pace::default();
        for n in 1..5 {
            let (last, now) = (UtcMillis(n * 1000), UtcMillis(n * 1000 + 1));
            assert_eq!(pace.next(last, EVERY, now, UtcMillis(now.0 - 5000)), UtcMillis(last.0 + EVERY));
            assert_eq!(pace.next(last, EVERY, now, UtcMillis(now.0 + 700)), UtcMillis(last.0 + EVERY));
        }
    }

    #[test]
    fn short_ticks_are_made_up_for_and_long_ones_are_not() {
        let at = |last, every, now| Pace::default().next(UtcMillis(last), every, UtcMillis(now), UtcMillis(now)).0;
        assert_eq!(at(1000, 1, 1004), 1001);
        assert_eq!(at(1000, 1, 1090), 1040);
        assert_eq!(at(1000, 500, 1600), 2100);
    }
}
