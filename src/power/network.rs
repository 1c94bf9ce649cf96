//! The network under one clock: each step gives one sample of every breaker.
//!
//! Between changes a step is one complex product for the source and a few multiplications a breaker. A change (a pole,
//! a fault, a load, the source) is collected by its setter and worked out once, at the next step.

use super::Sample;
use super::drive;
use super::error::PowerError;
use super::fault::Fault;
use super::light::Light;
use super::matrix::{Mat3, Vec3};
use super::noise::Noise;
use super::rotor::Rotor;
use super::secondary::TestSet;
use super::solve::{self, Branch, Circuit, Flow};
use super::spec::{BreakerSpec, SourceSpec};
use super::wave::{CURRENTS, Component, LANES, Lanes, VOLTAGE, Wave, ZERO_SEQUENCE};
use crate::time::{SampleRate, Tick};
use crate::units::{Amperes, Hertz, Percent, Phases};
use num_complex::Complex64;
use std::f64::consts::{SQRT_2, TAU};

/// A voltage below this share of nominal feeds no ground leak.
const ALIVE: f64 = 0.1;

/// One breaker of the network and what stands on it.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) circuit: Circuit,
    pub(crate) thd: Percent,
    pub(crate) leak: Amperes,
    /// A fault that waits for its point on the wave.
    pub(crate) pending: Option<Fault>,
    pub(crate) secondary: Option<Box<TestSet>>,
    pub(crate) light: Light,
    wave: Wave,
    leak_phasor: Complex64,
    phase_a: Complex64,
    sample: Sample,
}

impl Node {
    /// Phase currents of the newest sample, A.
    pub(crate) fn seen_currents(&self) -> [f64; 3] {
        self.sample.current.to_array()
    }
}

/// Source, bus, feeders, loads and faults.
#[derive(Clone, Debug)]
pub struct Network {
    pub(crate) rate: SampleRate,
    pub(crate) source: SourceSpec,
    pub(crate) rotor: Rotor,
    /// Where a frequency ramp ends.
    pub(crate) ramp_end: Option<f64>,
    pub(crate) voltage_share: Phases<f64>,
    pub(crate) source_harmonics: Vec<(i32, f64)>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) noise: Noise,
    pub(crate) noise_current: f64,
    pub(crate) noise_voltage: f64,
    pub(crate) changed: bool,
    main: Option<usize>,
    pending: bool,
    tick: Tick,
    bus: Vec3,
}

impl Network {
    /// A network in its steady state with all poles closed. What is set before the first step is part of that steady
    /// state; what is set later has its transient.
    ///
    /// # Errors
    ///
    /// As the specifications say, or when two breakers claim to be the main.
    pub fn new(rate: SampleRate, source: &SourceSpec, breakers: &[BreakerSpec], seed: u64) -> Result<Self, PowerError> {
        source.validate()?;
        let mut main = None;
        for (ix, spec) in breakers.iter().enumerate() {
            spec.validate()?;
            if matches!(spec, BreakerSpec::Main)
                && let Some(first) = main.replace(ix)
            {
                return Err(PowerError::TwoMains(first, ix));
            }
        }
        let hz = f64::from(rate.hz());
        let nodes = breakers
            .iter()
            .map(|spec| Node {
                circuit: Circuit::new(spec),
                thd: match spec {
                    BreakerSpec::Main => Percent::ZERO,
                    BreakerSpec::Feeder { load, .. } => load.thd,
                },
                leak: Amperes::ZERO,
                pending: None,
                secondary: None,
                light: Light::new(hz),
                wave: Wave::dead(),
                leak_phasor: Complex64::ZERO,
                phase_a: Complex64::ZERO,
                sample: Sample::default(),
            })
            .collect();
        Ok(Self {
            rate,
            source: *source,
            rotor: Rotor::new(source.frequency.0, hz),
            ramp_end: None,
            voltage_share: Phases::splat(1.0),
            source_harmonics: Vec::new(),
            nodes,
            noise: Noise::new(seed),
            noise_current: 0.0,
            noise_voltage: 0.0,
            changed: true,
            main,
            pending: false,
            tick: Tick(0),
            bus: [Complex64::ZERO; 3],
        })
    }

    /// How many breakers.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// No breaker at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The newest sample's tick; 0 before the first step.
    pub fn tick(&self) -> Tick {
        self.tick
    }

    /// What the sensors of this breaker see now; nothing if there is no such breaker.
    pub fn sample(&self, breaker: usize) -> &Sample {
        static NOTHING: Sample = Sample {
            tick: Tick(0),
            current: Phases::splat(0.0),
            voltage: Phases::splat(0.0),
            zero_sequence: 0.0,
            light: 0.0,
        };
        self.nodes.get(breaker).map_or(&NOTHING, |node| &node.sample)
    }

