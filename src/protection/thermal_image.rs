//! ANSI 49: thermal image (IEC 60255-149).
//!
//! `H` is the state of heat, 1 = trip. It runs towards `(Ieq / k IB)^2` with the time constant tau, whatever the
//! breaker does. From cold `t = tau ln(m^2 / (m^2 - 1))`, after a preload p `t = tau ln((m^2 - p^2) / (m^2 - 1))`.

use super::accumulator::{Accumulator, Decay, Fall};
use super::finding::{DROPOUT_OVER, Finding};
use super::view::View;
use crate::units::{Amperes, Percent, Seconds};
use serde::{Deserialize, Serialize};

/// What operates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ThermalMode {
    /// The image.
    #[default]
    Image = 0,
    /// A definite time over the pickup. The image runs on for display.
    Definite = 1,
}

/// Settings of 49.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ThermalImageSettings {
    /// In service.
    pub enabled: bool,
    /// k IB: the current that is just carried for ever.
    pub pickup: Amperes,
    /// Time constant tau, or the delay in [`ThermalMode::Definite`].
    pub delay: Seconds,
    /// What operates.
    pub mode: ThermalMode,
    /// H at which it alarms.
    pub alarm: Percent,
    /// H under which closing is allowed again after a trip by this element.
    pub close_permission: Percent,
}

impl ThermalImageSettings {
    /// Operate time from cold at a constant current; none when it would never operate.
    #[must_use]
    pub fn time_at(&self, current: Amperes) -> Option<Seconds> {
        self.time_from(0.0, current)
    }

    /// Operate time at a constant current from the state of heat `h`; none when it would never operate.
    #[must_use]
    pub fn time_from(&self, h: f64, current: Amperes) -> Option<Seconds> {
        if !(self.pickup.0 > 0.0 && current > self.pickup) {
            return None;
        }
        match self.mode {
            ThermalMode::Image => Some(Seconds(image_time(self.delay.0, h, target(current.0, self.pickup.0)))),
            ThermalMode::Definite => Some(self.delay),
        }
    }
}

/// Time for an image to run from `h` to 1 towards `target`; infinite when it does not get there.
pub(super) fn image_time(tau: f64, h: f64, target: f64) -> f64 {
    if h >= 1.0 {
        0.0
    } else if target > 1.0 {
        tau * ((target - h) / (target - 1.0)).ln()
    } else {
        f64::INFINITY
    }
}

/// Greatest multiple of k IB that heats the image, the end of the effective range of IEC 60255-151: a short circuit is
/// over in less than the image resolves, and one that followed it would forbid closing for many minutes.
const GREATEST_MULTIPLE: f64 = 20.0;

/// The heat that a constant current leads to, the current limited to [`GREATEST_MULTIPLE`].
pub(super) fn target(current: f64, carried: f64) -> f64 {
    (current / carried).min(GREATEST_MULTIPLE).powi(2)
}

/// The share of its heat that an image keeps over a time without current.
pub(super) fn cooled(away: Seconds, tau: f64) -> f64 {
    if tau > 0.0 { (-away.0.max(0.0) / tau).exp() } else { 0.0 }
}

/// A first-order image of heat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Image {
    h: f64,
    decay: Decay,
}

impl Image {
    /// One exact step towards `target` with the time constant `tau`.
    #[inline]
    pub(super) fn step(&mut self, dt: f64, tau: f64, target: f64) {
        let target = target.min(GREATEST_MULTIPLE * GREATEST_MULTIPLE);
        self.h = target + (self.h - target) * self.decay.factor(dt, tau);
    }

    pub(super) const fn h(&self) -> f64 {
        self.h
    }

    pub(super) fn clear(&mut self) {
        self.h = 0.0;
    }

    pub(super) fn set(&mut self, h: f64) {
        self.h = if h.is_finite() { h.clamp(0.0, GREATEST_MULTIPLE * GREATEST_MULTIPLE) } else { 0.0 };
    }
}

/// 49.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ThermalImage {
    image: Image,
    timer: Accumulator,
    operating: bool,
    /// Closing forbidden after a trip until the image has cooled to the permission.
    too_hot: bool,
}

impl ThermalImage {
    #[inline]
    pub(super) fn pass(&mut self, s: &ThermalImageSettings, view: &View<'_>) -> Finding {
        let (phase, current) = view.rms;
        let rest = Finding::at_rest(current, s.pickup.0, "A", Some(phase));
        if s.pickup.0 > 0.0 && s.delay.0 > 0.0 {
            self.image.step(view.dt, s.delay.0, target(current, s.pickup.0));
        }
        if !s.enabled {
            self.timer.clear();
            self.operating = false;
            self.too_hot = false;
            return Finding { progress: self.image.h().min(1.0), ..rest.off() };
        }
        let h = self.image.h();
        let started = current != s.pickup.0 && self.timer.over(current, s.pickup.0, DROPOUT_OVER);
        let timed = self.timer.pass(started, view.dt, s.delay.0, Fall::Instant);
        let (operating, progress, operate_time) = match s.mode {
            ThermalMode::Image => {
                let left = if started { image_time(s.delay.0, h, target(current, s.pickup.0)) } else { f64::INFINITY };
                // A whole way of which the share still to go takes what is left.
                (h >= 1.0 || (self.operating && h > DROPOUT_OVER), h.min(1.0), left / (1.0 - h).max(f64::MIN_POSITIVE))
            }
            ThermalMode::Definite => (timed, self.timer.level(), s.delay.0),
        };
        self.operating = operating;
        if operating {
            self.too_hot = true;
        } else if 100.0 * h <= s.close_permission.0 {
            self.too_hot = false;
        }
        Finding { started, operating, progress, operate_time, ..rest }
    }

