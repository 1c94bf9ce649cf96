//! One MQTT connection: a client that is made for one CONNECT and dropped with it.
//!
//! The client library would reconnect by itself with the old will and with whatever was still queued; both are wrong
//! for a session that gives every CONNECT a number. So its loop runs in a task that ends at the first error.

use super::config::Login;
use super::url::BrokerUrl;
use crate::session::{Connect, Publish, Qos};
use crate::time::UtcMillis;
use bytes::Bytes;
use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, LastWill, MqttOptions, NetworkOptions, Outgoing,
    Packet, QoS, SubscribeFilter, SubscribeReasonCode,
};
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Largest packet in either direction; the library's default of 10 KiB ends the connection at a large birth.
const MAX_PACKET: usize = 16 * 1024 * 1024;
/// Messages handed to the client and not yet written to the socket.
const WINDOW: usize = 1024;
/// Room in the client's queue for what is no publish: subscriptions, acknowledgements, DISCONNECT.
const EXTRA: usize = 64;
/// TCP and CONNECT must be through in this time.
const CONNECT_TIMEOUT_S: u64 = 5;

/// What happened on a connection.
#[derive(Debug)]
pub(super) enum Happened {
    /// CONNACK.
    Connected,
    /// All subscriptions acknowledged.
    Subscribed,
    /// The broker refused a subscription.
    SubscriptionRefused(String),
    /// A message came in.
    Message { topic: String, payload: Bytes, retained: bool },
    /// A message was written to the socket.
    Written { at: Instant, message: InFlight },
    /// The connection is over.
    Closed(Closed),
    /// Nothing that concerns anybody.
    Nothing,
}

/// Why a connection is over.
#[derive(Debug)]
pub(super) struct Closed {
    pub(super) reason: String,
    /// TCP was never there, so CONNECT was not written.
    pub(super) unreached: bool,
}

/// A message between the queue and the socket.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) sampled: Option<UtcMillis>,
    pub(super) size: usize,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    client: AsyncClient,
    events: mpsc::UnboundedReceiver<Polled>,
    filters: Vec<(String, Qos)>,
    in_flight: VecDeque<InFlight>,
    unacknowledged: usize,
    connected: bool,
}

#[derive(Debug)]
enum Polled {
    Event(Event),
    Written(Instant),
    Ended(Closed),
}

impl Connection {
    /// Starts to connect; [`Connection::happened`] tells how it goes.
    pub(super) fn open(broker: &BrokerUrl, login: Option<&Login>, connect: Connect) -> Self {
        let mut options = MqttOptions::new(connect.client_id, broker.host.clone(), broker.port);
        options.set_clean_session(true);
        options.set_keep_alive(Duration::from_secs(u64::from(connect.keep_alive_s.max(1))));
        options.set_max_packet_size(MAX_PACKET, MAX_PACKET);
        if let Some(will) = connect.will {
            options.set_last_will(LastWill::new(&*will.topic, will.payload.to_vec(), qos(will.qos), will.retain));
        }
        if let Some(login) = login {
            options.set_credentials(login.user.clone(), login.password.clone());
        }
        let (client, mut eventloop) = AsyncClient::new(options, WINDOW + EXTRA);
        let mut network = NetworkOptions::new();
        // With Nagle's algorithm on, small messages wait for the acknowledgement of the one before: 11 to 40 ms.
        network.set_tcp_nodelay(true);
        network.set_connection_timeout(CONNECT_TIMEOUT_S);
        eventloop.set_network_options(network);
        let (tell, events) = mpsc::unbounded_channel();
        tokio::spawn(poll(eventloop, tell));
        Self {
            client,
            events,
            filters: connect.subscriptions,
            in_flight: VecDeque::new(),
            unacknowledged: 0,
            connected: false,
        }
    }

    /// Whether one more message can be handed over.
    pub(super) fn has_room(&self) -> bool {
        self.connected && self.in_flight.len() < WINDOW
    }