    /// Steady-state phase-to-neutral voltages of the bus, RMS, as of the last step.
    pub fn bus_voltage(&self) -> Phases<Complex64> {
        let [a, b, c] = self.bus.map(|v| v * self.rotor.now / SQRT_2);
        Phases::new(a, b, c)
    }

    /// Frequency of the source now.
    pub fn source_frequency(&self) -> Hertz {
        Hertz(self.rotor.frequency(f64::from(self.rate.hz())))
    }

    /// The breaker that feeds the bus, if one does.
    pub fn main(&self) -> Option<usize> {
        self.main
    }

    /// One sample later.
    pub fn step(&mut self) {
        self.tick.0 += 1;
        self.rotor.advance();
        if self.ramp_end.is_some() {
            self.end_ramp_when_there();
        }
        for node in &mut self.nodes {
            node.wave.advance();
            if let Some(set) = &mut node.secondary {
                set.advance();
            }
        }
        if self.pending {
            self.strike_pending();
        }
        if self.changed {
            self.resolve();
        }
        let mut sum = [0.0; CURRENTS];
        for ix in 0..self.nodes.len() {
            if Some(ix) != self.main {
                let lanes = self.nodes[ix].wave.value(&self.rotor);
                for (total, value) in sum.iter_mut().zip(lanes) {
                    *total += value;
                }
                self.observe(ix, lanes);
            }
        }
        if let Some(ix) = self.main {
            // The wave of the main holds the bus fault alone; the rest is what the feeders take, sample by sample.
            let mut lanes = self.nodes[ix].wave.value(&self.rotor);
            let closed = self.nodes[ix].circuit.closed;
            for lane in 0..CURRENTS {
                let flows = closed.get(lane).copied().unwrap_or(closed != [false; 3]);
                lanes[lane] = if flows { lanes[lane] + sum[lane] } else { 0.0 };
            }
            self.observe(ix, lanes);
        }
    }

    fn observe(&mut self, ix: usize, mut lanes: Lanes) {
        let node = &mut self.nodes[ix];
        if let Some(set) = &node.secondary {
            let injected = set.value(&self.rotor);
            for (lane, closed) in node.circuit.closed.into_iter().enumerate() {
                lanes[lane] = if closed { injected[lane] } else { 0.0 };
            }
            lanes[ZERO_SEQUENCE] = (node.leak_phasor * self.rotor.now).re;
        }
        if self.noise_current > 0.0 || self.noise_voltage > 0.0 {
            for (lane, value) in lanes.iter_mut().enumerate().take(LANES - 1) {
                let size = if lane < CURRENTS { self.noise_current } else { self.noise_voltage };
                *value += size * self.noise.next();
            }
        }
        node.sample = Sample {
            tick: self.tick,
            current: Phases::new(lanes[0], lanes[1], lanes[2]),
            voltage: Phases::new(lanes[VOLTAGE], lanes[VOLTAGE + 1], lanes[VOLTAGE + 2]),
            zero_sequence: lanes[ZERO_SEQUENCE],
            light: node.light.advance(),
        };
    }

    fn end_ramp_when_there(&mut self) {
        let Some(end) = self.ramp_end else { return };
        let rate = f64::from(self.rate.hz());
        if !self.rotor.is_ramping() || (self.rotor.frequency(rate) - end).abs() < self.ramp_slope_per_sample() {
            self.rotor.set_frequency(end, rate);
            self.ramp_end = None;
            self.changed = true;
        }
    }

    fn ramp_slope_per_sample(&self) -> f64 {
        let rate = f64::from(self.rate.hz());
        let mut next = self.rotor;
        next.advance();
        (next.frequency(rate) - self.rotor.frequency(rate)).abs()
    }

    /// Waits for the point on the wave of a pending fault.
    pub(crate) fn expect_inception(&mut self) {
        self.pending = true;
    }

    fn strike_pending(&mut self) {
        let rate = f64::from(self.rate.hz());
        let step_deg = 360.0 * self.rotor.frequency(rate) / rate;
        let mut waiting = false;
        for node in &mut self.nodes {
            let Some(fault) = node.pending else { continue };
            // Of a dead conductor the angle is that of the source.
            let phasor = if node.phase_a.norm() > 1.0 { node.phase_a * self.rotor.now } else { self.rotor.now };
            let point_on_wave = phasor.arg().to_degrees() + 90.0;
            let past = (point_on_wave - fault.inception_deg.unwrap_or(point_on_wave) + 1e-6).rem_euclid(360.0);
            if past < step_deg {
                node.circuit.fault = Some(fault);
                node.pending = None;
                self.changed = true;
            } else {
                waiting = true;
            }
        }
        self.pending = waiting;
    }

    /// Electromotive force at a harmonic order, peak phasors.
    fn emf(&self, order: i32, share: f64) -> Vec3 {
        let peak = self.source.phase_voltage().0 * SQRT_2 * share;
        let shares = self.voltage_share.to_array();
        std::array::from_fn(|k| Complex64::from_polar(peak * shares[k], -TAU / 3.0 * k as f64 * f64::from(order)))
    }

