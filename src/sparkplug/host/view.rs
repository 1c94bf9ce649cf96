//! What a screen may see of a host.

use super::HostSession;
use super::config::Mode;
use super::entity::{Entity, Life};
use super::findings::Finding;
use crate::time::UtcMillis;
use std::sync::Arc;

/// Most findings in a picture; all are counted.
const FINDINGS: usize = 500;

/// A host as of now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostView {
    /// Its id.
    pub host_id: Arc<str>,
    /// It publishes nothing.
    pub observer: bool,
    /// Connected and subscribed.
    pub online: bool,
    /// Edge nodes, by group and id.
    pub nodes: Vec<NodeView>,
    /// Other hosts: id, and whether it is online.
    pub hosts: Vec<(Arc<str>, bool)>,
    /// Rules broken, by place.
    pub findings: Vec<Finding>,
    /// Breaches of all rules.
    pub breaches: u64,
    /// Payloads that could not be understood.
    pub malformed: u64,
}

/// An edge node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeView {
    /// Group id.
    pub group: Arc<str>,
    /// Edge node id.
    pub node: Arc<str>,
    /// Itself.
    pub own: EntityView,
    /// Newest sequence number in order.
    pub seq: Option<u8>,
    /// Messages that wait for an earlier one.
    pub held: usize,
    /// bdSeq of its newest birth.
    pub bd_seq: Option<u64>,
    /// Messages since the host started.
    pub messages: u64,
    /// Rebirth requests sent.
    pub rebirths: u64,
    /// Why births were needed last.
    pub cause: Option<Arc<str>>,
    /// Breaches of rules by it and its devices.
    pub breaches: u64,
    /// Devices, by id.
    pub devices: Vec<(Arc<str>, EntityView)>,
}

/// An edge node or a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntityView {
    /// How it stands.
    pub life: Life,
    /// Since when.
    pub since: UtcMillis,
    /// Births since the host started.
    pub births: u64,
    /// Metrics.
    pub metrics: usize,
    /// Metrics whose values nobody vouches for.
    pub stale: usize,
}

fn entity(e: &Entity) -> EntityView {
    EntityView { life: e.life, since: e.since, births: e.births, metrics: e.metrics.len(), stale: e.stale() }
}

impl HostSession {
    /// A picture of everything known.
    #[must_use]
    pub fn view(&self) -> HostView {
        let mut nodes: Vec<NodeView> = self
            .nodes
            .values()
            .map(|n| NodeView {
                group: Arc::clone(&n.own.place.group),
                node: Arc::clone(&n.own.place.node),
                own: entity(&n.own),
                seq: n.seq(),
                held: n.held(),
                bd_seq: n.bd_seq,
                messages: n.messages,
                rebirths: n.rebirth.asked,
                cause: n.rebirth.cause.as_ref().map(|c| c.to_string().into()),
                breaches: 0,
                devices: n.devices.iter().map(|(id, d)| (Arc::clone(id), entity(d))).collect(),
            })
            .collect();
        for finding in self.out.findings.list() {
            let place = (&finding.place.group, &finding.place.node);
            if let Ok(at) = nodes.binary_search_by(|n| (&n.group, &n.node).cmp(&place)) {
                nodes[at].breaches += finding.count;
            }
        }
        HostView {
            host_id: Arc::clone(&self.out.config.host_id),
            observer: self.out.config.mode == Mode::Observer,
            online: self.online,
            nodes,
            hosts: self.hosts.iter().map(|(id, online)| (Arc::clone(id), *online)).collect(),
            findings: self.out.findings.list().take(FINDINGS).cloned().collect(),
            breaches: self.out.findings.total(),
            malformed: self.malformed,
        }
    }
}
