//! Several paths at once, for devices that speak OMA's binding.

use super::super::extract::{Asked, At, Body};
use super::super::problem::Problem;
use super::super::shape::{CommandView, Scalar};
use super::document::DeviceProblems;
use super::{Answered, Site};
use crate::lwm2m::path::{Path, PathError};
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Paths in one composite.
const PATHS: usize = 64;

/// Which paths.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::runtime::server) struct Paths {
    /// Paths, separated by commas.
    #[param(
        example = "/9/0/1,/9/0/2",
        pattern = r"^(/(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-4])){1,4}(,(/(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-4])){1,4}){0,63}$"
    )]
    paths: String,
}

/// Values by path.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct ValuesRequest {
    /// The values; all of them are written, or none.
    #[schema(example = json!({ "/9/0/1": 66.5 }))]
    values: BTreeMap<String, Scalar>,
}

async fn ask(site: &Site, id: &str, command: &str, asked: &Paths) -> Answered {
    let path = |text: &str| -> Result<Path, Problem> {
        if !text.starts_with('/') {
            return Err(Problem::unprocessable(format!("{text:?}: a path begins with /")));
        }
        text.parse().map_err(|e: PathError| Problem::unprocessable(e.to_string()))
    };
    let paths = asked.paths.split(',').map(path).collect::<Result<Vec<_>, _>>()?;
    if paths.len() > PATHS {
        return Err(Problem::unprocessable(format!(
            "{} paths are too many; {PATHS} can be asked at once",
            paths.len()
        )));
    }
    let texts = paths.iter().map(|path| json!(path.to_string())).collect();
    let body = Map::from_iter([("paths".to_owned(), Value::Array(texts))]);
    site.perform(id, command, body).await
}

/// Reads several paths at once, as far as they are there.
#[utoipa::path(
    get, path = "/api/devices/{id}/composite", tag = "objects",
    params(("id" = String, Path, description = "Device id"), Paths),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn read(
    State(site): State<Site>,
    At(id): At<String>,
    Asked(paths): Asked<Paths>,
) -> Answered {
    ask(&site, &id, "read_composite", &paths).await
}

/// Writes several resources at once, all or none.
#[utoipa::path(
    put, path = "/api/devices/{id}/composite", tag = "objects", request_body = ValuesRequest,
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "Written", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn write(
    State(site): State<Site>,
    At(id): At<String>,
    Body(request): Body<ValuesRequest>,
) -> Answered {
    let body = Map::from_iter([("values".to_owned(), json!(request.values))]);
    site.perform(&id, "write_composite", body).await
}

/// Observes several paths together.
#[utoipa::path(
    post, path = "/api/devices/{id}/composite/observe", tag = "observations",
    params(("id" = String, Path, description = "Device id"), Paths),
    responses((status = 200, description = "The first values", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn observe(
    State(site): State<Site>,
    At(id): At<String>,
    Asked(paths): Asked<Paths>,
) -> Answered {
    ask(&site, &id, "observe_composite", &paths).await
}

/// Stops observing several paths together.
#[utoipa::path(
    delete, path = "/api/devices/{id}/composite/observe", tag = "observations",
    params(("id" = String, Path, description = "Device id"), Paths),
    responses((status = 200, description = "No longer observed", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn cancel(
    State(site): State<Site>,
    At(id): At<String>,
    Asked(paths): Asked<Paths>,
) -> Answered {
    ask(&site, &id, "cancel_observe", &paths).await
}
