//! The host application: sees a fleet by what comes over MQTT and by nothing else, and trusts nobody.
//!
//! ```text
//!  topic, payload --> decode --> edge node: order of seq --> births, data, deaths --> states, readings
//!                                                    \-> findings (rules broken, counted), rebirth requests
//! ```
//!
//! Values are shown under the names of the birth of the same session: what comes before it has no name, and is shown
//! without. A broken rule never stops the host; the data is taken as far as it can be read. Deliberately absent: the
//! compressed payloads of one client library, and metrics in several parts, which are shown part by part.

mod array;
mod check;
mod config;
mod decoded;
mod entity;
mod event;
mod findings;
mod node;
mod order;
mod out;
mod rebirth;
mod reorder;
mod rule;
mod view;
pub mod words;

#[cfg(test)]
mod tests;

pub use config::{HostConfig, Limits, Mode};
pub use decoded::{Decoded, Properties, Table, Udt};
pub use entity::{Life, MetricState, STALE};
pub use event::{Event, GOOD, Gone, Reading, Source};
pub use findings::{Finding, Findings, Place};
pub use order::{Done, Order, OrderError};
pub use rebirth::Cause;
pub use rule::Rule;
pub use view::{EntityView, HostView, NodeView};

use super::SparkplugError;
use super::describe::describe;
use super::payload::{Metric, MetricValue, Payload};
use super::state::HostState;
use super::topic::{NAMESPACE, Topic, Verb};
use crate::control::Answer;
use crate::point::Frame;
use crate::record::Record;
use crate::session::{Connect, Incoming, Publish, Qos, Session, Standing};
use crate::sparkplug::datatype::DataType;
use crate::time::UtcMillis;
use node::{EdgeNode, Message};
use order::{Next, Pending};
use out::Out;
use prost::Message as _;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Most other hosts that are remembered.
const HOSTS: usize = 1000;

/// A host application as a [`Session`].
#[derive(Debug)]
pub struct HostSession {
    nodes: BTreeMap<NodeKey, EdgeNode>,
    out: Out,
    outbox: VecDeque<Publish>,
    /// Time of this CONNECT, and of the STATE that goes with it.
    connected_at: UtcMillis,
    online: bool,
    stopped: bool,
    hosts: BTreeMap<Arc<str>, bool>,
    malformed: u64,
    /// No node has to be looked at before.
    due: Option<UtcMillis>,
    order: Option<Pending>,
    result: Option<Result<Done, OrderError>>,
}

/// Group and edge node id.
type NodeKey = (Arc<str>, Arc<str>);

impl HostSession {
    /// A host that knows nobody yet.
    ///
    /// # Errors
    /// When [`HostConfig::check`] refuses the ids.
    pub fn new(config: HostConfig) -> Result<Self, SparkplugError> {
        config.check()?;
        Ok(Self {
            nodes: BTreeMap::new(),
            out: Out::new(config),
            outbox: VecDeque::new(),
            connected_at: UtcMillis(0),
            online: false,
            stopped: false,
            hosts: BTreeMap::new(),
            malformed: 0,
            due: None,
            order: None,
            result: None,
        })
    }

    /// Gives a command. Its edge node is asked for its births first, because only they tell the datatype; the result
    /// comes through [`HostSession::poll_result`]. One at a time: a second takes the place of the first.
    pub fn give(&mut self, order: Order, now: UtcMillis) {
        self.out.watched = Some(order.place.clone());
        self.out.readings.clear();
        self.result = None;
        let place = order.place.clone();
        self.order = Some(Pending::new(order, now));
        self.learn(&place, now);
    }

    /// What became of the command.
    pub fn poll_result(&mut self) -> Option<Result<Done, OrderError>> {
        self.result.take()
    }

