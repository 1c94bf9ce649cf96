//! The paths to the network, as the runtime last told.

use super::plan::Step;
use super::report::{Check, Outcome};
use crate::breaker::Breaker;
use crate::breaker::identity::PathKind;
use std::sync::Arc;

/// The paths of a step, one check each.
pub(super) fn checks(name: &Arc<str>, step: Step, b: &Breaker) -> Vec<Check> {
    let wanted: &[PathKind] = match step {
        Step::Mqtt => &[PathKind::Mqtt],
        Step::Lwm2m => &[PathKind::Lwm2m],
        Step::Sparkplug => &[PathKind::Sparkplug],
        _ => &[PathKind::Mqtt, PathKind::Lwm2m, PathKind::Sparkplug],
    };
    wanted.iter().map(|kind| check(name, *kind, b)).collect()
}

fn check(name: &Arc<str>, kind: PathKind, b: &Breaker) -> Check {
    // Two links to one broker: it is there when one of them reaches it.
    let path = b.communication().paths.iter().filter(|p| p.kind == kind).max_by_key(|p| p.up);
    let (outcome, finding) = match path {
        _ if b.communication_lost() => (Outcome::Failed, "the communication unit has failed".to_owned()),
        None => (Outcome::Skipped, "there is no such path in this run".to_owned()),
        Some(path) if path.up => (Outcome::Passed, path.detail.to_string()),
        Some(path) => (Outcome::Failed, path.detail.to_string()),
    };
    Check { step: Arc::clone(name), item: kind.word().to_owned(), outcome, finding, expected: None, measured: None }
}
