//! How a breaker stands, as shape, word and colour.

use crate::breaker::{Contacts, Position, Spring, Status};
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::plant::snapshot::{BreakerView, Snapshot};
use crate::profile::Severity;

/// Shape, word and colour of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Three cells.
    pub(super) sign: &'static str,
    /// The word.
    pub(super) word: &'static str,
    /// The colour.
    pub(super) role: Role,
}

/// How the breaker stands.
pub(super) const fn of(b: &BreakerView, s: &Symbols) -> Look {
    let (sign, word, role) = match (b.status, b.contacts) {
        (Status::Fault, _) => (s.fault, "FAULT", Role::Fault),
        (_, Contacts::Closing) => (s.moving, "CLOSING", Role::Moving),
        (_, Contacts::Opening) => (s.moving, "OPENING", Role::Moving),
        // The picture lies when the position does not match the state: say so.
        (Status::Closed, Contacts::Open) | (Status::Open | Status::Tripped, Contacts::Closed) => {
            (s.fault, "DISAGREE", Role::Fault)
        }
        (Status::Tripped, _) if b.lockout => (s.locked, "TRIPPED", Role::Tripped),
        (Status::Tripped, _) => (s.tripped, "TRIPPED", Role::Tripped),
        (Status::Open, _) => (s.open, "OPEN", Role::Open),
        (Status::Closed, _) => (s.closed, "CLOSED", Role::Closed),
    };
    Look { sign, word, role }
}

/// There is voltage behind the breaker: the bus is live and the contacts touch.
pub(super) const fn is_live(b: &BreakerView, bus_live: bool) -> bool {
    bus_live && matches!(b.contacts, Contacts::Closed)
}

/// There is voltage on the source.
pub(super) const fn source_is_live(snapshot: &Snapshot) -> bool {
    snapshot.bus.frequency.is_some()
}

/// There is voltage on the bus.
pub(super) fn bus_is_live(snapshot: &Snapshot) -> bool {
    source_is_live(snapshot)
        && snapshot
            .bus
            .main
            .and_then(|i| snapshot.breakers.get(i))
            .is_none_or(|main| matches!(main.contacts, Contacts::Closed))
}

/// What else must be seen, most important first: a word of a few letters each.
pub(super) fn flags(b: &BreakerView, s: &Symbols) -> Vec<(String, Role)> {
    let mut out = Vec::new();
    if b.lockout {
        out.push((format!("{}86", s.priority[0]), Role::Priority1));
    }
    if b.tag.is_some() {
        out.push((format!("{}TAG", s.tag), Role::Priority2));
    }
    if !b.injections.is_empty() {
        out.push(("INJ".to_owned(), Role::Inject));
    }
    if b.elements.iter().any(|e| e.enabled && e.started) {
        out.push(("PICKUP".to_owned(), Role::Priority2));
    }
    if let Some(alarm) = b.alarms.iter().max_by_key(|a| (!a.acknowledged, a.severity)) {
        let role = Role::of_alarm(alarm.severity, alarm.acknowledged);
        out.push((format!("{}{}", shape(alarm.severity, s), b.alarms.len()), role));
    }
    if b.maintenance_mode {
        out.push(("ARMS".to_owned(), Role::Limit));
    }
    match b.position {
        Position::Connected => {}
        Position::Test => out.push(("TEST".to_owned(), Role::Limit)),
        Position::Disconnected => out.push(("OUT".to_owned(), Role::Limit)),
    }
    out
}

/// Shape of a severity.
pub(super) const fn shape(severity: Severity, s: &Symbols) -> &'static str {
    s.priority[priority(severity) - 1]
}

/// Priority of a severity, 1 the most urgent.
pub(super) const fn priority(severity: Severity) -> usize {
    match severity {
        Severity::Critical => 1,
        Severity::High => 2,
        Severity::Medium => 3,
        Severity::Low => 4,
    }
}

/// State of the closing spring in a word.
pub(super) const fn spring(b: &BreakerView) -> (&'static str, Role) {
    match b.spring {
        Spring::Charged => ("CHARGED", Role::Text),
        Spring::Charging => ("CHARGING", Role::Moving),
        Spring::Discharged => ("DISCHARGED", Role::Priority2),
    }
}

/// Auxiliary contacts 52a (closed with the breaker) and 52b (open with it).
pub(super) const fn auxiliary(b: &BreakerView) -> (&'static str, &'static str) {
    match b.contacts {
        Contacts::Closed => ("1", "0"),
        Contacts::Open => ("0", "1"),
        Contacts::Closing | Contacts::Opening => ("0", "0"),
    }
}

/// Greatest phase current, A, and the same in percent of the rated current.
pub(super) fn greatest_current(b: &BreakerView) -> (f64, f64) {
    let (_, current) = b.measured.current.greatest();
    let percent = if b.rated_current.0 > 0.0 { current.0 / b.rated_current.0 * 100.0 } else { 0.0 };
    (current.0, percent)
}
