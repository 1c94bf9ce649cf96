//! The link over the embedded broker, watched by an independent subscriber.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use crate::sparkplug_rig::{fleet, named, plain_frame, shipped};
use breaker_console::control::{Answer, Command, Origin, OriginCategory, Request, Switch};
use breaker_console::point::Frame;
use breaker_console::profile::{Role, Value};
use breaker_console::runtime::broker::{Broker, BrokerError};
use breaker_console::runtime::link::Link;
use breaker_console::runtime::link::config::{LinkConfig, RequestIds, Wire};
use breaker_console::runtime::link::room::Room;
use breaker_console::runtime::link::url::BrokerUrl;
use breaker_console::runtime::link::view::LinkState;
use breaker_console::sparkplug::payload::{MetricValue, Payload};
use breaker_console::sparkplug::{EdgeConfig, EdgeSession};
use breaker_console::time::{Tick, UtcMillis};
use prost::Message;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// Longest wait for anything; nothing is measured by it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A message as the subscriber got it.
#[derive(Clone, Debug)]
struct Seen {
    topic: String,
    payload: Payload,
    retain: bool,
}

/// A subscriber of everything, until the broker goes.
struct Watcher {
    client: AsyncClient,
    seen: mpsc::UnboundedReceiver<Seen>,
}

impl Watcher {
    /// Returns when the subscription is acknowledged.
    async fn start(broker: SocketAddr) -> Self {
        let mut options = MqttOptions::new("watcher", broker.ip().to_string(), broker.port());
        options.set_max_packet_size(1 << 24, 1 << 24);
        let (client, mut eventloop) = AsyncClient::new(options, 100);
        let (tell, seen) = mpsc::unbounded_channel();
        let (ready, mut is_ready) = mpsc::unbounded_channel();
        let subscriber = client.clone();
        tokio::spawn(async move {
            loop {
                match eventloop.poll().await {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        subscriber.try_subscribe("spBv1.0/#", QoS::AtLeastOnce).unwrap();
                    }
                    Ok(Event::Incoming(Packet::SubAck(_))) => {
                        // Nobody waits for the second one.
                        let _ = ready.send(());
                    }
                    Ok(Event::Incoming(Packet::Publish(p))) => {
                        let Ok(payload) = Payload::decode(p.payload) else { continue };
                        if tell.send(Seen { topic: p.topic, payload, retain: p.retain }).is_err() {
                            return;
                        }
                    }
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        });
        tokio::time::timeout(PATIENCE, is_ready.recv()).await.expect("the subscription is acknowledged");
        Self { client, seen }
    }

    async fn next(&mut self) -> Seen {
        tokio::time::timeout(PATIENCE, self.seen.recv()).await.expect("a message").unwrap()
    }

    async fn until(&mut self, verb: &str) -> Seen {
        loop {
            let seen = self.next().await;
            if seen.topic.split('/').nth(2) == Some(verb) {
                return seen;
            }
        }
    }
}

pub(crate) type Kept = Arc<Mutex<Vec<(String, String)>>>;

pub(crate) struct Bench {
    pub(crate) link: Link,
    requests: mpsc::Receiver<Request>,
    pub(crate) kept: Kept,
    frame: Frame,
}

impl Bench {
    fn start(brokers: Vec<BrokerUrl>, config: EdgeConfig, devices: usize) -> Self {
        Self::start_with(brokers, Wire::default(), config, devices)
    }

    pub(crate) fn start_with(brokers: Vec<BrokerUrl>, wire: Wire, config: EdgeConfig, devices: usize) -> Self {
        let profile = shipped();
        let fleet = fleet(&profile, devices);
        let frame = plain_frame(&fleet, utc());
        let session = EdgeSession::new(config, fleet, None).unwrap();
        let (requests_out, requests) = mpsc::channel(8);
        let kept = Kept::default();
        let keep = Arc::clone(&kept);
        let config = LinkConfig {
            brokers,
            login: None,
            wire,
            origin: Origin { category: OriginCategory::StationControl, ident: "test".into() },
            role: Role::Operator,
            seed: 1,
            room: Room::default(),
        };
        let store = Box::new(move |name: &str, content: &str| {
            keep.lock().unwrap().push((name.to_owned(), content.to_owned()));
            Ok(())
        });
        let link = Link::spawn(Box::new(session), config, requests_out, RequestIds::default(), store);
        Self { link, requests, kept, frame }
    }

