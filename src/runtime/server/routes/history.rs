//! The recent course of numbers.

use super::super::extract::{Asked, At, endpoint};
use super::super::problem::Problem;
use super::Site;
use super::document::ReadProblems;
use super::models::named;
use super::templates::view_or_unknown;
use crate::lwm2m::path::Path;
use crate::time::UtcMillis;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which course.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::runtime::server) struct Which {
    /// Only that of this resource, for example /3/0/9; of all numbers when it is not given.
    #[param(
        pattern = r"^/?(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-4])(/(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-4])){0,2}$"
    )]
    path: Option<String>,
    /// Only points after this time, milliseconds since 1970.
    since: Option<i64>,
}

/// The recent course of a number.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct SeriesView {
    /// Its path.
    path: String,
    /// Its name; empty when the profile does not know it.
    name: String,
    /// Its unit; empty without one.
    unit: String,
    /// Time in milliseconds since 1970 and value, oldest first. The newest of a quarter of a second stands for it.
    points: Vec<Vec<f64>>,
}

/// The recent course of the numbers of a device.
#[utoipa::path(
    get, path = "/api/devices/{id}/history", tag = "devices",
    params(("id" = String, Path, description = "Device id"), Which),
    responses((status = 200, description = "The courses", body = [SeriesView]), ReadProblems)
)]
pub(in crate::runtime::server) async fn history(
    State(site): State<Site>,
    At(id): At<String>,
    Asked(which): Asked<Which>,
) -> Result<Json<Vec<SeriesView>>, Problem> {
    endpoint(&id)?;
    let path = which.path.map(|p| p.parse::<Path>()).transpose();
    let path = path.map_err(|e| Problem::bad_request(e.to_string()))?;
    let since = UtcMillis(which.since.unwrap_or(i64::MIN));
    let profile = site.profile.clone();
    let views = site.desk.with({
        let id = id.clone();
        move |registry, _| {
            let device = registry.device(&id)?;
            let wanted = device.values().map(|(p, _)| *p).filter(|p| path.is_none_or(|only| only == *p));
            let view = |p: Path| {
                let points = device.history(p, since).unwrap_or_default();
                let (name, unit) = named(&profile, p).unwrap_or_default();
                SeriesView {
                    path: p.to_string(),
                    name: name.to_owned(),
                    unit: unit.to_owned(),
                    points: points.into_iter().map(|(at, v)| vec![at.0 as f64, v]).collect(),
                }
            };
            Some(wanted.map(view).filter(|s| !s.points.is_empty()).collect())
        }
    });
    view_or_unknown(views.await?, &id)
}
