//! Commands of the server and their answers.

use super::{Client, Pending, REMEMBERED};
use crate::lwm2m::command::{self, Asked, Refusal};
use crate::lwm2m::path::Path;
use crate::lwm2m::{document, object};
use crate::profile::ResourceTarget;
use crate::session::{Incoming, Qos};
use crate::time::UtcMillis;
use serde_json::{Value as Json, json};

impl Client {
    pub(super) fn respond(&mut self, command: &str, id: Option<String>, mut body: Json, now: UtcMillis) {
        body["command"] = json!(command);
        body["id"] = json!(id);
        body["ts"] = json!(now.0);
        if let Some(id) = id {
            if self.answered.len() == REMEMBERED {
                self.answered.pop_front();
            }
            self.answered.push_back((command.to_owned(), id, body.clone()));
        }
        self.publish(self.topics.response(command).into(), &body, Qos::AtLeastOnce);
    }

    /// The state a caller wants to see with the answer: what an operator would look at first.
    pub(super) fn state(&self) -> Json {
        let Some(readings) = self.readings() else { return Json::Null };
        let of = |id: &str| {
            let (ix, _) = self.fleet.profile.datum(id)?;
            readings.get(ix.0)?.value.as_ref().map(object::to_json)
        };
        json!({ "breaker_status": of("BreakerStatus"), "trip_count": of("TripCount"), "last_trip_id": of("LastTripId") })
    }

    pub(super) fn command(&mut self, name: &str, payload: &[u8], now: UtcMillis) {
        let profile = self.fleet.profile.clone();
        let parsed = command::parse(&profile, name, payload);
        if let Some(id) = &parsed.id {
            if let Some((_, _, body)) = self.answered.iter().find(|(c, i, _)| c == name && i == id) {
                let body = body.clone();
                self.publish(self.topics.response(name).into(), &body, Qos::AtLeastOnce);
                return;
            }
            if self.pending.iter().any(|p| p.command == name && p.id.as_ref() == Some(id)) {
                return;
            }
        }
        let asked = match parsed.asked {
            Ok(asked) => asked,
            Err(refusal) => {
                self.malformed += u64::from(refusal.code == 400);
                self.respond(name, parsed.id, error(&refusal), now);
                return;
            }
        };
        match asked {
            Asked::Gate(command) => {
                self.next_number += 1;
                let number = self.next_number;
                self.pending.push(Pending { number, command: name.to_owned(), id: parsed.id });
                self.requests.push_back(Incoming { number, target: self.breaker, command });
            }
            Asked::Read(path) => {
                let body = self.read(path).unwrap_or_else(|refusal| error(&refusal));
                self.respond(name, parsed.id, body, now);
            }
            Asked::Discover(path) => {
                let body = match object::discover(&profile, path) {
                    Some(links) => json!({ "code": 205, "status": "ok", "path": path.to_string(), "links": links }),
                    None => error(&not_found(path)),
                };
                self.respond(name, parsed.id, body, now);
            }
            Asked::Configuration(protection, communication) => {
                let Some(readings) = self.readings() else {
                    let refusal = Refusal {
                        code: 503,
                        kind: "service_unavailable",
                        detail: "no values yet, try again".to_owned(),
                    };
                    self.respond(name, parsed.id, error(&refusal), now);
                    return;
                };
                let body = document::configuration(&profile, &self.endpoint, readings, protection, communication, now);
                self.publish(self.topics.config.clone(), &body, Qos::AtLeastOnce);
                let configuration = body["configuration"].clone();
                self.respond(
                    name,
                    parsed.id,
                    json!({ "code": 205, "status": "ok", "configuration": configuration }),
                    now,
                );
            }
        }
    }

    pub(super) fn read(&self, path: Path) -> Result<Json, Refusal> {
        let readings = self.readings().unwrap_or_default();
        let profile = &self.fleet.profile;
        if path.resource.is_some() {
            let (_, resource) = object::resource(profile, path).ok_or_else(|| not_found(path))?;
            let ResourceTarget::Parameter(ix) = resource.target else {
                return Err(Refusal {
                    code: 405,
                    kind: "method_not_allowed",
                    detail: format!("{path} can only be executed"),
                });
            };
            let value = readings.get(ix.0).and_then(|r| r.value.as_ref()).ok_or_else(|| Refusal {
                code: 404,
                kind: "not_found",
                detail: format!("{path} {} has no value now", resource.name),
            })?;
            return Ok(json!({
                "code": 205, "status": "ok", "path": path.to_string(), "name": resource.name,
                "value": object::to_json(value),
            }));
        }
        if !profile.lwm2m.objects.iter().any(|o| o.id == path.object) || path.instance.is_some_and(|i| i != 0) {
            return Err(not_found(path));
        }
        let values = object::tree(profile, readings, |o, _, _| o.id == path.object);
        Ok(json!({ "code": 205, "status": "ok", "path": path.to_string(), "objects": values }))
    }
}

pub(super) fn not_found(path: Path) -> Refusal {
    Refusal { code: 404, kind: "not_found", detail: format!("nothing at {path}") }
}

pub(super) fn error(refusal: &Refusal) -> Json {
    json!({
        "code": refusal.code, "status": "error",
        "error": { "type": refusal.kind, "detail": refusal.detail },
    })
}
