//! A record as a card: everything it says, one thing a line.

use super::comtrade::header;
use super::describe::{describe, duration};
use super::{Body, ClearedRecord, Record, TripRecord};
use crate::breaker::diagnostic::{Check, TestReport};
use crate::control::words::one_line;

/// The lines of a card. `others` are the records among which the other half of a trip is looked for.
#[must_use]
pub fn card<'a>(record: &Record, others: impl IntoIterator<Item = &'a Record>) -> Vec<String> {
    let mut lines = vec![describe(record)];
    match &record.body {
        Body::Trip(trip) => {
            let cleared = others.into_iter().find_map(|r| match &r.body {
                Body::Cleared(c) if c.id == trip.id => Some(&**c),
                _ => None,
            });
            lines.extend(trip_card(trip, cleared));
        }
        Body::Cleared(cleared) => {
            let trip = others.into_iter().find_map(|r| match &r.body {
                Body::Trip(t) if t.id == cleared.id => Some(&**t),
                _ => None,
            });
            if let Some(trip) = trip {
                lines.extend(trip_card(trip, Some(cleared)));
            }
        }
        Body::Test(report) => lines.extend(test_card(report)),
        Body::Settings(settings) => {
            lines.extend(
                settings
                    .changes
                    .iter()
                    .map(|(id, old, new)| format!("{}: {} -> {}", one_line(id), one_line(old), one_line(new))),
            );
            lines.extend(settings.warnings.iter().map(|w| format!("warning: {}", one_line(w))));
        }
        _ => {}
    }
    lines
}

fn trip_card(trip: &TripRecord, cleared: Option<&ClearedRecord>) -> Vec<String> {
    let mut lines = header(trip, cleared);
    if cleared.is_none() {
        lines.push("The clearing of this trip is not on record.".to_owned());
    }
    lines
}

/// What a test looked at, a line each.
fn test_card(report: &TestReport) -> Vec<String> {
    let mut lines = vec![
        format!(
            "Test {}{}, took {}",
            report.test,
            if report.with_trip { " with trip" } else { "" },
            duration(report.duration)
        ),
        format!("As found: {}", one_line(&report.as_found)),
    ];
    lines.extend(report.checks.iter().map(check));
    lines.push(format!("As left: {}", one_line(&report.as_left)));
    lines
}

fn check(c: &Check) -> String {
    let window =
        c.expected.map(|w| format!(" (expected {} to {})", duration(w.least), duration(w.most))).unwrap_or_default();
    let finding = one_line(&c.finding);
    format!("{:<8} {} {}: {finding}{window}", c.outcome.word(), one_line(&c.step), one_line(&c.item))
}
