//! Topics: `spBv1.0/group/verb/node[/device]` and `spBv1.0/STATE/host`.

use std::fmt;

/// The namespace token of Sparkplug B 3.0.
pub const NAMESPACE: &str = "spBv1.0";

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Birth of an edge node.
    Nbirth,
    /// Death of an edge node.
    Ndeath,
    /// Data of an edge node.
    Ndata,
    /// Command to an edge node.
    Ncmd,
    /// Birth of a device.
    Dbirth,
    /// Death of a device.
    Ddeath,
    /// Data of a device.
    Ddata,
    /// Command to a device.
    Dcmd,
}

impl Verb {
    const ALL: [Self; 8] =
        [Self::Nbirth, Self::Ndeath, Self::Ndata, Self::Ncmd, Self::Dbirth, Self::Ddeath, Self::Ddata, Self::Dcmd];

    /// As it stands in a topic.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Self::Nbirth => "NBIRTH",
            Self::Ndeath => "NDEATH",
            Self::Ndata => "NDATA",
            Self::Ncmd => "NCMD",
            Self::Dbirth => "DBIRTH",
            Self::Ddeath => "DDEATH",
            Self::Ddata => "DDATA",
            Self::Dcmd => "DCMD",
        }
    }

    /// Whether the topic names a device.
    #[must_use]
    pub const fn of_device(self) -> bool {
        matches!(self, Self::Dbirth | Self::Ddeath | Self::Ddata | Self::Dcmd)
    }
}

/// A topic of this namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic<'a> {
    /// About an edge node.
    Node {
        /// Group id.
        group: &'a str,
        /// What it is.
        verb: Verb,
        /// Edge node id.
        node: &'a str,
    },
    /// About a device of an edge node.
    Device {
        /// Group id.
        group: &'a str,
        /// What it is.
        verb: Verb,
        /// Edge node id.
        node: &'a str,
        /// Device id.
        device: &'a str,
    },
    /// About a device, in the four-level form without an edge node. Hosts do not accept it; simple subscribers use it.
    Flat {
        /// Group id.
        group: &'a str,
        /// What it is.
        verb: Verb,
        /// Device id.
        device: &'a str,
    },
    /// State of a host application, 3.0 form.
    State {
        /// Host id.
        host: &'a str,
    },
    /// State of a host application before 3.0: `STATE/host` with the text ONLINE or OFFLINE.
    OldState {
        /// Host id.
        host: &'a str,
    },
}

impl<'a> Topic<'a> {
    /// Reads a topic; nothing when it is not one of Sparkplug B.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut levels = text.split('/');
        let first = levels.next()?;
        let second = levels.next().filter(|l| !l.is_empty())?;
        let third = levels.next();
        let fourth = levels.next();
        let fifth = levels.next();
        if levels.next().is_some() || [third, fourth, fifth].contains(&Some("")) {
            return None;
        }
        match (first, second, third, fourth, fifth) {
            ("STATE", host, None, None, None) => Some(Self::OldState { host }),
            (NAMESPACE, "STATE", Some(host), None, None) => Some(Self::State { host }),
            (NAMESPACE, group, Some(token), Some(id), device) => {
                let verb = Verb::ALL.into_iter().find(|v| v.token() == token)?;
                match (verb.of_device(), device) {
                    (false, None) => Some(Self::Node { group, verb, node: id }),
                    (true, Some(device)) => Some(Self::Device { group, verb, node: id, device }),
                    (true, None) => Some(Self::Flat { group, verb, device: id }),
                    (false, Some(_)) => None,
                }
            }
            _ => None,
        }
    }
}

impl fmt::Display for Topic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node { group, verb, node } => write!(f, "{NAMESPACE}/{group}/{}/{node}", verb.token()),
            Self::Device { group, verb, node, device } => {
                write!(f, "{NAMESPACE}/{group}/{}/{node}/{device}", verb.token())
            }
            Self::Flat { group, verb, device } => write!(f, "{NAMESPACE}/{group}/{}/{device}", verb.token()),
            Self::State { host } => write!(f, "{NAMESPACE}/STATE/{host}"),
            Self::OldState { host } => write!(f, "STATE/{host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tck_id_topic_structure() {
        let node = Topic::Node { group: "IIoT", verb: Verb::Nbirth, node: "MDB-A" };
        assert_eq!(node.to_string(), "spBv1.0/IIoT/NBIRTH/MDB-A");
        let device = Topic::Device { group: "IIoT", verb: Verb::Ddata, node: "MDB-A", device: "smart-breaker-001" };
        assert_eq!(device.to_string(), "spBv1.0/IIoT/DDATA/MDB-A/smart-breaker-001");
        for topic in [node, device, Topic::State { host: "scada" }, Topic::OldState { host: "scada" }] {
            assert_eq!(Topic::parse(&topic.to_string()), Some(topic));
        }
    }

    #[test]
    fn tck_id_topic_structure_namespace_device_id_non_associated_message_types() {
        for verb in ["NBIRTH", "NDEATH", "NDATA", "NCMD"] {
            assert_eq!(Topic::parse(&format!("spBv1.0/g/{verb}/n/d")), None, "{verb}");
        }
    }

    #[test]
    fn the_flat_form_is_told_apart() {
        let flat = Topic::parse("spBv1.0/IIoT/DCMD/smart-breaker-001");
        assert_eq!(flat, Some(Topic::Flat { group: "IIoT", verb: Verb::Dcmd, device: "smart-breaker-001" }));
    }

    #[test]
    fn foreign_topics_are_none() {
        for text in [
            "",
            "/",
            "spBv1.0",
            "spBv1.0/g",
            "spBv1.0/g/NBIRTH",
            "spBv1.0/g/NBIRTH/",
            "spBv1.0//NBIRTH/n",
            "spAv1.0/g/NBIRTH/n",
            "spBv1.0/g/nbirth/n",
            "spBv1.0/g/DDATA/n/d/x",
            "lwm2m/smart-breaker-001/reg",
        ] {
            assert_eq!(Topic::parse(text), None, "{text:?}");
        }
    }
}
