//! STATE of a host application: `{"online":true,"timestamp":1700000000000}`, or the text ONLINE/OFFLINE before 3.0.

use serde::{Deserialize, Serialize};

/// What a host says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostState {
    /// It listens.
    pub online: bool,
    /// Milliseconds since 1970; the old form has none.
    #[serde(default)]
    pub timestamp: Option<u64>,
}

impl HostState {
    /// Reads the 3.0 form (`tck-id-host-topic-phid-birth-payload`); a timestamp is part of it.
    #[must_use]
    pub fn parse(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(payload).ok().filter(|s| s.timestamp.is_some())
    }

    /// Writes the 3.0 form (`tck-id-payloads-state-birth-payload`).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        format!(r#"{{"online":{},"timestamp":{}}}"#, self.online, self.timestamp.unwrap_or(0)).into_bytes()
    }

    /// Reads the form before 3.0.
    #[must_use]
    pub fn parse_old(payload: &[u8]) -> Option<Self> {
        match payload {
            b"ONLINE" => Some(Self { online: true, timestamp: None }),
            b"OFFLINE" => Some(Self { online: false, timestamp: None }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms() {
        let new = HostState::parse(br#"{"online":true,"timestamp":1668114759262}"#);
        assert_eq!(new, Some(HostState { online: true, timestamp: Some(1_668_114_759_262) }));
        assert_eq!(HostState::parse(b"ONLINE"), None);
        assert_eq!(HostState::parse(br#"{"online":true}"#), None);
        assert_eq!(HostState::parse_old(b"OFFLINE"), Some(HostState { online: false, timestamp: None }));
        assert_eq!(HostState::parse_old(b"offline "), None);
    }
}
