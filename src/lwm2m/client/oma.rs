//! OMA's binding over MQTT (OMA TS LightweightM2M Transport 1.2, 8): binding letter M, one topic for both directions.
//!
//! Client and server publish to the same topic, so that each hears itself: requests that only a client sends are passed
//! over here. Requests of this client have odd tokens; a response counts only for a token that is waited for, and a
//! server with even tokens can never be mistaken for the echo of an answer.

mod translate;

use super::Core;
use super::operation::{Outcome, Reply};
use super::pace::Pace;
use super::registration::{Errand, Registration};
use crate::control::{Answer, BreakerIx};
use crate::lwm2m::codec::frame::{Frame as Envelope, Head, Operation as Number};
use crate::lwm2m::codec::{self, Format};
use crate::lwm2m::topic::{EndpointError, SERVER_STATUS, Topics};
use crate::lwm2m::{document, object};
use crate::point::{Fleet, Frame, Reading};
use crate::profile::Value;
use crate::record::Record;
use crate::session::{Connect, Incoming, Publish, Qos, Session, Standing};
use crate::time::UtcMillis;
use std::collections::VecDeque;
use std::sync::Arc;
use translate::{operation, response};

/// How long a server may take to answer, milliseconds.
const ANSWER_MS: i64 = 10_000;

/// Requests answered lately, so that one delivered twice (QoS 1) acts once.
const REMEMBERED: usize = 64;

/// How the session behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OmaConfig {
    /// Values go out by Send; without it only by observation.
    pub send: bool,
    /// Every measured value at each Send instead of what changed; anything else when it changes.
    pub report_all: bool,
    /// Pace of Send, milliseconds; states do not wait for it.
    pub tick_ms: i64,
}

/// What a response is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    Register,
    Update,
}

/// The session of one breaker.
pub struct OmaClient {
    config: OmaConfig,
    core: Core,
    registration: Registration,
    fleet: Fleet,
    breaker: BreakerIx,
    endpoint: Arc<str>,
    topics: Topics,
    topic: Arc<str>,
    connected: bool,
    stopping: bool,
    next_token: u64,
    waiting: Option<(u64, Waiting, UtcMillis)>,
    server_boot: Option<String>,
    newest: Option<Arc<Frame>>,
    sent: Vec<Option<Reading>>,
    pace: Pace,
    pending: Vec<(u64, Envelope)>,
    answered: VecDeque<(Envelope, Envelope)>,
    out: VecDeque<Publish>,
    requests: VecDeque<Incoming>,
    malformed: u64,
}

/// The topic of an endpoint.
#[must_use]
pub fn topic(endpoint: &str) -> String {
    format!("lwm2m/rd/{endpoint}")
}

impl OmaClient {
    /// The session of a breaker of the fleet, on a client core with its account.
    ///
    /// # Errors
    /// When the device id cannot be an endpoint name.
    pub fn new(config: OmaConfig, core: Core, fleet: Fleet, breaker: BreakerIx) -> Result<Self, EndpointError> {
        let endpoint = fleet.devices.get(breaker.0).cloned().unwrap_or_else(|| "".into());
        let topics = Topics::new(&endpoint)?;
        Ok(Self {
            config,
            registration: Registration::new(core.account().lifetime_s, &endpoint),
            core,
            sent: vec![None; fleet.profile.parameters.len()],
            fleet,
            breaker,
            topic: topic(&endpoint).into(),
            endpoint,
            topics,
            connected: false,
            stopping: false,
            next_token: 1,
            waiting: None,
            server_boot: None,
            newest: None,
            pace: Pace::new(config.tick_ms),
            pending: Vec::new(),
            answered: VecDeque::new(),
            out: VecDeque::new(),
            requests: VecDeque::new(),
            malformed: 0,
        })
    }

    /// The topic that it shares with the server.
    #[must_use]
    pub const fn topic(&self) -> &Arc<str> {
        &self.topic
    }

    fn token(&mut self) -> u64 {
        let token = self.next_token;
        // Odd, and one CBOR byte shorter most of the time.
        self.next_token = if token >= 0xffff { 1 } else { token + 2 };
        token
    }

    fn publish(&mut self, envelope: &Envelope, qos: Qos, sampled: Option<UtcMillis>, now: UtcMillis) {
        let payload = envelope.encode();
        self.core.sent(payload.len(), now);
        self.out.push_back(Publish { topic: self.topic.clone(), payload: payload.into(), qos, retain: false, sampled });
    }

    /// Sends what the registration has to send, and the notifications that are due.
    fn act(&mut self, now: UtcMillis) {
        if !self.connected || self.stopping {
            return;
        }
        if let Some(errand) = self.core.errand(&mut self.registration, now) {
            self.run(errand, now);
        }
        if self.registration.is_on() {
            while let Some(notification) = self.core.poll_notification(now) {
                let token = notification.key.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
                let reply = notification.reply;
                if reply.code == 205 {
                    let envelope = Envelope::request(Number::Notify, token).with_payload(reply.format, reply.payload);
                    let sampled = self.newest.as_ref().map(|f| f.utc);
                    self.publish(&envelope, Qos::AtLeastOnce, sampled, now);
                }
            }
        }
    }

