//! ANSI 50TD, "S": the short-time element of a low-voltage trip unit, on the one-cycle RMS of the greatest phase.

use super::accumulator::{Accumulator, Fall};
use super::finding::{DROPOUT_OVER, Finding};
use super::settings::TimerReset;
use super::view::View;
use super::zone_interlocking::ZoneInterlockingSettings;
use crate::units::{Amperes, Seconds};

/// Settings of S.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ShortTimeSettings {
    /// In service.
    pub enabled: bool,
    /// Isd.
    pub pickup: Amperes,
    /// tsd.
    pub delay: Seconds,
    /// Constant `I^2 t` below the knee.
    pub i2t: bool,
    /// The knee, where the `I^2 t` line meets the delay, in multiples of `Ir`.
    pub knee: f64,
    /// How the timer falls back.
    pub reset: TimerReset,
}

impl ShortTimeSettings {
    /// Operate time at a constant current without zone interlocking; none when it would not start. `long_time_pickup`
    /// is `Ir`, to which the knee refers.
    #[must_use]
    pub fn time_at(&self, current: Amperes, long_time_pickup: Amperes) -> Option<Seconds> {
        (self.pickup.0 > 0.0 && current >= self.pickup)
            .then(|| Seconds(self.operate_time(current.0, long_time_pickup.0)))
    }

    fn operate_time(&self, current: f64, ir: f64) -> f64 {
        let knee = self.knee * ir;
        if self.i2t && current < knee { self.delay.0 * (knee / current).powi(2) } else { self.delay.0 }
    }
}

/// S.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ShortTime {
    timer: Accumulator,
}

impl ShortTime {
    #[inline]
    pub(super) fn pass(
        &mut self,
        s: &ShortTimeSettings,
        zone: &ZoneInterlockingSettings,
        long_time_pickup: Amperes,
        view: &View<'_>,
    ) -> Finding {
        let (phase, current) = view.rms;
        let rest = Finding::at_rest(current, s.pickup.0, "A", Some(phase));
        if !s.enabled {
            self.timer.clear();
            return rest.off();
        }
        let started = self.timer.over(current, s.pickup.0, DROPOUT_OVER);
        let operate_time = if started {
            zone.shorten(s.operate_time(current, long_time_pickup.0), view.context.restraint_in)
        } else {
            f64::INFINITY
        };
        let fall = match s.reset {
            TimerReset::Instant => Fall::Instant,
            TimerReset::Integrating => Fall::Over(s.delay.0),
        };
        rest.timed(&mut self.timer, started, view.dt, operate_time, fall)
    }

    pub(super) fn reset_memory(&mut self) {
        self.timer.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    fn settings() -> ShortTimeSettings {
        ShortTimeSettings {
            enabled: true,
            pickup: Amperes(600.0),
            delay: Seconds(0.2),
            knee: 10.0,
            ..ShortTimeSettings::default()
        }
    }

    fn operates(
        s: &ShortTimeSettings,
        zone: &ZoneInterlockingSettings,
        current: f64,
        restraint_in: bool,
    ) -> Option<f64> {
        let (mut element, mut bench) = (ShortTime::default(), Bench::at_60_hz());
        bench.context = Context { restraint_in, ..Context::default() };
        bench.until(5.0, |_, view| element.pass(s, zone, Amperes(100.0), &view.of(&balanced(current))).operating)
    }

    #[test]
    fn i2t_follows_the_line_below_the_knee() {
        let s = ShortTimeSettings { i2t: true, ..settings() };
        let off = ZoneInterlockingSettings::default();
        let at = operates(&s, &off, 700.0, false).unwrap();
        assert!((at - 0.2 * (10.0f64 / 7.0).powi(2)).abs() < 0.003, "{at}");
        let at = operates(&s, &off, 1500.0, false).unwrap();
        assert!((at - 0.2).abs() < 0.003, "{at}");
        assert_eq!(operates(&s, &off, 599.0, false), None);
    }

    #[test]
    fn zone_interlocking_is_fast_without_a_restraint_and_waits_with_one() {
        let zone = ZoneInterlockingSettings { enabled: true, delay: Seconds(0.05) };
        let fast = operates(&settings(), &zone, 650.0, false).unwrap();
        let slow = operates(&settings(), &zone, 650.0, true).unwrap();
        assert!((fast - 0.05).abs() < 0.003, "{fast}");
        assert!((slow - 0.2).abs() < 0.003, "{slow}");
    }
}
