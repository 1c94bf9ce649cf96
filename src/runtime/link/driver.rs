//! The task that drives one session.
//!
//! ```text
//!           frames, records, answers            poll_publish
//!  simulation --------------------> session ------------------> connection --> broker
//!      ^                              |  ^                          |
//!      +--------- requests -----------+  +-------- received --------+
//! ```
//!
//! It never waits for one of them alone: it takes whatever comes next, then hands on everything the session has to
//! send, so that the messages of a tick leave in one go.

use super::attention::Attention;
use super::backoff::Backoff;
use super::clock::Clock;
use super::config::LinkConfig;
use super::connection::{Connection, Happened};
use super::figures::Figures;
use super::limits::Pacer;
use super::opening::Closed;
use super::requests::Requests;
use super::ring::Ring;
use super::view::{LinkState, LinkView};
use super::{Inputs, Store};
use crate::control::Answer;
use crate::point::Frame;
use crate::session::Session;
use crate::session::misbehaviour::Misbehaviour;
use crate::time::UtcMillis;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long good-byes may take.
const STOP_WITHIN: Duration = Duration::from_secs(2);
/// How long to leave the broker to a second program with the same ids.
const WAIT_AFTER_TAKEOVER: Duration = Duration::from_secs(30);
/// A connection that lasts less than this was taken away.
const QUICK: Duration = Duration::from_secs(2);

/// Everything one link owns.
pub(super) struct Driver {
    session: Box<dyn Session>,
    config: LinkConfig,
    requests: Requests,
    store: Store,
    view: watch::Sender<LinkView>,
    clock: Clock,
    backoff: Backoff,
    figures: Figures,
    ring: Ring,
    attention: Attention,
    connection: Option<Connection>,
    /// Taken and not yet given to the session.
    frames: VecDeque<Arc<Frame>>,
    /// Frames that wait for a connection that takes nothing; the oldest of more are given to the session all the same.
    waiting_frames: usize,
    /// Position of the broker in use or tried next.
    broker: usize,
    retry_at: Option<Instant>,
    connected_at: Option<Instant>,
    quick_ends: u32,
    /// The connection is being closed on purpose: when it must be over, and whether another follows.
    closing: Option<Closing>,
    reason: Arc<str>,
    /// What there is to say although the link is online.
    remark: Arc<str>,
    next_view: Instant,
    pacer: Pacer,
    /// When the limits of the broker let the next message go.
    send_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Closing {
    until: Instant,
    for_good: bool,
    said: bool,
}

impl Driver {
    pub(super) fn new(
        session: Box<dyn Session>,
        config: LinkConfig,
        requests: Requests,
        store: Store,
        view: watch::Sender<LinkView>,
    ) -> Self {
        let now = Instant::now();
        Self {
            backoff: Backoff::new(config.seed),
            pacer: Pacer::new(&config.wire.limits, now),
            session,
            requests,
            store,
            view,
            clock: Clock::start(),
            figures: Figures::new(),
            ring: Ring::new(&config.room),
            attention: Attention::default(),
            connection: None,
            frames: VecDeque::new(),
            waiting_frames: config.room.frames / 2,
            config,
            broker: 0,
            retry_at: Some(now),
            connected_at: None,
            quick_ends: 0,
            closing: None,
            reason: Arc::from(""),
            remark: Arc::from(""),
            next_view: now,
            send_at: None,
        }
    }

    /// Runs until told to stop.
    pub(super) async fn run(mut self, mut inputs: Inputs) {
        let mut stopping = false;
        loop {
            self.take_frames();
            self.hand_on();
            if self.closing.is_some_and(|c| c.for_good) && self.connection.is_none() {
                break;
            }
            let wake = tokio::time::Instant::from_std(self.wake());
            tokio::select! {
                // A dropped handle is a stop, too.
                _ = inputs.stop.changed(), if !stopping => {
                    stopping = true;
                    self.stop();
                }
                happened = happened(&mut self.connection) => self.take_all(happened),
                Some(frame) = inputs.frames.recv() => {
                    // What happened comes before the frame that shows it: the session knows by it what matters.
                    while let Ok(record) = inputs.records.try_recv() {
                        let now = self.clock.now();
                        self.session.record(&record, now);
                    }
                    self.frames.push_back(frame);
                    self.frames.extend(std::iter::from_fn(|| inputs.frames.try_recv().ok()));
                }
                Some(record) = inputs.records.recv() => {
                    let now = self.clock.now();
                    self.session.record(&record, now);
                }
                Some(answer) = inputs.answers.recv() => self.answer(&answer),
                Some((what, on)) = inputs.misbehave.recv() => self.misbehave(what, on),
                () = tokio::time::sleep_until(wake) => self.time_passed(),
            }
        }
        self.show(LinkState::Off);
    }

