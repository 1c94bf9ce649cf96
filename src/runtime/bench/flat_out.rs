//! As many data messages as a link can bring to a broker, beside a bare client that publishes ready-made payloads of the
//! same size over the same broker: what the edge node adds.

use super::Bench;
use super::cases::Case;
use super::cpu::Meter;
use super::place::Place;
use super::subscriber::Subscriber;
use super::told;
use crate::control::{Origin, OriginCategory};
use crate::plant::{Plant, PlantError};
use crate::point::{Fleet, Frame};
use crate::profile::Role;
use crate::runtime::command::{CommandError, utc_micros};
use crate::runtime::fleet;
use crate::runtime::link::Link;
use crate::runtime::link::config::{LinkConfig, RequestIds, Wire};
use crate::runtime::link::room::Room;
use crate::runtime::link::url::BrokerUrl;
use crate::runtime::link::view::LinkState;
use crate::runtime::running::StartError;
use crate::session::Session as _;
use crate::sparkplug::topic::{Topic, Verb};
use crate::sparkplug::{EdgeConfig, EdgeSession, Report};
use crate::time::UtcMillis;
use rumqttc::{AsyncClient, MqttOptions, NetworkOptions, QoS};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// Devices of the edge node: as many as one has by default.
pub(super) const DEVICES: usize = 64;
/// Frames on their way to the edge node, each a message of every device: enough that the broker is the limit and not the
/// pace, and no more, because a running program goes through few frames, too.
const FRAMES: usize = 5;
/// How often they are filled up.
const FILL_EVERY: Duration = Duration::from_millis(1);
/// Messages that the bare client may have waiting.
const WINDOW: usize = 1024;
/// Group and node of the bench.
const GROUP: &str = "bench";
const NODE: &str = "flat-out";

/// One round.
#[derive(Clone, Copy, Debug, Default)]
struct Round {
    rate: f64,
    bytes: f64,
    core_us: f64,
    gaps: f64,
    lost: f64,
    metrics: f64,
}

pub(super) fn run(bench: &Bench, show: &mut impl FnMut(&Case)) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let place = runtime.block_on(Place::open(bench))?;
    let broker = &place.url;
    let (fleet, frame) = plant(bench)?;
    let payload = data_message(&fleet, &frame)?;
    let before = runtime.block_on(told::last(broker));
    let each = bench.seconds / bench.rounds;
    let (mut bare, mut edge) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let (ready_made, topics) = (payload.clone(), topics(&fleet));
        bare.push(round(&runtime, broker, "bare", each, move |b, until| {
            Ok(publish_bare(&b, &topics, ready_made, until))
        })?);
        let (fleet, frame) = (fleet.clone(), frame.clone());
        edge.push(round(&runtime, broker, "edge", each, move |b, until| publish_as_edge(b, fleet, frame, until))?);
    }
    let gaps: f64 = edge.iter().map(|r| r.gaps).sum();
    let lost: f64 = edge.iter().map(|r| r.lost).sum();
    let (bare, edge) = (median(bare), median(edge));
    let case = |case: String, r: Round, more: Vec<(&'static str, f64)>| Case {
        part: "flat-out",
        case,
        figures: [("messages_per_s", r.rate), ("bytes_per_s", r.bytes), ("publisher_core_us_per_message", r.core_us)]
            .into_iter()
            .chain(more)
            .collect(),
    };
    show(&case(format!("bare client, ready-made payloads of {} bytes, {place}", payload.len()), bare, Vec::new()));
    let mut more = vec![
        ("metrics_per_s", edge.metrics),
        ("metrics_per_message", edge.metrics / edge.rate.max(1.0)),
        ("share_of_bare_rate", edge.rate / bare.rate.max(1.0)),
        ("seq_gaps_all_rounds", gaps),
        ("messages_lost_all_rounds", lost),
    ];
    if gaps > 0.0
        && let (Some(before), Some(after)) = (before, runtime.block_on(told::next(broker)))
    {
        more.push(("messages_dropped_says_broker", after.dropped - before.dropped));
    }
    show(&case(format!("edge node with {DEVICES} devices, {place}"), edge, more));
    runtime.block_on(place.close());
    Ok(())
}

