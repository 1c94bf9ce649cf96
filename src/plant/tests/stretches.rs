//! Time that passes in stretches, with samples that repeat looked up, against the plain form: every sample worked out and
//! shown to every breaker by itself. Nothing may differ.

use super::bench::POINTS;
use crate::breaker::Breaker;
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId, Switch};
use crate::plant::{Plant, PlantConfig, PlantSpec, SHIPPED, SHIPPED_WITH_MAIN};
use crate::power::Sample;
use crate::profile::{Role, Value};
use crate::time::{SAMPLES_PER_PASS, Span};
use crate::units::{Amperes, Hertz, HertzPerSecond, Ohms, Percent, Phase, Phases, Seconds};
use std::f64::consts::TAU;
use std::sync::Arc;

const CYCLE: usize = 128;

/// The plain form of [`Plant::step`].
fn step_sample_by_sample(plant: &mut Plant, samples: u64) {
    for _ in 0..samples {
        plant.touched = true;
        plant.tick += Span(1);
        plant.flip_when_due(plant.tick);
        // Without memory of a cycle that was alike.
        plant.network.nodes.iter_mut().for_each(|node| node.known = 0);
        plant.network.step();
        let main = plant.network.main();
        for ix in (0..plant.seats.len()).filter(|ix| Some(*ix) != main) {
            show(plant, ix);
        }
        let passes = plant.tick.0.is_multiple_of(u64::from(SAMPLES_PER_PASS));
        if let Some(main) = main {
            if passes {
                plant.balance_the_bus(main);
            }
            show(plant, main);
        }
        if passes {
            plant.pass();
        }
        if plant.end_of_next().is_some_and(|end| plant.tick >= end) {
            plant.end_disturbances();
        }
    }
}

fn show(plant: &mut Plant, ix: usize) {
    let far = plant.network.far_sample(ix);
    let breaker = &mut plant.seats[ix].breaker;
    let before = breaker.conducting();
    breaker.far_sample(far.as_ref());
    breaker.sample(plant.network.sample(ix));
    if breaker.conducting() != before {
        plant.set_poles(ix);
    }
    if plant.seats[ix].breaker.has_events() {
        plant.collect(ix, None);
    }
}

fn built(spec: &str, overrides: &[(&str, Value)]) -> Plant {
    let spec = PlantSpec::parse(spec).unwrap();
    let overrides = overrides.iter().map(|(id, v)| ((*id).to_owned(), v.clone())).collect();
    Plant::new(PlantConfig { seed: 3, overrides, ..PlantConfig::new(spec, Arc::clone(&POINTS)) }).unwrap()
}

fn ask(plant: &mut Plant, ix: usize, command: Command) {
    let origin = Origin { category: OriginCategory::Process, ident: "test".into() };
    let id = RequestId(plant.tick.0);
    plant.request(Request { id, origin, role: Role::Administrator, target: BreakerIx(ix), command });
}

/// Runs both forms through this script and compares, at every request and at the end, everything that is measured and
/// every record. Gives the records.
#[track_caller]
pub(super) fn compare(spec: &str, overrides: &[(&str, Value)], script: &[(u64, usize, Command)], end: u64) -> String {
    let (mut fast, mut plain) = (built(spec, overrides), built(spec, overrides));
    let mut records = String::new();
    for (at, request) in script.iter().map(|(at, ix, command)| (*at, Some((*ix, command)))).chain([(end, None)]) {
        let samples = at - fast.tick.0;
        fast.step(samples);
        step_sample_by_sample(&mut plain, samples);
        for (ix, (a, b)) in fast.seats.iter().zip(&plain.seats).enumerate() {
            let (a, b) = (&a.breaker, &b.breaker);
            assert_eq!(a.quantities(), b.quantities(), "breaker {ix} at {at}");
            assert_eq!(a.measurement(), b.measurement(), "breaker {ix} at {at}");
            assert_eq!(a.energy(), b.energy(), "breaker {ix} at {at}");
            assert_eq!(a.elements(), b.elements(), "breaker {ix} at {at}");
            let stands = |b: &Breaker| (b.status(), b.load_level(), b.motor_state(), b.thermal(), b.restraint_out());
            assert_eq!(stands(a), stands(b), "breaker {ix} at {at}");
        }
        assert_eq!(kept(&mut fast), kept(&mut plain), "at {at}");
        let (a, b) = (fast.drain_records(), plain.drain_records());
        let (a, b) = (serde_json::to_string(&a).unwrap(), serde_json::to_string(&b).unwrap());
        assert_eq!(a, b, "records to {at}");
        records += &a;
        if let Some((ix, command)) = request {
            ask(&mut fast, ix, command.clone());
            ask(&mut plain, ix, command.clone());
        }
    }
    records
}

/// What outlives a restart: heat, energy, wear, counters.
fn kept(plant: &mut Plant) -> String {
    serde_json::to_string(&plant.state()).unwrap()
}

pub(super) fn inject(at: u64, ix: usize, injection: Injection) -> (u64, usize, Command) {
    (at, ix, Command::Inject(injection))
}

