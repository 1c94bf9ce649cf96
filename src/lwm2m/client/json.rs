//! The device side of one breaker in the JSON dialect: registration, telemetry, commands, events.
//!
//! A connection carries one endpoint. It registers when the commands are subscribed, sends what changed at each report,
//! refreshes the registration before it runs out, and de-registers on a clean end. The will only marks the endpoint
//! offline: a registration ends by its lifetime (OMA TS LightweightM2M Core 6.2).

mod commands;

use super::operation::denied;
use super::pace::Pace;
use super::update::Template;
use crate::control::{Answer, BreakerIx};
use crate::lwm2m::topic::{EndpointError, Incoming as Topic, SERVER_STATUS, Topics};
use crate::lwm2m::{command, document, object};
use crate::point::{Fleet, Frame, Reading, Readings};
use crate::profile::Value;
use crate::record::{Body, Record};
use crate::session::{Connect, Incoming, Publish, Qos, Session, Standing};
use crate::time::UtcMillis;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::sync::Arc;

/// How the client behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientConfig {
    /// Registration lifetime in seconds.
    pub lifetime_s: u64,
    /// Send every measured value at each report instead of what changed; anything else when it changes.
    pub report_all: bool,
    /// Pace of reports, milliseconds; states and events do not wait for it.
    pub tick_ms: i64,
    /// Subscribe to each command by its name instead of all by one wildcard, for brokers that compare every message with
    /// every wildcard. A command that there is not is unheard then, where it would be refused.
    pub named_commands: bool,
}

/// Commands answered lately, so that a message delivered twice (QoS 1) acts once.
const REMEMBERED: usize = 64;

/// Events kept while there is no connection; trips are few, so that this is hours of them.
const EVENTS_KEPT: usize = 1000;

/// Wait after the second refusal of the server, one after the other; it doubles up to the longest.
const FIRST_WAIT_MS: i64 = 1_000;
const LONGEST_WAIT_MS: i64 = 60_000;

/// A command under way at the gate.
struct Pending {
    number: u64,
    command: String,
    id: Option<String>,
}

/// The session of one breaker.
pub struct Client {
    config: ClientConfig,
    fleet: Fleet,
    breaker: BreakerIx,
    endpoint: Arc<str>,
    topics: Topics,
    connected: bool,
    stopping: bool,
    pace: Pace,
    refresh_at: Option<UtcMillis>,
    expires_at: Option<UtcMillis>,
    server_boot: Option<String>,
    /// Refusals of the server, one after the other; when the newest came, and when to register again after it.
    refusals: u32,
    refused_at: Option<UtcMillis>,
    again_at: Option<UtcMillis>,
    newest: Option<Arc<Frame>>,
    /// What the other side knows, by parameter.
    sent: Vec<Option<Reading>>,
    /// Which of the parameters go into the report that is being made.
    news: Vec<bool>,
    template: Template,
    events: VecDeque<Publish>,
    out: VecDeque<Publish>,
    requests: VecDeque<Incoming>,
    pending: Vec<Pending>,
    answered: VecDeque<(String, String, Json)>,
    next_number: u64,
    malformed: u64,
    dropped: u64,
}

impl Client {
    /// The session of a breaker of the fleet.
    ///
    /// # Errors
    /// When the device id cannot be an endpoint name.
    pub fn new(config: ClientConfig, fleet: Fleet, breaker: BreakerIx) -> Result<Self, EndpointError> {
        let endpoint = fleet.devices.get(breaker.0).cloned().unwrap_or_else(|| "".into());
        let topics = Topics::new(&endpoint)?;
        let template = Template::new(&fleet.profile, &endpoint, config.lifetime_s);
        let sent = vec![None; fleet.profile.parameters.len()];
        Ok(Self {
            config,
            breaker,
            endpoint,
            topics,
            connected: false,
            stopping: false,
            pace: Pace::new(config.tick_ms),
            refresh_at: None,
            expires_at: None,
            server_boot: None,
            refusals: 0,
            refused_at: None,
            again_at: None,
            newest: None,
            template,
            fleet,
            sent,
            news: Vec::new(),
            events: VecDeque::new(),
            out: VecDeque::new(),
            requests: VecDeque::new(),
            pending: Vec::new(),
            answered: VecDeque::new(),
            next_number: 0,
            malformed: 0,
            dropped: 0,
        })
    }

    fn command_filters(&self) -> Vec<String> {
        if self.config.named_commands {
            command::names(&self.fleet.profile).map(|name| self.topics.command(name)).collect()
        } else {
            vec![self.topics.commands()]
        }
    }

    fn readings(&self) -> Option<&[Reading]> {
        self.newest.as_ref().and_then(|f| f.breakers.get(self.breaker.0)).map(Readings::as_slice)
    }

