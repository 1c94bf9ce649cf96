//! Simulated time: a count of samples.
//!
//! Nothing below the runtime reads a clock. A [`Tick`] is the number of samples since the plant was energised; seconds
//! and calendar time are derived from it, so that a run gives the same records at any speed.

pub mod civil;

use crate::units::{Hertz, Seconds};
use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Sub};

/// Samples a cycle of the rated frequency: the 50th harmonic fits under half of it.
pub const SAMPLES_PER_CYCLE: u32 = 128;

/// Samples between two passes of the protection: 1.04 ms at 60 Hz.
pub const SAMPLES_PER_PASS: u32 = 8;

/// An instant: samples since the plant was energised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tick(pub u64);

/// A stretch of time in samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub u64);

impl Tick {
    /// The time since `earlier`, nothing if that lies ahead.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Tick {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0 + span.0)
    }
}
impl AddAssign<Span> for Tick {
    fn add_assign(&mut self, span: Span) {
        self.0 += span.0;
    }
}
impl Sub for Tick {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        self.since(earlier)
    }
}
impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// How many samples a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SampleRate(u32);

impl SampleRate {
    /// For a 60 Hz system: 7680 samples a second.
    pub const AT_60_HZ: Self = Self(60 * SAMPLES_PER_CYCLE);
    /// For a 50 Hz system: 6400 samples a second.
    pub const AT_50_HZ: Self = Self(50 * SAMPLES_PER_CYCLE);

    /// The rate that gives [`SAMPLES_PER_CYCLE`] at this rated frequency (50 or 60 Hz, the nearer of the two).
    #[must_use]
    pub fn for_rated(frequency: Hertz) -> Self {
        if frequency.0 < 55.0 { Self::AT_50_HZ } else { Self::AT_60_HZ }
    }

    /// Samples a second.
    #[must_use]
    pub const fn hz(self) -> u32 {
        self.0
    }

    /// The time from one sample to the next.
    #[must_use]
    pub fn period(self) -> Seconds {
        Seconds(1.0 / f64::from(self.0))
    }

    /// The least whole number of samples that lasts at least `duration`; negative and NaN count as nothing.
    #[must_use]
    pub fn span(self, duration: Seconds) -> Span {
        // The small allowance keeps an exact number of samples exact in spite of binary fractions.
        let samples = (duration.0 * f64::from(self.0) - 1e-6).clamp(0.0, 1e15);
        // What `ceil` does, which would be a call of the mathematical library in every pass of some elements.
        let whole = samples as u64;
        Span(whole + u64::from((whole as f64) < samples))
    }

    /// How long a span lasts.
    #[must_use]
    pub fn seconds(self, span: Span) -> Seconds {
        Seconds(span.0 as f64 / f64::from(self.0))
    }

    /// Whole microseconds since the plant was energised, rounded down; exact in integers.
    #[must_use]
    pub const fn micros(self, tick: Tick) -> u64 {
        (tick.0 as u128 * 1_000_000 / self.0 as u128) as u64
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMillis(pub i64);

/// Ties simulated time to the calendar: the instant at which the plant was energised.
///
/// The runtime reads the wall clock once and passes it in; a drill uses [`Epoch::fixed`], so that its records do not
/// depend on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// Microseconds since 1970 at tick 0.
    pub utc_micros: i64,
    /// The rate that turns ticks into time.
    pub rate: SampleRate,
}

impl Epoch {
    /// 2024-01-01T00:00:00Z, used where no wall clock may enter.
    #[must_use]
    pub const fn fixed(rate: SampleRate) -> Self {
        Self { utc_micros: 1_704_067_200_000_000, rate }
    }

    /// Calendar time of a tick, in microseconds since 1970.
    #[must_use]
    pub fn micros(self, tick: Tick) -> i64 {
        self.utc_micros + i64::try_from(self.rate.micros(tick)).unwrap_or(i64::MAX / 2)
    }

    /// Calendar time of a tick.
    #[must_use]
    pub fn utc(self, tick: Tick) -> UtcMillis {
        UtcMillis(self.micros(tick) / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_lasts_at_least_what_was_asked() {
        let rate = SampleRate::AT_60_HZ;
        assert_eq!(rate.span(Seconds(1.0)), Span(7680));
        assert_eq!(rate.span(Seconds(0.0001)), Span(1));
        assert_eq!(rate.span(Seconds(-1.0)), Span(0));
        assert_eq!(rate.span(Seconds(f64::NAN)), Span(0));
        assert_eq!(rate.micros(Tick(7681)), 1_000_130);
    }
}
