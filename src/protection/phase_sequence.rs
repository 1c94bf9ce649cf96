//! ANSI 47: voltage unbalance U2/U1, and the rotation of the phases.
//!
//! A wrong rotation turns every motor on the feeder the wrong way, so it forbids closing; it is watched while open.

use super::accumulator::Accumulator;
use super::finding::{DROPOUT_OVER, Finding};
use super::state::Block;
use super::view::View;
use crate::units::{Percent, Seconds};

/// A rotation must be wrong for this long, seconds.
const ROTATION_DELAY: f64 = 0.1;

/// Negative-sequence voltage, V, under which there is no rotation to speak of.
const ROTATION_VOLTAGE: f64 = 30.0;

/// Settings of 47.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseSequenceSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Pickup, U2/U1.
    pub pickup: Percent,
    /// Operate time.
    pub delay: Seconds,
    /// A wrong rotation forbids closing.
    pub rotation: bool,
}

/// 47.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct PhaseSequence {
    timer: Accumulator,
    rotation: Accumulator,
    wrong: bool,
}

impl PhaseSequence {
    #[inline]
    pub(super) fn pass(&mut self, s: &PhaseSequenceSettings, view: &View<'_>) -> Finding {
        if !s.enabled {
            *self = Self::default();
            return Finding::at_rest(0.0, s.pickup.0, "%", None).off();
        }
        let sequence = view.voltage_sequence();
        let reversed = s.rotation && sequence.negative > sequence.positive.max(ROTATION_VOLTAGE);
        self.wrong = self.rotation.pass(reversed, view.dt, ROTATION_DELAY, super::accumulator::Fall::Instant);
        let rest = Finding::at_rest(sequence.unbalance(), s.pickup.0, "%", None).tripping(s.trip);
        let block = if !view.context.closed {
            Some(Block::BreakerOpen)
        } else if sequence.positive.max(sequence.negative) < ROTATION_VOLTAGE {
            Some(Block::InvalidInput)
        } else {
            None
        };
        if let Some(block) = block {
            self.timer.clear();
            return rest.block(block);
        }
        // With the rotation exactly reversed there is no positive sequence to divide by.
        let unbalance = if sequence.positive > 0.0 { sequence.unbalance() } else { f64::INFINITY };
        let started = self.timer.over(unbalance, s.pickup.0, DROPOUT_OVER);
        rest.definite(&mut self.timer, started, view.dt, s.delay.0)
    }

    /// The phases rotate the wrong way.
    pub(super) const fn wrong_rotation(&self) -> bool {
        self.wrong
    }

    pub(super) fn timer(&mut self) -> &mut Accumulator {
        &mut self.timer
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced, polar};
    use super::*;
    use crate::power::Quantities;
    use crate::units::Phases;

    fn settings() -> PhaseSequenceSettings {
        PhaseSequenceSettings { enabled: true, trip: true, pickup: Percent(10.0), delay: Seconds(1.0), rotation: true }
    }

    #[test]
    fn a_wrong_rotation_forbids_closing_while_open() {
        let (mut element, mut bench) = (PhaseSequence::default(), Bench::at_60_hz());
        let right = balanced(0.0);
        let wrong = Quantities { voltage: Phases::new(right.voltage.a, right.voltage.c, right.voltage.b), ..right };
        bench.run(1.0, |view| {
            element.pass(&settings(), &view.of(&right));
        });
        assert!(!element.wrong_rotation());
        let at = bench.until(1.0, |_, view| {
            element.pass(&settings(), &view.of(&wrong));
            element.wrong_rotation()
        });
        assert!((at.unwrap() - 1.0 - 0.1).abs() < 0.003, "{at:?}");
    }

    #[test]
    fn an_unbalanced_voltage_operates_when_closed() {
        // One phase at 60 %: U2/U1 = (0.4/3) / (2.6/3) = 15.4 %.
        for (share, operates) in [(0.6, true), (0.8, false)] {
            let (mut element, mut bench) = (PhaseSequence::default(), Bench::at_60_hz());
            bench.context.closed = true;
            let q = balanced(50.0);
            let q = Quantities { voltage: Phases { a: polar(277.128 * share, 0.0), ..q.voltage }, ..q };
            let at = bench.until(3.0, |_, view| element.pass(&settings(), &view.of(&q)).operating);
            assert_eq!(at.is_some(), operates, "one phase at {share}");
        }
    }
}
