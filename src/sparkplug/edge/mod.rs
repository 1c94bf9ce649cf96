//! The edge node: births, data, commands and deaths of the breakers of one panel.

pub mod bdseq;
mod birth;
mod command;
pub mod config;
mod data;
pub mod history;
pub mod host;
mod misbehave;
mod node;
mod repeat;
pub mod report;
mod template;
mod topics;

use super::describe::describe;
use super::patch::Template;
use super::payload::{MetricValue, Payload};
use super::state::HostState;
use super::table::{Event, Table};
use super::topic::{Topic, Verb};
use super::write::Writer;
use super::{EdgeConfig, SparkplugError};
use crate::control::Answer;
use crate::point::{Fleet, Frame, Quality, Reading};
use crate::profile::Value;
use crate::record::{Body, Record};
use crate::session::misbehaviour::Misbehaviour;
use crate::session::{Connect, Incoming, Publish, Qos, Session, Standing};
use crate::time::{Tick, UtcMillis};
use bdseq::BdSeq;
use bytes::Bytes;
use command::Order;
use history::History;
use host::{Change, PrimaryHost};
use misbehave::Faults;
use node::Node;
use prost::Message;
use std::collections::VecDeque;
use std::sync::Arc;
use topics::{NodeTopics, Pair};

/// Rebirth requests within this time of one that was answered are answered once, at its end: hosts send them in
/// storms. Tahu and Ignition use the same five seconds.
const REBIRTH_QUIET_MS: i64 = 5000;

/// How long a server may leave us without a word of the primary host when there is another to go to: its STATE is
/// retained and comes right behind the subscription.
const HOST_WAIT_MS: i64 = 5000;

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

/// What the host knows of a device.
#[derive(Debug, Default)]
struct Device {
    /// DBIRTH is out and no DDEATH after it.
    born: bool,
    /// The reading last sent, by row of the table; empty before the first frame.
    sent: Vec<Reading>,
    /// The frame whose measurements were sent since by template: `sent` does not have them yet.
    repeated: Option<Arc<Frame>>,
    /// Send with the next frame, changed or not, by row.
    forced: Vec<bool>,
    /// The message that repeats every measurement, for the next one to be made from.
    template: Option<Template>,
    /// Send what changed with the first frame of this tick or later, without waiting for the pace.
    urgent: Option<Tick>,
}

impl Device {
    fn set_sent(&mut self, table: &Table, readings: &[Reading]) {
        let missing = Reading { value: None, quality: Quality::Stale };
        self.sent = table.rows.iter().map(|r| readings.get(r.parameter).unwrap_or(&missing).clone()).collect();
        self.forced = vec![false; table.rows.len()];
        self.template = None;
        self.repeated = None;
    }

    /// Whether no event has another reading than the one last sent.
    fn quiet(&self, table: &Table, readings: &[Reading]) -> bool {
        let same = |e: &Event| !self.forced[e.row] && readings.get(e.parameter) == self.sent.get(e.row);
        table.events.iter().all(same)
    }

    /// Takes into `sent` what templates have sent.
    fn settle(&mut self, device: usize, table: &Table) {
        let Some(frame) = self.repeated.take() else { return };
        let Some(readings) = frame.breakers.get(device) else { return };
        for m in &table.measured {
            if let (Some(sent), Some(reading)) = (self.sent.get_mut(m.row), readings.get(m.parameter)) {
                sent.clone_from(reading);
            }
        }
    }
}

/// Where the communication status of a device stands, and which number means that it is lost.
#[derive(Clone, Copy, Debug)]
struct Communication {
    parameter: usize,
    offline: i64,
}

