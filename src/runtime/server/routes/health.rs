//! Whether the server lives, and how it stands.

use super::super::problem::Problem;
use super::Site;
use super::document::ReadProblems;
use crate::lwm2m::server::device::Status;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// How the server stands.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct HealthView {
    /// healthy, or degraded without a connection to the broker.
    #[schema(example = "healthy")]
    status: String,
    /// Connected to the broker.
    broker: bool,
    /// Devices known.
    devices: usize,
    /// Devices online.
    online: usize,
    /// Commands that wait for their answers.
    waiting: usize,
    /// Tells this start of the server from others.
    boot_id: String,
    /// Version of the program.
    version: String,
}

/// How the server stands.
#[utoipa::path(
    get, path = "/api/health", tag = "server",
    responses((status = 200, description = "How it stands", body = HealthView), ReadProblems)
)]
pub(in crate::runtime::server) async fn health(State(site): State<Site>) -> Result<Json<HealthView>, Problem> {
    let view = site.desk.with(|registry, _| HealthView {
        status: if registry.is_connected() { "healthy" } else { "degraded" }.to_owned(),
        broker: registry.is_connected(),
        devices: registry.devices().count(),
        online: registry.devices().filter(|d| d.status == Status::Online).count(),
        waiting: registry.waiting(),
        boot_id: registry.boot().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    });
    Ok(Json(view.await?))
}

/// For probes: `ok` while the server answers at all.
pub(in crate::runtime::server) async fn live(State(site): State<Site>) -> Result<&'static str, Problem> {
    site.desk.with(|_, _| ()).await?;
    Ok("ok\n")
}
