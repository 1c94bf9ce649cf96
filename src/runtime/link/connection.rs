//! One MQTT 3.1.1 connection: made for one CONNECT and dropped with it.
//!
//! A client library would reconnect by itself with the old will and with whatever was still queued; both are wrong for
//! a session that gives every CONNECT a number. And it writes each message by itself; here what a tick brings leaves in
//! one write. Packets are read and written by the library.

use super::config::{Login, Wire};
use super::opening::{Closed, MAX_PACKET, Opened, open};
use super::reason;
use super::url::BrokerUrl;
use crate::session::{Connect, Publish, Qos};
use crate::time::UtcMillis;
use bytes::{BufMut, Bytes, BytesMut};
use rumqttc::{LastWill, Packet, PubAck, QoS, Subscribe, SubscribeFilter, SubscribeReasonCode};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes handed over and not yet taken by the socket, at which a session has to wait.
const WINDOW: usize = 256 * 1024;
/// Messages of one sample are counted together up to about so many bytes, a part of [`WINDOW`].
const BATCH: usize = 16 * 1024;
/// QoS 1 messages that may wait for their acknowledgement.
const UNACKNOWLEDGED: usize = 100;

/// What happened on a connection.
#[derive(Debug)]
pub(super) enum Happened {
    /// CONNACK.
    Connected,
    /// All subscriptions acknowledged.
    Subscribed,
    /// The broker refused a subscription.
    SubscriptionRefused(String),
    /// A message came in.
    Message { topic: String, payload: Bytes, retained: bool },
    /// Messages were written to the socket.
    Written { at: Instant, batches: Vec<InFlight> },
    /// The connection is over.
    Closed(Closed),
}

/// Messages of one sample between the queue and the socket.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) sampled: Option<UtcMillis>,
    pub(super) messages: u64,
    pub(super) bytes: usize,
}

type Opening = Pin<Box<dyn Future<Output = Result<Opened, Closed>> + Send>>;

enum Stage {
    Opening(Opening),
    Open(Opened),
    Over,
}

/// One connection.
pub(super) struct Connection {
    stage: Stage,
    filters: Vec<(String, Qos)>,
    events: VecDeque<Happened>,
    /// What the socket has not taken yet.
    out: BytesMut,
    /// Bytes ever put into `out`, and those the socket took.
    put: u64,
    taken: u64,
    /// The messages in `out`, each batch with the count of `put` at its end.
    in_flight: VecDeque<(u64, InFlight)>,
    /// TLS may hold back what was written until it is told to flush.
    unflushed: bool,
    unacknowledged: usize,
    packet_id: u16,
    keep_alive: Duration,
    ping_at: Instant,
    /// A PINGREQ is out and nothing came in since.
    unanswered: bool,
    /// DISCONNECT was put; when it is out, only the end is waited for.
    leaving: bool,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("out", &self.out.len()).finish_non_exhaustive()
    }
}

/// What the socket did.
enum Did {
    Wrote(io::Result<usize>),
    Flushed(io::Result<()>),
    Read(io::Result<usize>),
    Nothing,
}

impl Connection {
    /// Starts to connect; [`Connection::happened`] tells how it goes.
    pub(super) fn open(broker: &BrokerUrl, wire: &Wire, login: Option<&Login>, connect: Connect) -> Self {
        let keep_alive_s = wire.keep_alive_s.unwrap_or(connect.keep_alive_s).max(1);
        let mut packet = rumqttc::Connect::new(connect.client_id);
        packet.keep_alive = keep_alive_s;
        packet.last_will =
            connect.will.map(|will| LastWill::new(&*will.topic, will.payload.to_vec(), qos(will.qos), will.retain));
        let keep_alive = Duration::from_secs(u64::from(keep_alive_s));
        Self {
            stage: Stage::Opening(Box::pin(open(broker.clone(), wire.clone(), login.cloned(), packet))),
            filters: connect.subscriptions,
            events: VecDeque::new(),
            out: BytesMut::new(),
            put: 0,
            taken: 0,
            in_flight: VecDeque::new(),
            unflushed: false,
            unacknowledged: 0,
            packet_id: 0,
            keep_alive,
            ping_at: Instant::now() + keep_alive,
            unanswered: false,
            leaving: false,
        }
    }

    /// Whether one more message can be handed over.
    pub(super) fn has_room(&self) -> bool {
        self.is_connected() && !self.leaving && self.out.len() < WINDOW && self.unacknowledged < UNACKNOWLEDGED
    }

    /// Whether everything was written and, where that was asked, acknowledged.
    pub(super) fn is_idle(&self) -> bool {
        self.out.is_empty() && self.unacknowledged == 0
    }

    /// Whether CONNACK is here.
    pub(super) const fn is_connected(&self) -> bool {
        matches!(self.stage, Stage::Open(_))
    }

