//! The task that owns the registry.

use super::desk::{Ask, Desk};
use crate::lwm2m::server::Registry;
use crate::lwm2m::server::command::Outcome;
pub(super) use crate::runtime::link::clock::Clock;
use crate::runtime::link::messenger::{Heard, Messenger};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Questions that may wait.
const ASKS: usize = 1024;
/// Events that a listener may be behind before it loses some.
const EVENTS: usize = 8192;
/// The registry is looked at so often when nothing is due.
const IDLE: Duration = Duration::from_secs(60);

struct Core {
    registry: Registry,
    messenger: Messenger,
    clock: Clock,
    waiting: HashMap<Arc<str>, oneshot::Sender<Arc<Outcome>>>,
    events: broadcast::Sender<Arc<crate::lwm2m::server::feed::Item>>,
}

pub(super) fn spawn(
    registry: Registry,
    messenger: Messenger,
    clock: Clock,
    stopped: watch::Receiver<bool>,
) -> (Desk, JoinHandle<()>) {
    let (asks, asked) = mpsc::channel(ASKS);
    let (events, _) = broadcast::channel(EVENTS);
    let core = Core { registry, messenger, clock, waiting: HashMap::new(), events: events.clone() };
    (Desk { asks, events }, tokio::spawn(core.run(asked, stopped)))
}

impl Core {
    async fn run(mut self, mut asked: mpsc::Receiver<Ask>, mut stopped: watch::Receiver<bool>) {
        loop {
            let wake = self.wake();
            tokio::select! {
                // A dropped handle is a stop, too.
                _ = stopped.wait_for(|s| *s) => break,
                heard = self.messenger.heard.recv() => match heard {
                    Some(heard) => self.heard(heard),
                    None => break,
                },
                Some(ask) = asked.recv() => self.ask(ask),
                () = tokio::time::sleep_until(wake.into()) => {
                    let now = self.clock.now();
                    self.registry.timeout(now);
                }
            }
            self.hand_on();
        }
        let now = self.clock.now();
        self.registry.stop(now);
        self.hand_on();
        self.messenger.stop().await;
    }

    fn wake(&self) -> Instant {
        let idle = Instant::now() + IDLE;
        self.registry.next_timeout().map_or(idle, |at| self.clock.instant(at).min(idle))
    }

    fn heard(&mut self, heard: Heard) {
        let now = self.clock.now();
        match heard {
            Heard::Up(_) => self.registry.connected(now),
            Heard::Down(_) => self.registry.disconnected(),
            Heard::Message { topic, payload, .. } => self.registry.received(&topic, &payload, now),
        }
    }

    fn ask(&mut self, ask: Ask) {
        let now = self.clock.now();
        match ask {
            Ask::Do(errand) => errand(&mut self.registry, now),
            Ask::Command { endpoint, command, body, wait_ms, sent, ended } => {
                let id = self.registry.command(&endpoint, &command, body, wait_ms, now);
                if let Ok(id) = &id {
                    self.waiting.insert(Arc::clone(id), ended);
                }
                // Whoever asked may have gone away; the command is on its way all the same, and ends in the feed.
                let _ = sent.send(id);
            }
        }
    }

    /// Hands on everything the registry has for others.
    fn hand_on(&mut self) {
        while let Some(publish) = self.registry.poll_publish() {
            if self.messenger.outgoing.try_send(publish).is_err() {
                self.registry.lost();
            }
        }
        let now = self.clock.now();
        while let Some(outcome) = self.registry.poll_ended(now) {
            if let Some(ended) = self.waiting.remove(&outcome.id) {
                // Whoever asked may have gone away.
                let _ = ended.send(outcome);
            }
        }
        while let Some(item) = self.registry.poll_event() {
            // Nobody listens: that is no error.
            let _ = self.events.send(item);
        }
    }
}
