//! ANSI 48: long start. The motor does not come up to speed.

use super::accumulator::Accumulator;
use super::finding::Finding;
use super::motor::{Motor, MotorSettings};
use super::view::View;
use crate::units::Seconds;

/// Current above which a motor is still running up, in multiples of Ir.
const RUNNING_UP: f64 = 1.5;

/// Settings of 48.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LongStartSettings {
    /// In service.
    pub enabled: bool,
    /// Longest start.
    pub delay: Seconds,
}

/// 48.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LongStart {
    timer: Accumulator,
}

impl LongStart {
    #[inline]
    pub(super) fn pass(
        &mut self,
        s: &LongStartSettings,
        load: &MotorSettings,
        motor: &Motor,
        view: &View<'_>,
    ) -> Finding {
        let (phase, current) = view.rms;
        let pickup = RUNNING_UP * load.full_load(view.rated.current);
        let rest = Finding::at_rest(current, pickup, "A", Some(phase));
        if !(s.enabled && load.enabled) {
            self.timer.clear();
            return rest.off();
        }
        let started = motor.starting() && current > pickup;
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
    use crate::units::Amperes;

    #[test]
    fn a_start_longer_than_the_setting_operates_and_one_of_five_seconds_does_not() {
        let load = MotorSettings { enabled: true, full_load: Amperes(100.0) };
        let s = LongStartSettings { enabled: true, delay: Seconds(10.0) };
        for (start, operates) in [(5.0, false), (30.0, true)] {
            let (mut motor, mut element, mut bench) = (Motor::default(), LongStart::default(), Bench::at_60_hz());
            let at = bench.until(40.0, |t, view| {
                let q = balanced(if t < start { 600.0 } else { 90.0 });
                let view = view.of(&q);
                motor.pass(&load, &view);
                element.pass(&s, &load, &motor, &view).operating
            });
            assert_eq!(at.is_some(), operates);
            assert!(at.is_none_or(|t| (t - 10.0).abs() < 0.01), "{at:?}");
        }
    }
}
