//! Profile and breaker joined, strictly: the two agree on every row, or the program does not start.

use super::conversion::Conversion;
use super::list::{Point, PointList};
use crate::breaker::binding::Binding;
use crate::profile::unit::{self, Unit};
use crate::profile::{Access, Fault, Faults, Parameter, Profile, Value, ValueKind};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What a breaker cannot do without, whatever the profile calls it.
const ESSENTIAL: [&str; 4] = ["RatedCurrent", "RatedVoltage", "RatedFrequency", "BreakerStatus"];

impl PointList {
    /// Joins a profile with the rows of a breaker.
    ///
    /// # Errors
    /// Every disagreement: a parameter that the breaker does not know, a datum that no breaker can do without, another kind, a unit of another dimension, a setting
    /// that cannot be written or read back, a reading that can be written.
    pub fn join(profile: Arc<Profile>, bindings: &[Binding]) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut fault = |line: usize, name: &str, reason: String| {
            faults.push(Fault { file: profile.file.clone(), line, name: name.to_owned(), reason });
        };
        let mut rows: HashMap<&str, &Binding> = HashMap::new();
        for binding in bindings {
            if rows.insert(binding.id, binding).is_some() {
                fault(1, binding.id, "the breaker has two rows for it".to_owned());
            }
        }
        for id in ESSENTIAL {
            if rows.contains_key(id) && profile.datum(id).is_none() {
                fault(1, id, "the breaker cannot do without it, and no parameter of the profile shows it".to_owned());
            }
        }
        let carried = |metric: &crate::profile::Metric| profile[metric.parameter].id.as_str();
        let metrics: HashSet<&str> = profile.sparkplug.metrics.iter().map(carried).collect();
        let mut points = Vec::with_capacity(profile.parameters.len());
        for parameter in &profile.parameters {
            let Some(binding) = rows.get(parameter.source.as_str()) else {
                let called = if parameter.source == parameter.id { "of this id" } else { "called by its source" };
                fault(parameter.line, &parameter.id, format!("the breaker has no datum {called}"));
                continue;
            };
            for reason in disagreements(parameter, binding) {
                fault(parameter.line, &parameter.id, reason);
            }
            points.push(Point {
                binding: **binding,
                conversion: conversion(parameter, binding),
                event: !parameter.is_measured() && metrics.contains(&parameter.id.as_str()),
                constant: parameter.default.clone().filter(|_| parameter.access == Access::Const),
            });
        }
        if faults.is_empty() {
            Ok(Self { profile, points })
        } else {
            faults.sort_by_key(|f| f.line);
            Err(Faults(faults))
        }
    }
}

fn disagreements(parameter: &Parameter, binding: &Binding) -> Vec<String> {
    let mut reasons = Vec::new();
    let (wanted, given) = (parameter.kind, binding.kind);
    // A whole number may be counted in finer units inside; the other way round a fraction would be lost on writing.
    let widened = wanted == ValueKind::Integer && given == ValueKind::Float && parameter.enumeration.is_none();
    let read_only = binding.write.is_none() && wanted == ValueKind::Float && given == ValueKind::Integer;
    if wanted != given && !widened && !read_only {
        reasons.push(format!("is {} in the profile and {} in the breaker", wanted.word(), given.word()));
    }
    reasons.extend(unit_disagreement(parameter, binding));
    match parameter.access {
        Access::ReadWrite if binding.write.is_none() => {
            reasons.push("is a setting, but the breaker cannot write it".to_owned());
        }
        Access::Read if binding.write.is_some() => {
            reasons.push("is a reading (access R), but the breaker has a write for it".to_owned());
        }
        // A link leads to an object of the profile, which the breaker does not know.
        Access::Const if parameter.default.is_some() && binding.write.is_none() && wanted != ValueKind::ObjectLink => {
            reasons.push("has a default that the breaker cannot take; it has no write".to_owned());
        }
        _ => {}
    }
    if binding.write.is_some() != binding.setting.is_some() {
        reasons.push("the row of the breaker has only one of write and setting".to_owned());
    }
    reasons
}

fn units(parameter: &Parameter, binding: &Binding) -> Option<(&'static Unit, &'static Unit)> {
    Some((unit::find(&parameter.unit)?, unit::find(binding.unit)?))
}

fn unit_disagreement(parameter: &Parameter, binding: &Binding) -> Option<String> {
    let Some((outer, inner)) = units(parameter, binding) else {
        return Some(format!("unit '{}' of the breaker is not known", binding.unit));
    };
    if outer.dimension != inner.dimension {
        let (outer, inner) = (outer.symbol, inner.symbol);
        return Some(format!("is in '{outer}' in the profile and in '{inner}' in the breaker, which do not convert"));
    }
    (outer.factor != inner.factor && binding.kind == ValueKind::Integer).then(|| {
        let (outer, inner) = (outer.symbol, inner.symbol);
        format!("is a whole number of '{inner}' in the breaker, which is not scaled to '{outer}'; give a Float")
    })
}

fn conversion(parameter: &Parameter, binding: &Binding) -> Conversion {
    let (outer, inner) = units(parameter, binding).map_or((1.0, 1.0), |(outer, inner)| (outer.factor, inner.factor));
    Conversion {
        kind: parameter.kind,
        inner: binding.kind,
        outward: inner / outer,
        inward: outer / inner,
        range: (parameter.min.unwrap_or(f64::NEG_INFINITY), parameter.max.unwrap_or(f64::INFINITY)),
    }
}

impl PointList {
    /// The value of the profile turned into the value of the program.
    pub(super) fn inward(&self, at: usize, value: &Value) -> Value {
        self.points[at].conversion.inward(value)
    }
}
