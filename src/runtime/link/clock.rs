//! Wall-clock time that never runs backwards.

use crate::time::UtcMillis;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The calendar at a start, carried on by the monotonic clock: a clock that is set back neither stops timers nor gives
/// two messages the same time in the wrong order. A clock that is set forward is followed.
#[derive(Clone, Copy, Debug)]
pub(in crate::runtime) struct Clock {
    start: Instant,
    start_us: i64,
}

impl Clock {
    pub(in crate::runtime) fn start() -> Self {
        Self { start: Instant::now(), start_us: system_us() }
    }

    pub(in crate::runtime) fn now(&mut self) -> UtcMillis {
        let ahead = system_us() - self.micros(Instant::now());
        if ahead > 0 {
            self.start_us += ahead;
        }
        UtcMillis(self.micros(Instant::now()) / 1000)
    }

    /// The calendar at an instant, microseconds since 1970.
    pub(in crate::runtime) fn micros(&self, at: Instant) -> i64 {
        self.start_us + i64::try_from(at.saturating_duration_since(self.start).as_micros()).unwrap_or(i64::MAX / 2)
    }

    /// The instant of a calendar time.
    pub(in crate::runtime) fn instant(&self, utc: UtcMillis) -> Instant {
        let us = utc.0.saturating_mul(1000).saturating_sub(self.start_us);
        self.start + Duration::from_micros(u64::try_from(us).unwrap_or(0))
    }
}

fn system_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX / 2)
}
