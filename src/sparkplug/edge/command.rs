//! Commands from hosts: NCMD for the node, DCMD for a device.
//!
//! A DCMD becomes one request that writes all its settings, all or none, and then one request a momentary command, in
//! the order of the message. Each waits for the answer to the one before; the first refusal ends the message. A host
//! always sees an end: the new values and the echo of the command when it was carried out, the old values when not.

use super::node::{NodeMetric, REBIRTH};
use super::{EdgeSession, Phase};
use crate::control::{Answer, BreakerIx, Command, method};
use crate::profile::{Method, Value};
use crate::session::Incoming;
use crate::sparkplug::payload::{Metric, MetricValue, Payload};
use crate::sparkplug::scalar::written;
use crate::sparkplug::table::{Target, device_alias};
use crate::time::UtcMillis;
use prost::Message;
use std::collections::VecDeque;
use std::sync::Arc;

/// A request on its way through the gate, with what follows it.
#[derive(Debug)]
pub(super) struct Order {
    number: u64,
    device: usize,
    step: Step,
    rest: VecDeque<Step>,
}

/// One request of a message.
#[derive(Debug)]
struct Step {
    command: Command,
    /// Rows of the table that it writes.
    rows: Vec<usize>,
    /// Command row of the table that it runs.
    momentary: Option<usize>,
}

impl EdgeSession {
    /// Takes a command to the node.
    pub(super) fn node_command(&mut self, payload: &[u8], now: UtcMillis) {
        let Ok(payload) = Payload::decode(payload) else {
            self.malformed += 1;
            return;
        };
        for metric in &payload.metrics {
            if metric.name.as_deref() == Some(REBIRTH) {
                match metric.value {
                    Some(MetricValue::Boolean(true)) => self.ask_rebirth(now),
                    Some(MetricValue::Boolean(false)) => {}
                    _ => self.malformed += 1,
                }
                continue;
            }
            let target = match (metric.name.as_deref(), metric.alias) {
                (Some(name), _) => NodeMetric::by_name(name),
                (None, Some(alias)) => NodeMetric::by_alias(alias),
                (None, None) => None,
            };
            match (target.filter(|t| self.node.metrics.contains(t)), &metric.value) {
                (Some(NodeMetric::NextServer), Some(MetricValue::Boolean(true))) => self.leave(now),
                (Some(NodeMetric::NextServer), Some(MetricValue::Boolean(false))) => {}
                (Some(NodeMetric::ScanRate), Some(MetricValue::Int(ms))) => self.set_scan_rate(i64::from(*ms), now),
                (Some(NodeMetric::ScanRate), Some(MetricValue::Long(ms))) => self.set_scan_rate(ms.cast_signed(), now),
                _ => self.malformed += 1,
            }
        }
    }

    fn set_scan_rate(&mut self, ms: i64, now: UtcMillis) {
        let range = super::config::SCAN_RATE_MS;
        if range.contains(&ms) {
            self.node.scan_rate_ms = ms;
            self.next_tick = UtcMillis(now.0 + ms);
        }
        // The answer is the value in force, changed or not.
        if let Some(at) = self.node.metrics.iter().position(|m| *m == NodeMetric::ScanRate)
            && let Some(sent) = self.node.sent.get_mut(at)
        {
            *sent = None;
        }
        if self.phase == Phase::Born {
            self.report(now);
        }
    }

    /// Takes a command to a device.
    pub(super) fn device_command(&mut self, device: &str, payload: &[u8], now: UtcMillis) {
        let Some(device) = self.fleet.devices.iter().position(|d| **d == *device) else { return };
        if self.phase != Phase::Born || !self.devices[device].born {
            return;
        }
        let Ok(payload) = Payload::decode(payload) else {
            self.malformed += 1;
            return;
        };
        let mut message = DeviceCommand::default();
        for metric in &payload.metrics {
            self.sort_in(&mut message, device, metric);
        }
        if message.malformed {
            self.malformed += 1;
            let commands: Vec<usize> = message.runs.iter().map(|(i, _)| *i).collect();
            self.republish(device, &message.rows, &commands, now);
            return;
        }
        let mut steps = VecDeque::new();
        if !message.writes.is_empty() {
            steps.push_back(Step { command: Command::Write(message.writes), rows: message.rows, momentary: None });
        }
        for (i, command) in message.runs {
            let Some(command) = command else { continue };
            steps.push_back(Step { command, rows: Vec::new(), momentary: Some(i) });
        }
        self.order(device, steps);
    }

