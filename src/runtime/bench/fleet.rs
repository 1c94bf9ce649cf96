//! Many breakers on many edge nodes: the links, journals of bdSeq, births and data messages of the program, fed with
//! frames that the bench makes.
//!
//! A plant of that size does not run in real time on a small machine. So it runs for a second, and from then on every
//! measurement of every breaker is moved a little at each tick; nothing else of the simulation runs.

use super::cases::Case;
use super::cpu::Meter;
use super::place::Place;
use super::subscriber::{Subscriber, Tally};
use super::{Bench, told};
use crate::plant::{Plant, PlantError};
use crate::point::{Fleet, Frame};
use crate::profile::Value;
use crate::runtime::command::{CommandError, utc_micros};
use crate::runtime::config::Config;
use crate::runtime::fleet;
use crate::runtime::link::Link;
use crate::runtime::link::config::RequestIds;
use crate::runtime::link::view::LinkState;
use crate::runtime::paths::{self, PathError};
use crate::runtime::running::StartError;
use crate::runtime::store::Store;
use crate::sparkplug::table::Table;
use crate::time::UtcMillis;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// Births of all must be out within this time.
const ONLINE_WITHIN: Duration = Duration::from_secs(60);
/// A second for births and first values; then it counts.
const WARM_UP: Duration = Duration::from_secs(1);
/// What is under way after the last frame arrives within this time.
const DRAIN: Duration = Duration::from_millis(500);
/// Values go up and down in so many steps.
const STEPS: u64 = 8;

pub(super) fn run(bench: &Bench) -> Result<Case, CommandError> {
    let mut config = bench.config("fleet");
    config.sparkplug.clone_from(&bench.config.sparkplug);
    let Some(path) = &mut config.sparkplug else {
        return Err(CommandError::Said("the bench of a fleet needs --sparkplug on".into()));
    };
    path.report_all = true;
    let tick = Duration::from_secs_f64(path.tick.0);
    let mut plant = Plant::new(fleet::plant_config(&config, &bench.loaded, utc_micros()))
        .map_err(|e: PlantError| StartError::from(e))?;
    plant.step(u64::from(plant.epoch().rate.hz()));
    let (fleet, frame) = (plant.fleet(), plant.frame());
    drop(plant);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(bench, &config, &fleet, Driven::new(&fleet, frame), tick))
}

/// Frames made from one that was simulated.
struct Driven {
    frame: Frame,
    /// Positions of what is moved.
    measured: Vec<usize>,
    turn: u64,
}

impl Driven {
    fn new(fleet: &Fleet, frame: Frame) -> Self {
        let measured = Table::new(&fleet.profile).measured.iter().map(|m| m.parameter).collect();
        Self { frame, measured, turn: 0 }
    }

    fn next(&mut self, now_us: i64) -> Arc<Frame> {
        self.turn += 1;
        self.frame.utc = UtcMillis(now_us / 1000);
        let mut moved = self.frame.clone();
        let factor = 1.0 + 1e-3 * (self.turn % STEPS) as f64;
        for readings in &mut moved.breakers {
            readings.measure(|readings| {
                for at in &self.measured {
                    if let Some(Value::Float(v)) = readings.get_mut(*at).and_then(|r| r.value.as_mut()) {
                        *v *= factor;
                    }
                }
            });
        }
        Arc::new(moved)
    }
}

