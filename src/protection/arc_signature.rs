//! Features of arcing in the current itself, half-cycle by half-cycle, for the two AFCI elements.
//!
//! * `dead`: the share of a cycle in which the current is under a tenth of its peak. An arc strikes late and dies early.
//! * `change`: how much a cycle differs from the one before, as a share of its RMS. A drive has dead time too, but the
//!   same in every cycle; an arc never repeats.
//!
//! Real units listen to radio frequencies as well, which this sampling cannot carry. A series arc behind an inductive
//! load shows neither feature and is not found.

use crate::power::{Row, Stretch};
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
const DEAD: f64 = 0.10;
/// `change` from which a half-cycle is suspect.
const CHANGE: f64 = 0.03;

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
    fn is_arc_like(&self) -> bool {
        self.dead >= DEAD && self.change >= CHANGE
    }
}

/// One conductor.
#[derive(Clone, Debug)]
struct Conductor {
    /// The sample of a tick stands in its [`slot`].
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
        let i = self.samples[slot(tick)];
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
    fn follow_all(&mut self, samples: &[f64; LANES]) -> bool {
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
        let from = slot(tick + 1 + KEPT - N);
        let (end, mut out) = (N.min(KEPT - from), [0.0; N]);
        out[..end].copy_from_slice(&self.samples[from..from + end]);
        out[end..].copy_from_slice(&self.samples[..N - end]);
        out
    }
}

/// Place of the sample of a tick in the ring. Passes end with multiples of eight, and a pass shall lie in one piece.
#[inline]
const fn slot(tick: usize) -> usize {
    tick.wrapping_sub(1) % KEPT
}

/// A sample that arithmetic survives.
#[inline]
fn finite(i: f64) -> f64 {
    if i.abs() <= f64::MAX { i } else { 0.0 }
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

    /// Everything that is kept is of samples that were shown.
    pub(super) fn is_full(&self) -> bool {
        self.taken.is_some_and(|(first, newest)| newest - first >= KEPT)
    }

    /// Follows the tracked frequency, so that a cycle is compared with the one before at the same angle.
    #[inline]
    pub(super) fn follow(&mut self, frequency: f64, rated: f64) {
        if frequency > 0.0 && rated > 0.0 {
            self.frequency = (frequency, rated);
        }
    }

    /// Takes samples of one pass and hands on each half-cycle that they end. Samples that were left out before them must
    /// have repeated those of a cycle before, for all that is kept here.
    pub(super) fn take(&mut self, samples: &Stretch<'_>, mut ended: impl FnMut(Ended<'_>)) {
        let (first, count) = (samples.first.0 as usize, samples.len());
        let (start, newest) = self.taken.unwrap_or((first, first.wrapping_sub(1)));
        self.taken = Some((start, first + count - 1));
        let at = slot(first);
        let left_out = first.wrapping_sub(newest.wrapping_add(1)) % CYCLE;
        for phase in Phase::ALL {
            let conductor = &mut self.conductors[phase];
            for tick in first - left_out..first {
                // What lies there from the cycles before is what would have come. Its half-cycles are no news either.
                conductor.follow(tick);
            }
            let lane = phase.index();
            if let Ok(rows) = <&[Row; LANES]>::try_from(samples.rows) {
                let block = std::array::from_fn(|n| finite(rows[n][lane]));
                // A pass ends with a multiple of its samples, so it never lies across the end of the ring.
                if let Some(slots) = conductor.samples.get_mut(at..at + LANES) {
                    slots.copy_from_slice(&block);
                    if conductor.follow_all(&block) {
                        continue;
                    }
                }
            }
            for (tick, row) in (first..).zip(samples.rows) {
                conductor.samples[slot(tick)] = finite(row[lane]);
            }
            for tick in first..first + count {
                // Before the ring is full the cycle before is not all there.
                if let Some((peak, positive)) = self.conductors[phase].follow(tick)
                    && tick - start >= CYCLE + LONGEST_CYCLE
                {
                    let conductor = &self.conductors[phase];
                    ended(Ended { conductor, tick, phase, peak, positive, frequency: self.frequency });
                }
            }
        }
    }
}

/// A half-cycle that has ended, and where its features are to be found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended<'a> {
    conductor: &'a Conductor,
    tick: usize,
    phase: Phase,
    peak: f64,
    positive: bool,
    frequency: (f64, f64),
}