    /// State of heat, 1 = trip.
    pub(super) const fn h(&self) -> f64 {
        self.image.h()
    }

    pub(super) const fn too_hot(&self) -> bool {
        self.too_hot
    }

    /// Puts the image where it stood before a restart, after `away` without current.
    pub(super) fn restore(&mut self, h: f64, too_hot: bool, s: &ThermalImageSettings, away: Seconds) {
        self.image.set(h * cooled(away, s.delay.0));
        self.too_hot = too_hot && 100.0 * self.image.h() > s.close_permission.0;
    }

    pub(super) fn reset_memory(&mut self) {
        self.image.clear();
        self.timer.clear();
        self.operating = false;
        self.too_hot = false;
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    fn settings() -> ThermalImageSettings {
        ThermalImageSettings {
            enabled: true,
            pickup: Amperes(105.0),
            delay: Seconds(600.0),
            mode: ThermalMode::Image,
            alarm: Percent(90.0),
            close_permission: Percent(80.0),
        }
    }

    #[test]
    fn the_image_operates_from_hot_as_the_standard_says() {
        let (mut element, mut bench) = (ThermalImage::default(), Bench::coarse(0.01));
        let s = settings();
        element.restore((94.5f64 / 105.0).powi(2), false, &s, Seconds::ZERO);
        let at = bench.until(60.0, |_, view| element.pass(&s, &view.of(&balanced(210.0))).operating).unwrap();
        let exact = 600.0 * ((4.0f64 - 0.81) / 3.0).ln();
        assert!((at - exact).abs() < 0.02, "{at} against {exact}");
    }

    #[test]
    fn beyond_twenty_times_the_image_heats_no_faster() {
        let exact = |m: f64| 600.0 * (m * m / (m * m - 1.0)).ln();
        for (current, multiple) in [(7.9 * 105.0, 7.9), (20.0 * 105.0, 20.0), (2500.0, 20.0), (25_000.0, 20.0)] {
            let (mut element, mut bench) = (ThermalImage::default(), Bench::at_60_hz());
            let at = bench.until(20.0, |_, view| element.pass(&settings(), &view.of(&balanced(current))).operating);
            assert!((at.unwrap() - exact(multiple)).abs() < 0.01, "{current} A: {at:?} against {}", exact(multiple));
            assert!((settings().time_at(Amperes(current)).unwrap().0 - exact(multiple)).abs() < 1e-9);
        }
    }

    #[test]
    fn heat_is_kept_over_a_restart_and_cools_meanwhile() {
        let (mut element, s) = (ThermalImage::default(), settings());
        element.restore(1.0, true, &s, Seconds(60.0));
        assert!((element.h() - (-0.1f64).exp()).abs() < 1e-12, "{}", element.h());
        assert!(element.too_hot(), "90 % is above the permission");
        element.restore(1.0, true, &s, Seconds(600.0));
        assert!(!element.too_hot(), "37 % is below it");
    }

    #[test]
    fn after_a_trip_closing_waits_for_the_permission() {
        let (mut element, mut bench) = (ThermalImage::default(), Bench::coarse(0.1));
        let s = settings();
        bench.until(3000.0, |_, view| element.pass(&s, &view.of(&balanced(210.0))).operating).unwrap();
        assert!(element.too_hot());
        let from = bench.now();
        let cool = bench.until(3000.0, |_, view| {
            element.pass(&s, &view.of(&balanced(0.0)));
            !element.too_hot()
        });
        let exact = 600.0 * (1.0f64 / 0.8).ln();
        assert!((cool.unwrap() - from - exact).abs() < 0.5, "{cool:?} against {exact}");
    }

    #[test]
    fn a_load_that_never_tripped_may_be_closed_however_hot() {
        let (mut element, mut bench) = (ThermalImage::default(), Bench::coarse(1.0));
        bench.run(6000.0, |view| {
            element.pass(&settings(), &view.of(&balanced(100.0)));
        });
        assert!(element.h() > 0.9);
        assert!(!element.too_hot());
    }

    #[test]
    fn definite_mode_is_a_timer_over_the_pickup() {
        let s = ThermalImageSettings { mode: ThermalMode::Definite, delay: Seconds(10.0), ..settings() };
        for (current, expected) in [(104.0, None), (106.0, Some(10.0)), (1000.0, Some(10.0))] {
            let (mut element, mut bench) = (ThermalImage::default(), Bench::at_60_hz());
            let at = bench.until(20.0, |_, view| element.pass(&s, &view.of(&balanced(current))).operating);
            assert_eq!(at.map(|t| (t * 100.0).round() / 100.0), expected, "{current} A");
        }
    }
}
