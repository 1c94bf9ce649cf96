//! The task that drives one CoAP client: a UDP socket of its own, because a server knows a client by its address. Between
//! client and socket there may be DTLS.

use super::attention::Attention;
use super::channel::{Broken, Channel};
use super::clock::Clock;
use super::config::LinkConfig;
use super::figures::Figures;
use super::psk::Psk;
use super::requests::Requests;
use super::ring::Ring;
use super::view::{LinkState, LinkView};
use super::{Inputs, Link};
use crate::control::{Answer, Request};
use crate::lwm2m::coap::Endpoint;
use bytes::Bytes;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, watch};

/// How long the good-bye may take.
const STOP_WITHIN: Duration = Duration::from_secs(2);
/// How long to wait before another try to find the server.
const RETRY: Duration = Duration::from_secs(5);
/// Largest datagram there is.
const DATAGRAM: usize = 65_536;

/// The server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoapServer {
    /// `host:port`.
    pub address: String,
    /// The key of a secured one; the identity is the name of the endpoint.
    pub key: Option<Psk>,
}

impl fmt::Display for CoapServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.key.is_some() { "coaps" } else { "coap" }, self.address)
    }
}

/// Starts a client of a server on the current tokio runtime.
#[must_use]
pub fn spawn(
    endpoint: Endpoint,
    name: Arc<str>,
    identity: Arc<str>,
    server: CoapServer,
    config: LinkConfig,
    requests: mpsc::Sender<Request>,
    ids: super::config::RequestIds,
) -> Link {
    let (frames, frames_in) = mpsc::channel(config.room.frames);
    let (records, records_in) = mpsc::unbounded_channel();
    let (answers, answers_in) = mpsc::unbounded_channel();
    let (stop, stop_in) = watch::channel(());
    // A CoAP client has no faults on purpose: what is asked of it goes unheard, and its view offers none.
    let (misbehave, misbehave_in) = mpsc::unbounded_channel();
    let (show, view) = watch::channel(LinkView { name: name.clone(), ..LinkView::default() });
    let inputs =
        Inputs { frames: frames_in, records: records_in, answers: answers_in, misbehave: misbehave_in, stop: stop_in };
    let driver = Driver {
        endpoint,
        name,
        server,
        requests: Requests::new(requests, ids),
        view: show,
        clock: Clock::start(),
        figures: Figures::new(),
        ring: Ring::new(&config.room),
        config,
        attention: Attention::default(),
        socket: None,
        channel: Channel::default(),
        started: false,
        given_up: 0,
        identity,
        retry_at: Some(Instant::now()),
        stop_at: None,
        reason: Arc::from(""),
        next_view: Instant::now(),
    };
    let task = tokio::spawn(driver.run(inputs));
    Link { frames, records, answers, view, misbehave, serves: None, stop, task }
}

struct Driver {
    endpoint: Endpoint,
    name: Arc<str>,
    server: CoapServer,
    config: LinkConfig,
    requests: Requests,
    view: watch::Sender<LinkView>,
    clock: Clock,
    figures: Figures,
    ring: Ring,
    attention: Attention,
    identity: Arc<str>,
    socket: Option<UdpSocket>,
    channel: Channel,
    /// The client was told that it can speak.
    started: bool,
    /// Messages that the client had given up when the channel was opened.
    given_up: u64,
    retry_at: Option<Instant>,
    stop_at: Option<Instant>,
    reason: Arc<str>,
    next_view: Instant,
}

impl Driver {
    async fn run(mut self, mut inputs: Inputs) {
        let mut buffer = vec![0; DATAGRAM];
        loop {
            self.hand_on().await;
            let over = self.stop_at.is_some_and(|at| at <= Instant::now());
            if self.stop_at.is_some() && (over || self.socket.is_none() || self.endpoint.is_idle()) {
                break;
            }
            let wake = tokio::time::Instant::from_std(self.wake());
            tokio::select! {
                // A dropped handle is a stop, too.
                _ = inputs.stop.changed(), if self.stop_at.is_none() => {
                    let now = self.clock.now();
                    self.endpoint.stop(now);
                    self.stop_at = Some(Instant::now() + STOP_WITHIN);
                }
                received = receive(self.socket.as_ref(), &mut buffer) => self.received(received, &buffer),
                Some(frame) = inputs.frames.recv() => {
                    let now = self.clock.now();
                    self.endpoint.frame(&frame, now);
                    while let Ok(frame) = inputs.frames.try_recv() {
                        self.endpoint.frame(&frame, now);
                    }
                }
                // Events reach this server as changed values, by observation.
                Some(_) = inputs.records.recv() => {}
                Some(answer) = inputs.answers.recv() => self.answer(&answer),
                () = tokio::time::sleep_until(wake) => self.time_passed().await,
            }
        }
        self.channel.close();
        self.flush().await;
        self.show(LinkState::Off);
    }

    fn wake(&self) -> Instant {
        let endpoint = self.endpoint.next_timeout().map(|t| self.clock.instant(t));
        [endpoint, self.retry_at, self.stop_at, self.channel.next_timeout()]
            .into_iter()
            .flatten()
            .fold(self.next_view, Instant::min)
    }

