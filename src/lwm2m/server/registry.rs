//! The registry: takes messages and time, gives messages, events and ended commands.
//!
//! What a message means is told by its dialect: `json` for the topics of the brief, `oma` for OMA's binding; `ask`
//! sends commands in either.

mod ask;
mod json;
mod oma;

use super::command::{Commands, End, Known, Latency, Outcome};
use super::counters::Counters;
use super::device::{Device, Dialect, Registration, Status};
use super::feed::{Feed, Item, Kind as Happened};
use super::limits::{self, Share};
use super::model::Model;
use super::oma as binding;
use super::topic::{self, Kind};
use super::update::Update;
use super::values;
use crate::lwm2m::codec::frame::Frame;
use crate::lwm2m::number;
use crate::lwm2m::path::Path;
use crate::lwm2m::topic::SERVER_STATUS;
use crate::profile::{Profile, Value};
use crate::session::{Connect, Publish, Qos};
use crate::time::UtcMillis;
use bytes::Bytes;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// Everything the server knows.
#[derive(Debug)]
pub struct Registry {
    boot: Arc<str>,
    model: Model,
    devices: BTreeMap<Arc<str>, Device>,
    timers: BTreeSet<(UtcMillis, Arc<str>)>,
    strangers: BTreeMap<Arc<str>, UtcMillis>,
    commands: Commands,
    next_command: u64,
    next_token: u64,
    feed: Feed,
    out: VecDeque<Publish>,
    connected: bool,
    counters: Counters,
    latency: Latency,
}

