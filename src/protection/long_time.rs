//! ANSI 49RMS/51, "L": the long-time element of a low-voltage trip unit, on the one-cycle RMS of the greatest phase.
//!
//! It may not trip at 1.05 times the setting and must at 1.20 times (IEC 60947-2 leaves the band 1.05 to 1.30), so it
//! starts at 1.10. `t = tr (6 Ir / I)^2`; the delay refers to six times the setting, as most makers have it.

use super::accumulator::{Accumulator, Decay, Fall};
use super::finding::{DROPOUT_OVER, Finding};
use super::thermal_image::cooled;
use super::view::View;
use crate::units::{Amperes, Seconds};
use serde::{Deserialize, Serialize};

/// The element starts at this multiple of `Ir`.
pub(super) const START_MULTIPLE: f64 = 1.10;

/// The memory cools with this many times the delay setting, the default of the Siemens ETU family.
const COOLING_MULTIPLE: f64 = 18.0;

/// How steep the characteristic is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LongTimeSlope {
    /// Constant `I^2 t`: cables and transformers.
    #[default]
    I2t = 0,
    /// Constant `I^4 t`: coordinates with fuses.
    I4t = 1,
}

/// The multiple of `Ir` to which the delay setting refers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LongTimeReference {
    /// Six times (Eaton, Schneider, Siemens).
    #[default]
    SixTimes = 0,
    /// Three times (ABB).
    ThreeTimes = 1,
}

/// Settings of L.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LongTimeSettings {
    /// In service.
    pub enabled: bool,
    /// Ir.
    pub pickup: Amperes,
    /// tr, at the reference multiple.
    pub delay: Seconds,
    /// Slope.
    pub slope: LongTimeSlope,
    /// What the delay refers to.
    pub reference: LongTimeReference,
    /// No operation is faster than this, whatever the current.
    pub shortest: Seconds,
    /// Remembers heat after a drop-out and while open.
    pub thermal_memory: bool,
}

impl LongTimeSettings {
    /// Operate time from cold at a constant current; none when it would not start.
    #[must_use]
    pub fn time_at(&self, current: Amperes) -> Option<Seconds> {
        (self.pickup.0 > 0.0 && current.0 >= START_MULTIPLE * self.pickup.0)
            .then(|| Seconds(self.operate_time(current.0)))
    }

    fn operate_time(&self, current: f64) -> f64 {
        let reference = match self.reference {
            LongTimeReference::SixTimes => 6.0,
            LongTimeReference::ThreeTimes => 3.0,
        };
        let square = (reference * self.pickup.0 / current).powi(2);
        let share = match self.slope {
            LongTimeSlope::I2t => square,
            LongTimeSlope::I4t => square * square,
        };
        (self.delay.0 * share).max(self.shortest.0)
    }
}

/// Load above this multiple of `Ir` is worth a warning, as the front lamps of trip units have it.
const PRE_WARNING: f64 = 0.90;
/// Load from this multiple of `Ir` on is an overload, though it may not trip there yet.
const OVERLOAD: f64 = 1.05;

/// How near the load is to what L carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LoadLevel {
    /// Under 0.90 Ir, or L is out of service.
    #[default]
    Normal,
    /// From 0.90 Ir.
    PreWarning,
    /// From 1.05 Ir.
    Overload,
}

/// L.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LongTime {
    heat: Accumulator,
    cooling: Decay,
    load_level: LoadLevel,
}

impl LongTime {
    #[inline]
    pub(super) fn pass(&mut self, s: &LongTimeSettings, view: &View<'_>) -> Finding {
        let (phase, current) = view.rms;
        let threshold = START_MULTIPLE * s.pickup.0;
        let rest = Finding::at_rest(current, threshold, "A", Some(phase));
        if !s.enabled {
            self.heat.clear();
            self.load_level = LoadLevel::Normal;
            return rest.off();
        }
        self.load_level = match current {
            i if i >= OVERLOAD * s.pickup.0 => LoadLevel::Overload,
            i if i >= PRE_WARNING * s.pickup.0 => LoadLevel::PreWarning,
            _ => LoadLevel::Normal,
        };
        let started = self.heat.over(current, threshold, DROPOUT_OVER);
        let operate_time = if started { s.operate_time(current) } else { f64::INFINITY };
        let fall = if s.thermal_memory {
            Fall::By(self.cooling.factor(view.dt, COOLING_MULTIPLE * s.delay.0))
        } else {
            Fall::Instant
        };
        rest.timed(&mut self.heat, started, view.dt, operate_time, fall)
    }

    /// Heat, 1 = trip.
    pub(super) const fn heat(&self) -> f64 {
        self.heat.level()
    }

    /// Puts the heat where it stood before a restart, after `away` without current.
    pub(super) fn restore(&mut self, heat: f64, s: &LongTimeSettings, away: Seconds) {
        let kept = if s.thermal_memory { heat * cooled(away, COOLING_MULTIPLE * s.delay.0) } else { 0.0 };
        self.heat.set(kept);
    }

    pub(super) const fn load_level(&self) -> LoadLevel {
        self.load_level
    }

    pub(super) fn reset_memory(&mut self) {
        self.heat.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    fn settings(thermal_memory: bool) -> LongTimeSettings {
        LongTimeSettings {
            enabled: true,
            pickup: Amperes(100.0),
            delay: Seconds(12.0),
            thermal_memory,
            ..LongTimeSettings::default()
        }
    }

    /// 200 A until it operates, 60 s without current, 200 A again: how long the second time takes.
    fn second_trip(thermal_memory: bool) -> f64 {
        let s = settings(thermal_memory);
        let (mut element, mut bench) = (LongTime::default(), Bench::at_60_hz());
        let first = bench.until(200.0, |_, view| element.pass(&s, &view.of(&balanced(200.0))).operating);
        assert!((first.unwrap() - 108.0).abs() < 0.01, "12 (6/2)^2 = 108 s, got {first:?}");
        bench.run(60.0, |view| {
            element.pass(&s, &view.of(&balanced(0.0)));
        });
        let from = bench.now();
        bench.until(200.0, |_, view| element.pass(&s, &view.of(&balanced(200.0))).operating).unwrap() - from
    }

    #[test]
    fn thermal_memory_shortens_the_second_trip() {
        let exact = 108.0 * (1.0 - (-60.0f64 / (18.0 * 12.0)).exp());
        let measured = second_trip(true);
        assert!((measured - exact).abs() < 0.02, "{measured} against {exact}");
    }

    #[test]
    fn without_memory_the_second_trip_takes_as_long_as_the_first() {
        assert!((second_trip(false) - 108.0).abs() < 0.01);
    }

    #[test]
    fn it_holds_at_1_05_and_operates_at_1_20() {
        let s = settings(true);
        let operates = |multiple: f64| {
            let (mut element, mut bench) = (LongTime::default(), Bench::coarse(0.1));
            bench.until(7200.0, |_, view| element.pass(&s, &view.of(&balanced(100.0 * multiple))).operating)
        };
        assert_eq!(operates(1.05), None);
        let at = operates(1.20).unwrap();
        assert!((at - 300.0).abs() < 1.0, "12 (6/1.2)^2 = 300 s, got {at}");
    }

    #[test]
    fn a_shortest_time_holds_the_curve_up() {
        let s = LongTimeSettings { shortest: Seconds(1.0), ..settings(true) };
        assert_eq!(s.time_at(Amperes(100.0 * 30.0)), Some(Seconds(1.0)));
        assert_eq!(s.time_at(Amperes(109.9)), None);
    }
}
