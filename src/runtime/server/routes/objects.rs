//! The objects of a device by their path.

use super::super::extract::{Asked, At, Body};
use super::super::shape::{CommandView, Scalar};
use super::document::DeviceProblems;
use super::operations::{Arguments, path};
use super::{Answered, Site};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
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

/// How a read is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::runtime::server) struct ReadAs {
    /// Content format on the wire, for devices that speak OMA's binding; the answer here is JSON in any case.
    #[param(inline)]
    format: Option<ContentFormat>,
}

/// A content format.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::runtime::server) enum ContentFormat {
    /// One value as text.
    Text,
    /// One value as bytes.
    Opaque,
    /// One value as CBOR.
    Cbor,
    /// OMA's TLV.
    Tlv,
    /// SenML JSON.
    SenmlJson,
    /// SenML CBOR.
    SenmlCbor,
    /// LwM2M CBOR.
    Lwm2mCbor,
}

async fn read(site: &Site, id: &str, mut body: Map<String, Value>, wanted: &ReadAs) -> Answered {
    if let Some(format) = wanted.format {
        body.insert("format".to_owned(), json!(format));
    }
    site.perform(id, "read", body).await
}

/// Reads an object.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}", tag = "objects", params(ObjectAt, ReadAs),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn object(
    State(site): State<Site>,
    At(at): At<ObjectAt>,
    Asked(wanted): Asked<ReadAs>,
) -> Answered {
    read(&site, &at.id, path(at.object, None, None)?, &wanted).await
}

/// What an object has, in link format.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}/discover", tag = "objects", params(ObjectAt),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn discover_object(State(site): State<Site>, At(at): At<ObjectAt>) -> Answered {
    site.perform(&at.id, "discover", path(at.object, None, None)?).await
}

/// Reads an instance.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}/{instance}", tag = "objects", params(InstanceAt, ReadAs),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn instance(
    State(site): State<Site>,
    At(at): At<InstanceAt>,
    Asked(wanted): Asked<ReadAs>,
) -> Answered {
    read(&site, &at.id, path(at.object, Some(at.instance), None)?, &wanted).await
}

/// Deletes an instance, where the device lets it go.
#[utoipa::path(
    delete, path = "/api/devices/{id}/objects/{object}/{instance}", tag = "objects", params(InstanceAt),
    responses((status = 200, description = "Deleted", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn delete(State(site): State<Site>, At(at): At<InstanceAt>) -> Answered {
    site.perform(&at.id, "delete", path(at.object, Some(at.instance), None)?).await
}

/// What an instance has, in link format.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}/{instance}/discover", tag = "objects", params(InstanceAt),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn discover_instance(
    State(site): State<Site>,
    At(at): At<InstanceAt>,
) -> Answered {
    site.perform(&at.id, "discover", path(at.object, Some(at.instance), None)?).await
}

/// Reads a resource.
#[utoipa::path(
    get, path = "/api/devices/{id}/objects/{object}/{instance}/{resource}", tag = "objects", params(ResourceAt, ReadAs),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn resource(
    State(site): State<Site>,
    At(at): At<ResourceAt>,
    Asked(wanted): Asked<ReadAs>,
) -> Answered {
    read(&site, &at.id, path(at.object, Some(at.instance), Some(at.resource))?, &wanted).await
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
) -> Answered {
    let mut body = path(at.object, Some(at.instance), Some(at.resource))?;
    body.insert("value".to_owned(), json!(request.value));
    site.perform(&at.id, "write", body).await
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
) -> Answered {
    let mut body = path(at.object, Some(at.instance), Some(at.resource))?;
    if let Some(arguments) = request.arguments {
        body.insert("arguments".to_owned(), json!(arguments));
    }
    site.perform(&at.id, "execute", body).await
}
