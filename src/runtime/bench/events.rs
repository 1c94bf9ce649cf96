//! LwM2M through everything: from the sample to whoever listens to the event stream of the server's REST side.
//!
//! The listener is a plain HTTP client with its own thread. What the links have sent, what the server has heard and what
//! the listener was told are compared after the simulation has paused and everything has come to rest: the differences
//! are lost. A link whose queue is full takes the newest frame instead of each; those are counted, too.
//!
//! A pause sets simulated time back against the clock. So latencies count from the moment at which a frame left the
//! simulation as told by the frame that left the fastest; a simulation that falls behind shows as latency.

use super::cases::Case;
use super::cpu::Meter;
use super::{Bench, paced, simulation};
use crate::point::Frame;
use crate::runtime::command::{CommandError, utc_micros};
use crate::runtime::config::Config;
use crate::runtime::link::room::Room;
use crate::runtime::running::{self, Running};
use crate::runtime::server::config::HttpConfig;
use crate::time::Epoch;
use serde::Deserialize;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Frames that may wait for the listener's book of times.
const TAP: usize = 4096;
/// Frames whose exact time is remembered.
const FRAMES: usize = 8192;
/// A trip every so often, of one breaker after the other, until each has tripped.
const TRIP_EVERY: Duration = Duration::from_millis(500);
/// Breakers that trip at most: what they go on drawing is no part of the load.
const TRIPS: usize = 10;
/// Between two looks at whether everything has come to rest, in pictures of the links, which count in them.
const REST_IN_VIEWS: u32 = 3;

/// Phases of a run, after the warm-up.
const COUNT: u8 = 1;
const END: u8 = 2;

pub(super) fn run(bench: &Bench) -> Result<Case, CommandError> {
    let mut config = bench.config("events");
    config.lwm2m.clone_from(&bench.config.lwm2m);
    let mut tick_s = 0.0;
    if let Some(path) = &mut config.lwm2m {
        path.tick = if path.report_all { path.tick } else { super::LWM2M_TICK };
        path.report_all = true;
        tick_s = path.tick.0;
    }
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.http = Some(HttpConfig { listen, chosen: true, token: None, hosts: Vec::new() });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let (tap, frames) = mpsc::channel(TAP);
        let running = running::start_tapped(&config, &bench.loaded, utc_micros(), Some(tap)).await?;
        let address = running.http.ok_or_else(|| CommandError::Said("the server does not listen".into()))?;
        paced::online(&running).await?;
        let shared = Arc::new(Shared::default());
        let times = note_times(frames, running.epoch, Arc::clone(&shared))?;
        let listener =
            Listener { frames: times, times: VecDeque::new(), tally: Tally::default(), shared: Arc::clone(&shared) };
        let listening = std::thread::Builder::new().name("listener".to_owned()).spawn(move || listener.run(address))?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let before = at_rest(&running, &shared).await?;
        shared.fastest.store(i64::MAX, Ordering::Release);
        shared.phase.store(COUNT, Ordering::Release);
        running.simulation.pause(false);
        let (meter, began, memory) = (Meter::of_process(), Instant::now(), memory_mb());
        trip(&running, bench.seconds).await;
        let (took, process) = (began.elapsed().as_secs_f64(), meter.spent());
        let after = at_rest(&running, &shared).await?;
        shared.phase.store(END, Ordering::Release);
        // One more event, so that the listener sees that it is over.
        running.simulation.pause(false);
        let joined = tokio::task::spawn_blocking(move || listening.join()).await;
        let tally = match joined {
            Ok(Ok(tally)) => tally.map_err(|e| CommandError::Said(format!("the event stream: {e}")))?,
            _ => return Err(CommandError::Said("the listener panicked".into())),
        };
        running.stop().await;
        let fastest = shared.fastest.load(Ordering::Acquire);
        let run = Run { took, process, memory: [memory, memory_mb()], counts: after - before, fastest };
        Ok(case(&config, tick_s, &tally, &run))
    })
}