/// The round in the middle by rate.
fn median(mut rounds: Vec<Round>) -> Round {
    rounds.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    rounds.get(rounds.len() / 2).copied().unwrap_or_default()
}

pub(super) fn plant(bench: &Bench) -> Result<(Fleet, Frame), CommandError> {
    let mut config = bench.config.clone();
    config.fleet.breakers = DEVICES;
    let mut plant = Plant::new(fleet::plant_config(&config, &bench.loaded, utc_micros()))
        .map_err(|e: PlantError| StartError::from(e))?;
    plant.step(u64::from(plant.epoch().rate.hz()));
    Ok((plant.fleet(), plant.frame()))
}

fn session(fleet: Fleet) -> Result<EdgeSession, CommandError> {
    // A tick of nothing: each frame is one.
    let edge = EdgeConfig { report: Report::All, tick_ms: 0, ..EdgeConfig::new(GROUP, NODE) };
    EdgeSession::new(edge, fleet, None).map_err(|e| CommandError::Said(e.to_string()))
}

/// Where the edge node publishes its data.
fn topics(fleet: &Fleet) -> Vec<String> {
    let topic = |device: &Arc<str>| Topic::Device { group: GROUP, verb: Verb::Ddata, node: NODE, device }.to_string();
    fleet.devices.iter().map(topic).collect()
}

/// One DDATA as the edge node makes it.
fn data_message(fleet: &Fleet, frame: &Frame) -> Result<Vec<u8>, CommandError> {
    let mut session = session(fleet.clone())?;
    let now = UtcMillis(frame.utc.0.max(1_700_000_000_000));
    session.connect(now);
    session.frame(&Arc::new(Frame { utc: now, ..frame.clone() }), now);
    session.subscribed(now);
    let mut payloads = Vec::new();
    for n in 1..=4 {
        // The first data messages after a birth carry more than the ones that follow.
        payloads.clear();
        let later = UtcMillis(now.0 + 5 * n);
        session.frame(&Arc::new(Frame { utc: later, ..frame.clone() }), later);
        session.timeout(later);
        payloads.extend(std::iter::from_fn(|| session.poll_publish()).map(|p| p.payload.to_vec()));
    }
    payloads.sort_by_key(Vec::len);
    let middle = payloads.len() / 2;
    payloads.into_iter().nth(middle).ok_or_else(|| CommandError::Said("the edge node sends no data".into()))
}

/// What a publisher spent between its first and its last message.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spent {
    /// Processor time.
    pub(super) core: Duration,
    pub(super) messages: u64,
    pub(super) took: Duration,
}

impl Spent {
    pub(super) fn core_us(&self) -> f64 {
        self.core.as_secs_f64() * 1e6 / (self.messages as f64).max(1.0)
    }
}

/// One publisher against the subscriber for a while. The publisher has a thread of its own.
fn round(
    runtime: &tokio::runtime::Runtime,
    broker: &BrokerUrl,
    name: &str,
    seconds: Duration,
    publisher: impl FnOnce(BrokerUrl, Instant) -> Result<Spent, CommandError> + Send + 'static,
) -> Result<Round, CommandError> {
    let to = broker.clone();
    runtime.block_on(async {
        let subscriber =
            Subscriber::start(broker, &format!("spBv1.0/{GROUP}/#"), None).await.map_err(CommandError::Said)?;
        let warm_up = Duration::from_millis(700);
        let until = Instant::now() + warm_up + seconds;
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || publisher(to, until + Duration::from_millis(300)))?;
        tokio::time::sleep(warm_up).await;
        subscriber.count().await;
        let began = Instant::now();
        tokio::time::sleep(seconds).await;
        let tally = subscriber.end().await.map_err(CommandError::Said)?;
        let took = began.elapsed().as_secs_f64();
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        let spent = match joined {
            Ok(Ok(spent)) => spent?,
            _ => return Err(CommandError::Said("the publisher panicked".into())),
        };
        Ok(Round {
            rate: tally.messages as f64 / took,
            bytes: tally.bytes as f64 / took,
            core_us: spent.core_us(),
            gaps: tally.gaps as f64,
            lost: tally.lost as f64,
            metrics: tally.metrics as f64 / took,
        })
    })
}