    /// Works out what changed.
    fn resolve(&mut self) {
        self.changed = false;
        let circuits: Vec<Circuit> = self.nodes.iter().map(|n| n.circuit).collect();
        let fundamental = solve::solve(&self.source, &self.emf(1, 1.0), &circuits, 1);
        let mut orders: Vec<(i32, Vec<Flow>)> = Vec::new();
        for &(order, share) in &self.source_harmonics {
            let solution = solve::solve(&self.source, &self.emf(order, share), &circuits, order);
            orders.push((order, solution.flows));
        }
        self.draw_load_harmonics(&fundamental.flows, &mut orders);
        orders.sort_by_key(|(order, _)| *order);

        let nominal = self.source.phase_voltage().0 * SQRT_2;
        let rate = f64::from(self.rate.hz());
        let at_rated = !self.rotor.is_ramping() && (self.rotor.frequency(rate) - self.source.frequency.0).abs() < 1e-9;
        self.bus = fundamental.bus;
        for (ix, node) in self.nodes.iter_mut().enumerate() {
            let flow = &fundamental.flows[ix];
            let closed = node.circuit.closed;
            let alive = flow.voltage[0].norm() > ALIVE * nominal;
            node.phase_a = flow.voltage[0];
            node.leak_phasor = if closed[0] && alive {
                flow.voltage[0] / flow.voltage[0].norm() * (node.leak.0 * SQRT_2)
            } else {
                Complex64::ZERO
            };
            let main = node.circuit.is_main();
            let lanes = |flow: &Flow, feeders: Vec3, leak: Complex64| {
                let mut p = [Complex64::ZERO; LANES];
                for k in 0..3 {
                    p[k] = flow.current[k] - feeders[k];
                    p[ZERO_SEQUENCE] += flow.current[k] - flow.load[k];
                    p[VOLTAGE + k] = flow.voltage[k];
                }
                if main && node.circuit.fault.is_none() {
                    // No bus fault: the difference of equal sums would be rounding and nothing else.
                    p[..CURRENTS].fill(Complex64::ZERO);
                }
                p[0] += leak;
                p[ZERO_SEQUENCE] += leak;
                p
            };
            let feeders = |flows: &[Flow]| {
                let mut sum = [Complex64::ZERO; 3];
                if main {
                    for (flow, circuit) in flows.iter().zip(&circuits) {
                        if !circuit.is_main() {
                            for k in 0..3 {
                                sum[k] += flow.current[k];
                            }
                        }
                    }
                }
                sum
            };
            let first = Component::new(1, lanes(flow, feeders(&fundamental.flows), node.leak_phasor));
            let harmonics = orders
                .iter()
                .map(|(order, flows)| Component::new(*order, lanes(&flows[ix], feeders(flows), Complex64::ZERO)))
                .collect();
            let tau = solve::x_over_r(&self.source, &circuits, ix) / (TAU * self.source.frequency.0) * rate;
            let carrying = [closed[0], closed[1], closed[2], closed != [false; 3]];
            node.wave.change(&self.rotor, first, harmonics, carrying, tau, self.tick.0 > 1);
            if at_rated {
                node.wave.lay_down_cycle(&self.rotor);
            }
            node.light.burn(node.circuit.fault.as_ref(), flow.current.map(|i| i.norm() / SQRT_2));
        }
    }

    /// Adds the harmonic currents of the loads to the flows of their orders. They return through the source, whose
    /// impedance is a hundredth of that of the other loads; the bus voltage is distorted by the drop there.
    fn draw_load_harmonics(&self, fundamental: &[Flow], orders: &mut Vec<(i32, Vec<Flow>)>) {
        let still = Flow { current: [Complex64::ZERO; 3], load: [Complex64::ZERO; 3], voltage: [Complex64::ZERO; 3] };
        let main_closed = self.main.map_or([true; 3], |ix| self.nodes[ix].circuit.closed);
        for (ix, node) in self.nodes.iter().enumerate() {
            if !matches!(node.circuit.branch, Branch::Feeder { .. }) || node.thd.0 <= 0.0 {
                continue;
            }
            for (order, current) in drive::currents(&fundamental[ix].load, node.thd) {
                let place = orders.iter().position(|(o, _)| *o == order).unwrap_or_else(|| {
                    orders.push((order, vec![still; self.nodes.len()]));
                    orders.len() - 1
                });
                let flows = &mut orders[place].1;
                let z: Mat3 = solve::source_matrix(&self.source, order);
                let drop = z.apply(&current);
                for (other, flow) in flows.iter_mut().enumerate() {
                    for k in 0..3 {
                        if other == ix || Some(other) == self.main {
                            flow.current[k] += current[k];
                            flow.load[k] += current[k];
                        }
                        if main_closed[k] || Some(other) == self.main {
                            flow.voltage[k] -= drop[k];
                        }
                    }
                }
            }
        }
    }
}