/// What all links, the server and the listener have counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    sent: u64,
    heard: u64,
    updates: u64,
    told: u64,
}

impl std::ops::Sub for Counts {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            sent: self.sent - before.sent,
            heard: self.heard - before.heard,
            updates: self.updates - before.updates,
            told: self.told - before.told,
        }
    }
}

/// Pauses the simulation and waits until nothing moves any more.
async fn at_rest(running: &Running, shared: &Shared) -> Result<Counts, CommandError> {
    let desk = running.desk().ok_or_else(|| CommandError::Said("there is no server".into()))?;
    running.simulation.pause(true);
    let mut last = None;
    loop {
        let links = running.links.len();
        tokio::time::sleep(REST_IN_VIEWS * Room::of(links, links).view_every).await;
        let heard = desk.with(|registry, _| *registry.counters()).await;
        let heard = heard.map_err(|e| CommandError::Said(e.to_string()))?;
        let counts = Counts {
            sent: running.links.iter().map(|l| l.borrow().sent).sum(),
            heard: heard.messages,
            updates: heard.updates,
            told: shared.told.load(Ordering::Acquire),
        };
        if last == Some(counts) {
            return Ok(counts);
        }
        last = Some(counts);
    }
}

/// Notes when each frame was sampled, by its millisecond, and how long the fastest took from there to here.
fn note_times(
    mut frames: mpsc::Receiver<Arc<Frame>>,
    epoch: Epoch,
    shared: Arc<Shared>,
) -> std::io::Result<Receiver<(i64, i64)>> {
    let (note, notes) = std::sync::mpsc::channel();
    std::thread::Builder::new().name("frames".to_owned()).spawn(move || {
        while let Some(frame) = frames.blocking_recv() {
            let sampled = epoch.micros(frame.tick);
            shared.fastest.fetch_min(utc_micros() - sampled, Ordering::AcqRel);
            if note.send((frame.utc.0, sampled)).is_err() {
                break;
            }
        }
    })?;
    Ok(notes)
}

/// What is between the bench and its threads.
#[derive(Default)]
struct Shared {
    phase: AtomicU8,
    /// Microseconds between the clock of the simulation and that of the wall, as the fastest frame tells.
    fastest: AtomicI64,
    /// Updates that the listener was told of.
    told: AtomicU64,
}

/// What was measured of the whole.
struct Run {
    took: f64,
    process: Duration,
    memory: [f64; 2],
    counts: Counts,
    fastest: i64,
}

/// Lets breakers trip while the time passes.
async fn trip(running: &Running, seconds: Duration) {
    let until = Instant::now() + seconds;
    let mut next = 0;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        tokio::time::sleep(left.min(TRIP_EVERY)).await;
        if left <= TRIP_EVERY {
            return;
        }
        if next < running.fleet.devices.len().min(TRIPS) {
            running.simulation.ask(simulation::short_circuit(next));
            next += 1;
        }
    }
}

fn case(config: &Config, tick_s: f64, tally: &Tally, run: &Run) -> Case {
    let mut latencies: Vec<i64> = tally.latencies.iter().map(|us| us - run.fastest).collect();
    latencies.sort_unstable();
    let us = |q: f64| {
        let last = latencies.len().saturating_sub(1);
        latencies.get((q * last as f64).round() as usize).map_or(f64::NAN, |us| *us as f64)
    };
    let trip = tally.trip_latencies.iter().max().map_or(f64::NAN, |us| (us - run.fastest) as f64);
    let own = run.process.saturating_sub(tally.cpu).as_secs_f64();
    let Counts { sent, heard, updates, told } = run.counts;
    let expected = tally.frames * config.fleet.breakers as u64;
    let missing = |of: u64, came: u64| of as f64 - came as f64;
    Case {
        part: "events",
        case: format!(
            "{} breakers, every measurement each {} ms, sample to event stream",
            config.fleet.breakers,
            (tick_s * 1000.0).round()
        ),
        figures: vec![
            ("messages_per_s", heard as f64 / run.took),
            ("bytes_per_s", tally.bytes as f64 / run.took),
            ("frames_per_s", tally.frames as f64 / run.took),
            ("frames_coalesced", missing(expected, updates).max(0.0)),
            ("messages_lost", missing(sent, heard)),
            ("events_lost", missing(updates, told)),
            ("trips", tally.trip_latencies.len() as f64),
            ("latency_p50_us", us(0.5)),
            ("latency_p99_us", us(0.99)),
            ("latency_p999_us", us(0.999)),
            ("latency_max_us", us(1.0)),
            ("trip_latency_max_us", trip),
            ("latencies_measured", latencies.len() as f64),
            ("core_share_without_listener", own / run.took),
            ("core_us_per_message", own * 1e6 / (heard as f64).max(1.0)),
            ("memory_mb_at_start", run.memory[0]),
            ("memory_mb_at_end", run.memory[1]),
        ],
    }
}

