//! ANSI 50, "I": instantaneous, on the peak-to-peak measure of the greatest phase.
//!
//! Half the distance between the crests does not see a decaying offset as current, so a motor inrush with its full
//! direct component does not operate a setting that its alternating component would not.

use super::finding::{DROPOUT_OVER, Finding};
use super::view::View;
use crate::units::{Amperes, Seconds};

/// Passes in a row over the pickup that operate: one disturbed sample cannot.
const CONSECUTIVE: u8 = 2;

/// Settings of I.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InstantaneousSettings {
    /// In service.
    pub enabled: bool,
    /// Ii.
    pub pickup: Amperes,
}

impl InstantaneousSettings {
    /// Operate time at a constant current, on the curve: no intentional delay.
    #[must_use]
    pub fn time_at(&self, current: Amperes) -> Option<Seconds> {
        (self.pickup.0 > 0.0 && current >= self.pickup).then_some(NO_DELAY)
    }
}

/// What an element without intentional delay takes on a time-current curve: one window of the rated frequency.
pub(super) const NO_DELAY: Seconds = Seconds(0.0167);

/// A comparator that wants two passes in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Instantaneous {
    passes: u8,
}

impl Instantaneous {
    #[inline]
    pub(super) fn pass(&mut self, s: &InstantaneousSettings, view: &View<'_>) -> Finding {
        self.compare(s.enabled, s.pickup.0, view)
    }

    /// The comparator, shared with the elements that are an instantaneous one under a condition.
    #[inline]
    pub(super) fn compare(&mut self, enabled: bool, pickup: f64, view: &View<'_>) -> Finding {
        let (phase, current) = view.peak_to_peak;
        let rest = Finding::at_rest(current, pickup, "A", Some(phase));
        if !enabled {
            self.passes = 0;
            return rest.off();
        }
        let operating_before = self.passes >= CONSECUTIVE;
        let over = pickup > 0.0 && (current >= pickup || (operating_before && current > pickup * DROPOUT_OVER));
        self.passes = if over { (self.passes + 1).min(CONSECUTIVE) } else { 0 };
        Finding {
            started: over,
            operating: self.passes >= CONSECUTIVE,
            progress: f64::from(self.passes) / f64::from(CONSECUTIVE),
            operate_time: if over { view.dt } else { f64::INFINITY },
            ..rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    #[test]
    fn two_passes_in_a_row_operate_and_one_does_not() {
        let s = InstantaneousSettings { enabled: true, pickup: Amperes(1000.0) };
        let (mut element, mut bench) = (Instantaneous::default(), Bench::at_60_hz());
        let mut seen = Vec::new();
        for current in [1000.0, 999.0, 1001.0, 1001.0, 975.0, 960.0] {
            bench.pass(|view| seen.push(element.pass(&s, &view.of(&balanced(current))).operating));
        }
        assert_eq!(seen, [false, false, false, true, true, false]);
    }
}
