//! ANSI 51LR: jam. A motor at speed is stalled by its load.

use super::accumulator::Accumulator;
use super::finding::{DROPOUT_OVER, Finding};
use super::motor::{Motor, MotorSettings};
use super::view::View;
use crate::units::{Amperes, Seconds};

/// Settings of 51LR.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JamSettings {
    /// In service.
    pub enabled: bool,
    /// Pickup.
    pub pickup: Amperes,
    /// Operate time.
    pub delay: Seconds,
}

/// 51LR.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Jam {
    timer: Accumulator,
}

impl Jam {
    #[inline]
    pub(super) fn pass(&mut self, s: &JamSettings, load: &MotorSettings, motor: &Motor, view: &View<'_>) -> Finding {
        let (phase, current) = view.rms;
        let rest = Finding::at_rest(current, s.pickup.0, "A", Some(phase));
        if !(s.enabled && load.enabled) {
            self.timer.clear();
            return rest.off();
        }
        let started = motor.running() && self.timer.over(current, s.pickup.0, DROPOUT_OVER);
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
    fn a_start_is_no_jam_and_a_stalled_motor_is_one() {
        let load = MotorSettings { enabled: true, full_load: Amperes(100.0) };
        let s = JamSettings { enabled: true, pickup: Amperes(200.0), delay: Seconds(2.0) };
        let (mut motor, mut element, mut bench) = (Motor::default(), Jam::default(), Bench::at_60_hz());
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
        assert_eq!(at(5.0, 600.0), None);
        assert_eq!(at(5.0, 90.0), None);
        let jammed = at(5.0, 250.0).unwrap();
        assert!((jammed - 2.0).abs() < 0.002, "{jammed}");
    }
}
