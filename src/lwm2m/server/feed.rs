//! What happened, numbered, for those who listen and for those who come back.

use super::limits;
use crate::time::UtcMillis;
use crate::time::civil::Civil;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A device registered.
    Registered,
    /// A device sent values.
    Updated,
    /// A device de-registered.
    Deregistered,
    /// A registration ran out.
    Expired,
    /// A device came online or went offline.
    Status,
    /// A breaker tripped.
    Trip,
    /// An alarm came or went.
    Alarm,
    /// Another event of a device.
    Event,
    /// A device published its configuration.
    Configuration,
    /// A command was answered, or was not in time.
    Command,
    /// The server forgot a device.
    Forgotten,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Registered,
        Self::Updated,
        Self::Deregistered,
        Self::Expired,
        Self::Status,
        Self::Trip,
        Self::Alarm,
        Self::Event,
        Self::Configuration,
        Self::Command,
        Self::Forgotten,
    ];

    /// The word in an event stream.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Updated => "updated",
            Self::Deregistered => "deregistered",
            Self::Expired => "expired",
            Self::Status => "status",
            Self::Trip => "trip",
            Self::Alarm => "alarm",
            Self::Event => "event",
            Self::Configuration => "configuration",
            Self::Command => "command",
            Self::Forgotten => "forgotten",
        }
    }

    /// The original's word, where it has one.
    const fn event_type(self) -> &'static str {
        match self {
            Self::Registered => "device_registered",
            Self::Updated => "device_updated",
            Self::Deregistered => "device_deregistered",
            Self::Expired => "device_expired",
            Self::Status => "device_status",
            Self::Trip => "breaker_trip",
            Self::Alarm => "alarm",
            Self::Event => "device_event",
            Self::Configuration => "device_configuration",
            Self::Command => "command_response",
            Self::Forgotten => "device_forgotten",
        }
    }
}

/// Where in the feed of which start of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The start.
    pub boot: Arc<str>,
    /// The number in it.
    pub number: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.boot, self.number)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (boot, number) = text.rsplit_once('-').ok_or(())?;
        Ok(Self { boot: boot.into(), number: number.parse().map_err(|_| ())? })
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Item {
    /// Counts up from 1.
    pub number: u64,
    /// What kind.
    pub kind: Kind,
    /// Of which device.
    pub endpoint: Arc<str>,
    /// The whole of it as JSON text: `{event_type, timestamp, device_id, data}`.
    pub text: Arc<str>,
}

#[derive(Debug, Default)]
struct Ring {
    items: VecDeque<Arc<Item>>,
    bytes: usize,
    /// The number of the newest that has gone.
    gone: u64,
}

impl Ring {
    fn push(&mut self, item: Arc<Item>, most: usize) {
        self.bytes += item.text.len();
        self.items.push_back(item);
        while self.items.len() > most || self.bytes > limits::FEED_BYTES {
            let Some(old) = self.items.pop_front() else { break };
            self.bytes -= old.text.len();
            self.gone = old.number;
        }
    }
}

/// The feed. Updates have a ring of their own, so that a fast device does not push a trip out.
#[derive(Debug)]
pub struct Feed {
    boot: Arc<str>,
    next: u64,
    events: Ring,
    updates: Ring,
    fresh: VecDeque<Arc<Item>>,
}

/// What somebody who comes back has missed.
#[derive(Clone, Debug)]
pub struct Missed {
    /// What is still here, in order.
    pub items: Vec<Arc<Item>>,
    /// Something of it is no longer here.
    pub gap: bool,
}

impl Feed {
    pub(super) fn new(boot: Arc<str>) -> Self {
        Self { boot, next: 1, events: Ring::default(), updates: Ring::default(), fresh: VecDeque::new() }
    }

    pub(super) fn push(&mut self, kind: Kind, endpoint: &Arc<str>, now: UtcMillis, data: &Json) {
        self.push_text(kind, endpoint, now, &data.to_string());
    }

