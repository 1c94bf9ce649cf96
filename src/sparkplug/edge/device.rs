//! What the host knows of a device.

use crate::point::{Frame, Quality, Reading, Readings, Steady};
use crate::sparkplug::patch::Template;
use crate::sparkplug::table::{Event, Table};
use crate::time::Tick;
use std::sync::Arc;

/// What the host knows of a device.
#[derive(Debug, Default)]
pub(super) struct Device {
    /// DBIRTH is out and no DDEATH after it.
    pub(super) born: bool,
    /// The reading last sent, by row of the table; empty before the first frame.
    pub(super) sent: Vec<Reading>,
    /// The mark of readings in which every event is as it was last sent, and none is forced.
    pub(super) seen: Option<Steady>,
    /// The frame whose measurements were sent since by template: `sent` does not have them yet.
    pub(super) repeated: Option<Arc<Frame>>,
    /// Send with the next frame, changed or not, by row.
    pub(super) forced: Vec<bool>,
    /// The message that repeats every measurement, for the next one to be made from.
    pub(super) template: Option<Template>,
    /// Send what changed with the first frame of this tick or later, without waiting for the pace.
    pub(super) urgent: Option<Tick>,
}

impl Device {
    pub(super) fn set_sent(&mut self, table: &Table, readings: Option<&Readings>) {
        let missing = Reading { value: None, quality: Quality::Stale };
        let reading = |parameter| readings.and_then(|r| r.get(parameter)).unwrap_or(&missing).clone();
        self.sent = table.rows.iter().map(|r| reading(r.parameter)).collect();
        self.forced = vec![false; table.rows.len()];
        self.seen = readings.and_then(Readings::steady).cloned();
        self.template = None;
        self.repeated = None;
    }

    /// Whether no event has another reading than the one last sent. Readings that are marked are looked at only once for
    /// all that have the same mark.
    pub(super) fn quiet(&mut self, table: &Table, readings: &Readings) -> bool {
        if self.seen.is_some() && self.seen.as_ref() == readings.steady() {
            return true;
        }
        let same = |e: &Event| !self.forced[e.row] && readings.get(e.parameter) == self.sent.get(e.row);
        let quiet = table.events.iter().all(same);
        self.seen = readings.steady().filter(|_| quiet).cloned();
        quiet
    }

    /// Takes into `sent` what templates have sent.
    pub(super) fn settle(&mut self, device: usize, table: &Table) {
        let Some(frame) = self.repeated.take() else { return };
        let Some(readings) = frame.breakers.get(device) else { return };
        for m in &table.measured {
            if let (Some(sent), Some(reading)) = (self.sent.get_mut(m.row), readings.get(m.parameter)) {
                sent.clone_from(reading);
            }
        }
    }
}

/// Where the communication status of a device stands, and which number means that it is lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Communication {
    pub(super) parameter: usize,
    pub(super) offline: i64,
}
