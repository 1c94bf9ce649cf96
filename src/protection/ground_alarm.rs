//! ANSI 51G, "GA": ground alarm, a share of the pickup of G. Alarms, never trips.

use super::accumulator::Accumulator;
use super::finding::Finding;
use super::ground_fault::{DROPOUT, GroundFaultSettings};
use super::view::View;
use crate::units::{Percent, Seconds};

/// Settings of GA.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GroundAlarmSettings {
    /// In service.
    pub enabled: bool,
    /// Pickup, percent of the pickup of G.
    pub share: Percent,
    /// Operate time.
    pub delay: Seconds,
}

/// GA.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct GroundAlarm {
    timer: Accumulator,
}

impl GroundAlarm {
    #[inline]
    pub(super) fn pass(
        &mut self,
        s: &GroundAlarmSettings,
        ground: &GroundFaultSettings,
        open_transformer: bool,
        view: &View<'_>,
    ) -> Finding {
        let pickup = ground.pickup.0 * s.share.0 / 100.0;
        let rest = Finding::at_rest(ground.measure(view), pickup, "A", None).tripping(false);
        if !s.enabled {
            self.timer.clear();
            return rest.off();
        }
        if let Some(block) = ground.block(open_transformer, view) {
            self.timer.clear();
            return rest.block(block);
        }
        let started = self.timer.over(rest.quantity, pickup, DROPOUT);
        rest.definite(&mut self.timer, started, view.dt, s.delay.0)
    }

    pub(super) fn timer(&mut self) -> &mut Accumulator {
        &mut self.timer
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;
    use crate::power::Quantities;
    use crate::units::Amperes;

    #[test]
    fn ninety_percent_of_the_pickup_alarms() {
        let s = GroundAlarmSettings { enabled: true, share: Percent(90.0), delay: Seconds(0.1) };
        let ground = GroundFaultSettings { pickup: Amperes(5.0), ..GroundFaultSettings::default() };
        for (amperes, alarms) in [(4.4, false), (4.6, true)] {
            let (mut element, mut bench) = (GroundAlarm::default(), Bench::at_60_hz());
            let q = Quantities { ground_rms: Amperes(amperes), ..balanced(60.0) };
            let found = bench.until(1.0, |_, view| element.pass(&s, &ground, false, &view.of(&q)).operating);
            assert_eq!(found.is_some(), alarms, "{amperes} A");
        }
    }
}
