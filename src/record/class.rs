//! The classes of the sequence of events.

use super::Body;
use serde::{Deserialize, Serialize};

/// The classes of the sequence of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Trips.
    Trip,
    /// Element changes.
    Protection,
    /// Alarms.
    Alarm,
    /// Mechanism and requests.
    Operation,
    /// Settings.
    Setting,
    /// Links.
    Comm,
    /// Tests.
    Diagnostic,
    /// Power quality.
    Pq,
    /// Injections and drills.
    Training,
}

impl Class {
    /// All of them, in the order of the declaration.
    pub const ALL: [Self; 9] = [
        Self::Trip,
        Self::Protection,
        Self::Alarm,
        Self::Operation,
        Self::Setting,
        Self::Comm,
        Self::Diagnostic,
        Self::Pq,
        Self::Training,
    ];

    /// The word for it, as in the kept form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trip => "trip",
            Self::Protection => "protection",
            Self::Alarm => "alarm",
            Self::Operation => "operation",
            Self::Setting => "setting",
            Self::Comm => "comm",
            Self::Diagnostic => "diagnostic",
            Self::Pq => "pq",
            Self::Training => "training",
        }
    }

    /// The class of that name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.word() == word)
    }

    /// How many records of this class are kept in memory.
    ///
    /// The depths are those that a large moulded-case or air breaker keeps in its trip unit (50 trips, 100 protection,
    /// 300 operation, 100 configuration, 100 communication, 300 diagnostic and metering events). A trip makes two
    /// records here, the command and the clearing.
    #[must_use]
    pub const fn depth(self) -> usize {
        match self {
            Self::Protection | Self::Setting | Self::Comm | Self::Trip => 100,
            Self::Alarm | Self::Operation | Self::Diagnostic | Self::Pq | Self::Training => 300,
        }
    }
}

impl Body {
    /// The class it belongs to.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Trip(_) | Self::Cleared(_) => Class::Trip,
            Self::Element(_) => Class::Protection,
            Self::Alarm(_) => Class::Alarm,
            Self::Operation(_) | Self::Request(_) => Class::Operation,
            Self::Settings(_) => Class::Setting,
            Self::PowerQuality(_) => Class::Pq,
            Self::Injection(_) => Class::Training,
            Self::Test(_) => Class::Diagnostic,
            Self::Note(note) => note.class,
        }
    }
}
