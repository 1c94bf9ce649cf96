//! Messages of OMA's binding.

use super::{Registry, binding};
use crate::lwm2m::codec::frame::{Frame, Head, Operation};
use crate::lwm2m::path::Path;
use crate::lwm2m::server::device::{Dialect, Registration};
use crate::lwm2m::server::limits;
use crate::lwm2m::server::registration::{LIFETIME_S, LONGEST_LIFETIME_S};
use crate::lwm2m::topic::Topics;
use crate::session::Qos;
use crate::time::UtcMillis;
use std::sync::Arc;

impl Registry {
    pub(super) fn frame(&mut self, endpoint: &str, topic: &str, payload: &[u8], frame: &Frame, now: UtcMillis) {
        match frame.head {
            Head::Request(Operation::Register) => {
                let code = self.register_by_frame(endpoint, topic, payload, frame, now);
                self.reply(endpoint, code, frame.token, Qos::AtLeastOnce, now);
            }
            Head::Request(Operation::Update) => {
                let code = self.update_by_frame(endpoint, frame, now);
                self.reply(endpoint, code, frame.token, Qos::AtLeastOnce, now);
            }
            Head::Request(Operation::Deregister) => {
                self.good_bye(endpoint, now);
                self.reply(endpoint, 202, frame.token, Qos::AtLeastOnce, now);
            }
            Head::Request(Operation::Send) => self.sent(endpoint, frame, now),
            Head::Request(Operation::Notify) => self.notified(endpoint, frame, now),
            Head::Request(_) => {}
            Head::Response(code) => self.answered_by_frame(endpoint, code, frame, now),
        }
    }

    fn register_by_frame(&mut self, endpoint: &str, topic: &str, payload: &[u8], frame: &Frame, now: UtcMillis) -> u16 {
        let links = frame.payload.as_deref().unwrap_or_default();
        let lifetime_s = frame.lifetime.unwrap_or(LIFETIME_S);
        let other = frame.endpoint.as_deref().is_some_and(|e| e != endpoint);
        if other || Topics::new(endpoint).is_err() || links.len() > limits::LINKS || lifetime_s > LONGEST_LIFETIME_S {
            self.malformed(endpoint);
            return 400;
        }
        let short = |text: &Option<String>, or: &str| -> Arc<str> {
            text.as_deref().filter(|t| t.len() <= 16).unwrap_or(or).into()
        };
        let registration = Registration {
            lifetime_s,
            version: short(&frame.version, "1.2"),
            binding: short(&frame.binding, "M"),
            links: split(links),
        };
        if self.enter(endpoint, Dialect::Oma, registration, (topic, payload), now).is_some() { 201 } else { 503 }
    }

    fn update_by_frame(&mut self, endpoint: &str, frame: &Frame, now: UtcMillis) -> u16 {
        let Some(name) = self.registered(endpoint) else { return 404 };
        let links = frame.payload.as_deref().filter(|l| l.len() <= limits::LINKS);
        if let Some(device) = self.devices.get_mut(&name) {
            if let Some(seconds) = frame.lifetime.filter(|l| *l <= LONGEST_LIFETIME_S) {
                device.registration.lifetime_s = seconds;
            }
            if let Some(links) = links {
                device.registration.links = split(links);
            }
        }
        self.counters.updates += 1;
        self.refresh(&name, now);
        204
    }

    fn sent(&mut self, endpoint: &str, frame: &Frame, now: UtcMillis) {
        let Some(name) = self.registered(endpoint) else {
            if self.may_tell_stranger(endpoint, now) {
                self.reply(endpoint, 404, frame.token, Qos::AtLeastOnce, now);
            }
            return;
        };
        let code = match binding::values(&self.model, frame, Path::object(0)) {
            Ok(values) => {
                self.counters.updates += 1;
                self.refresh(&name, now);
                self.news(&name, &values, now.0, now);
                204
            }
            Err(_) => {
                self.malformed(endpoint);
                400
            }
        };
        // As many as there are Sends: an answer that is lost is not asked for again.
        self.reply(endpoint, code, frame.token, Qos::AtMostOnce, now);
    }

    fn notified(&mut self, endpoint: &str, frame: &Frame, now: UtcMillis) {
        let Some(name) = self.registered(endpoint) else { return };
        let paths = self.devices.get(&name).and_then(|d| d.observations.get(&frame.token));
        let path = match paths.map(Vec::as_slice) {
            Some([path]) => *path,
            // A composite names its paths itself.
            Some(_) => Path::object(0),
            None => {
                self.counters.stray_answers += 1;
                return;
            }
        };
        match binding::values(&self.model, frame, path) {
            Ok(values) => {
                self.refresh(&name, now);
                self.news(&name, &binding::newest(values), now.0, now);
            }
            Err(_) => self.malformed(endpoint),
        }
    }

    fn answered_by_frame(&mut self, endpoint: &str, code: u16, frame: &Frame, now: UtcMillis) {
        let Some(waiting) = self.commands.take_token(endpoint, frame.token) else {
            self.counters.stray_answers += 1;
            return;
        };
        let (mut body, values) = binding::answer(&self.model, frame, code, waiting.path);
        body["id"] = serde_json::json!(&*waiting.id);
        body["command"] = serde_json::json!(&*waiting.command);
        let name = Arc::clone(&waiting.endpoint);
        if matches!(&*waiting.command, "observe" | "observe_composite")
            && !(200..300).contains(&code)
            && let Some(device) = self.devices.get_mut(&name)
        {
            device.observations.remove(&frame.token);
        }
        self.commands.end_answered(waiting, code, body, now);
        if !values.is_empty() {
            self.news(&name, &values, now.0, now);
        }
    }

    fn reply(&mut self, endpoint: &str, code: u16, token: u64, qos: Qos, now: UtcMillis) {
        let frame = Frame::response(code, token).encode();
        self.send(endpoint, &binding::topic(endpoint), frame.into(), qos, now);
    }
}

/// The links of an object list, one an entry.
fn split(links: &[u8]) -> Arc<[Arc<str>]> {
    String::from_utf8_lossy(links).split(',').filter(|l| !l.is_empty()).map(Arc::from).collect()
}
