//! One breaker's windows: what the protection sees, refreshed every pass.
//!
//! A window of one cycle is sixteen blocks of eight samples. A sample is added to the sums of its block only; at a pass
//! the finished block replaces the oldest. Once a cycle the sums are formed anew, so that rounding does not pile up.

use super::frequency::FrequencyTracker;
use super::stretch::LIGHT;
use super::{Quantities, Sample, Stretch};
use crate::time::{SAMPLES_PER_CYCLE, SAMPLES_PER_PASS, SampleRate, Tick};
use crate::units::{Amperes, Lux, Phases, Volts};
use num_complex::Complex64;
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2, TAU};

const CYCLE: usize = SAMPLES_PER_CYCLE as usize;
const PASS: usize = SAMPLES_PER_PASS as usize;
const BLOCKS: usize = CYCLE / PASS;
const HALF: usize = BLOCKS / 2;
/// A quarter of a cycle in passes: the second value of the cosine filter is that old.
const QUARTER: usize = BLOCKS / 4;

/// IA IB IC I0 VA VB VC IR; then VAB VBC VCA.
const SQUARES: usize = 12;
/// Channels of which the fundamental is filtered out: the first eight of the above.
const FILTERED: usize = 8;
const GROUND: usize = 3;
const VOLTAGE: usize = 4;
const RESIDUAL: usize = 7;
const LINE: usize = 8;

/// One value a filtered channel.
type Row = [f64; FILTERED];

/// Sums over a stretch of samples.
#[derive(Clone, Copy, Debug)]
struct Sums {
    square: [f64; SQUARES],
    re: [f64; FILTERED],
    im: [f64; FILTERED],
}

impl Sums {
    const ZERO: Self = Self { square: [0.0; SQUARES], re: [0.0; FILTERED], im: [0.0; FILTERED] };

    /// Over the samples of a block, with the turns of their ticks.
    #[inline]
    fn of(rows: &[Row; PASS], turns: &[[f64; 2]]) -> Self {
        let mut square = [0.0; SQUARES];
        for row in rows {
            let line = [row[4] - row[5], row[5] - row[6], row[6] - row[4], 0.0];
            for lane in 0..FILTERED {
                square[lane] += row[lane] * row[lane];
            }
            for lane in 0..4 {
                square[LINE + lane] += line[lane] * line[lane];
            }
        }
        // Apart from the squares, so that all sums of a loop fit into the registers of the vector unit.
        let (mut re, mut im) = ([0.0; FILTERED], [0.0; FILTERED]);
        for (row, [cos, sin]) in rows.iter().zip(turns) {
            for lane in 0..FILTERED {
                re[lane] += row[lane] * cos;
                im[lane] -= row[lane] * sin;
            }
        }
        Self { square, re, im }
    }

    #[inline]
    fn replace(&mut self, new: &Self, old: &Self) {
        for lane in 0..SQUARES {
            self.square[lane] += new.square[lane] - old.square[lane];
        }
        for lane in 0..FILTERED {
            self.re[lane] += new.re[lane] - old.re[lane];
            self.im[lane] += new.im[lane] - old.im[lane];
        }
    }
}

/// Greatest and least of the phase currents (and of the zero-sequence transformer, to fill the lanes).
#[derive(Clone, Copy, Debug)]
struct Extremes {
    max: [f64; 4],
    min: [f64; 4],
}

impl Extremes {
    const ZERO: Self = Self { max: [0.0; 4], min: [0.0; 4] };
    const NONE: Self = Self { max: [f64::NEG_INFINITY; 4], min: [f64::INFINITY; 4] };

    #[inline]
    fn widen(&mut self, max: &[f64], min: &[f64]) {
        for lane in 0..4 {
            self.max[lane] = if max[lane] > self.max[lane] { max[lane] } else { self.max[lane] };
            self.min[lane] = if min[lane] < self.min[lane] { min[lane] } else { self.min[lane] };
        }
    }

    /// (max - min) / (2 sqrt 2) of the phases.
    fn peak_to_peak(&self) -> Phases<Amperes> {
        let of = |k: usize| Amperes((self.max[k] - self.min[k]) * 0.5 * FRAC_1_SQRT_2);
        Phases::new(of(0), of(1), of(2))
    }
}

/// The sliding windows of one breaker.
#[derive(Clone, Debug)]
pub struct CycleWindow {
    turn: Box<[[f64; 2]; CYCLE + 1]>,
    /// The samples of the block that is filling.
    rows: [Row; PASS],
    block_light: f64,
    ring: [Sums; BLOCKS],
    extremes: [Extremes; BLOCKS],
    halves: [Extremes; BLOCKS],
    total: Sums,
    cosine: [[f64; FILTERED]; BLOCKS],
    pass: usize,
    tracker: FrequencyTracker,
    /// Of each pass of the newest cycle.
    quantities: Box<[Quantities; BLOCKS]>,
}

