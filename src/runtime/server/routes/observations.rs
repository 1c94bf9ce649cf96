//! Observation and attributes, for devices that speak OMA's binding.

use super::super::extract::{At, Body};
use super::super::shape::CommandView;
use super::document::DeviceProblems;
use super::objects::{InstanceAt, ObjectAt, ResourceAt};
use super::operations::path;
use super::{Answered, Site};
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Attributes to set, by name: pmin, pmax, gt, st, epmin, epmax, edge, hqmax (OMA TS LightweightM2M Core 1.2, 7.3.2);
/// null takes one away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct AttributesRequest {
    /// The attributes.
    #[schema(example = json!({ "pmin": 1, "pmax": 60 }))]
    attributes: BTreeMap<String, Option<f64>>,
}

async fn set(site: &Site, id: &str, mut body: Map<String, Value>, request: AttributesRequest) -> Answered {
    let attributes = request.attributes.into_iter().map(|(name, value)| (name, value.into())).collect();
    body.insert("attributes".to_owned(), Value::Object(attributes));
    site.perform(id, "write_attributes", body).await
}

/// Observes an object.
#[utoipa::path(
    post, path = "/api/devices/{id}/objects/{object}/observe", tag = "observations", params(ObjectAt),
    responses((status = 200, description = "The first value", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn observe_object(State(site): State<Site>, At(at): At<ObjectAt>) -> Answered {
    site.perform(&at.id, "observe", path(at.object, None, None)?).await
}

/// Stops observing an object.
#[utoipa::path(
    delete, path = "/api/devices/{id}/objects/{object}/observe", tag = "observations", params(ObjectAt),
    responses((status = 200, description = "No longer observed", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn cancel_object(State(site): State<Site>, At(at): At<ObjectAt>) -> Answered {
    site.perform(&at.id, "cancel_observe", path(at.object, None, None)?).await
}

/// Sets attributes of an object.
#[utoipa::path(
    put, path = "/api/devices/{id}/objects/{object}/attributes", tag = "observations", params(ObjectAt),
    request_body = AttributesRequest,
    responses((status = 200, description = "Set", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn set_object(
    State(site): State<Site>,
    At(at): At<ObjectAt>,
    Body(request): Body<AttributesRequest>,
) -> Answered {
    set(&site, &at.id, path(at.object, None, None)?, request).await
}

/// Observes an instance.
#[utoipa::path(
    post, path = "/api/devices/{id}/objects/{object}/{instance}/observe", tag = "observations", params(InstanceAt),
    responses((status = 200, description = "The first value", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn observe_instance(State(site): State<Site>, At(at): At<InstanceAt>) -> Answered {
    site.perform(&at.id, "observe", path(at.object, Some(at.instance), None)?).await
}

/// Stops observing an instance.
#[utoipa::path(
    delete, path = "/api/devices/{id}/objects/{object}/{instance}/observe", tag = "observations", params(InstanceAt),
    responses((status = 200, description = "No longer observed", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn cancel_instance(State(site): State<Site>, At(at): At<InstanceAt>) -> Answered {
    site.perform(&at.id, "cancel_observe", path(at.object, Some(at.instance), None)?).await
}

/// Sets attributes of an instance.
#[utoipa::path(
    put, path = "/api/devices/{id}/objects/{object}/{instance}/attributes", tag = "observations", params(InstanceAt),
    request_body = AttributesRequest,
    responses((status = 200, description = "Set", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn set_instance(
    State(site): State<Site>,
    At(at): At<InstanceAt>,
    Body(request): Body<AttributesRequest>,
) -> Answered {
    set(&site, &at.id, path(at.object, Some(at.instance), None)?, request).await
}

/// Observes a resource.
#[utoipa::path(
    post, path = "/api/devices/{id}/objects/{object}/{instance}/{resource}/observe", tag = "observations", params(ResourceAt),
    responses((status = 200, description = "The first value", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn observe_resource(State(site): State<Site>, At(at): At<ResourceAt>) -> Answered {
    site.perform(&at.id, "observe", path(at.object, Some(at.instance), Some(at.resource))?).await
}

/// Stops observing a resource.
#[utoipa::path(
    delete, path = "/api/devices/{id}/objects/{object}/{instance}/{resource}/observe", tag = "observations", params(ResourceAt),
    responses((status = 200, description = "No longer observed", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn cancel_resource(State(site): State<Site>, At(at): At<ResourceAt>) -> Answered {
    site.perform(&at.id, "cancel_observe", path(at.object, Some(at.instance), Some(at.resource))?).await
}

/// Sets attributes of a resource.
#[utoipa::path(
    put, path = "/api/devices/{id}/objects/{object}/{instance}/{resource}/attributes", tag = "observations", params(ResourceAt),
    request_body = AttributesRequest,
    responses((status = 200, description = "Set", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn set_resource(
    State(site): State<Site>,
    At(at): At<ResourceAt>,
    Body(request): Body<AttributesRequest>,
) -> Answered {
    set(&site, &at.id, path(at.object, Some(at.instance), Some(at.resource))?, request).await
}