    /// Gives the session the frames in order, so that no event between them is lost, and hands on at once what each
    /// brings: a session that sees its messages wait takes the connection for slow. While the connection takes nothing,
    /// some frames wait for it; they are whole messages then, and not work for nothing.
    fn take_frames(&mut self) {
        while !self.frames.is_empty() {
            let full = self.connection.as_ref().is_some_and(|c| c.is_connected() && !c.has_room());
            if full && self.frames.len() <= self.waiting_frames {
                return;
            }
            if let Some(frame) = self.frames.pop_front() {
                self.session.frame(&frame, self.clock.now());
                self.hand_on_messages();
            }
        }
    }

    /// When something is due at the latest.
    fn wake(&self) -> Instant {
        let session = self.session.next_timeout().map(|t| self.clock.instant(t));
        let closing = self.closing.map(|c| c.until);
        [session, self.retry_at, closing, self.send_at].into_iter().flatten().fold(self.next_view, Instant::min)
    }

    fn time_passed(&mut self) {
        let now = self.clock.now();
        if self.session.next_timeout().is_some_and(|t| t <= now) {
            self.session.timeout(now);
        }
        let instant = Instant::now();
        if self.retry_at.is_some_and(|t| t <= instant) {
            self.retry_at = None;
            self.connect(now);
        }
        if self.closing.is_some_and(|c| c.until <= instant) && self.connection.is_some() {
            self.ended(&Closed { reason: "the broker did not acknowledge in time".into(), unreached: false });
        }
        if self.next_view <= instant {
            self.next_view = instant + self.config.room.view_every;
            let state = self.state();
            self.show(state);
        }
    }

    fn connect(&mut self, now: UtcMillis) {
        let Some(broker) = self.config.brokers.get(self.broker) else {
            self.reason = "no broker is configured".into();
            return;
        };
        let connect = self.session.connect(now);
        let mut trouble = None;
        while let Some((name, content)) = self.session.poll_store() {
            if let Err(e) = (self.store)(&name, &content) {
                trouble = Some(format!("cannot keep {name}: {e}"));
            }
        }
        self.connection = Some(Connection::open(broker, &self.config.wire, self.config.login.as_ref(), connect));
        self.connected_at = None;
        if let Some(trouble) = trouble {
            self.reason = trouble.into();
        }
    }

    /// Takes what happened, and all that has happened since.
    fn take_all(&mut self, first: Happened) {
        let mut next = Some(first);
        while let Some(happened) = next {
            self.take(happened);
            next = self.connection.as_mut().and_then(Connection::happened_already);
        }
    }

    fn take(&mut self, happened: Happened) {
        let now = self.clock.now();
        match happened {
            Happened::Connected => {
                self.figures.connects += 1;
                self.connected_at = Some(Instant::now());
            }
            Happened::Subscribed => {
                self.backoff.reset();
                self.reason = Arc::from("");
                self.session.subscribed(now);
            }
            Happened::SubscriptionRefused(filter) => {
                self.reason = format!("the broker refused the subscription to {filter}").into();
                self.close(false);
            }
            Happened::Message { topic, payload, retained } => {
                self.figures.received += 1;
                self.ring.push(now, false, Arc::from(topic.as_str()), payload.clone());
                self.session.received(&topic, &payload, retained, now);
            }
            Happened::Written { at, batches } => {
                let at = self.clock.micros(at);
                for batch in batches {
                    self.figures.sent += batch.messages;
                    self.figures.bytes_sent += batch.bytes as u64;
                    if let Some(sampled) = batch.sampled {
                        self.figures.latency(at - sampled.0 * 1000, batch.messages);
                    }
                }
            }
            Happened::Closed(closed) => self.ended(&closed),
        }
    }

    /// The connection is over, one way or the other.
    fn ended(&mut self, closed: &Closed) {
        let now = self.clock.now();
        let on_purpose = self.closing.is_some();
        self.connection = None;
        if closed.unreached {
            self.session.unreached(now);
        } else {
            self.session.disconnected(now);
        }
        if self.closing.is_some_and(|c| c.for_good) {
            return;
        }
        self.closing = None;
        let lasted = self.connected_at.take().map(|at| at.elapsed());
        if lasted.is_some_and(|l| l < QUICK) && !on_purpose {
            self.quick_ends += 1;
        } else if lasted.is_some() {
            self.quick_ends = 0;
        }
        if !on_purpose || self.reason.is_empty() {
            let broker = self.config.brokers.get(self.broker).map(ToString::to_string).unwrap_or_default();
            self.reason = if self.taken_over() {
                format!(
                    "{broker}: connected and thrown out again {} times; does a second program use the same ids? Next try \
                     in {} s",
                    self.quick_ends,
                    WAIT_AFTER_TAKEOVER.as_secs()
                )
            } else {
                format!("{broker}: {}", closed.reason)
            }
            .into();
        }
        self.broker = (self.broker + 1) % self.config.brokers.len().max(1);
        let mut wait = self.backoff.next(self.config.brokers.len()).max(self.config.wire.limits.connect_every);
        if self.taken_over() {
            // Two programs that throw each other out would fill every host with births.
            wait = wait.max(WAIT_AFTER_TAKEOVER);
        }
        self.retry_at = Some(Instant::now() + wait);
    }

