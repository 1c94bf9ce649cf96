//! Devices in the form of the REST interface of Leshan's demo server, so that scripts written for it find theirs here.
//!
//! Reading only: what changes something has routes of its own, with errors that say why.

use super::super::extract::{At, endpoint};
use super::super::problem::Problem;
use super::document::{DeviceProblems, ReadProblems};
use super::objects::ResourceAt;
use super::operations::path;
use super::{Site, WAIT_MS};
use crate::lwm2m::codec::links::{self, Link, Target};
use crate::lwm2m::object;
use crate::lwm2m::path::Path;
use crate::lwm2m::server::command::End;
use crate::lwm2m::server::device::Device;
use crate::profile::{Profile, ResourceTarget, ValueKind};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A link of a registration.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct LinkView {
    /// Where to.
    #[schema(example = "/3/0")]
    url: String,
    /// Its attributes.
    attributes: BTreeMap<String, String>,
}

/// A registration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::runtime::server) struct ClientView {
    /// Endpoint name.
    endpoint: String,
    /// The same: one registration a device.
    registration_id: String,
    /// When it registered last.
    registration_date: String,
    /// When it was heard last.
    last_update: String,
    /// LwM2M version.
    #[serde(rename = "lwM2mVersion")]
    lwm2m_version: String,
    /// Lifetime in seconds; 0 never ends.
    lifetime: u64,
    /// Binding mode.
    binding_mode: String,
    /// Where the objects begin.
    root_path: String,
    /// Objects and instances.
    object_links: Vec<LinkView>,
    /// The instances.
    available_instances: Vec<String>,
    /// Whether the connection to the server is secured; that to the broker is not known here.
    secure: bool,
    /// Whether it sleeps between its messages.
    queuemode: bool,
}

impl ClientView {
    fn of(device: &Device) -> Self {
        let registration = &device.registration;
        let text = registration.links.join(",");
        // What the server took at the registration can be read again.
        let list = links::decode(text.as_bytes()).unwrap_or_default();
        let path = |link: &Link| match link.target {
            Target::Root => None,
            Target::Path(path) => Some(path),
        };
        let instances = list.iter().filter_map(path).filter(|p| p.instance.is_some());
        Self {
            endpoint: device.endpoint.to_string(),
            registration_id: device.endpoint.to_string(),
            registration_date: super::super::shape::rfc3339(device.registered_at),
            last_update: super::super::shape::rfc3339(device.last_update),
            lwm2m_version: registration.version.to_string(),
            lifetime: registration.lifetime_s,
            binding_mode: registration.binding.to_string(),
            root_path: "/".to_owned(),
            available_instances: instances.map(|p| p.to_string()).collect(),
            object_links: list
                .iter()
                .map(|link| LinkView {
                    url: path(link).map_or_else(|| "/".to_owned(), |p| p.to_string()),
                    attributes: link
                        .attributes
                        .iter()
                        .map(|(n, v)| (n.clone(), v.clone().unwrap_or_default()))
                        .collect(),
                })
                .collect(),
            secure: false,
            queuemode: false,
        }
    }
}

/// What a device answered.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct AnswerView {
    /// Name and number of the code.
    #[schema(example = "CONTENT(205)")]
    status: String,
    /// An answer that LwM2M allows.
    valid: bool,
    /// The device did it.
    success: bool,
    /// The device refused.
    failure: bool,
    /// The resource: kind, id, type and value. Numbers are texts, as JavaScript has no whole ones of 64 bits; times are
    /// milliseconds since 1970.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Value>,
    /// Why it was refused.
    #[serde(rename = "errormessage", skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// The registered devices.
#[utoipa::path(
    get, path = "/api/clients", tag = "leshan",
    responses((status = 200, description = "The registrations", body = [ClientView]), ReadProblems)
)]
pub(in crate::runtime::server) async fn list(State(site): State<Site>) -> Result<Json<Vec<ClientView>>, Problem> {
    let known = site.desk.with(|registry, _| {
        registry.devices().filter(|d| d.status.is_registered()).map(ClientView::of).collect::<Vec<_>>()
    });
    Ok(Json(known.await?))
}

/// A registered device.
#[utoipa::path(
    get, path = "/api/clients/{id}", tag = "leshan", params(("id" = String, Path, description = "Endpoint name")),
    responses((status = 200, description = "The registration", body = ClientView), ReadProblems)
)]
pub(in crate::runtime::server) async fn show(
    State(site): State<Site>,
    At(id): At<String>,
) -> Result<Json<ClientView>, Problem> {
    endpoint(&id)?;
    let view = site.desk.with({
        let id = id.clone();
        move |registry, _| registry.device(&id).filter(|d| d.status.is_registered()).map(ClientView::of)
    });
    view.await?.map(Json).ok_or_else(|| Problem::unknown_device(&id))
}

