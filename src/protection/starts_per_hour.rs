//! ANSI 66: starts per hour. Forbids a start that the motor would not survive; never trips.

use super::finding::Finding;
use super::motor::{Motor, MotorSettings, MotorState};
use super::view::View;
use crate::time::Tick;
use crate::units::Seconds;

/// Starts that are remembered; more than any setting allows in an hour.
const REMEMBERED: usize = 16;

/// The hour.
const HOUR: Seconds = Seconds(3600.0);

/// Heat above which a motor counts as hot, 1 = trip.
const HOT: f64 = 0.5;

/// Settings of 66.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StartsPerHourSettings {
    /// In service.
    pub enabled: bool,
    /// Starts an hour from cold.
    pub cold: u32,
    /// Starts an hour while hot.
    pub hot: u32,
    /// Least time from the beginning of one start to the next.
    pub between: Seconds,
}

/// 66.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct StartsPerHour {
    starts: [Tick; REMEMBERED],
    count: usize,
    last: Option<Tick>,
    inhibited: bool,
    state: MotorState,
    /// Heat at the beginning of the start that goes on, and the greatest that a start has added.
    heat_before: f64,
    heat_of_a_start: f64,
}

impl StartsPerHour {
    #[inline]
    pub(super) fn pass(
        &mut self,
        s: &StartsPerHourSettings,
        load: &MotorSettings,
        motor: &Motor,
        heat: f64,
        view: &View<'_>,
    ) -> Finding {
        if !(s.enabled && load.enabled) {
            *self = Self::default();
            return Finding::at_rest(0.0, f64::from(s.cold), "starts/h", None).off();
        }
        let now = view.tick;
        if motor.started_at() != self.last {
            self.last = motor.started_at();
            self.remember(now);
            self.heat_before = heat;
        }
        if self.state == MotorState::Start && motor.state() == MotorState::Run {
            self.heat_of_a_start = self.heat_of_a_start.max(heat - self.heat_before);
        }
        self.state = motor.state();
        let hour = view.rate.span(HOUR);
        let recent = self.starts[..self.count].iter().filter(|start| now.since(**start) < hour).count();
        let limit = if heat > HOT { s.hot } else { s.cold };
        let stopped = motor.state() == MotorState::Stop;
        let too_soon = self.last.is_some_and(|start| now.since(start) < view.rate.span(s.between));
        let too_hot = self.heat_of_a_start > 0.0 && heat > 1.0 - self.heat_of_a_start;
        self.inhibited = stopped && (recent >= limit as usize || too_soon || too_hot);
        Finding {
            started: self.inhibited,
            operating: self.inhibited,
            progress: if self.inhibited { 1.0 } else { 0.0 },
            ..Finding::at_rest(recent as f64, f64::from(limit), "starts/h", None).tripping(false)
        }
    }

    fn remember(&mut self, start: Tick) {
        if self.count == REMEMBERED {
            self.starts.rotate_left(1);
            self.count -= 1;
        }
        self.starts[self.count] = start;
        self.count += 1;
    }

    /// Time alone changes nothing: no start is asked for while the motor turns.
    pub(super) fn waits_for_nothing(&self) -> bool {
        self.state != MotorState::Stop
    }

    /// A start is forbidden now.
    pub(super) const fn inhibited(&self) -> bool {
        self.inhibited
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;
    use crate::units::Amperes;

    const LOAD: MotorSettings = MotorSettings { enabled: true, full_load: Amperes(100.0) };

    /// Starts of 2 s, each `every` seconds; the number of the start before which it is forbidden.
    fn forbidden_before(s: StartsPerHourSettings, every: f64, heat: f64) -> Option<usize> {
        let (mut motor, mut element) = (Motor::default(), StartsPerHour::default());
        let mut bench = Bench::coarse(0.05);
        for start in 1..=5 {
            if element.inhibited() {
                return Some(start);
            }
            bench.until(every, |t, view| {
                let q = balanced(if t < 2.0 { 600.0 } else { 0.0 });
                let view = view.of(&q);
                motor.pass(&LOAD, &view);
                element.pass(&s, &LOAD, &motor, heat, &view);
                false
            });
        }
        None
    }

    #[test]
    fn the_fourth_start_within_the_hour_is_forbidden_cold_and_the_third_hot() {
        let s = StartsPerHourSettings { enabled: true, cold: 3, hot: 2, between: Seconds(300.0) };
        assert_eq!(forbidden_before(s, 400.0, 0.1), Some(4));
        assert_eq!(forbidden_before(s, 400.0, 0.6), Some(3));
        assert_eq!(forbidden_before(s, 1300.0, 0.1), None, "three an hour are allowed");
        assert_eq!(forbidden_before(s, 200.0, 0.1), Some(2), "too soon after the first");
    }
}