    fn set(&mut self, id: &str, value: Value) {
        let (ix, _) = shipped().parameter(id).map(|(ix, p)| (ix, p.id.clone())).unwrap();
        self.frame.breakers[0][ix.0].value = Some(value);
    }

    pub(crate) async fn send_frame(&mut self) {
        self.frame.utc = UtcMillis(utc());
        self.link.frames.send(Arc::new(self.frame.clone())).await.unwrap();
    }

    pub(crate) async fn state(&mut self, wanted: LinkState) {
        let wait = self.link.view.wait_for(|v| v.state == wanted);
        tokio::time::timeout(PATIENCE, wait).await.expect("the link gets there").unwrap();
    }
}

fn utc() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

fn url(address: SocketAddr) -> BrokerUrl {
    address.into()
}

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

fn bd_seq(seen: &Seen) -> Option<MetricValue> {
    seen.payload.metrics.iter().find(|m| m.name.as_deref() == Some("bdSeq"))?.value.clone()
}

#[tokio::test]
async fn births_data_and_deaths_reach_a_subscriber() {
    let broker = Broker::start(any_port()).await.unwrap();
    let mut watcher = Watcher::start(broker.address()).await;
    let mut bench = Bench::start(vec![url(broker.address())], EdgeConfig::new("IIoT", "MDB-A"), 2);
    bench.send_frame().await;
    let birth = watcher.next().await;
    assert_eq!(birth.topic, "spBv1.0/IIoT/NBIRTH/MDB-A");
    assert_eq!((birth.payload.seq, birth.retain), (Some(0), false));
    assert_eq!(bd_seq(&birth), Some(MetricValue::Long(0)));
    assert_eq!(watcher.next().await.topic, "spBv1.0/IIoT/DBIRTH/MDB-A/smart-breaker-001");
    assert_eq!(watcher.next().await.topic, "spBv1.0/IIoT/DBIRTH/MDB-A/smart-breaker-002");
    bench.state(LinkState::Online).await;

    bench.set("BreakerStatus", Value::Int(2));
    bench.send_frame().await;
    let data = watcher.until("DDATA").await;
    assert_eq!(data.payload.seq, Some(3));
    assert_eq!(data.payload.metrics[0].value, Some(MetricValue::Int(2)));

    bench.link.stop().await;
    // MQTT keeps the order within one QoS level only: the node's death (QoS 1) may overtake those of its devices.
    let mut deaths = Vec::new();
    while deaths.len() < 3 {
        let seen = watcher.next().await;
        if seen.topic.contains("DEATH") {
            assert_eq!(seen.payload.seq.is_none(), seen.topic.contains("NDEATH"), "{seen:?}");
            deaths.push(seen.topic);
        }
    }
    deaths.sort();
    assert_eq!(
        deaths,
        [
            "spBv1.0/IIoT/DDEATH/MDB-A/smart-breaker-001",
            "spBv1.0/IIoT/DDEATH/MDB-A/smart-breaker-002",
            "spBv1.0/IIoT/NDEATH/MDB-A"
        ]
    );
    broker.stop().await;
}

#[tokio::test]
async fn a_command_becomes_a_request_and_its_answer_an_echo() {
    let broker = Broker::start(any_port()).await.unwrap();
    let mut watcher = Watcher::start(broker.address()).await;
    let mut bench = Bench::start(vec![url(broker.address())], EdgeConfig::new("IIoT", "MDB-A"), 1);
    bench.send_frame().await;
    watcher.until("DBIRTH").await;
    let trip = Payload { metrics: vec![named("Control/Trip", MetricValue::Boolean(true))], ..Payload::default() };
    let topic = "spBv1.0/IIoT/DCMD/MDB-A/smart-breaker-001";
    watcher.client.publish(topic, QoS::AtMostOnce, false, trip.encode_to_vec()).await.unwrap();
    let request = tokio::time::timeout(PATIENCE, bench.requests.recv()).await.unwrap().unwrap();
    assert!(matches!(request.command, Command::Direct(Switch::Trip, _)), "{request:?}");
    assert_eq!((request.role, request.origin.category), (Role::Operator, OriginCategory::StationControl));
    let answer = Answer { id: request.id, target: request.target, tick: Tick(1), result: Ok(()) };
    bench.link.answers.send(answer).unwrap();
    let echo = watcher.until("DDATA").await;
    let values: Vec<_> = echo.payload.metrics.iter().map(|m| m.value.clone()).collect();
    assert_eq!(values, [Some(MetricValue::Boolean(true)), Some(MetricValue::Boolean(false))]);
    bench.link.stop().await;
    broker.stop().await;
}

#[tokio::test]
async fn a_broker_that_comes_back_is_found_and_bd_seq_moves_by_one() {
    let broker = Broker::start(any_port()).await.unwrap();
    let address = broker.address();
    let mut watcher = Watcher::start(address).await;
    let mut bench = Bench::start(vec![url(address)], EdgeConfig::new("IIoT", "MDB-A"), 1);
    bench.send_frame().await;
    assert_eq!(bd_seq(&watcher.until("NBIRTH").await), Some(MetricValue::Long(0)));
    bench.state(LinkState::Online).await;
    broker.stop().await;
    bench.state(LinkState::Offline).await;
    // A trip while nobody listens.
    bench.set("BreakerStatus", Value::Int(2));
    bench.send_frame().await;

    let broker = Broker::start(address).await.unwrap();
    let mut watcher = Watcher::start(address).await;
    bench.state(LinkState::Online).await;
    // The subscriber may have come after the births; a rebirth shows them again, with the same bdSeq.
    let rebirth = named("Node Control/Rebirth", MetricValue::Boolean(true));
    let rebirth = Payload { metrics: vec![rebirth], ..Payload::default() }.encode_to_vec();
    watcher.client.publish("spBv1.0/IIoT/NCMD/MDB-A", QoS::AtMostOnce, false, rebirth).await.unwrap();
    assert_eq!(bd_seq(&watcher.until("NBIRTH").await), Some(MetricValue::Long(1)));
    let kept: Vec<String> = bench.kept.lock().unwrap().iter().map(|(_, c)| c.trim().to_owned()).collect();
    assert_eq!(kept.first().map(String::as_str), Some("0"));
    assert!(kept[1..].iter().all(|k| k == "1"), "attempts that reached nobody use up nothing: {kept:?}");
    bench.link.stop().await;
    broker.stop().await;
}

#[tokio::test]
async fn the_next_broker_of_the_list_is_tried() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let dead_address = dead.local_addr().unwrap();
    drop(dead);
    let broker = Broker::start(any_port()).await.unwrap();
    let urls = vec![url(dead_address), url(broker.address())];
    let mut bench = Bench::start(urls, EdgeConfig::new("IIoT", "MDB-A"), 1);
    bench.send_frame().await;
    bench.state(LinkState::Online).await;
    assert_eq!(bench.link.view.borrow().broker.as_ref(), broker.address().to_string());
    bench.link.stop().await;
    broker.stop().await;
}

