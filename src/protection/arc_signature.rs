//! Features of arcing in the current itself, half-cycle by half-cycle, for the two AFCI elements.
//!
//! * `dead`: the share of a cycle in which the current is under a tenth of its peak. An arc strikes late and dies early.
//! * `change`: how much a cycle differs from the one before, as a share of its RMS. A drive has dead time too, but the
//!   same in every cycle; an arc never repeats.
//!
//! Real units listen to radio frequencies as well, which this sampling cannot carry. A series arc behind an inductive
//! load shows neither feature and is not found.

use crate::power::Stretch;
use crate::time::{SAMPLES_PER_CYCLE, Tick};
use crate::units::{Phase, Phases};
use std::collections::VecDeque;

/// Samples kept a phase: a whole number of cycles, and room for two of 48 Hz and the samples of a pass.
const KEPT: usize = 4 * CYCLE;
const CYCLE: usize = SAMPLES_PER_CYCLE as usize;
/// Samples of the longest cycle that is followed, at 48 Hz of 60.
const LONGEST_CYCLE: usize = 160;
/// Values that are worked on side by side.
const LANES: usize = 8;

/// `dead` from which a half-cycle is suspect.
pub(super) const DEAD: f64 = 0.10;
/// `change` from which a half-cycle is suspect.
pub(super) const CHANGE: f64 = 0.03;

/// Conduction below this is no current, A.
const FLOOR: f64 = 1.0;

/// A half-cycle of conduction that has just ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HalfCycle {
    pub(super) phase: Phase,
    pub(super) positive: bool,
    /// Its peak, A.
    pub(super) peak: f64,
    /// Peak of the cycle that ends with it, A.
    pub(super) cycle_peak: f64,
    /// RMS of that cycle, A.
    pub(super) rms: f64,
    pub(super) dead: f64,
    pub(super) change: f64,
}

impl HalfCycle {
    /// Has both features of an arc.
    pub(super) fn is_arc_like(&self) -> bool {
        self.dead >= DEAD && self.change >= CHANGE
    }
}

/// One conductor.
#[derive(Clone, Debug)]
struct Conductor {
    /// The sample of tick t stands at `t % KEPT`.
    samples: Box<[f64; KEPT]>,
    positive: bool,
    /// Greatest magnitude of the half-cycle that flows; nothing while none does.
    peak: f64,
}

impl Conductor {
    fn new() -> Self {
        Self { samples: Box::new([0.0; KEPT]), positive: false, peak: 0.0 }
    }

    /// Goes on to the sample of a tick. Gives peak and polarity of the half-cycle that it ends.
    #[inline]
    fn follow(&mut self, tick: usize) -> Option<(f64, bool)> {
        let i = self.samples[tick % KEPT];
        if self.peak > 0.0 {
            if (i > 0.0) == self.positive && i.abs() >= FLOOR {
                self.peak = self.peak.max(i.abs());
            } else {
                return Some((std::mem::take(&mut self.peak), self.positive));
            }
        } else if i.abs() > FLOOR {
            self.peak = i.abs();
            self.positive = i > 0.0;
        }
        None
    }

    /// Goes on over samples that neither end a half-cycle nor begin one; false when they do, and nothing has changed.
    #[inline]
    fn follow_all(&mut self, samples: &[f64]) -> bool {
        let sign = if self.positive { 1.0 } else { -1.0 };
        let (mut least, mut greatest) = (f64::INFINITY, 0.0);
        for i in samples {
            let along = i * sign;
            least = if along < least { along } else { least };
            greatest = if i.abs() > greatest { i.abs() } else { greatest };
        }
        if self.peak > 0.0 && least >= FLOOR {
            self.peak = self.peak.max(greatest);
            true
        } else {
            self.peak <= 0.0 && greatest <= FLOOR
        }
    }

    /// The `N` samples up to the one of a tick, oldest first.
    #[inline]
    fn up_to<const N: usize>(&self, tick: usize) -> [f64; N] {
        let from = (tick + 1 + KEPT - N) % KEPT;
        let (end, mut out) = (N.min(KEPT - from), [0.0; N]);
        out[..end].copy_from_slice(&self.samples[from..from + end]);
        out[end..].copy_from_slice(&self.samples[..N - end]);
        out
    }
}

/// Watches the three conductors.
#[derive(Clone, Debug)]
pub(super) struct ArcSignature {
    conductors: Phases<Conductor>,
    /// The first sample, and the newest.
    taken: Option<(usize, usize)>,
    /// Tracked and rated frequency, Hz.
    frequency: (f64, f64),
}

