//! Harmonic subgroups of a metering window (IEC 61000-4-7), and the figures made of them.
//!
//! A window of C cycles has bins of a C-th of the rated frequency. A subgroup of order h is the bins Ch - 1, Ch and
//! Ch + 1 and no others, so a transform of the whole window is more than is needed. The cycles of the window laid on top
//! of each other give the bins Ch exactly; laid on top of each other after a turn by one bin they give Ch + 1, and,
//! the samples being real, Ch - 1. Both are transforms of one cycle.

use crate::time::SAMPLES_PER_CYCLE;
use crate::units::{Amperes, Percent};
use num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};
use std::f64::consts::{SQRT_2, TAU};
use std::fmt;
use std::sync::Arc;

const CYCLE: usize = SAMPLES_PER_CYCLE as usize;

/// The highest order reported.
pub const HARMONICS: usize = 50;

/// Channels laid on top of each other at a time.
pub(crate) const LANES: usize = 8;

/// RMS of the harmonic subgroups of one channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spectrum {
    /// Orders 1 to 50, RMS in the unit of the channel.
    pub subgroup: [f32; HARMONICS],
}

impl Default for Spectrum {
    fn default() -> Self {
        Self { subgroup: [0.0; HARMONICS] }
    }
}

/// A fundamental below this (A or V) carries no figures.
const NO_FUNDAMENTAL: f64 = 1e-3;

impl Spectrum {
    /// RMS of the fundamental subgroup.
    pub fn fundamental(&self) -> f64 {
        f64::from(self.subgroup[0])
    }

    /// RMS of a subgroup; nothing outside of 1 to 50.
    pub fn order(&self, h: usize) -> f64 {
        h.checked_sub(1).and_then(|at| self.subgroup.get(at)).map_or(0.0, |x| f64::from(*x))
    }

    /// A subgroup in percent of the fundamental; none without one.
    pub fn percent(&self, h: usize) -> Option<Percent> {
        self.has_fundamental().then(|| Percent(100.0 * self.order(h) / self.fundamental()))
    }

    /// All subgroups in percent of the fundamental, orders 1 to 50; all nothing without one.
    pub fn percents(&self) -> [f32; HARMONICS] {
        let whole = self.fundamental();
        if self.has_fundamental() {
            self.subgroup.map(|x| (100.0 * f64::from(x) / whole) as f32)
        } else {
            [0.0; HARMONICS]
        }
    }

    /// Subgroup total harmonic distortion (THDS of IEC 61000-4-7): orders 2 to 50 over the fundamental; none without one.
    pub fn thd(&self) -> Option<Percent> {
        self.has_fundamental().then(|| Percent(100.0 * self.distortion() / self.fundamental()))
    }

    /// Total demand distortion (IEEE 519): orders 2 to 50 over the maximum demand current.
    pub fn tdd(&self, demand: Amperes) -> Option<Percent> {
        (demand.0 > 0.0).then(|| Percent(100.0 * self.distortion() / demand.0))
    }

    /// K factor (UL 1561): the squares weighted with the square of the order, over the squares.
    pub fn k_factor(&self) -> Option<f64> {
        let (mut weighted, mut all) = (0.0, 0.0);
        for (at, x) in self.subgroup.iter().enumerate() {
            let (h, square) = ((at + 1) as f64, f64::from(*x) * f64::from(*x));
            weighted += h * h * square;
            all += square;
        }
        self.has_fundamental().then(|| weighted / all)
    }

    fn has_fundamental(&self) -> bool {
        self.fundamental() > NO_FUNDAMENTAL
    }

    fn distortion(&self) -> f64 {
        self.subgroup[1..].iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt()
    }
}

/// One value a channel.
type Row = [f64; LANES];
type SingleRow = [f32; LANES];

/// The cycles of a window on top of each other.
#[derive(Clone, Debug)]
pub(crate) struct Folded {
    cycles: usize,
    /// As they are.
    plain: Box<[Row; CYCLE]>,
    /// Each cycle turned back by its share of a bin: real and imaginary part. Single precision puts their floor at
    /// -140 dB of the fundamental.
    re: Box<[SingleRow; CYCLE]>,
    im: Box<[SingleRow; CYCLE]>,
    /// Cosine and sine of that turn, cycle by cycle.
    turns: Vec<[f32; 2]>,
}

