//! The message row: the answer to what was asked last, later the last event.

use crate::console::model::Model;
use crate::console::screen::event;
use crate::console::theme::Role;
use crate::console::ui::Tone;
use crate::console::widget::pen::Pen;
use crate::console::widget::text::{clip, clock_ms};

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let room = usize::from(pen.width());
    if let Some(message) = model.message() {
        let (sign, role) = match message.tone {
            Tone::Info => ("", Role::Text),
            Tone::Done => (pen.symbols().yes, Role::Good),
            Tone::Refused => (pen.symbols().no, Role::Priority2),
        };
        let text = format!("{sign} {}", message.text);
        let text = clip(text.trim_start(), room, pen.symbols().ellipsis);
        pen.put(0, 0, &text, role);
    } else if let Some(record) = model.records.back() {
        let (word, role) = event::class(record);
        let place = event::place(record, &model.snapshot);
        let text = event::text(record, pen.symbols());
        let x = pen.put(0, 0, &format!("{} {place} ", clock_ms(record.utc)), Role::Dim);
        let x = pen.put(x, 0, &format!("{word} "), role);
        pen.put(x, 0, &clip(&text, room.saturating_sub(usize::from(x)), pen.symbols().ellipsis), Role::Text);
    }
}
