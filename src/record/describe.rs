//! A record on one line, for people: the console, the log of the headless program, the spreadsheet.

use super::{
    AlarmRecord, Body, ClearedRecord, ElementChange, Movement, Operation, PowerQualityRecord, Record, RequestRecord,
    SettingsRecord, SeverityWord, TripCause, TripRecord,
};
use crate::control::words::{self, one_line};
use crate::protection::{Change, ElementId};
use crate::time::civil::Civil;
use crate::units::{Amperes, Phase, Seconds};

/// The whole line: time to the millisecond, number, device, class, message.
#[must_use]
pub fn describe(record: &Record) -> String {
    format!(
        "{} #{} {} {}: {}",
        Civil::from_millis(record.utc),
        record.seq,
        one_line(&record.device),
        record.body.class().word(),
        message(record)
    )
}

/// What happened, without when and where.
#[must_use]
pub fn message(record: &Record) -> String {
    match &record.body {
        Body::Element(change) => element_change(change),
        Body::Trip(trip) => trip_line(trip),
        Body::Cleared(cleared) => cleared_line(cleared),
        Body::Operation(operation) => operation_line(operation),
        Body::Request(request) => request_line(request),
        Body::Alarm(alarm) => alarm_line(alarm),
        Body::Settings(settings) => settings_line(settings),
        Body::PowerQuality(event) => power_quality(event),
        Body::Injection(record) => match &record.injection {
            Some(injection) => format!("injected: {}", words::injection(injection)),
            None => "all disturbances cleared".to_owned(),
        },
        Body::Test(report) => one_line(&report.summary()),
        Body::Note(note) => one_line(&note.text),
    }
}

/// A duration with the resolution of the protection pass: tenths of a millisecond below a second.
#[must_use]
pub fn duration(seconds: Seconds) -> String {
    if seconds.abs().0 < 1.0 { format!("{:.1} ms", seconds.0 * 1e3) } else { format!("{:.3} s", seconds.0) }
}

/// A current in four to five figures.
#[must_use]
pub fn current(amperes: Amperes) -> String {
    match amperes.abs().0 {
        a if a < 100.0 => format!("{:.2} A", amperes.0),
        a if a < 10_000.0 => format!("{:.1} A", amperes.0),
        _ => format!("{:.2} kA", amperes.0 / 1e3),
    }
}

pub(super) fn element(id: ElementId) -> String {
    id.reason().to_owned()
}

fn on_phase(phase: Option<Phase>) -> String {
    phase.map(|p| format!(" phase {}", p.letter())).unwrap_or_default()
}

/// The word for a change of an element.
pub(super) const fn change_word(change: Change) -> &'static str {
    match change {
        Change::Start => "start",
        Change::DropOut => "dropout",
        Change::Operate => "operate",
        Change::Reset => "reset",
        Change::Blocked => "blocked",
        Change::Unblocked => "unblocked",
    }
}

fn element_change(c: &ElementChange) -> String {
    let what = format!("{} {}{}", element(c.element), change_word(c.change), on_phase(c.phase));
    format!("{what}, {} (threshold {})", quantity(c.quantity, &c.unit), quantity(c.threshold, &c.unit))
}

pub(super) fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "A" => current(Amperes(value)),
        "s" => duration(Seconds(value)),
        "" => format!("{value:.3}"),
        _ => format!("{value:.2} {unit}"),
    }
}

/// What tripped, in words.
#[must_use]
pub fn cause(cause: &TripCause) -> String {
    match cause {
        TripCause::Element(id) => element(*id),
        TripCause::Manual { origin, reason } => {
            let reason = if reason.trim().is_empty() { String::new() } else { format!(" ({})", one_line(reason)) };
            format!("command of {} at {}{reason}", one_line(&origin.ident), origin.category.word())
        }
    }
}

fn trip_line(t: &TripRecord) -> String {
    let set = t.set_delay.map(|set| format!(" (set {})", duration(set))).unwrap_or_default();
    let others: Vec<String> = t
        .operated
        .iter()
        .filter(|id| !matches!(&t.cause, TripCause::Element(cause) if cause == *id))
        .map(|id| element(*id))
        .collect();
    let others = if others.is_empty() { String::new() } else { format!(", also {}", others.join(", ")) };
    format!(
        "trip {} by {}{}, {}, after {}{set}{others}",
        one_line(&t.id.0),
        cause(&t.cause),
        on_phase(t.phase),
        current(t.current),
        duration(t.delay)
    )
}

