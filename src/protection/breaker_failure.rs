//! ANSI 50BF: breaker failure. The trip was commanded and the current is still there.
//!
//! The current detector looks at the peak-to-peak value of half a cycle, which is over within 1.25 cycles of the last
//! current zero and does not mistake the decaying direct component of a transformer for current. The auxiliary contact
//! counts as well, for trips that leave no current to see (IEEE C37.119).

use super::finding::Finding;
use super::view::{View, sane};
use crate::units::Seconds;

/// Current that counts as "still there", in multiples of In.
const CURRENT_MULTIPLE: f64 = 0.1;

/// Settings of 50BF.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BreakerFailureSettings {
    /// In service.
    pub enabled: bool,
    /// Time from the trip command to the second trip of the same breaker.
    pub retrip: Seconds,
    /// Time from the trip command to the trip of the breaker upstream.
    pub backup: Seconds,
}

/// 50BF.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct BreakerFailure {
    /// Seconds since the trip command; none while it does not time.
    elapsed: Option<f64>,
    retrip: bool,
    backup: bool,
}

impl BreakerFailure {
    #[inline]
    pub(super) fn pass(&mut self, s: &BreakerFailureSettings, view: &View<'_>) -> Finding {
        let (phase, current) = view.q.current_half_cycle.map(|i| sane(i.0)).greatest();
        let threshold = CURRENT_MULTIPLE * view.rated.current.0;
        let rest = Finding::at_rest(current, threshold, "A", Some(phase)).tripping(false);
        if !s.enabled {
            *self = Self::default();
            return rest.off();
        }
        let present = current > threshold || view.context.closed;
        if !(view.context.trip_commanded && present) {
            *self = Self::default();
            return rest;
        }
        let elapsed = self.elapsed.map_or(0.0, |t| t + view.dt);
        self.elapsed = Some(elapsed);
        // Half a pass of allowance keeps a whole number of passes whole.
        self.retrip = elapsed + 1e-9 >= s.retrip.0;
        self.backup = elapsed + 1e-9 >= s.backup.0;
        Finding {
            started: true,
            operating: self.backup,
            progress: if s.backup.0 > 0.0 { (elapsed / s.backup.0).min(1.0) } else { 1.0 },
            operate_time: s.backup.0,
            ..rest
        }
    }

    /// The second trip command to the same breaker is out.
    pub(super) const fn retrip(&self) -> bool {
        self.retrip
    }

    /// The trip command to the breaker upstream is out.
    pub(super) const fn backup(&self) -> bool {
        self.backup
    }

    pub(super) fn reset_memory(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    fn settings() -> BreakerFailureSettings {
        BreakerFailureSettings { enabled: true, retrip: Seconds(0.05), backup: Seconds(0.15) }
    }

    /// Trip command at 0; the current and the contact end at `cleared`. When do retrip and backup come?
    fn times(cleared: f64) -> (Option<f64>, Option<f64>) {
        let mut found = (None, None);
        let (mut element, mut bench) = (BreakerFailure::default(), Bench::at_60_hz());
        bench.context = Context { trip_commanded: true, ..Context::default() };
        bench.until(1.0, |t, view| {
            element.pass(&settings(), &view.of(&balanced(if t < cleared { 1150.0 } else { 0.0 })));
            found.0 = found.0.or(element.retrip().then_some(t));
            found.1 = found.1.or(element.backup().then_some(t));
            false
        });
        found
    }

    #[test]
    fn a_stuck_breaker_is_tripped_again_and_then_upstream() {
        let (retrip, backup) = times(10.0);
        assert!((retrip.unwrap() - 0.05).abs() < 0.003, "{retrip:?}");
        assert!((backup.unwrap() - 0.15).abs() < 0.003, "{backup:?}");
    }

    #[test]
    fn a_breaker_that_opens_is_left_alone() {
        assert_eq!(times(0.045), (None, None));
        let (retrip, backup) = times(0.1);
        assert!(retrip.is_some());
        assert_eq!(backup, None);
    }

    #[test]
    fn a_closed_contact_counts_without_current() {
        let (mut element, mut bench) = (BreakerFailure::default(), Bench::at_60_hz());
        bench.context = Context { trip_commanded: true, closed: true, ..Context::default() };
        let at = bench.until(1.0, |_, view| element.pass(&settings(), &view.of(&balanced(0.0))).operating);
        assert!((at.unwrap() - 0.15).abs() < 0.003, "{at:?}");
    }
}