    fn publish(&mut self, topic: Arc<str>, body: &Json, qos: Qos) {
        self.out.push_back(message(topic, body, qos, false, None));
    }

    fn register(&mut self, now: UtcMillis) {
        self.again_at = None;
        let body =
            document::registration(&self.fleet.profile, &self.endpoint, self.config.lifetime_s, self.readings(), now);
        self.publish(self.topics.registration.clone(), &body, Qos::AtLeastOnce);
        self.sent.fill(None);
        if let Some(frame) = self.newest.clone() {
            for (sent, reading) in self.sent.iter_mut().zip(frame.breakers.get(self.breaker.0).into_iter().flatten()) {
                *sent = Some(reading.clone());
            }
        }
        self.out.push_back(message(
            self.topics.status.clone(),
            &document::status(&self.endpoint, true, now),
            Qos::AtLeastOnce,
            true,
            None,
        ));
        self.refreshed(now);
    }

    /// The server does not know the registration, or does not take it: register again, at once for the first time and
    /// then after longer and longer waits.
    fn refused(&mut self, now: UtcMillis) {
        if self.again_at.is_some() {
            return;
        }
        if self.refused_at.is_some_and(|at| now.0 > at.0 + 2 * LONGEST_WAIT_MS) {
            self.refusals = 0;
        }
        self.refused_at = Some(now);
        let wait =
            if self.refusals == 0 { 0 } else { (FIRST_WAIT_MS << (self.refusals - 1).min(10)).min(LONGEST_WAIT_MS) };
        self.refusals = self.refusals.saturating_add(1);
        if wait == 0 {
            self.register(now);
        } else {
            self.again_at = Some(UtcMillis(now.0 + wait));
        }
    }

    fn refreshed(&mut self, now: UtcMillis) {
        let life = i64::try_from(self.config.lifetime_s).unwrap_or(i64::MAX / 2000) * 1000;
        self.refresh_at = Some(UtcMillis(now.0 + life * 8 / 10));
        self.expires_at = Some(UtcMillis(now.0 + life));
    }

    /// Sends what the server does not know yet; and everything measured when so configured.
    fn report(&mut self, frame: &Arc<Frame>, now: UtcMillis, even_if_empty: bool) {
        let Some(readings) = frame.breakers.get(self.breaker.0) else { return };
        let all = self.config.report_all;
        let parameters = self.fleet.profile.parameters.iter();
        self.news.clear();
        self.news.extend(
            parameters
                .zip(readings)
                .zip(&self.sent)
                .map(|((p, new), sent)| (all && p.is_measured()) || object::has_news(p, sent.as_ref(), new)),
        );
        let wanted = |ix: usize| self.news.get(ix).copied().unwrap_or(false);
        let Some(payload) = self.template.write(readings, wanted, even_if_empty, frame.utc) else { return };
        for ((sent, new), news) in self.sent.iter_mut().zip(readings).zip(&self.news) {
            if *news {
                *sent = Some(new.clone());
            }
        }
        self.out.push_back(Publish {
            topic: self.topics.update.clone(),
            payload: payload.into(),
            qos: Qos::AtMostOnce,
            retain: false,
            sampled: Some(frame.utc),
        });
        self.refreshed(now);
    }

    /// A discrete value differs from what the other side knows: that does not wait for the pace.
    fn state_changed(&self, frame: &Frame) -> bool {
        let readings = frame.breakers.get(self.breaker.0).into_iter().flatten();
        readings.zip(&self.sent).any(|(new, sent)| {
            let discrete = matches!(new.value, Some(Value::Int(_) | Value::Bool(_) | Value::Text(_)));
            discrete && sent.as_ref().is_some_and(|s| s.value != new.value)
        })
    }

    fn event(&mut self, body: &Json) {
        let event = message(self.topics.event.clone(), body, Qos::AtLeastOnce, false, None);
        if self.connected {
            self.out.push_back(event);
        } else {
            if self.events.len() == EVENTS_KEPT {
                self.events.pop_front();
                self.dropped += 1;
            }
            self.events.push_back(event);
        }
    }
}

fn message(topic: Arc<str>, body: &Json, qos: Qos, retain: bool, sampled: Option<UtcMillis>) -> Publish {
    Publish { topic, payload: body.to_string().into(), qos, retain, sampled }
}

impl Session for Client {
    fn name(&self) -> Arc<str> {
        format!("LwM2M {}", self.endpoint).into()
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        self.out.clear();
        Connect {
            client_id: format!("lwm2m-{}", self.endpoint),
            will: Some(message(
                self.topics.status.clone(),
                &document::status(&self.endpoint, false, now),
                Qos::AtLeastOnce,
                true,
                None,
            )),
            subscriptions: [
                (self.topics.response("reg"), Qos::AtLeastOnce),
                (self.topics.response("update"), Qos::AtLeastOnce),
                (SERVER_STATUS.to_owned(), Qos::AtLeastOnce),
            ]
            .into_iter()
            .chain(self.command_filters().into_iter().map(|filter| (filter, Qos::AtLeastOnce)))
            .collect(),
            keep_alive_s: 30,
        }
    }

