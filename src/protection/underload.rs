//! ANSI 37: underload. A pump runs dry, a belt is torn.

use super::accumulator::Accumulator;
use super::finding::Finding;
use super::motor::{Motor, MotorSettings};
use super::view::View;
use crate::units::{Amperes, Seconds};

/// Dropout as a share of the pickup.
const DROPOUT: f64 = 1.05;

/// Settings of 37.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnderloadSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Pickup.
    pub pickup: Amperes,
    /// Operate time.
    pub delay: Seconds,
}

/// 37.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Underload {
    timer: Accumulator,
}

impl Underload {
    #[inline]
    pub(super) fn pass(
        &mut self,
        s: &UnderloadSettings,
        load: &MotorSettings,
        motor: &Motor,
        view: &View<'_>,
    ) -> Finding {
        let (phase, current) = view.least_rms();
        let rest = Finding::at_rest(current, s.pickup.0, "A", Some(phase)).tripping(s.trip);
        if !(s.enabled && load.enabled) {
            self.timer.clear();
            return rest.off();
        }
        let started = motor.running() && self.timer.under(current, s.pickup.0, DROPOUT);
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

    #[test]
    fn a_running_motor_without_load_operates_and_a_stopped_one_does_not() {
        let load = MotorSettings { enabled: true, full_load: Amperes(100.0) };
        let s = UnderloadSettings { enabled: true, trip: true, pickup: Amperes(40.0), delay: Seconds(10.0) };
        let (mut motor, mut element, mut bench) = (Motor::default(), Underload::default(), Bench::at_60_hz());
        let mut at = |seconds: f64, current: f64| {
            let from = bench.now();
            bench
                .until(seconds, |_, view| {
                    let q = balanced(current);
                    let view = view.of(&q);
                    motor.pass(&load, &view);
                    element.pass(&s, &load, &motor, &view).operating
                })
                .map(|t| t - from)
        };
        assert_eq!(at(30.0, 0.0), None, "stopped");
        assert_eq!(at(5.0, 600.0), None, "starting");
        assert_eq!(at(30.0, 80.0), None, "running");
        let dry = at(20.0, 35.0).unwrap();
        assert!((dry - 10.0).abs() < 0.002, "{dry}");
    }
}