    /// The same with the data as JSON text.
    pub(super) fn push_text(&mut self, kind: Kind, endpoint: &Arc<str>, now: UtcMillis, data: &str) {
        let name = json!(&**endpoint).to_string();
        let (word, time) = (kind.event_type(), Civil::from_millis(now).rfc3339());
        let text: Arc<str> = [
            "{\"data\":",
            data,
            ",\"device_id\":",
            &name,
            ",\"event_type\":\"",
            word,
            "\",\"timestamp\":\"",
            &time,
            "\"}",
        ]
        .concat()
        .into();
        let item = Arc::new(Item { number: self.next, kind, endpoint: Arc::clone(endpoint), text });
        self.next += 1;
        if kind == Kind::Updated {
            self.updates.push(Arc::clone(&item), limits::UPDATES);
        } else {
            self.events.push(Arc::clone(&item), limits::EVENTS);
        }
        self.fresh.push_back(item);
    }

    pub(super) fn poll(&mut self) -> Option<Arc<Item>> {
        self.fresh.pop_front()
    }

    /// The place of an item, as an id of an event stream.
    #[must_use]
    pub fn place(&self, number: u64) -> Place {
        Place { boot: Arc::clone(&self.boot), number }
    }

    /// The number of the newest item, 0 before the first.
    #[must_use]
    pub const fn newest(&self) -> u64 {
        self.next - 1
    }

    /// What happened after a place. After a place of another start that is everything there is, with a gap.
    #[must_use]
    pub fn since(&self, place: &Place) -> Missed {
        let known = place.boot == self.boot && place.number < self.next;
        let number = if known { place.number } else { 0 };
        let gap = !known || self.events.gone > number || self.updates.gone > number;
        let later = |ring: &Ring| {
            let from = ring.items.partition_point(|i| i.number <= number);
            ring.items.range(from..).cloned().collect::<Vec<_>>()
        };
        let mut items = later(&self.events);
        items.extend(later(&self.updates));
        items.sort_by_key(|i| i.number);
        Missed { items, gap }
    }

    /// The newest items that are wanted, oldest first.
    #[must_use]
    pub fn last(&self, most: usize, wanted: impl Fn(&Item) -> bool) -> Vec<Arc<Item>> {
        let mut items: Vec<_> = [&self.events, &self.updates]
            .into_iter()
            .flat_map(|ring| ring.items.iter().rev().filter(|i| wanted(i)).take(most).cloned())
            .collect();
        items.sort_by_key(|i| i.number);
        items.split_off(items.len().saturating_sub(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed() -> Feed {
        Feed::new("b1".into())
    }

    #[test]
    fn who_comes_back_gets_what_was_missed() {
        let mut feed = feed();
        for i in 0..5 {
            let kind = if i % 2 == 0 { Kind::Updated } else { Kind::Trip };
            feed.push(kind, &"x".into(), UtcMillis(i), &json!(i));
        }
        let missed = feed.since(&"b1-2".parse().unwrap());
        assert_eq!((missed.items.iter().map(|i| i.number).collect::<Vec<_>>(), missed.gap), (vec![3, 4, 5], false));
        assert!(feed.since(&feed.place(feed.newest())).items.is_empty());
        let other = feed.since(&"other-2".parse().unwrap());
        assert_eq!((other.items.len(), other.gap), (5, true), "another start of the server");
        assert!(feed.since(&"b1-99".parse().unwrap()).gap, "a number that was never given");
    }

    #[test]
    fn a_fast_device_does_not_push_a_trip_out() {
        let mut feed = feed();
        feed.push(Kind::Trip, &"x".into(), UtcMillis(0), &json!("here"));
        for _ in 0..2 * limits::UPDATES {
            feed.push(Kind::Updated, &"y".into(), UtcMillis(0), &json!(0));
        }
        assert_eq!(feed.last(10, |i| i.kind == Kind::Trip).len(), 1);
        assert!(feed.since(&feed.place(0)).gap);
        assert_eq!(feed.last(3, |_| true).len(), 3);
        feed.push(Kind::Event, &"x".into(), UtcMillis(0), &json!("x".repeat(limits::FEED_BYTES)));
        assert!(feed.last(10, |i| i.kind != Kind::Updated).is_empty(), "bytes are bounded, too");
    }

    #[test]
    fn the_text_has_the_originals_shape() {
        let mut feed = feed();
        feed.push(Kind::Registered, &"x".into(), UtcMillis(0), &json!({ "a": 1 }));
        assert_eq!(
            &*feed.poll().unwrap().text,
            r#"{"data":{"a":1},"device_id":"x","event_type":"device_registered","timestamp":"1970-01-01T00:00:00.000Z"}"#
        );
    }
}
