//! `bench`: what the program costs and how fast it is, measured on this machine through real sockets.
//!
//! One file a part. The subscriber is a client of its own with its own thread; it decodes every message. Both ends are in
//! one process, so that latencies are differences of one clock. Latencies count from the sample that the values were
//! taken from, not from the moment of sending.

mod cases;
mod count;
mod cpu;
mod encode;
mod events;
mod flat_out;
mod fleet;
mod paced;
mod place;
mod simulation;
mod sink;
mod subscriber;
mod told;
mod trips;

pub use cases::{Case, Figure};

use super::command::CommandError;
use super::config::{Broker, Config};
use super::fleet::Loaded;
use crate::units::Seconds;
use clap::ArgMatches;
use std::path::PathBuf;
use std::time::Duration;

/// What can be measured, in this order. The last three are measured only when they are named: `count` and `received` need
/// somebody else to publish, and `sink` is for a comparison with `received`.
pub const PARTS: [&str; 11] =
    ["simulation", "encode", "sparkplug", "lwm2m", "events", "trips", "fleet", "flat-out", "count", "received", "sink"];

/// Pace of the brief: 1,000 messages a second and device.
const SPARKPLUG_TICK: Seconds = Seconds(0.001);
/// Pace of the brief for LwM2M: 200 messages a second and device.
const LWM2M_TICK: Seconds = Seconds(0.005);

/// What all parts share.
struct Bench {
    config: Config,
    loaded: Loaded,
    seconds: Duration,
    /// Rounds of each side that is compared, in turns: what else the machine does meets both.
    rounds: u32,
    scratch: Scratch,
}

/// A directory for the state of the runs, gone at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("breaker-console-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to whoever cleans the directory for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Measures the named parts (all when none is named) and hands every case to `show` as soon as it is there.
///
/// # Errors
/// When a part cannot start.
pub fn run(config: Config, matches: &ArgMatches, mut show: impl FnMut(&Case)) -> Result<(), CommandError> {
    let named: Vec<&String> = matches.get_many("part").into_iter().flatten().collect();
    let wanted = |part: &str| named.is_empty() || named.iter().any(|n| *n == part);
    let seconds = *matches.get_one::<f64>("seconds").unwrap_or(&5.0);
    let loaded = super::fleet::load(&config)?;
    let rounds = *matches.get_one::<u32>("rounds").unwrap_or(&5);
    let seconds = Duration::from_secs_f64(seconds);
    let mut bench = Bench { config, loaded, seconds, rounds, scratch: Scratch::new()? };
    if let Broker::Embedded(listen) = &mut bench.config.broker.which {
        // A bench beside a running console must not fight for its address.
        listen.set_port(0);
    }
    if wanted("simulation") {
        simulation::run(&bench, &mut show)?;
    }
    if wanted("encode") {
        encode::run(&bench, &mut show)?;
    }
    if wanted("sparkplug") {
        show(&paced::sparkplug(&bench)?);
    }
    if wanted("lwm2m") {
        show(&paced::lwm2m(&bench)?);
    }
    if wanted("events") {
        show(&events::run(&bench)?);
    }
    if wanted("trips") {
        trips::run(&bench, &mut show)?;
    }
    if wanted("fleet") {
        show(&fleet::run(&bench)?);
    }
    if wanted("flat-out") {
        flat_out::run(&bench, &mut show)?;
    }
    let asked_for = |part: &str| named.iter().any(|n| *n == part);
    if asked_for("count") {
        show(&count::run(&bench)?);
    }
    if asked_for("received") {
        show(&sink::received(&bench)?);
    }
    if asked_for("sink") {
        show(&sink::sink(&bench)?);
    }
    Ok(())
}

impl Bench {
    /// A configuration with both paths off and a state directory of its own.
    fn config(&self, name: &str) -> Config {
        let mut config = self.config.clone();
        config.sparkplug = None;
        config.lwm2m = None;
        config.http = None;
        config.drill = None;
        config.misbehave = Vec::new();
        config.state_dir = self.scratch.0.join(name);
        config
    }
}
