//! The same run gives the same records, to the last byte, whatever the sizes of the steps.

use super::bench::{Bench, POINTS};
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId, Switch};
use crate::plant::{Plant, PlantConfig, PlantSpec, SHIPPED_WITH_MAIN};
use crate::profile::Role;
use crate::units::{Amperes, Ohms, Phases, Seconds};
use std::sync::Arc;

/// What is asked, and at which tick.
fn script() -> Vec<(u64, usize, Command)> {
    let fault = NetworkFault {
        kind: FaultKind::LineLineGround,
        distance_m: 40.0,
        resistance: Ohms(0.001),
        inception_deg: Some(70.0),
        arc: true,
    };
    vec![
        (777, 1, Command::Inject(Injection::GroundLeak { current: Amperes(3.0) })),
        (1501, 2, Command::Inject(Injection::Fault(fault))),
        (
            4003,
            3,
            Command::Inject(Injection::SourceVoltage { share: Phases::splat(0.6), duration: Some(Seconds(0.1)) }),
        ),
        (6000, 2, Command::ClearInjections),
        (6001, 2, Command::Direct(Switch::Reset, "".into())),
        (6002, 2, Command::Direct(Switch::Close, "".into())),
        (7000, 4, Command::Inject(Injection::StuckBreaker)),
        (7001, 4, Command::Direct(Switch::Trip, "test".into())),
    ]
}

fn records(steps: &[u64]) -> (String, String) {
    let spec = PlantSpec::parse(SHIPPED_WITH_MAIN).unwrap();
    let mut plant = Plant::new(PlantConfig { seed: 42, ..PlantConfig::new(spec, Arc::clone(&POINTS)) }).unwrap();
    let mut sizes = steps.iter().copied().cycle();
    let mut text = String::new();
    let mut run_to = |plant: &mut Plant, tick: u64, text: &mut String| {
        while plant.tick().0 < tick {
            plant.step(sizes.next().unwrap().min(tick - plant.tick().0));
            for record in plant.drain_records() {
                text.push_str(&serde_json::to_string(&*record).unwrap());
                text.push('\n');
            }
        }
    };
    for (n, (tick, ix, command)) in script().into_iter().enumerate() {
        run_to(&mut plant, tick, &mut text);
        let origin = Origin { category: OriginCategory::Process, ident: "drill".into() };
        let id = RequestId(n as u64);
        plant.request(Request { id, origin, role: Role::Administrator, target: BreakerIx(ix), command });
    }
    run_to(&mut plant, 20_000, &mut text);
    (text, serde_json::to_string(&plant.state()).unwrap())
}

#[test]
fn the_sizes_of_the_steps_do_not_matter() {
    let one = records(&[1]);
    assert!(one.0.contains("\"trip\"") && one.0.contains("cleared"), "{}", one.0);
    for steps in [&[20_000][..], &[8], &[7, 1, 300, 64], &[128]] {
        assert_eq!(records(steps), one, "{steps:?}");
    }
}

#[test]
fn records_are_numbered_without_gaps_and_in_time() {
    let mut bench = Bench::shipped();
    bench.fault(0, FaultKind::ThreePhase, 0.0, 0.0);
    bench.run_ms(1000.0);
    for (at, pair) in bench.records.windows(2).enumerate() {
        assert_eq!(pair[0].seq, at as u64 + 1);
        assert!(pair[0].tick <= pair[1].tick);
    }
}
