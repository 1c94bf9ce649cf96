//! Diagnostic tests that a device runs on itself.

use super::super::extract::{At, Body, endpoint, milliseconds};
use super::super::problem::Problem;
use super::super::shape::CommandView;
use super::Site;
use super::document::{DeviceProblems, ReadProblems};
use super::templates::view_or_unknown;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use utoipa::ToSchema;

/// A diagnostic test.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::runtime::server) struct TestView {
    /// Its name.
    #[schema(example = "SelfTest")]
    id: String,
    /// When it is for.
    category: String,
    /// How long it takes, seconds.
    duration_s: f64,
    /// What it is for.
    description: String,
    /// Its steps, in order.
    steps: Vec<String>,
}

/// Which test to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::runtime::server) struct TestRequest {
    /// Its name.
    #[schema(example = "SelfTest", min_length = 1)]
    test: String,
    /// How long the device may take to answer, milliseconds.
    #[schema(minimum = 1000, maximum = 60000, default = 5000)]
    #[serde(default, deserialize_with = "milliseconds")]
    timeout_ms: Option<u32>,
}

/// The tests that this kind of device has.
#[utoipa::path(
    get, path = "/api/devices/{id}/diagnostics", tag = "diagnostics",
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "The tests", body = [TestView]), ReadProblems)
)]
pub(in crate::runtime::server) async fn list(
    State(site): State<Site>,
    At(id): At<String>,
) -> Result<Json<Vec<TestView>>, Problem> {
    endpoint(&id)?;
    let known = site.desk.with({
        let id = id.clone();
        move |registry, _| registry.device(&id).is_some()
    });
    let tests = known.await?.then(|| {
        let view = |t: &crate::profile::DiagnosticTest| TestView {
            id: t.id.clone(),
            category: t.category.clone(),
            duration_s: t.duration.0,
            description: t.description.clone(),
            steps: t.steps.clone(),
        };
        site.profile.tests.iter().map(view).collect()
    });
    view_or_unknown(tests, &id)
}

/// Tells a device to run a test.
#[utoipa::path(
    post, path = "/api/devices/{id}/diagnostics", tag = "diagnostics", request_body = TestRequest,
    params(("id" = String, Path, description = "Device id")),
    responses((status = 200, description = "What the device said", body = CommandView), DeviceProblems)
)]
pub(in crate::runtime::server) async fn start(
    State(site): State<Site>,
    At(id): At<String>,
    Body(request): Body<TestRequest>,
) -> Result<Json<CommandView>, Problem> {
    endpoint(&id)?;
    let body = Map::from_iter([("test_name".to_owned(), json!(request.test))]);
    site.ask(&id, "run_diagnostic", body, request.timeout_ms).await.map(Json)
}
