//! ANSI 59: overvoltage, on the greatest line-to-line RMS voltage, definite or inverse (IEC 60255-127).

use super::accumulator::{Accumulator, Fall};
use super::finding::{DROPOUT_OVER, Finding};
use super::state::Block;
use super::view::View;
use crate::units::{Percent, Seconds};

/// Settings of 59.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OvervoltageSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Pickup, percent of nominal.
    pub pickup: Percent,
    /// Operate time; T of the inverse characteristic.
    pub delay: Seconds,
    /// `t = T / (U/Us - 1)` instead of a definite time.
    pub inverse: bool,
}

impl OvervoltageSettings {
    /// Operate time at a constant voltage in percent of nominal; none when it would not start.
    #[must_use]
    pub fn time_at(&self, voltage: Percent) -> Option<Seconds> {
        (self.pickup.0 > 0.0 && voltage > self.pickup).then(|| Seconds(self.operate_time(voltage / self.pickup)))
    }

    fn operate_time(&self, share: f64) -> f64 {
        match self.inverse {
            false => self.delay.0,
            true if share > 1.0 => self.delay.0 / (share - 1.0),
            true => f64::INFINITY,
        }
    }
}

/// 59.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Overvoltage {
    timer: Accumulator,
}

impl Overvoltage {
    #[inline]
    pub(super) fn pass(&mut self, s: &OvervoltageSettings, view: &View<'_>) -> Finding {
        let pickup = view.rated.voltage.0 * s.pickup.0 / 100.0;
        let (phase, voltage) = view.line_voltages().greatest();
        let rest = Finding::at_rest(voltage, pickup, "V", Some(phase)).tripping(s.trip);
        if !s.enabled {
            self.timer.clear();
            return rest.off();
        }
        if !view.context.closed {
            self.timer.clear();
            return rest.block(Block::BreakerOpen);
        }
        let started = self.timer.over(voltage, pickup, DROPOUT_OVER);
        rest.timed(&mut self.timer, started, view.dt, s.operate_time(voltage / pickup), Fall::Instant)
    }

    pub(super) fn timer(&mut self) -> &mut Accumulator {
        &mut self.timer
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, voltages};
    use super::*;

    #[test]
    fn one_high_voltage_operates_after_the_delay() {
        let s = OvervoltageSettings {
            enabled: true,
            trip: true,
            pickup: Percent(110.0),
            delay: Seconds(5.0),
            inverse: false,
        };
        for (volts, operates) in [([552.0, 480.0, 480.0], true), ([527.0; 3], false)] {
            let (mut element, mut bench) = (Overvoltage::default(), Bench::at_60_hz());
            bench.context.closed = true;
            let at = bench.until(8.0, |_, view| element.pass(&s, &view.of(&voltages(volts))).operating);
            assert_eq!(at.is_some(), operates, "{volts:?}");
            assert!(at.is_none_or(|t| (t - 5.0).abs() < 0.002), "{at:?}");
        }
    }
}