    /// Whether everything was written and, where that was asked, acknowledged.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.unacknowledged == 0
    }

    /// Whether CONNACK is here.
    pub(super) const fn is_connected(&self) -> bool {
        self.connected
    }

    /// Hands a message over; call only with [`Connection::has_room`], then it does not wait.
    pub(super) async fn publish(&mut self, publish: Publish) {
        let size = publish.payload.len();
        let asked = qos(publish.qos);
        let done = self.client.publish_bytes(&*publish.topic, asked, publish.retain, publish.payload).await;
        // An error means that the loop has ended; its last event says why and is on its way.
        if done.is_ok() {
            self.in_flight.push_back(InFlight { sampled: publish.sampled, size });
            self.unacknowledged += usize::from(asked != QoS::AtMostOnce);
        }
    }

    /// Asks for an orderly end.
    pub(super) fn disconnect(&self) {
        // An error means that the loop has ended already.
        let _ = self.client.try_disconnect();
    }

    /// Waits for what happens next. Can be dropped and called again.
    pub(super) async fn happened(&mut self) -> Happened {
        let Some(polled) = self.events.recv().await else {
            return Happened::Closed(Closed { reason: "the connection ended".into(), unreached: false });
        };
        self.sort(polled)
    }

    /// What has happened already.
    pub(super) fn happened_already(&mut self) -> Option<Happened> {
        let polled = self.events.try_recv().ok()?;
        Some(self.sort(polled))
    }

    fn sort(&mut self, polled: Polled) -> Happened {
        match polled {
            Polled::Written(at) => match self.in_flight.pop_front() {
                Some(message) => Happened::Written { at, message },
                None => Happened::Nothing,
            },
            Polled::Ended(mut closed) => {
                closed.unreached &= !self.connected;
                Happened::Closed(closed)
            }
            Polled::Event(Event::Incoming(packet)) => self.packet(packet),
            Polled::Event(Event::Outgoing(_)) => Happened::Nothing,
        }
    }

    fn packet(&mut self, packet: Packet) -> Happened {
        match packet {
            Packet::ConnAck(_) => {
                self.connected = true;
                let filters = self.filters.iter().map(|(f, q)| SubscribeFilter::new(f.clone(), qos(*q)));
                match self.client.try_subscribe_many(filters) {
                    Ok(()) => Happened::Connected,
                    Err(e) => Happened::Closed(Closed { reason: format!("cannot subscribe: {e}"), unreached: false }),
                }
            }
            Packet::SubAck(ack) => {
                // The client library does not look at the codes: 0x80 means refused (MQTT 3.1.1, 3.9.3).
                let refused = ack.return_codes.iter().position(|c| matches!(c, SubscribeReasonCode::Failure));
                match refused {
                    Some(at) => {
                        Happened::SubscriptionRefused(self.filters.get(at).map(|f| f.0.clone()).unwrap_or_default())
                    }
                    None => Happened::Subscribed,
                }
            }
            Packet::PubAck(_) => {
                self.unacknowledged = self.unacknowledged.saturating_sub(1);
                Happened::Nothing
            }
            Packet::Publish(publish) => {
                Happened::Message { topic: publish.topic, payload: publish.payload, retained: publish.retain }
            }
            _ => Happened::Nothing,
        }
    }
}

/// Runs the client's loop until its first error or its DISCONNECT; polled on, it would connect again.
async fn poll(mut eventloop: EventLoop, tell: mpsc::UnboundedSender<Polled>) {
    loop {
        let polled = match eventloop.poll().await {
            Ok(Event::Outgoing(Outgoing::Publish(_))) => Polled::Written(Instant::now()),
            Ok(Event::Outgoing(Outgoing::Disconnect)) => {
                Polled::Ended(Closed { reason: "disconnected".into(), unreached: false })
            }
            Ok(event) => Polled::Event(event),
            Err(error) => Polled::Ended(closed(&error)),
        };
        let last = matches!(polled, Polled::Ended(_));
        // Nobody listens any more: the connection was given up, and dropping the loop closes the socket.
        if tell.send(polled).is_err() || last {
            return;
        }
    }
}

fn closed(error: &ConnectionError) -> Closed {
    let unreached = match error {
        ConnectionError::Io(e) => {
            matches!(
                e.kind(),
                ErrorKind::ConnectionRefused
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::AddrNotAvailable
                | ErrorKind::InvalidInput
                | ErrorKind::NotFound
                // Name resolution fails with a kind of its own that cannot be named.
                | ErrorKind::Other
            ) || e.to_string().contains("failed to lookup address")
        }
        _ => false,
    };
    let reason = match error {
        ConnectionError::ConnectionRefused(ConnectReturnCode::BadUserNamePassword) => {
            "the broker refused the user or the password".to_owned()
        }
        ConnectionError::ConnectionRefused(ConnectReturnCode::NotAuthorized) => {
            "the broker does not authorise this client".to_owned()
        }
        ConnectionError::ConnectionRefused(code) => format!("the broker refused the connection: {code:?}"),
        ConnectionError::NetworkTimeout => "the broker does not answer".to_owned(),
        ConnectionError::Io(e) => match e.kind() {
            ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::UnexpectedEof => {
                "the broker closed the connection".to_owned()
            }
            _ => e.to_string(),
        },
        other => other.to_string(),
    };
    Closed { reason, unreached }
}

const fn qos(qos: Qos) -> QoS {
    match qos {
        Qos::AtMostOnce => QoS::AtMostOnce,
        Qos::AtLeastOnce => QoS::AtLeastOnce,
    }
}