async fn measure(
    bench: &Bench,
    config: &Config,
    fleet: &Fleet,
    mut driven: Driven,
    tick: Duration,
) -> Result<Case, CommandError> {
    let place = Place::open(bench).await?;
    let (store, _) = Store::open_with(&config.state_dir, config.keep).map_err(StartError::from)?;
    let (requests, _unread) = mpsc::channel(1);
    let (tell, mut times) = mpsc::channel(4096);
    let samples = Box::new(move || times.try_recv().ok());
    let subscriber = Subscriber::start(&place.url, "spBv1.0/#", Some(samples)).await.map_err(CommandError::Said)?;
    let brokers = [place.url.clone()];
    let ids = RequestIds::default();
    let shared = paths::Shared { config, fleet, brokers: &brokers, store: &store, requests: &requests, ids: &ids };
    let links = paths::start(&shared).map_err(|e: PathError| StartError::from(e))?;
    online(&links, &mut driven).await?;
    let before = told::last(&place.url).await;

    let mut pace = tokio::time::interval(tick);
    // Frames that come late are made up for, as the simulation does.
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut feed = async |until: Instant, driven: &mut Driven| {
        let (mut frames, mut refused) = (0_u64, 0_u64);
        while Instant::now() < until {
            pace.tick().await;
            let now = utc_micros();
            let frame = driven.next(now);
            // A book of times that is full measures fewer latencies, and says how many.
            let _ = tell.try_send((frame.utc.0, now));
            frames += 1;
            for link in &links {
                refused += u64::from(link.frames.try_send(Arc::clone(&frame)).is_err());
            }
        }
        (frames, refused)
    };
    feed(Instant::now() + WARM_UP, &mut driven).await;
    tokio::time::sleep(DRAIN).await;
    let (meter, memory) = (Meter::of_process(), resident_mib());
    subscriber.count().await;
    let began = Instant::now();
    let (frames, refused) = feed(began + bench.seconds, &mut driven).await;
    let (took, spent) = (began.elapsed().as_secs_f64(), meter.spent());
    let memory = memory.zip(resident_mib());
    tokio::time::sleep(DRAIN).await;
    let tally = subscriber.end().await.map_err(CommandError::Said)?;
    let devices = fleet.devices.len();
    let case = format!(
        "{devices} breakers on {} edge nodes, all measurements every {} s, driven frames, {place}",
        links.len(),
        tick.as_secs_f64()
    );
    let mut case = figures(case, &tally, took);
    case.figures.push(("data_messages_expected", (frames * devices as u64) as f64));
    case.figures.push(("frames_refused", refused as f64));
    case.figures.push(("core_share_with_subscriber", spent.as_secs_f64() / took));
    if let Some((first, last)) = memory {
        case.figures.extend([("resident_mib_at_start", first), ("resident_mib_at_end", last)]);
    }
    if tally.gaps > 0
        && let (Some(before), Some(after)) = (before, told::next(&place.url).await)
    {
        case.figures.push(("messages_dropped_says_broker", after.dropped - before.dropped));
    }
    for link in links {
        link.stop().await;
    }
    place.close().await;
    Ok(case)
}

/// Feeds the links until the births of all are out.
async fn online(links: &[Link], driven: &mut Driven) -> Result<(), CommandError> {
    let until = Instant::now() + ONLINE_WITHIN;
    loop {
        let frame = driven.next(utc_micros());
        let waiting: Vec<&Link> = links.iter().filter(|l| l.view.borrow().state != LinkState::Online).collect();
        let Some(first) = waiting.first() else { return Ok(()) };
        if Instant::now() > until {
            let reason = first.view.borrow().reason.to_string();
            return Err(CommandError::Said(format!("{} links do not come online: {reason}", waiting.len())));
        }
        for link in waiting {
            // A link that is full has what it needs.
            let _ = link.frames.try_send(Arc::clone(&frame));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn figures(case: String, tally: &Tally, took: f64) -> Case {
    Case {
        part: "fleet",
        case,
        figures: vec![
            ("messages", tally.messages as f64),
            ("messages_per_s", tally.messages as f64 / took),
            ("metrics_per_s", tally.metrics as f64 / took),
            ("bytes_per_s", tally.bytes as f64 / took),
            ("seq_gaps", tally.gaps as f64),
            ("messages_lost", tally.lost as f64),
            ("latency_p50_us", tally.quantile(0.5)),
            ("latency_p99_us", tally.quantile(0.99)),
            ("latency_p999_us", tally.quantile(0.999)),
            ("data_messages_with_latency", tally.latency.len() as f64),
        ],
    }
}

/// Memory of this process that is in use, where the system tells.
fn resident_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
