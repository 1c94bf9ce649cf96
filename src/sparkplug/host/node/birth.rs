//! NBIRTH and DBIRTH.

use super::super::check;
use super::super::decoded::{Decoded, decode, properties};
use super::super::entity::{Entity, Life, MetricState, quality};
use super::super::event::{Event, GOOD, Reading, Source};
use super::super::findings::Place;
use super::super::out::Out;
use super::super::rebirth::Cause;
use super::super::reorder::Reorder;
use super::super::rule::Rule;
use super::{Alias, Definition, EdgeNode, told};
use crate::sparkplug::datatype::DataType;
use crate::sparkplug::payload::{Metric, MetricValue, Payload};
use crate::sparkplug::topic::Verb;
use crate::time::UtcMillis;
use std::collections::BTreeMap;
use std::sync::Arc;

impl EdgeNode {
    /// A session begins, or begins again.
    pub(super) fn node_birth(&mut self, payload: &Payload, out: &mut Out, now: UtcMillis) {
        let place = self.own.place.clone();
        check::node_birth(payload, &mut |rule, detail| out.found(&place, rule, detail, now));
        let number = check::bd_seq(payload).map(|(number, _)| number);
        if self.own.life == Life::Offline && number.is_some() && number == self.died_with {
            out.found(&place, Rule::BdSeqKept, format_args!("bdSeq {}", number.unwrap_or(0)), now);
        }
        self.bd_seq = number;
        self.died_with = None;
        let seq = payload.seq.and_then(|s| u8::try_from(s).ok()).unwrap_or(0);
        self.order = Some(Reorder::after(seq));
        self.rebirth.born();
        self.aliases.clear();
        self.definitions.clear();
        for device in self.devices.values_mut().filter(|d| d.life != Life::Offline) {
            device.leave(Life::Unborn, now);
        }
        for m in &payload.metrics {
            self.define(m);
        }
        self.born(None, payload, out, now);
        let (metrics, at) = (self.own.metrics.len(), self.own.since);
        out.tell(|| Event::Online { place, metrics, bd_seq: number, at });
        self.readings(None, payload, out);
    }

    /// A device of this session.
    pub(super) fn device_birth(&mut self, device: &Arc<str>, payload: &Payload, out: &mut Out, now: UtcMillis) {
        let place = self.place(Some(device));
        match self.own.life {
            Life::Online => {}
            Life::Offline => {
                out.found(&place, Rule::DbirthBeforeNbirth, format_args!(""), now);
                self.want(&Cause::WhileOffline, out, now);
            }
            Life::Unheard | Life::Unborn => self.want(&Cause::Joined, out, now),
        }
        if !self.heard_of(device, out, now) {
            return;
        }
        self.aliases.retain(|_, alias| alias.device.as_ref() != Some(device));
        self.born(Some(device), payload, out, now);
        if let Some(entity) = self.devices.get(device) {
            let (metrics, at) = (entity.metrics.len(), entity.since);
            out.tell(|| Event::Online { place, metrics, bd_seq: None, at });
        }
        self.readings(Some(device), payload, out);
    }

    /// Whether there is room for a device.
    pub(super) fn heard_of(&mut self, device: &Arc<str>, out: &mut Out, now: UtcMillis) -> bool {
        if self.devices.contains_key(device) {
            return true;
        }
        let place = self.place(Some(device));
        if out.devices >= out.config.limits.devices {
            let most = out.devices;
            out.found(&place, Rule::TooLarge, format_args!("{most} devices"), now);
            return false;
        }
        if let Some(other) = Self::twin(device, self.devices.keys()) {
            out.found(&place, Rule::IdsDifferInCase, format_args!("{device} and {other}"), now);
        }
        out.devices += 1;
        self.devices.insert(Arc::clone(device), Entity::new(place, now));
        true
    }

    /// Keeps a template definition.
    fn define(&mut self, metric: &Metric) {
        let (Some(name), Some(MetricValue::Template(template))) = (&metric.name, &metric.value) else { return };
        if template.is_definition != Some(true) {
            return;
        }
        let member = |m: &Metric| {
            let name = m.name.as_deref()?;
            Some((Arc::from(name), DataType::from_code(m.datatype.unwrap_or(0))))
        };
        let definition = Definition {
            members: template.metrics.iter().filter_map(member).collect(),
            parameters: template.parameters.iter().filter_map(|p| p.name.clone()).collect(),
        };
        self.definitions.insert(Arc::from(name.as_str()), definition);
    }

