//! What stands in births and deaths.

use super::EdgeSession;
use super::node::{BD_SEQ, NodeMetric, REBIRTH};
use super::{report, template};
use crate::point::{Frame, Quality, Reading, Readings};
use crate::profile::{MetricType, Value};
use crate::sparkplug::datatype::{self, DataType};
use crate::sparkplug::payload::{Metric, MetricValue, Payload, PropertyScalar, PropertySet};
use crate::sparkplug::quality;
use crate::sparkplug::scalar::scalar;
use crate::sparkplug::table::{Row, wire_alias};
use crate::time::UtcMillis;

/// A metric for a birth: name, datatype, and a value or the null flag
/// (`tck-id-operational-behavior-data-publish-dbirth-values`).
pub(super) fn metric(
    name: &str,
    alias: Option<u64>,
    utc: UtcMillis,
    kind: MetricType,
    value: Option<&Value>,
) -> Metric {
    let value = value.and_then(|v| scalar(v, kind)).map(MetricValue::from);
    Metric {
        name: Some(name.to_owned()),
        alias,
        timestamp: Some(stamp(utc)),
        datatype: Some(datatype::code(kind)),
        is_null: value.is_none().then_some(true),
        value,
        ..Metric::default()
    }
}

/// Milliseconds since 1970 as the wire has them; nothing here happens before that.
pub(super) const fn stamp(utc: UtcMillis) -> u64 {
    if utc.0 < 0 { 0 } else { utc.0.cast_unsigned() }
}

/// `bdSeq` as wills, node births and node deaths carry it.
pub(super) fn bd_seq(number: u8, utc: UtcMillis) -> Metric {
    metric(BD_SEQ, None, utc, MetricType::Int64, Some(&Value::Int(i64::from(number))))
}

/// The payload of the will and of a death that is published: bdSeq and no seq (`tck-id-topics-ndeath-payload`).
pub(super) fn ndeath(number: u8, now: UtcMillis) -> Payload {
    Payload { timestamp: Some(stamp(now)), metrics: vec![bd_seq(number, now)], ..Payload::default() }
}

impl EdgeSession {
    pub(super) fn nbirth(&self, number: u8, frame: &Frame, now: UtcMillis) -> Payload {
        let (utc, now) = (self.faults.told(frame.utc), self.faults.told(now));
        let mut metrics =
            vec![bd_seq(number, utc), metric(REBIRTH, None, utc, MetricType::Boolean, Some(&Value::Bool(false)))];
        for of_node in &self.node.metrics {
            let value = self.node.value(*of_node, frame);
            let alias = self.config.aliases.then(|| of_node.alias());
            let mut born = metric(of_node.name(), alias, utc, of_node.datatype(), value.as_ref());
            let mut properties = PropertySet::default();
            if *of_node == NodeMetric::TotalPower && !self.node.power_unit.is_empty() {
                properties.push("engUnit", DataType::String, PropertyScalar::String(self.node.power_unit.clone()));
            }
            properties.push("readOnly", DataType::Boolean, PropertyScalar::Boolean(!of_node.writable()));
            born.properties = Some(properties);
            metrics.push(born);
        }
        if self.config.templates {
            metrics.push(template::definition(&self.table, &self.fleet.profile, self.config.aliases, utc));
        }
        Payload { timestamp: Some(stamp(now)), metrics, seq: None, ..Payload::default() }
    }

    pub(super) fn dbirth(&self, device: usize, frame: &Frame, now: UtcMillis) -> Payload {
        let (utc, now) = (self.faults.told(frame.utc), self.faults.told(now));
        let readings = frame.breakers.get(device).map_or(&[][..], Readings::as_slice);
        let alias = |alias| self.config.aliases.then(|| wire_alias(device, alias));
        let mut metrics = Vec::with_capacity(self.table.rows.len() + self.table.commands.len() + 1);
        for row in &self.table.rows {
            let reading = readings.get(row.parameter);
            let value = reading.and_then(|r| r.value.as_ref());
            let mut born = metric(&row.name, alias(row.alias), utc, row.datatype, value);
            born.properties = Some(self.properties(row, reading));
            metrics.push(born);
        }
        for command in &self.table.commands {
            let off = Some(&Value::Bool(false));
            let mut born = metric(&command.name, alias(command.alias), utc, MetricType::Boolean, off);
            let mut properties = PropertySet::default();
            properties.push("readOnly", DataType::Boolean, PropertyScalar::Boolean(false));
            document(&mut properties, &self.fleet.profile[command.method].description);
            born.properties = Some(properties);
            metrics.push(born);
        }
        if self.config.templates {
            metrics.push(template::instance(
                &self.table,
                &self.fleet.profile,
                alias(self.table.free_alias()),
                utc,
                readings,
            ));
        }
        Payload { timestamp: Some(stamp(now)), metrics, seq: None, ..Payload::default() }
    }

    /// The properties that hosts make tags from: they are looked at in births only.
    fn properties(&self, row: &Row, reading: Option<&Reading>) -> PropertySet {
        let parameter = &self.fleet.profile.parameters[row.parameter];
        let mut properties = PropertySet::default();
        if !parameter.unit.is_empty() {
            properties.push("engUnit", DataType::String, PropertyScalar::String(parameter.unit.clone()));
        }
        if let (Some(low), Some(high)) = (parameter.min, parameter.max) {
            properties.push("engLow", DataType::Double, PropertyScalar::Double(low));
            properties.push("engHigh", DataType::Double, PropertyScalar::Double(high));
        }
        properties.push("readOnly", DataType::Boolean, PropertyScalar::Boolean(!row.writable));
        document(&mut properties, &parameter.description);
        let now = reading.map_or(Quality::Stale, report::quality);
        if row.measured || now != Quality::Good {
            // A property that first appears in data is not shown by hosts; whatever may go bad declares it here.
            let code = quality::code(now, self.config.quality_dialect).cast_unsigned();
            properties.push(quality::KEY, DataType::Int32, PropertyScalar::Int(code));
        }
        properties
    }
}

fn document(properties: &mut PropertySet, text: &str) {
    if !text.is_empty() {
        properties.push("documentation", DataType::String, PropertyScalar::String(text.to_owned()));
    }
}