    /// What happened next.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.out.events.pop_front()
    }

    /// Events that nobody took in time.
    #[must_use]
    pub const fn events_lost(&self) -> u64 {
        self.out.lost
    }

    /// Rules that were broken.
    #[must_use]
    pub const fn findings(&self) -> &Findings {
        &self.out.findings
    }

    /// A metric as it stands.
    #[must_use]
    pub fn metric(&self, place: &Place, name: &str) -> Option<&MetricState> {
        let node = self.nodes.get(&(Arc::clone(&place.group), Arc::clone(&place.node)))?;
        let entity = place.device.as_ref().map_or(Some(&node.own), |d| node.devices.get(d))?;
        entity.metrics.get(name)
    }

    /// How an edge node or a device stands.
    #[must_use]
    pub fn life(&self, place: &Place) -> Option<Life> {
        let node = self.nodes.get(&(Arc::clone(&place.group), Arc::clone(&place.node)))?;
        place.device.as_ref().map_or(Some(&node.own), |d| node.devices.get(d)).map(|e| e.life)
    }

    fn state(&self, online: bool, at: UtcMillis) -> Publish {
        let state = HostState { online, timestamp: Some(u64::try_from(at.0).unwrap_or(0)) };
        Publish {
            topic: Topic::State { host: &self.out.config.host_id }.to_string().into(),
            payload: state.encode().into(),
            qos: Qos::AtLeastOnce,
            retain: true,
            sampled: None,
        }
    }

    /// Asks for births on behalf of a command, unless they are known.
    fn learn(&mut self, place: &Place, now: UtcMillis) {
        if !self.online {
            return;
        }
        let key = (Arc::clone(&place.group), Arc::clone(&place.node));
        let node = self.nodes.entry(key).or_insert_with(|| EdgeNode::new(&place.group, &place.node, now));
        if node.own.life != Life::Online {
            node.want(&Cause::Asked, &mut self.out, now);
        }
        self.follow_up(&(Arc::clone(&place.group), Arc::clone(&place.node)), now);
    }

    /// After a node was touched: what it wants to send, and when it wants to be looked at.
    fn follow_up(&mut self, key: &NodeKey, now: UtcMillis) {
        let Some(node) = self.nodes.get_mut(key) else { return };
        if self.online
            && !self.stopped
            && node.rebirth_due(&self.out).is_some_and(|due| due <= now)
            && let Some(cause) = node.rebirth.take(self.out.config.rebirth_pause_ms, now)
        {
            let place = node.own.place.clone();
            self.outbox.push_back(rebirth_request(&place, now));
            self.out.tell(|| Event::Rebirth { place, cause, asked: true, at: now });
        }
        if let Some(due) = node.due(&self.out) {
            self.due = Some(self.due.map_or(due, |d| d.min(due)));
        }
    }

    /// Moves the command on.
    fn progress(&mut self, now: UtcMillis) {
        let Some(pending) = &mut self.order else { return };
        let place = pending.order.place.clone();
        let node = self.nodes.get(&(Arc::clone(&place.group), Arc::clone(&place.node)));
        match pending.progress(node, &mut self.out.readings, now) {
            Next::Wait => {}
            Next::Send(payload) => {
                let topic = match &place.device {
                    Some(device) => {
                        Topic::Device { group: &place.group, verb: Verb::Dcmd, node: &place.node, device }.to_string()
                    }
                    None => Topic::Node { group: &place.group, verb: Verb::Ncmd, node: &place.node }.to_string(),
                };
                self.outbox.push_back(command(&topic, &payload));
            }
            Next::End(result) => self.end(result),
        }
    }

    fn end(&mut self, result: Result<Done, OrderError>) {
        self.order = None;
        self.out.watched = None;
        self.out.readings.clear();
        self.result = Some(result);
    }

    fn host_spoke(&mut self, id: &str, payload: &[u8], old: bool, now: UtcMillis) {
        let state = if old { HostState::parse_old(payload) } else { HostState::parse(payload) };
        let Some(state) = state else {
            // A retained STATE is deleted with an empty payload.
            if !payload.is_empty() {
                self.malformed += 1;
                let place = Place { node: Arc::from(id), group: Arc::from("STATE"), device: None };
                let text = String::from_utf8_lossy(payload);
                self.out.found(&place, Rule::StatePayload, format_args!("{text}"), now);
            }
            return;
        };
        let own = *id == *self.out.config.host_id && self.out.config.mode == Mode::Host;
        if own && !state.online && self.online && !self.stopped && !old {
            // `tck-id-message-flow-hid-sparkplug-state-message-delivered`: a late will of an earlier session.
            let birth = self.state(true, self.connected_at);
            self.outbox.push_back(birth);
        }
        if self.hosts.len() < HOSTS || self.hosts.contains_key(id) {
            let id: Arc<str> = Arc::from(id);
            if self.hosts.insert(Arc::clone(&id), state.online) != Some(state.online) {
                let (online, timestamp) = (state.online, state.timestamp);
                self.out.tell(|| Event::Host { id, online, timestamp, at: now });
            }
        }
    }

    fn message(
        &mut self,
        (group, verb, node): (&str, Verb, &str),
        device: Option<&str>,
        payload: &[u8],
        retained: bool,
        now: UtcMillis,
    ) {
        let limits = self.out.config.limits;
        let place = Place { group: group.into(), node: node.into(), device: device.map(Arc::from) };
        let longest = [Some(group), Some(node), device].into_iter().flatten().map(str::len).max().unwrap_or(0);
        if longest > limits.name_bytes || payload.len() > limits.payload_bytes {
            let clip = |id: &str| Arc::from(id.chars().take(64).collect::<String>());
            let place = Place { group: clip(group), node: clip(node), device: device.map(clip) };
            let token = verb.token();
            self.out.found(&place, Rule::TooLarge, format_args!("{token} of {} bytes", payload.len()), now);
            return;
        }
        if retained {
            // It may be as old as the broker: nothing in it counts as current.
            self.out.found(&place, check::retained(verb), format_args!(""), now);
            return;
        }
        let Ok(decoded) = Payload::decode(payload) else {
            self.malformed += 1;
            let token = verb.token();
            self.out.found(&place, Rule::NotDecodable, format_args!("{token} of {} bytes", payload.len()), now);
            return;
        };
        let key = (Arc::clone(&place.group), Arc::clone(&place.node));
        if !self.nodes.contains_key(&key) {
            // A command to nobody makes nobody.
            if matches!(verb, Verb::Ncmd | Verb::Dcmd) {
                EdgeNode::new(group, node, now).take(
                    Message { verb, device: place.device, payload: decoded },
                    payload.len(),
                    &mut self.out,
                    now,
                );
                return;
            }
            if self.nodes.len() >= limits.nodes {
                self.out.found(&Place::default(), Rule::TooLarge, format_args!("{} nodes", limits.nodes), now);
                return;
            }
            let of_group = self.nodes.keys().filter(|(g, _)| **g == *group).map(|(_, n)| n);
            if let Some(twin) = EdgeNode::twin(node, of_group) {
                self.out.found(&place, Rule::IdsDifferInCase, format_args!("{node} and {twin}"), now);
            }
            self.nodes.insert(key.clone(), EdgeNode::new(group, node, now));
        }
        if let Some(edge) = self.nodes.get_mut(&key) {
            edge.take(Message { verb, device: place.device, payload: decoded }, payload.len(), &mut self.out, now);
        }
        self.follow_up(&key, now);
    }
}

