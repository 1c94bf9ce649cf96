//! What a simulated second costs: network, windows, meter, elements, mechanism, recorder, alarms and points together, and
//! what it costs in a naive build.

use breaker_console::breaker::Breaker;
use breaker_console::breaker::binding::bindings;
use breaker_console::breaker::injection::{FaultKind, Injection, NetworkFault};
use breaker_console::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId};
use breaker_console::plant::{Plant, PlantConfig, PlantSpec, SHIPPED};
use breaker_console::point::PointList;
use breaker_console::power::Sample;
use breaker_console::profile::{Profile, Role, Value};
use breaker_console::time::Tick;
use breaker_console::units::{Hertz, Ohms, Percent, Phase, Phases};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::f64::consts::{SQRT_2, TAU};
use std::hint::black_box;
use std::sync::Arc;

/// Samples in a simulated second at 60 Hz.
const SECOND: u64 = 7680;

fn plant(breakers: usize) -> Plant {
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "shipped").expect("the shipped profile is valid"));
    let points = Arc::new(PointList::join(profile, bindings()).expect("profile and breaker agree"));
    let spec = PlantSpec::parse(SHIPPED).expect("the shipped plant is valid");
    let mut plant = Plant::new(PlantConfig { breakers, ..PlantConfig::new(spec, points) }).expect("a plant");
    plant.step(SECOND);
    plant
}

fn inject(plant: &mut Plant, injection: Injection) {
    ask(plant, Command::Inject(injection));
}

fn ask(plant: &mut Plant, command: Command) {
    let answer = plant.request(Request {
        id: RequestId(plant.tick().0),
        origin: Origin { category: OriginCategory::Process, ident: "bench".into() },
        role: Role::Administrator,
        target: BreakerIx(0),
        command,
    });
    assert!(answer.result.is_ok(), "{:?}", answer.result);
}

/// A plant of one breaker with every element in service, the load a motor, that has run for two seconds.
fn with_every_element() -> Plant {
    let mut plant = plant(1);
    let profile = Arc::clone(plant.profile());
    let switches = profile.parameters.iter().map(|p| p.id.as_str());
    let elements = switches.filter(|id| id.ends_with("Enabled") && !id.starts_with("AutoReclose"));
    let on = elements.chain(["MotorLoad"]).map(|id| (id.into(), Value::Bool(true))).collect();
    ask(&mut plant, Command::Write(on));
    plant.step(2 * SECOND);
    plant.drain_records();
    plant
}

fn bolted_fault() -> Injection {
    Injection::Fault(NetworkFault {
        kind: FaultKind::ThreePhase,
        distance_m: 30.0,
        resistance: Ohms(0.0),
        inception_deg: Some(0.0),
        arc: false,
    })
}

/// A plant of one breaker that has run for a second with this disturbance.
fn disturbed(injection: Injection) -> Plant {
    let mut plant = plant(1);
    inject(&mut plant, injection);
    plant.step(SECOND);
    plant.drain_records();
    plant
}

/// The naive build: a sine for each order, channel and sample, and the device looks at every sample by itself.
struct Naive {
    device: Breaker,
    tick: u64,
}

/// Orders of a six-pulse drive with their shares, and the fundamental.
const ORDERS: [(f64, f64); 9] = [
    (1.0, 1.0),
    (5.0, 0.32),
    (7.0, 0.13),
    (11.0, 0.072),
    (13.0, 0.044),
    (17.0, 0.031),
    (19.0, 0.023),
    (23.0, 0.015),
    (25.0, 0.013),
];

impl Naive {
    /// The device of a plant, with its settings.
    fn of(plant: &Plant) -> Self {
        let device = plant.breaker(0).expect("a breaker").clone();
        Self { device, tick: plant.tick().0 }
    }

    fn second(&mut self) {
        for _ in 0..SECOND {
            self.tick += 1;
            let wave = |peak: f64, phase: Phase, distortion: f64| -> f64 {
                let angle = TAU * (self.tick as f64 / 128.0 - phase.index() as f64 / 3.0);
                let orders =
                    ORDERS.iter().map(|(h, share)| (h * angle).sin() * if *h > 1.0 { share * distortion } else { 1.0 });
                peak * orders.sum::<f64>()
            };
            self.device.sample(&Sample {
                tick: Tick(self.tick),
                current: Phases::from_fn(|k| wave(60.0 * SQRT_2, k, 1.0)),
                voltage: Phases::from_fn(|k| wave(277.1 * SQRT_2, k, 0.02)),
                ..Sample::default()
            });
            black_box(self.device.drain_events().count());
        }
    }
}

fn seconds(c: &mut Criterion) {
    let mut group = c.benchmark_group("simulated second");
    for breakers in [1, 3, 64] {
        let mut plant = plant(breakers);
        group.bench_function(format!("{breakers} breakers"), |b| {
            b.iter(|| {
                plant.step(SECOND);
                black_box(plant.drain_records().len())
            });
        });
    }
    let off_rated = Injection::SourceFrequency { target: Hertz(59.9), ramp: None };
    for (name, injection) in [
        ("1 breaker, drive", Injection::Harmonics { thd: Percent(35.8) }),
        // No cycle of samples is like another.
        ("1 breaker, 59.9 Hz", off_rated),
    ] {
        let mut plant = disturbed(injection);
        group.bench_function(name, |b| {
            b.iter(|| {
                plant.step(SECOND);
                black_box(plant.drain_records().len())
            });
        });
    }
    let mut everything = with_every_element();
    group.bench_function("1 breaker, every element in service", |b| {
        b.iter(|| {
            everything.step(SECOND);
            black_box(everything.drain_records().len())
        });
    });
    for (name, everything) in [
        ("1 breaker, short circuit, trip and record", false),
        ("1 breaker, every element in service, short circuit, trip and record", true),
    ] {
        group.bench_function(name, |b| {
            b.iter_batched(
                || {
                    let mut plant = if everything { with_every_element() } else { plant(1) };
                    inject(&mut plant, bolted_fault());
                    plant
                },
                |mut plant| {
                    plant.step(SECOND);
                    black_box(plant.drain_records().len())
                },
                BatchSize::SmallInput,
            );
        });
    }
    let mut naive = Naive::of(&plant(1));
    group.bench_function("1 breaker, naive", |b| b.iter(|| naive.second()));
    group.finish();
}

fn pictures(c: &mut Criterion) {
    let mut plant = plant(3);
    c.bench_function("snapshot of 3 breakers", |b| b.iter(|| black_box(plant.snapshot().breakers.len())));
    c.bench_function("frame of 3 breakers", |b| b.iter(|| black_box(plant.frame().breakers.len())));
}

criterion_group!(benches, seconds, pictures);
criterion_main!(benches);