/// Reads a resource. A refusal of the device is an answer, too.
#[utoipa::path(
    get, path = "/api/clients/{id}/{object}/{instance}/{resource}", tag = "leshan", params(ResourceAt),
    responses((status = 200, description = "What the device said", body = AnswerView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn read(
    State(site): State<Site>,
    At(at): At<ResourceAt>,
) -> Result<Json<AnswerView>, Problem> {
    endpoint(&at.id)?;
    let body = path(at.object, Some(at.instance), Some(at.resource))?;
    let asked = Path::object(at.object).child(at.instance).child(at.resource);
    let sent = site.desk.command(&at.id, "read", body, i64::from(WAIT_MS)).await??;
    let outcome = sent.ended().await?;
    match (&outcome.end, Problem::of(&outcome)) {
        (End::Answered(code, body), _) => Ok(Json(answer(&site.profile, asked, *code, body))),
        (End::Silent, Some(problem)) => Err(problem),
        (End::Silent, None) => Err(Problem::not_found("the device did not answer")),
    }
}

fn answer(profile: &Profile, asked: Path, code: u16, body: &Value) -> AnswerView {
    let success = (200..300).contains(&code);
    let value = value(body, asked).filter(|_| success);
    AnswerView {
        status: format!("{}({code})", word(code)),
        valid: true,
        success,
        failure: !success,
        content: value.map(|value| content(profile, asked, value)),
        message: if success { None } else { body["error"]["detail"].as_str().map(str::to_owned) },
    }
}

/// The value at a path in what a device said.
fn value(body: &Value, asked: Path) -> Option<&Value> {
    let tree = || {
        let ids = [Some(asked.object), asked.instance, asked.resource];
        ids.into_iter().flatten().try_fold(body.get("objects")?, |tree, id| tree.get(id.to_string()))
    };
    body.get("value").or_else(tree)
}

fn content(profile: &Profile, asked: Path, value: &Value) -> Value {
    let kind = match object::resource(profile, asked).map(|(_, r)| r.target) {
        Some(ResourceTarget::Parameter(ix)) => Some(profile[ix].kind),
        _ => None,
    };
    let kind_word = match (kind, value) {
        (Some(ValueKind::Boolean), _) | (None, Value::Bool(_)) => "BOOLEAN",
        (Some(ValueKind::Integer), _) => "INTEGER",
        (Some(ValueKind::Float), _) => "FLOAT",
        (Some(ValueKind::Time), _) => "TIME",
        (Some(ValueKind::ObjectLink), _) => "OBJLNK",
        (None, Value::Number(n)) => {
            if n.is_f64() {
                "FLOAT"
            } else {
                "INTEGER"
            }
        }
        _ => "STRING",
    };
    let value = match (kind_word, value) {
        ("TIME", Value::Number(seconds)) => json!(seconds.as_i64().unwrap_or(0).saturating_mul(1000)),
        (_, Value::Number(number)) => json!(number.to_string()),
        (_, other) => other.clone(),
    };
    Value::Object(Map::from_iter([
        ("kind".to_owned(), json!("singleResource")),
        ("id".to_owned(), json!(asked.resource)),
        ("type".to_owned(), json!(kind_word)),
        ("value".to_owned(), value),
    ]))
}

/// The code as the standard names it (OMA TS LightweightM2M Core 1.2, 6; RFC 7252, 12.1.2).
const fn word(code: u16) -> &'static str {
    match code {
        204 => "CHANGED",
        205 => "CONTENT",
        400 => "BAD_REQUEST",
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        405 => "METHOD_NOT_ALLOWED",
        406 => "NOT_ACCEPTABLE",
        415 => "UNSUPPORTED_CONTENT_FORMAT",
        500 => "INTERNAL_SERVER_ERROR",
        503 => "SERVICE_UNAVAILABLE",
        _ => "UNKNOWN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile with one resource of each kind that is told apart: the shipped one.
    fn answered(name: &str, code: u16, body: &Value) -> Value {
        let profile = Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap();
        let objects = profile.lwm2m.objects.iter();
        let path = objects.flat_map(|o| o.resources.iter().map(move |r| (o.id, r))).find(|(_, r)| r.name == name);
        let path = path.map(|(o, r)| Path::resource(o, r.id)).unwrap();
        let mut view = serde_json::to_value(answer(&profile, path, code, body)).unwrap();
        if let Some(content) = view.get_mut("content").and_then(Value::as_object_mut) {
            assert_eq!(content.remove("id"), Some(json!(path.resource)));
        }
        view
    }

    #[test]
    fn a_value_is_told_as_leshan_does() {
        assert_eq!(
            answered("CurrentPhaseA", 205, &json!({ "value": 66.5 })),
            json!({
                "status": "CONTENT(205)", "valid": true, "success": true, "failure": false,
                "content": { "kind": "singleResource", "type": "FLOAT", "value": "66.5" },
            })
        );
        let content = |name: &str, value: Value| answered(name, 205, &json!({ "value": value }))["content"].clone();
        assert_eq!(content("TripCount", json!(3))["value"], json!("3"));
        assert_eq!(content("CurrentTime", json!(1_700_000_000))["value"], json!(1_700_000_000_000_i64));
        assert_eq!(content("CurrentTime", json!(1_700_000_000))["type"], json!("TIME"));
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let refused = answered("CurrentPhaseA", 404, &json!({ "error": { "detail": "no value now" } }));
        assert_eq!((refused["status"].as_str(), refused["failure"].as_bool()), (Some("NOT_FOUND(404)"), Some(true)));
        assert_eq!((refused["errormessage"].as_str(), refused.get("content")), (Some("no value now"), None));
    }
}