fn command(topic: &str, payload: &Payload) -> Publish {
    Publish {
        topic: topic.into(),
        payload: payload.encode_to_vec().into(),
        qos: Qos::AtMostOnce,
        retain: false,
        sampled: None,
    }
}

/// `tck-id-operational-behavior-data-commands-ncmd-rebirth-name` and its siblings.
fn rebirth_request(place: &Place, now: UtcMillis) -> Publish {
    let stamp = Some(u64::try_from(now.0).unwrap_or(0));
    let metric = Metric {
        name: Some(check::REBIRTH.to_owned()),
        timestamp: stamp,
        datatype: Some(DataType::Boolean.code()),
        value: Some(MetricValue::Boolean(true)),
        ..Metric::default()
    };
    let topic = Topic::Node { group: &place.group, verb: Verb::Ncmd, node: &place.node }.to_string();
    command(&topic, &Payload { timestamp: stamp, metrics: vec![metric], ..Payload::default() })
}

impl Session for HostSession {
    fn name(&self) -> Arc<str> {
        match self.out.config.mode {
            Mode::Host => format!("Host {}", self.out.config.host_id).into(),
            Mode::Visitor => "Host".into(),
            Mode::Observer => "Observer".into(),
        }
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        self.connected_at = now;
        let config = &self.out.config;
        let group = config.group.as_deref().unwrap_or("+");
        let node = self.order.as_ref().map_or("+", |p| &p.order.place.node);
        let of_node = |verb| Topic::Node { group, verb, node }.to_string();
        let of_device = |verb| Topic::Device { group, verb, node, device: "+" }.to_string();
        let mut filters = match (&config.group, config.mode) {
            // Whatever else is in the namespace is looked at, too.
            (None, Mode::Host | Mode::Observer) => vec![format!("{NAMESPACE}/#")],
            (Some(group), Mode::Host | Mode::Observer) => vec![format!("{NAMESPACE}/{group}/#")],
            (_, Mode::Visitor) => [Verb::Nbirth, Verb::Ndeath, Verb::Ndata]
                .map(of_node)
                .into_iter()
                .chain([Verb::Dbirth, Verb::Ddeath, Verb::Ddata].map(of_device))
                .collect(),
        };
        // `tck-id-host-topic-phid-birth-sub-required`: its own STATE by name, whatever else the wildcards cover.
        match config.mode {
            Mode::Host => filters.push(Topic::State { host: &config.host_id }.to_string()),
            Mode::Observer => filters.push(Topic::State { host: "+" }.to_string()),
            Mode::Visitor => {}
        }
        if config.mode != Mode::Visitor {
            filters.push(Topic::OldState { host: "+" }.to_string());
        }
        Connect {
            client_id: config.client_id.clone(),
            will: (config.mode == Mode::Host).then(|| self.state(false, now)),
            subscriptions: filters.into_iter().map(|f| (f, Qos::AtLeastOnce)).collect(),
            keep_alive_s: self.out.config.keep_alive_s,
        }
    }

