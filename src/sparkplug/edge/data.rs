//! Data messages: what a tick, an event, an answer and the history send.

use super::history::{Point, Worth};
use super::{EdgeSession, Phase, birth, misbehave, report};
use crate::control::BreakerIx;
use crate::point::{Frame, Quality, Reading};
use crate::session::misbehaviour::Misbehaviour;
use crate::sparkplug::quality;
use crate::sparkplug::scalar::{Scalar, scalar};
use crate::sparkplug::table::{CommandRow, Row, wire_alias};
use crate::sparkplug::write::Head;
use crate::time::UtcMillis;
use std::sync::Arc;

/// Most metrics in one message of the history.
const HISTORY_BATCH: usize = 500;
/// Pause between two messages of the history: live data goes first.
const HISTORY_PAUSE_MS: i64 = 50;

impl EdgeSession {
    /// Sends what a new frame brings: events at once, measurements when the tick is due.
    pub(super) fn report(&mut self, now: UtcMillis) {
        let Some(frame) = self.latest.clone() else { return };
        // Measurements of a tick may wait for the next one while an earlier tick still waits for the connection: the
        // newest value wins. Events do not wait.
        let due = now >= self.next_tick && self.outbox.len() <= 2 * self.devices.len().max(1);
        for device in 0..self.devices.len() {
            self.follow_communication(device, &frame, now);
            if self.devices[device].born {
                self.report_device(device, &frame, due, now);
            }
        }
        self.report_node(&frame, due, now);
        if due {
            self.unreported = false;
            self.next_tick = self.pace.next(self.next_tick, self.node.scan_rate_ms, now, self.came);
        }
    }

    fn report_device(&mut self, device: usize, frame: &Arc<Frame>, due: bool, now: UtcMillis) {
        let Some(readings) = frame.breakers.get(device) else { return };
        if due && self.config.report == super::config::Report::All && self.repeat_device(device, frame, now) {
            return;
        }
        let utc = self.faults.told(frame.utc);
        let as_text = self.faults.has(Misbehaviour::WrongDatatype);
        let state = &mut self.devices[device];
        let quiet = state.quiet(&self.table, readings);
        if !due && state.urgent.is_none() && quiet {
            return;
        }
        state.settle(device, &self.table);
        let waited_for = state.urgent.is_some_and(|tick| frame.tick >= tick);
        // When the tick is due everything is looked at below anyway.
        let urgent = due
            || waited_for
            || (!quiet
                && self.table.events.iter().any(|event| {
                    let (i, row) = (event.row, &self.table.rows[event.row]);
                    let worth = |r| state.forced[i] || report::worth(row.deadband, &state.sent[i], r);
                    readings.get(event.parameter).is_some_and(worth)
                }));
        if !urgent {
            return;
        }
        if waited_for {
            state.urgent = None;
        }
        self.writer.begin(birth::stamp(self.faults.told(now)));
        let repeat = due && self.config.report == super::config::Report::All;
        // While no event has changed, measurements are all there is to look at.
        let count = if quiet { self.table.measured.len() } else { self.table.rows.len() };
        for n in 0..count {
            let (i, parameter, deadband) = if quiet {
                let m = &self.table.measured[n];
                (m.row, m.parameter, m.deadband)
            } else {
                (n, self.table.rows[n].parameter, self.table.rows[n].deadband)
            };
            let Some(reading) = readings.get(parameter) else { continue };
            let row = &self.table.rows[i];
            let sent = &state.sent[i];
            if !(state.forced[i] || (repeat && row.measured) || report::worth(deadband, sent, reading)) {
                continue;
            }
            let quality = report::quality(reading);
            let told = (quality != Quality::Good || report::quality(sent) != Quality::Good)
                .then(|| quality::code(quality, self.config.quality_dialect));
            let mut head = Head { quality: told, ..head(self.config.aliases, device, row, utc) };
            let mut value = wire(row, reading);
            if as_text {
                (head, value) = misbehave::as_text(row, head, value);
            }
            self.writer.metric(head, value.as_ref());
            if !row.measured {
                let point = Point { device, row: i, utc: frame.utc, reading: reading.clone() };
                self.history.sent(point, if waited_for { Worth::Event } else { Worth::Change }, now);
            }
            state.sent[i] = reading.clone();
            state.forced[i] = false;
        }
        state.seen = readings.steady().cloned();
        if !self.writer.is_empty() {
            if repeat && self.faults.on.is_empty() {
                self.keep_template(device);
            }
            self.unknown_metric(device, utc);
            self.finish_device(device, Some(frame.utc));
        }
    }

    fn report_node(&mut self, frame: &Frame, due: bool, now: UtcMillis) {
        self.writer.begin(birth::stamp(self.faults.told(now)));
        for at in 0..self.node.metrics.len() {
            let metric = self.node.metrics[at];
            let value = self.node.value(metric, frame);
            let waits = metric == super::node::NodeMetric::TotalPower && !due;
            if waits || !self.node.worth(at, value.as_ref()) {
                continue;
            }
            let head = Head {
                name: (!self.config.aliases).then_some(metric.name()),
                alias: self.config.aliases.then(|| metric.alias()),
                timestamp: birth::stamp(self.faults.told(frame.utc)),
                ..Head::default()
            };
            self.writer.metric(head, value.as_ref().and_then(|v| scalar(v, metric.datatype())).as_ref());
            if let Some(sent) = self.node.sent.get_mut(at) {
                *sent = value;
            }
        }
        if !self.writer.is_empty() {
            let seq = self.data_seq();
            let payload = self.writer.finish(seq);
            let topic = Arc::clone(&self.topics.data);
            self.queue(topic, payload, Some(frame.utc));
        }
    }

