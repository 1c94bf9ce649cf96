//! The question before leaving while disturbances stand.

use super::Next;
use super::panel::Panel;
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::update::Cmd;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(super) fn act(action: Action) -> Next {
    match action {
        Action::Confirm => Next::Do(vec![Cmd::Quit]),
        Action::Cancel => Next::Close,
        _ => Next::Stay,
    }
}

pub(super) fn view(model: &Model, area: Rect, buf: &mut Buffer) {
    let (title, then, leave) = if model.ui.attached {
        ("DETACH", "All of it goes on without this console.", "detach")
    } else {
        ("QUIT", "The simulation ends with the console.", "leave")
    };
    let mut p = Panel::new(model, area, buf, title, (56, 6));
    let n = model.injections();
    let words =
        if n == 1 { "1 injected disturbance stands.".into() } else { format!("{n} injected disturbances stand.") };
    p.text(Role::Strong, &words);
    p.text(Role::Text, then);
    p.gap_if(1);
    p.keys(model, Context::Confirm, &[(Action::Confirm, leave), (Action::Cancel, "stay")]);
}