impl CycleWindow {
    /// Empty windows: the missing samples count as zero.
    pub fn new(rate: SampleRate) -> Self {
        let turn = std::array::from_fn(|n| {
            let (sin, cos) = (TAU * n as f64 / CYCLE as f64).sin_cos();
            [cos, sin]
        });
        Self {
            turn: Box::new(turn),
            rows: [[0.0; FILTERED]; PASS],
            block_light: 0.0,
            ring: [Sums::ZERO; BLOCKS],
            extremes: [Extremes::ZERO; BLOCKS],
            halves: [Extremes::ZERO; BLOCKS],
            total: Sums::ZERO,
            cosine: [[0.0; FILTERED]; BLOCKS],
            pass: 0,
            tracker: FrequencyTracker::new(rate),
            quantities: Box::new([Quantities::default(); BLOCKS]),
        }
    }

    /// Takes the next sample. True when a pass is complete and [`Self::quantities`] are new: at each tick that divides
    /// by [`SAMPLES_PER_PASS`].
    pub fn push(&mut self, sample: &Sample) -> bool {
        self.take(&Stretch::single(sample.tick, &sample.row()))
    }

    /// Takes samples of one pass. True when it is complete.
    #[inline]
    pub fn take(&mut self, samples: &Stretch<'_>) -> bool {
        let at = (samples.first.0 as usize).wrapping_sub(1) % PASS;
        let end = at + samples.len();
        for (slot, row) in self.rows[at..end].iter_mut().zip(samples.rows) {
            *slot = *row;
            slot[RESIDUAL] = row[0] + row[1] + row[2];
            self.block_light = self.block_light.max(row[LIGHT]);
        }
        let complete = end == PASS;
        if complete {
            self.close_block(samples.last());
        }
        complete
    }

    /// What the protection looks at, as of the last complete pass.
    pub fn quantities(&self) -> &Quantities {
        &self.quantities[(self.pass + BLOCKS - 1) % BLOCKS]
    }

    /// A pass whose samples repeat those of a cycle before, as did so many before them that the windows are full of
    /// them: so do the quantities.
    pub fn repeat(&mut self, tick: Tick) {
        self.quantities[self.pass % BLOCKS].tick = tick;
        self.tracker.repeat();
        self.pass += 1;
    }

    /// The quantities of a cycle ago, which are those of the next pass if it [repeats](Self::repeat).
    pub fn cycle_ago(&self) -> &Quantities {
        &self.quantities[self.pass % BLOCKS]
    }

    /// Sums of the squared phase currents over the samples of the newest pass, A2.
    pub fn current_squares(&self) -> [f64; 3] {
        let [a, b, c, ..] = self.ring[(self.pass + BLOCKS - 1) % BLOCKS].square;
        [a, b, c]
    }

    /// Full-cycle positive-sequence voltage, RMS, against a reference that turns at the rated frequency.
    fn positive_sequence_voltage(&self) -> Complex64 {
        let a = Complex64::new(-0.5, 0.75f64.sqrt());
        let v = |k: usize| Complex64::new(self.total.re[VOLTAGE + k], self.total.im[VOLTAGE + k]);
        (v(0) + a * v(1) + a * a * v(2)) * (SQRT_2 / CYCLE as f64 / 3.0)
    }

    fn close_block(&mut self, tick: Tick) {
        let slot = self.pass % BLOCKS;
        // Ticks of a block run from 1 past a multiple of eight to the next; the table has one cycle and one entry more.
        let first = (tick.0 as usize + CYCLE - (PASS - 1)) % CYCLE;
        let block = Sums::of(&self.rows, &self.turn[first..first + PASS]);
        let mut extremes = Extremes::NONE;
        for row in &self.rows {
            extremes.widen(&row[..4], &row[..4]);
        }
        let oldest = std::mem::replace(&mut self.ring[slot], block);
        self.total.replace(&block, &oldest);
        if slot == BLOCKS - 1 {
            self.total = Sums::ZERO;
            for block in &self.ring {
                self.total.replace(block, &Sums::ZERO);
            }
        }
        self.extremes[slot] = extremes;
        let mut half = extremes;
        for back in 1..HALF {
            let block = &self.extremes[(slot + BLOCKS - back) % BLOCKS];
            half.widen(&block.max, &block.min);
        }
        self.halves[slot] = half;
        let mut cycle = half;
        let older = &self.halves[(slot + HALF) % BLOCKS];
        cycle.widen(&older.max, &older.min);

        let phasors = self.filter(tick, slot);
        let (frequency, rocof) = self.tracker.pass(self.positive_sequence_voltage());
        let rms = |lane: usize| (self.total.square[lane].max(0.0) / CYCLE as f64).sqrt();
        let peak = |k: usize| extremes.max[k].max(-extremes.min[k]);
        self.quantities[slot] = Quantities {
            tick,
            current_rms: Phases::new(Amperes(rms(0)), Amperes(rms(1)), Amperes(rms(2))),
            current_peak_to_peak: cycle.peak_to_peak(),
            current_half_cycle: half.peak_to_peak(),
            current_peak: Phases::new(peak(0), peak(1), peak(2)),
            current: Phases::new(phasors[0], phasors[1], phasors[2]),
            residual_rms: Amperes(rms(RESIDUAL)),
            ground_rms: Amperes(rms(GROUND)),
            voltage: Phases::new(phasors[VOLTAGE], phasors[VOLTAGE + 1], phasors[VOLTAGE + 2]),
            voltage_rms: Phases::new(Volts(rms(VOLTAGE)), Volts(rms(VOLTAGE + 1)), Volts(rms(VOLTAGE + 2))),
            line_voltage_rms: Phases::new(Volts(rms(LINE)), Volts(rms(LINE + 1)), Volts(rms(LINE + 2))),
            frequency,
            rocof,
            light: Lux(self.block_light),
        };
        self.block_light = 0.0;
        self.pass += 1;
    }

