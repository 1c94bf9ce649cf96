//! The registry: takes messages and time, gives messages, events and ended commands.

use super::command::{Commands, End, Known, Latency, Outcome, Unsent, Waiting};
use super::device::{Device, Registration, Status};
use super::feed::{Feed, Item, Kind as Happened};
use super::topic::{self, Kind};
use super::{limits, values};
use crate::lwm2m::path::Path;
use crate::lwm2m::topic::{SERVER_STATUS, Topics};
use crate::profile::Value;
use crate::session::{Connect, Publish, Qos};
use crate::time::UtcMillis;
use bytes::Bytes;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// Lifetime of a registration that names none (OMA TS LightweightM2M Core, object 1, resource 1: 86400 s).
const LIFETIME_S: u64 = 86_400;

/// The longest lifetime that is taken as a number of seconds: a century.
const LONGEST_LIFETIME_S: u64 = 100 * 365 * 86_400;

/// What the server counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages of devices.
    pub messages: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
    /// Values in them.
    pub values: u64,
    /// Registrations accepted.
    pub registrations: u64,
    /// Updates accepted.
    pub updates: u64,
    /// De-registrations.
    pub deregistrations: u64,
    /// Registrations that ran out.
    pub expired: u64,
    /// Messages that could not be understood, or were too large.
    pub malformed: u64,
    /// Messages of devices that are not registered.
    pub strangers: u64,
    /// Registrations refused because there are too many devices, and values that found no room.
    pub refused: u64,
    /// Commands sent.
    pub commands: u64,
    /// Commands that a device carried out.
    pub commands_done: u64,
    /// Commands that a device refused.
    pub commands_refused: u64,
    /// Commands that nobody answered.
    pub commands_silent: u64,
    /// Answers nobody waited for.
    pub stray_answers: u64,
    /// Messages lost because the connection took no more.
    pub dropped: u64,
}

/// Everything the server knows.
#[derive(Debug)]
pub struct Registry {
    boot: Arc<str>,
    devices: BTreeMap<Arc<str>, Device>,
    timers: BTreeSet<(UtcMillis, Arc<str>)>,
    strangers: BTreeMap<Arc<str>, UtcMillis>,
    commands: Commands,
    next_command: u64,
    feed: Feed,
    out: VecDeque<Publish>,
    connected: bool,
    counters: Counters,
    latency: Latency,
}

impl Registry {
    /// An empty registry; `boot` tells this start of the server from others.
    #[must_use]
    pub fn new(boot: &str) -> Self {
        let boot: Arc<str> = boot.into();
        Self {
            feed: Feed::new(Arc::clone(&boot)),
            boot,
            devices: BTreeMap::new(),
            timers: BTreeSet::new(),
            strangers: BTreeMap::new(),
            commands: Commands::default(),
            next_command: 1,
            out: VecDeque::new(),
            connected: false,
            counters: Counters::default(),
            latency: Latency::default(),
        }
    }

    /// What to connect to the broker with.
    #[must_use]
    pub fn connect(&self, now: UtcMillis) -> Connect {
        Connect {
            client_id: format!("lwm2m-server-{}", self.boot),
            will: self.server_status(false, now),
            subscriptions: topic::subscriptions(),
            keep_alive_s: 30,
        }
    }

    fn server_status(&self, online: bool, now: UtcMillis) -> Publish {
        let status = if online { "online" } else { "offline" };
        let body = json!({ "status": status, "boot_id": &*self.boot, "ts": now.0 });
        Publish {
            topic: SERVER_STATUS.into(),
            payload: body.to_string().into(),
            qos: Qos::AtLeastOnce,
            retain: true,
            sampled: None,
        }
    }

    /// Connected to the broker, and subscribed. Devices that see a new start of the server register again.
    pub fn connected(&mut self, now: UtcMillis) {
        self.connected = true;
        let status = self.server_status(true, now);
        self.out.push_back(status);
    }

    /// The connection is gone.
    pub fn disconnected(&mut self) {
        self.connected = false;
        self.out.clear();
    }