impl Folded {
    pub(crate) fn new(cycles: usize) -> Self {
        let empty = || Box::new([[0.0; LANES]; CYCLE]);
        let turns = (0..cycles)
            .map(|number| {
                let (sin, cos) = (TAU * number as f64 / cycles as f64).sin_cos();
                [cos as f32, sin as f32]
            })
            .collect();
        Self { cycles, plain: Box::new([[0.0; LANES]; CYCLE]), re: empty(), im: empty(), turns }
    }

    /// Lays the cycles of a window on top of each other.
    pub(crate) fn lay(&mut self, window: &[Row], with_sidebands: bool) {
        for (m, plain) in self.plain.iter_mut().enumerate() {
            *plain = [0.0; LANES];
            let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
            for (row, [cos, sin]) in window.iter().skip(m).step_by(CYCLE).zip(&self.turns) {
                for (total, value) in plain.iter_mut().zip(row) {
                    *total += value;
                }
                if with_sidebands {
                    let row = row.map(|x| x as f32);
                    for lane in 0..LANES {
                        re[lane] += row[lane] * cos;
                        im[lane] -= row[lane] * sin;
                    }
                }
            }
            self.re[m] = re;
            self.im[m] = im;
        }
    }

    /// The fundamental of a channel, RMS, against the first sample of a cycle.
    pub(crate) fn fundamental(&self, lane: usize, turn: &[Complex64; CYCLE]) -> Complex64 {
        let sum: Complex64 = self.plain.iter().zip(turn).map(|(row, turn)| turn.conj() * row[lane]).sum();
        sum * (SQRT_2 / (CYCLE * self.cycles) as f64)
    }
}

/// The transform and its working space.
#[derive(Clone)]
pub(crate) struct Transform {
    fft: Arc<dyn RealToComplex<f64>>,
    input: Vec<f64>,
    output: Vec<Complex64>,
    scratch: Vec<Complex64>,
    /// `e^{-j 2 pi m/(128 C)}`: the turn by one bin within a cycle.
    bin_turn: Vec<Complex64>,
}

impl fmt::Debug for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transform").field("samples", &self.input.len()).finish_non_exhaustive()
    }
}