pub(super) fn short_circuit(kind: FaultKind, arc: bool) -> Injection {
    let (resistance, inception_deg) = (Ohms(0.001), Some(70.0));
    Injection::Fault(NetworkFault { kind, distance_m: 30.0, resistance, inception_deg, arc })
}

#[test]
fn steady_harmonics_a_load_step_and_a_supply_that_moves() {
    let sag = Injection::SourceVoltage { share: Phases::new(0.6, 1.0, 0.9), duration: Some(Seconds(0.1)) };
    let ramp = Injection::SourceFrequency { target: Hertz(59.5), ramp: Some(HertzPerSecond(-2.0)) };
    let flicker = Injection::Fluctuation { depth: Percent(1.0), changes_per_minute: 1200.0 };
    let script = [
        inject(9_003, 0, Injection::Harmonics { thd: Percent(30.0) }),
        inject(18_000, 1, Injection::LoadScale { factor: 1.7 }),
        inject(26_001, 1, sag),
        inject(34_000, 2, Injection::GroundLeak { current: Amperes(2.0) }),
        inject(34_500, 0, flicker),
        inject(36_000, 0, ramp),
    ];
    let records = compare(SHIPPED, &[], &script, 42_000);
    assert!(records.contains("\"sag\""));
}

#[test]
fn a_fault_its_trip_and_a_reclosure() {
    let yes = Value::Bool(true);
    let on =
        [("AutoRecloseEnabled", yes.clone()), ("AutoRecloseGroundFault", yes), ("AutoRecloseDelay", Value::Float(0.5))];
    let script = [
        inject(9_000, 0, Injection::GroundLeak { current: Amperes(150.0) }),
        (13_000, 0, Command::ClearInjections),
        inject(24_007, 1, short_circuit(FaultKind::ThreePhase, true)),
        (27_000, 1, Command::ClearInjections),
        (27_001, 1, Command::Direct(Switch::Reset, "".into())),
        (27_002, 1, Command::Direct(Switch::Close, "".into())),
    ];
    let records = compare(SHIPPED, &on, &script, 36_000);
    assert!(records.matches("\"event\":\"cleared\"").count() >= 2, "two trips with their waveforms");
    assert!(records.contains("\"reclosed\""), "a reclosure");
}

#[test]
fn a_main_with_a_feeder_that_hangs() {
    let script = [
        inject(9_001, 2, Injection::StuckBreaker),
        inject(9_002, 2, short_circuit(FaultKind::ThreePhase, false)),
        (13_000, 2, Command::ClearInjections),
    ];
    let records = compare(SHIPPED_WITH_MAIN, &[], &script, 15_000);
    assert!(records.contains("BreakerFailure"), "the main had to open");
}

#[test]
fn test_sets_arcs_and_inrush() {
    let secondary = |amperes: f64, frequency: Option<f64>| Injection::Secondary {
        current: Phases::splat(Amperes(amperes)),
        angle: Phases::new(-20.0, -140.0, 100.0),
        frequency: frequency.map(Hertz),
        ground: None,
        offset_x_r: Some(8.0),
    };
    let script = [
        inject(5_000, 0, secondary(140.0, None)),
        inject(13_000, 0, secondary(60.0, Some(61.0))),
        inject(14_000, 0, Injection::SecondaryOff),
        inject(14_001, 1, Injection::SeriesArc { phase: Phase::B }),
        inject(16_000, 2, Injection::Light { light: crate::units::Lux(20_000.0), duration: Some(Seconds(0.05)) }),
    ];
    let records = compare(SHIPPED, &[("ArcSeriesEnabled", Value::Bool(true))], &script, 20_000);
    assert!(records.contains("TimeOvercurrent") || records.contains("LongTime"), "140 A start an element");
}

/// The quantities of a breaker that has looked them up for seconds, against root-mean-squares and fundamentals of the
/// newest cycle by their definitions.
#[test]
fn what_is_looked_up_is_what_the_definitions_say() {
    let mut plant = built(SHIPPED, &[]);
    ask(&mut plant, 0, Command::Inject(Injection::Harmonics { thd: Percent(35.0) }));
    plant.step(5 * 7680 - CYCLE as u64);
    let mut cycle: Vec<Sample> = Vec::new();
    for _ in 0..CYCLE {
        plant.step(1);
        cycle.push(*plant.network.sample(0));
    }
    let q = plant.seats[0].breaker.quantities();
    assert_eq!(q.tick, plant.tick);
    let mean = |f: &dyn Fn(&Sample) -> f64| cycle.iter().map(f).sum::<f64>() / CYCLE as f64;
    for phase in Phase::ALL {
        let near = |got: f64, want: f64| assert!((got / want - 1.0).abs() < 1e-9, "{phase:?}: {got} for {want}");
        near(q.current_rms[phase].0, mean(&|s| s.current[phase].powi(2)).sqrt());
        near(q.voltage_rms[phase].0, mean(&|s| s.voltage[phase].powi(2)).sqrt());
        let angle = |s: &Sample| TAU * s.tick.0 as f64 / CYCLE as f64;
        let (cos, sin) = (mean(&|s| s.current[phase] * angle(s).cos()), mean(&|s| s.current[phase] * angle(s).sin()));
        near(q.current[phase].norm(), 2f64.sqrt() * cos.hypot(sin));
    }
}
