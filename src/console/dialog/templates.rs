//! The templates of the profile.

use super::diff::DiffDialog;
use super::panel::{Panel, window};
use super::{Dialog, Next, moved};
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The templates of the profile.
#[derive(Clone, Debug)]
pub struct TemplateMenu {
    /// The breaker, by position.
    pub breaker: usize,
    /// Row under the cursor.
    pub cursor: usize,
}

impl TemplateMenu {
    pub(super) fn open(model: &Model) -> Result<Self, String> {
        if model.ui.read_only {
            return Err("template refused: this console is read-only".into());
        }
        if model.fleet.profile.templates.is_empty() {
            return Err("the profile has no templates".into());
        }
        model.selected().ok_or("no breaker to set")?;
        Ok(Self { breaker: model.ui.selected, cursor: 0 })
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        match action {
            Action::Cancel => Next::Close,
            Action::Confirm => match DiffDialog::open(model, self.breaker, self.cursor) {
                Some(diff) => Next::Become(Box::new(Dialog::Diff(diff))),
                None => Next::Stay,
            },
            other => {
                self.cursor = moved(self.cursor, other, model.fleet.profile.templates.len());
                Next::Stay
            }
        }
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let Some(b) = model.snapshot.breakers.get(self.breaker) else { return };
        let templates = &model.fleet.profile.templates;
        let title = format!("TEMPLATE for {} {}", b.designation, b.load);
        let mut p = Panel::new(model, area, buf, &title, (68, templates.len() as u16 + 5));
        let rows = usize::from(p.left().saturating_sub(3));
        for i in window(self.cursor, templates.len(), rows) {
            let t = &templates[i];
            let spans = vec![
                p.span(Role::Strong, format!("{:<24}", t.id)),
                p.span(Role::Dim, format!("{:>3} settings", t.sets.len())),
            ];
            p.row(i == self.cursor, spans);
        }
        if let Some(t) = templates.get(self.cursor) {
            p.wrapped(Role::Text, &t.description);
        }
        p.gap_if(1);
        p.keys(model, Context::Menu, &[(Action::Confirm, "see what it changes"), (Action::Cancel, "back")]);
    }
}
