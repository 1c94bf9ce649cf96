//! One simulated second of the electrical side: network, windows and metering, for one breaker and for three.
//!
//! `cargo bench --bench power`

use breaker_console::power::{
    BreakerSpec, CycleWindow, Energy, Fault, FeederSpec, LoadSpec, Meter, Network, SourceSpec, Wiring,
};
use breaker_console::time::SampleRate;
use breaker_console::units::{Amperes, Percent};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const RATE: SampleRate = SampleRate::AT_60_HZ;

struct Bench {
    network: Network,
    windows: Vec<CycleWindow>,
    meters: Vec<Meter>,
}

impl Bench {
    fn new(breakers: usize, thd: f64) -> Self {
        let load = LoadSpec { thd: Percent(thd), ..LoadSpec::of_current(Amperes(60.0), 0.85) };
        let specs = vec![BreakerSpec::Feeder { feeder: FeederSpec::default(), load }; breakers];
        Self {
            network: Network::new(RATE, &SourceSpec::default(), &specs, 1).expect("a network"),
            windows: vec![CycleWindow::new(RATE); breakers],
            meters: vec![Meter::new(RATE, Wiring::FourWire, Amperes(100.0), Energy::default()); breakers],
        }
    }

    fn second(&mut self) {
        for _ in 0..RATE.hz() {
            self.network.step();
            for ix in 0..self.windows.len() {
                let sample = self.network.sample(ix);
                if self.windows[ix].push(sample) {
                    black_box(self.windows[ix].quantities());
                }
                self.meters[ix].push(sample);
            }
        }
    }
}

fn power(c: &mut Criterion) {
    let mut group = c.benchmark_group("one simulated second");
    group.sample_size(50);
    group.bench_function("network alone, one breaker", |b| {
        let mut bench = Bench::new(1, 0.0);
        b.iter(|| {
            for _ in 0..RATE.hz() {
                bench.network.step();
                black_box(bench.network.sample(0));
            }
        });
    });
    group.bench_function("window alone, one breaker", |b| {
        let mut bench = Bench::new(1, 0.0);
        let samples: Vec<_> = (0..RATE.hz())
            .map(|_| {
                bench.network.step();
                *bench.network.sample(0)
            })
            .collect();
        b.iter(|| {
            for sample in &samples {
                if bench.windows[0].push(sample) {
                    black_box(bench.windows[0].quantities());
                }
            }
        });
    });
    group.bench_function("meter alone, one breaker", |b| {
        let mut bench = Bench::new(1, 0.0);
        let samples: Vec<_> = (0..RATE.hz())
            .map(|_| {
                bench.network.step();
                *bench.network.sample(0)
            })
            .collect();
        b.iter(|| {
            for sample in &samples {
                black_box(bench.meters[0].push(sample));
            }
        });
    });
    for (name, breakers, thd) in
        [("one breaker", 1, 0.0), ("one breaker with harmonics", 1, 35.82), ("three breakers", 3, 0.0)]
    {
        group.bench_function(name, |b| {
            let mut bench = Bench::new(breakers, thd);
            b.iter(|| bench.second());
        });
    }
    group.bench_function("three breakers, a fault and its end", |b| {
        let mut bench = Bench::new(3, 0.0);
        b.iter(|| {
            bench.network.set_fault(0, Some(Fault::THREE_PHASE.at_metres(30.0))).expect("a fault");
            bench.second();
            bench.network.set_fault(0, None).expect("no fault");
        });
    });
    group.finish();
}

criterion_group!(benches, power);
criterion_main!(benches);
