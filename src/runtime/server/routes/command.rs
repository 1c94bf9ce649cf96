//! Commands: sent to a device, answered when the device has answered.

use super::super::extract::{Asked, At, Body, endpoint, milliseconds};
use super::super::problem::Problem;
use super::super::shape::CommandView;
use super::document::{DeviceProblems, ReadProblems};
use super::{Site, wait_ms};
use crate::lwm2m::command;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// What to do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct CommandRequest {
    /// The name: trip, close, open, reset, configure and what else the profile has.
    #[schema(example = "trip", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_]+$")]
    command: String,
    /// Arguments by name.
    #[schema(value_type = Option<Object>, example = json!({ "reason": "Drill" }))]
    params: Option<Map<String, Value>>,
    /// How long the device may take, milliseconds.
    #[schema(minimum = 1000, maximum = 60000, default = 5000)]
    #[serde(default, deserialize_with = "milliseconds")]
    timeout_ms: Option<u32>,
}

/// How to wait.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::runtime::server) struct Waiting {
    /// Do not wait: answer 202 with the place where the end can be seen.
    r#async: Option<bool>,
}

/// Tells a device to do something, and answers when the device has answered.
///
/// A refusal is 409 with its cause; no answer within the time is 504.
#[utoipa::path(
    post, path = "/api/devices/{id}/command", tag = "commands", request_body = CommandRequest,
    params(("id" = String, Path, description = "Device id"), Waiting),
    responses(
        (status = 200, description = "Done", body = CommandView),
        (status = 202, description = "On its way", body = CommandView,
         headers(("location" = String, description = "Where the end can be seen"))),
        DeviceProblems
    )
)]
pub(in crate::runtime::server) async fn command(
    State(site): State<Site>,
    At(id): At<String>,
    Asked(waiting): Asked<Waiting>,
    Body(request): Body<CommandRequest>,
) -> Result<Response, Problem> {
    endpoint(&id)?;
    let name = request.command;
    let known: Vec<&str> = command::names(&site.profile).collect();
    if !known.contains(&name.as_str()) {
        let known = known.join(", ");
        return Err(Problem::unprocessable(format!("no command {name:?}; there are {known}")));
    }
    let body = request.params.unwrap_or_default();
    if waiting.r#async == Some(true) {
        let sent = site.desk.command(&id, &name, body, i64::from(wait_ms(request.timeout_ms)?)).await??;
        let location = format!("/api/commands/{}", sent.id);
        let view = find(&site, &sent.id).await?;
        return Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(view)).into_response());
    }
    Ok(Json(site.ask(&id, &name, body, request.timeout_ms).await?).into_response())
}

/// How a command stands. Ended commands are kept until a thousand more have ended.
#[utoipa::path(
    get, path = "/api/commands/{id}", tag = "commands", params(("id" = String, Path, description = "Command id")),
    responses((status = 200, description = "How it stands", body = CommandView), ReadProblems)
)]
pub(in crate::runtime::server) async fn known(
    State(site): State<Site>,
    At(id): At<String>,
) -> Result<Json<CommandView>, Problem> {
    find(&site, &id).await.map(Json)
}

async fn find(site: &Site, id: &str) -> Result<CommandView, Problem> {
    let id = id.to_owned();
    let view = site.desk.with(move |registry, _| match registry.known(&id) {
        Some(known) => Ok(CommandView::known(&id, &known)),
        None => Err(Problem::not_found(format!("no command {id} is known here"))),
    });
    view.await?
}
