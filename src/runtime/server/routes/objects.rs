//! The objects of a device by their path.

use super::super::extract::{At, Body, endpoint};
use super::super::problem::Problem;
use super::super::shape::{CommandView, Scalar};
use super::Site;
use super::document::DeviceProblems;
use super::operations::{Arguments, path};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

/// An object of a device.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::runtime::server) struct ObjectAt {
    /// Device id.
    pub(super) id: String,
    /// Object id.
    #[param(maximum = 65534)]
    pub(super) object: u16,
}

/// An instance of an object of a device.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::runtime::server) struct InstanceAt {
    /// Device id.
    pub(super) id: String,
    /// Object id.
    #[param(maximum = 65534)]
    pub(super) object: u16,
    /// Instance id.
    #[param(maximum = 65534)]
    pub(super) instance: u16,
}

/// A resource of a device.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::runtime::server) struct ResourceAt {
    /// Device id.
    pub(super) id: String,
    /// Object id.
    #[param(maximum = 65534)]
    pub(super) object: u16,
    /// Instance id.
    #[param(maximum = 65534)]
    pub(super) instance: u16,
    /// Resource id.
    #[param(maximum = 65534)]
    pub(super) resource: u16,
}

/// A value to write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct ValueRequest {
    /// The value.
    value: Scalar,
}

/// Arguments to execute with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct ArgumentsRequest {
    /// Arguments, if any.
    arguments: Option<Arguments>,
}

/// Reads an object.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}", tag = "objects", params(ObjectAt),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn object(
    State(site): State<Site>,
    At(at): At<ObjectAt>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&at.id)?;
    site.ask(&at.id, "read", path(at.object, None, None)?, None).await.map(Json)
}

/// What an object has, in link format.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}/discover", tag = "objects", params(ObjectAt),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn discover_object(
    State(site): State<Site>,
    At(at): At<ObjectAt>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&at.id)?;
    site.ask(&at.id, "discover", path(at.object, None, None)?, None).await.map(Json)
}

/// Reads an instance.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}/{instance}", tag = "objects", params(InstanceAt),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn instance(
    State(site): State<Site>,
    At(at): At<InstanceAt>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&at.id)?;
    site.ask(&at.id, "read", path(at.object, Some(at.instance), None)?, None).await.map(Json)
}

/// What an instance has, in link format.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}/{instance}/discover", tag = "objects", params(InstanceAt),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn discover_instance(
    State(site): State<Site>,
    At(at): At<InstanceAt>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&at.id)?;
    site.ask(&at.id, "discover", path(at.object, Some(at.instance), None)?, None).await.map(Json)
}

/// Reads a resource.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}/{instance}/{resource}", tag = "objects", params(ResourceAt),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn resource(
    State(site): State<Site>,
    At(at): At<ResourceAt>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&at.id)?;
    site.ask(&at.id, "read", path(at.object, Some(at.instance), Some(at.resource))?, None).await.map(Json)
}

/// Writes a resource.
#[utoipa::path(
    put, path = "/api/devices/{id}/objects/{object}/{instance}/{resource}", tag = "objects", params(ResourceAt),
    request_body = ValueRequest,
    responses((status = 200, description = "Written", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn write(
    State(site): State<Site>,
    At(at): At<ResourceAt>,
    Body(request): Body<ValueRequest>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&at.id)?;
    let mut body = path(at.object, Some(at.instance), Some(at.resource))?;
    body.insert("value".to_owned(), json!(request.value));
    site.ask(&at.id, "write", body, None).await.map(Json)
}

/// Executes a resource.
#[utoipa::path(
    post, path = "/api/devices/{id}/objects/{object}/{instance}/{resource}", tag = "objects", params(ResourceAt),
    request_body = ArgumentsRequest,
    responses((status = 200, description = "Done", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn execute(
    State(site): State<Site>,
    At(at): At<ResourceAt>,
    Body(request): Body<ArgumentsRequest>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&at.id)?;
    let mut body = path(at.object, Some(at.instance), Some(at.resource))?;
    if let Some(arguments) = request.arguments {
        body.insert("arguments".to_owned(), json!(arguments));
    }
    site.ask(&at.id, "execute", body, None).await.map(Json)
}
