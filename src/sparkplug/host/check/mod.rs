//! What can be seen to be wrong with a message by itself.

mod births;
mod properties;
mod tables;
mod templates;

pub(super) use births::{birth, node_birth};
pub(super) use properties::properties;
pub(super) use tables::table;
pub(super) use templates::template;

use super::rule::Rule;
use crate::sparkplug::datatype::DataType;
use crate::sparkplug::payload::{Metric, MetricValue, Payload};
use crate::sparkplug::topic::Verb;
use std::fmt;

/// Takes what is found.
pub(super) type Found<'a> = dyn FnMut(Rule, fmt::Arguments<'_>) + 'a;

/// Name of the metric that numbers the sessions of an edge node.
pub(super) const BD_SEQ: &str = "bdSeq";
/// Name of the metric that asks for births.
pub(super) const REBIRTH: &str = "Node Control/Rebirth";

/// The rule that a retained message breaks.
pub(super) const fn retained(verb: Verb) -> Rule {
    match verb {
        Verb::Nbirth => Rule::NbirthRetained,
        Verb::Ndeath => Rule::NdeathRetained,
        Verb::Ndata => Rule::NdataRetained,
        Verb::Ncmd => Rule::NcmdRetained,
        Verb::Dbirth => Rule::DbirthRetained,
        Verb::Ddeath => Rule::DdeathRetained,
        Verb::Ddata => Rule::DdataRetained,
        Verb::Dcmd => Rule::DcmdRetained,
    }
}

/// Timestamp and seq of a message, and what a death may carry.
pub(super) fn head(verb: Verb, payload: &Payload, found: &mut Found<'_>) {
    if payload.timestamp.is_none() {
        match verb {
            Verb::Nbirth => found(Rule::NbirthTimestamp, format_args!("")),
            Verb::Dbirth => found(Rule::DbirthTimestamp, format_args!("")),
            Verb::Ndata => found(Rule::NdataTimestamp, format_args!("")),
            Verb::Ddata => found(Rule::DdataTimestamp, format_args!("")),
            Verb::Ddeath => found(Rule::DdeathTimestamp, format_args!("")),
            Verb::Ncmd => found(Rule::NcmdTimestamp, format_args!("")),
            Verb::Dcmd => found(Rule::DcmdTimestamp, format_args!("")),
            // Only its will carries it, and that is made long before it is sent.
            Verb::Ndeath => {}
        }
    }
    match (verb, payload.seq) {
        (Verb::Ndeath, Some(seq)) => found(Rule::NdeathSeq, format_args!("seq {seq}")),
        (Verb::Ncmd, Some(seq)) => found(Rule::NcmdSeq, format_args!("seq {seq}")),
        (Verb::Dcmd, Some(seq)) => found(Rule::DcmdSeq, format_args!("seq {seq}")),
        (Verb::Ndeath | Verb::Ncmd | Verb::Dcmd, None) => {}
        (Verb::Nbirth, Some(seq)) if seq != 0 => found(Rule::NbirthSeq, format_args!("seq {seq}")),
        (_, Some(seq)) if seq > 255 => found(Rule::SeqMissing, format_args!("{} with seq {seq}", verb.token())),
        (_, Some(_)) => {}
        (_, None) => found(Rule::SeqMissing, format_args!("{}", verb.token())),
    }
    if payload.uuid.as_deref() == Some("SPBV1.0_COMPRESSED") {
        found(Rule::Compressed, format_args!("{}", verb.token()));
    }
    if verb == Verb::Ndeath {
        match bd_seq(payload) {
            None => found(Rule::NdeathBdSeq, format_args!("")),
            Some((number, false)) => found(Rule::NdeathBdSeqType, format_args!("{number}")),
            Some(_) => {}
        }
        if payload.metrics.len() > 1 {
            found(Rule::NdeathPayload, format_args!("{} metrics", payload.metrics.len()));
        }
    }
}

/// The bdSeq of a birth or a death, and whether it is an Int64 from 0 to 255.
pub(super) fn bd_seq(payload: &Payload) -> Option<(u64, bool)> {
    let metric = payload.metrics.iter().find(|m| m.name.as_deref() == Some(BD_SEQ))?;
    let number = match metric.value {
        Some(MetricValue::Long(v)) => v,
        Some(MetricValue::Int(v)) => u64::from(v),
        _ => return None,
    };
    let right = metric.datatype == Some(DataType::Int64.code())
        && matches!(metric.value, Some(MetricValue::Long(_)))
        && number <= 255;
    Some((number, right))
}

/// Name of a metric for a detail.
pub(super) fn shown(metric: &Metric) -> String {
    match (&metric.name, metric.alias) {
        (Some(name), _) => name.clone(),
        (None, Some(alias)) => format!("alias {alias}"),
        (None, None) => "no name".to_owned(),
    }
}

/// Metrics that are not stored ones stand in the order of their times.
pub(super) fn order(rule: Rule, metrics: &[Metric], found: &mut Found<'_>) {
    let mut newest = 0;
    for metric in metrics.iter().filter(|m| m.is_historical != Some(true)) {
        let Some(timestamp) = metric.timestamp else { continue };
        if timestamp < newest {
            found(rule, format_args!("{}: {timestamp} after {newest}", shown(metric)));
            return;
        }
        newest = timestamp;
    }
}
