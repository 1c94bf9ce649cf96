//! The links that the configuration asks for: edge nodes of Sparkplug, clients of LwM2M.

use super::config::{Config, Lwm2mConfig, SparkplugConfig};
use super::link::config::{LinkConfig, Login, RequestIds};
use super::link::slice::Slice;
use super::link::url::BrokerUrl;
use super::link::{self, Link};
use super::store::{Store, StoreError};
use crate::breaker::PathKind;
use crate::control::{BreakerIx, Origin, OriginCategory, Request};
use crate::lwm2m::client::{Client, ClientConfig};
use crate::lwm2m::topic::EndpointError;
use crate::point::Fleet;
use crate::session::Session;
use crate::sparkplug::{EdgeConfig, EdgeSession, QualityDialect, Report, SparkplugError, Topics};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Lifetime of a registration in seconds, as the original has it.
const LIFETIME_S: u64 = 3600;

/// Why a path cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// Ids that Sparkplug does not allow.
    #[error("Sparkplug: {0}")]
    Sparkplug(#[from] SparkplugError),
    /// A device id that is no endpoint name.
    #[error("LwM2M: {0}")]
    Lwm2m(#[from] EndpointError),
    /// A file of the state directory.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// What all links share.
pub struct Shared<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// Profile and device ids.
    pub fleet: &'a Fleet,
    /// The brokers in use.
    pub brokers: &'a [BrokerUrl],
    /// Where small files are read.
    pub store: &'a Store,
    /// To the gate.
    pub requests: &'a mpsc::Sender<Request>,
    /// Numbers of requests.
    pub ids: &'a RequestIds,
}

/// Starts every link that is switched on.
///
/// # Errors
/// When an id cannot be used on a path.
pub fn start(shared: &Shared<'_>) -> Result<Vec<Link>, PathError> {
    let mut links = Vec::new();
    if let Some(sparkplug) = &shared.config.sparkplug {
        edge_nodes(shared, sparkplug, &mut links)?;
    }
    if let Some(lwm2m) = &shared.config.lwm2m {
        clients(shared, lwm2m, &mut links)?;
    }
    Ok(links)
}

fn edge_nodes(shared: &Shared<'_>, config: &SparkplugConfig, links: &mut Vec<Link>) -> Result<(), PathError> {
    let devices = &shared.fleet.devices;
    for (n, chunk) in devices.chunks(config.breakers_per_node).enumerate() {
        let node = if n == 0 { config.node.clone() } else { format!("{}-{}", config.node, n + 1) };
        let edge = EdgeConfig {
            aliases: config.aliases,
            templates: config.templates,
            topics: if config.flat_topics { Topics::Flat } else { Topics::Standard },
            primary_host: config.primary_host.as_deref().map(Arc::from),
            quality_dialect: if config.ignition_quality { QualityDialect::Ignition } else { QualityDialect::Spec },
            report: if config.report_all { Report::All } else { Report::Exception },
            tick_ms: ((config.tick.0 * 1000.0).round() as i64).max(1),
            several_servers: shared.brokers.len() > 1,
            ..EdgeConfig::new(&config.group, &node)
        };
        let stored = shared.store.get(&EdgeSession::store_name(&edge))?;
        let fleet = Fleet { profile: Arc::clone(&shared.fleet.profile), devices: chunk.to_vec() };
        let session = EdgeSession::new(edge, fleet, stored.as_deref())?;
        let first = n * config.breakers_per_node;
        let session: Box<dyn Session> = if devices.len() == chunk.len() {
            Box::new(session)
        } else {
            Box::new(Slice::new(session, first..first + chunk.len()))
        };
        let origin = Origin { category: OriginCategory::StationControl, ident: node.into() };
        let mut link = spawn(shared, session, origin, config.role);
        link.serves = Some((PathKind::Sparkplug, first..first + chunk.len()));
        links.push(link);
    }
    Ok(())
}

fn clients(shared: &Shared<'_>, config: &Lwm2mConfig, links: &mut Vec<Link>) -> Result<(), PathError> {
    for (ix, device) in shared.fleet.devices.iter().enumerate() {
        let client = ClientConfig {
            lifetime_s: LIFETIME_S,
            report_all: config.report_all,
            tick_ms: ((config.tick.0 * 1000.0).round() as i64).max(1),
        };
        let session = Client::new(client, shared.fleet.clone(), BreakerIx(ix))?;
        let origin = Origin { category: OriginCategory::RemoteControl, ident: Arc::clone(device) };
        let mut link = spawn(shared, Box::new(session), origin, config.role);
        link.serves = Some((PathKind::Lwm2m, ix..ix + 1));
        links.push(link);
    }
    Ok(())
}

fn spawn(shared: &Shared<'_>, session: Box<dyn Session>, origin: Origin, role: crate::profile::Role) -> Link {
    let broker = &shared.config.broker;
    let login = broker
        .username
        .as_ref()
        .map(|user| Login { user: user.clone(), password: broker.password.clone().unwrap_or_default() });
    let config = LinkConfig { brokers: shared.brokers.to_vec(), login, origin, role, seed: shared.config.pace.seed };
    Link::spawn(
        session,
        config,
        shared.requests.clone(),
        shared.ids.clone(),
        keep_in(shared.config.state_dir.as_path()),
    )
}

/// Small files of a session go into the state directory, whole or not at all.
fn keep_in(dir: &Path) -> link::Store {
    let dir = dir.to_owned();
    Box::new(move |name, content| Store::put_in(&dir, name, content).map_err(std::io::Error::other))
}
