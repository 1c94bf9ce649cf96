//! The links that the configuration asks for: edge nodes of Sparkplug, clients of LwM2M.

use super::config::{Broker, Config, Lwm2mBinding, Lwm2mConfig, Lwm2mDialect, SparkplugConfig};
use super::credentials::{Access, CredentialError};
use super::link::config::{LinkConfig, RequestIds};
use super::link::room::Room;
use super::link::slice::Slice;
use super::link::url::BrokerUrl;
use super::link::{self, Link, udp};
use super::store::{Store, StoreError};
use crate::breaker::PathKind;
use crate::control::{BreakerIx, Origin, OriginCategory, Request};
use crate::lwm2m::client::{Account, Both, Client, ClientConfig, Core, OmaClient, OmaConfig, Speaks};
use crate::lwm2m::coap::Endpoint;
use crate::lwm2m::codec::Format;
use crate::lwm2m::misbehave::Misbehaving;
use crate::lwm2m::topic::EndpointError;
use crate::point::Fleet;
use crate::session::Session;
use crate::sparkplug::{EdgeConfig, EdgeSession, QualityDialect, Report, SparkplugError, Topics};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Lifetime of a registration in seconds, as the original has it.
const LIFETIME_S: u64 = 3600;

/// Wildcards that the embedded broker compares every message with, at a tenth of a microsecond each, without being
/// noticed. A thousand of them took more of a core than everything else.
const FEW_WILDCARDS: usize = 64;

/// Short id of the server account.
const SERVER_ID: u16 = 1;

/// Why a path cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// Ids that Sparkplug does not allow.
    #[error("Sparkplug: {0}")]
    Sparkplug(#[from] SparkplugError),
    /// A device id that is no endpoint name.
    #[error("LwM2M: {0}")]
    Lwm2m(#[from] EndpointError),
    /// Certificates, keys or passwords.
    #[error("{0}")]
    Credentials(#[from] CredentialError),
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
    let access = Access::of(&shared.config.broker, shared.brokers)?;
    if let Some(sparkplug) = &shared.config.sparkplug {
        edge_nodes(shared, &access, sparkplug, &mut links)?;
    }
    if let Some(lwm2m) = &shared.config.lwm2m {
        clients(shared, &access, lwm2m, &mut links)?;
    }
    Ok(links)
}

fn edge_nodes(
    shared: &Shared<'_>,
    access: &Access,
    config: &SparkplugConfig,
    links: &mut Vec<Link>,
) -> Result<(), PathError> {
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
            keep_alive_s: shared.config.broker.keep_alive_s,
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
        let mut link = spawn(shared, access, session, origin, config.role);
        link.serves = Some((PathKind::Sparkplug, first..first + chunk.len()));
        links.push(link);
    }
    Ok(())
}

fn clients(shared: &Shared<'_>, access: &Access, config: &Lwm2mConfig, links: &mut Vec<Link>) -> Result<(), PathError> {
    for (ix, device) in shared.fleet.devices.iter().enumerate() {
        let origin = Origin { category: OriginCategory::RemoteControl, ident: Arc::clone(device) };
        let mut link = match &config.binding {
            Lwm2mBinding::Mqtt(dialect) => {
                let session = mqtt_client(shared, config, *dialect, BreakerIx(ix))?;
                spawn(shared, access, session, origin, config.role)
            }
            Lwm2mBinding::Coap(server) => {
                let core = core(shared, config, BreakerIx(ix), true);
                let endpoint = Endpoint::new(core, Arc::clone(device), BreakerIx(ix), start_number());
                let name = format!("LwM2M {device}").into();
                let config = link_config(shared, access, origin, config.role);
                udp::spawn(
                    endpoint,
                    name,
                    Arc::clone(device),
                    server.clone(),
                    config,
                    shared.requests.clone(),
                    shared.ids.clone(),
                )
            }
        };
        link.serves = Some((PathKind::Lwm2m, ix..ix + 1));
        links.push(link);
    }
    Ok(())
}

fn mqtt_client(
    shared: &Shared<'_>,
    config: &Lwm2mConfig,
    dialect: Lwm2mDialect,
    breaker: BreakerIx,
) -> Result<Box<dyn Session>, EndpointError> {
    let tick_ms = ((config.tick.0 * 1000.0).round() as i64).max(1);
    let json = || {
        let named_commands =
            matches!(shared.config.broker.which, Broker::Embedded(_)) && shared.fleet.devices.len() > FEW_WILDCARDS;
        let client = ClientConfig { lifetime_s: LIFETIME_S, report_all: config.report_all, tick_ms, named_commands };
        Client::new(client, shared.fleet.clone(), breaker)
    };
    let oma = |send| {
        let client = OmaConfig { send, report_all: config.report_all, tick_ms };
        OmaClient::new(client, core(shared, config, breaker, false), shared.fleet.clone(), breaker)
    };
    Ok(match dialect {
        Lwm2mDialect::Json => Box::new(Misbehaving::new(json()?)),
        Lwm2mDialect::Oma => Box::new(Misbehaving::new(oma(true)?)),
        Lwm2mDialect::Both => Box::new(Misbehaving::new(Both::new(json()?, oma(false)?))),
    })
}

/// The client of a breaker as each binding announces it: 1.1 over CoAP, where servers know no later one, 1.2 over MQTT,
/// whose binding came with it.
fn core(shared: &Shared<'_>, config: &Lwm2mConfig, breaker: BreakerIx, coap: bool) -> Core {
    let account = Account {
        short_id: SERVER_ID,
        lifetime_s: LIFETIME_S,
        // RFC 7641, 4.5.1: notifications over UDP are to be rare; once a second is what LwM2M can say.
        default_pmin_s: u32::from(coap),
        default_pmax_s: 0,
        storing: false,
        binding: if coap { "U" } else { "M" },
        mute_send: coap,
    };
    let speaks = if coap {
        Speaks { enabler: "1.1", preferred: Format::SenmlCbor, announced: "112" }
    } else {
        Speaks { enabler: "1.2", preferred: Format::Lwm2mCbor, announced: "110 112 11544" }
    };
    Core::new(Arc::clone(&shared.fleet.profile), breaker, config.role, account, speaks)
}

/// A number that differs from that of the last start.
fn start_number() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    since.as_nanos() as u64
}