    async fn time_passed(&mut self) {
        let instant = Instant::now();
        if self.retry_at.is_some_and(|at| at <= instant) {
            self.retry_at = None;
            self.open().await;
        }
        let now = self.clock.now();
        if self.channel.next_timeout().is_some_and(|at| at <= instant) {
            let done = self.channel.timeout(instant);
            self.unless_broken(done);
        }
        if self.started && self.endpoint.next_timeout().is_some_and(|t| t <= now) {
            self.endpoint.timeout(now);
            // A server that restarted knows the session no more and hears nothing that is said in it.
            if self.server.key.is_some() && self.endpoint.given_up() > self.given_up {
                self.close("the server does not answer in the DTLS session any more");
            }
        }
        if self.next_view <= instant {
            self.next_view = instant + self.config.room.view_every;
            let state = match (&self.socket, self.stop_at) {
                (_, Some(_)) => LinkState::Stopping,
                (None, _) => LinkState::Offline,
                _ if self.endpoint.standing(now).online => LinkState::Online,
                _ => LinkState::Waiting,
            };
            self.show(state);
        }
    }

    async fn open(&mut self) {
        let channel = match &self.server.key {
            None => Ok(Channel::default()),
            Some(key) => Channel::secured(&self.identity, key, Instant::now()),
        };
        match (connect(&self.server.address).await, channel) {
            (Ok(socket), Ok(channel)) => {
                self.socket = Some(socket);
                self.channel = channel;
                self.started = false;
                self.given_up = self.endpoint.given_up();
                self.reason = Arc::from("");
                self.figures.connects += 1;
                self.start_when_open();
            }
            (Err(error), _) => self.close(&error.to_string()),
            (_, Err(broken)) => self.close(&broken.to_string()),
        }
    }

    /// Tells the client that it can speak, once it can.
    fn start_when_open(&mut self) {
        if !self.started && self.channel.is_open() {
            self.started = true;
            let now = self.clock.now();
            self.endpoint.started(now);
        }
    }

    /// Gives the socket up and tries again later.
    fn close(&mut self, reason: &str) {
        self.socket = None;
        self.channel = Channel::default();
        self.started = false;
        self.reason = format!("{}: {reason}", self.server).into();
        self.retry_at = Some(Instant::now() + RETRY);
    }

    fn unless_broken(&mut self, done: Result<(), Broken>) {
        if let Err(broken) = done {
            self.close(&broken.to_string());
        }
    }

    fn received(&mut self, received: io::Result<usize>, buffer: &[u8]) {
        match received {
            Ok(length) => {
                let done = self.channel.take(&buffer[..length], Instant::now());
                self.unless_broken(done);
                self.start_when_open();
                while let Some(message) = self.channel.poll_message().map(Bytes::from) {
                    let now = self.clock.now();
                    self.figures.received += 1;
                    self.ring.push(now, false, "coap".into(), message.clone());
                    self.endpoint.received(&message, now);
                }
            }
            // An ICMP message that nobody listens there; repetition goes on, the server may come.
            Err(error) => self.reason = format!("{}: {error}", self.server).into(),
        }
    }

    fn answer(&mut self, answer: &Answer) {
        if let Some(number) = self.requests.number(answer) {
            let now = self.clock.now();
            self.endpoint.gate_answered(number, answer, now);
        }
    }

    async fn hand_on(&mut self) {
        while let Some(incoming) = self.endpoint.poll_request() {
            if let Some((number, refused)) = self.requests.ask(incoming, &self.config) {
                let now = self.clock.now();
                self.endpoint.gate_answered(number, &refused, now);
            }
        }
        while let Some(message) = self.endpoint.poll_datagram() {
            // What was to be said in a session that is over is said again by repetition, or given up.
            if self.started {
                let now = self.clock.now();
                self.figures.sent += 1;
                self.figures.bytes_sent += message.len() as u64;
                let message = Bytes::from(message);
                let done = self.channel.send(message.to_vec());
                self.ring.push(now, true, "coap".into(), message);
                self.unless_broken(done);
            }
        }
        self.flush().await;
    }

    /// Sends what the channel has for the socket.
    async fn flush(&mut self) {
        let Some(socket) = &self.socket else { return };
        while let Some(datagram) = self.channel.poll_datagram() {
            if let Err(error) = socket.send(&datagram).await {
                self.reason = format!("{}: {error}", self.server).into();
            }
        }
    }

    fn show(&mut self, state: LinkState) {
        let now = self.clock.now();
        let standing = self.endpoint.standing(now);
        let mut view = LinkView {
            name: self.name.clone(),
            broker: self.server.to_string().into(),
            state,
            malformed: standing.malformed,
            lifetime_s: standing.lifetime_s,
            ..LinkView::default()
        };
        view.reason = match (state, standing.waiting_for) {
            (LinkState::Online, _) => Arc::from(""),
            (LinkState::Waiting, Some(what)) if self.reason.is_empty() => format!("waiting for {what}").into(),
            _ => self.reason.clone(),
        };
        self.figures.write(&mut view, Instant::now());
        let endpoint = &self.endpoint;
        view.messages = self.ring.view(&self.attention, |_, datagram| endpoint.describe(datagram));
        view.attention = self.attention.clone();
        self.view.send_replace(view);
    }
}

async fn connect(server: &str) -> io::Result<UdpSocket> {
    let address = tokio::net::lookup_host(server)
        .await?
        .next()
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the name has no address"))?;
    let any = match address {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(address).await?;
    Ok(socket)
}

/// The next datagram; for ever nothing without a socket.
async fn receive(socket: Option<&UdpSocket>, buffer: &mut [u8]) -> io::Result<usize> {
    match socket {
        Some(socket) => socket.recv(buffer).await,
        None => std::future::pending().await,
    }
}
