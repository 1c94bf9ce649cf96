//! A message in words, one line an item.

use super::datatype::DataType;
use super::payload::{DataSetScalar, Metric, MetricValue, Payload, PropertyScalar};
use super::topic::Topic;
use crate::time::UtcMillis;
use crate::time::civil::Civil;
use prost::Message;
use std::fmt::Write;
use std::sync::Arc;

/// Puts a message into words; `name_of` knows the aliases.
#[must_use]
pub fn describe(topic: &str, payload: &[u8], name_of: impl Fn(u64) -> Option<Arc<str>>) -> Vec<String> {
    if matches!(Topic::parse(topic), Some(Topic::State { .. } | Topic::OldState { .. })) {
        return vec![String::from_utf8_lossy(payload).into_owned()];
    }
    let Ok(decoded) = Payload::decode(payload) else {
        return vec![format!("no Sparkplug payload, {} bytes: {}", payload.len(), hex(payload))];
    };
    let mut head = String::new();
    if let Some(seq) = decoded.seq {
        let _ = write!(head, "seq {seq}, "); // Writing into a String cannot fail.
    }
    if let Some(timestamp) = decoded.timestamp {
        let _ = write!(head, "{}, ", time(timestamp)); // Likewise.
    }
    let count = decoded.metrics.len();
    let _ = write!(head, "{count} metric{}", if count == 1 { "" } else { "s" }); // Likewise.
    let mut lines = vec![head];
    lines.extend(decoded.metrics.iter().map(|m| metric(m, decoded.timestamp, &name_of)));
    lines
}

fn metric(metric: &Metric, sent: Option<u64>, name_of: &impl Fn(u64) -> Option<Arc<str>>) -> String {
    let name = match (&metric.name, metric.alias) {
        (Some(name), Some(alias)) => format!("{name} [{alias}]"),
        (Some(name), None) => name.clone(),
        (None, Some(alias)) => name_of(alias).map_or_else(|| format!("[{alias}]"), |n| format!("{n} [{alias}]")),
        (None, None) => "(no name)".to_owned(),
    };
    let kind = metric.datatype.map(DataType::from_code);
    let mut line = format!("{name} = {}", metric.value.as_ref().map_or_else(|| "null".into(), |v| value(v, kind)));
    if let Some(unit) = property(metric, "engUnit").and_then(|p| match p {
        PropertyScalar::String(unit) => Some(unit),
        _ => None,
    }) {
        let _ = write!(line, " {unit}"); // Writing into a String cannot fail.
    }
    if let Some(kind) = kind {
        let _ = write!(line, " ({kind})"); // Likewise.
    }
    if let Some(PropertyScalar::Int(code)) = property(metric, super::quality::KEY) {
        let _ = write!(line, " quality {}", code.cast_signed()); // Likewise.
    }
    if metric.is_historical == Some(true) {
        line.push_str(" historical");
    }
    if let Some(timestamp) = metric.timestamp.filter(|t| Some(*t) != sent) {
        let _ = write!(line, " at {}", time(timestamp)); // Likewise.
    }
    line
}

fn property<'a>(metric: &'a Metric, key: &str) -> Option<&'a PropertyScalar> {
    metric.properties.as_ref()?.get(key)
}

fn value(value: &MetricValue, kind: Option<DataType>) -> String {
    match value {
        MetricValue::Int(v) if matches!(kind, Some(DataType::UInt8 | DataType::UInt16 | DataType::UInt32)) => {
            v.to_string()
        }
        MetricValue::Int(v) => v.cast_signed().to_string(),
        MetricValue::Long(v) if kind == Some(DataType::DateTime) => time(*v),
        MetricValue::Long(v) if kind == Some(DataType::UInt64) => v.to_string(),
        MetricValue::Long(v) => v.cast_signed().to_string(),
        MetricValue::Float(v) => v.to_string(),
        MetricValue::Double(v) => v.to_string(),
        MetricValue::Boolean(v) => v.to_string(),
        MetricValue::String(v) => format!("{v:?}"),
        MetricValue::Bytes(v) => format!("{} bytes: {}", v.len(), hex(v)),
        MetricValue::DataSet(v) => {
            let rows = v.rows.iter().map(|row| {
                let cells =
                    row.elements.iter().map(|cell| cell.value.as_ref().map_or_else(|| "null".into(), cell_text));
                cells.collect::<Vec<_>>().join(" ")
            });
            format!("data set {}: {}", v.columns.join(" "), rows.collect::<Vec<_>>().join("; "))
        }
        MetricValue::Template(v) if v.is_definition == Some(true) => {
            format!("template definition, {} members", v.metrics.len())
        }
        MetricValue::Template(v) => {
            format!("instance of {}, {} members", v.template_ref.as_deref().unwrap_or("?"), v.metrics.len())
        }
    }
}

fn cell_text(cell: &DataSetScalar) -> String {
    match cell {
        DataSetScalar::Int(v) => v.cast_signed().to_string(),
        DataSetScalar::Long(v) => v.cast_signed().to_string(),
        DataSetScalar::Float(v) => v.to_string(),
        DataSetScalar::Double(v) => v.to_string(),
        DataSetScalar::Boolean(v) => v.to_string(),
        DataSetScalar::String(v) => format!("{v:?}"),
    }
}

fn time(ms: u64) -> String {
    // Far beyond the calendar's four digits a number is easier to read, and a hostile one cannot overflow the sum.
    i64::try_from(ms)
        .ok()
        .filter(|ms| *ms < 253_402_300_800_000)
        .map_or_else(|| ms.to_string(), |ms| Civil::from_millis(UtcMillis(ms)).rfc3339())
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for b in bytes.iter().take(16) {
        let _ = write!(out, "{b:02x}"); // Writing into a String cannot fail.
    }
    if bytes.len() > 16 {
        out.push_str("...");
    }
    out
}
