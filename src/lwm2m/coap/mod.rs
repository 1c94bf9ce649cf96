//! LwM2M 1.1 over CoAP and UDP, without the socket: datagrams in, datagrams out, with the time passed in.
//!
//! One client is one endpoint with one socket, because a server knows it by its address. `exchange` repeats what is
//! not acknowledged and recognizes what came before, `transfer` cuts and joins large bodies, `request` says what a
//! request asks of the [`Core`]. `answering` is what the server wants, `telling` what the client says by itself.

mod answering;
mod describe;
mod exchange;
mod message;
mod request;
mod telling;
mod transfer;

#[cfg(test)]
mod tests;

use crate::control::BreakerIx;
use crate::lwm2m::client::{Core, ObserveKey, Operation, Registration};
use crate::point::Frame;
use crate::session::{Incoming, Standing};
use crate::time::UtcMillis;
use coap_lite::{CoapOption, MessageClass, MessageType, Packet};
use exchange::{Outstanding, Seen};
use message::{number, packet, texts};
use std::collections::VecDeque;
use std::sync::Arc;
use transfer::{BodyKey, Outgoing};

/// How long the gate may take before the request is acknowledged by itself, milliseconds.
const PIGGYBACK_MS: i64 = 500;
/// A notification in so many milliseconds is confirmable, so that a server that went is noticed (RFC 7641, 4.5).
const CONFIRM_EVERY_MS: i64 = 60_000;
/// Notifications remembered, to know which observation a reset is about.
const NOTIFICATIONS: usize = 64;

/// What waits for an acknowledgement or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Register,
    Update,
    Deregister,
    Notify(ObserveKey),
    Response,
}

/// A request that waits for the gate.
#[derive(Debug)]
struct Pending {
    number: u64,
    request: Packet,
    acknowledge_at: Option<UtcMillis>,
}

/// The client of one breaker.
#[derive(Debug)]
pub struct Endpoint {
    core: Core,
    registration: Registration,
    name: Arc<str>,
    breaker: BreakerIx,
    location: Vec<String>,
    next_id: u16,
    next_token: u32,
    outstanding: Outstanding<What>,
    seen: Seen,
    pending: Vec<Pending>,
    bodies: Outgoing,
    upload: transfer::Incoming,
    /// Observation, what identifies its body, and when it was last confirmed.
    observed: Vec<(ObserveKey, BodyKey, UtcMillis)>,
    notified: VecDeque<(u16, ObserveKey)>,
    sequence: u32,
    out: VecDeque<Vec<u8>>,
    requests: VecDeque<Incoming>,
    malformed: u64,
    given_up: u64,
    stopping: bool,
}

impl Endpoint {
    /// A client with a name at the server. `seed` decides the first message id and token, which should differ from those
    /// before a restart (RFC 7252, 4.4).
    #[must_use]
    pub fn new(core: Core, name: Arc<str>, breaker: BreakerIx, seed: u64) -> Self {
        Self {
            registration: Registration::new(core.account().lifetime_s, &name),
            core,
            name,
            breaker,
            location: Vec::new(),
            next_id: seed as u16,
            next_token: (seed >> 16) as u32,
            outstanding: Outstanding::default(),
            seen: Seen::default(),
            pending: Vec::new(),
            bodies: Outgoing::default(),
            upload: transfer::Incoming::default(),
            observed: Vec::new(),
            notified: VecDeque::new(),
            sequence: 1,
            out: VecDeque::new(),
            requests: VecDeque::new(),
            malformed: 0,
            given_up: 0,
            stopping: false,
        }
    }

    /// The socket is there: register.
    pub fn started(&mut self, now: UtcMillis) {
        self.registration.connected(now);
        self.act(now);
    }

    fn id(&mut self) -> u16 {
        self.next_id = self.next_id.wrapping_add(1);
        self.next_id
    }

    fn token(&mut self) -> Vec<u8> {
        self.next_token = self.next_token.wrapping_add(1);
        self.next_token.to_be_bytes().to_vec()
    }

    fn send(&mut self, message: &Packet, now: UtcMillis) -> Vec<u8> {
        match message.to_bytes() {
            Ok(bytes) => {
                self.core.sent(bytes.len(), now);
                self.out.push_back(bytes.clone());
                bytes
            }
            // Every message made here fits; one that does not is not sent.
            Err(_) => Vec::new(),
        }
    }

    fn send_confirmable(&mut self, message: &Packet, what: What, now: UtcMillis) {
        let (id, token) = (message.header.message_id, message.get_token().to_vec());
        let bytes = self.send(message, now);
        // Ids count up, so that their scattering is as good a factor as a random number.
        let spread = i64::from(id.wrapping_mul(40_503) % 1000);
        self.outstanding.push(id, token, what, bytes, spread, now);
    }

