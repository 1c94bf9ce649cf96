//! Both dialects of one breaker over one connection.
//!
//! The JSON dialect carries telemetry and events; OMA's carries registration, management and notifications, so that no
//! value goes out twice unless somebody observes it.

use super::{Client, OmaClient};
use crate::control::Answer;
use crate::lwm2m::topic::SERVER_STATUS;
use crate::point::Frame;
use crate::record::Record;
use crate::session::{Connect, Incoming, Publish, Session, Standing};
use crate::time::UtcMillis;
use std::sync::Arc;

/// The two sessions; requests of the first have even numbers outside, those of the second odd ones.
pub struct Both {
    json: Client,
    oma: OmaClient,
}

impl Both {
    /// One connection for both.
    #[must_use]
    pub const fn new(json: Client, oma: OmaClient) -> Self {
        Self { json, oma }
    }
}

impl Session for Both {
    fn name(&self) -> Arc<str> {
        self.json.name()
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        let mut connect = self.json.connect(now);
        for (filter, qos) in self.oma.connect(now).subscriptions {
            if !connect.subscriptions.iter().any(|(known, _)| *known == filter) {
                connect.subscriptions.push((filter, qos));
            }
        }
        connect
    }

    fn subscribed(&mut self, now: UtcMillis) {
        self.json.subscribed(now);
        self.oma.subscribed(now);
    }

    fn disconnected(&mut self, now: UtcMillis) {
        self.json.disconnected(now);
        self.oma.disconnected(now);
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        let is_oma = topic == &**self.oma.topic();
        if is_oma || topic == SERVER_STATUS {
            self.oma.received(topic, payload, retained, now);
        }
        if !is_oma {
            self.json.received(topic, payload, retained, now);
        }
    }

    fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        self.json.frame(frame, now);
        self.oma.frame(frame, now);
    }

    fn record(&mut self, record: &Record, now: UtcMillis) {
        self.json.record(record, now);
        self.oma.record(record, now);
    }

    fn answer(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        if number.is_multiple_of(2) {
            self.json.answer(number / 2, answer, now);
        } else {
            self.oma.answer(number / 2, answer, now);
        }
    }

    fn timeout(&mut self, now: UtcMillis) {
        self.json.timeout(now);
        self.oma.timeout(now);
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        self.json.next_timeout().into_iter().chain(self.oma.next_timeout()).min()
    }

    fn stop(&mut self, now: UtcMillis) {
        self.oma.stop(now);
        self.json.stop(now);
    }

    fn poll_publish(&mut self) -> Option<Publish> {
        self.json.poll_publish().or_else(|| self.oma.poll_publish())
    }

    fn poll_request(&mut self) -> Option<Incoming> {
        let numbered = |incoming: Incoming, odd: u64| Incoming { number: incoming.number * 2 + odd, ..incoming };
        let json = self.json.poll_request().map(|i| numbered(i, 0));
        json.or_else(|| self.oma.poll_request().map(|i| numbered(i, 1)))
    }

    fn standing(&self, now: UtcMillis) -> Standing {
        let (json, oma) = (self.json.standing(now), self.oma.standing(now));
        Standing { malformed: json.malformed + oma.malformed, ..json }
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        if topic == &**self.oma.topic() {
            self.oma.describe(topic, payload)
        } else {
            self.json.describe(topic, payload)
        }
    }
}
