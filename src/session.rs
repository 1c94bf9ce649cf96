//! What a protocol session is to the program that drives it.
//!
//! A session is a state machine without sockets: it is told what happened and asked what to send. The runtime owns the
//! connection, the clock and the queue; `now` is wall-clock time that never runs backwards. Both protocol rooms
//! implement [`Session`]; one driver in the runtime runs either.

pub mod misbehaviour;

use crate::control::{Answer, BreakerIx, Command};
use crate::point::Frame;
use crate::record::Record;
use crate::time::UtcMillis;
use bytes::Bytes;
use misbehaviour::{Misbehaviour, Misbehaviours};
use std::sync::Arc;

/// Delivery guarantee of MQTT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Qos {
    /// At most once.
    AtMostOnce,
    /// At least once.
    AtLeastOnce,
}

/// A message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Topic.
    pub topic: Arc<str>,
    /// Payload.
    pub payload: Bytes,
    /// Guarantee.
    pub qos: Qos,
    /// The broker keeps it.
    pub retain: bool,
    /// When the values in it were sampled, for the latency figure.
    pub sampled: Option<UtcMillis>,
}

/// What to connect with; asked anew for every CONNECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// MQTT client id.
    pub client_id: String,
    /// Last will; an observer leaves none.
    pub will: Option<Publish>,
    /// Topic filters to subscribe, each with its guarantee; [`Session::subscribed`] follows when all are acknowledged.
    pub subscriptions: Vec<(String, Qos)>,
    /// Keep alive in seconds.
    pub keep_alive_s: u16,
}

/// A request that came in over the link, with the session's own number for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// The session's number, given back with the answer.
    pub number: u64,
    /// Which breaker.
    pub target: BreakerIx,
    /// What.
    pub command: Command,
}

/// How a session stands, for screens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Births are out, or the registration was accepted: data flows.
    pub online: bool,
    /// What it waits for when not online.
    pub waiting_for: Option<Arc<str>>,
    /// Newest sequence number, for protocols that have one.
    pub seq: Option<u8>,
    /// bdSeq, for protocols that have one.
    pub bd_seq: Option<u8>,
    /// Seconds of registration lifetime left, for protocols that have one.
    pub lifetime_s: Option<u64>,
    /// Payloads that could not be understood.
    pub malformed: u64,
    /// Measurements dropped by a full buffer.
    pub dropped: u64,
    /// Values kept for a time at which they can be told.
    pub kept: u64,
    /// Faults on purpose that are on.
    pub misbehaving: Misbehaviours,
}

/// A protocol session.
pub trait Session: Send {
    /// Name for screens and logs.
    fn name(&self) -> Arc<str>;

    /// What the next CONNECT carries. Called once a connection attempt, before a byte is sent.
    fn connect(&mut self, now: UtcMillis) -> Connect;

    /// The connection of the last [`Session::connect`] could not be opened: not a byte of it was sent.
    fn unreached(&mut self, now: UtcMillis) {
        self.disconnected(now);
    }

    /// All subscriptions of [`Session::connect`] are acknowledged.
    fn subscribed(&mut self, now: UtcMillis);

    /// The connection is gone.
    fn disconnected(&mut self, now: UtcMillis);

    /// A message came in.
    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis);

    /// New values.
    fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis);

    /// Something happened.
    fn record(&mut self, record: &Record, now: UtcMillis);

    /// The gate answered a request of this session.
    fn answer(&mut self, number: u64, answer: &Answer, now: UtcMillis);

    /// Time passed; called at or after [`Session::next_timeout`].
    fn timeout(&mut self, now: UtcMillis);

    /// When to call [`Session::timeout`] next.
    fn next_timeout(&self) -> Option<UtcMillis>;

    /// The program ends: queue the good-byes.
    fn stop(&mut self, now: UtcMillis);

    /// The session wants the connection closed and a new one made.
    fn wants_reconnect(&mut self) -> bool {
        false
    }

    /// The session wants the connection cut without a good-bye, and a new one made.
    fn wants_cut(&mut self) -> bool {
        false
    }

    /// The faults on purpose that it has.
    fn misbehaviours(&self) -> &'static [Misbehaviour] {
        &[]
    }

    /// Switches a fault on purpose.
    ///
    /// # Errors
    /// Why it does not have it.
    fn misbehave(&mut self, _what: Misbehaviour, _on: bool, _now: UtcMillis) -> Result<(), &'static str> {
        Err("this link cannot misbehave on purpose")
    }

    /// The next message to publish.
    fn poll_publish(&mut self) -> Option<Publish>;

    /// The next request for the gate.
    fn poll_request(&mut self) -> Option<Incoming>;

    /// What must be on disk before the next CONNECT: name of a small file and its content.
    fn poll_store(&mut self) -> Option<(String, String)> {
        None
    }

    /// How it stands.
    fn standing(&self, now: UtcMillis) -> Standing;

    /// A payload in words, one line an item, for the inspector.
    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String>;
}
