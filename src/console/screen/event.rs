//! Records in words.

use super::element;
use crate::console::model::class_of;
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::console::widget::number::{CURRENT, DURATION, Form};
use crate::plant::snapshot::Snapshot;
use crate::profile::Severity;
use crate::protection::Change;
use crate::record::{Body, Class, ElementChange, Movement, Record, SeverityWord, TripCause, TripRecord};

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

/// A record on one line.
pub(in crate::console) fn text(record: &Record, s: &Symbols) -> String {
    match &record.body {
        Body::Element(e) => element_change(e),
        Body::Trip(t) => trip(t),
        Body::Cleared(c) => {
            format!("cleared in {}, contacts parted after {}", DURATION.full(c.clearing.0), DURATION.full(c.opening.0))
        }
        Body::Operation(o) => o
            .duration
            .map_or_else(|| movement(o.what).to_owned(), |d| format!("{} in {}", movement(o.what), DURATION.full(d.0))),
        Body::Request(r) => r.denied.as_ref().map_or_else(
            || format!("{} by {}: done", r.command, r.origin.ident),
            |why| format!("{} by {} refused: {why}", r.command, r.origin.ident),
        ),
        Body::Alarm(a) => {
            let state = match (a.active, a.acknowledged) {
                (true, false) => "active",
                (true, true) => "acknowledged",
                (false, false) => "back to normal, not acknowledged",
                (false, true) => "normal",
            };
            format!("{} {} {state}", super::state::shape(severity(a.severity), s), a.alarm)
        }
        Body::Settings(c) => {
            let what = c.template.as_ref().map_or_else(|| "settings".to_owned(), |t| format!("template {t}"));
            match c.changes.as_slice() {
                [(id, old, new)] => format!("{what}: {id} {old} {} {new}", s.arrow),
                many => format!("{what}: {} changes", many.len()),
            }
        }
        Body::PowerQuality(p) => {
            let phases: String = p.phases.iter().map(|p| p.letter()).collect();
            format!("{} {} {phases} {:.0} % for {}", p.class, p.kind, p.extreme_percent, DURATION.full(p.duration.0))
        }
        Body::Injection(i) => i.injection.as_ref().map_or_else(
            || "all disturbances cleared".to_owned(),
            |i| format!("injected {}", crate::control::words::injection(i)),
        ),
        Body::Test(t) => t.summary(),
        Body::Note(n) => n.text.clone(),
    }
}

fn element_change(e: &ElementChange) -> String {
    let what = match e.change {
        Change::Start => "start",
        Change::DropOut => "drop-out",
        Change::Operate => "OPERATE",
        Change::Reset => "reset",
        Change::Blocked => "blocked",
        Change::Unblocked => "unblocked",
    };
    let phase = e.phase.map_or("", |p| p.letter());
    let head = element::name(e.element);
    let number = |v: f64| Form::of_unit(&e.unit).map_or_else(|| format!("{v:.2} {}", e.unit), |f| f.full(v));
    match e.change {
        Change::Start | Change::Operate => {
            format!("{head} {what} {phase} {} over {}", number(e.quantity), number(e.threshold))
        }
        _ => format!("{head} {what}"),
    }
}

/// A trip on one line.
pub(super) fn trip(t: &TripRecord) -> String {
    let cause = cause(t);
    let phase = t.phase.map_or("", |p| p.letter());
    let head = format!("tripped by {cause} {phase}");
    format!("{} {} after {}", head.trim_end(), CURRENT.full(t.current.0), DURATION.full(t.delay.0))
}

/// Cause of a trip in a few words.
pub(super) fn cause(t: &TripRecord) -> String {
    match &t.cause {
        TripCause::Element(id) => element::name(*id),
        TripCause::Manual { origin, reason } if reason.is_empty() => format!("manual by {}", origin.ident),
        TripCause::Manual { origin, reason } => format!("manual by {}: {reason}", origin.ident),
    }
}

const fn movement(m: Movement) -> &'static str {
    match m {
        Movement::Opened => "52 opened",
        Movement::Closed => "52 closed",
        Movement::CloseAborted => "close aborted, trip-free",
        Movement::FailedToOpen => "FAILED TO OPEN",
        Movement::FailedToClose => "FAILED TO CLOSE",
        Movement::Reset => "trip latch and lockout reset",
        Movement::LockedOut => "LOCKOUT 86",
        Movement::SpringCharged => "spring charged",
        Movement::RecloseStarted => "79 dead time started",
        Movement::Reclosed => "79 reclosed",
        Movement::RecloseReady => "79 ready again",
        Movement::RecloseLockout => "79 gave up",
        Movement::RecloseBlocked => "79 blocked for this cause",
    }
}

const fn severity(word: SeverityWord) -> Severity {
    match word {
        SeverityWord::Low => Severity::Low,
        SeverityWord::Medium => Severity::Medium,
        SeverityWord::High => Severity::High,
        SeverityWord::Critical => Severity::Critical,
    }
}
