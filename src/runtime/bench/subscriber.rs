//! A subscriber of its own: its own connection, its own thread, every message decoded.

use super::cpu::Meter;
use crate::runtime::link::url::BrokerUrl;
use crate::sparkplug::payload::{MetricValue, Payload};
use hdrhistogram::Histogram;
use prost::Message as _;
use rumqttc::{AsyncClient, Event, MqttOptions, NetworkOptions, Packet, Publish, QoS};
use std::collections::{HashMap, VecDeque};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{oneshot, watch};

/// Longest latency that is told apart, microseconds.
const LONGEST_US: u64 = 60_000_000;
/// Frames whose exact time is remembered: several seconds at 1,000 a second.
const FRAMES: usize = 8192;
/// Largest packet that is taken.
const MAX_PACKET: usize = 16 * 1024 * 1024;

/// What was counted.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) messages: u64,
    pub(super) metrics: u64,
    pub(super) bytes: u64,
    /// Messages whose sequence number was not the next one.
    pub(super) gaps: u64,
    /// How many numbers those left out; of a gap of 256 or more only the rest is seen.
    pub(super) lost: u64,
    /// Microseconds from sample to here.
    pub(super) latency: Histogram<u64>,
    /// Texts seen for the first time, with the microsecond.
    pub(super) texts: HashMap<String, i64>,
    pub(super) cpu: Duration,
}

impl Tally {
    fn new() -> Self {
        Self {
            messages: 0,
            metrics: 0,
            bytes: 0,
            gaps: 0,
            lost: 0,
            latency: Histogram::new_with_bounds(1, LONGEST_US, 3).expect("1 us to a minute at 3 digits is valid"),
            texts: HashMap::new(),
            cpu: Duration::ZERO,
        }
    }

    /// Quantile of the latency, microseconds.
    pub(super) fn quantile(&self, q: f64) -> f64 {
        self.latency.value_at_quantile(q) as f64
    }
}

/// A running subscriber.
pub(super) struct Subscriber {
    phase: watch::Sender<Phase>,
    /// Messages before it was told to count.
    forgot: watch::Receiver<u64>,
    thread: JoinHandle<Result<Tally, String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    WarmUp,
    Count,
    End,
}

/// Ties the milliseconds of a message to the microsecond of its sample: the next pair that is not known yet.
pub(super) type Samples = Box<dyn FnMut() -> Option<(i64, i64)> + Send>;

impl Subscriber {
    /// Connects and subscribes; returns when the broker has acknowledged.
    pub(super) async fn start(broker: &BrokerUrl, filter: &str, samples: Option<Samples>) -> Result<Self, String> {
        let (phase, phases) = watch::channel(Phase::WarmUp);
        let (tell, forgot) = watch::channel(0);
        let (ready, is_ready) = oneshot::channel();
        let (host, port, filter) = (broker.host.clone(), broker.port, filter.to_owned());
        let thread = std::thread::Builder::new()
            .name("subscriber".to_owned())
            .spawn(move || {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
                runtime.block_on(subscribe(host, port, &filter, samples, phases, tell, ready))
            })
            .map_err(|e| e.to_string())?;
        if is_ready.await.is_err() {
            let ended = thread.join().map_err(|_| "the subscriber panicked".to_owned())?;
            return Err(ended.err().unwrap_or_default());
        }
        Ok(Self { phase, forgot, thread })
    }

    /// Forgets what came so far and counts from here; returns how many messages it forgot.
    pub(super) async fn count(&self) -> u64 {
        let mut forgot = self.forgot.clone();
        self.phase.send_replace(Phase::Count);
        // A subscriber that has ended tells it at the end.
        forgot.changed().await.map_or(0, |()| *forgot.borrow())
    }

    /// Ends and gives what was counted.
    pub(super) async fn end(self) -> Result<Tally, String> {
        self.phase.send_replace(Phase::End);
        tokio::task::spawn_blocking(move || self.thread.join())
            .await
            .map_err(|e| e.to_string())?
            .map_err(|_| "the subscriber panicked".to_owned())?
    }
}

