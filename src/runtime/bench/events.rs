//! LwM2M through everything: from the sample to whoever listens to the event stream of the server's REST side.
//!
//! The listener is a plain HTTP client with its own thread. Messages are lost when the times of the updates of a device
//! are further apart than its pace; so many are missing as would have fitted between.

use super::cases::Case;
use super::cpu::Meter;
use super::subscriber::Samples;
use super::{Bench, paced, simulation};
use crate::runtime::command::{CommandError, utc_micros};
use crate::runtime::config::Config;
use crate::runtime::running::{self, Running};
use crate::runtime::server::config::HttpConfig;
use hdrhistogram::Histogram;
use serde::Deserialize;
use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
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
/// What arrives later than that has arrived.
const LONGEST_US: u64 = 60_000_000;

const WARM_UP: u8 = 0;
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
        // What listens to a single device is told of all of them, to measure everything there is.
        let phase = Arc::new(AtomicU8::new(WARM_UP));
        let samples = Samples { frames, epoch: running.epoch };
        let listener =
            Listener { samples, times: VecDeque::new(), tally: Tally::new(tick_s), phase: Arc::clone(&phase) };
        let listening = std::thread::Builder::new().name("listener".to_owned()).spawn(move || listener.run(address))?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let (meter, began, before) = (Meter::of_process(), Instant::now(), memory_mb());
        phase.store(COUNT, Ordering::Release);
        trip(&running, bench.seconds).await;
        let (took, process, after) = (began.elapsed().as_secs_f64(), meter.spent(), memory_mb());
        phase.store(END, Ordering::Release);
        let joined = tokio::task::spawn_blocking(move || listening.join()).await;
        let tally = match joined {
            Ok(Ok(tally)) => tally.map_err(|e| CommandError::Said(format!("the event stream: {e}")))?,
            _ => return Err(CommandError::Said("the listener panicked".into())),
        };
        running.stop().await;
        Ok(case(&config, &tally, took, process, [before, after]))
    })
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

fn case(config: &Config, tally: &Tally, took: f64, process: Duration, memory: [f64; 2]) -> Case {
    let us = |q: f64| tally.latency.value_at_quantile(q) as f64;
    let own = process.saturating_sub(tally.cpu).as_secs_f64();
    Case {
        part: "events",
        case: format!(
            "{} breakers, every measurement each {} ms, sample to event stream",
            config.fleet.breakers,
            tally.tick_ms.round()
        ),
        figures: vec![
            ("messages_per_s", tally.updates as f64 / took),
            ("bytes_per_s", tally.bytes as f64 / took),
            ("devices", tally.last.len() as f64),
            ("messages_lost", tally.lost as f64),
            ("trips", tally.trips as f64),
            ("latency_p50_us", us(0.5)),
            ("latency_p99_us", us(0.99)),
            ("latency_p999_us", us(0.999)),
            ("latency_max_us", tally.latency.max() as f64),
            ("trip_latency_max_us", tally.trip_latency as f64),
            ("latencies_measured", tally.latency.len() as f64),
            ("core_share_without_listener", own / took),
            ("core_us_per_message", own * 1e6 / (tally.updates as f64).max(1.0)),
            ("memory_mb_at_start", memory[0]),
            ("memory_mb_at_end", memory[1]),
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

/// What was counted.
struct Tally {
    tick_ms: f64,
    updates: u64,
    bytes: u64,
    lost: u64,
    trips: u64,
    latency: Histogram<u64>,
    trip_latency: u64,
    /// The time of the newest update of each device.
    last: HashMap<String, i64>,
    cpu: Duration,
}

impl Tally {
    fn new(tick_s: f64) -> Self {
        Self {
            tick_ms: tick_s * 1000.0,
            updates: 0,
            bytes: 0,
            lost: 0,
            trips: 0,
            latency: Histogram::new_with_bounds(1, LONGEST_US, 3).expect("1 us to a minute at 3 digits is valid"),
            trip_latency: 0,
            last: HashMap::new(),
            cpu: Duration::ZERO,
        }
    }
}

/// An event as far as it matters here.
#[derive(Deserialize)]
struct Event<'a> {
    device_id: &'a str,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    ts: Option<i64>,
}

struct Listener {
    samples: Samples,
    times: VecDeque<(i64, i64)>,
    tally: Tally,
    phase: Arc<AtomicU8>,
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
            match self.phase.load(Ordering::Acquire) {
                COUNT if !counting => {
                    counting = true;
                    let last = std::mem::take(&mut self.tally.last);
                    self.tally = Tally { last, ..Tally::new(self.tally.tick_ms / 1000.0) };
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
        if kind == "gap" {
            // The server says that this listener was too slow; the times of the updates say how many are missing.
            return;
        }
        let Ok(event) = serde_json::from_str::<Event<'_>>(text) else { return };
        let Some(ts) = event.data.ts else { return };
        match kind {
            "updated" => {
                self.tally.updates += 1;
                self.tally.bytes += text.len() as u64;
                if let Some(last) = self.tally.last.get_mut(event.device_id) {
                    let ticks = ((ts - *last) as f64 / self.tally.tick_ms).round() as i64;
                    self.tally.lost += u64::try_from(ticks - 1).unwrap_or(0);
                    *last = ts;
                } else {
                    self.tally.last.insert(event.device_id.to_owned(), ts);
                }
                if let Some(us) = self.age(ts, now) {
                    self.tally.latency.saturating_record(us);
                }
            }
            "trip" => {
                self.tally.trips += 1;
                // To the millisecond: no frame is made at the moment of a trip.
                let us = u64::try_from(now - ts * 1000).unwrap_or(0);
                self.tally.trip_latency = self.tally.trip_latency.max(us);
            }
            _ => {}
        }
    }

    /// How old a value is that was sampled in this millisecond, microseconds.
    fn age(&mut self, at_ms: i64, now: i64) -> Option<u64> {
        while let Ok(frame) = self.samples.frames.try_recv() {
            self.times.push_back((frame.utc.0, self.samples.epoch.micros(frame.tick)));
            if self.times.len() > FRAMES {
                self.times.pop_front();
            }
        }
        let (_, sampled) = self.times.iter().rev().find(|(ms, _)| *ms == at_ms)?;
        Some(u64::try_from(now - sampled).unwrap_or(0).clamp(1, LONGEST_US))
    }
}