/// One edge node as a [`Session`].
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

    fn death_message(&self, now: UtcMillis) -> Publish {
        Publish {
            topic: Arc::clone(&self.topics.death),
            payload: birth::ndeath(self.bd_seq.current().unwrap_or(0), now).encode_to_vec().into(),
            qos: Qos::AtLeastOnce,
            retain: false,
            sampled: None,
        }
    }

    /// Births go out when everything they need is there.
    fn try_births(&mut self, now: UtcMillis) {
        let host_listens = self.config.primary_host.is_none() || self.host.online();
        if self.phase == Phase::Waiting && host_listens && self.latest.is_some() {
            self.births(now);
        }
    }

    /// NBIRTH, then a DBIRTH for each device that can be reached.
    fn births(&mut self, now: UtcMillis) {
        let (Some(frame), Some(number)) = (self.latest.clone(), self.bd_seq.current()) else { return };
        if self.phase == Phase::Born && !self.outbox.is_empty() {
            // A host that asks for births must not be sent more data first; events in it follow as history.
            self.outbox.clear();
            self.history.lost(now);
        }
        self.phase = Phase::Born;
        self.seq = 0;
        let mut payload = self.nbirth(self.born_number(number), &frame, now);
        payload.seq = Some(u64::from(self.next_seq()));
        let topic = Arc::clone(&self.topics.birth);
        self.queue(topic, payload.encode_to_vec().into(), None);
        let values = self.node.metrics.iter().map(|m| self.node.value(*m, &frame)).collect();
        self.node.sent = values;
        for device in 0..self.devices.len() {
            self.devices[device].born = false;
            self.data_before_birth(device, &frame, now);
            self.follow_communication(device, &frame, now);
        }
        self.unreported = false;
        self.next_tick = UtcMillis(now.0 + self.node.scan_rate_ms);
        self.next_history = now;
        self.arm_faults(now);
    }

    /// DDEATH when a device is lost, DBIRTH when it is there (again).
    fn follow_communication(&mut self, device: usize, frame: &Arc<Frame>, now: UtcMillis) {
        let lost = self.communication.is_some_and(|c| {
            let reading = frame.reading(device, crate::profile::ParameterIx(c.parameter));
            reading.and_then(|r| r.value.as_ref()) == Some(&Value::Int(c.offline))
        });
        match (self.devices[device].born, lost) {
            (true, true) => self.ddeath(device, now),
            (false, false) => {
                let mut payload = self.dbirth(device, frame, now);
                payload.seq = Some(u64::from(self.next_seq()));
                let topics = self.topics.devices[device].birth.clone();
                self.queue_pair(topics, payload.encode_to_vec().into(), None);
                let empty = Vec::new();
                let readings = frame.breakers.get(device).unwrap_or(&empty);
                let state = &mut self.devices[device];
                state.born = true;
                state.set_sent(&self.table, readings);
            }
            _ => {}
        }
    }

    fn ddeath(&mut self, device: usize, now: UtcMillis) {
        self.devices[device].born = false;
        let seq = Some(u64::from(self.next_seq()));
        let stamp = birth::stamp(self.faults.told(now));
        let payload = Payload { timestamp: Some(stamp), seq, ..Payload::default() };
        let topics = self.topics.devices[device].death.clone();
        self.queue_pair(topics, payload.encode_to_vec().into(), None);
    }

    /// A host wants all births again.
    fn ask_rebirth(&mut self, now: UtcMillis) {
        if self.phase != Phase::Born || self.faults.has(Misbehaviour::RefuseRebirth) {
            return;
        }
        if self.quiet_until.is_some_and(|until| now < until) {
            self.rebirth_asked = true;
        } else {
            self.quiet_until = Some(UtcMillis(now.0 + REBIRTH_QUIET_MS));
            self.rebirth_asked = false;
            self.births(now);
        }
    }

    /// NDEATH and on to the next server.
    fn leave(&mut self, now: UtcMillis) {
        if self.phase == Phase::Born && !self.faults.has(Misbehaviour::NoNdeath) {
            let death = self.death_message(now);
            self.outbox.push_back(death);
        }
        self.phase = Phase::Offline;
        self.reconnect = true;
    }

    fn host_told(&mut self, state: Option<HostState>, now: UtcMillis) {
        let Some(state) = state else {
            self.malformed += 1;
            return;
        };
        match self.host.told(state) {
            Change::Online => self.try_births(now),
            // `tck-id-operational-behavior-edge-node-termination-host-offline`: only from a session that was born;
            // before that the wait simply goes on.
            Change::Offline if self.phase == Phase::Born => self.leave(now),
            // Not here: perhaps on the next server
            // (`tck-id-operational-behavior-primary-application-state-with-multiple-servers-walk`).
            Change::None | Change::Offline if !self.host.online() => self.walk(now),
            Change::None | Change::Offline => {}
        }
    }

    /// Goes to the next server without a death: nothing was born on this one.
    fn walk(&mut self, now: UtcMillis) {
        if self.phase == Phase::Waiting && self.config.several_servers {
            self.leave(now);
        }
    }

    /// A late will: the broker announced the death of a connection before this one, with a bdSeq that came round, or
    /// declared this one dead by mistake. Either way hosts think that the node is gone.
    fn own_death(&mut self, payload: &[u8], now: UtcMillis) {
        let Ok(payload) = Payload::decode(payload) else { return };
        let number =
            payload.metrics.iter().find(|m| m.name.as_deref() == Some(node::BD_SEQ)).and_then(|m| match m.value {
                Some(MetricValue::Long(n)) => u8::try_from(n).ok(),
                Some(MetricValue::Int(n)) => u8::try_from(n).ok(),
                _ => None,
            });
        if number.is_some() && number == self.bd_seq.current() {
            self.ask_rebirth(now);
        }
    }
}

