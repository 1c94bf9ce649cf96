//! Text that events must contain; the list follows while it is typed.

use super::panel::Panel;
use super::{Input, Next};
use crate::console::action::Action;
use crate::console::key::Key;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Text that events must contain.
#[derive(Clone, Debug)]
pub struct FilterDialog {
    /// What was typed.
    pub input: Input,
    /// What stood there before, for Esc.
    before: String,
}

impl FilterDialog {
    pub(super) fn open(model: &Model) -> Self {
        let before = model.ui.events.text.clone();
        Self { input: Input::new(&before), before }
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        match action {
            Action::Confirm => Next::Close,
            Action::Cancel => {
                model.ui.events.text = std::mem::take(&mut self.before);
                Next::Close
            }
            _ => Next::Stay,
        }
    }

    pub(super) fn edited(&mut self, model: &mut Model, key: Key) -> Next {
        self.input.key(key);
        self.follow(model);
        Next::Stay
    }

    pub(super) fn insert(&mut self, model: &mut Model, text: &str) {
        self.input.insert(text);
        self.follow(model);
    }

    fn follow(&self, model: &mut Model) {
        self.input.text().clone_into(&mut model.ui.events.text);
        model.ui.cursor.events = 0;
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        // At the foot of the body, so that the list above stays in view.
        let foot = Rect { y: area.bottom().saturating_sub(5).max(area.y), height: area.height.min(5), ..area };
        let mut p = Panel::new(model, foot, buf, "FILTER", (area.width, 5));
        p.input("events with", &self.input);
        let found = format!("{} of {}   ", model.events().count(), model.records.len());
        p.text(Role::Dim, &found);
        p.keys(model, Context::Text, &[(Action::Confirm, "keep"), (Action::Cancel, "undo")]);
    }
}
