//! Time passes in the network: a stretch of samples, first for all breakers what changed, then one breaker after the
//! other what its sensors see.

use super::Sample;
use super::network::{Network, Node};
use super::solve::Circuit;
use super::stretch::{LIGHT, Row, STRETCH, VA};
use super::wave::{CURRENTS, LANES, VOLTAGE, ZERO_SEQUENCE};
use crate::time::SAMPLES_PER_PASS;
use num_complex::Complex64;

const PASS: u64 = SAMPLES_PER_PASS as u64;

/// The stretch that is being given out.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    len: usize,
    /// Where the source points at each sample.
    source: [Complex64; STRETCH],
    /// The waves stand already at the first sample, because something changed there.
    advanced: bool,
    /// What the feeders seen so far take together, for the main.
    feeders: [[f64; CURRENTS]; STRETCH],
}

impl Run {
    pub(crate) const NONE: Self =
        Self { len: 0, source: [Complex64::ZERO; STRETCH], advanced: false, feeders: [[0.0; CURRENTS]; STRETCH] };
}

impl Network {
    /// One sample later, for all breakers: [`Network::sample`] tells what each sees.
    pub fn step(&mut self) {
        self.begin(1);
        let mut rows = [[0.0; LANES]; STRETCH];
        let main = self.main;
        for ix in (0..self.len()).filter(|ix| Some(*ix) != main).chain(main) {
            self.fill(ix, &mut rows);
        }
    }

    /// Goes on by at most so many samples and tells by how many: as many as pass without a change but for one at the
    /// first. Every breaker must then be [filled](Network::fill) once, the main last.
    pub fn begin(&mut self, at_most: usize) -> usize {
        self.tick.0 += 1;
        self.rotor.advance();
        if self.ramp_end.is_some() {
            self.end_ramp_when_there();
        }
        if self.tick.0.is_multiple_of(PASS) {
            self.turn_motors();
        }
        if self.pending {
            self.strike_pending();
        }
        let advanced = self.changed;
        if advanced {
            self.nodes.iter_mut().for_each(Node::advance);
            self.resolve();
        }
        let len = self.quiet_for().min(at_most).clamp(1, STRETCH);
        self.run.len = len;
        self.run.advanced = advanced;
        self.run.source[0] = self.rotor.now;
        for place in &mut self.run.source[1..len] {
            self.rotor.advance();
            *place = self.rotor.now;
        }
        self.run.feeders[..len].fill([0.0; CURRENTS]);
        self.tick.0 += len as u64 - 1;
        len
    }

    /// Samples from this one on in which nothing changes by itself.
    fn quiet_for(&self) -> usize {
        let noisy = self.noise_current > 0.0 || self.noise_voltage > 0.0;
        if self.pending || self.ramp_end.is_some() || self.rotor.is_ramping() || noisy || self.fed_at_far_end {
            return 1;
        }
        // Motors may call for another solution at each pass.
        if self.has_motors { (PASS - self.tick.0 % PASS) as usize } else { STRETCH }
    }

    /// What the sensors of a breaker see over the stretch begun, and how many samples that are; rows beyond its end keep
    /// what they hold.
    pub fn fill(&mut self, breaker: usize, rows: &mut [Row; STRETCH]) -> usize {
        let main = self.main;
        let Some(node) = self.nodes.get_mut(breaker) else { return 0 };
        let run = &mut self.run;
        let rows = &mut rows[..run.len];
        node.wave.fill(&run.source[..run.len], rows, run.advanced);
        if main == Some(breaker) {
            // The wave of the main holds the bus fault alone; the rest is what the feeders take, sample by sample.
            for (row, feeders) in rows.iter_mut().zip(&run.feeders) {
                add_feeders(row, feeders, node.circuit.closed);
            }
        } else {
            if let Some(drawn) = &mut node.drawn {
                for row in &mut *rows {
                    drawn.add(row, &node.circuit, &self.source, self.rate.period().0);
                }
                if drawn.is_none() {
                    node.drawn = None;
                }
            }
            if main.is_some() {
                for (total, row) in run.feeders.iter_mut().zip(&*rows) {
                    for (total, value) in total.iter_mut().zip(row) {
                        *total += value;
                    }
                }
            }
        }
        node.inject(&run.source, rows, run.advanced);
        if self.noise_current > 0.0 || self.noise_voltage > 0.0 {
            for row in &mut *rows {
                for (lane, value) in row.iter_mut().enumerate().take(LANES - 1) {
                    let size = if lane < CURRENTS { self.noise_current } else { self.noise_voltage };
                    *value += size * self.noise.next();
                }
            }
        }
        for row in &mut *rows {
            row[LIGHT] = node.light.advance();
        }
        if let Some(last) = rows.last() {
            node.sample = Sample::of(self.tick, last);
        }
        run.len
    }
}

fn add_feeders(row: &mut Row, feeders: &[f64; CURRENTS], closed: [bool; 3]) {
    for lane in 0..CURRENTS {
        let flows = closed.get(lane).copied().unwrap_or(closed != [false; 3]);
        row[lane] = if flows { row[lane] + feeders[lane] } else { 0.0 };
    }
}

impl Node {
    /// All waves a sample later.
    fn advance(&mut self) {
        self.wave.advance();
        for set in [&mut self.secondary, &mut self.test_voltage, &mut self.far].into_iter().flatten() {
            set.advance();
        }
    }

    /// What test sets put in place of the transformers.
    fn inject(&mut self, source: &[Complex64; STRETCH], rows: &mut [Row], advanced: bool) {
        if let Some(set) = &mut self.far
            && !advanced
        {
            // Its samples are asked for one by one.
            rows.iter().for_each(|_| set.advance());
        }
        if self.secondary.is_none() && self.test_voltage.is_none() {
            return;
        }
        for (at, (row, now)) in rows.iter_mut().zip(source).enumerate() {
            if at > 0 || !advanced {
                for set in [&mut self.secondary, &mut self.test_voltage].into_iter().flatten() {
                    set.advance();
                }
            }
            if let Some(set) = &self.secondary {
                feed(row, &set.value(*now), &self.circuit, set.feeds_ground, (self.leak_phasor * now).re);
            }
            if let Some(set) = &self.test_voltage {
                row[VA..VA + 3].copy_from_slice(&set.value(*now)[VOLTAGE..VOLTAGE + 3]);
            }
        }
    }
}

/// The currents of a test set flow through closed poles only.
fn feed(row: &mut Row, injected: &Row, circuit: &Circuit, feeds_ground: bool, leak: f64) {
    for (lane, closed) in circuit.closed.into_iter().enumerate() {
        row[lane] = if closed { injected[lane] } else { 0.0 };
    }
    row[ZERO_SEQUENCE] = match feeds_ground {
        true if circuit.closed == [false; 3] => 0.0,
        true => injected[ZERO_SEQUENCE],
        false => leak,
    };
}
