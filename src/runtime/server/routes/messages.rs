//! The newest messages of a device, as they were on the wire and in words.

use super::super::extract::{At, endpoint};
use super::super::problem::Problem;
use super::super::shape::rfc3339;
use super::Site;
use super::document::ReadProblems;
use super::models::named;
use super::templates::view_or_unknown;
use crate::lwm2m::server::messages::Message;
use crate::lwm2m::server::oma;
use crate::profile::Profile;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;

/// Lines of a message in words.
const LINES: usize = 400;

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct MessageView {
    /// Counts up within the device.
    number: u64,
    /// When.
    at: String,
    /// in: the device sent it; out: the server did.
    #[schema(example = "in")]
    direction: String,
    /// Topic.
    topic: String,
    /// Size of the payload in bytes.
    size: usize,
    /// The payload in hexadecimal, cut after 4096 bytes.
    hex: String,
    /// The payload is longer than what is here.
    cut: bool,
    /// The payload in words, one line an item.
    decoded: Vec<String>,
}

fn view(profile: &Arc<Profile>, message: &Message) -> MessageView {
    let cut = message.bytes.len() < message.size;
    MessageView {
        number: message.number,
        at: rfc3339(message.at),
        direction: if message.outgoing { "out" } else { "in" }.to_owned(),
        topic: message.topic.to_string(),
        size: message.size,
        hex: message.bytes.iter().fold(String::new(), |text, b| text + &format!("{b:02x}")),
        cut,
        decoded: if cut { vec!["too long to be read here".to_owned()] } else { decoded(profile, message) },
    }
}

fn decoded(profile: &Arc<Profile>, message: &Message) -> Vec<String> {
    let payload = &message.bytes;
    if message.topic.starts_with("lwm2m/rd/") {
        return oma::describe(profile, payload);
    }
    if payload.is_empty() {
        return vec!["empty".to_owned()];
    }
    let Ok(body) = serde_json::from_slice::<Value>(payload) else {
        return vec![format!("{} bytes that are no JSON", payload.len())];
    };
    let mut lines = Vec::new();
    for (key, value) in body.as_object().into_iter().flatten() {
        if key == "objects" {
            values(profile, value, &mut lines);
        } else {
            lines.push(format!("{key} = {value}"));
        }
    }
    if lines.is_empty() {
        lines.push(body.to_string());
    }
    lines.truncate(LINES);
    lines
}

fn values(profile: &Profile, objects: &Value, lines: &mut Vec<String>) {
    for (object, instances) in objects.as_object().into_iter().flatten() {
        for (instance, resources) in instances.as_object().into_iter().flatten() {
            for (resource, value) in resources.as_object().into_iter().flatten() {
                let path = format!("/{object}/{instance}/{resource}");
                let (name, unit) = path.parse().ok().and_then(|p| named(profile, p)).unwrap_or_default();
                let blank = if unit.is_empty() { "" } else { " " };
                lines.push(format!("{path} {name} = {value}{blank}{unit}"));
            }
        }
    }
}

/// The newest messages of a device in both directions, newest first.
#[utoipa::path(
    get, path = "/api/devices/{id}/messages", tag = "devices",
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "The messages", body = [MessageView]), ReadProblems)
)]
pub(in crate::runtime::server) async fn messages(
    State(site): State<Site>,
    At(id): At<String>,
) -> Result<Json<Vec<MessageView>>, Problem> {
    endpoint(&id)?;
    let newest = site.desk.with({
        let id = id.clone();
        move |registry, _| registry.device(&id).map(|d| d.messages().cloned().collect::<Vec<_>>())
    });
    let newest = newest.await?;
    view_or_unknown(newest.map(|m| m.iter().map(|m| view(&site.profile, m)).collect()), &id)
}
