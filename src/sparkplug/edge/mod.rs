//! The edge node: births, data, commands and deaths of the breakers of one panel.

pub mod bdseq;
mod birth;
mod command;
pub mod config;
mod data;
mod device;
pub mod history;
pub mod host;
mod life;
mod misbehave;
mod node;
mod pace;
mod repeat;
pub mod report;
mod server;
mod session;
mod template;
mod topics;

use super::table::Table;
use super::write::Writer;
use super::{EdgeConfig, SparkplugError};
use crate::point::{Fleet, Frame};
use crate::session::{Incoming, Publish, Qos};
use crate::time::UtcMillis;
use bdseq::BdSeq;
use bytes::Bytes;
use command::Order;
use device::{Communication, Device};
use history::History;
use host::PrimaryHost;
use misbehave::Faults;
use node::Node;
use pace::Pace;
use std::collections::VecDeque;
use std::sync::Arc;
use topics::{NodeTopics, Pair};

/// How far the session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// No connection.
    Offline,
    /// CONNECT is on its way, or the subscriptions are.
    Connecting,
    /// Subscribed; births wait for the primary host or for the first values.
    Waiting,
    /// Births are out.
    Born,
    /// Good-bye said; nothing more is sent.
    Stopped,
}

/// One edge node as a [`Session`](crate::session::Session).
#[derive(Debug)]
pub struct EdgeSession {
    config: EdgeConfig,
    fleet: Fleet,
    table: Table,
    topics: NodeTopics,
    communication: Option<Communication>,
    phase: Phase,
    bd_seq: BdSeq,
    /// The sequence number of the next message.
    seq: u8,
    host: PrimaryHost,
    latest: Option<Arc<Frame>>,
    /// When it came.
    came: UtcMillis,
    devices: Vec<Device>,
    node: Node,
    history: History,
    writer: Writer,
    outbox: VecDeque<Publish>,
    requests: VecDeque<Incoming>,
    orders: Vec<Order>,
    next_number: u64,
    store: Option<(String, String)>,
    /// When measurements are due.
    next_tick: UtcMillis,
    pace: Pace,
    /// A frame came in since.
    unreported: bool,
    next_history: UtcMillis,
    quiet_until: Option<UtcMillis>,
    rebirth_asked: bool,
    reconnect: bool,
    /// When to look for the primary host on another server.
    walk_at: Option<UtcMillis>,
    malformed: u64,
    faults: Faults,
}

impl EdgeSession {
    /// A node with these devices; `stored` is the content of the file named by [`EdgeSession::store_name`].
    ///
    /// # Errors
    /// When [`EdgeConfig::check`] refuses the ids.
    pub fn new(config: EdgeConfig, fleet: Fleet, stored: Option<&str>) -> Result<Self, SparkplugError> {
        config.check(&fleet.devices)?;
        let communication = fleet.profile.datum("CommunicationStatus").and_then(|(ix, _)| {
            let offline = node::item(&fleet.profile, ix.0, "Offline")?;
            Some(Communication { parameter: ix.0, offline })
        });
        // A dead broker is found after at most two keep alive intervals; what was sent in that time may be lost.
        let memory_ms = i64::from(config.keep_alive_s) * 2000;
        Ok(Self {
            table: Table::new(&fleet.profile),
            topics: NodeTopics::new(&config, &fleet.devices),
            communication,
            phase: Phase::Offline,
            bd_seq: BdSeq::restore(stored),
            seq: 0,
            host: PrimaryHost::default(),
            latest: None,
            came: UtcMillis(0),
            devices: fleet.devices.iter().map(|_| Device::default()).collect(),
            node: Node::new(&config, &fleet),
            history: History::new(fleet.devices.len(), config.history_points, memory_ms),
            writer: Writer::default(),
            outbox: VecDeque::new(),
            requests: VecDeque::new(),
            orders: Vec::new(),
            next_number: 0,
            store: None,
            next_tick: UtcMillis(0),
            pace: Pace::default(),
            unreported: false,
            next_history: UtcMillis(0),
            quiet_until: None,
            rebirth_asked: false,
            reconnect: false,
            walk_at: None,
            malformed: 0,
            faults: Faults::default(),
            config,
            fleet,
        })
    }

    /// Name of the small file that carries bdSeq over restarts.
    #[must_use]
    pub fn store_name(config: &EdgeConfig) -> String {
        // Ids may hold characters that file systems do not like; two different pairs of ids must not share a file.
        let safe = |id: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let one = |c: char| if plain(c) { c.to_string() } else { format!("_{:x}_", u32::from(c)) };
            id.chars().map(one).collect::<String>()
        };
        format!("bdseq.{}.{}", safe(&config.group), safe(&config.node))
    }

    fn next_seq(&mut self) -> u8 {
        let seq = self.seq;
        self.seq = seq.wrapping_add(1);
        seq
    }

    fn queue(&mut self, topic: Arc<str>, payload: Bytes, sampled: Option<UtcMillis>) {
        self.outbox.push_back(Publish { topic, payload, qos: Qos::AtMostOnce, retain: false, sampled });
    }

    fn queue_pair(&mut self, Pair { standard, flat }: Pair, payload: Bytes, sampled: Option<UtcMillis>) {
        if let Some(flat) = flat {
            self.queue(standard, payload.clone(), sampled);
            self.queue(flat, payload, None);
        } else {
            self.queue(standard, payload, sampled);
        }
    }
}