impl Session for EdgeSession {
    fn name(&self) -> Arc<str> {
        format!("Sparkplug {}", self.config.node).into()
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        self.bd_seq.advance();
        self.store = Some((Self::store_name(&self.config), self.bd_seq.stored()));
        self.phase = Phase::Connecting;
        self.reconnect = false;
        self.host.forget();
        let mut subscriptions = vec![
            (self.topics.command.clone(), Qos::AtLeastOnce),
            (self.topics.device_commands.clone(), Qos::AtLeastOnce),
            (self.topics.death.to_string(), Qos::AtLeastOnce),
        ];
        subscriptions.extend(self.topics.flat_commands.clone().map(|f| (f, Qos::AtLeastOnce)));
        subscriptions.extend(self.topics.host.iter().flatten().map(|f| (f.clone(), Qos::AtLeastOnce)));
        Connect {
            client_id: format!("sp-{}-{}", self.config.group, self.config.node),
            will: Some(self.death_message(now)),
            subscriptions,
            keep_alive_s: self.config.keep_alive_s,
        }
    }

    fn unreached(&mut self, _now: UtcMillis) {
        self.bd_seq.take_back();
        self.phase = Phase::Offline;
    }

    fn subscribed(&mut self, now: UtcMillis) {
        if self.phase == Phase::Connecting {
            self.phase = Phase::Waiting;
            self.walk_at = self.config.primary_host.is_some().then_some(UtcMillis(now.0 + HOST_WAIT_MS));
            self.try_births(now);
        }
    }

    fn disconnected(&mut self, now: UtcMillis) {
        if self.phase == Phase::Stopped {
            return;
        }
        self.phase = Phase::Offline;
        self.outbox.clear();
        self.history.lost(now);
        for device in &mut self.devices {
            device.born = false;
        }
        self.orders.clear();
        self.quiet_until = None;
        self.rebirth_asked = false;
        self.reconnect = false;
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        match Topic::parse(topic) {
            Some(Topic::State { host }) if self.config.primary_host.as_deref() == Some(host) => {
                self.host_told(HostState::parse(payload), now);
            }
            Some(Topic::OldState { host }) if self.config.primary_host.as_deref() == Some(host) => {
                self.host_told(HostState::parse_old(payload), now);
            }
            // A retained command would be carried out again at each reconnect: refused.
            Some(_) if retained => {}
            Some(Topic::Node { group, verb, node }) if *group == *self.config.group && *node == *self.config.node => {
                match verb {
                    Verb::Ncmd => self.node_command(payload, now),
                    Verb::Ndeath => self.own_death(payload, now),
                    _ => {}
                }
            }
            Some(Topic::Device { group, verb: Verb::Dcmd, node, device })
                if *group == *self.config.group && *node == *self.config.node =>
            {
                self.device_command(device, payload, now);
            }
            Some(Topic::Flat { group, verb: Verb::Dcmd, device }) if *group == *self.config.group => {
                self.device_command(device, payload, now);
            }
            _ => {}
        }
    }

    fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        self.latest = Some(Arc::clone(frame));
        self.unreported = true;
        match self.phase {
            Phase::Born => self.report(now),
            Phase::Waiting => {
                self.keep(now);
                self.try_births(now);
            }
            Phase::Offline | Phase::Connecting => self.keep(now),
            Phase::Stopped => {}
        }
    }

    fn record(&mut self, record: &Record, _now: UtcMillis) {
        if matches!(record.body, Body::Trip(_) | Body::Cleared(_) | Body::Operation(_) | Body::Alarm(_) | Body::Test(_))
            && let Some(device) = self.devices.get_mut(record.breaker.0)
        {
            device.urgent = Some(record.tick);
        }
    }

    fn answer(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        self.answered(number, answer, now);
    }

    fn timeout(&mut self, now: UtcMillis) {
        if self.walk_at.is_some_and(|at| now >= at) {
            self.walk_at = None;
            if !self.host.online() {
                self.walk(now);
            }
        }
        if self.phase != Phase::Born {
            return;
        }
        if self.rebirth_asked && self.quiet_until.is_none_or(|until| now >= until) {
            self.quiet_until = None;
            self.ask_rebirth(now);
        }
        if self.unreported && now >= self.next_tick {
            self.report(now);
        }
        self.send_history(now);
        self.misbehave_in_time(now);
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        if self.phase != Phase::Born {
            return self.walk_at.filter(|_| self.phase == Phase::Waiting);
        }
        let tick = self.unreported.then_some(self.next_tick);
        let rebirth = self.quiet_until.filter(|_| self.rebirth_asked);
        let history = self.history.waits(|device| self.devices[device].born).then_some(self.next_history);
        [tick, rebirth, history, self.faults.next()].into_iter().flatten().min()
    }

    fn stop(&mut self, now: UtcMillis) {
        if self.phase == Phase::Born {
            for device in 0..self.devices.len() {
                if self.devices[device].born {
                    self.ddeath(device, now);
                }
            }
            if !self.faults.has(Misbehaviour::NoNdeath) {
                let death = self.death_message(now);
                self.outbox.push_back(death);
            }
        }
        self.phase = Phase::Stopped;
    }

    fn wants_reconnect(&mut self) -> bool {
        std::mem::take(&mut self.reconnect)
    }

    fn wants_cut(&mut self) -> bool {
        std::mem::take(&mut self.faults.cut)
    }

    fn misbehaviours(&self) -> &'static [Misbehaviour] {
        Misbehaviour::sparkplug()
    }

    fn misbehave(&mut self, what: Misbehaviour, on: bool, now: UtcMillis) -> Result<(), &'static str> {
        self.set_misbehaviour(what, on, now)
    }

    fn poll_publish(&mut self) -> Option<Publish> {
        self.outbox.pop_front()
    }

    fn poll_request(&mut self) -> Option<Incoming> {
        self.requests.pop_front()
    }

    fn poll_store(&mut self) -> Option<(String, String)> {
        self.store.take()
    }

    fn standing(&self, _now: UtcMillis) -> Standing {
        let waiting_for: Option<Arc<str>> = match (self.phase, &self.config.primary_host) {
            (Phase::Waiting, Some(host)) if !self.host.online() => Some(format!("primary host {host}").into()),
            (Phase::Waiting, _) => Some("first values".into()),
            _ => None,
        };
        Standing {
            online: self.phase == Phase::Born,
            waiting_for,
            seq: (self.phase == Phase::Born).then(|| self.seq.wrapping_sub(1)),
            bd_seq: self.bd_seq.current(),
            lifetime_s: None,
            malformed: self.malformed,
            dropped: self.history.dropped(),
            kept: self.history.len() as u64,
            misbehaving: self.faults.on,
        }
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        describe(topic, payload, |alias| self.name_of(alias))
    }
}

impl EdgeSession {
    /// The name behind an alias of this node.
    fn name_of(&self, alias: u64) -> Option<Arc<str>> {
        match super::table::device_alias(alias) {
            Some((_, alias)) => self.table.name_of(alias).cloned(),
            None => node::NodeMetric::by_alias(alias).map(|m| m.name().into()),
        }
    }
}
