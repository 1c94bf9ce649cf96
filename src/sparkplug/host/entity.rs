//! An edge node or a device as its births describe it.

use super::decoded::{Decoded, Properties};
use super::findings::Place;
use crate::sparkplug::datatype::DataType;
use crate::time::UtcMillis;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Quality that a host gives to the values of whoever is gone (specification 6.4.14).
pub const STALE: i32 = 500;

/// How somebody stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Life {
    /// No birth was seen in this session of the host.
    #[default]
    Unheard,
    /// Born.
    Online,
    /// Dead.
    Offline,
    /// A device from before the newest birth of its edge node, not born again.
    Unborn,
}

impl Life {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unheard => "no birth seen",
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Unborn => "not born",
        }
    }
}

/// A metric as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricState {
    /// Datatype of the birth.
    pub datatype: DataType,
    /// Alias of the birth.
    pub alias: Option<u64>,
    /// Newest value.
    pub value: Decoded,
    /// Its time, milliseconds since 1970.
    pub timestamp: Option<u64>,
    /// As it was sent; 192 when nothing was said.
    pub quality: i32,
    /// Nobody vouches for the value any more, since then.
    pub stale: Option<UtcMillis>,
    /// Properties of the birth.
    pub properties: Arc<Properties>,
}

impl MetricState {
    /// What the quality comes to.
    #[must_use]
    pub const fn quality_now(&self) -> i32 {
        if self.stale.is_some() { STALE } else { self.quality }
    }

    /// The birth says that it cannot be written.
    #[must_use]
    pub fn read_only(&self) -> bool {
        self.properties.get("readOnly") == Some(&Decoded::Bool(true))
    }
}

/// An edge node or a device.
#[derive(Debug)]
pub(super) struct Entity {
    pub(super) place: Place,
    pub(super) life: Life,
    /// Since when it stands so.
    pub(super) since: UtcMillis,
    pub(super) births: u64,
    pub(super) metrics: BTreeMap<Arc<str>, MetricState>,
}

impl Entity {
    pub(super) const fn new(place: Place, now: UtcMillis) -> Self {
        Self { place, life: Life::Unheard, since: now, births: 0, metrics: BTreeMap::new() }
    }

    /// Nobody vouches for its values any more; gives how many are stale now and were not before.
    pub(super) fn leave(&mut self, life: Life, at: UtcMillis) -> usize {
        self.life = life;
        self.since = at;
        let mut count = 0;
        for metric in self.metrics.values_mut().filter(|m| m.stale.is_none()) {
            metric.stale = Some(at);
            count += 1;
        }
        count
    }

    pub(super) fn stale(&self) -> usize {
        self.metrics.values().filter(|m| m.stale.is_some()).count()
    }
}

/// The quality that a metric's properties tell.
pub(super) fn quality(properties: Option<&Properties>) -> Option<i32> {
    match properties?.get(crate::sparkplug::quality::KEY)? {
        Decoded::Int(code) => i32::try_from(*code).ok(),
        Decoded::UInt(code) => i32::try_from(*code).ok(),
        _ => None,
    }
}