    /// Cosine filter: `Xc[k] = (2/N) sum x[k-N+1+n] cos(2 pi n/N)`, phasor `(Xc[k] + j Xc[k-N/4]) / sqrt 2`, turned back
    /// so that it stands still at the rated frequency.
    ///
    /// `Xc[k]` is the projection of the sliding full-cycle transform on the turned axis, so no second pass over the
    /// samples is needed.
    fn filter(&mut self, tick: Tick, slot: usize) -> [Complex64; FILTERED] {
        let [cos, sin] = self.turn[(tick.0 as usize + 1) % CYCLE];
        let scale = 2.0 / CYCLE as f64;
        let mut now = [0.0; FILTERED];
        for (lane, value) in now.iter_mut().enumerate() {
            *value = scale * (self.total.re[lane] * cos - self.total.im[lane] * sin);
        }
        self.cosine[slot] = now;
        let before = self.cosine[(slot + BLOCKS - QUARTER) % BLOCKS];
        let mut out = [Complex64::ZERO; FILTERED];
        for (lane, phasor) in out.iter_mut().enumerate() {
            let (x, y) = (now[lane] * FRAC_1_SQRT_2, before[lane] * FRAC_1_SQRT_2);
            *phasor = Complex64::new(x * cos + y * sin, y * cos - x * sin);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V: [f64; 3] = [100.0, 200.0, 300.0];

    /// A window after two cycles of voltages of these RMS values and angles, and of currents of a tenth of them.
    fn window(volts: [f64; 3], degrees: [f64; 3]) -> CycleWindow {
        let mut window = CycleWindow::new(SampleRate::AT_60_HZ);
        for tick in 1..=256u64 {
            let voltage = Phases::from_fn(|k| {
                let angle = TAU * tick as f64 / 128.0 + degrees[k.index()].to_radians();
                volts[k.index()] * SQRT_2 * angle.cos()
            });
            window.push(&Sample { tick: Tick(tick), voltage, current: voltage.map(|v| v / 10.0), ..Sample::default() });
        }
        window
    }

    #[test]
    fn every_quantity_is_of_its_own_channel() {
        let window = window(V, [0.0, -120.0, 120.0]);
        let q = window.quantities();
        for (k, degrees) in crate::units::Phase::ALL.into_iter().zip([0.0f64, -120.0, 120.0]) {
            let want = Complex64::from_polar(V[k.index()], degrees.to_radians());
            assert!((q.voltage[k] - want).norm() < 1e-9 && (q.current[k] - want / 10.0).norm() < 1e-9);
            assert!((q.voltage_rms[k].0 - V[k.index()]).abs() < 1e-9);
        }
        // At 120 degrees the line voltage is the root of a2 + b2 + ab.
        let line = q.line_voltage_rms.map(|v| v.0 * v.0).to_array();
        for (got, want) in line.into_iter().zip([7e4, 19e4, 13e4]) {
            assert!((got - want).abs() < 1e-6, "{got} for {want}");
        }
    }

    #[test]
    fn only_what_turns_forwards_is_of_positive_sequence() {
        let positive = |degrees| window([277.0; 3], degrees).positive_sequence_voltage().norm();
        assert!((positive([0.0, -120.0, 120.0]) - 277.0).abs() < 1e-9);
        assert!(positive([0.0, 120.0, -120.0]) < 1e-9);
        assert!(positive([0.0; 3]) < 1e-9);
    }

    #[test]
    fn the_squares_of_a_pass_are_those_of_its_eight_samples() {
        let mut window = CycleWindow::new(SampleRate::AT_60_HZ);
        for tick in 1..=16 {
            let size = if tick > 8 { 2.0 } else { 1.0 };
            let current = Phases::new(size, -2.0 * size, 3.0 * size);
            let complete = window.push(&Sample { tick: Tick(tick), current, ..Sample::default() });
            if complete {
                assert_eq!(window.current_squares(), [8.0, 32.0, 72.0].map(|s| s * size * size));
            }
        }
    }
}
