//! ANSI 46: current unbalance, the negative-sequence component.
//!
//! Definite time looks at I2/I1, as low-voltage trip units do; the inverse characteristic looks at I2 against the rated
//! current, `t = K / (I2 / IB)^2`, the form in which the heating of a rotor is given.

use super::accumulator::{Accumulator, Fall};
use super::finding::{DROPOUT_OVER, Finding};
use super::state::Block;
use super::view::View;
use crate::units::{Percent, Seconds};

/// Positive-sequence current under which a ratio to it means nothing, in multiples of In.
const LEAST_CURRENT: f64 = 0.1;

/// Settings of 46.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NegativeSequenceSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Pickup: I2/I1, or I2/In with the inverse characteristic.
    pub pickup: Percent,
    /// Operate time with the definite characteristic.
    pub delay: Seconds,
    /// Operate time while a motor starts; nothing: as otherwise.
    pub start_delay: Seconds,
    /// Inverse characteristic.
    pub inverse: bool,
    /// K of the inverse characteristic.
    pub k: Seconds,
}

impl NegativeSequenceSettings {
    /// Operate time at a constant unbalance in percent (of I1, or of In with the inverse characteristic); none when it
    /// would not start.
    #[must_use]
    pub fn time_at(&self, unbalance: Percent) -> Option<Seconds> {
        (self.pickup.0 > 0.0 && unbalance >= self.pickup).then(|| Seconds(self.operate_time(unbalance.0, false)))
    }

    fn operate_time(&self, percent: f64, starting: bool) -> f64 {
        if self.inverse {
            self.k.0 / (percent / 100.0).powi(2)
        } else if starting && self.start_delay.0 > 0.0 {
            self.start_delay.0
        } else {
            self.delay.0
        }
    }
}

/// 46.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct NegativeSequence {
    timer: Accumulator,
}

impl NegativeSequence {
    #[inline]
    pub(super) fn pass(
        &mut self,
        s: &NegativeSequenceSettings,
        motor_starting: bool,
        open_transformer: bool,
        view: &View<'_>,
    ) -> Finding {
        if !s.enabled {
            self.timer.clear();
            return Finding::at_rest(0.0, s.pickup.0, "%", None).off();
        }
        let sequence = view.current_sequence();
        let rated = view.rated.current.0;
        let percent = if s.inverse { 100.0 * sequence.negative / rated.max(1e-9) } else { sequence.unbalance() };
        let rest = Finding::at_rest(percent, s.pickup.0, "%", None).tripping(s.trip);
        if open_transformer {
            self.timer.clear();
            return rest.block(Block::CurrentTransformer);
        }
        let flows = sequence.positive >= LEAST_CURRENT * rated;
        let started = flows && self.timer.over(percent, s.pickup.0, DROPOUT_OVER);
        let time = if started { s.operate_time(percent, motor_starting) } else { f64::INFINITY };
        rest.timed(&mut self.timer, started, view.dt, time, Fall::Instant)
    }

    pub(super) fn timer(&mut self) -> &mut Accumulator {
        &mut self.timer
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, currents};
    use super::*;

    fn settings() -> NegativeSequenceSettings {
        NegativeSequenceSettings {
            enabled: true,
            trip: true,
            pickup: Percent(30.0),
            delay: Seconds(4.0),
            start_delay: Seconds(0.7),
            ..NegativeSequenceSettings::default()
        }
    }

    fn operates(starting: bool, open_transformer: bool, magnitude: [f64; 3], degrees: [f64; 3]) -> Option<f64> {
        let (mut element, mut bench) = (NegativeSequence::default(), Bench::at_60_hz());
        let q = currents(magnitude, degrees);
        bench.until(6.0, |_, view| element.pass(&settings(), starting, open_transformer, &view.of(&q)).operating)
    }

    #[test]
    fn a_lost_phase_operates_after_the_delay_and_sooner_while_starting() {
        let lost = ([0.0, 90.0, 90.0], [0.0, -90.0, 90.0]);
        let at = operates(false, false, lost.0, lost.1).unwrap();
        assert!((at - 4.0).abs() < 0.002, "{at}");
        let at = operates(true, false, lost.0, lost.1).unwrap();
        assert!((at - 0.7).abs() < 0.002, "{at}");
    }

    #[test]
    fn a_small_unbalance_a_small_current_and_an_open_transformer_do_not() {
        let symmetric = [0.0, -120.0, 120.0];
        assert_eq!(operates(false, false, [100.0, 90.0, 80.0], symmetric), None);
        assert_eq!(operates(false, false, [0.0, 9.0, 9.0], [0.0, -90.0, 90.0]), None);
        assert_eq!(operates(false, true, [0.0, 90.0, 90.0], symmetric), None);
    }
}