impl ArcSignature {
    pub(super) fn new() -> Self {
        let conductors = Phases::new(Conductor::new(), Conductor::new(), Conductor::new());
        Self { conductors, taken: None, frequency: (1.0, 1.0) }
    }

    /// Follows the tracked frequency, so that a cycle is compared with the one before at the same angle.
    #[inline]
    pub(super) fn follow(&mut self, frequency: f64, rated: f64) {
        if frequency > 0.0 && rated > 0.0 {
            self.frequency = (frequency, rated);
        }
    }

    /// Takes samples of one pass and hands on each half-cycle that they end, with its last sample. Samples that were left
    /// out before them must have repeated those of a cycle before, for all that is kept here.
    pub(super) fn take(&mut self, samples: &Stretch<'_>, mut ended: impl FnMut(Tick, HalfCycle)) {
        let (first, count) = (samples.first.0 as usize, samples.len());
        let (start, newest) = self.taken.unwrap_or((first, first.wrapping_sub(1)));
        self.taken = Some((start, first + count - 1));
        let left_out = first.wrapping_sub(newest.wrapping_add(1)) % CYCLE;
        for phase in Phase::ALL {
            let conductor = &mut self.conductors[phase];
            for tick in first - left_out..first {
                // What lies there from the cycles before is what would have come. Its half-cycles are no news either.
                conductor.follow(tick);
            }
            let mut block = [0.0; LANES];
            for ((tick, row), value) in (first..).zip(samples.rows).zip(&mut block) {
                *value = if row[phase.index()].is_finite() { row[phase.index()] } else { 0.0 };
                conductor.samples[tick % KEPT] = *value;
            }
            if conductor.follow_all(&block[..count]) {
                continue;
            }
            for tick in first..first + count {
                // Before the ring is full the cycle before is not all there.
                if let Some((peak, positive)) = self.conductors[phase].follow(tick)
                    && tick - start >= CYCLE + LONGEST_CYCLE
                {
                    ended(Tick(tick as u64), self.features(tick, phase, peak, positive));
                }
            }
        }
    }

    fn features(&self, tick: usize, phase: Phase, peak: f64, positive: bool) -> HalfCycle {
        let (frequency, rated) = self.frequency;
        let cycle = (CYCLE as f64 * rated / frequency).clamp(100.0, LONGEST_CYCLE as f64);
        let (whole, part) = (cycle.floor() as usize, cycle.fract());
        let conductor = &self.conductors[phase];
        let now: [f64; CYCLE] = conductor.up_to(tick);
        // At the same angle of the cycle before, between two samples.
        let earlier: [f64; CYCLE] = conductor.up_to(tick - whole);
        let still_earlier: [f64; CYCLE] = conductor.up_to(tick - whole - 1);
        let (mut square, mut difference, mut peaks) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for at in (0..CYCLE).step_by(LANES) {
            for lane in 0..LANES {
                let i = now[at + lane];
                let moved = i - (earlier[at + lane] * (1.0 - part) + still_earlier[at + lane] * part);
                square[lane] += i * i;
                difference[lane] += moved * moved;
                peaks[lane] = if i.abs() > peaks[lane] { i.abs() } else { peaks[lane] };
            }
        }
        let (square, difference): (f64, f64) = (square.iter().sum(), difference.iter().sum());
        let cycle_peak = peaks.into_iter().fold(0.0, f64::max);
        let quiet = now.iter().filter(|i| i.abs() < 0.1 * cycle_peak).count();
        HalfCycle {
            phase,
            positive,
            peak,
            cycle_peak,
            rms: (square / CYCLE as f64).sqrt(),
            dead: quiet as f64 / CYCLE as f64,
            change: if square > 0.0 { (difference / square).sqrt() } else { 0.0 },
        }
    }
}

/// Half-cycles that were counted within a sliding half second, one conductor.
#[derive(Clone, Debug, Default)]
struct Counted {
    marks: VecDeque<(Tick, bool)>,
}

/// Counts suspect half-cycles over a sliding window, each conductor for itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter {
    conductors: Phases<Counted>,
}

/// Half-cycles of each polarity that must be among those counted: the inrush of a transformer has one polarity only.
const OF_EACH_POLARITY: usize = 2;

impl Counter {
    pub(super) fn mark(&mut self, tick: Tick, half_cycle: &HalfCycle) {
        self.conductors[half_cycle.phase].marks.push_back((tick, half_cycle.positive));
    }

