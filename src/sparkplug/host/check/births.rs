//! Births.

use super::{Found, REBIRTH, bd_seq, order, properties, shown, table};
use crate::sparkplug::datatype::DataType;
use crate::sparkplug::host::rule::Rule;
use crate::sparkplug::payload::{Metric, MetricValue, Payload};
use std::collections::{BTreeMap, BTreeSet};

/// What NBIRTH must have beside its metrics.
pub(in crate::sparkplug::host) fn node_birth(payload: &Payload, found: &mut Found<'_>) {
    match bd_seq(payload) {
        None => found(Rule::NbirthBdSeq, format_args!("")),
        Some((number, false)) => found(Rule::NbirthBdSeqType, format_args!("{number}")),
        Some(_) => {}
    }
    let Some(rebirth) = payload.metrics.iter().find(|m| m.name.as_deref() == Some(REBIRTH)) else {
        found(Rule::RebirthMissing, format_args!(""));
        return;
    };
    if rebirth.datatype != Some(DataType::Boolean.code()) {
        found(
            Rule::RebirthType,
            format_args!("{}", rebirth.datatype.map_or(DataType::Unknown(0), DataType::from_code)),
        );
    }
    if rebirth.value != Some(MetricValue::Boolean(false)) {
        found(Rule::RebirthValue, format_args!(""));
    }
    if let Some(alias) = rebirth.alias {
        found(Rule::RebirthAlias, format_args!("alias {alias}"));
    }
}

/// What every metric of a birth must have.
pub(in crate::sparkplug::host) fn birth(of_device: bool, metrics: &[Metric], found: &mut Found<'_>) {
    let mut names = BTreeSet::new();
    let mut lower: BTreeMap<String, &str> = BTreeMap::new();
    for m in metrics {
        match (m.name.as_deref(), m.alias) {
            (Some(name), _) => {
                if !names.insert(name) {
                    found(Rule::NameTwice, format_args!("{name}"));
                } else if let Some(other) = lower.insert(name.to_lowercase(), name) {
                    found(Rule::NamesDifferInCase, format_args!("{name} and {other}"));
                }
            }
            (None, Some(alias)) => found(Rule::BirthNameMissing, format_args!("alias {alias}")),
            (None, None) => found(Rule::NameMissing, format_args!("")),
        }
        match m.datatype.map(DataType::from_code) {
            None => found(Rule::DatatypeMissing, format_args!("{}", shown(m))),
            Some(DataType::Unknown(code)) => found(Rule::DatatypeUnknown, format_args!("{}: {code}", shown(m))),
            Some(_) => {}
        }
        if m.value.is_none() && m.is_null != Some(true) {
            let rule = if of_device { Rule::DbirthValue } else { Rule::NbirthValue };
            found(rule, format_args!("{}", shown(m)));
        }
        if m.timestamp.is_none() {
            found(Rule::MetricTimestamp, format_args!("{}", shown(m)));
        }
        if let Some(set) = &m.properties {
            properties(true, &shown(m), set, found);
        }
        if let Some(MetricValue::DataSet(set)) = &m.value {
            table(&shown(m), set, found);
        }
    }
    order(if of_device { Rule::DeviceOrder } else { Rule::NodeOrder }, metrics, found);
}
