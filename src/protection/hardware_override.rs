//! ANSI 50, "HW": the override of the frame, on raw samples, not settable and not blockable.
//!
//! It protects the breaker itself. Makers publish a fixed value a frame (3000 A RMS for a 125 A frame of Eaton's PDG3);
//! here it is thirty times the rated current, which gives the same for 100 A and follows larger frames.

use super::Rated;
use super::finding::Finding;
use super::instantaneous::NO_DELAY;
use super::view::sane;
use crate::power::Sample;
use crate::time::SAMPLES_PER_CYCLE;
use crate::units::{Amperes, Phase, Phases, Seconds};
use std::f64::consts::SQRT_2;

/// Threshold in multiples of the rated current, RMS of a symmetrical current.
pub const OVERRIDE_MULTIPLE: f64 = 30.0;

/// Samples in a row over the threshold that operate.
const CONSECUTIVE: u32 = 3;

/// The threshold of the override for a frame.
#[must_use]
pub fn override_threshold(rated: &Rated) -> Amperes {
    rated.current * OVERRIDE_MULTIPLE
}

/// Operate time at a constant current, on the curve.
pub(super) fn time_at(current: Amperes, rated: &Rated) -> Option<Seconds> {
    let threshold = override_threshold(rated);
    (threshold.0 > 0.0 && current >= threshold).then_some(NO_DELAY)
}

/// HW.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HardwareOverride {
    crest: f64,
    over: Phases<u32>,
    phase: Phase,
    /// Greatest crest since the last pass, A.
    seen: f64,
    /// Samples until the operation is over; it holds for a cycle after the last crest.
    hold: u32,
}

impl HardwareOverride {
    pub(super) fn new(rated: &Rated) -> Self {
        Self {
            crest: SQRT_2 * override_threshold(rated).0,
            over: Phases::splat(0),
            phase: Phase::A,
            seen: 0.0,
            hold: 0,
        }
    }

    /// Takes a sample; true while operating.
    pub(super) fn sample(&mut self, sample: &Sample) -> bool {
        self.hold = self.hold.saturating_sub(1);
        for phase in Phase::ALL {
            let magnitude = sample.current[phase].abs();
            if magnitude > self.seen {
                self.seen = magnitude;
            }
            if magnitude > self.crest && self.crest > 0.0 {
                self.over[phase] += 1;
                if self.over[phase] >= CONSECUTIVE {
                    if self.hold == 0 {
                        self.phase = phase;
                    }
                    self.hold = SAMPLES_PER_CYCLE;
                }
            } else {
                self.over[phase] = 0;
            }
        }
        self.hold > 0
    }

    /// Whether samples up to this crest change nothing but what was seen.
    pub(super) fn idles(&self, crest: f64) -> bool {
        self.hold == 0 && (crest <= self.crest || self.crest <= 0.0)
    }

    /// Takes samples up to this crest while it [idles](Self::idles).
    pub(super) fn idle(&mut self, crest: f64) {
        self.over = Phases::splat(0);
        if crest > self.seen {
            self.seen = crest;
        }
    }

    /// Notes the crest of a pass that was not shown.
    pub(super) fn see(&mut self, crest: f64) {
        self.seen = crest;
    }

    #[inline]
    pub(super) fn finding(&self) -> Finding {
        let operating = self.hold > 0;
        let quantity = sane(self.seen) / SQRT_2;
        Finding {
            started: operating,
            operating,
            progress: if operating { 1.0 } else { 0.0 },
            operate_time: if operating { 0.0 } else { f64::INFINITY },
            ..Finding::at_rest(quantity, self.crest / SQRT_2, "A", operating.then_some(self.phase))
        }
    }

    /// Begins a new pass.
    #[inline]
    pub(super) fn pass(&mut self) -> Finding {
        let finding = self.finding();
        self.seen = 0.0;
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{rated_100_a, sine};
    use super::*;

    fn operates_after(rms: f64, samples: u64) -> Option<u64> {
        let mut element = HardwareOverride::new(&rated_100_a());
        (0..samples).find(|n| element.sample(&sine(*n, Phases::splat(rms), 0.0)))
    }

    #[test]
    fn it_operates_within_a_half_cycle_above_3000_a_and_never_below() {
        assert_eq!(operates_after(2990.0, 7680), None);
        assert!(
            operates_after(3300.0, 7680).unwrap() <= 64,
            "one of three phases has a crest in each third of a half-cycle"
        );
        assert!(operates_after(25_000.0, 7680).unwrap() < 10);
    }

    #[test]
    fn two_samples_are_a_disturbance_and_three_are_a_current() {
        let mut element = HardwareOverride::new(&rated_100_a());
        let hit = Sample { current: Phases::new(-5000.0, 0.0, 0.0), ..Sample::default() };
        let seen: Vec<bool> = [hit, hit, Sample::default(), hit, hit, hit].iter().map(|s| element.sample(s)).collect();
        assert_eq!(seen, [false, false, false, false, false, true]);
    }
}
