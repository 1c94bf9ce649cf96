//! NDATA and DDATA, and the commands of others.

use super::super::check::{self, Found};
use super::super::decoded::properties;
use super::super::entity::{Life, quality};
use super::super::event::{GOOD, Reading, Source};
use super::super::out::Out;
use super::super::rebirth::Cause;
use super::super::rule::Rule;
use super::{EdgeNode, Message};
use crate::sparkplug::datatype::DataType;
use crate::sparkplug::payload::{Metric, MetricValue, Payload};
use crate::sparkplug::topic::Verb;
use crate::time::UtcMillis;
use std::sync::Arc;

/// What the birth says about a metric in data.
struct Known {
    name: Option<Arc<str>>,
    alias: Option<u64>,
    /// Datatype and quality as they stand; none when no birth declared it.
    declared: Option<(DataType, i32)>,
}

impl EdgeNode {
    /// Takes values. `late`: its number came before, so that older values do not take the place of newer ones.
    pub(super) fn data(
        &mut self,
        device: Option<&Arc<str>>,
        payload: &Payload,
        late: bool,
        out: &mut Out,
        now: UtcMillis,
    ) {
        let place = self.place(device);
        let life = device.map_or(Some(&self.own), |d| self.devices.get(d)).map_or(Life::Unheard, |e| e.life);
        let born = life == Life::Online;
        // Whoever comes late still shows who is there.
        if let Some(device) = device {
            self.heard_of(device, out, now);
        }
        if !born {
            let rule = if device.is_some() { Rule::DdataBeforeBirth } else { Rule::NdataBeforeBirth };
            let cause = match (self.own.life, device) {
                (Life::Unheard | Life::Unborn, _) => Cause::Joined,
                (Life::Online, Some(device)) => Cause::DeviceUnborn(Arc::clone(device)),
                (Life::Offline | Life::Online, _) => Cause::WhileOffline,
            };
            if cause != Cause::Joined {
                out.found(&place, rule, format_args!("{cause}"), now);
            }
            self.want(&cause, out, now);
        }
        let rule = if device.is_some() { Rule::DeviceOrder } else { Rule::NodeOrder };
        check::order(rule, &payload.metrics, &mut |rule, detail| out.found(&place, rule, detail, now));
        let mut cause = None;
        for m in &payload.metrics {
            let known = self.known(device, m);
            let found = &mut |rule, detail: std::fmt::Arguments<'_>| out.found(&place, rule, detail, now);
            if born && known.declared.is_none() && (m.name.is_some() || m.alias.is_some()) {
                let rule = if device.is_some() { Rule::DeviceMetricUnknown } else { Rule::NodeMetricUnknown };
                found(rule, format_args!("{}", check::shown(m)));
                cause = match (&m.name, m.alias) {
                    (Some(name), _) => Some(Cause::MetricUnknown(Arc::from(name.as_str()))),
                    (None, alias) => alias.map(Cause::AliasUnknown),
                };
            }
            self.look(device, m, &known, found);
            let datatype = known.declared.map_or_else(|| DataType::from_code(m.datatype.unwrap_or(0)), |d| d.0);
            let (value, fits) = self.value(m, datatype);
            if !fits {
                out.found(&place, Rule::ValueMisfits, format_args!("{}: no {datatype}", check::shown(m)), now);
            }
            let set = m.properties.as_ref().map(properties);
            let quality = quality(set.as_ref()).or(known.declared.map(|d| d.1)).unwrap_or(GOOD);
            let timestamp = m.timestamp.or(payload.timestamp);
            let historical = m.is_historical == Some(true);
            if born && !historical {
                let kept = value.clone().bounded(out.config.limits.value_bytes);
                let entity = device.map_or(Some(&mut self.own), |d| self.devices.get_mut(d));
                let state = entity.and_then(|e| e.metrics.get_mut(known.name.as_ref()?));
                if let Some(state) = state.filter(|s| !late || timestamp > s.timestamp) {
                    state.value = kept;
                    state.timestamp = timestamp;
                    state.quality = quality;
                    state.stale = None;
                }
            }
            if out.wants_readings(&place) {
                out.reading(Reading {
                    place: place.clone(),
                    source: Source::Data,
                    name: known.name,
                    alias: known.alias,
                    datatype,
                    value,
                    timestamp,
                    quality,
                    historical,
                    transient: m.is_transient == Some(true),
                    properties: set.map(Arc::new),
                });
            }
        }
        if let Some(cause) = cause {
            self.want(&cause, out, now);
        }
    }

