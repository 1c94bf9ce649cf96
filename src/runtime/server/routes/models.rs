//! What a device has, by the server's own copy of the profile.

use super::super::extract::{At, endpoint};
use super::super::problem::Problem;
use super::Site;
use super::document::ReadProblems;
use super::templates::view_or_unknown;
use crate::lwm2m::path::Path;
use crate::profile::{Access, Lwm2mResource, Profile, ResourceTarget};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// An object.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct ObjectModel {
    /// Object id.
    id: u16,
    /// Its name.
    name: String,
    /// Its URN.
    urn: String,
    /// Its version.
    version: String,
    /// Its resources.
    resources: Vec<ResourceModel>,
}

/// A resource.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct ResourceModel {
    /// Resource id.
    id: u16,
    /// Its path in instance 0.
    path: String,
    /// Its name.
    name: String,
    /// R, RW or E.
    #[schema(example = "R")]
    operations: String,
    /// Kind of value; empty for what can only be executed.
    kind: String,
    /// Unit; empty without one.
    unit: String,
    /// Where it belongs, for example Measurement.
    group: String,
    /// What it is.
    description: String,
    /// Least legal value.
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<f64>,
    /// Greatest legal value.
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<f64>,
    /// Names of its numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<ItemModel>,
    /// The method behind it, for what can be executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// The breaker's word for the datum, whatever the profile calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    datum: Option<String>,
}

/// A number with a name.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct ItemModel {
    /// The number.
    value: i64,
    /// The name.
    name: String,
}

fn resource(profile: &Profile, object: u16, resource: &Lwm2mResource) -> ResourceModel {
    let mut model = ResourceModel {
        id: resource.id,
        path: Path::resource(object, resource.id).to_string(),
        name: resource.name.clone(),
        operations: "E".to_owned(),
        kind: String::new(),
        unit: String::new(),
        group: String::new(),
        description: String::new(),
        minimum: None,
        maximum: None,
        items: Vec::new(),
        method: None,
        datum: None,
    };
    match resource.target {
        ResourceTarget::Parameter(ix) => {
            let parameter = &profile[ix];
            let writable = parameter.access == Access::ReadWrite;
            (if writable { "RW" } else { "R" }).clone_into(&mut model.operations);
            parameter.kind.word().clone_into(&mut model.kind);
            model.unit.clone_from(&parameter.unit);
            parameter.group.word().clone_into(&mut model.group);
            model.description.clone_from(&parameter.description);
            (model.minimum, model.maximum) = (parameter.min, parameter.max);
            let items = profile.enumeration(parameter).map(|e| e.items.as_slice()).unwrap_or_default();
            model.items = items.iter().map(|(value, name)| ItemModel { value: *value, name: name.clone() }).collect();
            model.datum = Some(parameter.source.clone());
        }
        ResourceTarget::Method(ix) => {
            model.description.clone_from(&profile[ix].description);
            model.method = Some(profile[ix].id.clone());
        }
    }
    model
}

/// Name and unit of what stands at a path.
pub(super) fn named(profile: &Profile, path: Path) -> Option<(&str, &str)> {
    let object = profile.lwm2m.objects.iter().find(|o| o.id == path.object)?;
    let resource = object.resources.iter().find(|r| Some(r.id) == path.resource)?;
    Some((
        &resource.name,
        match resource.target {
            ResourceTarget::Parameter(ix) => &profile[ix].unit,
            ResourceTarget::Method(_) => "",
        },
    ))
}

/// The objects and resources of a device: names, units, ranges, what can be done with them.
#[utoipa::path(
    get, path = "/api/models/{id}", tag = "models", params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "The objects", body = [ObjectModel]), ReadProblems)
)]
pub(in crate::runtime::server) async fn model(
    State(site): State<Site>,
    At(id): At<String>,
) -> Result<Json<Vec<ObjectModel>>, Problem> {
    endpoint(&id)?;
    let known = site.desk.with({
        let id = id.clone();
        move |registry, _| registry.device(&id).is_some()
    });
    let models = known.await?.then(|| {
        let profile = &site.profile;
        let object = |o: &crate::profile::Lwm2mObject| ObjectModel {
            id: o.id,
            name: o.name.clone(),
            urn: o.urn.clone(),
            version: o.version.clone(),
            resources: o.resources.iter().map(|r| resource(profile, o.id, r)).collect(),
        };
        profile.lwm2m.objects.iter().map(object).collect()
    });
    view_or_unknown(models, &id)
}
