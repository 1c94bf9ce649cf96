//! The primary host: no births until it says that it listens.

use crate::sparkplug::state::HostState;

/// What a STATE message changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// It listens now.
    Online,
    /// It listened and does not any more.
    Offline,
}

/// What is known of the primary host on the server in use.
#[derive(Clone, Copy, Debug, Default)]
pub struct PrimaryHost {
    online: bool,
    newest: Option<u64>,
}

impl PrimaryHost {
    /// Whether it listens.
    #[must_use]
    pub const fn online(self) -> bool {
        self.online
    }

    /// Another server, or the same one again: nothing is known.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Takes a STATE message. The first one always counts; later ones must not be older than the newest
    /// (`tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp`,
    /// `tck-id-operational-behavior-edge-node-termination-host-offline-timestamp`).
    pub fn told(&mut self, state: HostState) -> Change {
        if let (Some(newest), Some(timestamp)) = (self.newest, state.timestamp)
            && timestamp < newest
        {
            return Change::None;
        }
        self.newest = state.timestamp.or(self.newest);
        let was = std::mem::replace(&mut self.online, state.online);
        match (was, state.online) {
            (false, true) => Change::Online,
            (true, false) => Change::Offline,
            _ => Change::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(host: &mut PrimaryHost, online: bool, timestamp: u64) -> Change {
        host.told(HostState { online, timestamp: Some(timestamp) })
    }

    #[test]
    fn tck_id_message_flow_edge_node_birth_publish_phid_wait_timestamp() {
        let mut host = PrimaryHost::default();
        assert_eq!(told(&mut host, false, 100), Change::None);
        assert_eq!(told(&mut host, true, 99), Change::None);
        assert!(!host.online());
        assert_eq!(told(&mut host, true, 100), Change::Online);
    }

    #[test]
    fn tck_id_operational_behavior_edge_node_termination_host_offline_timestamp() {
        let mut host = PrimaryHost::default();
        assert_eq!(told(&mut host, true, 100), Change::Online);
        assert_eq!(told(&mut host, false, 99), Change::None);
        assert!(host.online());
        assert_eq!(told(&mut host, false, 100), Change::Offline);
    }

    #[test]
    fn the_old_form_has_no_time_and_always_counts() {
        let mut host = PrimaryHost::default();
        assert_eq!(host.told(HostState { online: true, timestamp: None }), Change::Online);
        assert_eq!(host.told(HostState { online: false, timestamp: None }), Change::Offline);
    }
}
