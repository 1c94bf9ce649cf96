//! The routes, one file a subject.

mod clients;
mod command;
mod composite;
mod devices;
mod diagnostics;
mod document;
mod events;
mod health;
mod history;
mod messages;
mod models;
mod objects;
mod observations;
mod operations;
mod templates;

use super::desk::Desk;
use super::extract::{BODY, endpoint};
use super::guard::{Guard, guard};
use super::problem::Problem;
use super::shape::CommandView;
use super::{metrics, page};
use crate::profile::Profile;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Event streams at a time.
const STREAMS: usize = 64;

/// How long a device may take to answer when the caller does not say, milliseconds.
const WAIT_MS: u32 = 5_000;

/// The longest a caller may wait, milliseconds.
const LONGEST_WAIT_MS: u32 = 60_000;
/// Below this a healthy device on a busy machine may not have answered, and 504 would say nothing of it.
const SHORTEST_WAIT_MS: u32 = 1000;

/// What the routes share.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) desk: Desk,
    pub(super) profile: Arc<Profile>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) streams: Arc<Semaphore>,
}

impl Site {
    /// Event streams that are open.
    pub(super) fn streams_open(&self) -> usize {
        STREAMS - self.streams.available_permits()
    }

    /// Sends a command and waits for its end, which the registry brings in time.
    async fn ask(
        &self,
        endpoint: &str,
        command: &str,
        body: Map<String, Value>,
        timeout_ms: Option<u32>,
    ) -> Result<CommandView, Problem> {
        let sent = self.desk.command(endpoint, command, body, i64::from(wait_ms(timeout_ms)?)).await??;
        let outcome = sent.ended().await?;
        match Problem::of(&outcome) {
            Some(problem) => Err(problem),
            None => Ok(CommandView::of(&outcome)),
        }
    }
}

/// What a device answered, for a route.
type Answered = Result<Json<CommandView>, Problem>;

impl Site {
    /// Has a device do what a route is for, within the usual time.
    async fn perform(&self, id: &str, command: &str, body: Map<String, Value>) -> Answered {
        endpoint(id)?;
        self.ask(id, command, body, None).await.map(Json)
    }
}

/// How long to wait, as asked.
fn wait_ms(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(WAIT_MS),
        Some(ms) if (SHORTEST_WAIT_MS..=LONGEST_WAIT_MS).contains(&ms) => Ok(ms),
        Some(_) => {
            Err(Problem::unprocessable(format!("timeout_ms is a number from {SHORTEST_WAIT_MS} to {LONGEST_WAIT_MS}")))
        }
    }
}

/// The whole of HTTP.
pub(super) fn router(
    desk: Desk,
    profile: Arc<Profile>,
    guarding: Arc<Guard>,
    stopped: watch::Receiver<bool>,
) -> Router {
    let site = Site { desk, profile, stopped, streams: Arc::new(Semaphore::new(STREAMS)) };
    let (router, openapi) = OpenApiRouter::with_openapi(document::info())
        .routes(routes!(devices::list))
        .routes(routes!(devices::show, devices::forget))
        .routes(routes!(clients::list))
        .routes(routes!(clients::show))
        .routes(routes!(clients::read))
        .routes(routes!(command::command))
        .routes(routes!(command::known))
        .routes(routes!(operations::read))
        .routes(routes!(operations::write))
        .routes(routes!(operations::execute))
        .routes(routes!(objects::object))
        .routes(routes!(objects::discover_object))
        .routes(routes!(objects::instance, objects::delete))
        .routes(routes!(objects::discover_instance))
        .routes(routes!(objects::resource, objects::write, objects::execute))
        .routes(routes!(observations::observe_object, observations::cancel_object))
        .routes(routes!(observations::set_object))
        .routes(routes!(observations::observe_instance, observations::cancel_instance))
        .routes(routes!(observations::set_instance))
        .routes(routes!(observations::observe_resource, observations::cancel_resource))
        .routes(routes!(observations::set_resource))
        .routes(routes!(composite::read, composite::write))
        .routes(routes!(composite::observe, composite::cancel))
        .routes(routes!(templates::list, templates::apply))
        .routes(routes!(diagnostics::list, diagnostics::start))
        .routes(routes!(history::history))
        .routes(routes!(messages::messages))
        .routes(routes!(models::model))
        .routes(routes!(events::events))
        .routes(routes!(health::health))
        .split_for_parts();
    let document: Arc<str> =
        document::text(&openapi, &crate::lwm2m::command::names(&site.profile).collect::<Vec<_>>()).into();
    router
        .route("/api/openapi.json", get(move || std::future::ready(document::serve(&document))))
        .route("/metrics", get(metrics::metrics))
        .route("/healthz", get(health::live))
        .route("/", get(page::index))
        .route("/app.js", get(page::script))
        .route("/style.css", get(page::style))
        .route("/icon.svg", get(page::icon))
        .fallback(|| async { Problem::not_found("this server has no such path; /api/openapi.json lists those it has") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(axum::middleware::from_fn_with_state(guarding, guard))
        .with_state(site)
}

/// Heartbeat of event streams.
const HEARTBEAT: Duration = Duration::from_secs(15);
