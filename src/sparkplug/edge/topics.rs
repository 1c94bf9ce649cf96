//! The topics of one edge node, written out once.

use super::config::{EdgeConfig, Topics};
use crate::sparkplug::topic::{Topic, Verb};
use std::sync::Arc;

/// A topic to publish on, and its four-level mirror when that is wanted.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) standard: Arc<str>,
    pub(super) flat: Option<Arc<str>>,
}

/// Topics of one device.
#[derive(Clone, Debug)]
pub(super) struct DeviceTopics {
    pub(super) birth: Pair,
    pub(super) data: Pair,
    pub(super) death: Pair,
}

/// Topics of one edge node and its devices.
#[derive(Clone, Debug)]
pub(super) struct NodeTopics {
    pub(super) birth: Arc<str>,
    pub(super) data: Arc<str>,
    pub(super) death: Arc<str>,
    pub(super) command: String,
    /// Filter for the commands of all devices.
    pub(super) device_commands: String,
    /// Filter for the commands in the four-level form.
    pub(super) flat_commands: Option<String>,
    /// The primary host, both forms.
    pub(super) host: Option<[String; 2]>,
    pub(super) devices: Vec<DeviceTopics>,
}

impl NodeTopics {
    pub(super) fn new(config: &EdgeConfig, devices: &[Arc<str>]) -> Self {
        let (group, node) = (&*config.group, &*config.node);
        let own = |verb| Topic::Node { group, verb, node }.to_string();
        let pair = |verb, device: &str| Pair {
            standard: Topic::Device { group, verb, node, device }.to_string().into(),
            flat: (config.topics == Topics::Flat).then(|| Topic::Flat { group, verb, device }.to_string().into()),
        };
        Self {
            birth: own(Verb::Nbirth).into(),
            data: own(Verb::Ndata).into(),
            death: own(Verb::Ndeath).into(),
            command: own(Verb::Ncmd),
            device_commands: Topic::Device { group, verb: Verb::Dcmd, node, device: "+" }.to_string(),
            flat_commands: (config.topics == Topics::Flat)
                .then(|| Topic::Flat { group, verb: Verb::Dcmd, device: "+" }.to_string()),
            host: config
                .primary_host
                .as_deref()
                .map(|host| [Topic::State { host }.to_string(), Topic::OldState { host }.to_string()]),
            devices: devices
                .iter()
                .map(|device| DeviceTopics {
                    birth: pair(Verb::Dbirth, device),
                    data: pair(Verb::Ddata, device),
                    death: pair(Verb::Ddeath, device),
                })
                .collect(),
        }
    }
}