impl Transform {
    pub(crate) fn new(cycles: usize) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(CYCLE);
        let bin = TAU / (CYCLE * cycles) as f64;
        Self {
            input: fft.make_input_vec(),
            output: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            fft,
            bin_turn: (0..CYCLE).map(|m| Complex64::from_polar(1.0, -bin * m as f64)).collect(),
        }
    }

    /// Adds the squared magnitudes of the transform of what `sample` gives to the orders.
    fn add_squares(&mut self, weight: f64, squares: &mut [f64; HARMONICS], sample: impl Fn(usize, Complex64) -> f64) {
        for (m, (slot, turn)) in self.input.iter_mut().zip(&self.bin_turn).enumerate() {
            *slot = sample(m, *turn);
        }
        let done = self.fft.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
        debug_assert!(done.is_ok(), "buffers come from the transform itself");
        for (square, bin) in squares.iter_mut().zip(&self.output[1..]) {
            *square += weight * bin.norm_sqr();
        }
    }

    /// The spectrum of one channel of a complete window.
    pub(crate) fn spectrum(&mut self, folded: &Folded, lane: usize) -> Spectrum {
        let mut squares = [0.0; HARMONICS];
        self.add_squares(1.0, &mut squares, |m, _| folded.plain[m][lane]);
        // With G = R + jI the turned fold, bin Ch + 1 is R(h) + jI(h) and bin Ch - 1 is the conjugate of R(h) - jI(h):
        // their squares add up to 2 (|R|^2 + |I|^2).
        let turned = |m: usize, turn: Complex64| {
            turn * Complex64::new(f64::from(folded.re[m][lane]), f64::from(folded.im[m][lane]))
        };
        self.add_squares(2.0, &mut squares, |m, turn| turned(m, turn).re);
        self.add_squares(2.0, &mut squares, |m, turn| turned(m, turn).im);
        let scale = SQRT_2 / (CYCLE * folded.cycles) as f64;
        Spectrum { subgroup: squares.map(|s| (s.sqrt() * scale) as f32) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spectrum_of(samples: &[f64]) -> Spectrum {
        let cycles = samples.len() / CYCLE;
        let mut folded = Folded::new(cycles);
        let rows: Vec<Row> = samples.iter().map(|x| [0.0, 0.0, *x, 0.0, 0.0, 0.0, 0.0, 0.0]).collect();
        folded.lay(&rows, true);
        Transform::new(cycles).spectrum(&folded, 2)
    }

    #[test]
    fn folding_gives_the_subgroups_of_a_transform_of_the_whole_window() {
        // Off the rated frequency and with an interharmonic, so that all three bins of a subgroup are at work.
        for cycles in [10, 12] {
            let n = CYCLE * cycles;
            let samples: Vec<f64> = (0..n)
                .map(|k| {
                    let t = TAU * k as f64 / CYCLE as f64;
                    100.0 * (1.003 * t + 0.4).cos() + 30.0 * (5.015 * t).sin() + 7.0 * (11.06 * t + 1.0).cos() + 3.0
                })
                .collect();
            let fft = RealFftPlanner::<f64>::new().plan_fft_forward(n);
            let mut bins = fft.make_output_vec();
            fft.process(&mut samples.clone(), &mut bins).expect("sizes agree");
            let got = spectrum_of(&samples);
            for h in 1..=HARMONICS {
                let square: f64 = (cycles * h - 1..=cycles * h + 1).map(|b| bins[b].norm_sqr()).sum();
                let want = square.sqrt() * SQRT_2 / n as f64;
                assert!((got.order(h) - want).abs() < 1e-5 * 100.0, "order {h}: {} for {want}", got.order(h));
            }
        }
    }

    /// Twelve cycles of a current with this spectrum, shares of a fundamental of 60 A.
    fn current(shares: &[(u32, f64)]) -> Spectrum {
        let samples: Vec<f64> = (0..CYCLE * 12)
            .map(|k| {
                let t = TAU * k as f64 / CYCLE as f64;
                let others: f64 = shares.iter().map(|(h, s)| s * (f64::from(*h) * t + f64::from(*h)).cos()).sum();
                60.0 * SQRT_2 * (t.cos() + others)
            })
            .collect();
        spectrum_of(&samples)
    }

    #[test]
    fn distortion_figures_are_those_of_the_vectors() {
        let choke =
            [(5, 0.32), (7, 0.13), (11, 0.072), (13, 0.044), (17, 0.031), (19, 0.023), (23, 0.015), (25, 0.013)];
        let ideal = |to: u32| -> Vec<(u32, f64)> {
            (5..=to).filter(|h| h % 6 == 1 || h % 6 == 5).map(|h| (h, 1.0 / f64::from(h))).collect()
        };
        let curves = include_str!("../../tests/vectors/harmonics.csv");
        let mut rows = 0;
        for line in curves.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let spectrum = match cells[2] {
                "vfd_choke" => current(&choke),
                "ideal6pulse_to49" => current(&ideal(49)),
                "ideal6pulse_to31" => current(&ideal(31)),
                other => panic!("spectrum {other}"),
            };
            let want: f64 = cells[7].parse().expect("a number");
            let got = match cells[5] {
                "'THD'" => spectrum.thd().expect("a fundamental").0,
                "'K-factor'" => spectrum.k_factor().expect("a fundamental"),
                "'TDD'" => spectrum.tdd(Amperes(100.0)).expect("a demand").0,
                other => panic!("figure {other}"),
            };
            assert!((got / want - 1.0).abs() < 1e-5, "{}: {got} for {want}", cells[0]);
            rows += 1;
        }
        assert_eq!(rows, 9);
    }

    #[test]
    fn nothing_has_no_distortion() {
        let none = Spectrum::default();
        assert_eq!((none.thd(), none.k_factor(), none.percent(5)), (None, None, None));
        assert_eq!(none.tdd(Amperes(0.0)), None);
        assert_eq!((none.order(0), none.order(51)), (0.0, 0.0));
    }

    #[test]
    fn percents_are_of_the_fundamental() {
        let mut spectrum = Spectrum::default();
        assert_eq!(spectrum.percents(), [0.0; HARMONICS]);
        (spectrum.subgroup[0], spectrum.subgroup[4], spectrum.subgroup[49]) = (50.0, 10.0, 1.0);
        let mut want = [0.0; HARMONICS];
        (want[0], want[4], want[49]) = (100.0, 20.0, 2.0);
        assert_eq!(spectrum.percents(), want);
    }

    #[test]
    fn a_transform_shows_how_many_samples_it_takes() {
        assert_eq!(format!("{:?}", Transform::new(12)), "Transform { samples: 128, .. }");
    }
}
