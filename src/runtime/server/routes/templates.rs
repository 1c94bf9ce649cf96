//! Templates: named sets of settings.

use super::super::extract::{At, Body, endpoint};
use super::super::problem::Problem;
use super::super::shape::CommandView;
use super::Site;
use super::document::{DeviceProblems, ReadProblems};
use crate::lwm2m::path::Path;
use crate::lwm2m::server::to_json;
use crate::profile::{ParameterIx, Profile, ResourceTarget};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct TemplateView {
    /// Its name.
    #[schema(example = "StandardProtection")]
    id: String,
    /// What it is for.
    description: String,
    /// What it sets.
    settings: Vec<SettingView>,
}

/// What a template sets.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct SettingView {
    /// The setting.
    name: String,
    /// Its path; absent for a setting that is no resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The template's value.
    #[schema(value_type = Value)]
    value: Value,
    /// Its unit, empty without one.
    unit: String,
    /// The value that the device has now; absent when it is not known.
    #[schema(value_type = Option<Value>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Value>,
}

/// Which template to apply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct TemplateRequest {
    /// Its name.
    #[schema(example = "StandardProtection", min_length = 1)]
    template: String,
    /// Settings that differ from it, by name.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
}

/// Where the parameters of a profile are on a device.
fn paths(profile: &Profile) -> BTreeMap<ParameterIx, Path> {
    let objects = profile.lwm2m.objects.iter();
    objects
        .flat_map(|o| o.resources.iter().map(move |r| (o.id, r)))
        .filter_map(|(object, r)| match r.target {
            ResourceTarget::Parameter(ix) => Some((ix, Path::resource(object, r.id))),
            ResourceTarget::Method(_) => None,
        })
        .collect()
}

/// The templates, with what each would change on this device.
#[utoipa::path(
    get, path = "/api/devices/{id}/templates", tag = "templates",
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "The templates", body = [TemplateView]), ReadProblems)
)]
pub(in crate::runtime::server) async fn list(
    State(site): State<Site>,
    At(id): At<String>,
) -> Result<Json<Vec<TemplateView>>, Problem> {
    endpoint(&id)?;
    let profile = site.profile.clone();
    let views = site.desk.with({
        let id = id.clone();
        move |registry, _| {
            let device = registry.device(&id)?;
            let paths = paths(&profile);
            let setting = |(ix, value): &(ParameterIx, crate::profile::Value)| {
                let path = paths.get(ix).copied();
                SettingView {
                    name: profile[*ix].id.clone(),
                    path: path.map(|p| p.to_string()),
                    value: to_json(value),
                    unit: profile[*ix].unit.clone(),
                    current: path.and_then(|p| device.value(p)).map(|e| to_json(&e.value)),
                }
            };
            let template = |t: &crate::profile::Template| TemplateView {
                id: t.id.clone(),
                description: t.description.clone(),
                settings: t.sets.iter().map(setting).collect(),
            };
            Some(profile.templates.iter().map(template).collect())
        }
    });
    view_or_unknown(views.await?, &id)
}

pub(super) fn view_or_unknown<T>(view: Option<T>, id: &str) -> Result<Json<T>, Problem> {
    view.map(Json).ok_or_else(|| Problem::unknown_device(id))
}

/// Applies a template: all of it, or nothing.
#[utoipa::path(
    post, path = "/api/devices/{id}/templates", tag = "templates", request_body = TemplateRequest,
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "Applied", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn apply(
    State(site): State<Site>,
    At(id): At<String>,
    Body(request): Body<TemplateRequest>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&id)?;
    let mut body = Map::from_iter([("template".to_owned(), json!(request.template))]);
    if let Some(settings) = request.settings {
        body.insert("settings".to_owned(), Value::Object(settings));
    }
    site.ask(&id, "configure", body, None).await.map(Json)
}