    /// Whether there is a connection to the broker.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.connected
    }

    /// The program ends.
    pub fn stop(&mut self, now: UtcMillis) {
        if self.connected {
            let status = self.server_status(false, now);
            self.out.push_back(status);
        }
    }

    /// A message came in.
    pub fn received(&mut self, topic: &str, payload: &[u8], now: UtcMillis) {
        let Some((endpoint, kind)) = topic::classify(topic) else { return };
        self.counters.messages += 1;
        self.counters.bytes += payload.len() as u64;
        let body = if payload.len() > limits::PAYLOAD { None } else { serde_json::from_slice::<Json>(payload).ok() };
        if let Some(device) = self.devices.get_mut(endpoint) {
            device.message(now, false, topic, payload);
            device.count(now, payload.len());
            if body.is_none() {
                device.malformed += 1;
            }
        }
        let Some(body) = body else {
            self.counters.malformed += 1;
            return;
        };
        match kind {
            Kind::Registration => self.register(endpoint, topic, payload, &body, now),
            Kind::Update => self.update(endpoint, &body, now),
            Kind::Bulk => self.bulk(endpoint, &body, now),
            Kind::Deregistration => self.deregister(endpoint, now),
            Kind::Event => self.event(endpoint, &body, now),
            Kind::Configuration => self.tell(endpoint, Happened::Configuration, &body, now),
            Kind::Status => self.status(endpoint, &body, now),
            Kind::Answer(command) => {
                if !self.commands.answered(endpoint, command, &body, now) {
                    self.counters.stray_answers += 1;
                }
            }
        }
    }

    fn malformed(&mut self, endpoint: &str) {
        self.counters.malformed += 1;
        if let Some(device) = self.devices.get_mut(endpoint) {
            device.malformed += 1;
        }
    }

    fn register(&mut self, endpoint: &str, topic: &str, payload: &[u8], body: &Json, now: UtcMillis) {
        let Ok(topics) = Topics::new(endpoint) else {
            self.counters.malformed += 1;
            return;
        };
        let refuse = |detail: &str| json!({ "code": 400, "status": "error", "error": { "type": "bad_request", "detail": detail }, "ts": now.0 });
        let registration = match registration(endpoint, body) {
            Ok(registration) => registration,
            Err(detail) => {
                self.malformed(endpoint);
                self.answer(&topics, endpoint, "reg", &refuse(detail), now);
                return;
            }
        };
        let known = self.devices.get(endpoint).map(|d| Arc::clone(&d.endpoint));
        let name = match known {
            Some(name) => name,
            None if self.make_room() => Arc::from(endpoint),
            None => {
                self.counters.refused += 1;
                let body = json!({
                    "code": 503, "status": "error", "ts": now.0,
                    "error": { "type": "service_unavailable", "detail": format!("{} devices are known, which is the limit", limits::DEVICES) },
                });
                self.answer(&topics, endpoint, "reg", &body, now);
                return;
            }
        };
        let lifetime_s = registration.lifetime_s;
        let known = self.devices.contains_key(&name);
        let device = self
            .devices
            .entry(Arc::clone(&name))
            .or_insert_with(|| Device::new(Arc::clone(&name), registration.clone(), now));
        if !known {
            device.message(now, false, topic, payload);
            device.count(now, payload.len());
        }
        device.registration = registration;
        device.registered_at = now;
        device.status = Status::Online;
        self.counters.registrations += 1;
        self.strangers.remove(&name);
        self.keep(&name, &body["objects"], now);
        self.refresh(&name, now);
        self.feed.push(Happened::Registered, &name, now, &json!({ "lifetime": lifetime_s, "again": known }));
        let body = json!({
            "code": 201, "status": "ok", "endpoint": endpoint, "lifetime": lifetime_s,
            "location": format!("/rd/{endpoint}"), "ts": now.0,
        });
        self.answer(&topics, endpoint, "reg", &body, now);
    }

    /// Whether one more device can be known; the one that has been gone the longest gives way.
    fn make_room(&mut self) -> bool {
        if self.devices.len() < limits::DEVICES {
            return true;
        }
        let gone = self.devices.values().filter(|d| !d.status.is_registered()).min_by_key(|d| d.last_update);
        let Some(name) = gone.map(|d| Arc::clone(&d.endpoint)) else { return false };
        self.remove(&name);
        true
    }

    fn remove(&mut self, name: &str) -> Option<Device> {
        let device = self.devices.remove(name)?;
        if let Some(at) = device.timer {
            self.timers.remove(&(at, Arc::clone(&device.endpoint)));
        }
        Some(device)
    }

    /// Lengthens the registration and sees to it that its end is noticed.
    fn refresh(&mut self, name: &Arc<str>, now: UtcMillis) {
        let Some(device) = self.devices.get_mut(name) else { return };
        device.refresh(now);
        // A timer that fires early looks again; only one that would fire late has to be set anew.
        let Some(at) = device.expires_at else { return };
        if device.timer.is_none_or(|timer| timer > at) {
            if let Some(old) = device.timer.replace(at) {
                self.timers.remove(&(old, Arc::clone(name)));
            }
            self.timers.insert((at, Arc::clone(name)));
        }
    }

    /// Keeps the values of an object tree and gives them by path.
    fn keep(&mut self, name: &Arc<str>, objects: &Json, now: UtcMillis) -> Vec<(Path, Value)> {
        let (values, strange) = values::flatten(objects);
        self.counters.values += values.len() as u64;
        if let Some(device) = self.devices.get_mut(name) {
            self.counters.refused += device.keep(&values, now);
            device.malformed += u64::from(strange > 0);
            device.values_heard(now, values.len());
        }
        self.counters.malformed += u64::from(strange > 0);
        values
    }

    /// A registered device by name; whoever is not registered is told so, but not at every message.
    fn registered(&mut self, endpoint: &str, now: UtcMillis) -> Option<Arc<str>> {
        match self.devices.get_key_value(endpoint) {
            Some((name, device)) if device.status.is_registered() => Some(Arc::clone(name)),
            _ => {
                self.counters.strangers += 1;
                self.ask_to_register(endpoint, now);
                None
            }
        }
    }

    fn ask_to_register(&mut self, endpoint: &str, now: UtcMillis) {
        let Ok(topics) = Topics::new(endpoint) else { return };
        if self.strangers.get(endpoint).is_some_and(|at| now.0 < at.0 + limits::STRANGER_EVERY_MS) {
            return;
        }
        if self.strangers.len() >= limits::STRANGERS && !self.strangers.contains_key(endpoint) {
            self.strangers.retain(|_, at| now.0 < at.0 + limits::STRANGER_EVERY_MS);
            if self.strangers.len() >= limits::STRANGERS {
                return;
            }
        }
        self.strangers.insert(endpoint.into(), now);
        let body = json!({
            "code": 404, "status": "error", "ts": now.0,
            "error": { "type": "not_found", "detail": format!("{endpoint} is not registered; register first") },
        });
        self.answer(&topics, endpoint, "update", &body, now);
    }

    fn update(&mut self, endpoint: &str, body: &Json, now: UtcMillis) {
        let Some(name) = self.registered(endpoint, now) else { return };
        let lifetime = body.get("lifetime").or_else(|| body.get("lt")).map(lifetime);
        if let (Some(Some(seconds)), Some(device)) = (lifetime, self.devices.get_mut(&name)) {
            device.registration.lifetime_s = seconds;
        }
        self.counters.updates += 1;
        let values = self.keep(&name, &body["objects"], now);
        self.refresh(&name, now);
        if !values.is_empty() {
            let by_path: Map<String, Json> =
                values.iter().map(|(path, value)| (path.to_string(), values::to_json(value))).collect();
            let data = json!({ "values": by_path, "ts": body.get("ts").cloned().unwrap_or_else(|| json!(now.0)) });
            self.feed.push(Happened::Updated, &name, now, &data);
        }
    }

    /// The original's bulk message: `{"operations": [{"objects": ...}, ...]}`, or a list of updates.
    fn bulk(&mut self, endpoint: &str, body: &Json, now: UtcMillis) {
        let operations = body.get("operations").unwrap_or(body).as_array().cloned();
        let Some(operations) = operations else {
            self.malformed(endpoint);
            return;
        };
        for operation in &operations {
            self.update(endpoint, operation, now);
        }
    }

    fn deregister(&mut self, endpoint: &str, now: UtcMillis) {
        let Some((name, _)) = self.devices.get_key_value(endpoint) else { return };
        let name = Arc::clone(name);
        if self.ended(&name, Status::Deregistered) {
            self.counters.deregistrations += 1;
            self.feed.push(Happened::Deregistered, &name, now, &json!({}));
        }
        if let Ok(topics) = Topics::new(endpoint) {
            let body = json!({ "code": 202, "status": "ok", "endpoint": endpoint, "ts": now.0 });
            self.answer(&topics, endpoint, "dereg", &body, now);
        }
    }

    /// The registration of a device is over; gives whether there was one.
    fn ended(&mut self, name: &Arc<str>, status: Status) -> bool {
        let Some(device) = self.devices.get_mut(name) else { return false };
        let was = device.status.is_registered();
        if was {
            device.status = status;
            device.expires_at = None;
            if let Some(at) = device.timer.take() {
                self.timers.remove(&(at, Arc::clone(name)));
            }
        }
        was
    }

    fn event(&mut self, endpoint: &str, body: &Json, now: UtcMillis) {
        let kind = match body.get("event_type").and_then(Json::as_str) {
            Some("breaker_trip") => Happened::Trip,
            Some("alarm") => Happened::Alarm,
            _ => Happened::Event,
        };
        self.tell(endpoint, kind, body, now);
    }

    fn tell(&mut self, endpoint: &str, kind: Happened, body: &Json, now: UtcMillis) {
        if let Some(name) = self.registered(endpoint, now) {
            self.refresh(&name, now);
            self.feed.push(kind, &name, now, body);
        }
    }

    fn status(&mut self, endpoint: &str, body: &Json, now: UtcMillis) {
        let online = match body.get("status").and_then(Json::as_str) {
            Some("online") => true,
            Some("offline") => false,
            _ => return self.malformed(endpoint),
        };
        let known = self.devices.get_mut(endpoint).filter(|d| d.status.is_registered());
        match known {
            Some(device) => {
                let status = if online { Status::Online } else { Status::Offline };
                if device.status != status {
                    device.status = status;
                    let name = Arc::clone(&device.endpoint);
                    self.feed.push(Happened::Status, &name, now, &json!({ "status": status.word() }));
                }
            }
            // It is there, and this start of the server has not seen it register.
            None if online => self.ask_to_register(endpoint, now),
            None => {}
        }
    }

    fn answer(&mut self, topics: &Topics, endpoint: &str, kind: &str, body: &Json, now: UtcMillis) {
        self.send(endpoint, &topics.response(kind), body.to_string().into(), now);
    }

    fn send(&mut self, endpoint: &str, topic: &str, payload: Bytes, now: UtcMillis) {
        if self.out.len() >= limits::OUTGOING {
            self.counters.dropped += 1;
            return;
        }
        if let Some(device) = self.devices.get_mut(endpoint) {
            device.message(now, true, topic, &payload);
        }
        self.out.push_back(Publish {
            topic: topic.into(),
            payload,
            qos: Qos::AtLeastOnce,
            retain: false,
            sampled: None,
        });
    }

    /// Sends a command to a device; gives its id. [`Registry::poll_ended`] tells how it ended, `wait_ms` from now at the
    /// latest.
    ///
    /// # Errors
    /// When there is no such device, it cannot be reached, or too many commands wait already.
    pub fn command(
        &mut self,
        endpoint: &str,
        command: &str,
        mut body: Map<String, Json>,
        wait_ms: i64,
        now: UtcMillis,
    ) -> Result<Arc<str>, Unsent> {
        if !is_name(command) {
            return Err(Unsent::BadName);
        }
        let device = self.devices.get(endpoint).ok_or_else(|| Unsent::UnknownDevice(endpoint.to_owned()))?;
        if device.status != Status::Online {
            return Err(Unsent::NotReachable { endpoint: endpoint.to_owned(), status: device.status.word() });
        }
        if !self.connected {
            return Err(Unsent::NoBroker);
        }
        self.commands.room(endpoint)?;
        let name = Arc::clone(&device.endpoint);
        let id: Arc<str> = format!("{}-c{}", self.boot, self.next_command).into();
        self.next_command += 1;
        body.insert("id".to_owned(), json!(&*id));
        body.insert("command".to_owned(), json!(command));
        body.insert("ts".to_owned(), json!(now.0));
        let topic = format!("lwm2m/{endpoint}/cmd/{command}");
        self.send(endpoint, &topic, Json::Object(body).to_string().into(), now);
        self.counters.commands += 1;
        self.commands.sent(Waiting {
            id: Arc::clone(&id),
            endpoint: name,
            command: command.into(),
            sent: now,
            until: UtcMillis(now.0.saturating_add(wait_ms)),
        });
        Ok(id)
    }

    /// Time passed.
    pub fn timeout(&mut self, now: UtcMillis) {
        self.commands.timeout(now);
        while let Some((at, name)) = self.timers.first().cloned().filter(|(at, _)| *at <= now) {
            self.timers.remove(&(at, Arc::clone(&name)));
            let Some(device) = self.devices.get_mut(&name) else { continue };
            device.timer = None;
            match device.expires_at {
                Some(expires) if expires > now => {
                    device.timer = Some(expires);
                    self.timers.insert((expires, name));
                }
                Some(_) => {
                    let heard = device.last_update;
                    self.ended(&name, Status::Expired);
                    self.counters.expired += 1;
                    self.feed.push(Happened::Expired, &name, now, &json!({ "last_update": heard.0 }));
                }
                None => {}
            }
        }
    }

    /// When to call [`Registry::timeout`] next.
    #[must_use]
    pub fn next_timeout(&self) -> Option<UtcMillis> {
        self.commands.next_timeout().into_iter().chain(self.timers.first().map(|(at, _)| *at)).min()
    }

    /// The next message to publish.
    pub fn poll_publish(&mut self) -> Option<Publish> {
        self.out.pop_front()
    }

    /// A message could not be handed to the connection.
    pub fn lost(&mut self) {
        self.counters.dropped += 1;
    }

    /// The next command that has ended.
    pub fn poll_ended(&mut self, now: UtcMillis) -> Option<Arc<Outcome>> {
        let outcome = self.commands.poll()?;
        let data = match &outcome.end {
            End::Answered(code, body) => {
                self.latency.record(u64::try_from(outcome.ended.0 - outcome.sent.0).unwrap_or(0));
                if (200..300).contains(code) {
                    self.counters.commands_done += 1;
                } else {
                    self.counters.commands_refused += 1;
                }
                body.clone()
            }
            End::Silent => {
                self.counters.commands_silent += 1;
                json!({ "id": &*outcome.id, "command": &*outcome.command, "status": "timeout" })
            }
        };
        self.feed.push(Happened::Command, &outcome.endpoint, now, &data);
        Some(outcome)
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Arc<Item>> {
        self.feed.poll()
    }

    /// Forgets a device, registered or not; it comes back when it registers. Gives whether it was known.
    pub fn forget(&mut self, endpoint: &str, now: UtcMillis) -> bool {
        let Some(device) = self.remove(endpoint) else { return false };
        self.feed.push(Happened::Forgotten, &device.endpoint, now, &json!({}));
        true
    }

    /// Devices by name.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.values()
    }

    /// Devices by name, those after a name.
    pub fn devices_after(&self, name: &str) -> impl Iterator<Item = &Device> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.devices.range::<str, _>((Excluded(name), Unbounded)).map(|(_, d)| d)
    }

    /// A device.
    #[must_use]
    pub fn device(&self, endpoint: &str) -> Option<&Device> {
        self.devices.get(endpoint)
    }

    /// What happened.
    #[must_use]
    pub const fn feed(&self) -> &Feed {
        &self.feed
    }

    /// What is known of a command.
    #[must_use]
    pub fn known(&self, command: &str) -> Option<Known> {
        self.commands.find(command)
    }

    /// Commands that wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.commands.waiting()
    }

    /// What was counted.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// How long devices took to answer.
    #[must_use]
    pub const fn latency(&self) -> &Latency {
        &self.latency
    }

    /// Tells this start of the server from others.
    #[must_use]
    pub fn boot(&self) -> &str {
        &self.boot
    }
}