    /// A datagram came from the server.
    pub fn received(&mut self, datagram: &[u8], now: UtcMillis) {
        self.core.received(datagram.len(), now);
        let Ok(message) = Packet::from_bytes(datagram) else {
            self.malformed += 1;
            return;
        };
        let id = message.header.message_id;
        match (message.header.get_type(), message.header.code) {
            (MessageType::Acknowledgement, MessageClass::Empty) => {
                if let Some(sent) = self.outstanding.take(id) {
                    // A notification or response needs no more; to a request the answer follows.
                    if matches!(sent.what, What::Register | What::Update | What::Deregister) {
                        self.outstanding.acknowledged(sent, now);
                    }
                }
            }
            (MessageType::Acknowledgement, _) => {
                if let Some(sent) = self.outstanding.take(id) {
                    self.response(sent.what, &message, now);
                }
            }
            (MessageType::Reset, _) => {
                let key = self.notified.iter().find(|(known, _)| *known == id).map(|(_, key)| key.clone());
                if let Some(sent) = self.outstanding.take(id)
                    && !matches!(sent.what, What::Notify(_) | What::Response)
                {
                    self.registration.failed(now);
                }
                if let Some(key) = key {
                    self.forget(key, now);
                }
            }
            (_, MessageClass::Request(_)) => self.asked(message, now),
            (kind, MessageClass::Response(_)) => {
                let sent = self.outstanding.take_token(message.get_token());
                if kind == MessageType::Confirmable {
                    let answer = if sent.is_some() { MessageType::Acknowledgement } else { MessageType::Reset };
                    self.send(&packet(answer, 0, id, &[]), now);
                }
                if let Some(sent) = sent {
                    self.response(sent.what, &message, now);
                }
            }
            // A ping (RFC 7252, 4.3).
            (MessageType::Confirmable, _) => {
                self.send(&packet(MessageType::Reset, 0, id, &[]), now);
            }
            (MessageType::NonConfirmable, _) => {}
        }
        self.act(now);
    }

    fn forget(&mut self, key: ObserveKey, now: UtcMillis) {
        self.observed.retain(|(known, ..)| *known != key);
        // It may have ended before.
        let _ = self.core.perform(Operation::CancelObserve(key), now);
    }

    fn response(&mut self, what: What, message: &Packet, now: UtcMillis) {
        match (what, number(message)) {
            (What::Register, 201) => {
                self.location = texts(message, CoapOption::LocationPath).unwrap_or_default();
                self.registration.accepted(now);
            }
            (What::Update, 204) => self.registration.accepted(now),
            (What::Register | What::Update, _) => self.registration.failed(now),
            (What::Deregister | What::Notify(_) | What::Response, _) => {}
        }
    }

    /// New values.
    pub fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        self.core.frame(frame.clone(), now);
        self.act(now);
    }

    /// Time passed.
    pub fn timeout(&mut self, now: UtcMillis) {
        let (again, lost) = self.outstanding.timeout(now);
        self.out.extend(again);
        for sent in lost {
            self.given_up += 1;
            match sent.what {
                What::Register | What::Update => self.registration.failed(now),
                What::Notify(key) => self.forget(key, now),
                What::Deregister | What::Response => {}
            }
        }
        let mut acknowledge = Vec::new();
        for pending in &mut self.pending {
            if pending.acknowledge_at.is_some_and(|at| at <= now) {
                pending.acknowledge_at = None;
                acknowledge.push(pending.request.header.message_id);
            }
        }
        for id in acknowledge {
            let bytes = self.send(&packet(MessageType::Acknowledgement, 0, id, &[]), now);
            self.seen.answered(id, &bytes);
        }
        self.core.timeout(now);
        self.act(now);
    }

    /// When to call [`Endpoint::timeout`] next.
    #[must_use]
    pub fn next_timeout(&self) -> Option<UtcMillis> {
        let gate = self.pending.iter().filter_map(|p| p.acknowledge_at).min();
        let core = self.core.next_timeout().filter(|_| self.registration.is_on());
        let own = self.registration.next_timeout().filter(|_| !self.stopping);
        self.outstanding.next_timeout().into_iter().chain(gate).chain(core).chain(own).min()
    }

    /// The program ends: de-register.
    pub fn stop(&mut self, now: UtcMillis) {
        self.stopping = true;
        if self.registration.is_on() && !self.location.is_empty() {
            self.outstanding.clear();
            let message = self.request(4, &self.location.clone());
            self.send_confirmable(&message, What::Deregister, now);
        }
    }

    /// Whether nothing waits for the server any more.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.out.is_empty() && self.outstanding.next_timeout().is_none()
    }

    /// The next datagram to send.
    pub fn poll_datagram(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// The next request for the gate.
    pub fn poll_request(&mut self) -> Option<Incoming> {
        self.requests.pop_front()
    }

    /// How many messages were repeated in vain.
    #[must_use]
    pub const fn given_up(&self) -> u64 {
        self.given_up
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self, now: UtcMillis) -> Standing {
        Standing {
            online: self.registration.is_on(),
            waiting_for: (!self.registration.is_on()).then(|| "the LwM2M server".into()),
            lifetime_s: self.registration.left_s(now),
            malformed: self.malformed,
            ..Standing::default()
        }
    }
}
