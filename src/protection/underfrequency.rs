//! ANSI 81U: underfrequency.

use super::finding::Finding;
use super::frequency::{self, Confirmed, FrequencySettings, HYSTERESIS};
use super::view::{View, sane};

/// 81U.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Underfrequency {
    stage: Confirmed,
}

impl Underfrequency {
    #[inline]
    pub(super) fn pass(&mut self, s: &FrequencySettings, view: &View<'_>) -> Finding {
        let frequency = sane(view.q.frequency.map_or(0.0, |f| f.0));
        let rest = Finding::at_rest(frequency, s.pickup.0, "Hz", None).tripping(s.trip);
        if !s.enabled {
            self.stage.clear();
            return rest.off();
        }
        if let Some(block) = frequency::block(view, view.q.frequency.is_some()) {
            self.stage.clear();
            return rest.block(block);
        }
        let back = if self.stage.started() { HYSTERESIS } else { 0.0 };
        let beyond = frequency <= s.pickup.0 + back;
        self.stage.pass(rest, beyond, view.dt, s.delay)
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, at_frequency};
    use super::super::state::Block;
    use super::*;
    use crate::units::{Hertz, Seconds};

    const SETTINGS: FrequencySettings =
        FrequencySettings { enabled: true, trip: true, pickup: Hertz(58.0), delay: Seconds(1.0) };

    #[test]
    fn it_operates_beyond_the_pickup_for_the_delay() {
        for (hertz, expected) in [(57.5, Some(1.0)), (58.1, None)] {
            let (mut element, mut bench) = (Underfrequency::default(), Bench::at_60_hz());
            bench.context.closed = true;
            let at =
                bench.until(3.0, |_, view| element.pass(&SETTINGS, &view.of(&at_frequency(Some(hertz)))).operating);
            assert_eq!(at.map(|t| (t * 100.0).round() / 100.0), expected, "{hertz} Hz");
        }
    }

    #[test]
    fn without_a_frequency_it_is_blocked() {
        let (mut element, mut bench) = (Underfrequency::default(), Bench::at_60_hz());
        bench.context.closed = true;
        bench.pass(|view| {
            let found = element.pass(&SETTINGS, &view.of(&at_frequency(None)));
            assert_eq!((found.blocked, found.started), (Some(Block::InvalidInput), false));
        });
    }
}
