//! What one data message costs to make, without a socket.

use super::Bench;
use super::cases::Case;
use super::cpu::Meter;
use crate::control::BreakerIx;
use crate::lwm2m::client::{Client, ClientConfig};
use crate::plant::{Plant, PlantError};
use crate::point::Frame;
use crate::runtime::command::{CommandError, utc_micros};
use crate::runtime::fleet;
use crate::runtime::running::StartError;
use crate::session::Session;
use crate::sparkplug::{EdgeConfig, EdgeSession, Report};
use crate::time::UtcMillis;
use std::sync::Arc;

/// Messages made for one figure.
const MESSAGES: usize = 50_000;

pub(super) fn run(bench: &Bench, show: &mut impl FnMut(&Case)) -> Result<(), CommandError> {
    let mut config = bench.config.clone();
    config.fleet.breakers = 1;
    let mut plant = Plant::new(fleet::plant_config(&config, &bench.loaded, utc_micros()))
        .map_err(|e: PlantError| StartError::from(e))?;
    plant.step(u64::from(plant.epoch().rate.hz()));
    let (fleet, frame) = (plant.fleet(), plant.frame());

    let edge = EdgeConfig { report: Report::All, tick_ms: 1, ..EdgeConfig::new("bench", "bench") };
    let session = EdgeSession::new(edge, fleet.clone(), None).map_err(|e| CommandError::Said(e.to_string()))?;
    show(&measure("Sparkplug DDATA, all measurements", Box::new(session), &frame));

    let client = ClientConfig { report_all: true, tick_ms: 1, lifetime_s: 3600, named_commands: false };
    let session = Client::new(client, fleet, BreakerIx(0)).map_err(|e| CommandError::Said(e.to_string()))?;
    show(&measure("LwM2M update (JSON), all measurements", Box::new(session), &frame));
    Ok(())
}

/// From a frame to the message that is ready for the socket.
fn measure(case: &str, mut session: Box<dyn Session>, frame: &Frame) -> Case {
    let mut now = UtcMillis(frame.utc.0 + 1);
    session.connect(now);
    session.frame(&Arc::new(frame.clone()), now);
    session.subscribed(now);
    while session.poll_publish().is_some() {}
    let frames: Vec<Arc<Frame>> =
        (0..64).map(|n| Arc::new(Frame { utc: UtcMillis(now.0 + n), ..frame.clone() })).collect();
    let (mut messages, mut bytes) = (0_u64, 0_usize);
    let meter = Meter::of_thread();
    for n in 0..MESSAGES {
        now.0 += 1;
        session.frame(&frames[n % frames.len()], now);
        session.timeout(now);
        while let Some(publish) = session.poll_publish() {
            messages += 1;
            bytes += publish.payload.len();
        }
    }
    let spent = meter.spent();
    let each = |x: f64| x / (messages as f64).max(1.0);
    Case {
        part: "encode",
        case: case.to_owned(),
        figures: vec![
            ("messages", messages as f64),
            ("bytes_per_message", each(bytes as f64)),
            ("ns_per_message", each(spent.as_secs_f64() * 1e9)),
        ],
    }
}
