//! ANSI 50, "MCR": making current release. Closing onto a fault trips without the second look that I takes.
//!
//! In service from opening until a short while after every closing; trip units of ABB and Eaton have it.

use super::finding::{DROPOUT_OVER, Finding};
use super::instantaneous::NO_DELAY;
use super::view::View;
use crate::time::Tick;
use crate::units::{Amperes, Seconds};

/// Settings of MCR.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MakingCurrentSettings {
    /// In service.
    pub enabled: bool,
    /// Pickup.
    pub pickup: Amperes,
    /// How long after closing it watches.
    pub duration: Seconds,
}

impl MakingCurrentSettings {
    /// Operate time at a constant current right after closing.
    #[must_use]
    pub fn time_at(&self, current: Amperes) -> Option<Seconds> {
        (self.pickup.0 > 0.0 && current >= self.pickup).then_some(NO_DELAY)
    }
}

/// MCR.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct MakingCurrent {
    /// Last pass with a contact open; none: never seen open, so never seen closing.
    open_at: Option<Tick>,
    started: bool,
}

impl MakingCurrent {
    #[inline]
    pub(super) fn pass(&mut self, s: &MakingCurrentSettings, view: &View<'_>) -> Finding {
        let (phase, current) = view.peak_to_peak;
        let rest = Finding::at_rest(current, s.pickup.0, "A", Some(phase));
        if !view.context.closed {
            self.open_at = Some(view.tick);
        }
        if !s.enabled {
            self.started = false;
            return rest.off();
        }
        let watching = self.open_at.is_some_and(|at| view.tick.since(at) <= view.rate.span(s.duration));
        let over = current >= s.pickup.0 || (self.started && current > s.pickup.0 * DROPOUT_OVER);
        self.started = (watching || self.started) && s.pickup.0 > 0.0 && over;
        Finding {
            started: self.started,
            operating: self.started,
            progress: if self.started { 1.0 } else { 0.0 },
            ..rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    #[test]
    fn it_watches_after_a_closing_and_then_no_more() {
        let s = MakingCurrentSettings { enabled: true, pickup: Amperes(400.0), duration: Seconds(0.1) };
        for (after, operates) in [(0.02, true), (0.09, true), (0.12, false)] {
            let (mut element, mut bench) = (MakingCurrent::default(), Bench::at_60_hz());
            bench.run(0.1, |view| assert!(!element.pass(&s, &view.of(&balanced(0.0))).operating));
            bench.context.closed = true;
            let from = bench.now();
            let at = bench.until(0.5, |t, view| {
                element.pass(&s, &view.of(&balanced(if t < after { 0.0 } else { 500.0 }))).operating
            });
            assert_eq!(at.is_some(), operates, "fault {after} s after closing");
            if let Some(at) = at {
                assert!(at - from - after < 0.0022, "with the first pass that sees it");
            }
        }
    }

    #[test]
    fn a_breaker_that_was_closed_all_along_is_not_closing() {
        let s = MakingCurrentSettings { enabled: true, pickup: Amperes(400.0), duration: Seconds(0.1) };
        let (mut element, mut bench) = (MakingCurrent::default(), Bench::at_60_hz());
        bench.context.closed = true;
        assert_eq!(bench.until(0.5, |_, view| element.pass(&s, &view.of(&balanced(500.0))).operating), None);
    }
}