    /// What both births have in common: a new set of metrics takes the place of the old one.
    fn born(&mut self, device: Option<&Arc<str>>, payload: &Payload, out: &mut Out, now: UtcMillis) {
        let place = self.place(device);
        let found = &mut |rule, detail: std::fmt::Arguments<'_>| out.found(&place, rule, detail, now);
        check::birth(device.is_some(), &payload.metrics, found);
        let verb = if device.is_some() { Verb::Dbirth } else { Verb::Nbirth };
        let mut missing = None;
        for m in &payload.metrics {
            if let Some(MetricValue::Template(template)) = &m.value {
                let definition = template.template_ref.as_deref().and_then(|r| self.definitions.get(r));
                if definition.is_none() && template.is_definition != Some(true) {
                    missing = template.template_ref.as_deref().map(Arc::from);
                }
                check::template(verb, &check::shown(m), template, definition, found);
            }
        }
        // A device birth that was seen without that of its node says nothing about definitions.
        if let Some(name) = missing.filter(|_| self.own.life == Life::Online || device.is_none()) {
            self.want(&Cause::TemplateUnknown(name), out, now);
        }
        let old = device.map_or(Some(&self.own), |d| self.devices.get(d)).map_or(0, |e| e.metrics.len());
        let room = out.config.limits.metrics.saturating_sub(out.metrics - old);
        let metrics = self.metrics(device, payload, room, &place, out, now);
        out.metrics = out.metrics - old + metrics.len();
        let at = told(payload, now);
        let entity = match device {
            None => &mut self.own,
            // Made by the caller.
            Some(device) => match self.devices.get_mut(device) {
                Some(entity) => entity,
                None => return,
            },
        };
        entity.metrics = metrics;
        entity.life = Life::Online;
        entity.since = at;
        entity.births += 1;
    }

    fn metrics(
        &mut self,
        device: Option<&Arc<str>>,
        payload: &Payload,
        room: usize,
        place: &Place,
        out: &mut Out,
        now: UtcMillis,
    ) -> BTreeMap<Arc<str>, MetricState> {
        let limits = out.config.limits;
        let mut metrics = BTreeMap::new();
        for m in &payload.metrics {
            let Some(name) = m.name.as_deref() else { continue };
            if metrics.len() >= room || name.len() > limits.name_bytes {
                out.found(place, Rule::TooLarge, format_args!("{} metrics, a name of {}", room, name.len()), now);
                continue;
            }
            let name: Arc<str> = Arc::from(name);
            if let Some(alias) = m.alias {
                let whose = Alias { device: device.cloned(), name: Arc::clone(&name) };
                if let Some(other) = self.aliases.insert(alias, whose) {
                    out.found(place, Rule::AliasTwice, format_args!("{alias}: {name} and {}", other.name), now);
                }
            }
            let datatype = DataType::from_code(m.datatype.unwrap_or(0));
            let (value, fits) = self.value(m, datatype);
            if !fits {
                out.found(place, Rule::ValueMisfits, format_args!("{name}: no {datatype}"), now);
            }
            let set = m.properties.as_ref().map(properties).unwrap_or_default();
            let state = MetricState {
                datatype,
                alias: m.alias,
                value: value.bounded(limits.value_bytes),
                timestamp: m.timestamp.or(payload.timestamp),
                quality: quality(Some(&set)).unwrap_or(GOOD),
                stale: None,
                properties: Arc::new(set),
            };
            metrics.insert(name, state);
        }
        metrics
    }

    /// The value of a metric in a datatype; null by flag or by absence.
    pub(super) fn value(&self, metric: &Metric, datatype: DataType) -> (Decoded, bool) {
        if metric.is_null == Some(true) {
            return (Decoded::Null, true);
        }
        let definition = match &metric.value {
            Some(MetricValue::Template(t)) => t.template_ref.as_deref().and_then(|r| self.definitions.get(r)),
            _ => None,
        };
        decode(metric.value.as_ref(), datatype, definition.map(|d| &d.members))
    }

    /// Tells the values of a birth.
    fn readings(&self, device: Option<&Arc<str>>, payload: &Payload, out: &mut Out) {
        let place = self.place(device);
        if !out.wants_readings(&place) {
            return;
        }
        for m in &payload.metrics {
            let datatype = DataType::from_code(m.datatype.unwrap_or(0));
            let set = m.properties.as_ref().map(properties);
            out.reading(Reading {
                place: place.clone(),
                source: Source::Birth,
                name: m.name.as_deref().map(Arc::from),
                alias: m.alias,
                datatype,
                value: self.value(m, datatype).0,
                timestamp: m.timestamp.or(payload.timestamp),
                quality: quality(set.as_ref()).unwrap_or(GOOD),
                historical: m.is_historical == Some(true),
                transient: m.is_transient == Some(true),
                properties: set.map(Arc::new),
            });
        }
    }
}