fn cleared_line(c: &ClearedRecord) -> String {
    let each = Phase::ALL.map(|p| format!("{} {}", p.letter(), current(c.interrupted[p])));
    format!(
        "trip {} cleared in {}, opening {}, interrupted {}",
        one_line(&c.id.0),
        duration(c.clearing),
        duration(c.opening),
        each.join(", ")
    )
}

/// The words for a movement.
const fn movement(what: Movement) -> &'static str {
    match what {
        Movement::Opened => "opened",
        Movement::Closed => "closed",
        Movement::CloseAborted => "close aborted by an open command",
        Movement::FailedToOpen => "failed to open",
        Movement::FailedToClose => "failed to close",
        Movement::Reset => "trip latch and lockout reset",
        Movement::LockedOut => "locked out (86)",
        Movement::SpringCharged => "spring charged",
        Movement::RecloseStarted => "reclose: dead time started",
        Movement::Reclosed => "reclose: closed",
        Movement::RecloseReady => "reclose: ready",
        Movement::RecloseLockout => "reclose: gave up, locked out",
        Movement::RecloseBlocked => "reclose: blocked for this cause",
    }
}

fn operation_line(o: &Operation) -> String {
    match o.duration {
        Some(took) => format!("{} in {}", movement(o.what), duration(took)),
        None => movement(o.what).to_owned(),
    }
}

fn request_line(r: &RequestRecord) -> String {
    let who = format!("{} at {} as {}", one_line(&r.origin.ident), r.origin.category.word(), words::role(r.role));
    match &r.denied {
        None => format!("{}: done, for {who}", one_line(&r.command)),
        Some(denied) => format!("{}: refused, {}, for {who}", one_line(&r.command), one_line(&denied.to_string())),
    }
}

/// The word for how bad an alarm is.
pub(super) const fn severity(word: SeverityWord) -> &'static str {
    match word {
        SeverityWord::Low => "low",
        SeverityWord::Medium => "medium",
        SeverityWord::High => "high",
        SeverityWord::Critical => "critical",
    }
}

/// The words for how an alarm stands.
pub(super) const fn alarm_state(a: &AlarmRecord) -> &'static str {
    match (a.active, a.acknowledged) {
        (true, false) => "active",
        (true, true) => "active, acknowledged",
        (false, false) => "gone, not acknowledged",
        (false, true) => "gone",
    }
}

fn alarm_line(a: &AlarmRecord) -> String {
    format!("{} {} ({})", one_line(&a.alarm), alarm_state(a), severity(a.severity))
}

fn settings_line(s: &SettingsRecord) -> String {
    let changes: Vec<String> = s
        .changes
        .iter()
        .map(|(id, old, new)| format!("{} {} -> {}", one_line(id), one_line(old), one_line(new)))
        .collect();
    let changes = changes.join(", ");
    let what = match (&s.template, changes.is_empty()) {
        (Some(template), true) => format!("template {} applied, nothing changed", one_line(template)),
        (Some(template), false) => format!("template {} applied: {changes}", one_line(template)),
        (None, true) => "settings written, nothing changed".to_owned(),
        (None, false) => format!("settings changed: {changes}"),
    };
    let warnings: Vec<String> = s.warnings.iter().map(|w| format!("; warning: {}", one_line(w))).collect();
    what + &warnings.concat()
}

fn power_quality(e: &PowerQualityRecord) -> String {
    let phases: Vec<&str> = e.phases.iter().map(|p| p.letter()).collect();
    let itic = if e.itic.is_empty() { String::new() } else { format!(", ITIC {}", one_line(&e.itic)) };
    format!(
        "{} {} to {:.1} % for {}, phase {}{itic}",
        one_line(&e.class),
        one_line(&e.kind),
        e.extreme_percent,
        duration(e.duration),
        phases.join("")
    )
}
