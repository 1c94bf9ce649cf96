//! AFCI: arc signature in the current, series (AFCI-S) and parallel (AFCI-P), for teaching.
//!
//! UL 1699 covers dwellings (120 V, up to 30 A) and IEC 62606 up to 63 A; a 480 V industrial feeder is outside both. The
//! counting rule is that of UL 1699: eight suspect half-cycles within half a second.

use super::arc_signature::{ArcSignature, Counter, HalfCycle};
use super::finding::Finding;
use super::view::View;
use crate::power::Stretch;
use crate::units::{Amperes, Seconds};

/// The sliding window.
const WINDOW: Seconds = Seconds(0.5);

/// RMS currents in which a series arc is looked for, A: above, no arc keeps burning in series for long.
const SERIES_RANGE: std::ops::RangeInclusive<f64> = 5.0..=63.0;

/// Suspect half-cycles that operate unless the setting says otherwise.
const DEFAULT_COUNT: u32 = 8;

/// Settings of AFCI-S.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ArcSeriesSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Half-cycles within half a second; 8 when nothing.
    pub half_cycles: u32,
}

/// Settings of AFCI-P.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ArcParallelSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Least peak of a half-cycle that counts.
    pub peak: Amperes,
    /// Half-cycles within half a second; 8 when nothing.
    pub half_cycles: u32,
}

const fn needed(half_cycles: u32) -> u32 {
    if half_cycles == 0 { DEFAULT_COUNT } else { half_cycles }
}

/// AFCI-S and AFCI-P on one pair of eyes.
#[derive(Clone, Debug)]
pub(super) struct ArcFault {
    signature: ArcSignature,
    series: Counter,
    parallel: Counter,
    watching: bool,
}

impl ArcFault {
    pub(super) fn new() -> Self {
        Self {
            signature: ArcSignature::new(),
            series: Counter::default(),
            parallel: Counter::default(),
            watching: false,
        }
    }

    /// Takes samples of one pass.
    #[inline]
    pub(super) fn take(&mut self, series: ArcSeriesSettings, parallel: &ArcParallelSettings, samples: &Stretch<'_>) {
        if series.enabled || parallel.enabled {
            self.watch(series, parallel, samples);
        } else if self.watching {
            *self = Self::new();
        }
    }

    fn watch(&mut self, series: ArcSeriesSettings, parallel: &ArcParallelSettings, samples: &Stretch<'_>) {
        self.watching = true;
        let (in_series, in_parallel) = (&mut self.series, &mut self.parallel);
        self.signature.take(samples, |ended| {
            let Some(half) = ended.arc_like() else { return };
            if series.enabled && SERIES_RANGE.contains(&half.rms) {
                in_series.mark(ended.tick(), &half);
            }
            if parallel.enabled && is_parallel(&half, parallel.peak.0) {
                in_parallel.mark(ended.tick(), &half);
            }
        });
    }

    #[inline]
    pub(super) fn follow(&mut self, view: &View<'_>) {
        if self.watching {
            self.signature.follow(view.q.frequency.map_or(0.0, |f| f.0), view.rated.frequency.0);
        }
    }

    pub(super) fn pass_series(&mut self, s: ArcSeriesSettings, view: &View<'_>) -> Finding {
        pass(&mut self.series, s.enabled, s.trip, needed(s.half_cycles), view)
    }

    pub(super) fn pass_parallel(&mut self, s: &ArcParallelSettings, view: &View<'_>) -> Finding {
        pass(&mut self.parallel, s.enabled, s.trip, needed(s.half_cycles), view)
    }

    /// Nothing is counted, so that time forgets nothing, and what is kept is full: samples that repeat it are no arc.
    pub(super) fn rests(&self) -> bool {
        self.series.is_empty() && self.parallel.is_empty() && (!self.watching || self.signature.is_full())
    }

    pub(super) fn reset_memory(&mut self) {
        self.series.clear();
        self.parallel.clear();
    }
}

