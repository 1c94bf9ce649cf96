//! Messages of the JSON dialect.

use super::{Happened, Registry};
use crate::lwm2m::server::device::{Dialect, Status};
use crate::lwm2m::server::limits;
use crate::lwm2m::server::registration::registration;
use crate::lwm2m::server::topic::Kind;
use crate::lwm2m::server::update::Update;
use crate::lwm2m::server::values::Tree;
use crate::lwm2m::topic::Topics;
use crate::session::Qos;
use crate::time::UtcMillis;
use serde_json::{Value as Json, json};
use std::sync::Arc;

impl Registry {
    pub(super) fn document(
        &mut self,
        endpoint: &str,
        kind: Kind<'_>,
        topic: &str,
        payload: &[u8],
        body: &Json,
        now: UtcMillis,
    ) {
        match kind {
            Kind::Registration => self.register(endpoint, topic, payload, body, now),
            Kind::Bulk => self.bulk(endpoint, body, now),
            Kind::Deregistration => self.deregister(endpoint, now),
            Kind::Event => self.event(endpoint, body, now),
            Kind::Configuration => self.tell(endpoint, Happened::Configuration, body, now),
            Kind::Status => self.status(endpoint, body, now),
            Kind::Answer(command) => {
                if !self.commands.answered(endpoint, command, body, now) {
                    self.counters.stray_answers += 1;
                }
            }
            // These are read without a tree of JSON.
            Kind::Update | Kind::Oma => {}
        }
    }

    fn register(&mut self, endpoint: &str, topic: &str, payload: &[u8], body: &Json, now: UtcMillis) {
        let Ok(topics) = Topics::new(endpoint) else {
            self.counters.malformed += 1;
            return;
        };
        let refusal = |code: u16, kind: &str, detail: String| json!({ "code": code, "status": "error", "error": { "type": kind, "detail": detail }, "ts": now.0 });
        let registration = match registration(endpoint, body) {
            Ok(registration) => registration,
            Err(detail) => {
                self.malformed(endpoint);
                let body = refusal(400, "bad_request", detail.to_owned());
                return self.respond(&topics, endpoint, "reg", &body, now);
            }
        };
        let lifetime_s = registration.lifetime_s;
        let Some(name) = self.enter(endpoint, Dialect::Json, registration, (topic, payload), now) else {
            let detail = format!("{} devices are known, which is the limit", limits::DEVICES);
            let body = refusal(503, "service_unavailable", detail);
            return self.respond(&topics, endpoint, "reg", &body, now);
        };
        let tree = Tree::of(&body["objects"]);
        self.strange(&name, &tree);
        self.keep(&name, &tree.values, now);
        let body = json!({
            "code": 201, "status": "ok", "endpoint": endpoint, "lifetime": lifetime_s,
            "location": format!("/rd/{endpoint}"), "ts": now.0,
        });
        self.respond(&topics, endpoint, "reg", &body, now);
    }

    /// Counts a message with entries that are no values.
    fn strange(&mut self, name: &str, tree: &Tree) {
        if tree.strange > 0 {
            self.malformed(name);
        }
    }

    pub(super) fn update(&mut self, endpoint: &str, update: &Update, now: UtcMillis) {
        let Some(name) = self.registered(endpoint) else { return self.ask_to_register(endpoint, now) };
        if let (Some(seconds), Some(device)) = (update.lifetime_s(), self.devices.get_mut(&name)) {
            device.registration.lifetime_s = seconds;
        }
        self.counters.updates += 1;
        self.strange(&name, &update.objects);
        self.refresh(&name, now);
        self.news(&name, &update.objects.values, update.sampled().unwrap_or(now.0), now);
    }

    /// The original's bulk message: `{"operations": [{"objects": ...}, ...]}`, or a list of updates.
    fn bulk(&mut self, endpoint: &str, body: &Json, now: UtcMillis) {
        let operations = body.get("operations").unwrap_or(body).as_array().cloned();
        let Some(operations) = operations else {
            self.malformed(endpoint);
            return;
        };
        for operation in &operations {
            self.update(endpoint, &Update::of(operation), now);
        }
    }

    fn deregister(&mut self, endpoint: &str, now: UtcMillis) {
        self.good_bye(endpoint, now);
        if let Ok(topics) = Topics::new(endpoint) {
            let body = json!({ "code": 202, "status": "ok", "endpoint": endpoint, "ts": now.0 });
            self.respond(&topics, endpoint, "dereg", &body, now);
        }
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
        let Some(name) = self.registered(endpoint) else { return self.ask_to_register(endpoint, now) };
        self.refresh(&name, now);
        self.feed.push(kind, &name, now, body);
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

    fn ask_to_register(&mut self, endpoint: &str, now: UtcMillis) {
        let Ok(topics) = Topics::new(endpoint) else { return };
        if !self.may_tell_stranger(endpoint, now) {
            return;
        }
        let body = json!({
            "code": 404, "status": "error", "ts": now.0,
            "error": { "type": "not_found", "detail": format!("{endpoint} is not registered; register first") },
        });
        self.respond(&topics, endpoint, "update", &body, now);
    }

    fn respond(&mut self, topics: &Topics, endpoint: &str, kind: &str, body: &Json, now: UtcMillis) {
        self.send(endpoint, &topics.response(kind), body.to_string().into(), Qos::AtLeastOnce, now);
    }
}
