//! Time passes in the network: a stretch of samples, first for all breakers what changed, then one breaker after the
//! other what its sensors see.

use super::Sample;
use super::network::{Network, Node};
use super::solve::Circuit;
use super::stretch::{LIGHT, Row, STRETCH, Stretch, VA};
use super::wave::{CURRENTS, LANES, VOLTAGE, ZERO_SEQUENCE};
use crate::time::{SAMPLES_PER_CYCLE, SAMPLES_PER_PASS, Tick};
use num_complex::Complex64;

const PASS: u64 = SAMPLES_PER_PASS as u64;
const CYCLE: usize = SAMPLES_PER_CYCLE as usize;

/// The stretch that is being given out.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    first: Tick,
    len: usize,
    /// Where the source points at each sample.
    source: [Complex64; STRETCH],
    /// The waves stand already at the first sample, because something changed there.
    advanced: bool,
    /// What the feeders seen so far take together, for the main.
    feeders: [[f64; CURRENTS]; STRETCH],
}

impl Run {
    pub(crate) const NONE: Self = Self {
        first: Tick(0),
        len: 0,
        source: [Complex64::ZERO; STRETCH],
        advanced: false,
        feeders: [[0.0; CURRENTS]; STRETCH],
    };
}

impl Network {
    /// One sample later, for all breakers: [`Network::sample`] tells what each sees.
    pub fn step(&mut self) {
        self.begin(1);
        let main = self.main;
        for ix in (0..self.len()).filter(|ix| Some(*ix) != main).chain(main) {
            let seen = self.see(ix);
            self.give_back(ix, seen);
        }
    }

    /// Goes on by at most so many samples and tells by how many: as many as pass without a change but for one at the
    /// first. Every breaker must then be [looked at](Network::see) once, the main last.
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
        let first = self.tick;
        let to_end_of_cycle = CYCLE - place(first);
        let len = self.quiet_for().min(at_most).clamp(1, STRETCH.min(to_end_of_cycle));
        self.run.first = first;
        self.run.len = len;
        self.run.advanced = advanced;
        self.run.source[0] = self.rotor.now;
        self.rotor.run(&mut self.run.source[1..len]);
        self.run.feeders[..len].fill([0.0; CURRENTS]);
        self.tick.0 += len as u64 - 1;
        len
    }

    /// Samples from this one on in which nothing changes by itself.
    fn quiet_for(&self) -> usize {
        if self.pending || self.ramp_end.is_some() || self.rotor.is_ramping() || self.is_noisy() || self.fed_at_far_end
        {
            return 1;
        }
        // Motors may call for another solution at each pass.
        if self.has_motors { (PASS - self.tick.0 % PASS) as usize } else { STRETCH }
    }

    fn is_noisy(&self) -> bool {
        self.noise_current > 0.0 || self.noise_voltage > 0.0
    }

    /// What the sensors of a breaker see over the stretch begun. It must be [given back](Network::give_back).
    pub fn see(&mut self, breaker: usize) -> Seen {
        let main = self.main;
        let noisy = self.is_noisy();
        let comes_round = self.rotor.comes_round() && !noisy && main != Some(breaker);
        let run = &mut self.run;
        let from = place(run.first);
        let Some(node) = self.nodes.get_mut(breaker) else { return Seen::nothing(run.first) };
        let mut cycle = std::mem::take(&mut node.cycle);
        cycle.resize(CYCLE, [0.0; LANES]);
        let rows = &mut cycle[from..from + run.len];
        let repeatable = comes_round && node.repeats_itself();
        if run.advanced || !repeatable || node.light.level() != node.known_light {
            node.known = 0;
        }
        let repeats = node.known >= CYCLE;
        if repeats {
            node.wave.skip(run.len);
            for set in [&mut node.secondary, &mut node.test_voltage].into_iter().flatten() {
                set.skip(run.len);
            }
        } else {
            node.wave.fill(&run.source[..run.len], rows, run.advanced);
            if main == Some(breaker) {
                // The wave of the main holds the bus fault alone; the rest is what the feeders take, sample by sample.
                for (row, feeders) in rows.iter_mut().zip(&run.feeders) {
                    add_feeders(row, feeders, node.circuit.closed);
                }
            } else if let Some(drawn) = &mut node.drawn {
                for row in &mut *rows {
                    drawn.add(row, &node.circuit, &self.source, self.rate.period().0);
                }
                if drawn.is_none() {
                    node.drawn = None;
                }
            }
        }
        if main.is_some_and(|main| main != breaker) {
            for (total, row) in run.feeders.iter_mut().zip(&*rows) {
                for (total, value) in total.iter_mut().zip(row) {
                    *total += value;
                }
            }
        }
        if !repeats {
            node.inject(&run.source, rows, run.advanced);
            if noisy {
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
            if repeatable {
                node.known += run.len;
                node.known_light = node.light.level();
            }
        }
        if let Some(last) = rows.last() {
            node.sample = Sample::of(self.tick, last);
        }
        Seen { first: run.first, cycle, from, len: run.len, repeats }
    }

    /// Takes back what a breaker saw, for the next time.
    pub fn give_back(&mut self, breaker: usize, seen: Seen) {
        if let Some(node) = self.nodes.get_mut(breaker) {
            node.cycle = seen.cycle;
        }
    }
}

/// What the sensors of one breaker see over a stretch.
#[derive(Debug)]
pub struct Seen {
    first: Tick,
    /// The newest sample of each place of a cycle.
    cycle: Vec<Row>,
    from: usize,
    len: usize,
    repeats: bool,
}

impl Seen {
    const fn nothing(first: Tick) -> Self {
        Self { first, cycle: Vec::new(), from: 0, len: 0, repeats: false }
    }

    /// The samples.
    pub fn stretch(&self) -> Stretch<'_> {
        let rows = &self.cycle[self.from..self.from + self.len];
        Stretch { first: self.first, rows, repeats: self.repeats }
    }
}

/// Place of a sample in its cycle.
fn place(tick: Tick) -> usize {
    (tick.0 as usize - 1) % CYCLE
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

    /// Nothing but sines and their harmonics flows: one cycle is like the next while nothing changes.
    fn repeats_itself(&self) -> bool {
        let sets = [&self.secondary, &self.test_voltage];
        let fed_alike = sets.into_iter().flatten().all(|set| set.repeats_itself()) && self.far.is_none();
        fed_alike && self.drawn.is_none() && !self.wave.offset_stands() && self.light.is_steady()
    }

    /// What test sets put in place of the transformers.
    fn inject(&mut self, source: &[Complex64; STRETCH], rows: &mut [Row], advanced: bool) {
        if let Some(set) = &mut self.far
            && !advanced
        {
            // Stretches have one sample then.
            set.advance();
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