    /// Takes a message; it leaves with the next [`Connection::happened`].
    pub(super) fn publish(&mut self, publish: &Publish) {
        let at_least_once = publish.qos == Qos::AtLeastOnce;
        let id = at_least_once.then(|| self.next_packet_id());
        let before = self.out.len();
        write_publish(&mut self.out, publish, id);
        self.put += (self.out.len() - before) as u64;
        self.unacknowledged += usize::from(at_least_once);
        let bytes = publish.payload.len();
        match self.in_flight.back_mut() {
            Some((end, batch)) if batch.sampled == publish.sampled && batch.bytes < BATCH => {
                *end = self.put;
                batch.messages += 1;
                batch.bytes += bytes;
            }
            _ => self.in_flight.push_back((self.put, InFlight { sampled: publish.sampled, messages: 1, bytes })),
        }
    }

    /// Asks for an orderly end.
    pub(super) fn disconnect(&mut self) {
        self.put_packet(&Packet::Disconnect);
        self.leaving = true;
    }

    fn next_packet_id(&mut self) -> u16 {
        self.packet_id = self.packet_id.checked_add(1).unwrap_or(1);
        self.packet_id
    }

    /// Writes a packet of our own making; the library refuses only what is too long to be written at all.
    fn put_packet(&mut self, packet: &Packet) {
        let before = self.out.len();
        let done = match packet {
            Packet::Subscribe(p) => p.write(&mut self.out),
            Packet::PubAck(p) => p.write(&mut self.out),
            Packet::PingReq => rumqttc::PingReq.write(&mut self.out),
            _ => rumqttc::Disconnect.write(&mut self.out),
        };
        self.put += (self.out.len() - before) as u64;
        if let Err(e) = done {
            self.over(Closed::reached(format!("a packet cannot be written: {e}")));
        }
    }

    fn over(&mut self, closed: Closed) {
        self.stage = Stage::Over;
        self.events.push_back(Happened::Closed(closed));
    }

    /// Waits for what happens next. Can be dropped and called again: opening goes on where it was, and reads and writes
    /// lose nothing.
    pub(super) async fn happened(&mut self) -> Happened {
        loop {
            if let Some(happened) = self.events.pop_front() {
                return happened;
            }
            match &mut self.stage {
                Stage::Opening(opening) => match opening.as_mut().await {
                    Ok(opened) => self.opened(opened),
                    Err(closed) => self.over(closed),
                },
                Stage::Open(opened) => {
                    let ping_at = tokio::time::Instant::from_std(self.ping_at);
                    let did = tokio::select! {
                        did = write(&mut opened.write, &mut self.out), if !self.out.is_empty() || self.unflushed => did,
                        n = opened.read.read_buf(&mut opened.input) => Did::Read(n),
                        () = tokio::time::sleep_until(ping_at) => Did::Nothing,
                    };
                    self.take(did);
                }
                Stage::Over => std::future::pending().await,
            }
        }
    }

    /// What has happened already.
    pub(super) fn happened_already(&mut self) -> Option<Happened> {
        self.events.pop_front()
    }

    fn opened(&mut self, opened: Opened) {
        self.stage = Stage::Open(opened);
        self.ping_at = Instant::now() + self.keep_alive;
        self.events.push_back(Happened::Connected);
        if self.filters.is_empty() {
            self.events.push_back(Happened::Subscribed);
        } else {
            let filters = self.filters.iter().map(|(f, q)| SubscribeFilter::new(f.clone(), qos(*q))).collect();
            let pkid = self.next_packet_id();
            self.put_packet(&Packet::Subscribe(Subscribe { pkid, filters }));
        }
        self.parse();
    }

    fn take(&mut self, did: Did) {
        match did {
            Did::Wrote(Ok(n)) => {
                self.taken += n as u64;
                self.unflushed = true;
                let mut batches = Vec::new();
                while self.in_flight.front().is_some_and(|(end, _)| *end <= self.taken) {
                    batches.extend(self.in_flight.pop_front().map(|(_, batch)| batch));
                }
                if !batches.is_empty() {
                    self.events.push_back(Happened::Written { at: Instant::now(), batches });
                }
            }
            Did::Flushed(Ok(())) => self.unflushed = false,
            Did::Read(Ok(0)) if self.leaving => self.over(Closed::reached("disconnected")),
            Did::Read(Ok(0)) => self.over(Closed::reached("the broker closed the connection")),
            Did::Read(Ok(_)) => {
                self.unanswered = false;
                self.parse();
            }
            // The broker may close before it has read the end of what was said to it.
            Did::Wrote(Err(_)) | Did::Flushed(Err(_)) | Did::Read(Err(_)) if self.leaving => {
                self.over(Closed::reached("disconnected"));
            }
            Did::Wrote(Err(e)) | Did::Flushed(Err(e)) | Did::Read(Err(e)) => self.over(Closed::reached(reason::io(&e))),
            Did::Nothing if self.unanswered => self.over(Closed::reached("the broker does not answer any more")),
            Did::Nothing => {
                self.ping_at = Instant::now() + self.keep_alive;
                self.unanswered = true;
                self.put_packet(&Packet::PingReq);
            }
        }
    }