    fn unreached(&mut self, _now: UtcMillis) {}

    fn subscribed(&mut self, now: UtcMillis) {
        self.online = true;
        if self.out.config.mode == Mode::Host && !self.stopped {
            let birth = self.state(true, self.connected_at);
            self.outbox.push_back(birth);
        }
        if let Some(place) = self.order.as_ref().map(|p| p.order.place.clone()) {
            self.learn(&place, now);
        }
    }

    fn disconnected(&mut self, now: UtcMillis) {
        self.online = false;
        self.outbox.clear();
        self.due = None;
        for node in self.nodes.values_mut() {
            node.broker_lost(&mut self.out, now);
        }
        self.hosts.clear();
        if self.order.as_ref().is_some_and(Pending::sent) {
            self.end(Err(OrderError::BrokerLost));
        }
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        match Topic::parse(topic) {
            Some(Topic::State { host }) => self.host_spoke(host, payload, false, now),
            Some(Topic::OldState { host }) => self.host_spoke(host, payload, true, now),
            Some(Topic::Node { group, verb, node }) => self.message((group, verb, node), None, payload, retained, now),
            Some(Topic::Device { group, verb, node, device }) => {
                self.message((group, verb, node), Some(device), payload, retained, now);
            }
            Some(Topic::Flat { group, verb, device }) => {
                let place = Place { group: group.into(), node: Arc::from(""), device: Some(device.into()) };
                self.out.found(&place, Rule::TopicWithoutNode, format_args!("{}", verb.token()), now);
            }
            None => self.out.found(&Place::default(), Rule::TopicForm, format_args!("{topic}"), now),
        }
        self.progress(now);
    }

    fn frame(&mut self, _frame: &Arc<Frame>, _now: UtcMillis) {}

    fn record(&mut self, _record: &Record, _now: UtcMillis) {}

    fn answer(&mut self, _number: u64, _answer: &Answer, _now: UtcMillis) {}

    fn timeout(&mut self, now: UtcMillis) {
        if self.due.is_some_and(|due| due <= now) {
            self.due = None;
            let keys: Vec<NodeKey> = self.nodes.keys().cloned().collect();
            for key in keys {
                if let Some(node) = self.nodes.get_mut(&key) {
                    node.timeout(&mut self.out, now);
                }
                self.follow_up(&key, now);
            }
        }
        self.progress(now);
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        [self.due, self.order.as_ref().map(|p| p.deadline)].into_iter().flatten().min()
    }

    fn stop(&mut self, now: UtcMillis) {
        self.stopped = true;
        self.outbox.clear();
        if self.out.config.mode == Mode::Host && self.online {
            let death = self.state(false, now);
            self.outbox.push_back(death);
        }
    }

    fn poll_publish(&mut self) -> Option<Publish> {
        self.outbox.pop_front()
    }

    fn poll_request(&mut self) -> Option<Incoming> {
        None
    }

    fn standing(&self, _now: UtcMillis) -> Standing {
        Standing {
            online: self.online,
            waiting_for: (!self.online).then(|| "the broker".into()),
            malformed: self.malformed,
            dropped: self.out.lost,
            ..Standing::default()
        }
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        let node = match Topic::parse(topic) {
            Some(Topic::Node { group, node, .. } | Topic::Device { group, node, .. }) => {
                self.nodes.get(&(Arc::from(group), Arc::from(node)))
            }
            _ => None,
        };
        describe(topic, payload, |alias| node.and_then(|n| n.name_of(alias)))
    }
}