fn on_one_thread<T>(work: impl Future<Output = T>) -> Result<T, CommandError> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work))
}

fn publish_bare(broker: &BrokerUrl, topics: &[String], payload: Vec<u8>, until: Instant) -> Spent {
    let work = async move {
        let mut options = MqttOptions::new("bench-bare", broker.host.clone(), broker.port);
        options.set_max_packet_size(1 << 24, 1 << 24);
        let (client, mut eventloop) = AsyncClient::new(options, WINDOW);
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        eventloop.set_network_options(network);
        let polling = tokio::spawn(async move { while eventloop.poll().await.is_ok() {} });
        let payload = bytes::Bytes::from(payload);
        let (meter, began, mut messages) = (Meter::of_thread(), Instant::now(), 0);
        while Instant::now() < until {
            for topic in topics {
                if client.publish_bytes(topic.as_str(), QoS::AtMostOnce, false, payload.clone()).await.is_err() {
                    break;
                }
                messages += 1;
            }
            tokio::task::yield_now().await;
        }
        polling.abort();
        Spent { core: meter.spent(), messages, took: began.elapsed() }
    };
    on_one_thread(work).unwrap_or_default()
}

pub(super) fn publish_as_edge(
    broker: BrokerUrl,
    fleet: Fleet,
    frame: Frame,
    until: Instant,
) -> Result<Spent, CommandError> {
    let session = session(fleet)?;
    on_one_thread(async move {
        let config = LinkConfig {
            brokers: vec![broker],
            login: None,
            wire: Wire::default(),
            origin: Origin { category: OriginCategory::StationControl, ident: "bench".into() },
            role: Role::Viewer,
            seed: 1,
            room: Room::default(),
        };
        let (requests, _unread) = mpsc::channel(1);
        let keep = Box::new(|_: &str, _: &str| Ok(()));
        let mut link = Link::spawn(Box::new(session), config, requests, RequestIds::default(), keep);
        let mut frames: Vec<Arc<Frame>> = (0..FRAMES).map(|_| Arc::new(frame.clone())).collect();
        while link.view.borrow().state != LinkState::Online {
            // The first frame starts the births; a view comes every quarter of a second.
            if link.frames.send(Arc::clone(&frames[0])).await.is_err() || Instant::now() > until {
                return Err(CommandError::Said("the edge node of the bench does not come online".into()));
            }
            if tokio::time::timeout(Duration::from_millis(300), link.view.changed()).await.is_err() {}
        }
        let (meter, began, first) = (Meter::of_thread(), Instant::now(), link.view.borrow().sent);
        let mut pace = tokio::time::interval(FILL_EVERY);
        pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while Instant::now() < until {
            pace.tick().await;
            let now = UtcMillis(utc_micros() / 1000);
            // Those that nobody holds any more.
            for shared in &mut frames {
                let Some(frame) = Arc::get_mut(shared) else { continue };
                frame.utc = now;
                if link.frames.send(Arc::clone(shared)).await.is_err() {
                    break;
                }
            }
        }
        let (core, took) = (meter.spent(), began.elapsed());
        // When the link has ended there is no newer view.
        let _ = link.view.changed().await;
        let messages = link.view.borrow().sent - first;
        link.stop().await;
        Ok(Spent { core, messages, took })
    })?
}
