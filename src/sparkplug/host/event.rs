//! What a host tells: values with their names, comings and goings, findings.

use super::decoded::{Decoded, Properties};
use super::findings::{Finding, Place};
use super::rebirth::Cause;
use crate::sparkplug::datatype::DataType;
use crate::time::UtcMillis;
use std::sync::Arc;

/// Quality of a value that says nothing about it.
pub const GOOD: i32 = 192;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A value.
    Reading(Reading),
    /// A birth: an edge node or a device is there, with so many metrics.
    Online {
        /// Who.
        place: Place,
        /// Metrics in the birth.
        metrics: usize,
        /// bdSeq, of an edge node.
        bd_seq: Option<u64>,
        /// When, by the payload, else by the clock of this host.
        at: UtcMillis,
    },
    /// It is gone, and all its values are stale.
    Offline {
        /// Who.
        place: Place,
        /// Why.
        why: Gone,
        /// Metrics that are stale now.
        metrics: usize,
        /// When: by the payload for DDEATH, else by the clock of this host.
        at: UtcMillis,
    },
    /// Births are needed again.
    Rebirth {
        /// Whose.
        place: Place,
        /// Why.
        cause: Cause,
        /// They were asked for; an observer does not ask.
        asked: bool,
        /// When.
        at: UtcMillis,
    },
    /// A rule was broken for the first time at a place.
    Found(Finding),
    /// A host application spoke.
    Host {
        /// Its id.
        id: Arc<str>,
        /// It listens.
        online: bool,
        /// Its own time.
        timestamp: Option<u64>,
        /// When it came in.
        at: UtcMillis,
    },
}

/// Why somebody is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gone {
    /// NDEATH of the node.
    Ndeath,
    /// DDEATH of the device.
    Ddeath,
    /// This host lost the broker.
    Broker,
}

impl Gone {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ndeath => "NDEATH",
            Self::Ddeath => "DDEATH",
            Self::Broker => "broker lost",
        }
    }
}

/// What a value came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// NBIRTH or DBIRTH.
    Birth,
    /// NDATA or DDATA.
    Data,
    /// NCMD or DCMD of any host.
    Command,
}

impl Source {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Birth => "birth",
            Self::Data => "data",
            Self::Command => "command",
        }
    }
}

/// A value with everything known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Of whom.
    pub place: Place,
    /// What it came with.
    pub source: Source,
    /// Name; none when the alias is not known.
    pub name: Option<Arc<str>>,
    /// Alias, when the edge node uses them.
    pub alias: Option<u64>,
    /// Datatype, by the birth where there is one.
    pub datatype: DataType,
    /// Value.
    pub value: Decoded,
    /// Milliseconds since 1970: of the metric, else of the payload.
    pub timestamp: Option<u64>,
    /// 192 good, 0 bad, 500 stale, or whatever else was sent.
    pub quality: i32,
    /// A stored value, not the current one.
    pub historical: bool,
    /// Not to be stored.
    pub transient: bool,
    /// Properties that came with it.
    pub properties: Option<Arc<Properties>>,
}
