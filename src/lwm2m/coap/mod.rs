//! LwM2M 1.1 over CoAP and UDP, without the socket: datagrams in, datagrams out, with the time passed in.
//!
//! One client is one endpoint with one socket, because a server knows it by its address. `exchange` repeats what is
//! not acknowledged and recognizes what came before, `transfer` cuts and joins large bodies, `request` says what a
//! request asks of the [`Core`].

mod exchange;
mod message;
mod request;
mod transfer;

#[cfg(test)]
mod tests;

use crate::control::{Answer, BreakerIx};
use crate::lwm2m::client::{Core, Errand, Notification, ObserveKey, Operation, Outcome, Registration, Reply};
use crate::lwm2m::codec::Format;
use crate::point::Frame;
use crate::session::{Incoming, Standing};
use crate::time::UtcMillis;
use coap_lite::{CoapOption, MessageClass, MessageType, Packet};
use exchange::{Before, Outstanding, Seen};
use message::{BLOCK_SZX, Block, code, get_number, number, packet, set_number, texts};
use std::collections::VecDeque;
use std::sync::Arc;
use transfer::{BodyKey, Outgoing, Taken};

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

    /// Sends what the registration has to send, and the notifications that are due.
    fn act(&mut self, now: UtcMillis) {
        if self.stopping {
            return;
        }
        let wishes = self.core.take_wishes();
        if wishes.register {
            self.registration.again(now);
        }
        self.registration.set_lifetime(self.core.account().lifetime_s, now);
        if wishes.update {
            self.registration.update_now(now);
        }
        match self.registration.poll(now) {
            Some(Errand::Register) => self.register(now),
            Some(Errand::Update { lifetime_s }) => {
                let mut message = self.request(2, &self.location.clone());
                if let Some(lifetime) = lifetime_s {
                    message.add_option(CoapOption::UriQuery, format!("lt={lifetime}").into_bytes());
                }
                self.send_confirmable(&message, What::Update, now);
            }
            None => {}
        }
        if self.registration.is_on() {
            while let Some(notification) = self.core.poll_notification(now) {
                self.notify(notification, now);
            }
        }
    }

    fn request(&mut self, method: u8, path: &[String]) -> Packet {
        let (id, token) = (self.id(), self.token());
        let mut message = packet(MessageType::Confirmable, method, id, &token);
        for part in path {
            message.add_option(CoapOption::UriPath, part.as_bytes().to_vec());
        }
        message
    }

    fn register(&mut self, now: UtcMillis) {
        self.core.registered_anew();
        self.observed.clear();
        self.location.clear();
        let mut message = self.request(2, &["rd".to_owned()]);
        set_number(&mut message, CoapOption::ContentFormat, u32::from(Format::Links.number()));
        for query in [
            format!("ep={}", self.name),
            format!("lt={}", self.registration.lifetime_s()),
            "lwm2m=1.1".to_owned(),
            "b=U".to_owned(),
        ] {
            message.add_option(CoapOption::UriQuery, query.into_bytes());
        }
        message.payload = self.core.registration_links().into_bytes();
        self.send_confirmable(&message, What::Register, now);
    }

    fn notify(&mut self, notification: Notification, now: UtcMillis) {
        let Notification { key, reply, confirm } = notification;
        if reply.code != 205 {
            return;
        }
        let Some(at) = self.observed.iter().position(|(known, ..)| *known == key) else { return };
        let confirm = confirm || now.0 >= self.observed[at].2.0 + CONFIRM_EVERY_MS;
        if confirm {
            self.observed[at].2 = now;
        }
        let body = self.observed[at].1.clone();
        let kind = if confirm { MessageType::Confirmable } else { MessageType::NonConfirmable };
        let id = self.id();
        let mut message = packet(kind, code(reply.code), id, &key);
        self.sequence = (self.sequence + 1) & 0xff_ffff;
        set_number(&mut message, CoapOption::Observe, self.sequence);
        self.fill(&mut message, reply, &body, Block { number: 0, more: false, szx: BLOCK_SZX });
        if self.notified.len() == NOTIFICATIONS {
            self.notified.pop_front();
        }
        self.notified.push_back((id, key.clone()));
        if confirm {
            self.send_confirmable(&message, What::Notify(key), now);
        } else {
            self.send(&message, now);
        }
    }

    /// Puts the asked part of a payload into a message; what does not fit is kept for later.
    fn fill(&mut self, message: &mut Packet, reply: Reply, body: &BodyKey, wanted: Block) {
        let block = Block { szx: wanted.szx.min(BLOCK_SZX), ..wanted };
        let start = wanted.number as usize * wanted.size();
        if reply.payload.len() <= block.size() && start == 0 {
            if let Some(format) = reply.format {
                set_number(message, CoapOption::ContentFormat, u32::from(format.number()));
            }
            message.payload = reply.payload;
            return;
        }
        if start >= reply.payload.len() {
            message.header.code = MessageClass::from(code(400));
            message.payload = b"there is no such block".to_vec();
            return;
        }
        let end = reply.payload.len().min(start + block.size());
        let more = end < reply.payload.len();
        if let Some(format) = reply.format {
            set_number(message, CoapOption::ContentFormat, u32::from(format.number()));
        }
        Block { number: (start / block.size()) as u32, more, szx: block.szx }.set(message, CoapOption::Block2);
        if start == 0 {
            set_number(message, CoapOption::Size2, reply.payload.len() as u32);
        }
        message.payload = reply.payload[start..end].to_vec();
        self.bodies.keep(body.clone(), reply);
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

    fn asked(&mut self, mut message: Packet, now: UtcMillis) {
        let id = message.header.message_id;
        match self.seen.before(id, now) {
            Before::Answered(answer) => {
                self.core.sent(answer.len(), now);
                self.out.push_back(answer);
                return;
            }
            Before::Unanswered => return,
            Before::New => {}
        }
        if message::has_unknown_critical(&message) {
            return self.answer(&message, Reply::error(402, "an option is not known"), false, now);
        }
        let key = body_key(&message);
        if let Some(block) = Block::of(&message, CoapOption::Block1) {
            match self.upload.take(key.clone(), block, &message.payload) {
                Taken::Whole(body) => message.payload = body,
                Taken::More => return self.answer(&message, Reply::code(231), false, now),
                Taken::OutOfOrder => {
                    return self.answer(&message, Reply::error(408, "a block is missing"), false, now);
                }
                Taken::TooLarge => {
                    let reason = format!("more than {} bytes", transfer::LARGEST);
                    return self.answer(&message, Reply::error(413, reason), false, now);
                }
            }
        }
        // A further part of what was asked before.
        if Block::of(&message, CoapOption::Block2).is_some_and(|b| b.number > 0)
            && let Some(reply) = self.bodies.get(&key).cloned()
        {
            return self.answer(&message, reply, false, now);
        }
        let operation = match request::operation(&message) {
            Ok(operation) => operation,
            Err(reply) => return self.answer(&message, reply, false, now),
        };
        let observe = match &operation {
            Operation::Observe(key, ..) | Operation::ObserveComposite(key, ..) => Some(key.clone()),
            Operation::CancelObserve(cancelled) => {
                // By CoAP a cancellation is a read that observes no more.
                let cancelled = cancelled.clone();
                self.forget(cancelled, now);
                message.clear_option(CoapOption::Observe);
                let outcome = request::operation(&message).map(|read| self.core.perform(read, now));
                if let Ok(Outcome::Reply(reply)) | Err(reply) = outcome {
                    self.answer(&message, reply, false, now);
                }
                return;
            }
            _ => None,
        };
        match self.core.perform(operation, now) {
            Outcome::Reply(reply) => {
                let observes = observe.filter(|_| reply.code == 205);
                if let Some(observation) = &observes {
                    self.observed.retain(|(known, ..)| known != observation);
                    self.observed.push((observation.clone(), key, now));
                }
                self.answer(&message, reply, observes.is_some(), now);
            }
            Outcome::Gate(number, command) => {
                let confirmable = message.header.get_type() == MessageType::Confirmable;
                let acknowledge_at = confirmable.then_some(UtcMillis(now.0 + PIGGYBACK_MS));
                self.pending.push(Pending { number, request: message, acknowledge_at });
                self.requests.push_back(Incoming { number, target: self.breaker, command });
            }
        }
    }

    /// Answers a request, in its acknowledgement if it has one.
    fn answer(&mut self, asked: &Packet, reply: Reply, observes: bool, now: UtcMillis) {
        let id = asked.header.message_id;
        let mut message = match asked.header.get_type() {
            MessageType::Confirmable => packet(MessageType::Acknowledgement, code(reply.code), id, asked.get_token()),
            _ => {
                let own = self.id();
                packet(MessageType::NonConfirmable, code(reply.code), own, asked.get_token())
            }
        };
        if observes {
            set_number(&mut message, CoapOption::Observe, self.sequence);
        }
        if let Some(block) = Block::of(asked, CoapOption::Block1) {
            block.set(&mut message, CoapOption::Block1);
        }
        let wanted = Block::of(asked, CoapOption::Block2).unwrap_or(Block { number: 0, more: false, szx: BLOCK_SZX });
        self.fill(&mut message, reply, &body_key(asked), wanted);
        let bytes = self.send(&message, now);
        self.seen.answered(id, &bytes);
    }

    /// New values.
    pub fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        self.core.frame(frame.clone(), now);
        self.act(now);
    }

    /// The gate answered.
    pub fn gate_answered(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        let reply = self.core.answered(number, &answer.result, now);
        let Some(at) = self.pending.iter().position(|p| p.number == number) else { return };
        let pending = self.pending.swap_remove(at);
        let confirmable = pending.request.header.get_type() == MessageType::Confirmable;
        if confirmable && pending.acknowledge_at.is_none() {
            // Acknowledged before: the response is a message of its own.
            let id = self.id();
            let mut message = packet(MessageType::Confirmable, code(reply.code), id, pending.request.get_token());
            message.payload = reply.payload;
            self.send_confirmable(&message, What::Response, now);
        } else {
            self.answer(&pending.request, reply, false, now);
        }
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

    /// A datagram in words, for the inspector.
    #[must_use]
    pub fn describe(&self, datagram: &[u8]) -> Vec<String> {
        let Ok(message) = Packet::from_bytes(datagram) else {
            return vec![format!("{} bytes, no CoAP message", datagram.len())];
        };
        let kind = match message.header.get_type() {
            MessageType::Confirmable => "CON",
            MessageType::NonConfirmable => "NON",
            MessageType::Acknowledgement => "ACK",
            MessageType::Reset => "RST",
        };
        let mut lines = vec![format!("{kind} {:?} id {}", message.header.code, message.header.message_id)];
        let path = texts(&message, CoapOption::UriPath).unwrap_or_default().join("/");
        if !path.is_empty() {
            lines.push(format!("uri = /{path}"));
        }
        lines.extend(texts(&message, CoapOption::UriQuery).unwrap_or_default());
        lines.extend(get_number(&message, CoapOption::Observe).map(|n| format!("observe = {n}")));
        if let Some(block) = Block::of(&message, CoapOption::Block2) {
            lines.push(format!("block2 = {}, more {}", block.number, block.more));
        }
        if !message.payload.is_empty() && message.get_option(CoapOption::Block2).is_none() {
            let format = get_number(&message, CoapOption::ContentFormat).and_then(|n| u16::try_from(n).ok());
            lines.extend(self.core.describe(format, path.parse().ok(), &message.payload));
        }
        lines
    }
}

/// What identifies the body of a request and its answer.
fn body_key(message: &Packet) -> BodyKey {
    let mut key = vec![u8::from(message.header.code)];
    for part in message.get_option(CoapOption::UriPath).into_iter().flatten() {
        key.push(b'/');
        key.extend_from_slice(part);
    }
    // Discovery and the formats of a read are bodies of their own. The blocks of an upload belong to one.
    key.extend(get_number(message, CoapOption::Accept).unwrap_or(u32::MAX).to_be_bytes());
    key
}
