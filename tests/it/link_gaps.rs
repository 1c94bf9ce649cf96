//! What a broker reads from the socket has no gap, however slowly it reads: a gap that a subscriber sees is of the
//! broker's making.

use crate::link::PATIENCE;
use crate::sparkplug_rig::{fleet, plain_frame, shipped};
use breaker_console::control::{Origin, OriginCategory};
use breaker_console::profile::{Role, Value};
use breaker_console::runtime::link::Link;
use breaker_console::runtime::link::config::{LinkConfig, RequestIds, Wire};
use breaker_console::runtime::link::room::Room;
use breaker_console::sparkplug::payload::{MetricValue, Payload};
use breaker_console::sparkplug::{EdgeConfig, EdgeSession, Report};
use breaker_console::time::UtcMillis;
use bytes::BytesMut;
use prost::Message;
use rumqttc::{ConnAck, ConnectReturnCode, Packet, PubAck, SubAck, SubscribeReasonCode};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const DEVICES: usize = 64;
/// While the broker reads nothing, these fill every buffer between it and the edge node: 16 MB of messages.
const FRAMES: i64 = 300;
const STALLS: i64 = 3;
const MAX_PACKET: usize = 1 << 24;

/// A broker of one client, that reads only when it is told to.
struct SlowBroker {
    socket: TcpStream,
    input: BytesMut,
}

impl SlowBroker {
    async fn accept(listener: &TcpListener) -> Self {
        let (socket, _) = tokio::time::timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
        Self { socket, input: BytesMut::with_capacity(1 << 20) }
    }

    /// The next PUBLISH; everything else is answered.
    async fn publish(&mut self) -> rumqttc::Publish {
        loop {
            match Packet::read(&mut self.input, MAX_PACKET) {
                Ok(Packet::Publish(publish)) => return publish,
                Ok(packet) => self.answer(packet).await,
                Err(_) => {
                    let read = self.socket.read_buf(&mut self.input);
                    assert!(tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap() > 0, "the link goes on");
                }
            }
        }
    }

    async fn answer(&mut self, packet: Packet) {
        let mut out = BytesMut::new();
        match packet {
            Packet::Connect(_) => ConnAck::new(ConnectReturnCode::Success, false).write(&mut out).unwrap(),
            Packet::Subscribe(s) => {
                let codes = s.filters.iter().map(|f| SubscribeReasonCode::Success(f.qos)).collect();
                SubAck::new(s.pkid, codes).write(&mut out).unwrap()
            }
            Packet::Publish(p) => PubAck::new(p.pkid).write(&mut out).unwrap(),
            _ => 0,
        };
        self.socket.write_all(&out).await.unwrap();
    }
}

fn link(broker: std::net::SocketAddr, session: EdgeSession) -> Link {
    let config = LinkConfig {
        brokers: vec![broker.into()],
        login: None,
        wire: Wire::default(),
        origin: Origin { category: OriginCategory::StationControl, ident: "test".into() },
        role: Role::Viewer,
        seed: 1,
        room: Room::default(),
    };
    let (requests, _none) = mpsc::channel(1);
    Link::spawn(Box::new(session), config, requests, RequestIds::default(), Box::new(|_, _| Ok(())))
}

#[tokio::test]
async fn no_gap_and_no_event_lost_however_slowly_the_broker_reads() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let profile = shipped();
    let fleet = fleet(&profile, DEVICES);
    let mut frame = plain_frame(&fleet, 1_700_000_000_000);
    let config = EdgeConfig { report: Report::All, tick_ms: 0, ..EdgeConfig::new("IIoT", "MDB-A") };
    let link = link(listener.local_addr().unwrap(), EdgeSession::new(config, fleet, None).unwrap());
    // An event that takes a new value with each frame.
    let (count, _) = profile.parameter("TripCount").unwrap();
    let metric = profile.sparkplug.metrics.iter().find(|m| m.parameter == count).unwrap();
    let alias = (1 << 16) | u64::from(metric.alias);
    let count_in = |payload: &Payload| match payload.metrics.iter().find(|m| m.alias == Some(alias))?.value {
        Some(MetricValue::Int(n)) => Some(i64::from(n)),
        _ => None,
    };
    link.frames.send(Arc::new(frame.clone())).await.unwrap();
    let mut broker = SlowBroker::accept(&listener).await;
    let mut next_seq = 0;
    let mut next = async || {
        let publish = broker.publish().await;
        let payload = Payload::decode(publish.payload).unwrap();
        assert_eq!(payload.seq, Some(next_seq), "the next number on {}", publish.topic);
        next_seq = (next_seq + 1) % 256;
        (publish.topic, payload)
    };
    while next().await.0 != format!("spBv1.0/IIoT/DBIRTH/MDB-A/smart-breaker-{DEVICES:03}") {}
    let (mut seen, mut messages) = (0, 0_u64);
    for stall in 1..=STALLS {
        for n in 1 + seen..=stall * FRAMES {
            frame.utc = UtcMillis(frame.utc.0 + 1);
            frame.breakers[0][count.0].value = Some(Value::Int(1000 + n));
            link.frames.send(Arc::new(frame.clone())).await.unwrap();
        }
        while seen < stall * FRAMES {
            let (topic, payload) = next().await;
            assert!(topic.contains("DDATA"), "{topic}");
            messages += 1;
            if let Some(n) = count_in(&payload) {
                assert_eq!(n, 1000 + seen + 1, "every event, in order");
                seen += 1;
            }
        }
    }
    assert!(messages > 2 * (STALLS * FRAMES) as u64, "measurements came between the events: {messages}");
    drop(listener);
    link.stop().await;
}
