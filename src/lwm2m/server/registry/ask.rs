//! Commands to devices, in the dialect that each speaks.

use super::{Registry, binding};
use crate::lwm2m::server::command::{Unsent, Waiting};
use crate::lwm2m::server::device::{Device, Status, observed};
use crate::lwm2m::server::limits;
use crate::session::Qos;
use crate::time::UtcMillis;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// Commands that only OMA's binding has.
const ONLY_OMA: [&str; 7] = [
    "observe",
    "cancel_observe",
    "write_attributes",
    "read_composite",
    "write_composite",
    "observe_composite",
    "delete",
];

impl Registry {
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
        let by_frame = ONLY_OMA.contains(&command) || body.contains_key("format");
        if device.oma && (by_frame || !device.json) {
            return self.command_by_frame(endpoint, command, &body, wait_ms, now);
        }
        let name = Arc::clone(&device.endpoint);
        let id: Arc<str> = format!("{}-c{}", self.boot, self.next_command).into();
        self.next_command += 1;
        body.insert("id".to_owned(), json!(&*id));
        body.insert("command".to_owned(), json!(command));
        body.insert("ts".to_owned(), json!(now.0));
        let topic = format!("lwm2m/{endpoint}/cmd/{command}");
        self.send(endpoint, &topic, Json::Object(body).to_string().into(), Qos::AtLeastOnce, now);
        self.counters.commands += 1;
        self.commands.sent(Waiting {
            id: Arc::clone(&id),
            endpoint: name,
            command: command.into(),
            token: None,
            path: None,
            sent: now,
            until: UtcMillis(now.0.saturating_add(wait_ms)),
        });
        Ok(id)
    }

    fn command_by_frame(
        &mut self,
        endpoint: &str,
        command: &str,
        body: &Map<String, Json>,
        wait_ms: i64,
        now: UtcMillis,
    ) -> Result<Arc<str>, Unsent> {
        let Some(device) = self.devices.get_mut(endpoint) else {
            return Err(Unsent::UnknownDevice(endpoint.to_owned()));
        };
        let question = match command {
            // The token of an observation takes it back.
            "cancel_observe" => {
                let token = observation(device, body)?;
                device.observations.remove(&token);
                binding::cancel(token)
            }
            _ => binding::question(&self.model, command, body, self.next_token)?,
        };
        let token = question.frame.token;
        if !question.observes.is_empty() {
            if device.observations.values().any(|known| *known == question.observes) {
                return Err(Unsent::Inexpressible(format!("{} is observed already", observed(&question.observes))));
            }
            if device.observations.len() >= limits::OBSERVATIONS {
                return Err(Unsent::TooMany(device.observations.len()));
            }
            device.observations.insert(token, question.observes);
        }
        let name = Arc::clone(&device.endpoint);
        // Even, and one CBOR byte shorter most of the time; those of observations come back with each notification.
        self.next_token = if self.next_token >= u64::from(u32::MAX) { 2 } else { self.next_token + 2 };
        let id: Arc<str> = format!("{}-c{}", self.boot, self.next_command).into();
        self.next_command += 1;
        self.send(endpoint, &binding::topic(endpoint), question.frame.encode().into(), Qos::AtLeastOnce, now);
        self.counters.commands += 1;
        self.commands.sent(Waiting {
            id: Arc::clone(&id),
            endpoint: name,
            command: command.into(),
            token: Some(token),
            path: question.path,
            sent: now,
            until: UtcMillis(now.0.saturating_add(wait_ms)),
        });
        Ok(id)
    }
}

/// The token under which the path or the paths are observed.
fn observation(device: &Device, body: &Map<String, Json>) -> Result<u64, Unsent> {
    let path = body.get("path").and_then(Json::as_str).unwrap_or_default();
    let wanted = if body.contains_key("paths") { observed(&binding::paths(body)?) } else { path.to_owned() };
    let found = device.observations.iter().find(|(_, known)| observed(known) == wanted);
    found.map(|(token, _)| *token).ok_or(Unsent::NotObserved(wanted))
}

/// A name that may stand in a topic as a command.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
