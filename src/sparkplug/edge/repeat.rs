//! The message that repeats every measurement, made from the one before by putting new numbers and times in place.

use super::{EdgeSession, birth};
use crate::point::{Frame, Quality, Reading};
use crate::profile::{MetricType, Value};
use crate::sparkplug::patch::Patch;
use crate::time::UtcMillis;

impl EdgeSession {
    /// Keeps what is in the writer, when it is every measurement and nothing else, good and told without quality.
    pub(super) fn keep_template(&mut self, device: usize) {
        let state = &mut self.devices[device];
        let good = |i: &usize| state.sent.get(*i).is_some_and(|r| super::report::quality(r) == Quality::Good);
        let all = self.writer.len() == self.table.measured.len() && self.table.measured.iter().all(good);
        state.template = if all { self.writer.template() } else { None };
    }

    /// Sends every measurement of a device by its template; false, and nothing sent, when the message is not only
    /// that: an event, another quality, a value that comes or goes, a fault on purpose.
    pub(super) fn repeat_device(&mut self, device: usize, frame: &Frame, now: UtcMillis) -> bool {
        let (Some(readings), true) = (frame.breakers.get(device), self.faults.on.is_empty()) else { return false };
        let state = &mut self.devices[device];
        let Some(template) = state.template.take() else { return false };
        let quiet = |i: &usize| {
            !state.forced[*i] && readings.get(self.table.rows[*i].parameter).is_some_and(|r| *r == state.sent[*i])
        };
        if state.urgent.is_some() || !self.table.events.iter().all(quiet) {
            return false;
        }
        self.patches.clear();
        for (at, i) in self.table.measured.iter().enumerate() {
            let row = &self.table.rows[*i];
            let patch = match (readings.get(row.parameter), template.is_fixed(at)) {
                (Some(Reading { value: Some(Value::Float(v)), quality: Quality::Good }), true) => {
                    patch(row.datatype, *v)
                }
                // What has no fixed width may stand for another tick as long as it is the same.
                (Some(reading), false) if *reading == state.sent[*i] => Some(Patch::Stays),
                _ => None,
            };
            let Some(patch) = patch else { return false };
            self.patches.push(patch);
        }
        let seq = self.seq;
        let (sent, sampled) = (birth::stamp(now), birth::stamp(frame.utc));
        let Some(payload) = self.writer.patched(&template, sent, sampled, &self.patches, seq) else { return false };
        for i in &self.table.measured {
            state.sent[*i].clone_from(&readings[self.table.rows[*i].parameter]);
        }
        state.template = Some(template);
        self.seq = seq.wrapping_add(1);
        let topics = self.topics.devices[device].data.clone();
        self.queue_pair(&topics, payload, Some(frame.utc));
        true
    }
}

/// A number in the width of its metric; none where it would be null.
fn patch(kind: MetricType, v: f64) -> Option<Patch> {
    match kind {
        MetricType::Float => Some(v as f32).filter(|v| v.is_finite()).map(Patch::Float),
        MetricType::Double => Some(v).filter(|v| v.is_finite()).map(Patch::Double),
        _ => None,
    }
}
