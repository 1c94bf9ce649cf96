//! The network under one clock: each stretch gives some samples of every breaker.
//!
//! Between changes a sample is one complex product for the source and a few multiplications a breaker. A change (a pole,
//! a fault, a load, the source) is collected by its setter and worked out once, at the next sample.

use super::Sample;
use super::draw::Drawn;
use super::error::PowerError;
use super::fault::{Fault, Prospective};
use super::light::Light;
use super::matrix::Vec3;
use super::motor::Turning;
use super::noise::Noise;
use super::rotor::Rotor;
use super::run::Run;
use super::secondary::TestSet;
use super::solve::Circuit;
use super::spec::{BreakerSpec, SourceSpec};
use super::stretch::Row;
use super::wave::Wave;
use crate::time::{SAMPLES_PER_PASS, SampleRate, Tick};
use crate::units::{Amperes, Hertz, Percent, Phases};
use num_complex::Complex64;
use std::f64::consts::SQRT_2;

/// One breaker of the network and what stands on it.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) circuit: Circuit,
    pub(crate) thd: Percent,
    pub(crate) leak: Amperes,
    /// A fault that waits for its point on the wave.
    pub(crate) pending: Option<Fault>,
    pub(crate) secondary: Option<Box<TestSet>>,
    /// Voltages of a test set.
    pub(crate) test_voltage: Option<Box<TestSet>>,
    /// Currents of the transformers at the far end of the zone, by a test set.
    pub(crate) far: Option<Box<TestSet>>,
    /// The load is this motor.
    pub(crate) motor: Option<Box<Turning>>,
    /// Arcs and inrush.
    pub(crate) drawn: Option<Box<Drawn>>,
    pub(crate) light: Light,
    pub(crate) wave: Wave,
    pub(crate) leak_phasor: Complex64,
    /// Line-side voltage of phase A, peak phasor.
    pub(crate) phase_a: Complex64,
    /// The newest.
    pub(crate) sample: Sample,
    /// The newest sample of each place of a cycle.
    pub(crate) cycle: Vec<Row>,
    /// So many of the newest samples were made alike, one cycle like the next, with this light.
    pub(crate) known: usize,
    pub(crate) known_light: f64,
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
    pub(crate) main: Option<usize>,
    pub(crate) tick: Tick,
    /// Peak phasors.
    pub(crate) bus: Vec3,
    pub(crate) pending: bool,
    pub(crate) has_motors: bool,
    /// A test set stands in for transformers at the far end of a zone.
    pub(crate) fed_at_far_end: bool,
    pub(crate) run: Run,
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
                test_voltage: None,
                far: None,
                motor: None,
                drawn: None,
                light: Light::new(hz),
                wave: Wave::dead(),
                leak_phasor: Complex64::ZERO,
                phase_a: Complex64::ZERO,
                sample: Sample::default(),
                cycle: Vec::new(),
                known: 0,
                known_light: 0.0,
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
            has_motors: false,
            fed_at_far_end: false,
            run: Run::NONE,
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
    #[inline]
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

    /// What transformers at the far end of the zone see at the newest sample, positive into it, while a test set feeds
    /// them; stretches have one sample then.
    #[inline]
    pub fn far_sample(&self, breaker: usize) -> Option<Sample> {
        let node = self.nodes.get(breaker)?;
        let lanes = node.far.as_ref()?.value(self.rotor.now);
        let current = Phases::new(lanes[0], lanes[1], lanes[2]);
        Some(Sample { tick: self.tick, current, ..Sample::default() })
    }

    /// What an assessment of the load side finds while the poles are open.
    pub fn prospective(&self, breaker: usize) -> Prospective {
        let Some(node) = self.nodes.get(breaker) else { return Prospective::default() };
        let found =
            node.circuit.fault.map_or_else(Prospective::default, |f| f.prospective(self.source.phase_voltage()));
        Prospective { earth: found.earth + node.leak, ..found }
    }

    /// Steady-state currents of a feeder, RMS, as its poles and faults stand now: the prospective currents of a fault
    /// while the poles are closed.
    pub fn steady_current(&self, breaker: usize) -> Phases<Amperes> {
        self.nodes.get(breaker).map_or_else(Phases::default, |node| {
            Phases::from_fn(|phase| Amperes(node.wave.steady_peak(phase.index()) / SQRT_2))
        })
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

    pub(crate) fn turn_motors(&mut self) {
        let dt = self.rate.period().0 * f64::from(SAMPLES_PER_PASS);
        for node in &mut self.nodes {
            if let Some(motor) = &mut node.motor
                && motor.turn(dt)
            {
                node.circuit.motor = Some(motor.admittance());
                self.changed = true;
            }
        }
    }

    pub(crate) fn end_ramp_when_there(&mut self) {
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

    pub(crate) fn strike_pending(&mut self) {
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
}