/// A name that may stand in a topic as a command.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A lifetime in seconds, as a number or as digits.
fn lifetime(json: &Json) -> Option<u64> {
    let seconds = match json {
        Json::String(text) => text.parse().ok()?,
        other => other.as_u64()?,
    };
    (seconds <= LONGEST_LIFETIME_S).then_some(seconds)
}

fn registration(endpoint: &str, body: &Json) -> Result<Registration, &'static str> {
    if !body.is_object() {
        return Err("a registration is a JSON object");
    }
    if body.get("endpoint").is_some_and(|e| e.as_str() != Some(endpoint)) {
        return Err("the endpoint of the payload is not that of the topic");
    }
    let lifetime_s = match body.get("lifetime").or_else(|| body.get("lt")) {
        None | Some(Json::Null) => LIFETIME_S,
        Some(given) => lifetime(given).ok_or("the lifetime is a whole number of seconds")?,
    };
    let text = |keys: [&str; 2], or: &str| -> Arc<str> {
        keys.iter().find_map(|k| body.get(*k)?.as_str()).filter(|t| t.len() <= 16).unwrap_or(or).into()
    };
    let links = match body.get("objlinks").and_then(Json::as_str) {
        Some(links) if links.len() > limits::LINKS => return Err("the object list is too long"),
        Some(links) => links.split(',').filter(|l| !l.is_empty()).map(Arc::from).collect(),
        // The original has no object list; the values name the objects.
        None => body
            .get("objects")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
            .filter(|(id, _)| id.parse::<u16>().is_ok())
            .take(limits::VALUES)
            .map(|(id, _)| Arc::from(format!("</{id}/0>")))
            .collect(),
    };
    Ok(Registration {
        lifetime_s,
        version: text(["version", "lwm2m"], "1.2"),
        binding: text(["b", "bindingMode"], "M"),
        links,
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
