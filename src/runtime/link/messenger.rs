//! A connection kept up for somebody who speaks in plain messages: no session, no frames, no requests.
//!
//! Brokers are walked in order and the wait between attempts grows, as for every link.

use super::backoff::Backoff;
use super::connection::{Connection, Happened};
use super::url::BrokerUrl;
use crate::runtime::credentials::Access;
use crate::session::{Connect, Publish};
use bytes::Bytes;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Messages on their way in either direction.
const QUEUE: usize = 8192;
/// How long good-byes may take.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// How a messenger is set up.
#[derive(Clone, Debug)]
pub struct MessengerConfig {
    /// Brokers, tried in this order.
    pub brokers: Vec<BrokerUrl>,
    /// How it gets in.
    pub access: Access,
    /// Decides the jitter of reconnection.
    pub seed: u64,
}

/// What a messenger tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Connected and subscribed, to this broker.
    Up(BrokerUrl),
    /// A message.
    Message {
        /// Its topic.
        topic: String,
        /// Its payload.
        payload: Bytes,
        /// The broker had kept it.
        retained: bool,
    },
    /// The connection is gone, or did not come up, and why; it will be tried again.
    Down(String),
}

/// A running messenger.
#[derive(Debug)]
pub struct Messenger {
    /// To publish. Messages handed over while there is no connection are dropped.
    pub outgoing: mpsc::Sender<Publish>,
    /// What happens.
    pub heard: mpsc::Receiver<Heard>,
    task: JoinHandle<()>,
}

impl Messenger {
    /// Starts on the current tokio runtime; `connect` says what each CONNECT carries.
    #[must_use]
    pub fn spawn(config: MessengerConfig, connect: Connect) -> Self {
        let (outgoing, publishes) = mpsc::channel(QUEUE);
        let (tell, heard) = mpsc::channel(QUEUE);
        let task = tokio::spawn(keep_up(config, connect, publishes, tell));
        Self { outgoing, heard, task }
    }

    /// Publishes what was handed over, closes the connection and waits for the end.
    pub async fn stop(self) {
        drop(self.outgoing);
        drop(self.heard);
        let abort = self.task.abort_handle();
        // A task that panicked has ended as well.
        if tokio::time::timeout(STOP_WITHIN, self.task).await.is_err() {
            abort.abort();
        }
    }
}

async fn keep_up(
    config: MessengerConfig,
    connect: Connect,
    mut publishes: mpsc::Receiver<Publish>,
    tell: mpsc::Sender<Heard>,
) {
    let mut backoff = Backoff::new(config.seed);
    for broker in config.brokers.iter().cycle() {
        let mut connection =
            Connection::open(broker, &config.access.wire, config.access.login.as_ref(), connect.clone());
        let reason = loop {
            tokio::select! {
                happened = connection.happened() => match happened {
                    Happened::Subscribed => {
                        backoff.reset();
                        // Whoever does not listen any more is stopping.
                        let _ = tell.send(Heard::Up(broker.clone())).await;
                    }
                    Happened::Message { topic, payload, retained } => {
                        // As above.
                        let _ = tell.send(Heard::Message { topic, payload, retained }).await;
                    }
                    Happened::SubscriptionRefused(filter) => {
                        break format!("{broker}: the broker refused the subscription to {filter}");
                    }
                    Happened::Closed(closed) => break format!("{broker}: {}", closed.reason),
                    Happened::Connected | Happened::Written { .. } => {}
                },
                publish = publishes.recv(), if connection.has_room() => match publish {
                    Some(publish) => connection.publish(&publish),
                    None => return say_good_bye(connection).await,
                },
            }
        };
        while publishes.try_recv().is_ok() {}
        // As above.
        let _ = tell.send(Heard::Down(reason)).await;
        if publishes.is_closed() {
            return;
        }
        tokio::time::sleep(backoff.next(config.brokers.len())).await;
        while publishes.try_recv().is_ok() {}
        if publishes.is_closed() {
            return;
        }
    }
}

async fn say_good_bye(mut connection: Connection) {
    while !connection.is_idle() {
        if let Happened::Closed(_) = connection.happened().await {
            return;
        }
    }
    connection.disconnect();
    while !matches!(connection.happened().await, Happened::Closed(_)) {}
}