    fn subscribed(&mut self, now: UtcMillis) {
        self.connected = true;
        self.register(now);
        self.out.extend(self.events.drain(..));
    }

    fn disconnected(&mut self, _now: UtcMillis) {
        self.connected = false;
        // Events that had not left yet go out after the next registration; the caller of a command asks again.
        let event = self.topics.event.clone();
        self.events.extend(self.out.drain(..).filter(|p| p.topic == event));
        self.pending.clear();
        self.refresh_at = None;
        self.again_at = None;
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        match self.topics.classify(topic) {
            // A retained command would act again at every connection.
            Some(Topic::Command(_)) if retained => self.malformed += 1,
            Some(Topic::Command(name)) => self.command(name, payload, now),
            Some(Topic::RegistrationAnswer | Topic::UpdateAnswer) => {
                let code = serde_json::from_slice::<Json>(payload).ok().and_then(|b| b["code"].as_u64());
                match code {
                    Some(400..) if !self.stopping => self.refused(now),
                    // What was refused had left before this registration.
                    Some(201) => self.again_at = None,
                    _ => {}
                }
            }
            Some(Topic::ServerStatus) => {
                let boot = serde_json::from_slice::<Json>(payload)
                    .ok()
                    .filter(|b| b["status"] == "online")
                    .and_then(|b| b["boot_id"].as_str().map(str::to_owned));
                if let Some(boot) = boot {
                    let restarted = self.server_boot.as_ref().is_some_and(|known| *known != boot);
                    self.server_boot = Some(boot);
                    if restarted && !self.stopping {
                        self.register(now);
                    }
                }
            }
            None => self.malformed += 1,
        }
    }

    fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        let first = self.newest.replace(frame.clone()).is_none();
        if !self.connected || self.stopping {
            return;
        }
        if first {
            // Registered before there was a value: register again with them.
            self.register(now);
        } else if self.pace.is_due(now) || self.state_changed(frame) {
            self.pace.reported(now);
            self.report(frame, now, false);
        }
    }

    fn record(&mut self, record: &Record, _now: UtcMillis) {
        if record.breaker != self.breaker {
            return;
        }
        let body = match &record.body {
            Body::Trip(trip) => {
                let state = self.state();
                document::trip_event(&self.endpoint, trip, record.utc, &state["breaker_status"], &state["trip_count"])
            }
            Body::Cleared(cleared) => document::cleared_event(&self.endpoint, cleared, record.utc),
            Body::Alarm(alarm) => document::alarm_event(&self.endpoint, alarm, record.utc),
            Body::Test(report) => document::test_event(&self.endpoint, report, record.utc),
            _ => return,
        };
        self.event(&body);
    }

    fn answer(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        let Some(at) = self.pending.iter().position(|p| p.number == number) else { return };
        let pending = self.pending.swap_remove(at);
        let body = match &answer.result {
            Ok(()) => json!({ "code": 204, "status": "ok", "state": self.state() }),
            Err(reason) => {
                let (code, kind) = denied(reason);
                json!({
                    "code": code, "status": "error", "state": self.state(),
                    "error": { "type": kind, "cause": reason.cause(), "detail": reason.to_string() },
                })
            }
        };
        self.respond(&pending.command, pending.id, body, now);
    }

    fn timeout(&mut self, now: UtcMillis) {
        if self.connected && self.again_at.is_some_and(|at| at <= now) {
            self.register(now);
        }
        if self.connected
            && self.refresh_at.is_some_and(|at| at <= now)
            && let Some(frame) = self.newest.clone()
        {
            self.report(&frame, now, true);
        }
        if self.refresh_at.is_some_and(|at| at <= now) {
            self.refreshed(now);
        }
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        self.refresh_at.into_iter().chain(self.again_at).min().filter(|_| self.connected)
    }

    fn stop(&mut self, now: UtcMillis) {
        self.stopping = true;
        if self.connected {
            let body = json!({ "endpoint": &*self.endpoint, "device_id": &*self.endpoint, "ts": now.0 });
            self.publish(self.topics.deregistration.clone(), &body, Qos::AtLeastOnce);
            self.out.push_back(message(
                self.topics.status.clone(),
                &document::status(&self.endpoint, false, now),
                Qos::AtLeastOnce,
                true,
                None,
            ));
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
            online: self.connected && self.expires_at.is_some(),
            lifetime_s: self
                .expires_at
                .filter(|_| self.connected)
                .map(|at| u64::try_from((at.0 - now.0) / 1000).unwrap_or(0)),
            malformed: self.malformed,
            dropped: self.dropped,
            ..Standing::default()
        }
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        let Ok(body) = serde_json::from_slice::<Json>(payload) else {
            return vec![format!("{} bytes, no JSON", payload.len())];
        };
        let mut lines = Vec::new();
        if let Some(objects) = body["objects"].as_object() {
            for (object, instances) in objects {
                for (instance, resources) in instances.as_object().into_iter().flatten() {
                    for (id, value) in resources.as_object().into_iter().flatten() {
                        let path = format!("/{object}/{instance}/{id}");
                        let name = path
                            .parse()
                            .ok()
                            .and_then(|p| object::resource(&self.fleet.profile, p))
                            .map_or("", |(_, r)| r.name.as_str());
                        lines.push(format!("{path} {name} = {value}"));
                    }
                }
            }
        }
        if let Some(fields) = body.as_object() {
            lines.extend(fields.iter().filter(|(k, _)| *k != "objects").map(|(k, v)| format!("{k} = {v}")));
        } else {
            lines.push(format!("{topic}: {body}"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    fn client() -> Client {
        let profile = Arc::new(Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap());
        let fleet = Fleet { profile, devices: vec!["b1".into()] };
        let config = ClientConfig { lifetime_s: 3600, report_all: false, tick_ms: 1000, named_commands: false };
        let mut client = Client::new(config, fleet, BreakerIx(0)).unwrap();
        client.connect(UtcMillis(0));
        client.subscribed(UtcMillis(0));
        assert_eq!(registrations(&mut client), 1);
        client
    }

    fn registrations(client: &mut Client) -> usize {
        std::iter::from_fn(|| client.poll_publish()).filter(|p| &*p.topic == "lwm2m/b1/reg").count()
    }

    #[test]
    fn a_404_registers_at_once_and_the_next_ones_after_longer_and_longer_waits() {
        let mut client = client();
        let mut now = UtcMillis(1000);
        client.received("lwm2m/b1/resp/update", br#"{"code":404}"#, false, now);
        assert_eq!(registrations(&mut client), 1);
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            client.received("lwm2m/b1/resp/reg", br#"{"code":503}"#, false, now);
            client.received("lwm2m/b1/resp/update", br#"{"code":404}"#, false, now);
            let due = UtcMillis(now.0 + wait * 1000);
            assert_eq!((client.next_timeout(), registrations(&mut client)), (Some(due), 0));
            client.timeout(UtcMillis(due.0 - 1));
            assert_eq!(registrations(&mut client), 0);
            now = due;
            client.timeout(now);
            assert_eq!(registrations(&mut client), 1);
        }
        now = UtcMillis(now.0 + 121_000);
        client.received("lwm2m/b1/resp/update", br#"{"code":404}"#, false, now);
        assert_eq!(registrations(&mut client), 1, "long ago is forgotten");
    }

    #[test]
    fn a_registration_that_is_taken_ends_the_wait() {
        let mut client = client();
        for _ in 0..2 {
            client.received("lwm2m/b1/resp/update", br#"{"code":404}"#, false, UtcMillis(1000));
        }
        client.received("lwm2m/b1/resp/reg", br#"{"code":201}"#, false, UtcMillis(1001));
        assert_eq!(registrations(&mut client), 1);
        client.timeout(UtcMillis(5000));
        assert_eq!(registrations(&mut client), 0);
    }

    /// What the wildcard would let in, and each by its name: a broker gives every command of the device to either.
    #[test]
    fn named_commands_are_all_that_can_be_carried_out() {
        let profile = Arc::new(Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap());
        let config = ClientConfig { lifetime_s: 3600, report_all: false, tick_ms: 1000, named_commands: true };
        let fleet = Fleet { profile: profile.clone(), devices: vec!["b1".into()] };
        let mut client = Client::new(config, fleet, BreakerIx(0)).unwrap();
        let filters: Vec<String> = client.connect(UtcMillis(0)).subscriptions.into_iter().map(|(f, _)| f).collect();
        assert!(filters.iter().all(|f| !f.contains(['+', '#'])), "{filters:?}");
        let methods = profile.methods.iter().map(|m| m.id.as_str());
        for name in
            methods.chain(["trip", "close", "reset", "configure", "get_configuration", "read", "write", "execute"])
        {
            assert!(filters.contains(&format!("lwm2m/b1/cmd/{name}")), "{name}");
        }
        for filter in filters.iter().filter_map(|f| f.strip_prefix("lwm2m/b1/cmd/")) {
            let refused = command::parse(&profile, filter, b"{}").asked.err();
            assert!(refused.is_none_or(|r| !r.detail.starts_with("no command")), "{filter}");
        }
    }
}