async fn subscribe(
    host: String,
    port: u16,
    filter: &str,
    samples: Option<Samples>,
    mut phases: watch::Receiver<Phase>,
    forgot: watch::Sender<u64>,
    ready: oneshot::Sender<()>,
) -> Result<Tally, String> {
    // Two subscribers of one bench must not throw each other out.
    let words: String = filter.chars().filter(char::is_ascii_alphanumeric).collect();
    let client_id = format!("bench-{}-{words}", std::process::id());
    let mut options = MqttOptions::new(client_id, host, port);
    options.set_max_packet_size(MAX_PACKET, MAX_PACKET);
    let (client, mut eventloop) = AsyncClient::new(options, 16);
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    eventloop.set_network_options(network);
    client.subscribe(filter, QoS::AtMostOnce).await.map_err(|e| e.to_string())?;
    let mut ready = Some(ready);
    let mut counter = Counter { tally: Tally::new(), seq: HashMap::new(), samples, times: VecDeque::new() };
    let mut meter = Meter::of_thread();
    loop {
        tokio::select! {
            biased;
            changed = phases.changed() => {
                let phase = *phases.borrow_and_update();
                if changed.is_err() || phase == Phase::End {
                    counter.tally.cpu = meter.spent();
                    return Ok(counter.tally);
                }
                forgot.send_replace(counter.tally.messages);
                counter.tally = Tally::new();
                meter = Meter::of_thread();
            }
            event = eventloop.poll() => match event.map_err(|e| e.to_string())? {
                Event::Incoming(Packet::SubAck(_)) => if let Some(ready) = ready.take() {
                    // Nobody waits any more only when the bench is given up.
                    let _ = ready.send(());
                },
                Event::Incoming(Packet::Publish(publish)) => counter.take(&publish),
                _ => {}
            }
        }
    }
}

struct Counter {
    tally: Tally,
    /// The next sequence number, by edge node.
    seq: HashMap<String, u64>,
    samples: Option<Samples>,
    times: VecDeque<(i64, i64)>,
}

impl Counter {
    fn take(&mut self, publish: &Publish) {
        let now = utc_micros();
        self.tally.messages += 1;
        self.tally.bytes += publish.payload.len() as u64;
        if publish.topic.starts_with("spBv1.0/") {
            self.sparkplug(publish, now);
        } else {
            self.document(publish, now);
        }
    }

    fn sparkplug(&mut self, publish: &Publish, now: i64) {
        let Ok(payload) = Payload::decode(publish.payload.clone()) else { return };
        self.tally.metrics += payload.metrics.len() as u64;
        let mut levels = publish.topic.split('/').skip(2);
        let (verb, node) = (levels.next().unwrap_or_default(), levels.next().unwrap_or_default());
        if let Some(seq) = payload.seq {
            match self.seq.get_mut(node) {
                Some(next) => {
                    if *next != seq && verb != "NBIRTH" {
                        self.tally.gaps += 1;
                        self.tally.lost += (seq + 256 - *next) % 256;
                    }
                    *next = (seq + 1) % 256;
                }
                None => {
                    self.seq.insert(node.to_owned(), (seq + 1) % 256);
                }
            }
        }
        for metric in &payload.metrics {
            if let Some(MetricValue::String(text)) = &metric.value {
                self.tally.texts.entry(text.clone()).or_insert(now);
            }
        }
        if verb == "DDATA"
            && let Some(at) = payload.metrics.first().and_then(|m| m.timestamp)
        {
            self.latency(i64::try_from(at).unwrap_or(0), now);
        }
    }

    fn document(&mut self, publish: &Publish, now: i64) {
        let Ok(document) = serde_json::from_slice::<serde_json::Value>(&publish.payload) else { return };
        if let Some(trip) = document.get("trip_id").and_then(|t| t.as_str()) {
            self.tally.texts.entry(trip.to_owned()).or_insert(now);
        }
        if let Some(objects) = document.get("objects").and_then(|o| o.as_object()) {
            self.tally.metrics += objects.values().map(leaves).sum::<u64>();
        }
        if let Some(at) = document.get("ts").and_then(serde_json::Value::as_i64) {
            self.latency(at, now);
        }
    }

    /// Notes how old a value is that was sampled in this millisecond.
    fn latency(&mut self, at_ms: i64, now: i64) {
        let Some(samples) = &mut self.samples else { return };
        while let Some(pair) = samples() {
            self.times.push_back(pair);
            if self.times.len() > FRAMES {
                self.times.pop_front();
            }
        }
        if let Some((_, sampled)) = self.times.iter().rev().find(|(ms, _)| *ms == at_ms) {
            self.tally.latency.saturating_record(u64::try_from(now - sampled).unwrap_or(0).clamp(1, LONGEST_US));
        }
    }
}

/// How many single values a document holds.
fn leaves(value: &serde_json::Value) -> u64 {
    match value {
        serde_json::Value::Object(members) => members.values().map(leaves).sum(),
        serde_json::Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

fn utc_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
