//! ANSI 51: time overcurrent with a named curve, on the one-cycle RMS of the greatest phase.

use super::accumulator::{Accumulator, Fall};
use super::curve::{self, Curve, ResetFamily};
use super::finding::{DROPOUT_OVER, Finding};
use super::view::View;
use crate::units::{Amperes, Seconds};
use serde::{Deserialize, Serialize};

/// How the accumulator falls below the pickup (IEC 60255-151, 4.3; IEEE C37.112).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CurveReset {
    /// To nothing at once.
    #[default]
    Instantaneous = 0,
    /// As the disc of an electromechanical relay; constants of IEEE C37.112 and SEL.
    Timed = 1,
    /// Likewise, with the constants of GE for the IEC curves.
    TimedGe = 2,
}

/// Settings of 51.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeOvercurrentSettings {
    /// In service.
    pub enabled: bool,
    /// Pickup.
    pub pickup: Amperes,
    /// Operate time with [`Curve::Definite`].
    pub delay: Seconds,
    /// The curve.
    pub curve: Curve,
    /// TMS (IEC) or time dial (IEEE, US).
    pub time_multiplier: f64,
    /// Reset below the pickup.
    pub reset: CurveReset,
}

impl TimeOvercurrentSettings {
    /// Operate time at a constant current; none when it would not start.
    #[must_use]
    pub fn time_at(&self, current: Amperes) -> Option<Seconds> {
        if !(self.pickup.0 > 0.0 && current > self.pickup) {
            return None;
        }
        match self.curve {
            Curve::Definite => Some(self.delay),
            inverse => curve::operate_time(inverse, self.time_multiplier, current / self.pickup),
        }
    }

    fn fall(&self, current: f64) -> Fall {
        let family = match self.reset {
            CurveReset::Instantaneous => return Fall::Instant,
            CurveReset::Timed => ResetFamily::Sel,
            CurveReset::TimedGe => ResetFamily::Ge,
        };
        let time = match self.curve {
            Curve::Definite => Some(self.delay),
            inverse => curve::reset_time(inverse, family, self.time_multiplier, current / self.pickup.0),
        };
        time.map_or(Fall::By(1.0), |t| Fall::Over(t.0))
    }
}

/// 51.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct TimeOvercurrent {
    timer: Accumulator,
}

impl TimeOvercurrent {
    #[inline]
    pub(super) fn pass(&mut self, s: &TimeOvercurrentSettings, view: &View<'_>) -> Finding {
        let (phase, current) = view.rms;
        let rest = Finding::at_rest(current, s.pickup.0, "A", Some(phase));
        if !s.enabled {
            self.timer.clear();
            return rest.off();
        }
        let started = current != s.pickup.0 && self.timer.over(current, s.pickup.0, DROPOUT_OVER);
        let operate_time = match (started, s.time_at(Amperes(current))) {
            (true, Some(time)) => time.0,
            // Between dropout and pickup an inverse curve stands still and a definite time runs on.
            (true, None) if s.curve == Curve::Definite => s.delay.0,
            _ => f64::INFINITY,
        };
        let fall = if self.timer.level() > 0.0 { s.fall(current) } else { Fall::Instant };
        rest.timed(&mut self.timer, started, view.dt, operate_time, fall)
    }

    pub(super) fn reset_memory(&mut self) {
        self.timer.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    fn settings(curve: Curve, tms: f64, reset: CurveReset) -> TimeOvercurrentSettings {
        TimeOvercurrentSettings {
            enabled: true,
            pickup: Amperes(100.0),
            delay: Seconds(1.0),
            curve,
            time_multiplier: tms,
            reset,
        }
    }

    #[test]
    fn a_current_step_is_integrated() {
        // 300 A for 1 s, then 600 A, IEC C at TMS 0.2: 1/2 + t / (0.2 * 80/35) = 1.
        let s = settings(Curve::IecExtremelyInverse, 0.2, CurveReset::Instantaneous);
        let (mut element, mut bench) = (TimeOvercurrent::default(), Bench::at_60_hz());
        let at = bench.until(10.0, |t, view| {
            let i = if t < 1.0 { 300.0 } else { 600.0 };
            element.pass(&s, &view.of(&balanced(i))).operating
        });
        let exact = 1.0 + 0.5 * 0.2 * 80.0 / 35.0;
        assert!((at.unwrap() - exact).abs() < 0.003, "{at:?} against {exact}");
    }

    #[test]
    fn a_timed_reset_adds_up_pulses_and_an_instantaneous_one_does_not() {
        // 0.15 s at 5 times, 0.6 s at half, IEEE very inverse, time dial 0.2: +0.15/0.26158 and -0.6/5.76 a pulse.
        let pulses = |reset| {
            let s = settings(Curve::IeeeVeryInverse, 0.2, reset);
            let (mut element, mut bench) = (TimeOvercurrent::default(), Bench::at_60_hz());
            bench.until(20.0, |t, view| {
                let i = if t % 0.75 < 0.15 { 500.0 } else { 50.0 };
                element.pass(&s, &view.of(&balanced(i))).operating
            })
        };
        assert_eq!(pulses(CurveReset::Instantaneous), None);
        let at = pulses(CurveReset::Timed).unwrap();
        assert!((at - 0.8889).abs() < 0.005, "{at}");
    }

    #[test]
    fn at_its_own_pickup_it_does_not_start() {
        for curve in Curve::ALL {
            let s = settings(curve, 1.0, CurveReset::Instantaneous);
            assert_eq!(s.time_at(Amperes(100.0)), None, "{curve:?}");
            let (mut element, mut bench) = (TimeOvercurrent::default(), Bench::at_60_hz());
            let started = bench.until(5.0, |_, view| element.pass(&s, &view.of(&balanced(100.0))).started);
            assert_eq!(started, None, "{curve:?}");
        }
    }
}
