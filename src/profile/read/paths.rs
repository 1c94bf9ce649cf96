//! On which of the two protocol paths a parameter is published.
//!
//! Both is the rule. What is published on one path only, or nowhere, must say so with `paths`, so that a forgotten
//! binding is found.

use super::element::Open;
use super::notes::Notes;
use super::parameters::Declared;
use crate::profile::{Lwm2mBinding, ResourceTarget, SparkplugBinding};

/// The paths that a parameter says it is on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Paths {
    sparkplug: bool,
    lwm2m: bool,
}

const WORDS: &[(&str, Paths)] = &[
    ("both", Paths { sparkplug: true, lwm2m: true }),
    ("sparkplug", Paths { sparkplug: true, lwm2m: false }),
    ("lwm2m", Paths { sparkplug: false, lwm2m: true }),
    ("local", Paths { sparkplug: false, lwm2m: false }),
];

impl Paths {
    pub(super) fn read(open: &mut Open<'_>, notes: &mut Notes) -> Self {
        let both = WORDS[0].1;
        if open.optional("paths").is_none() {
            return both;
        }
        open.word("paths", WORDS, notes).unwrap_or(both)
    }
}

pub(super) fn check(declared: &Declared, sparkplug: &SparkplugBinding, lwm2m: &Lwm2mBinding, notes: &mut Notes) {
    let mut bound = vec![Paths { sparkplug: false, lwm2m: false }; declared.parameters.len()];
    for metric in &sparkplug.metrics {
        bound[metric.parameter.0].sparkplug = true;
    }
    for resource in lwm2m.objects.iter().flat_map(|o| &o.resources) {
        if let ResourceTarget::Parameter(parameter) = resource.target {
            bound[parameter.0].lwm2m = true;
        }
    }
    for ((parameter, said), is) in declared.parameters.iter().zip(&declared.paths).zip(&bound) {
        let mut fault = |reason: &str| notes.add(parameter.line, &parameter.id, reason);
        match (said.sparkplug && !is.sparkplug, said.lwm2m && !is.lwm2m) {
            (true, true) => {
                fault("is on no path: add a Metric and a Resource for it, or say paths=\"local\"");
            }
            (true, false) => fault(&missing("sparkplug", "Metric", if said.lwm2m { "lwm2m" } else { "local" })),
            (false, true) => fault(&missing("lwm2m", "Resource", if said.sparkplug { "sparkplug" } else { "local" })),
            (false, false) => {}
        }
        if is.sparkplug && !said.sparkplug {
            fault("has a Metric although its paths leave out sparkplug");
        }
        if is.lwm2m && !said.lwm2m {
            fault("has a Resource although its paths leave out lwm2m");
        }
    }
}

fn missing(path: &str, binding: &str, otherwise: &str) -> String {
    format!("is on no {path} path: add a {binding} for it, or say paths=\"{otherwise}\"")
}
