//! What the nodes of a host share: findings, events, room.

use super::config::HostConfig;
use super::event::{Event, Reading};
use super::findings::{Findings, Place};
use super::rule::Rule;
use crate::time::UtcMillis;
use std::collections::VecDeque;
use std::fmt;

/// What the nodes of a host share.
#[derive(Debug)]
pub(super) struct Out {
    pub(super) config: HostConfig,
    pub(super) findings: Findings,
    pub(super) events: VecDeque<Event>,
    /// Events that nobody took in time.
    pub(super) lost: u64,
    /// Devices of all nodes.
    pub(super) devices: usize,
    /// Metrics of all nodes and devices.
    pub(super) metrics: usize,
    /// Bytes that wait for an earlier message, of all nodes.
    pub(super) held: usize,
    /// Whose readings a command waits for.
    pub(super) watched: Option<Place>,
    pub(super) readings: Vec<Reading>,
}

impl Out {
    pub(super) fn new(config: HostConfig) -> Self {
        Self {
            findings: Findings::new(config.limits.findings),
            config,
            events: VecDeque::new(),
            lost: 0,
            devices: 0,
            metrics: 0,
            held: 0,
            watched: None,
            readings: Vec::new(),
        }
    }

    pub(super) fn found(&mut self, place: &Place, rule: Rule, detail: fmt::Arguments<'_>, now: UtcMillis) {
        if let Some(finding) = self.findings.add(place, rule, detail, now) {
            self.tell(|| Event::Found(finding));
        }
    }

    pub(super) fn tell(&mut self, event: impl FnOnce() -> Event) {
        if !self.config.tell {
            return;
        }
        if self.events.len() < self.config.limits.events {
            self.events.push_back(event());
        } else {
            self.lost += 1;
        }
    }

    /// Tells a value, and keeps it for the command that waits for it.
    pub(super) fn reading(&mut self, reading: Reading) {
        if self.watched.as_ref() == Some(&reading.place) {
            self.readings.push(reading.clone());
        }
        self.tell(|| Event::Reading(reading));
    }

    /// Whether anybody wants values.
    pub(super) fn wants_readings(&self, place: &Place) -> bool {
        self.config.tell || self.watched.as_ref() == Some(place)
    }
}
