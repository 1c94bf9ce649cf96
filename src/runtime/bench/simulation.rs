//! What a simulated second costs, in time of one core.

use super::Bench;
use super::cases::Case;
use super::cpu::Meter;
use crate::breaker::injection::Injection;
use crate::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId};
use crate::plant::{Plant, PlantError};
use crate::profile::Role;
use crate::runtime::command::CommandError;
use crate::runtime::fleet;
use crate::runtime::running::StartError;
use crate::units::{Amperes, Phases};

/// Fleets that are measured.
const FLEETS: [usize; 6] = [1, 3, 10, 100, 1000, 10_000];
/// Simulated breaker-seconds a fleet, enough to be told from the noise of a scheduler.
const BREAKER_SECONDS: usize = 200;

pub(super) fn run(bench: &Bench, show: &mut impl FnMut(&Case)) -> Result<(), CommandError> {
    for breakers in FLEETS {
        let mut plant = plant(bench, breakers)?;
        let seconds = (BREAKER_SECONDS / breakers).max(1);
        let cost = step(&mut plant, seconds);
        show(&Case {
            part: "simulation",
            case: format!("{breakers} breakers, steady"),
            figures: vec![
                ("core_us_per_simulated_second", cost),
                ("core_us_per_breaker_second", cost / breakers as f64),
                ("breakers_in_real_time_on_a_core", breakers as f64 * 1e6 / cost),
            ],
        });
    }
    let mut plant = plant(bench, 1)?;
    plant.request(short_circuit(0));
    // The trip and the mechanism fall into the first of these seconds; the current stands in all of them.
    let cost = step(&mut plant, BREAKER_SECONDS / 4);
    show(&Case {
        part: "simulation",
        case: "1 breaker, short circuit".into(),
        figures: vec![("core_us_per_simulated_second", cost)],
    });
    Ok(())
}

fn plant(bench: &Bench, breakers: usize) -> Result<Plant, CommandError> {
    let mut config = bench.config.clone();
    config.fleet.breakers = breakers;
    let plant = Plant::new(fleet::plant_config(&config, &bench.loaded, 0));
    plant.map_err(|e: PlantError| StartError::from(e).into())
}

/// Microseconds of core a simulated second.
fn step(plant: &mut Plant, seconds: usize) -> f64 {
    let second = u64::from(plant.epoch().rate.hz());
    plant.step(second);
    let meter = Meter::of_thread();
    for _ in 0..seconds {
        plant.step(second);
        drop(plant.drain_records());
    }
    meter.spent().as_secs_f64() * 1e6 / seconds as f64
}

/// Ten times the instantaneous pickup of the Standard template through the secondary terminals.
pub(super) fn short_circuit(breaker: usize) -> Request {
    Request {
        id: RequestId(u64::MAX - breaker as u64),
        origin: Origin { category: OriginCategory::Process, ident: "bench".into() },
        role: Role::Administrator,
        target: BreakerIx(breaker),
        command: Command::Inject(Injection::Secondary {
            current: Phases::splat(Amperes(10_000.0)),
            angle: Phases::new(0.0, -120.0, 120.0),
            frequency: None,
            ground: None,
            offset_x_r: None,
        }),
    }
}
