//! `<Alarms>`.

use super::element::Open;
use super::expression;
use super::ids::{Ids, check_identifier};
use super::notes::Notes;
use super::parameters::Declared;
use super::xml::Element;
use crate::profile::{Alarm, Severity};
use std::collections::HashMap;

/// Bits of the alarm status word: a whole number of 32 bits with its sign.
const MAX_BIT: u8 = 30;

pub(super) fn read(section: Option<&Element>, declared: &Declared, notes: &mut Notes) -> Vec<Alarm> {
    let Some(section) = section else { return Vec::new() };
    let open = Open::new(section);
    let (mut alarms, mut ids, mut bits) = (Vec::new(), Ids::default(), HashMap::new());
    for child in open.children(&["Alarm"], notes) {
        let (mut open, id) = Open::named(child, "id", notes);
        check_identifier(&id, child.line, notes);
        ids.enter(&id, 0, child.line, &open.name, "alarm", notes);
        let severity = open.word("severity", Severity::WORDS, notes).unwrap_or(Severity::Critical);
        let category = open.required("category", notes).to_owned();
        let description = open.required("description", notes).to_owned();
        let response = open.required("response", notes).to_owned();
        let bit = open.whole::<u8>("bit", notes);
        if let Some(bit) = bit {
            if bit > MAX_BIT {
                open.fault(notes, format!("bit {bit} is out of range 0 to {MAX_BIT}"));
            }
            if let Some(first) = bits.insert(bit, id.clone()) {
                open.fault(notes, format!("bit {bit} is used twice; the first is {first}"));
            }
        }
        let conditions = open.children(&["When"], notes);
        if conditions.len() != 1 {
            open.fault(notes, format!("an alarm has one When; this one has {}", conditions.len()));
        }
        let mut when = None;
        for condition in conditions {
            let inside = Open::new(condition);
            match expression::parse(&inside.text(), declared) {
                Ok(condition) => when = Some(condition),
                Err(reason) => notes.add(condition.line, &open.name, format!("When: {reason}")),
            }
            inside.no_children(notes);
            inside.finish(notes);
        }
        open.finish(notes);
        if let (Some(when), Some(bit)) = (when, bit) {
            alarms.push(Alarm { id, severity, category, bit, when, description, response });
        }
    }
    open.finish(notes);
    alarms
}
