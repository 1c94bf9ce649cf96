//! What a simulated second costs: network, windows, meter, elements, mechanism, recorder, alarms and points together.

use breaker_console::breaker::binding::bindings;
use breaker_console::breaker::injection::Injection;
use breaker_console::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId};
use breaker_console::plant::{Plant, PlantConfig, PlantSpec, SHIPPED};
use breaker_console::point::PointList;
use breaker_console::profile::{Profile, Role};
use breaker_console::units::{Amperes, Phases};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
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
    group.bench_function("1 breaker, short circuit", |b| {
        b.iter_batched(
            || {
                let mut plant = plant(1);
                let secondary = Injection::Secondary {
                    current: Phases::splat(Amperes(5000.0)),
                    angle: Phases::new(0.0, -120.0, 120.0),
                    frequency: None,
                    ground: None,
                    offset_x_r: None,
                };
                plant.request(Request {
                    id: RequestId(1),
                    origin: Origin { category: OriginCategory::Process, ident: "bench".into() },
                    role: Role::Administrator,
                    target: BreakerIx(0),
                    command: Command::Inject(secondary),
                });
                plant
            },
            |mut plant| {
                plant.step(SECOND);
                black_box(plant.drain_records().len())
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn pictures(c: &mut Criterion) {
    let plant = plant(3);
    c.bench_function("snapshot of 3 breakers", |b| b.iter(|| black_box(plant.snapshot().breakers.len())));
    c.bench_function("frame of 3 breakers", |b| b.iter(|| black_box(plant.frame().breakers.len())));
}

criterion_group!(benches, seconds, pictures);
criterion_main!(benches);