impl Ended<'_> {
    /// Its last sample.
    pub(super) const fn tick(&self) -> Tick {
        Tick(self.tick as u64)
    }

    /// The half-cycle, if it has both features of an arc. Nearly all have no dead time, and are looked at no further.
    pub(super) fn arc_like(&self) -> Option<HalfCycle> {
        let cycle: [f64; CYCLE] = self.conductor.up_to(self.tick);
        let cycle_peak = greatest(&cycle);
        let dead = dead(&cycle, cycle_peak);
        (dead >= DEAD).then(|| self.features(&cycle, cycle_peak, dead)).filter(HalfCycle::is_arc_like)
    }

    fn features(&self, now: &[f64; CYCLE], cycle_peak: f64, dead: f64) -> HalfCycle {
        let (frequency, rated) = self.frequency;
        let cycle = (CYCLE as f64 * rated / frequency).clamp(100.0, LONGEST_CYCLE as f64);
        let (whole, part) = (cycle.floor() as usize, cycle.fract());
        // At the same angle of the cycle before, between two samples.
        let earlier: [f64; CYCLE] = self.conductor.up_to(self.tick - whole);
        let still_earlier: [f64; CYCLE] = self.conductor.up_to(self.tick - whole - 1);
        let (mut square, mut difference) = (0.0, 0.0);
        for ((i, earlier), still_earlier) in now.iter().zip(earlier).zip(still_earlier) {
            square += i * i;
            difference += (i - (earlier * (1.0 - part) + still_earlier * part)).powi(2);
        }
        HalfCycle {
            phase: self.phase,
            positive: self.positive,
            peak: self.peak,
            cycle_peak,
            rms: (square / CYCLE as f64).sqrt(),
            dead,
            change: if square > 0.0 { (difference / square).sqrt() } else { 0.0 },
        }
    }
}

/// Greatest magnitude of a cycle.
fn greatest(cycle: &[f64; CYCLE]) -> f64 {
    let mut peaks = [0.0; LANES];
    for values in cycle.chunks_exact(LANES) {
        for (peak, i) in peaks.iter_mut().zip(values) {
            *peak = if i.abs() > *peak { i.abs() } else { *peak };
        }
    }
    peaks.into_iter().fold(0.0, f64::max)
}

/// Share of a cycle under a tenth of its peak.
fn dead(cycle: &[f64; CYCLE], peak: f64) -> f64 {
    let least = 0.1 * peak;
    let mut quiet = [0_u64; LANES];
    for values in cycle.chunks_exact(LANES) {
        for (quiet, i) in quiet.iter_mut().zip(values) {
            *quiet += u64::from(i.abs() < least);
        }
    }
    quiet.iter().sum::<u64>() as f64 / CYCLE as f64
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
            signature.take(&Stretch::single(sample.tick, &sample.row()), |ended| {
                let cycle = ended.conductor.up_to(ended.tick);
                let peak = greatest(&cycle);
                out.push(ended.features(&cycle, peak, dead(&cycle, peak)));
            });
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

    /// A current that repeats, but for a stretch of it that one of two watchers is not shown; then an arc.
    #[test]
    fn samples_left_out_are_those_of_the_cycles_before() {
        let wave = |n: u64| 100.0 * (TAU * n as f64 / 128.0 + 0.4).sin();
        let row = |n: u64| {
            let cut = if n > 4_000 && wave(n).abs() < 50.0 + n as f64 / 200.0 { 0.0 } else { 1.0 };
            [wave(n % 128) * cut, wave((n + 43) % 128), 0.3, 0.0, 0.0, 0.0, 0.0, 0.0]
        };
        for left_out in [8, 24, 64, 120, 128, 520, 1_000] {
            let (mut all, mut part) = (ArcSignature::new(), ArcSignature::new());
            let take = |signature: &mut ArcSignature, pass: u64| {
                let rows: Vec<_> = (1..=8).map(|n| row(8 * pass + n)).collect();
                let mut found = Vec::new();
                let samples = Stretch { first: Tick(8 * pass + 1), rows: &rows, repeats: false };
                signature.take(&samples, |ended| found.push((ended.tick(), ended.arc_like())));
                found
            };
            let from = 1_600 / 8;
            for pass in 0..from {
                assert_eq!(take(&mut all, pass), take(&mut part, pass));
            }
            (from..from + left_out / 8).for_each(|pass| drop(take(&mut all, pass)));
            let mut arcs = 0;
            for pass in from + left_out / 8..700 {
                let found = take(&mut all, pass);
                assert_eq!(found, take(&mut part, pass), "{left_out} left out, pass {pass}");
                arcs += found.iter().filter(|(_, half)| half.is_some()).count();
            }
            assert!(arcs > 4, "{arcs}");
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
