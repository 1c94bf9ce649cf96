//! The alarm banner: the worst alarm that nobody has seen, and how many stand of each priority.

use crate::console::action::Action;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::update;
use crate::console::widget::pen::Pen;
use crate::console::widget::text::{clip, clock, width};
use crate::plant::snapshot::AlarmView;
use crate::profile::Severity;

/// Priorities 1 to 4.
const SEVERITIES: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let alarms = model.alarms();
    let unseen = alarms.iter().filter(|(_, a)| !a.acknowledged).count();
    let end = counts(pen, &alarms);
    if let Some((breaker, alarm)) = alarms.first().filter(|(_, a)| !a.acknowledged) {
        worst(model, pen, end, *breaker, alarm, unseen)
    } else {
        let text = if alarms.is_empty() { "no alarm" } else { "no unacknowledged alarm" };
        let text = clip(text, usize::from(end), pen.symbols().ellipsis);
        pen.put(0, 0, &text, Role::Dim);
    }
}

/// Counts of each priority at the right edge; gives the column where they begin.
fn counts(pen: &mut Pen<'_>, alarms: &[(usize, &AlarmView)]) -> u16 {
    let signs = pen.symbols().priority;
    let mut end = pen.width();
    for (i, severity) in SEVERITIES.iter().enumerate().rev() {
        let n = alarms.iter().filter(|(_, a)| a.severity == *severity && a.active).count();
        let text = format!("{}{n}", signs[i]);
        let role = if n > 0 { Role::of_alarm(*severity, true) } else { Role::Dim };
        if pen.width() >= 40 && pen.put_before(0, end, 0, &text, role) {
            end = end.saturating_sub(width(&text) as u16 + 1);
        }
    }
    end.saturating_sub(1)
}

fn worst(model: &Model, pen: &mut Pen<'_>, end: u16, breaker: usize, alarm: &AlarmView, unseen: usize) {
    let s = pen.symbols();
    let rank = SEVERITIES.iter().position(|v| *v == alarm.severity).unwrap_or(3);
    let b = &model.snapshot.breakers[breaker];
    let sign = s.priority[rank];
    // Reverse video blinks by the time of the model, so that a picture of it is always the same.
    let role = Role::of_alarm(alarm.severity, model.ui.blink_off());
    let head = format!("{sign}{} {} {} ", rank + 1, b.designation, alarm.id);
    let state = if alarm.active { "UNACK" } else { "UNACK, gone" };
    let ack = model.keymap.keys_for(update::context(model), Action::AlarmAck);
    let room = |end: u16, text: &str| usize::from(end) >= width(text);
    let mut parts = vec![clock(alarm.since), state.to_owned()];
    if unseen > 1 {
        parts.push(format!("+{} more", unseen - 1));
    }
    if let Some(key) = ack.filter(|_| model.ui.dialog.is_none()) {
        parts.push(format!("{key} ack"));
    }
    // The least wanted part comes last and is left out first.
    while !parts.is_empty() && !room(end, &format!("{head} {}", parts.join("  "))) {
        parts.pop();
    }
    let x = pen.put(0, 0, &clip(&head, usize::from(end), s.ellipsis), role);
    if !parts.is_empty() {
        pen.put(x + 1, 0, &parts.join("  "), Role::Text);
    }
}
