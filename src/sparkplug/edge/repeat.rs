//! The message that repeats every measurement, made from the one before by putting new numbers and times in place.

use super::{EdgeSession, birth};
use crate::point::{Frame, Quality, Reading};
use crate::profile::{MetricType, Value};
use crate::sparkplug::patch::Patch;
use crate::sparkplug::table::Measured;
use crate::time::UtcMillis;
use std::sync::Arc;

impl EdgeSession {
    /// Keeps what is in the writer, when it is every measurement and nothing else, good and told without quality.
    pub(super) fn keep_template(&mut self, device: usize) {
        let state = &mut self.devices[device];
        let good = |m: &Measured| state.sent.get(m.row).is_some_and(|r| super::report::quality(r) == Quality::Good);
        let all = self.writer.len() == self.table.measured.len() && self.table.measured.iter().all(good);
        state.template = if all { self.writer.template() } else { None };
    }

    /// Sends every measurement of a device by its template; false, and nothing sent, when the message is not only
    /// that: an event, another quality, a value that comes or goes, a fault on purpose.
    pub(super) fn repeat_device(&mut self, device: usize, frame: &Arc<Frame>, now: UtcMillis) -> bool {
        let (Some(readings), true) = (frame.breakers.get(device), self.faults.on.is_empty()) else { return false };
        let state = &mut self.devices[device];
        let Some(template) = state.template.take() else { return false };
        if state.urgent.is_some() || !state.quiet(&self.table, readings) {
            return false;
        }
        let measured = &self.table.measured;
        let value = |at: usize, fixed: bool| {
            let m = measured.get(at)?;
            match (readings.get(m.parameter)?, fixed) {
                (Reading { value: Some(Value::Float(v)), quality: Quality::Good }, true) => patch(m.datatype, *v),
                // What has no fixed width may stand for another tick as long as it is the same.
                (reading, false) if *reading == state.sent[m.row] => Some(Patch::Stays),
                _ => None,
            }
        };
        let (sent, sampled) = (birth::stamp(now), birth::stamp(frame.utc));
        let Some(payload) = self.writer.patched(&template, sent, sampled, self.seq, value) else { return false };
        state.repeated = Some(Arc::clone(frame));
        state.template = Some(template);
        self.seq = self.seq.wrapping_add(1);
        let topics = self.topics.devices[device].data.clone();
        self.queue_pair(topics, payload, Some(frame.utc));
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