/// All links share what may be kept.
fn room(shared: &Shared<'_>) -> Room {
    let breakers = shared.fleet.devices.len();
    let nodes = shared.config.sparkplug.as_ref().map_or(0, |s| breakers.div_ceil(s.breakers_per_node.max(1)));
    let clients = if shared.config.lwm2m.is_some() { breakers } else { 0 };
    Room::of(nodes + clients, breakers)
}

fn link_config(shared: &Shared<'_>, access: &Access, origin: Origin, role: crate::profile::Role) -> LinkConfig {
    LinkConfig {
        brokers: shared.brokers.to_vec(),
        login: access.login.clone(),
        wire: access.wire.clone(),
        origin,
        role,
        seed: shared.config.pace.seed,
        room: room(shared),
    }
}

fn spawn(
    shared: &Shared<'_>,
    access: &Access,
    session: Box<dyn Session>,
    origin: Origin,
    role: crate::profile::Role,
) -> Link {
    let config = link_config(shared, access, origin, role);
    let can = session.misbehaviours();
    let link = Link::spawn(
        session,
        config,
        shared.requests.clone(),
        shared.ids.clone(),
        keep_in(shared.config.state_dir.as_path()),
    );
    for what in shared.config.misbehave.iter().filter(|what| can.contains(what)) {
        // The link has just been started and listens.
        let _ = link.misbehave.send((*what, true));
    }
    link
}

/// Small files of a session go into the state directory, whole or not at all.
fn keep_in(dir: &Path) -> link::Store {
    let dir = dir.to_owned();
    Box::new(move |name, content| Store::put_in(&dir, name, content).map_err(std::io::Error::other))
}