    /// Somebody else uses our client id.
    const fn taken_over(&self) -> bool {
        self.quick_ends >= 3
    }

    /// Says good-bye and closes; `for_good` ends the link.
    fn close(&mut self, for_good: bool) {
        self.closing = Some(Closing { until: Instant::now() + STOP_WITHIN, for_good, said: false });
        self.retry_at = None;
    }

    fn stop(&mut self) {
        let now = self.clock.now();
        if self.connection.as_ref().is_some_and(Connection::is_connected) {
            self.session.stop(now);
            self.close(true);
        } else {
            // Nobody was told anything, so there is nobody to say good-bye to.
            self.session.stop(now);
            self.connection = None;
            self.close(true);
        }
        self.show(LinkState::Stopping);
    }

    fn answer(&mut self, answer: &Answer) {
        if let Some(number) = self.requests.number(answer) {
            let now = self.clock.now();
            self.session.answer(number, answer, now);
        }
    }

    fn misbehave(&mut self, what: Misbehaviour, on: bool) {
        // Drills tell every link; each takes what concerns its path.
        if !self.session.misbehaviours().contains(&what) {
            return;
        }
        let now = self.clock.now();
        match self.session.misbehave(what, on, now) {
            Ok(()) => self.remark = Arc::from(""),
            Err(why) => self.remark = format!("{what}: {why}").into(),
        }
        let state = self.state();
        self.show(state);
    }

    /// Hands on everything the session has: requests to the gate, messages to the connection.
    fn hand_on(&mut self) {
        while let Some(incoming) = self.session.poll_request() {
            if let Some((number, refused)) = self.requests.ask(incoming, &self.config) {
                let now = self.clock.now();
                self.session.answer(number, &refused, now);
            }
        }
        self.hand_on_messages();
        if self.closing.is_none() && self.connection.is_some() && self.session.wants_reconnect() {
            self.close(false);
        }
        if self.connection.is_some() && self.session.wants_cut() {
            self.ended(&Closed::reached("cut on purpose"));
        }
        if let (Some(closing), Some(connection)) = (&mut self.closing, &mut self.connection)
            && !closing.said
            && connection.is_idle()
            && connection.has_room()
        {
            closing.said = true;
            connection.disconnect();
        }
    }

    /// Hands on messages while the connection and the limits of the broker take them.
    fn hand_on_messages(&mut self) {
        self.send_at = None;
        let Some(connection) = &mut self.connection else { return };
        let now = self.clock.now();
        while connection.has_room() {
            if self.pacer.limits() {
                self.send_at = self.pacer.wait(Instant::now());
                if self.send_at.is_some() {
                    break;
                }
            }
            let Some(publish) = self.session.poll_publish() else { break };
            if let Some(reason) = self.config.wire.limits.refuse(&publish) {
                // The broker would cut the connection without a word; a birth cannot be split
                // (`tck-id-topics-dbirth-metrics`), so nothing can follow it.
                self.ended(&Closed::reached(reason));
                return;
            }
            self.pacer.spend(publish.topic.len() + publish.payload.len());
            self.ring.push(now, true, Arc::clone(&publish.topic), publish.payload.clone());
            connection.publish(&publish);
        }
    }

    fn state(&mut self) -> LinkState {
        let now = self.clock.now();
        match (&self.connection, self.closing) {
            (_, Some(Closing { for_good: true, .. })) => LinkState::Stopping,
            (None, _) => LinkState::Offline,
            (Some(c), _) if !c.is_connected() => LinkState::Connecting,
            _ if self.session.standing(now).online => LinkState::Online,
            _ => LinkState::Waiting,
        }
    }

    /// Publishes a view.
    fn show(&mut self, state: LinkState) {
        let now = self.clock.now();
        let standing = self.session.standing(now);
        let mut view = LinkView { name: self.session.name(), state, ..LinkView::default() };
        if let Some(broker) = self.config.brokers.get(self.broker) {
            view.broker = broker.to_string().into();
        }
        view.reason = match (state, standing.waiting_for) {
            (LinkState::Online, _) => Arc::clone(&self.remark),
            (LinkState::Waiting, Some(what)) => format!("waiting for {what}").into(),
            _ => Arc::clone(&self.reason),
        };
        view.malformed = standing.malformed;
        view.dropped = standing.dropped;
        view.seq = standing.seq;
        view.bd_seq = standing.bd_seq;
        view.lifetime_s = standing.lifetime_s;
        view.kept = standing.kept;
        view.can_misbehave = self.session.misbehaviours();
        view.misbehaving = standing.misbehaving;
        self.figures.write(&mut view, Instant::now());
        let session = &self.session;
        view.messages = self.ring.view(&self.attention, |topic, payload| session.describe(topic, payload));
        view.attention = self.attention.clone();
        self.view.send_replace(view);
    }
}

/// What happens next on the connection; for ever nothing without one.
async fn happened(connection: &mut Option<Connection>) -> Happened {
    match connection {
        Some(connection) => connection.happened().await,
        None => std::future::pending().await,
    }
}
