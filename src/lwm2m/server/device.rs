//! What the server knows of one device.

use super::kept::{Entry, Kept};
use super::limits::Share;
use super::messages::{Message, Messages};
use super::rate::Rate;
pub use super::rate::Rates;
use crate::lwm2m::path::Path;
use crate::profile::Value;
use crate::time::UtcMillis;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Registered and connected.
    Online,
    /// Registered; its connection is gone, as the broker told by its will.
    Offline,
    /// The lifetime ran out.
    Expired,
    /// It said good-bye.
    Deregistered,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Online, Self::Offline, Self::Expired, Self::Deregistered];

    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Expired => "expired",
            Self::Deregistered => "deregistered",
        }
    }

    /// Whether there is a registration.
    #[must_use]
    pub const fn is_registered(self) -> bool {
        matches!(self, Self::Online | Self::Offline)
    }
}

/// How a device speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The JSON topics.
    Json,
    /// OMA's binding.
    Oma,
}

impl Dialect {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Oma => "oma",
        }
    }
}

/// What a device registered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Seconds; 0 never ends (OMA TS LightweightM2M Core, object 1, resource 1).
    pub lifetime_s: u64,
    /// LwM2M version.
    pub version: Arc<str>,
    /// Binding mode.
    pub binding: Arc<str>,
    /// Objects in link format, one link an entry.
    pub links: Arc<[Arc<str>]>,
}

/// What is observed together, for people.
#[must_use]
pub fn observed(paths: &[Path]) -> String {
    paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// One device.
#[derive(Clone, Debug)]
pub struct Device {
    /// Endpoint name.
    pub endpoint: Arc<str>,
    /// How it stands.
    pub status: Status,
    /// What it registered with.
    pub registration: Registration,
    /// When it registered last.
    pub registered_at: UtcMillis,
    /// When it was heard last.
    pub last_update: UtcMillis,
    /// When the registration ends without another word; none for never, or when it has ended.
    pub expires_at: Option<UtcMillis>,
    /// It registered in the JSON dialect.
    pub json: bool,
    /// It registered in OMA's binding.
    pub oma: bool,
    /// What is observed, by the token of the observation; several paths together are a composite.
    pub observations: BTreeMap<u64, Vec<Path>>,
    /// Messages that could not be understood.
    pub malformed: u64,
    /// Messages heard.
    pub heard: u64,
    kept: Kept,
    rate: Rate,
    messages: Messages,
    /// The timer that is set for it.
    pub(super) timer: Option<UtcMillis>,
}

impl Device {
    pub(super) fn new(endpoint: Arc<str>, registration: Registration, now: UtcMillis) -> Self {
        Self {
            endpoint,
            status: Status::Online,
            registration,
            registered_at: now,
            last_update: now,
            expires_at: None,
            json: false,
            oma: false,
            observations: BTreeMap::new(),
            malformed: 0,
            heard: 0,
            kept: Kept::default(),
            rate: Rate::default(),
            messages: Messages::default(),
            timer: None,
        }
    }

    /// Takes a registration. One after a good-bye, an end or a lost connection begins anew.
    pub(super) fn enter(&mut self, dialect: Dialect, registration: Registration, now: UtcMillis) {
        if self.status != Status::Online {
            (self.json, self.oma) = (false, false);
        }
        match dialect {
            Dialect::Json => self.json = true,
            Dialect::Oma => {
                self.oma = true;
                // A new registration voids the observations (OMA TS LightweightM2M Core 6.2.1).
                self.observations.clear();
            }
        }
        self.registration = registration;
        self.registered_at = now;
        self.status = Status::Online;
    }

    /// The dialects that it registered in.
    #[must_use]
    pub const fn dialect(&self) -> &'static str {
        match (self.json, self.oma) {
            (true, true) => "both",
            (false, true) => "oma",
            _ => "json",
        }
    }

    /// A message of the device lengthens its registration.
    pub(super) fn refresh(&mut self, now: UtcMillis) {
        self.last_update = now;
        let life = i64::try_from(self.registration.lifetime_s).unwrap_or(i64::MAX / 4000).saturating_mul(1000);
        self.expires_at = (life > 0).then(|| UtcMillis(now.0.saturating_add(life)));
    }

    /// Keeps values; gives how many found no room.
    pub(super) fn keep(&mut self, values: &[(Path, Value)], now: UtcMillis, share: &Share) -> u64 {
        self.kept.keep(values, now, share)
    }

    /// A message was heard.
    pub(super) fn count(&mut self, now: UtcMillis, bytes: usize) {
        self.heard += 1;
        self.rate.count(now, 1, 0, bytes);
    }

    /// There were values in it.
    pub(super) fn values_heard(&mut self, now: UtcMillis, values: usize) {
        self.rate.count(now, 0, values, 0);
    }

    pub(super) fn message(&mut self, now: UtcMillis, outgoing: bool, topic: &str, payload: &[u8], share: &Share) {
        self.messages.push(now, outgoing, topic, payload, share.messages);
    }

    /// Values by path.
    pub fn values(&self) -> impl Iterator<Item = (&Path, &Entry)> {
        self.kept.iter()
    }

    /// The value at a path.
    #[must_use]
    pub fn value(&self, path: Path) -> Option<&Entry> {
        self.kept.get(path)
    }

    /// Messages, values and bytes a second.
    #[must_use]
    pub fn rates(&self, now: UtcMillis) -> Rates {
        self.rate.rates(now)
    }

    /// The newest messages, newest first.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().rev()
    }

    /// The recent course of a number, oldest first; none when nothing is known there.
    #[must_use]
    pub fn history(&self, path: Path, after: UtcMillis) -> Option<Vec<(UtcMillis, f64)>> {
        self.kept.history(path, after)
    }

    /// Points kept of all values.
    #[must_use]
    pub fn points(&self) -> usize {
        self.kept.points()
    }
}
