//! The embedded broker, so that the program needs nothing else to run.
//!
//! It speaks MQTT 3.1.1 and 5 on one port, sets `TCP_NODELAY` on every connection, and keeps nothing on disk. A
//! subscriber that falls behind by more than [`QUEUE`] messages loses `QoS` 0 messages, as MQTT allows; the broker does
//! not count them. `QoS` 1 goes to a subscriber in a lane of its own and may overtake `QoS` 0, as MQTT allows, too. For
//! fleets that need more than that, name an external broker.

use mqtt5::broker::config::StorageConfig;
use mqtt5::broker::{BrokerConfig, BrokerShutdownHandle, MqttBroker};
use std::io;
use std::net::{SocketAddr, TcpListener};
use tokio::task::JoinHandle;

/// Messages that may wait for one subscriber: half a minute of a busy fleet at 1,000 messages a second.
pub const QUEUE: usize = 32_768;

/// Why the broker cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// Somebody else listens there.
    #[error(
        "{0} is in use by another program; choose another address with --listen, or use that broker with --broker mqtt://{0}"
    )]
    Taken(SocketAddr),
    /// Not ours to listen on.
    #[error("cannot listen on {0}: {1}; choose another address with --listen")]
    Listen(SocketAddr, io::Error),
    /// Anything else.
    #[error("the embedded broker does not start: {0}")]
    Start(String),
}

/// A running broker.
pub struct Broker {
    address: SocketAddr,
    shutdown: BrokerShutdownHandle,
    task: JoinHandle<()>,
}

impl Broker {
    /// Starts a broker on the current tokio runtime; port 0 takes any free one.
    ///
    /// # Errors
    /// When the address is taken or cannot be listened on.
    pub async fn start(listen: SocketAddr) -> Result<Self, BrokerError> {
        let mut config = BrokerConfig::default().with_bind_address(listen).with_client_channel_capacity(QUEUE);
        config.storage_config = StorageConfig { enable_persistence: false, ..StorageConfig::default() };
        let mut broker = match MqttBroker::with_config(config).await {
            Ok(broker) => broker,
            Err(error) => return Err(explain(listen, &error.to_string())),
        };
        let address = broker.local_addr().unwrap_or(listen);
        let shutdown = broker.shutdown_handle();
        let mut ready = broker.ready_receiver();
        let task = tokio::spawn(async move {
            // The only error of a broker that is bound is a second run; this is the first.
            let _ = broker.run().await;
        });
        ready.wait_for(|ready| *ready).await.map_err(|_| BrokerError::Start("it ended at once".to_owned()))?;
        Ok(Self { address, shutdown, task })
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes all connections and frees the address.
    pub async fn stop(self) {
        self.shutdown.shutdown();
        // A task that panicked has ended as well.
        let _ = self.task.await;
    }
}

/// The library tells in prose why it cannot bind; the operating system tells it in a form that can be understood.
fn explain(listen: SocketAddr, prose: &str) -> BrokerError {
    match TcpListener::bind(listen) {
        Err(e) if e.kind() == io::ErrorKind::AddrInUse => BrokerError::Taken(listen),
        Err(e) => BrokerError::Listen(listen, e),
        Ok(_) => BrokerError::Start(prose.to_owned()),
    }
}
