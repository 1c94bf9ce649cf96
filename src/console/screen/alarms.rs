//! Screen 6: the alarm list with the states of ISA-18.2.

use super::state;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::pen::Pen;
use crate::console::widget::table::{Cell, Column, table};
use crate::console::widget::text::{age, clip, clock_ms, wrap};
use crate::plant::snapshot::AlarmView;

const COLUMNS: [Column; 6] = [
    Column::words("P", 2, 1),
    Column::words("STATE", 5, 0),
    Column::words("TIME", 12, 3),
    Column::words("SRC", 5, 0),
    Column::rest("ALARM", 20, 0),
    Column::numbers("AGE", 6, 2),
];

/// Draws the screen.
pub(super) fn view(model: &Model, pen: &mut Pen<'_>) {
    let all = model.alarms();
    let (w, h) = (pen.width(), pen.height());
    let below = if h >= 12 { (h / 3).clamp(6, 12) } else { 0 };
    let cursor = model.ui.cursor.alarms.min(all.len().saturating_sub(1));
    {
        let active = all.iter().filter(|(_, a)| a.active).count();
        let unseen = all.iter().filter(|(_, a)| !a.acknowledged).count();
        let mut part = pen.part(0, 0, w, h - below);
        let mut inside = part.panel(&format!("Alarms  {active} active"), &format!("{unseen} unacknowledged"));
        if all.is_empty() {
            inside.put(1, 0, "no alarm is active or waits for an acknowledgement", Role::Dim);
        } else {
            rows(model, &all, Some(cursor), &mut inside);
        }
    }
    if below > 0
        && let Some((breaker, alarm)) = all.get(cursor)
    {
        detail(model, *breaker, alarm, &mut pen.part(0, h - below, w, below));
    }
}

/// Draws the rows of a list of alarms.
pub(super) fn rows(model: &Model, all: &[(usize, &AlarmView)], cursor: Option<usize>, pen: &mut Pen<'_>) {
    let s = pen.symbols();
    table(pen, &COLUMNS, all.len(), cursor, |i| {
        let (breaker, alarm) = all[i];
        let seen = Role::of_alarm(alarm.severity, true);
        // What waits for an acknowledgement blinks between block and plain, once a second.
        let role = Role::of_alarm(alarm.severity, alarm.acknowledged || model.ui.blink_off());
        let source = model.snapshot.breakers.get(breaker).map_or("?", |b| &b.designation);
        let row: Vec<Cell<'_>> = vec![
            (format!("{}{}", state::shape(alarm.severity, s), state::priority(alarm.severity)).into(), seen),
            (word(alarm).into(), role),
            (clock_ms(alarm.since).into(), Role::Dim),
            (source.into(), Role::Text),
            ((*alarm.id).into(), if alarm.active { seen } else { Role::Dim }),
            (age(alarm.since, model.snapshot.utc).into(), Role::Dim),
        ];
        row
    });
}

/// State of an alarm as ISA-18.2 abbreviates it.
const fn word(alarm: &AlarmView) -> &'static str {
    match (alarm.active, alarm.acknowledged) {
        (true, false) => "UNACK",
        (true, true) => "ACKED",
        (false, false) => "RTNUN",
        (false, true) => "NORM",
    }
}

fn detail(model: &Model, breaker: usize, alarm: &AlarmView, pen: &mut Pen<'_>) {
    let Some(b) = model.snapshot.breakers.get(breaker) else { return };
    let title = format!("{} {}  {}", b.designation, b.load, alarm.id);
    let mut inside = pen.panel_in(&title, Role::of_alarm(alarm.severity, true), word(alarm));
    let (room, h) = (usize::from(inside.width().saturating_sub(12)), inside.height());
    let s = inside.symbols();
    let defined = model.fleet.profile.alarms.iter().find(|a| *a.id == *alarm.id);
    let meaning = match (alarm.active, alarm.acknowledged) {
        (true, false) => "active, nobody has acknowledged it",
        (true, true) => "active, acknowledged",
        (false, _) => "gone, but nobody has acknowledged it",
    };
    let paragraphs = [
        ("Response", if alarm.response.is_empty() { "none given" } else { &alarm.response }, Role::Strong),
        ("Meaning", defined.map_or("", |d| d.description.as_str()), Role::Text),
        ("State", meaning, Role::Text),
        ("Category", defined.map_or("", |d| d.category.as_str()), Role::Dim),
    ];
    let mut y = 0;
    for (name, text, role) in paragraphs {
        if text.is_empty() || y >= h {
            continue;
        }
        inside.put(1, y, name, Role::Dim);
        for line in wrap(text, room, s.ellipsis) {
            if y < h {
                inside.put(11, y, &clip(&line, room, s.ellipsis), role);
                y += 1;
            }
        }
    }
}