    /// Tells a host that its write came to nothing: the values as they still are, so that its screen snaps back.
    pub(super) fn republish(&mut self, device: usize, rows: &[usize], commands: &[usize], now: UtcMillis) {
        let Some(frame) = self.latest.clone() else { return };
        if self.phase != Phase::Born || !self.devices[device].born {
            return;
        }
        let now = self.faults.told(now);
        self.writer.begin(birth::stamp(now));
        for i in rows {
            let row = &self.table.rows[*i];
            if let Some(reading) = frame.reading(device, crate::profile::ParameterIx(row.parameter)) {
                self.writer.metric(head(self.config.aliases, device, row, now), wire(row, reading).as_ref());
            }
        }
        for i in commands {
            let head = command_head(self.config.aliases, device, &self.table.commands[*i], now);
            self.writer.metric(head, Some(&Scalar::Boolean(false)));
        }
        if !self.writer.is_empty() {
            self.finish_device(device, None);
        }
    }

    /// The echo of a momentary command that was carried out: on, and off again.
    pub(super) fn echo(&mut self, BreakerIx(device): BreakerIx, command: usize, now: UtcMillis) {
        if self.phase != Phase::Born || !self.devices[device].born {
            return;
        }
        let now = self.faults.told(now);
        self.writer.begin(birth::stamp(now));
        for on in [true, false] {
            let head = command_head(self.config.aliases, device, &self.table.commands[command], now);
            self.writer.metric(head, Some(&Scalar::Boolean(on)));
        }
        self.finish_device(device, None);
    }

    /// Keeps what changed while nobody can be told.
    pub(super) fn keep(&mut self, now: UtcMillis) {
        let Some(frame) = self.latest.clone() else { return };
        let due = now >= self.next_tick;
        for (device, state) in self.devices.iter_mut().enumerate() {
            let Some(readings) = frame.breakers.get(device) else { continue };
            if state.sent.is_empty() {
                // Before the first birth nothing is old: the birth tells everything.
                state.set_sent(&self.table, Some(readings));
                continue;
            }
            state.seen = None;
            state.settle(device, &self.table);
            let waited_for = state.urgent.take_if(|tick| frame.tick >= *tick).is_some();
            for (i, row) in self.table.rows.iter().enumerate() {
                let Some(reading) = readings.get(row.parameter) else { continue };
                if (row.measured && !due) || !report::worth(row.deadband, &state.sent[i], reading) {
                    continue;
                }
                let point = Point { device, row: i, utc: frame.utc, reading: reading.clone() };
                let worth = match (row.measured, waited_for) {
                    (true, _) => Worth::Measurement,
                    (false, true) => Worth::Event,
                    (false, false) => Worth::Change,
                };
                self.history.keep(point, worth);
                state.sent[i] = reading.clone();
            }
        }
        if due {
            self.next_tick = UtcMillis(now.0 + self.node.scan_rate_ms);
        }
    }

    /// Sends one message of the history when there is room for it.
    pub(super) fn send_history(&mut self, now: UtcMillis) {
        if self.phase != Phase::Born || now < self.next_history || !self.outbox.is_empty() {
            return;
        }
        self.next_history = UtcMillis(now.0 + HISTORY_PAUSE_MS);
        let points = self.history.take(HISTORY_BATCH, |device| self.devices[device].born);
        let Some(device) = points.first().map(|p| p.device) else { return };
        self.writer.begin(birth::stamp(now));
        for point in &points {
            let row = &self.table.rows[point.row];
            let quality = report::quality(&point.reading);
            let told = (quality != Quality::Good).then(|| quality::code(quality, self.config.quality_dialect));
            let head = Head { historical: true, quality: told, ..head(self.config.aliases, device, row, point.utc) };
            self.writer.metric(head, wire(row, &point.reading).as_ref());
        }
        self.finish_device(device, None);
    }

    /// Ends the payload in the writer as a data message of a device.
    pub(super) fn finish_device(&mut self, device: usize, sampled: Option<UtcMillis>) {
        let seq = self.data_seq();
        let payload = self.writer.finish(seq);
        let payload = self.cut(payload);
        let topics = self.topics.devices[device].data.clone();
        self.queue_pair(topics, payload, sampled);
    }
}

pub(super) fn head(aliases: bool, device: usize, row: &Row, utc: UtcMillis) -> Head<'_> {
    Head {
        name: (!aliases).then_some(&*row.name),
        alias: aliases.then(|| wire_alias(device, row.alias)),
        timestamp: birth::stamp(utc),
        ..Head::default()
    }
}

fn command_head(aliases: bool, device: usize, command: &CommandRow, now: UtcMillis) -> Head<'_> {
    Head {
        name: (!aliases).then_some(&*command.name),
        alias: aliases.then(|| wire_alias(device, command.alias)),
        timestamp: birth::stamp(now),
        ..Head::default()
    }
}

pub(super) fn wire<'a>(row: &Row, reading: &'a Reading) -> Option<Scalar<'a>> {
    reading.value.as_ref().and_then(|v| scalar(v, row.datatype))
}
