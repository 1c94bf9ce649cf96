//! The documents of the REST interface.

use crate::lwm2m::server::command::{End, Known, Outcome};
use crate::lwm2m::server::device::{Device, Rates, observed};
use crate::lwm2m::server::to_json;
use crate::time::UtcMillis;
use crate::time::civil::Civil;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Calendar time as RFC 3339.
pub(super) fn rfc3339(at: UtcMillis) -> String {
    Civil::from_millis(at).rfc3339()
}

/// Messages, values and bytes a second, over the last five seconds.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct RateView {
    /// MQTT messages a second.
    messages: f64,
    /// Values a second; a message may carry many.
    values: f64,
    /// Payload bytes a second.
    bytes: f64,
}

impl From<Rates> for RateView {
    fn from(rates: Rates) -> Self {
        Self { messages: rates.messages, values: rates.values, bytes: rates.bytes }
    }
}

/// How a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum StatusView {
    /// Registered and connected.
    Online,
    /// Registered; its connection is gone.
    Offline,
    /// The lifetime ran out.
    Expired,
    /// It said good-bye.
    Deregistered,
}

impl StatusView {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Expired => "expired",
            Self::Deregistered => "deregistered",
        }
    }
}

/// A device as the server knows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DeviceView {
    /// Its id.
    #[schema(example = "smart-breaker-001")]
    device_id: String,
    /// Its endpoint name, which is the same.
    endpoint: String,
    /// How it stands: online, offline, expired or deregistered.
    #[schema(example = "online")]
    status: String,
    /// Whether there is a registration.
    registered: bool,
    /// Lifetime of the registration in seconds; 0 never ends.
    lifetime: u64,
    /// Binding mode.
    binding_mode: String,
    /// LwM2M version.
    lwm2m_version: String,
    /// Dialect of its messages: json, oma or both.
    dialect: String,
    /// Paths that are observed; those of a composite stand in one text.
    observed: Vec<String>,
    /// Objects and instances, in link format (RFC 6690).
    object_links: Vec<String>,
    /// When it registered last.
    registered_at: String,
    /// When it was heard last.
    last_update: String,
    /// Milliseconds since it was heard.
    age_ms: i64,
    /// When the registration ends without another word; absent for never, or when it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// How much it sends.
    rate: RateView,
    /// Messages heard.
    messages: u64,
    /// Messages that could not be understood.
    malformed: u64,
    /// The newest values: object, instance, resource.
    #[schema(value_type = Object, example = json!({ "9": { "0": { "1": 66.5 } } }))]
    objects: Map<String, Json>,
}

impl DeviceView {
    pub(super) fn id(&self) -> &str {
        &self.device_id
    }

    pub(super) fn of(device: &Device, now: UtcMillis, with_values: bool) -> Self {
        let mut objects: BTreeMap<u16, BTreeMap<u16, BTreeMap<u16, Json>>> = BTreeMap::new();
        for (path, entry) in device.values().filter(|_| with_values) {
            if let (Some(instance), Some(resource)) = (path.instance, path.resource) {
                let instances = objects.entry(path.object).or_default();
                instances.entry(instance).or_default().insert(resource, to_json(&entry.value));
            }
        }
        let registration = &device.registration;
        Self {
            device_id: device.endpoint.to_string(),
            endpoint: device.endpoint.to_string(),
            status: device.status.word().to_owned(),
            registered: device.status.is_registered(),
            lifetime: registration.lifetime_s,
            binding_mode: registration.binding.to_string(),
            lwm2m_version: registration.version.to_string(),
            dialect: device.dialect().to_owned(),
            observed: device.observations.values().map(|paths| observed(paths)).collect(),
            object_links: registration.links.iter().map(ToString::to_string).collect(),
            registered_at: rfc3339(device.registered_at),
            last_update: rfc3339(device.last_update),
            age_ms: now.0 - device.last_update.0,
            expires_at: device.expires_at.map(rfc3339),
            rate: device.rates(now).into(),
            messages: device.heard,
            malformed: device.malformed,
            objects: objects.into_iter().map(|(id, instances)| (id.to_string(), tree(instances))).collect(),
        }
    }
}

fn tree(instances: BTreeMap<u16, BTreeMap<u16, Json>>) -> Json {
    let resources = |r: BTreeMap<u16, Json>| r.into_iter().map(|(id, v)| (id.to_string(), v)).collect::<Map<_, _>>();
    instances.into_iter().map(|(id, r)| (id.to_string(), Json::Object(resources(r)))).collect::<Map<_, _>>().into()
}

/// A value of a resource.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Scalar {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// How a command stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CommandView {
    /// The command's id, as in its messages.
    id: String,
    /// Of which device.
    device_id: String,
    /// Its name.
    command: String,
    /// ok, error, timeout or waiting.
    #[schema(example = "ok")]
    status: String,
    /// When it was sent.
    sent_at: String,
    /// Milliseconds to its end; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ms: Option<i64>,
    /// LwM2M response code, 204 for 2.04; absent without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    /// Everything the device said; absent without an answer.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Json>,
}

impl CommandView {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let (status, code, result) = match &outcome.end {
            End::Answered(code, body) => {
                let status = if (200..300).contains(code) { "ok" } else { "error" };
                (status, Some(*code), Some(body.clone()))
            }
            End::Silent => ("timeout", None, None),
        };
        Self {
            id: outcome.id.to_string(),
            device_id: outcome.endpoint.to_string(),
            command: outcome.command.to_string(),
            status: status.to_owned(),
            sent_at: rfc3339(outcome.sent),
            elapsed_ms: Some(outcome.ended.0 - outcome.sent.0),
            code,
            result,
        }
    }

    pub(super) fn known(id: &str, known: &Known) -> Self {
        match known {
            Known::Ended(outcome) => Self::of(outcome),
            Known::Waiting { endpoint, command, sent } => Self {
                id: id.to_owned(),
                device_id: endpoint.to_string(),
                command: command.to_string(),
                status: "waiting".to_owned(),
                sent_at: rfc3339(*sent),
                elapsed_ms: None,
                code: None,
                result: None,
            },
        }
    }
}
