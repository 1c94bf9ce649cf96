//! A record in a few words, for a row of a list that says when, where and which class in columns of its own. The words are
//! those of [`describe`](super::describe()); what is left out are ids, roles and thresholds.

use super::describe::{self, alarm_state, change_word, current, duration, message, quantity};
use super::{Body, ElementChange, Record, SettingsRecord, TripCause, TripRecord};
use crate::control::words::one_line;
use crate::protection::{Change, ElementId};

/// What happened, in a few words.
#[must_use]
pub fn brief(record: &Record) -> String {
    match &record.body {
        Body::Element(change) => element_change(change),
        Body::Trip(trip) => trip_line(trip),
        Body::Cleared(c) => format!("cleared in {}, opening {}", duration(c.clearing), duration(c.opening)),
        Body::Request(r) => {
            let asked = format!("{}, {}", one_line(&r.command), one_line(&r.origin.ident));
            match &r.denied {
                None => format!("{asked}: done"),
                Some(denied) => format!("{asked}: refused, {}", one_line(&denied.to_string())),
            }
        }
        Body::Alarm(a) => format!("{} {}", one_line(&a.alarm), alarm_state(a)),
        Body::Settings(settings) => settings_line(settings),
        _ => message(record),
    }
}

/// Device number of IEEE C37.2 and short name, or the number alone where it ends with that name.
fn name(id: ElementId) -> String {
    let (number, label) = (id.ansi(), id.label());
    if number.ends_with(label) { number.to_owned() } else { format!("{number} {label}") }
}

/// What tripped, in a few words.
#[must_use]
pub fn cause_briefly(cause: &TripCause) -> String {
    match cause {
        TripCause::Element(id) => name(*id),
        TripCause::Manual { .. } => describe::cause(cause),
    }
}

fn element_change(c: &ElementChange) -> String {
    let phase = c.phase.map(|p| format!(" {}", p.letter())).unwrap_or_default();
    let what = format!("{} {}", name(c.element), change_word(c.change));
    match c.change {
        Change::Start | Change::Operate => {
            format!("{what}{phase} {} over {}", quantity(c.quantity, &c.unit), quantity(c.threshold, &c.unit))
        }
        _ => what,
    }
}

fn trip_line(t: &TripRecord) -> String {
    let phase = t.phase.map(|p| format!(" {}", p.letter())).unwrap_or_default();
    format!("trip by {}{phase} {} after {}", cause_briefly(&t.cause), current(t.current), duration(t.delay))
}

fn settings_line(s: &SettingsRecord) -> String {
    let what = s.template.as_ref().map_or_else(|| "settings".to_owned(), |t| format!("template {}", one_line(t)));
    match s.changes.as_slice() {
        [(id, old, new)] => format!("{what}: {} {} -> {}", one_line(id), one_line(old), one_line(new)),
        many => format!("{what}: {} changes", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_say_the_same_twice() {
        assert_eq!(name(ElementId::Instantaneous), "50 I");
        assert_eq!(name(ElementId::TimeOvercurrent), "51");
        assert_eq!(name(ElementId::BreakerFailure), "50BF");
    }
}