    /// Takes every whole packet that came in.
    fn parse(&mut self) {
        loop {
            let Stage::Open(opened) = &mut self.stage else { return };
            match Packet::read(&mut opened.input, MAX_PACKET) {
                Ok(packet) => self.packet(packet),
                Err(rumqttc::Error::InsufficientBytes(_)) => {
                    opened.input.reserve(8 * 1024);
                    return;
                }
                Err(e) => self.over(Closed::reached(format!("the broker sent what is no MQTT: {e}"))),
            }
        }
    }

    fn packet(&mut self, packet: Packet) {
        match packet {
            Packet::SubAck(ack) => {
                // 0x80 means refused (MQTT 3.1.1, 3.9.3).
                let refused = ack.return_codes.iter().position(|c| matches!(c, SubscribeReasonCode::Failure));
                self.events.push_back(match refused {
                    Some(at) => {
                        Happened::SubscriptionRefused(self.filters.get(at).map(|f| f.0.clone()).unwrap_or_default())
                    }
                    None => Happened::Subscribed,
                });
            }
            Packet::PubAck(_) => self.unacknowledged = self.unacknowledged.saturating_sub(1),
            Packet::Publish(publish) => {
                if publish.qos != QoS::AtMostOnce {
                    self.put_packet(&Packet::PubAck(PubAck::new(publish.pkid)));
                }
                self.events.push_back(Happened::Message {
                    topic: publish.topic,
                    payload: publish.payload,
                    retained: publish.retain,
                });
            }
            _ => {}
        }
    }
}

/// Writes what the socket takes; when there is nothing left, flushes.
async fn write(socket: &mut (impl AsyncWrite + Unpin), out: &mut BytesMut) -> Did {
    if out.is_empty() { Did::Flushed(socket.flush().await) } else { Did::Wrote(socket.write_buf(out).await) }
}

/// PUBLISH (MQTT 3.1.1, 3.3), straight into the buffer.
fn write_publish(out: &mut BytesMut, publish: &Publish, id: Option<u16>) {
    let topic = publish.topic.as_bytes();
    let mut left = 2 + topic.len() + if id.is_some() { 2 } else { 0 } + publish.payload.len();
    out.reserve(left + 5);
    out.put_u8(0x30 | u8::from(id.is_some()) << 1 | u8::from(publish.retain));
    loop {
        let low = (left & 0x7F) as u8;
        left >>= 7;
        out.put_u8(if left > 0 { low | 0x80 } else { low });
        if left == 0 {
            break;
        }
    }
    // Topics are made from ids, which are checked to be far shorter than 64 KiB.
    out.put_u16(topic.len() as u16);
    out.put_slice(topic);
    if let Some(id) = id {
        out.put_u16(id);
    }
    out.put_slice(&publish.payload);
}

const fn qos(qos: Qos) -> QoS {
    match qos {
        Qos::AtMostOnce => QoS::AtMostOnce,
        Qos::AtLeastOnce => QoS::AtLeastOnce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publish_is_read_by_the_library_as_it_was_meant() {
        for (size, qos, retain) in
            [(0, Qos::AtMostOnce, false), (127, Qos::AtLeastOnce, true), (300_000, Qos::AtMostOnce, true)]
        {
            let payload = Bytes::from(vec![7; size]);
            let publish = Publish { topic: "a/b".into(), payload, qos, retain, sampled: None };
            let mut out = BytesMut::new();
            write_publish(&mut out, &publish, (qos == Qos::AtLeastOnce).then_some(513));
            let Ok(Packet::Publish(read)) = Packet::read(&mut out, MAX_PACKET) else { panic!("no publish") };
            assert_eq!((read.topic.as_str(), read.payload.len(), read.retain), ("a/b", size, retain));
            assert_eq!(read.pkid, if qos == Qos::AtLeastOnce { 513 } else { 0 });
            assert!(out.is_empty());
        }
    }

    /// The bytes of MQTT 3.1.1, 3.3.1: QoS 1, retained, topic `a/b`, packet id 10.
    #[test]
    fn the_bytes_of_a_publish() {
        let publish = Publish {
            topic: "a/b".into(),
            payload: Bytes::from_static(b"x"),
            qos: Qos::AtLeastOnce,
            retain: true,
            sampled: None,
        };
        let mut out = BytesMut::new();
        write_publish(&mut out, &publish, Some(10));
        assert_eq!(&out[..], [0x33, 8, 0, 3, b'a', b'/', b'b', 0, 10, b'x']);
    }
}
