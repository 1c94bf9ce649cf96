//! Records in words.

use crate::console::model::class_of;
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::plant::snapshot::Snapshot;
use crate::profile::Severity;
use crate::record::{Body, Class, Record, SeverityWord, TripRecord, brief, cause_briefly};

/// Designation of the breaker a record is about; its id when the plant does not know it.
pub(in crate::console) fn place<'a>(record: &'a Record, snapshot: &'a Snapshot) -> &'a str {
    snapshot.breakers.get(record.breaker.0).map_or(&record.device, |b| &b.designation)
}

/// Class of a record in a word, and its colour.
pub(in crate::console) fn class(record: &Record) -> (&'static str, Role) {
    match class_of(record) {
        Class::Trip => ("TRIP", Role::Priority1),
        Class::Protection => ("PROT", Role::Priority2),
        Class::Alarm => ("ALARM", Role::Priority3),
        Class::Operation => ("OPER", Role::Text),
        Class::Setting => ("SET", Role::Pending),
        Class::Comm => ("COMM", Role::Text),
        Class::Diagnostic => ("DIAG", Role::Dim),
        Class::Pq => ("PQ", Role::Priority4),
        Class::Training => ("SIM", Role::Inject),
    }
}

/// A record in a few words; an alarm with the shape of its severity before them.
pub(in crate::console) fn text(record: &Record, s: &Symbols) -> String {
    match &record.body {
        Body::Alarm(a) => format!("{} {}", super::state::shape(severity(a.severity), s), brief(record)),
        _ => brief(record),
    }
}

/// Cause of a trip in a few words.
pub(super) fn cause(t: &TripRecord) -> String {
    cause_briefly(&t.cause)
}

const fn severity(word: SeverityWord) -> Severity {
    match word {
        SeverityWord::Low => Severity::Low,
        SeverityWord::Medium => Severity::Medium,
        SeverityWord::High => Severity::High,
        SeverityWord::Critical => Severity::Critical,
    }
}
