//! ANSI 32R: reverse active power, three-phase, of the fundamental.

use super::accumulator::Accumulator;
use super::finding::{DROPOUT_OVER, Finding};
use super::state::Block;
use super::view::{View, sane};
use crate::units::{Percent, Phase, Seconds};

/// Current under which the sign of a power means nothing, in multiples of In.
const LEAST_CURRENT: f64 = 0.02;

/// Settings of 32R.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReversePowerSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Power towards the source, percent of `sqrt(3) Un In`, as a positive number.
    pub pickup: Percent,
    /// Operate time.
    pub delay: Seconds,
}

/// 32R.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ReversePower {
    timer: Accumulator,
}

impl ReversePower {
    #[inline]
    pub(super) fn pass(&mut self, s: &ReversePowerSettings, view: &View<'_>) -> Finding {
        let rated = 3f64.sqrt() * view.rated.voltage.0 * view.rated.current.0;
        let pickup = rated * s.pickup.0 / 100.0;
        let power = |phase: Phase| (view.q.voltage[phase] * view.q.current[phase].conj()).re;
        let reverse = -sane(Phase::ALL.into_iter().map(power).sum());
        let rest = Finding::at_rest(reverse, pickup, "W", None).tripping(s.trip);
        if !s.enabled {
            self.timer.clear();
            return rest.off();
        }
        let block = if !view.context.closed {
            Some(Block::BreakerOpen)
        } else if !view.voltage_valid() {
            Some(Block::InvalidInput)
        } else {
            None
        };
        if let Some(block) = block {
            self.timer.clear();
            return rest.block(block);
        }
        let flows = view.rms.1 >= LEAST_CURRENT * view.rated.current.0;
        let started = flows && self.timer.over(reverse, pickup, DROPOUT_OVER);
        rest.definite(&mut self.timer, started, view.dt, s.delay.0)
    }

    pub(super) fn timer(&mut self) -> &mut Accumulator {
        &mut self.timer
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, currents};
    use super::*;

    #[test]
    fn ten_percent_towards_the_source_operates_and_towards_the_load_does_not() {
        let s = ReversePowerSettings { enabled: true, trip: true, pickup: Percent(5.0), delay: Seconds(2.0) };
        // 10 A against the voltage at 480 V is 8.31 kW backwards, 10 % of 83.1 kVA.
        for (amperes, angle, operates) in [(10.0, 180.0, true), (10.0, 0.0, false), (4.9, 180.0, false)] {
            let (mut element, mut bench) = (ReversePower::default(), Bench::at_60_hz());
            bench.context.closed = true;
            let q = currents([amperes; 3], [angle, angle - 120.0, angle + 120.0]);
            let at = bench.until(4.0, |_, view| element.pass(&s, &view.of(&q)).operating);
            assert_eq!(at.is_some(), operates, "{amperes} A at {angle}");
            assert!(at.is_none_or(|t| (t - 2.0).abs() < 0.002), "{at:?}");
        }
    }
}