    /// What the births say about a metric.
    fn known(&self, device: Option<&Arc<str>>, m: &Metric) -> Known {
        let by_alias = m.alias.and_then(|a| self.aliases.get(&a)).filter(|a| a.device.as_ref() == device);
        let name: Option<Arc<str>> = match (&m.name, by_alias) {
            (Some(name), _) => Some(Arc::from(name.as_str())),
            (None, alias) => alias.map(|a| Arc::clone(&a.name)),
        };
        let entity = device.map_or(Some(&self.own), |d| self.devices.get(d));
        let state = name.as_ref().and_then(|n| entity.filter(|e| e.life == Life::Online)?.metrics.get(n));
        Known {
            alias: m.alias.or_else(|| state.and_then(|s| s.alias)),
            declared: state.map(|s| (s.datatype, s.quality)),
            name,
        }
    }

    /// What can be wrong with a metric in data.
    fn look(&self, device: Option<&Arc<str>>, m: &Metric, known: &Known, found: &mut Found<'_>) {
        let shown = || known.name.as_ref().map_or_else(|| check::shown(m), ToString::to_string);
        match (&m.name, m.alias) {
            (Some(name), Some(_)) => found(Rule::NameBesideAlias, format_args!("{name}")),
            (Some(name), None) if known.alias.is_some() => found(Rule::NameWhereAlias, format_args!("{name}")),
            (None, None) => found(Rule::NameMissing, format_args!("")),
            _ => {}
        }
        if m.timestamp.is_none() {
            found(Rule::MetricTimestamp, format_args!("{}", shown()));
        }
        if let Some(code) = m.datatype {
            found(Rule::DatatypeInData, format_args!("{}", shown()));
            if let Some((born, _)) = known.declared.filter(|(born, _)| born.code() != code) {
                found(Rule::DatatypeChanged, format_args!("{}: {} after {born}", shown(), DataType::from_code(code)));
            }
        }
        if let Some(set) = &m.properties {
            check::properties(false, &shown(), set, found);
        }
        match &m.value {
            Some(MetricValue::DataSet(set)) => check::table(&shown(), set, found),
            Some(MetricValue::Template(template)) => {
                let definition = template.template_ref.as_deref().and_then(|r| self.definitions.get(r));
                let verb = if device.is_some() { Verb::Ddata } else { Verb::Ndata };
                // Without the births nothing is known of definitions.
                if self.own.life == Life::Online {
                    check::template(verb, &shown(), template, definition, found);
                }
            }
            _ => {}
        }
    }

    /// A command of some host.
    pub(super) fn command(&self, message: &Message, out: &mut Out, now: UtcMillis) {
        let device = message.device.as_ref();
        let place = self.place(device);
        for m in &message.payload.metrics {
            let known = self.known(device, m);
            if let (Some(name), Some(_)) = (&m.name, m.alias) {
                out.found(&place, Rule::NameBesideAlias, format_args!("{name} in {}", message.verb.token()), now);
            }
            let datatype = known.declared.map_or_else(|| DataType::from_code(m.datatype.unwrap_or(0)), |d| d.0);
            let reading = Reading {
                place: place.clone(),
                source: Source::Command,
                name: known.name,
                alias: known.alias,
                datatype,
                value: self.value(m, datatype).0,
                timestamp: m.timestamp.or(message.payload.timestamp),
                quality: GOOD,
                historical: false,
                transient: false,
                properties: None,
            };
            if out.wants_readings(&place) {
                out.reading(reading);
            }
        }
    }
}
