//! The LwM2M server with its sockets: one MQTT connection, and HTTP for people and programs.
//!
//! ```text
//!  broker <--> messenger <--> core (owns the registry) <-- closures -- desk <-- routes <-- guard <-- HTTP
//!                               |
//!                               +--> broadcast of events --> event streams
//! ```
//!
//! One task owns the `Registry`; a route asks it through a `Desk`. Before a
//! request comes to a route, `guard` has looked at its host, its origin and its token.

pub mod config;
mod core;
pub mod desk;
mod extract;
mod guard;
mod listener;
mod metrics;
mod page;
mod problem;
mod routes;
mod shape;

use super::link::messenger::{Messenger, MessengerConfig};
use crate::lwm2m::server::Registry;
use crate::profile::Profile;
use config::HttpConfig;
use desk::Desk;
use guard::Guard;
use listener::Bounded;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long answers under way may take when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(1);

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Somebody else listens there.
    #[error(
        "{0} is in use by another program; choose another address for REST and the page with --http, or --http off"
    )]
    Taken(SocketAddr),
    /// Not ours to listen on.
    #[error("cannot listen on {0}: {1}; choose another address with --http, or --http off")]
    Listen(SocketAddr, io::Error),
    /// Reachable by others, and no token.
    #[error(
        "{0} can be reached from other hosts, so that a bearer token is needed: set BREAKER_CONSOLE_HTTP_TOKEN, or name \
         a file with --http-token-file; or listen on 127.0.0.1 with --http"
    )]
    NoToken(SocketAddr),
}

/// Tells this start from others: the time and the process.
#[must_use]
pub fn boot_id(utc_micros: i64) -> String {
    format!("{:x}{:x}", utc_micros / 1000, std::process::id())
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Where it listens, with the real port.
    pub address: SocketAddr,
    desk: Desk,
    stop: watch::Sender<bool>,
    core: JoinHandle<()>,
    http: JoinHandle<()>,
}

/// Starts the server on the current tokio runtime.
///
/// # Errors
/// When the address cannot be listened on, or others can reach it and there is no token.
pub async fn start(
    config: &HttpConfig,
    messenger: MessengerConfig,
    profile: Arc<Profile>,
    boot: &str,
) -> Result<Server, ServerError> {
    if !config.listen.ip().is_loopback() && config.token.is_none() {
        return Err(ServerError::NoToken(config.listen));
    }
    let listener = tokio::net::TcpListener::bind(config.listen).await.map_err(|e| match e.kind() {
        io::ErrorKind::AddrInUse => ServerError::Taken(config.listen),
        _ => ServerError::Listen(config.listen, e),
    })?;
    let address = listener.local_addr().map_err(|e| ServerError::Listen(config.listen, e))?;
    let registry = Registry::new(boot, Arc::clone(&profile));
    let mut clock = core::Clock::start();
    let messenger = Messenger::spawn(messenger, registry.connect(clock.now()));
    let (stop, stopped) = watch::channel(false);
    let (desk, core) = core::spawn(registry, messenger, clock, stopped.clone());
    let guard = Arc::new(Guard::new(config, address));
    let app = routes::router(desk.clone(), profile, guard, stopped.clone());
    let http = tokio::spawn(serve(Bounded::new(listener), app, stopped));
    Ok(Server { address, desk, stop, core, http })
}

async fn serve(listener: Bounded, app: axum::Router, mut stopped: watch::Receiver<bool>) {
    let done = async move {
        // A dropped handle is a stop, too.
        let _ = stopped.wait_for(|s| *s).await;
    };
    // The only errors are those of single connections, which the library has dealt with.
    let _ = axum::serve(listener, app).with_graceful_shutdown(done).await;
}

impl Server {
    /// To ask the registry.
    #[must_use]
    pub fn desk(&self) -> Desk {
        self.desk.clone()
    }

    /// Tells the devices that the server goes, and ends.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let abort = self.http.abort_handle();
        if tokio::time::timeout(STOP_WITHIN, self.http).await.is_err() {
            abort.abort();
        }
        // A task that panicked has ended as well.
        let _ = self.core.await;
    }
}
