//! A Sparkplug host on a connection of its own, with its events and pictures handed out.

use super::Link;
use super::config::{LinkConfig, RequestIds};
use super::url::BrokerUrl;
use super::view::LinkView;
use crate::control::{Answer, Origin, OriginCategory};
use crate::point::Frame;
use crate::profile::Role;
use crate::record::Record;
use crate::runtime::credentials::Access;
use crate::session::{Connect, Incoming, Publish, Session, Standing};
use crate::sparkplug::host::{Done, Event, HostSession, HostView, OrderError};
use crate::time::UtcMillis;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// Events between the host and whoever prints them; when they are full, the host keeps the rest.
const EVENTS: usize = 65_536;
/// How soon events that found no room are offered again.
const AGAIN_MS: i64 = 20;
/// How often a picture is made.
const VIEW_EVERY_MS: i64 = 500;

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
    /// Starts a host on the current tokio runtime.
    #[must_use]
    pub fn spawn(session: HostSession, brokers: Vec<BrokerUrl>, access: Access, seed: u64) -> Self {
        let (tell, told) = mpsc::channel(EVENTS);
        let (show, host) = watch::channel(Arc::new(session.view()));
        let (requests, _) = mpsc::channel(1);
        // A host asks nothing of the gate: origin and role are never used.
        let origin = Origin { category: OriginCategory::StationControl, ident: session.name() };
        let config = LinkConfig { brokers, login: access.login, wire: access.wire, origin, role: Role::Viewer, seed };
        let watched = Watched { session, tell, show, again: None, next_view: UtcMillis(0) };
        let inner = Link::spawn(Box::new(watched), config, requests, RequestIds::default(), Box::new(|_, _| Ok(())));
        Self { told, host, link: inner.view.clone(), inner }
    }

    /// Says good-bye and waits for the end; the last picture is the final one.
    pub async fn stop(self) -> Arc<HostView> {
        self.inner.stop().await;
        self.host.borrow().clone()
    }
}

/// The session with its outputs.
struct Watched {
    session: HostSession,
    tell: mpsc::Sender<Told>,
    show: watch::Sender<Arc<HostView>>,
    /// Events wait for room.
    again: Option<UtcMillis>,
    next_view: UtcMillis,
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
        if self.next_view <= now {
            self.next_view = UtcMillis(now.0 + VIEW_EVERY_MS);
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
        [self.session.next_timeout(), self.again, Some(self.next_view)].into_iter().flatten().min()
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