/// A half-cycle of the arc itself: high, and not merely the load beside it.
fn is_parallel(half: &HalfCycle, least_peak: f64) -> bool {
    least_peak > 0.0 && half.peak >= least_peak && half.peak >= 0.5 * half.cycle_peak
}

fn pass(counter: &mut Counter, enabled: bool, trips: bool, needed: u32, view: &View<'_>) -> Finding {
    let threshold = f64::from(needed);
    if !enabled {
        counter.clear();
        return Finding::at_rest(0.0, threshold, "half-cycles", None).off();
    }
    counter.slide(view.tick, view.rate.span(WINDOW).0);
    let (phase, count) = counter.most(needed as usize);
    let found = count as f64;
    Finding {
        started: count > 0,
        operating: found >= threshold,
        progress: (found / threshold).min(1.0),
        ..Finding::at_rest(found, threshold, "half-cycles", (count > 0).then_some(phase)).tripping(trips)
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;
    use crate::power::Sample;
    use crate::time::Tick;
    use crate::units::{Phase, Phases};
    use std::f64::consts::{SQRT_2, TAU};

    const SERIES: ArcSeriesSettings = ArcSeriesSettings { enabled: true, trip: true, half_cycles: 8 };
    const PARALLEL: ArcParallelSettings =
        ArcParallelSettings { enabled: true, trip: true, peak: Amperes(75.0), half_cycles: 8 };

    /// Seconds until (series, parallel) operate for a phase-A current, after half a second of 40 A.
    fn operates(seconds: f64, mut current: impl FnMut(u64, f64) -> f64) -> (Option<f64>, Option<f64>) {
        let (mut element, mut bench) = (ArcFault::new(), Bench::at_60_hz());
        let mut at = (None, None);
        let quiet = 3840;
        for n in 0..quiet + (seconds * 7680.0) as u64 {
            let angle = TAU * 60.0 * n as f64 / 7680.0;
            let i = if n < quiet { 40.0 * SQRT_2 * angle.sin() } else { current(n - quiet, angle) };
            let sample = Sample { tick: Tick(n), current: Phases::new(i, 0.0, 0.0), ..Sample::default() };
            element.take(SERIES, &PARALLEL, &Stretch::single(sample.tick, &sample.row()));
            if n % 8 == 7 {
                bench.pass(|view| {
                    let q = balanced(40.0);
                    let mut view = view.of(&q);
                    view.tick = Tick(n);
                    let t = n.saturating_sub(quiet) as f64 / 7680.0;
                    element.follow(&view);
                    at.0 = at.0.or(element.pass_series(SERIES, &view).operating.then_some(t));
                    at.1 = at.1.or(element.pass_parallel(&PARALLEL, &view).operating.then_some(t));
                });
            }
        }
        at
    }

    /// A small generator with a fixed seed: numbers from 0 to 1.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    #[test]
    fn a_series_arc_in_a_resistive_circuit_is_found_within_a_tenth_of_a_second() {
        for seed in 1..20 {
            let mut dice = Dice(seed);
            let (mut strike, mut burning, mut drop) = (80.0, false, 35.0);
            let at = operates(0.5, |_, angle| {
                let v = 277.128 * SQRT_2 * angle.sin();
                if !burning && v.abs() > strike {
                    burning = true;
                    drop = 35.0 * (0.7 + 0.6 * dice.roll());
                }
                if burning && v.abs() <= drop {
                    burning = false;
                    strike = 80.0 * (0.7 + 0.6 * dice.roll());
                }
                // 40 A at 277 V: 6.93 ohm.
                if burning { (v - drop.copysign(v)) / 6.928 } else { 0.0 }
            });
            assert!(at.0.is_some_and(|t| (0.05..0.12).contains(&t)), "seed {seed}: {at:?}");
        }
    }

    #[test]
    fn a_drive_a_motor_start_and_a_load_step_are_no_arcs() {
        // Six-pulse spectrum, THD 36 %; harmonics of 60 A.
        let spectrum = [
            (5.0, 0.32),
            (7.0, 0.13),
            (11.0, 0.072),
            (13.0, 0.044),
            (17.0, 0.031),
            (19.0, 0.023),
            (23.0, 0.015),
            (25.0, 0.013),
        ];
        let drive = |_, angle: f64| {
            let harmonics: f64 = spectrum.iter().map(|(h, share)| share * (h * angle).sin()).sum();
            60.0 * SQRT_2 * (angle.sin() + harmonics)
        };
        assert_eq!(operates(2.0, drive), (None, None));
        // 600 A with a fully decaying offset of 10 ms, then 5 A more load.
        assert_eq!(
            operates(1.0, |n, angle| {
                let t = n as f64 / 7680.0;
                600.0 * SQRT_2 * ((angle - 1.3).sin() + 1.3f64.sin() * (-t / 0.0106).exp())
            }),
            (None, None)
        );
        assert_eq!(operates(1.0, |_, angle| 45.0 * SQRT_2 * angle.sin()), (None, None));
    }

    #[test]
    fn the_inrush_of_a_transformer_is_no_arc() {
        let inrush = |n: u64, angle: f64| {
            let t = n as f64 / 7680.0;
            827.0 * (-t / 0.15).exp() * (angle.sin() - 0.3).max(0.0) / 0.7
        };
        assert_eq!(operates(1.0, inrush), (None, None));
    }

    /// A sputtering arc of 400 A peak in the given half-cycles, over a load of 60 A.
    fn sputter(half_cycles: &'static [u64]) -> Option<f64> {
        operates(3.0, move |n, angle| {
            let arc = half_cycles.contains(&(n / 64));
            angle.sin() * if arc { 400.0 } else { 60.0 * SQRT_2 }
        })
        .1
    }

    #[test]
    fn eight_half_cycles_in_half_a_second_are_a_parallel_arc_and_six_are_not() {
        let at = sputter(&[3, 6, 10, 11, 17, 22, 23, 30, 36, 41]).unwrap();
        assert!((0.06..0.5).contains(&at), "{at}");
        assert_eq!(sputter(&[3, 6, 10, 17, 22, 31]), None);
        // Ten, but never eight within half a second (60 half-cycles).
        assert_eq!(sputter(&[3, 12, 21, 30, 39, 48, 57, 66, 75, 84]), None);
    }

    /// Of eight half-cycles needed three are counted: started, and three eighths of the way.
    #[test]
    fn counted_half_cycles_are_shown_as_progress() {
        assert_eq!((needed(0), needed(5)), (8, 5));
        let half = |phase, positive| HalfCycle {
            phase,
            positive,
            peak: 100.0,
            cycle_peak: 100.0,
            rms: 40.0,
            dead: 1.0,
            change: 1.0,
        };
        let mut counter = Counter::default();
        let mut bench = Bench::at_60_hz();
        let q = balanced(40.0);
        let rest = bench.pass(|view| pass(&mut counter, true, true, 8, &view.of(&q)));
        assert!(!rest.started && rest.progress == 0.0 && rest.phase.is_none());
        for n in 0..8u64 {
            counter.mark(Tick(n), &half(Phase::B, n % 2 == 0));
            let found = bench.pass(|view| pass(&mut counter, true, false, 8, &view.of(&q)));
            assert_eq!((found.started, found.operating, found.trips), (true, n == 7, false));
            assert_eq!((found.progress, found.phase), ((n + 1) as f64 / 8.0, Some(Phase::B)));
        }
        let off = bench.pass(|view| pass(&mut counter, false, true, 8, &view.of(&q)));
        assert!(!off.enabled && counter.is_empty());
    }

    #[test]
    fn a_forgotten_arc_leaves_nothing_to_count() {
        let half =
            HalfCycle { phase: Phase::A, positive: true, peak: 1.0, cycle_peak: 1.0, rms: 1.0, dead: 1.0, change: 1.0 };
        for parallel in [false, true] {
            let mut arcs = ArcFault::new();
            assert!(arcs.rests());
            let counter = if parallel { &mut arcs.parallel } else { &mut arcs.series };
            counter.mark(Tick(1), &half);
            assert!(!arcs.rests());
            arcs.reset_memory();
            assert!(arcs.rests());
        }
    }
}