/// Resident memory of the process, megabytes; 0 where the system does not tell.
fn memory_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let kb = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1000.0
}

/// What the listener counted.
#[derive(Default)]
struct Tally {
    frames: u64,
    bytes: u64,
    /// Microseconds from the sample, by the clock of the simulation, to here.
    latencies: Vec<i64>,
    trip_latencies: Vec<i64>,
    cpu: Duration,
}

/// An event as far as it matters here.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    ts: Option<i64>,
    /// Of a trip.
    #[serde(borrow)]
    trip_id: Option<&'a str>,
}

struct Listener {
    frames: Receiver<(i64, i64)>,
    times: VecDeque<(i64, i64)>,
    tally: Tally,
    shared: Arc<Shared>,
}

impl Listener {
    fn run(mut self, server: SocketAddr) -> std::io::Result<Tally> {
        let mut stream = TcpStream::connect(server)?;
        // In HTTP 1.0 the body ends with the connection and is not cut into chunks.
        write!(stream, "GET /api/events HTTP/1.0\r\nHost: {server}\r\nAccept: text/event-stream\r\n\r\n")?;
        let mut lines = BufReader::with_capacity(256 * 1024, stream);
        let (mut line, mut kind) = (String::new(), String::new());
        let mut meter = Meter::of_thread();
        let mut counting = false;
        loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                return Err(std::io::Error::other("it ended"));
            }
            match self.shared.phase.load(Ordering::Acquire) {
                COUNT if !counting => {
                    counting = true;
                    self.drain();
                    self.tally = Tally::default();
                    meter = Meter::of_thread();
                }
                END => {
                    self.tally.cpu = meter.spent();
                    return Ok(self.tally);
                }
                _ => {}
            }
            if let Some(word) = line.strip_prefix("event: ") {
                word.trim_end().clone_into(&mut kind);
            } else if let Some(data) = line.strip_prefix("data: ") {
                self.take(&kind, data);
            }
        }
    }

    fn take(&mut self, kind: &str, text: &str) {
        let now = utc_micros();
        if kind == "updated" {
            self.shared.told.fetch_add(1, Ordering::AcqRel);
        }
        let Ok(event) = serde_json::from_str::<Event<'_>>(text) else { return };
        let Some(ts) = event.data.ts else { return };
        if kind == "updated" {
            self.tally.bytes += text.len() as u64;
            self.drain();
            if let Some((_, sampled)) = self.times.iter().rev().find(|(ms, _)| *ms == ts) {
                self.tally.latencies.push(now - sampled);
            }
        } else if kind == "trip" && event.data.trip_id.is_some() {
            // To the millisecond: no frame is made at the moment of a trip.
            self.tally.trip_latencies.push(now - ts * 1000);
        }
    }

    fn drain(&mut self) {
        for time in self.frames.try_iter() {
            self.tally.frames += 1;
            self.times.push_back(time);
            if self.times.len() > FRAMES {
                self.times.pop_front();
            }
        }
    }
}