#[tokio::test]
async fn two_instances_on_one_id_say_so() {
    let broker = Broker::start(any_port()).await.unwrap();
    let one = Bench::start(vec![url(broker.address())], EdgeConfig::new("IIoT", "MDB-A"), 1);
    let other = Bench::start(vec![url(broker.address())], EdgeConfig::new("IIoT", "MDB-A"), 1);
    let told = |bench: &Bench| {
        let mut view = bench.link.view.clone();
        async move { view.wait_for(|v| v.reason.contains("second program")).await.unwrap().reason.to_string() }
    };
    let (one_told, other_told) = (told(&one), told(&other));
    let first = async {
        tokio::select! {
            reason = one_told => reason,
            reason = other_told => reason,
        }
    };
    let reason = tokio::time::timeout(PATIENCE, first).await.unwrap();
    assert!(reason.contains("thrown out again 3 times") && reason.contains("Next try in 30 s"), "{reason}");
    one.link.stop().await;
    other.link.stop().await;
    broker.stop().await;
}

#[tokio::test]
async fn a_dead_link_says_why() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = dead.local_addr().unwrap();
    drop(dead);
    let mut bench = Bench::start(vec![url(address)], EdgeConfig::new("IIoT", "MDB-A"), 1);
    let wait = bench.link.view.wait_for(|v| v.state == LinkState::Offline && !v.reason.is_empty());
    let reason = tokio::time::timeout(PATIENCE, wait).await.unwrap().unwrap().reason.to_string();
    assert_eq!(reason, format!("{address}: nothing listens there"));
    bench.link.stop().await;
}

#[tokio::test]
async fn a_taken_port_is_a_clear_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    match Broker::start(address).await {
        Err(error @ BrokerError::Taken(_)) => {
            let text = error.to_string();
            assert!(text.contains(&address.to_string()) && text.contains("--listen"), "{text}");
        }
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("two listeners on one port"),
    }
}
