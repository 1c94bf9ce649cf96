//! Read, write and execute with the bodies of the original; the answer is that of the device.

use super::super::extract::{At, Body, id, optional_id};
use super::super::problem::Problem;
use super::super::shape::{CommandView, Scalar};
use super::document::DeviceProblems;
use super::{Answered, Site};
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// What to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct ReadRequest {
    /// Object.
    #[serde(rename = "objectId", deserialize_with = "id")]
    #[schema(rename = "objectId", maximum = 65534)]
    object: u16,
    /// Instance; 0 when there is a resource.
    #[serde(rename = "instanceId", default, deserialize_with = "optional_id")]
    #[schema(rename = "instanceId", maximum = 65534)]
    instance: Option<u16>,
    /// Resource; all of them when there is none.
    #[serde(rename = "resourceId", default, deserialize_with = "optional_id")]
    #[schema(rename = "resourceId", maximum = 65534)]
    resource: Option<u16>,
}

/// What to write where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct WriteRequest {
    /// Object.
    #[serde(rename = "objectId", deserialize_with = "id")]
    #[schema(rename = "objectId", maximum = 65534)]
    object: u16,
    /// Instance, 0 when it is not given.
    #[serde(rename = "instanceId", default, deserialize_with = "optional_id")]
    #[schema(rename = "instanceId", maximum = 65534)]
    instance: Option<u16>,
    /// Resource.
    #[serde(rename = "resourceId", deserialize_with = "id")]
    #[schema(rename = "resourceId", maximum = 65534)]
    resource: u16,
    /// The value.
    value: Scalar,
}

/// What to execute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct ExecuteRequest {
    /// Object.
    #[serde(rename = "objectId", deserialize_with = "id")]
    #[schema(rename = "objectId", maximum = 65534)]
    object: u16,
    /// Instance, 0 when it is not given.
    #[serde(rename = "instanceId", default, deserialize_with = "optional_id")]
    #[schema(rename = "instanceId", maximum = 65534)]
    instance: Option<u16>,
    /// Resource.
    #[serde(rename = "resourceId", deserialize_with = "id")]
    #[schema(rename = "resourceId", maximum = 65534)]
    resource: u16,
    /// Arguments: as OMA writes them (`0='text'`), or by name.
    arguments: Option<Arguments>,
}

/// Arguments of an Execute.
#[derive(Clone, Debug, serde::Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(in crate::runtime::server) enum Arguments {
    /// As OMA writes them: `0='text',1='text'`; a plain text is the first one.
    Text(String),
    /// By name.
    #[schema(value_type = Object)]
    Named(Map<String, Value>),
}

/// A path as a device takes it, with the ids that OMA allows.
pub(super) fn path(object: u16, instance: Option<u16>, resource: Option<u16>) -> Result<Map<String, Value>, Problem> {
    let instance = instance.or(resource.map(|_| 0));
    if [Some(object), instance, resource].contains(&Some(u16::MAX)) {
        return Err(Problem::unprocessable("an id is a number from 0 to 65534"));
    }
    let text = [instance, resource].into_iter().flatten().fold(format!("/{object}"), |t, id| format!("{t}/{id}"));
    Ok(Map::from_iter([("path".to_owned(), json!(text))]))
}

/// Reads from a device: a resource, or all of an instance or object.
#[utoipa::path(
    post, path = "/api/devices/{id}/read", tag = "operations", request_body = ReadRequest,
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn read(
    State(site): State<Site>,
    At(id): At<String>,
    Body(request): Body<ReadRequest>,
) -> Answered {
    let body = path(request.object, request.instance, request.resource)?;
    site.perform(&id, "read", body).await
}

/// Writes a resource of a device.
#[utoipa::path(
    post, path = "/api/devices/{id}/write", tag = "operations", request_body = WriteRequest,
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "Written", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn write(
    State(site): State<Site>,
    At(id): At<String>,
    Body(request): Body<WriteRequest>,
) -> Answered {
    let mut body = path(request.object, request.instance, Some(request.resource))?;
    body.insert("value".to_owned(), json!(request.value));
    site.perform(&id, "write", body).await
}

/// Executes a resource of a device.
#[utoipa::path(
    post, path = "/api/devices/{id}/execute", tag = "operations", request_body = ExecuteRequest,
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "Done", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn execute(
    State(site): State<Site>,
    At(id): At<String>,
    Body(request): Body<ExecuteRequest>,
) -> Answered {
    let mut body = path(request.object, request.instance, Some(request.resource))?;
    if let Some(arguments) = request.arguments {
        body.insert("arguments".to_owned(), json!(arguments));
    }
    site.perform(&id, "execute", body).await
}