    fn sort_in(&self, message: &mut DeviceCommand, device: usize, metric: &Metric) {
        let alias = metric.alias.and_then(device_alias).filter(|(of, _)| *of == device).map(|(_, alias)| alias);
        let target = match (metric.name.as_deref(), alias) {
            (Some(name), _) => self.table.by_name(name),
            (None, Some(alias)) => self.table.by_alias(alias),
            (None, None) => None,
        };
        match target {
            Some(Target::Row(i)) => {
                message.rows.push(i);
                match written(metric, self.table.rows[i].kind) {
                    Some(value) => message.writes.push((Arc::clone(&self.table.rows[i].id), value)),
                    None => message.malformed = true,
                }
            }
            Some(Target::Command(i)) => match metric.value {
                Some(MetricValue::Boolean(true)) => {
                    let row = &self.table.commands[i];
                    let command = command_of(&self.fleet.profile[row.method], row.argument.as_deref());
                    message.malformed |= command.is_none();
                    message.runs.push((i, command));
                }
                // The host's own reset of a button; there is nothing to do.
                Some(MetricValue::Boolean(false)) => {}
                _ => {
                    message.malformed = true;
                    message.runs.push((i, None));
                }
            },
            // The gate refuses it by that name, so that the attempt is on record.
            None => {
                let name = metric.name.clone().unwrap_or_else(|| format!("alias {}", metric.alias.unwrap_or(0)));
                match written(metric, crate::profile::ValueKind::String) {
                    Some(value) => message.writes.push((Arc::from(name), value)),
                    None => message.malformed = true,
                }
            }
        }
    }

    fn order(&mut self, device: usize, mut steps: VecDeque<Step>) {
        let Some(step) = steps.pop_front() else { return };
        self.next_number += 1;
        let number = self.next_number;
        self.requests.push_back(Incoming { number, target: BreakerIx(device), command: step.command.clone() });
        self.orders.push(Order { number, device, step, rest: steps });
    }

    /// The gate has decided.
    pub(super) fn answered(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        let Some(at) = self.orders.iter().position(|o| o.number == number) else { return };
        let Order { device, step, rest, .. } = self.orders.swap_remove(at);
        if answer.result.is_ok() {
            if let Some(command) = step.momentary {
                self.echo(BreakerIx(device), command, now);
            }
            let state = &mut self.devices[device];
            for row in step.rows {
                if let Some(forced) = state.forced.get_mut(row) {
                    *forced = true;
                    state.seen = None;
                }
            }
            // The first frame after the decision shows what came of it, without waiting for the tick.
            state.urgent = Some(answer.tick);
            self.order(device, rest);
        } else {
            let all: Vec<&Step> = std::iter::once(&step).chain(&rest).collect();
            let rows: Vec<usize> = all.iter().flat_map(|s| s.rows.iter().copied()).collect();
            let commands: Vec<usize> = all.iter().filter_map(|s| s.momentary).collect();
            self.devices[device].urgent = Some(answer.tick);
            self.republish(device, &rows, &commands, now);
        }
    }
}

/// A DCMD, sorted.
#[derive(Debug, Default)]
struct DeviceCommand {
    writes: Vec<(Arc<str>, Value)>,
    rows: Vec<usize>,
    /// Command rows with what they run; none when the value was no Boolean.
    runs: Vec<(usize, Option<Command>)>,
    malformed: bool,
}

/// What a momentary metric asks for: the method of the profile with the value that its row fixes, and its defaults.
fn command_of(method: &Method, fixed: Option<&str>) -> Option<Command> {
    let first = method.args.first().map(|a| a.name.as_str());
    let argument = |name: &str| match fixed {
        Some(value) if first == Some(name) => Some(value.to_owned()),
        _ => method.default_of(name),
    };
    method::command(&method.id, argument).ok()
}
