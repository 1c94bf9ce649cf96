//! Where routes ask the registry, and wait for devices.

use crate::lwm2m::server::Registry;
use crate::lwm2m::server::command::{Outcome, Unsent};
use crate::lwm2m::server::feed::Item;
use crate::time::UtcMillis;
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot};

/// Something to do with the registry, now.
pub(super) type Errand = Box<dyn FnOnce(&mut Registry, UtcMillis) + Send>;

/// What the core is asked for.
pub(super) enum Ask {
    /// To do something.
    Do(Errand),
    /// To send a command and give its end.
    Command {
        endpoint: String,
        command: String,
        body: Map<String, Json>,
        wait_ms: i64,
        sent: oneshot::Sender<Result<Arc<str>, Unsent>>,
        ended: oneshot::Sender<Arc<Outcome>>,
    },
}

/// The core has ended: the program is stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server is stopping")]
pub struct Closed;

/// Asks the registry; cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(super) asks: mpsc::Sender<Ask>,
    pub(super) events: broadcast::Sender<Arc<Item>>,
}

/// A command that was sent.
#[derive(Debug)]
pub struct Sent {
    /// Its id.
    pub id: Arc<str>,
    ended: oneshot::Receiver<Arc<Outcome>>,
}

impl Sent {
    /// How it ended; comes when the time given with it is over at the latest.
    ///
    /// # Errors
    /// When the server stops before.
    pub async fn ended(self) -> Result<Arc<Outcome>, Closed> {
        self.ended.await.map_err(|_| Closed)
    }
}

impl Desk {
    /// Does something with the registry and gives what came of it.
    ///
    /// # Errors
    /// When the server is stopping.
    pub async fn with<T: Send + 'static>(
        &self,
        errand: impl FnOnce(&mut Registry, UtcMillis) -> T + Send + 'static,
    ) -> Result<T, Closed> {
        let (tell, told) = oneshot::channel();
        let errand: Errand = Box::new(move |registry, now| {
            // Whoever asked may have gone away meanwhile.
            let _ = tell.send(errand(registry, now));
        });
        self.asks.send(Ask::Do(errand)).await.map_err(|_| Closed)?;
        told.await.map_err(|_| Closed)
    }

    /// Sends a command to a device.
    ///
    /// # Errors
    /// When the server is stopping; inside, when the command cannot be sent.
    pub async fn command(
        &self,
        endpoint: &str,
        command: &str,
        body: Map<String, Json>,
        wait_ms: i64,
    ) -> Result<Result<Sent, Unsent>, Closed> {
        let (sent, was_sent) = oneshot::channel();
        let (ended, has_ended) = oneshot::channel();
        let ask =
            Ask::Command { endpoint: endpoint.to_owned(), command: command.to_owned(), body, wait_ms, sent, ended };
        self.asks.send(ask).await.map_err(|_| Closed)?;
        Ok(was_sent.await.map_err(|_| Closed)?.map(|id| Sent { id, ended: has_ended }))
    }

    /// Listens to what happens from now on. Inside [`Desk::with`], nothing falls between the feed and this.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Arc<Item>> {
        self.events.subscribe()
    }
}
