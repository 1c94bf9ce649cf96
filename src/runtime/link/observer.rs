//! A Sparkplug host on a connection of its own, with its events and pictures handed out.

use super::super::config::Config;
use super::Link;
use super::config::{LinkConfig, RequestIds};
use super::room::Room;
use super::url::BrokerUrl;
use super::view::LinkView;
use crate::control::{Answer, Origin, OriginCategory};

use crate::point::Frame;
use crate::profile::Role;
use crate::record::Record;
use crate::runtime::credentials::{Access, CredentialError};
use crate::session::{Connect, Incoming, Publish, Session, Standing};
use crate::sparkplug::host::{Done, Event, HostConfig, HostSession, HostView, Mode, OrderError};
use crate::time::UtcMillis;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{mpsc, watch};

/// Events between the host and whoever prints them; when they are full, the host keeps the rest.
const EVENTS: usize = 65_536;
/// How soon events that found no room are offered again.
const AGAIN_MS: i64 = 20;
/// How often a picture is made.
const VIEW_EVERY_MS: i64 = 500;

/// How a host reaches these brokers. It asks nothing of the gate: origin and role stand for nobody.
///
/// # Errors
/// When certificates, keys or passwords cannot be used.
pub fn reach(config: &Config, brokers: Vec<BrokerUrl>) -> Result<LinkConfig, CredentialError> {
    let Access { login, wire } = Access::of(&config.broker, &brokers)?;
    Ok(LinkConfig {
        brokers,
        login,
        wire,
        origin: Origin { category: OriginCategory::StationControl, ident: Arc::from("host") },
        role: Role::Viewer,
        seed: config.pace.seed.wrapping_add(u64::from(std::process::id())),
        room: Room::default(),
    })
}

/// What a host tells.
#[derive(Debug)]
pub enum Told {
    /// Something happened.
    Event(Event),
    /// The command came to an end.
    Result(Result<Done, OrderError>),
}

/// A running host.
#[derive(Debug)]
pub struct HostLink {
    /// What it tells; none when it was built to tell nothing.
    pub told: mpsc::Receiver<Told>,
    /// What it knows.
    pub host: watch::Receiver<Arc<HostView>>,
    /// How its connection stands.
    pub link: watch::Receiver<LinkView>,
    inner: Link,
}

impl HostLink {
    /// Starts a host on the current tokio runtime. Without `pictures` there is one at the end only: a picture walks
    /// over all metrics.
    #[must_use]
    pub fn spawn(session: HostSession, config: LinkConfig, pictures: bool) -> Self {
        let (tell, told) = mpsc::channel(EVENTS);
        let (show, host) = watch::channel(Arc::new(session.view()));
        // A host asks nothing of the gate.
        let (requests, _) = mpsc::channel(1);
        let watched = Watched { session, tell, show, again: None, next_view: pictures.then_some(UtcMillis(0)) };
        let inner = Link::spawn(Box::new(watched), config, requests, RequestIds::default(), Box::new(|_, _| Ok(())));
        Self { told, host, link: inner.view.clone(), inner }
    }

    /// Says good-bye and waits for the end; the last picture is the final one.
    pub async fn stop(self) -> Arc<HostView> {
        self.inner.stop().await;
        self.host.borrow().clone()
    }
}

/// A host that listens only while somebody looks: on `true` it connects, on `false` it goes and forgets. `always`: it
/// listens from the start and stays.
#[must_use]
pub fn on_demand(config: LinkConfig, always: bool) -> (watch::Sender<bool>, watch::Receiver<Option<Arc<HostView>>>) {
    let (ask, mut asked) = watch::channel(always);
    let (show, shown) = watch::channel(None);
    tokio::spawn(async move {
        let mut running: Option<HostLink> = None;
        loop {
            let wanted = always || *asked.borrow_and_update();
            match running.take() {
                None if wanted => running = observe(config.clone()),
                Some(host) if !wanted => {
                    host.stop().await;
                    show.send_replace(None);
                }
                as_it_is => running = as_it_is,
            }
            tokio::select! {
                changed = asked.changed() => if changed.is_err() { break },
                Some(()) = next_picture(&mut running) => {
                    let picture = running.as_mut().map(|h| h.host.borrow_and_update().clone());
                    show.send_replace(picture);
                }
            }
        }
        if let Some(host) = running {
            host.stop().await;
        }
    });
    (ask, shown)
}

