//! Commands to devices, in the dialect that each speaks.

use super::{Registry, binding};
use crate::lwm2m::server::command::{Unsent, Waiting};
use crate::lwm2m::server::device::{Device, Status};
use crate::lwm2m::server::limits;
use crate::session::Qos;
use crate::time::UtcMillis;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// Commands that only OMA's binding has.
const ONLY_OMA: [&str; 3] = ["observe", "cancel_observe", "write_attributes"];

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
        if device.oma && (ONLY_OMA.contains(&command) || !device.json) {
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
                let path = body.get("path").and_then(Json::as_str).unwrap_or_default();
                let token = observation(device, path)?;
                device.observations.remove(&token);
                binding::cancel(token)
            }
            _ => binding::question(&self.model, command, body, self.next_token)?,
        };
        let token = question.frame.token;
        if command == "observe"
            && let Some(path) = question.path
        {
            if device.observations.values().any(|known| *known == path) {
                return Err(Unsent::Inexpressible(format!("{path} is observed already")));
            }
            if device.observations.len() >= limits::OBSERVATIONS {
                return Err(Unsent::TooMany(device.observations.len()));
            }
            device.observations.insert(token, path);
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

fn observation(device: &Device, path: &str) -> Result<u64, Unsent> {
    let found = device.observations.iter().find(|(_, known)| known.to_string() == path);
    found.map(|(token, _)| *token).ok_or_else(|| Unsent::NotObserved(path.to_owned()))
}

/// A name that may stand in a topic as a command.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