    fn run(&mut self, errand: Errand, now: UtcMillis) {
        let token = self.token();
        let (envelope, waiting) = match errand {
            Errand::Register => {
                self.core.registered_anew();
                self.sent.fill(None);
                let mut envelope = Envelope::request(Number::Register, token);
                envelope.lifetime = Some(self.registration.lifetime_s());
                envelope.version = Some("1.2".to_owned());
                envelope.binding = Some("M".to_owned());
                envelope.payload = Some(self.core.registration_links().into_bytes());
                (envelope, Waiting::Register)
            }
            Errand::Update { lifetime_s } => {
                let mut envelope = Envelope::request(Number::Update, token);
                envelope.lifetime = lifetime_s;
                (envelope, Waiting::Update)
            }
        };
        self.waiting = Some((token, waiting, UtcMillis(now.0 + ANSWER_MS)));
        self.publish(&envelope, Qos::AtLeastOnce, None, now);
    }

    fn response(&mut self, code: u16, token: u64, now: UtcMillis) {
        let Some((_, waiting, _)) = self.waiting.filter(|(wanted, ..)| *wanted == token) else { return };
        self.waiting = None;
        match (waiting, code) {
            (Waiting::Register, 201) | (Waiting::Update, 204) => self.registration.accepted(now),
            _ => self.registration.failed(now),
        }
    }

    fn request(&mut self, number: Number, envelope: Envelope, now: UtcMillis) {
        if let Some((_, answer)) = self.answered.iter().find(|(asked, _)| *asked == envelope) {
            let answer = answer.clone();
            self.publish(&answer, Qos::AtLeastOnce, None, now);
            return;
        }
        let token = envelope.token;
        if self.pending.iter().any(|(_, known)| known.token == token) {
            return;
        }
        // A client is not to be managed before it is registered (OMA TS LightweightM2M Core 6.2.1).
        if !self.registration.is_on() {
            return;
        }
        let outcome = match operation(number, &envelope) {
            Ok(operation) => self.core.perform(operation, now),
            Err(reply) => Outcome::Reply(reply),
        };
        match outcome {
            Outcome::Reply(reply) => self.reply(&envelope, reply, now),
            Outcome::Gate(number, command) => {
                self.pending.push((number, envelope));
                self.requests.push_back(Incoming { number, target: self.breaker, command });
            }
        }
    }

    fn reply(&mut self, asked: &Envelope, reply: Reply, now: UtcMillis) {
        let answer = response(reply, asked.token);
        // Reading again does no harm, and tokens come round again.
        let acts = !matches!(asked.head, Head::Request(Number::Read | Number::ReadComposite | Number::Discover));
        if acts {
            if self.answered.len() == REMEMBERED {
                self.answered.pop_front();
            }
            self.answered.push_back((asked.clone(), answer.clone()));
        }
        self.publish(&answer, Qos::AtLeastOnce, None, now);
    }

    fn send(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        let Some(readings) = frame.breakers.get(self.breaker.0) else { return };
        let wanted: Vec<bool> = readings
            .iter()
            .enumerate()
            .map(|(ix, new)| {
                let parameter = &self.fleet.profile.parameters[ix];
                new.value.is_some()
                    && ((self.config.report_all && parameter.is_measured())
                        || object::has_news(parameter, self.sent[ix].as_ref(), new))
            })
            .collect();
        let entries = self.core.pick(|ix, _| wanted[ix]);
        let Some(base) = entries.first().map(|e| e.path) else { return };
        for (ix, reading) in readings.iter().enumerate().filter(|(ix, _)| wanted[*ix]) {
            self.sent[ix] = Some(reading.clone());
        }
        if let Ok(payload) = codec::encode(Format::Lwm2mCbor, base, &entries) {
            let token = self.token();
            let envelope = Envelope::request(Number::Send, token).with_payload(Some(Format::Lwm2mCbor), payload);
            self.publish(&envelope, Qos::AtMostOnce, Some(frame.utc), now);
        }
    }

    /// A discrete value differs from what the server knows: that does not wait for the pace.
    fn state_changed(&self, frame: &Frame) -> bool {
        let readings = frame.breakers.get(self.breaker.0).into_iter().flatten();
        readings.zip(&self.sent).any(|(new, sent)| {
            let discrete = matches!(new.value, Some(Value::Int(_) | Value::Bool(_) | Value::Text(_)));
            discrete && sent.as_ref().is_some_and(|s| s.value != new.value)
        })
    }

