//! ANSI 50ARC, "AFD": arc flash by light **and** current, on raw samples.
//!
//! Light alone is a camera or the sun, current alone is a motor start; neither operates. Relays of this kind act within
//! 1 to 2.5 ms, so a delay above that defeats the purpose; it can be set because devices in the field have it.

use super::finding::Finding;
use super::view::sane;
use crate::power::stretch::LIGHT;
use crate::power::{Row, Sample, Stretch};
use crate::time::{SAMPLES_PER_CYCLE, SampleRate};
use crate::units::{Amperes, Lux, Phase, Seconds};
use std::f64::consts::SQRT_2;

/// Samples in a row with light and current that make an arc: 0.4 ms.
const CONSECUTIVE: u32 = 3;

/// Samples for which a crest counts as current: an alternating current passes zero every half-cycle.
const CURRENT_HOLD: u32 = SAMPLES_PER_CYCLE / 2;

/// Settings of AFD.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ArcFlashSettings {
    /// In service.
    pub enabled: bool,
    /// Current supervision, RMS of a symmetrical current.
    pub pickup: Amperes,
    /// Intentional delay.
    pub delay: Seconds,
    /// Light.
    pub light: Lux,
}

/// AFD.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ArcFlash {
    /// Samples for which the current still counts as present.
    current: u32,
    phase: Option<Phase>,
    /// Samples in a row with both.
    both: u32,
    /// Brightest since the last pass, lx.
    seen: f64,
    light: bool,
    /// Operated; stays until the reset command.
    latched: bool,
}

impl ArcFlash {
    /// Takes a sample; true from operation to the reset command.
    pub(super) fn sample(&mut self, s: &ArcFlashSettings, in_service: bool, rate: SampleRate, sample: &Sample) -> bool {
        if sample.light > self.seen {
            self.seen = sample.light;
        }
        if !(s.enabled && in_service) {
            *self = Self { seen: self.seen, ..Self::default() };
            return false;
        }
        self.follow_current(SQRT_2 * s.pickup.0, &sample.current.to_array());
        self.light = s.light.0 > 0.0 && sample.light >= s.light.0;
        self.both = if self.light && self.current > 0 { self.both.saturating_add(1) } else { 0 };
        if self.both >= CONSECUTIVE && u64::from(self.both - 1) >= rate.span(s.delay).0 {
            self.latched = true;
        }
        self.latched
    }

    /// Whether samples with light up to this cannot make it operate, nor is it operating.
    pub(super) fn idles(&self, s: &ArcFlashSettings, in_service: bool, brightest: f64) -> bool {
        !(s.enabled && in_service) || (!self.latched && (s.light.0 <= 0.0 || brightest < s.light.0))
    }

    /// Takes samples with currents up to `crest` while it [idles](Self::idles).
    pub(super) fn idle(&mut self, s: &ArcFlashSettings, in_service: bool, samples: &Stretch<'_>, crests: &Row) {
        let seen = if crests[LIGHT] > self.seen { crests[LIGHT] } else { self.seen };
        if !(s.enabled && in_service) {
            *self = Self { seen, ..Self::default() };
            return;
        }
        self.seen = seen;
        self.light = false;
        self.both = 0;
        let least = SQRT_2 * s.pickup.0;
        if least > 0.0 && crests[..3].iter().any(|crest| *crest > least) {
            for row in samples.rows {
                self.follow_current(least, &row[..3]);
            }
        } else {
            self.current = self.current.saturating_sub(samples.len() as u32);
        }
    }

    /// Notes the brightest light of a pass that was not shown.
    pub(super) fn see(&mut self, brightest: f64) {
        self.seen = brightest;
    }

    /// Counts the samples since the last crest.
    fn follow_current(&mut self, least: f64, currents: &[f64]) {
        self.current = self.current.saturating_sub(1);
        if least > 0.0 {
            for (phase, current) in Phase::ALL.into_iter().zip(currents) {
                if current.abs() > least {
                    if self.current == 0 {
                        self.phase = Some(phase);
                    }
                    self.current = CURRENT_HOLD;
                }
            }
        }
    }

    #[inline]
    pub(super) fn finding(&self, s: &ArcFlashSettings, in_service: bool, rate: SampleRate) -> Finding {
        let rest = Finding::at_rest(sane(self.seen), s.light.0, "lx", self.phase);
        if !s.enabled {
            return rest.off();
        }
        if !in_service {
            return rest;
        }
        let need = rate.span(s.delay).0.max(u64::from(CONSECUTIVE)) as f64;
        Finding {
            started: self.both > 0 || self.latched,
            operating: self.latched,
            progress: if self.latched { 1.0 } else { (f64::from(self.both) / need).min(1.0) },
            operate_time: rate.period().0 * need,
            ..rest
        }
    }

    /// Begins a new pass.
    #[inline]
    pub(super) fn pass(&mut self, s: &ArcFlashSettings, in_service: bool, rate: SampleRate) -> Finding {
        let finding = self.finding(s, in_service, rate);
        self.seen = 0.0;
        finding
    }

    /// Light over the threshold without current: a supervision warning, never a trip.
    pub(super) const fn light_alone(&self) -> bool {
        self.light && self.current == 0
    }

    pub(super) fn reset(&mut self) {
        self.latched = false;
        self.both = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::sine;
    use super::*;
    use crate::units::Phases;

    const RATE: SampleRate = SampleRate::AT_60_HZ;

    fn settings(delay: f64) -> ArcFlashSettings {
        ArcFlashSettings { enabled: true, pickup: Amperes(150.0), delay: Seconds(delay), light: Lux(8000.0) }
    }

    fn operates_after(delay: f64, rms: f64, light: f64) -> Option<f64> {
        let (mut element, s) = (ArcFlash::default(), settings(delay));
        (0..7680)
            .find(|n| element.sample(&s, true, RATE, &sine(*n, Phases::splat(rms), light)))
            .map(|n| n as f64 / 7680.0)
    }

    #[test]
    fn light_alone_and_current_alone_never_operate() {
        assert_eq!(operates_after(0.0, 60.0, 20_000.0), None);
        assert_eq!(operates_after(0.0, 400.0, 0.0), None);
        assert_eq!(operates_after(0.0, 400.0, 7_999.0), None);
    }

    #[test]
    fn light_and_current_operate_within_two_and_a_half_milliseconds() {
        let at = operates_after(0.0, 4000.0, 20_000.0).unwrap();
        assert!(at < 0.0025, "{at}");
    }

    #[test]
    fn an_intentional_delay_is_kept_over_the_zero_crossings() {
        let at = operates_after(0.1, 4000.0, 20_000.0).unwrap();
        assert!((0.1..0.103).contains(&at), "{at}");
    }

    #[test]
    fn it_stays_until_it_is_reset() {
        let (mut element, s) = (ArcFlash::default(), settings(0.0));
        for n in 0..64 {
            element.sample(&s, true, RATE, &sine(n, Phases::splat(4000.0), 20_000.0));
        }
        for n in 64..1000 {
            assert!(element.sample(&s, true, RATE, &sine(n, Phases::splat(0.0), 0.0)));
        }
        element.reset();
        assert!(!element.sample(&s, true, RATE, &sine(0, Phases::splat(0.0), 0.0)));
    }

    #[test]
    fn light_without_current_is_told() {
        let (mut element, s) = (ArcFlash::default(), settings(0.0));
        element.sample(&s, true, RATE, &sine(0, Phases::splat(60.0), 20_000.0));
        assert!(element.light_alone());
    }
}
