//! Processor time, so that a figure does not depend on what else the machine does.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Processor time spent since it was started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    clock: ClockId,
    began: Duration,
}

impl Meter {
    /// Of the calling thread; ask it from that thread only.
    pub(super) fn of_thread() -> Self {
        Self::start(ClockId::ThreadCPUTime)
    }

    /// Of the whole process.
    pub(super) fn of_process() -> Self {
        Self::start(ClockId::ProcessCPUTime)
    }

    fn start(clock: ClockId) -> Self {
        Self { clock, began: read(clock) }
    }

    pub(super) fn spent(self) -> Duration {
        read(self.clock).saturating_sub(self.began)
    }
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
