//! What a simulated second costs, in time of one core.

use super::Bench;
use super::cases::Case;
use super::cpu::Meter;
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId};
use crate::plant::{Plant, PlantError};
use crate::profile::{Role, Value};
use crate::runtime::command::CommandError;
use crate::runtime::fleet;
use crate::runtime::running::StartError;
use crate::units::{Amperes, Ohms, Phases};
use std::sync::Arc;

/// Fleets that are measured.
const FLEETS: [usize; 6] = [1, 3, 10, 100, 1000, 10_000];
/// Simulated breaker-seconds a fleet, enough to be told from the noise of a scheduler.
const BREAKER_SECONDS: usize = 200;
/// Faults over which their second is averaged.
const FAULTS: usize = 20;

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
    let mut everything = with_every_element(bench)?;
    let cost = step(&mut everything, BREAKER_SECONDS);
    show(&one_figure("1 breaker, every element in service", cost));
    let mut costs = Vec::with_capacity(FAULTS);
    for _ in 0..FAULTS {
        costs.push(second_of_a_fault(with_every_element(bench)?));
    }
    let cost = costs.iter().sum::<f64>() / FAULTS as f64;
    show(&one_figure("1 breaker, every element in service, the second of a short circuit", cost));
    let mut plant = plant(bench, 1)?;
    plant.request(short_circuit(0));
    // The trip and the mechanism fall into the first of these seconds; the current stands in all of them.
    let cost = step(&mut plant, BREAKER_SECONDS / 4);
    show(&one_figure("1 breaker, short circuit", cost));
    Ok(())
}

fn one_figure(case: &str, cost: f64) -> Case {
    Case { part: "simulation", case: case.into(), figures: vec![("core_us_per_simulated_second", cost)] }
}

fn plant(bench: &Bench, breakers: usize) -> Result<Plant, CommandError> {
    let mut config = bench.config.clone();
    config.fleet.breakers = breakers;
    let plant = Plant::new(fleet::plant_config(&config, &bench.loaded, 0));
    plant.map_err(|e: PlantError| StartError::from(e).into())
}

/// A plant of one breaker with every element in service, the load a motor.
fn with_every_element(bench: &Bench) -> Result<Plant, CommandError> {
    let mut plant = plant(bench, 1)?;
    let profile = Arc::clone(plant.profile());
    let switches = profile.parameters.iter().map(|p| p.id.as_str());
    let elements = switches.filter(|id| id.ends_with("Enabled") && !id.starts_with("AutoReclose"));
    let on = elements.chain(["MotorLoad"]).map(|id| (id.into(), Value::Bool(true))).collect();
    plant.request(request(0, Command::Write(on)));
    Ok(plant)
}

/// Microseconds of core that the second takes in which a bolted fault comes, is tripped and recorded.
fn second_of_a_fault(mut plant: Plant) -> f64 {
    let second = u64::from(plant.epoch().rate.hz());
    plant.step(2 * second);
    drop(plant.drain_records());
    let (kind, resistance) = (FaultKind::ThreePhase, Ohms(0.0));
    let fault = NetworkFault { kind, distance_m: 30.0, resistance, inception_deg: Some(0.0), arc: false };
    plant.request(request(0, Command::Inject(Injection::Fault(fault))));
    let meter = Meter::of_thread();
    plant.step(second);
    meter.spent().as_secs_f64() * 1e6
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
    let injection = Injection::Secondary {
        current: Phases::splat(Amperes(10_000.0)),
        angle: Phases::new(0.0, -120.0, 120.0),
        frequency: None,
        ground: None,
        offset_x_r: None,
    };
    request(breaker, Command::Inject(injection))
}

fn request(breaker: usize, command: Command) -> Request {
    Request {
        id: RequestId(u64::MAX - breaker as u64),
        origin: Origin { category: OriginCategory::Process, ident: "bench".into() },
        role: Role::Administrator,
        target: BreakerIx(breaker),
        command,
    }
}
