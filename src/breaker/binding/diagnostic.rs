//! The last test, or the one that runs.

use super::Binding;
use super::row::{reading, whole, words};
use crate::breaker::Breaker;
use crate::breaker::diagnostic::{LastTest, Outcome};
use crate::profile::{Value, ValueKind};
use std::sync::Arc;

/// Numbers of the enumeration of the profile.
fn result(b: &Breaker) -> i64 {
    if b.test_running().is_some() {
        return 4;
    }
    match b.last_test().map(|t| t.outcome) {
        None => 0,
        Some(Outcome::Passed) => 1,
        Some(Outcome::Skipped) => 2,
        Some(Outcome::Failed) => 3,
    }
}

fn text(b: &Breaker) -> Option<Arc<str>> {
    b.test_running().map(Arc::from).or_else(|| b.last_test().map(|t: &LastTest| Arc::clone(&t.text)))
}

pub(super) const ROWS: &[Binding] = &[
    whole("DiagnosticResult", "", |b| Some(Value::Int(result(b)))),
    reading("DiagnosticTime", ValueKind::Time, "", |b| b.last_test().map(|t| Value::Time(t.utc))),
    words("DiagnosticText", |b| text(b).map(Value::Text)),
];