impl Registry {
    /// An empty registry; `boot` tells this start of the server from others, `profile` what devices have.
    #[must_use]
    pub fn new(boot: &str, profile: Arc<Profile>) -> Self {
        let boot: Arc<str> = boot.into();
        Self {
            feed: Feed::new(Arc::clone(&boot)),
            boot,
            model: Model(profile),
            devices: BTreeMap::new(),
            timers: BTreeSet::new(),
            strangers: BTreeMap::new(),
            commands: Commands::default(),
            next_command: 1,
            next_token: 2,
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
            will: Some(self.server_status(false, now)),
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
        let small = payload.len() <= limits::PAYLOAD;
        if kind == Kind::Oma {
            let frame = if small { Frame::decode(payload).ok() } else { None };
            if frame.as_ref().is_some_and(binding::is_echo) {
                return;
            }
            self.count(endpoint, topic, payload, frame.is_some(), now);
            if let Some(frame) = frame {
                self.frame(endpoint, topic, payload, &frame, now);
            }
            return;
        }
        if kind == Kind::Update {
            let update = if small { Update::read(payload) } else { None };
            self.count(endpoint, topic, payload, update.is_some(), now);
            if let Some(update) = update {
                self.update(endpoint, &update, now);
            }
            return;
        }
        let body = if small { serde_json::from_slice::<Json>(payload).ok() } else { None };
        self.count(endpoint, topic, payload, body.is_some(), now);
        if let Some(body) = body {
            self.document(endpoint, kind, topic, payload, &body, now);
        }
    }

    fn count(&mut self, endpoint: &str, topic: &str, payload: &[u8], understood: bool, now: UtcMillis) {
        self.counters.messages += 1;
        self.counters.bytes += payload.len() as u64;
        let share = self.share();
        if let Some(device) = self.devices.get_mut(endpoint) {
            device.message(now, false, topic, payload, &share);
            device.count(now, payload.len());
        }
        if !understood {
            self.malformed(endpoint);
        }
    }

    /// What is kept of each device.
    fn share(&self) -> Share {
        Share::of(self.devices.len())
    }

    fn malformed(&mut self, endpoint: &str) {
        self.counters.malformed += 1;
        if let Some(device) = self.devices.get_mut(endpoint) {
            device.malformed += 1;
        }
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

    /// Takes a registration: the device as it was, or a new one. None when there is no room.
    fn enter(
        &mut self,
        endpoint: &str,
        dialect: Dialect,
        registration: Registration,
        message: (&str, &[u8]),
        now: UtcMillis,
    ) -> Option<Arc<str>> {
        let known = self.devices.get(endpoint).map(|d| Arc::clone(&d.endpoint));
        let again = known.is_some();
        let name = match known {
            Some(name) => name,
            None if self.make_room() => Arc::from(endpoint),
            None => {
                self.counters.refused += 1;
                return None;
            }
        };
        let lifetime_s = registration.lifetime_s;
        let device = self
            .devices
            .entry(Arc::clone(&name))
            .or_insert_with(|| Device::new(Arc::clone(&name), registration.clone(), now));
        if !again {
            device.message(now, false, message.0, message.1, &Share::default());
            device.count(now, message.1.len());
        }
        device.enter(dialect, registration, now);
        self.counters.registrations += 1;
        self.strangers.remove(&name);
        self.refresh(&name, now);
        let data = json!({ "lifetime": lifetime_s, "again": again, "dialect": dialect.word() });
        self.feed.push(Happened::Registered, &name, now, &data);
        Some(name)
    }

    /// Keeps values of a device.
    fn keep(&mut self, name: &Arc<str>, values: &[(Path, Value)], now: UtcMillis) {
        self.counters.values += values.len() as u64;
        let share = self.share();
        if let Some(device) = self.devices.get_mut(name) {
            self.counters.refused += device.keep(values, now, &share);
            device.values_heard(now, values.len());
        }
    }

    /// Values came by themselves: they are kept and told.
    fn news(&mut self, name: &Arc<str>, values: &[(Path, Value)], sampled: i64, now: UtcMillis) {
        self.keep(name, values, now);
        if !values.is_empty() {
            let mut data = Vec::with_capacity(32 * values.len() + 64);
            data.extend_from_slice(b"{\"ts\":");
            number::write_integer(&mut data, sampled);
            data.extend_from_slice(b",\"values\":");
            values::write(&mut data, values);
            data.push(b'}');
            self.feed.push_text(Happened::Updated, name, now, &String::from_utf8_lossy(&data));
        }
    }

    /// A device said good-bye.
    fn good_bye(&mut self, endpoint: &str, now: UtcMillis) {
        let Some(name) = self.devices.get(endpoint).map(|d| Arc::clone(&d.endpoint)) else { return };
        if self.ended(&name, Status::Deregistered) {
            self.counters.deregistrations += 1;
            self.feed.push(Happened::Deregistered, &name, now, &json!({}));
        }
    }

    /// A registered device by name.
    fn registered(&mut self, endpoint: &str) -> Option<Arc<str>> {
        let known = self.devices.get(endpoint).filter(|d| d.status.is_registered());
        if known.is_none() {
            self.counters.strangers += 1;
        }
        known.map(|d| Arc::clone(&d.endpoint))
    }

    /// Whether a stranger may be told again that it is not registered: not at every message.
    fn may_tell_stranger(&mut self, endpoint: &str, now: UtcMillis) -> bool {
        let lately = |at: &UtcMillis| now.0 < at.0 + limits::STRANGER_EVERY_MS;
        if self.strangers.get(endpoint).is_some_and(lately) {
            return false;
        }
        if self.strangers.len() >= limits::STRANGERS && !self.strangers.contains_key(endpoint) {
            self.strangers.retain(|_, at| lately(at));
            if self.strangers.len() >= limits::STRANGERS {
                return false;
            }
        }
        self.strangers.insert(endpoint.into(), now);
        true
    }

    /// The registration of a device is over; gives whether there was one.
    fn ended(&mut self, name: &Arc<str>, status: Status) -> bool {
        let Some(device) = self.devices.get_mut(name) else { return false };
        let was = device.status.is_registered();
        if was {
            device.status = status;
            device.observations.clear();
            device.expires_at = None;
            if let Some(at) = device.timer.take() {
                self.timers.remove(&(at, Arc::clone(name)));
            }
        }
        was
    }

    fn send(&mut self, endpoint: &str, topic: &str, payload: Bytes, qos: Qos, now: UtcMillis) {
        if self.out.len() >= limits::OUTGOING {
            self.counters.dropped += 1;
            return;
        }
        let share = self.share();
        if let Some(device) = self.devices.get_mut(endpoint) {
            device.message(now, true, topic, &payload, &share);
        }
        self.out.push_back(Publish { topic: topic.into(), payload, qos, retain: false, sampled: None });
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

#[cfg(test)]
mod tests;
