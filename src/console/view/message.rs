//! The message row: the answer to what was asked last, later the last event.

use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::ui::Tone;
use crate::console::widget::pen::Pen;
use crate::console::widget::text::clip;

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
    }
}