/// Observers of this program so far. Each console has its own, and a broker knows a client by its id.
static STARTED: AtomicU32 = AtomicU32::new(0);

fn observe(config: LinkConfig) -> Option<HostLink> {
    let mut host = HostConfig::new("breaker-console", Mode::Observer);
    let started = STARTED.fetch_add(1, Ordering::Relaxed);
    host.client_id = format!("sp-observer-{}-{started}", std::process::id());
    host.tell = false;
    // The id above can be part of a topic, so there is a session.
    let session = HostSession::new(host).ok()?;
    Some(HostLink::spawn(session, config, true))
}

/// A newer picture; for ever nothing without a host.
async fn next_picture(running: &mut Option<HostLink>) -> Option<()> {
    match running {
        Some(host) => host.host.changed().await.ok(),
        None => std::future::pending().await,
    }
}

/// The session with its outputs.
struct Watched {
    session: HostSession,
    tell: mpsc::Sender<Told>,
    show: watch::Sender<Arc<HostView>>,
    /// Events wait for room.
    again: Option<UtcMillis>,
    /// When the next picture is due; none when none is wanted.
    next_view: Option<UtcMillis>,
}

impl Watched {
    fn hand_out(&mut self, now: UtcMillis) {
        self.again = None;
        while let Ok(room) = self.tell.try_reserve() {
            let told = match self.session.poll_event() {
                Some(event) => Told::Event(event),
                None => match self.session.poll_result() {
                    Some(result) => Told::Result(result),
                    None => return,
                },
            };
            room.send(told);
        }
        self.again = Some(UtcMillis(now.0 + AGAIN_MS));
    }

    fn picture(&mut self, now: UtcMillis) {
        if self.next_view.is_some_and(|at| at <= now) {
            self.next_view = Some(UtcMillis(now.0 + VIEW_EVERY_MS));
            self.show.send_replace(Arc::new(self.session.view()));
        }
    }
}

impl Session for Watched {
    fn name(&self) -> Arc<str> {
        self.session.name()
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        self.session.connect(now)
    }

    fn unreached(&mut self, now: UtcMillis) {
        self.session.unreached(now);
    }

    fn subscribed(&mut self, now: UtcMillis) {
        self.session.subscribed(now);
        self.hand_out(now);
    }

    fn disconnected(&mut self, now: UtcMillis) {
        self.session.disconnected(now);
        self.hand_out(now);
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        self.session.received(topic, payload, retained, now);
        self.hand_out(now);
    }

    fn frame(&mut self, _frame: &Arc<Frame>, _now: UtcMillis) {}

    fn record(&mut self, _record: &Record, _now: UtcMillis) {}

    fn answer(&mut self, _number: u64, _answer: &Answer, _now: UtcMillis) {}

    fn timeout(&mut self, now: UtcMillis) {
        if self.session.next_timeout().is_some_and(|due| due <= now) {
            self.session.timeout(now);
        }
        self.hand_out(now);
        self.picture(now);
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        [self.session.next_timeout(), self.again, self.next_view].into_iter().flatten().min()
    }

    fn stop(&mut self, now: UtcMillis) {
        self.session.stop(now);
        self.hand_out(now);
        self.show.send_replace(Arc::new(self.session.view()));
    }

    fn poll_publish(&mut self) -> Option<Publish> {
        self.session.poll_publish()
    }

    fn poll_request(&mut self) -> Option<Incoming> {
        None
    }

    fn standing(&self, now: UtcMillis) -> Standing {
        self.session.standing(now)
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        self.session.describe(topic, payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::broker::Broker;
    use crate::runtime::config::layers::Layers;

    #[tokio::test(flavor = "multi_thread")]
    async fn it_listens_only_while_somebody_looks() {
        let broker = Broker::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let config = Config::read(&Layers::built_in(), Some("/state".into())).unwrap();
        let (ask, mut seen) = on_demand(reach(&config, vec![BrokerUrl::from(broker.address())]).unwrap(), false);
        assert_eq!(*seen.borrow(), None);
        ask.send_replace(true);
        let view = seen.wait_for(|v| v.as_ref().is_some_and(|v| v.online)).await.unwrap().clone();
        assert!(view.is_some_and(|v| v.observer));
        ask.send_replace(false);
        seen.wait_for(Option::is_none).await.unwrap();
        broker.stop().await;
    }
}
