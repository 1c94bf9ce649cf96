//! How a host is set up.

use crate::sparkplug::SparkplugError;
use crate::sparkplug::id;
use std::sync::Arc;

/// What a host says on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A host application: STATE, rebirth requests, commands.
    Host,
    /// Rebirth requests and commands without STATE, for a short visit: no edge node waits for it or leaves with it.
    Visitor,
    /// Nothing at all.
    Observer,
}

/// How a host is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostConfig {
    /// Host id.
    pub host_id: Arc<str>,
    /// MQTT client id; must differ from that of every other client.
    pub client_id: String,
    /// What it says.
    pub mode: Mode,
    /// Look at this group only.
    pub group: Option<Arc<str>>,
    /// How long a gap in seq may stay open (`tck-id-operational-behavior-host-reordering-param`).
    pub reorder_ms: i64,
    /// Least time between two rebirth requests to an edge node.
    pub rebirth_pause_ms: i64,
    /// Tell every value through [`super::HostSession::poll_event`]; else only states are kept.
    pub tell: bool,
    /// MQTT keep alive, seconds.
    pub keep_alive_s: u16,
    /// What is kept at most.
    pub limits: Limits,
}

impl HostConfig {
    /// The defaults of the command line for a host id.
    #[must_use]
    pub fn new(host_id: &str, mode: Mode) -> Self {
        Self {
            host_id: Arc::from(host_id),
            client_id: format!("sp-host-{host_id}"),
            mode,
            group: None,
            reorder_ms: 5000,
            rebirth_pause_ms: 5000,
            tell: true,
            keep_alive_s: 30,
            limits: Limits::default(),
        }
    }

    /// Checks the ids.
    ///
    /// # Errors
    /// When an id cannot be part of a topic.
    pub fn check(&self) -> Result<(), SparkplugError> {
        id::check("host", &self.host_id)?;
        if let Some(group) = &self.group {
            id::check("group", group)?;
        }
        Ok(())
    }
}

/// What is kept at most; whatever comes beyond is counted. Nobody vouches for what arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Edge nodes.
    pub nodes: usize,
    /// Devices of all nodes.
    pub devices: usize,
    /// Metrics of all nodes and devices.
    pub metrics: usize,
    /// Bytes of a payload.
    pub payload_bytes: usize,
    /// Bytes that wait for an earlier message, of all nodes.
    pub held_bytes: usize,
    /// Bytes of an id or a metric name.
    pub name_bytes: usize,
    /// Bytes of a kept value.
    pub value_bytes: usize,
    /// Different findings listed.
    pub findings: usize,
    /// Events that wait to be taken.
    pub events: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nodes: 10_000,
            devices: 100_000,
            metrics: 2_000_000,
            payload_bytes: 2 * 1024 * 1024,
            held_bytes: 256 * 1024 * 1024,
            name_bytes: 1024,
            value_bytes: 4096,
            findings: 10_000,
            events: 1_000_000,
        }
    }
}