    /// Forgets what is older than the window.
    pub(super) fn slide(&mut self, tick: Tick, window: u64) {
        for phase in Phase::ALL {
            let marks = &mut self.conductors[phase].marks;
            while marks.front().is_some_and(|(at, _)| tick.since(*at).0 > window) {
                marks.pop_front();
            }
        }
    }

    /// The conductor with the most marks and their number; a conductor with one polarity only counts one less than
    /// `needed` at most.
    pub(super) fn most(&self, needed: usize) -> (Phase, usize) {
        let count = |phase: Phase| {
            let marks = &self.conductors[phase].marks;
            let positive = marks.iter().filter(|(_, positive)| *positive).count();
            let lesser = positive.min(marks.len() - positive);
            if lesser >= OF_EACH_POLARITY { marks.len() } else { marks.len().min(needed.saturating_sub(1)) }
        };
        Phases::from_fn(count).greatest()
    }

    /// Nothing is counted.
    pub(super) fn is_empty(&self) -> bool {
        self.conductors.iter().all(|c| c.marks.is_empty())
    }

    pub(super) fn clear(&mut self) {
        for phase in Phase::ALL {
            self.conductors[phase].marks.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::power::Sample;
    use crate::units::Phases;
    use std::f64::consts::TAU;

    /// Half-cycles of phase A of this current, which is sampled 128 times in 1/60 s.
    fn half_cycles(frequency: f64, follow: bool, current: impl Fn(f64) -> f64) -> Vec<HalfCycle> {
        let mut signature = ArcSignature::new();
        if follow {
            signature.follow(frequency, 60.0);
        }
        let mut out = Vec::new();
        for n in 0..2000u64 {
            let current = Phases::new(current(TAU * frequency * n as f64 / 7680.0), 0.0, 0.0);
            let sample = Sample { tick: Tick(n + 1), current, ..Sample::default() };
            signature.take(&Stretch::single(sample.tick, &sample.row()), |_, half| out.push(half));
        }
        out
    }

    #[test]
    fn a_sine_has_its_rms_its_peak_and_no_change() {
        let found = half_cycles(60.0, false, |angle| 100.0 * angle.sin());
        assert!(found.len() >= 26 && found.iter().all(|h| h.phase == Phase::A), "{}", found.len());
        for half in found {
            assert!((half.rms - 70.71).abs() < 0.5 && (half.peak - 100.0).abs() < 0.1, "{half:?}");
            assert!((half.cycle_peak - 100.0).abs() < 0.1 && half.change < 1e-9, "{half:?}");
            // |sin| < 0.1 for 4 asin(0.1) of a turn: 6.4 %.
            assert!((half.dead - 0.064).abs() < 0.017, "{half:?}");
        }
    }

    #[test]
    fn off_the_rated_frequency_a_cycle_is_compared_with_the_one_before_only_when_followed() {
        let change = |follow| {
            half_cycles(57.0, follow, |angle| 100.0 * angle.sin()).iter().map(|h| h.change).fold(0.0, f64::max)
        };
        // A cycle of 57 Hz is 134.7 samples: 6.74 too early is 18 degrees off, 2 sin(9 degrees) = 0.313 of the current.
        assert!((change(false) - 0.313).abs() < 0.03, "{}", change(false));
        assert!(change(true) < 0.002, "{}", change(true));
    }

    #[test]
    fn marks_are_counted_by_conductor_and_both_polarities_are_wanted() {
        let half = |phase, positive| HalfCycle {
            phase,
            positive,
            peak: 1.0,
            cycle_peak: 1.0,
            rms: 1.0,
            dead: 0.0,
            change: 0.0,
        };
        let mut counter = Counter::default();
        for n in 0..10 {
            counter.mark(Tick(n), &half(Phase::B, true));
        }
        assert_eq!(counter.most(8), (Phase::B, 7), "one polarity is an inrush");
        counter.mark(Tick(10), &half(Phase::B, false));
        assert_eq!(counter.most(8), (Phase::B, 7));
        counter.mark(Tick(11), &half(Phase::B, false));
        assert_eq!(counter.most(8), (Phase::B, 12));
        counter.slide(Tick(15), 10);
        assert_eq!(counter.most(8), (Phase::B, 7), "from tick 5 on: five of one polarity, two of the other");
        counter.clear();
        assert_eq!(counter.most(8).1, 0);
    }
}