    fn server_status(&mut self, payload: &[u8], now: UtcMillis) {
        let status: Option<serde_json::Value> = serde_json::from_slice(payload).ok();
        let Some(boot) =
            status.filter(|s| s["status"] == "online").and_then(|s| s["boot_id"].as_str().map(str::to_owned))
        else {
            return;
        };
        // Another start, or the first server to be seen while nobody accepted the registration.
        let is_new = self.server_boot.as_ref() != Some(&boot);
        let restarted = is_new && self.server_boot.is_some();
        self.server_boot = Some(boot);
        if restarted || (is_new && self.connected && !self.registration.is_on()) {
            self.registration.again(now);
        }
    }
}

impl Session for OmaClient {
    fn name(&self) -> Arc<str> {
        format!("LwM2M {}", self.endpoint).into()
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        self.out.clear();
        let body = document::status(&self.endpoint, false, now).to_string();
        Connect {
            client_id: format!("lwm2m-{}", self.endpoint),
            will: Some(Publish {
                topic: self.topics.status.clone(),
                payload: body.into(),
                qos: Qos::AtLeastOnce,
                retain: true,
                sampled: None,
            }),
            subscriptions: vec![
                (self.topic.to_string(), Qos::AtLeastOnce),
                (SERVER_STATUS.to_owned(), Qos::AtLeastOnce),
            ],
            keep_alive_s: 30,
        }
    }

    fn subscribed(&mut self, now: UtcMillis) {
        self.connected = true;
        self.registration.connected(now);
        self.status(true, now);
        self.act(now);
    }

    fn disconnected(&mut self, _now: UtcMillis) {
        self.connected = false;
        self.registration.disconnected();
        self.waiting = None;
        self.pending.clear();
        self.out.clear();
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        if topic == SERVER_STATUS {
            self.server_status(payload, now);
        } else if topic == &*self.topic {
            // A retained request would act again at every connection.
            match Envelope::decode(payload) {
                Ok(envelope) if !retained => match envelope.head {
                    Head::Request(number) if number.is_from_client() => return,
                    Head::Request(number) => {
                        self.core.received(payload.len(), now);
                        self.request(number, envelope, now);
                    }
                    Head::Response(code) => self.response(code, envelope.token, now),
                },
                _ => self.malformed += 1,
            }
        } else {
            self.malformed += 1;
        }
        self.act(now);
    }

    fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        self.newest = Some(frame.clone());
        self.core.frame(frame.clone(), now);
        let may = self.config.send && self.registration.is_on() && !self.core.account().mute_send;
        if may && !self.stopping && (self.pace.is_due(now) || self.state_changed(frame)) {
            self.pace.reported(now);
            self.send(frame, now);
        }
        self.act(now);
    }

    fn record(&mut self, _record: &Record, _now: UtcMillis) {}

    fn answer(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        let reply = self.core.answered(number, &answer.result, now);
        let Some(at) = self.pending.iter().position(|(n, ..)| *n == number) else { return };
        let (_, asked) = self.pending.swap_remove(at);
        self.reply(&asked, reply, now);
        self.act(now);
    }

    fn timeout(&mut self, now: UtcMillis) {
        if self.waiting.is_some_and(|(.., until)| until <= now) {
            self.waiting = None;
            self.registration.failed(now);
        }
        self.core.timeout(now);
        self.act(now);
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        if !self.connected || self.stopping {
            return None;
        }
        let waiting = self.waiting.map(|(.., until)| until);
        let core = self.core.next_timeout().filter(|_| self.registration.is_on());
        waiting.into_iter().chain(self.registration.next_timeout()).chain(core).min()
    }

    fn stop(&mut self, now: UtcMillis) {
        self.stopping = true;
        if self.connected {
            if self.registration.is_on() {
                let token = self.token();
                self.publish(&Envelope::request(Number::Deregister, token), Qos::AtLeastOnce, None, now);
            }
            self.status(false, now);
        }
    }

    fn poll_publish(&mut self) -> Option<Publish> {
        self.out.pop_front()
    }

    fn poll_request(&mut self) -> Option<Incoming> {
        self.requests.pop_front()
    }

    fn standing(&self, now: UtcMillis) -> Standing {
        Standing {
            online: self.connected && self.registration.is_on(),
            waiting_for: (self.connected && !self.registration.is_on()).then(|| "an LwM2M server".into()),
            lifetime_s: self.registration.left_s(now).filter(|_| self.connected),
            malformed: self.malformed,
            ..Standing::default()
        }
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        if topic == &*self.topic {
            super::describe::envelope(&self.fleet.profile, payload)
        } else {
            vec![String::from_utf8_lossy(payload).into_owned()]
        }
    }
}

impl OmaClient {
    fn status(&mut self, online: bool, now: UtcMillis) {
        let body = document::status(&self.endpoint, online, now).to_string();
        self.out.push_back(Publish {
            topic: self.topics.status.clone(),
            payload: body.into(),
            qos: Qos::AtLeastOnce,
            retain: true,
            sampled: None,
        });
    }
}
