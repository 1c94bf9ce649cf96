//! What to do next: one sentence for the selected breaker.

use super::element;
use crate::breaker::{Spring, Status};
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::console::widget::number::DURATION;
use crate::control::{Interlock, Switch};
use crate::plant::snapshot::BreakerView;

/// The sentence and how urgent it is. It names actions, not keys: the hint row tells the keys of the map in force.
pub(super) fn hint(b: &BreakerView, s: &Symbols) -> (String, Role) {
    let arrow = s.arrow;
    if let Some((switch, by, left)) = &b.selection {
        let text = format!("{} selected by {by}, {:.0} s left: execute or cancel", verb(*switch), left.0.max(0.0));
        return (text, Role::Accent);
    }
    match b.status {
        Status::Fault => ("breaker in fault: isolate it upstream, then inspect".to_owned(), Role::Priority1),
        Status::Tripped | Status::Open if b.tag.is_some() => {
            let tag = b.tag.as_deref().unwrap_or_default();
            (format!("danger tag \"{tag}\": nothing closes until it is taken off"), Role::Priority2)
        }
        Status::Tripped if b.not_ready.contains(&Interlock::CausePresent) || !b.injections.is_empty() => {
            (format!("cause still present: clear it {arrow} reset {arrow} close"), Role::Priority1)
        }
        Status::Tripped => {
            let latch = if b.lockout { "reset lockout 86 after review of the cause" } else { "reset the trip latch" };
            (format!("{latch} {arrow} close (select, then execute)"), Role::Priority1)
        }
        Status::Open if b.not_ready.is_empty() => ("ready to close: select, check, execute".to_owned(), Role::Text),
        Status::Open if b.spring == Spring::Charging && b.not_ready == [Interlock::SpringNotCharged] => {
            ("wait: spring is charging".to_owned(), Role::Moving)
        }
        Status::Open => {
            let missing: Vec<String> = b.not_ready.iter().map(ToString::to_string).collect();
            (format!("not ready to close: {}", missing.join(", ")), Role::Priority2)
        }
        Status::Closed => closed(b),
    }
}

fn closed(b: &BreakerView) -> (String, Role) {
    if let Some(e) = element::most_urgent(&b.elements) {
        let name = e.id.label();
        let text = e.time_to_operate.map_or_else(
            || format!("{name} picked up: reduce the load"),
            |t| format!("{name} picked up, trips in {}: reduce the load", DURATION.full(t.0)),
        );
        return (text, Role::Priority1);
    }
    if let Some(alarm) = b.alarms.iter().filter(|a| !a.acknowledged).max_by_key(|a| a.severity) {
        let what = if alarm.response.is_empty() { "acknowledge it" } else { &alarm.response };
        return (format!("{}: {what}", alarm.id), Role::Priority2);
    }
    if let Some(why) = &b.condition.maintenance {
        return (format!("maintenance due: {why}"), Role::Priority3);
    }
    ("nothing to do: in service".to_owned(), Role::Dim)
}

const fn verb(switch: Switch) -> &'static str {
    match switch {
        Switch::Open => "OPEN",
        Switch::Close => "CLOSE",
        Switch::Trip => "TRIP",
        Switch::Reset => "RESET",
    }
}
