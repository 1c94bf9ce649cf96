//! Faults on purpose of a link: a row each, on or off.

use super::panel::{Panel, window};
use super::{Next, moved};
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::ui::Tone;
use crate::console::update::{self, Cmd};
use crate::session::misbehaviour::Misbehaviour;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Faults on purpose of one link.
#[derive(Clone, Debug)]
pub struct MisbehaveMenu {
    /// The link, by position.
    link: usize,
    /// Row under the cursor.
    cursor: usize,
}

impl MisbehaveMenu {
    pub(super) fn open(model: &Model) -> Result<Self, String> {
        if model.ui.read_only {
            return Err("misbehave refused: this console is read-only".into());
        }
        let link = model.ui.link;
        match model.links.get(link) {
            Some(view) if view.can_misbehave.is_empty() => Err(format!("{} has no faults on purpose", view.name)),
            Some(_) => Ok(Self { link, cursor: 0 }),
            None => Err("no link to misbehave on".into()),
        }
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        match action {
            Action::Cancel => Next::Close,
            Action::Confirm => self.switch(model),
            other => {
                self.cursor = moved(self.cursor, other, self.rows(model).len());
                Next::Stay
            }
        }
    }

    fn rows(&self, model: &Model) -> &'static [Misbehaviour] {
        model.links.get(self.link).map_or(&[], |link| link.can_misbehave)
    }

    fn switch(&self, model: &mut Model) -> Next {
        let (Some(what), Some(link)) = (self.rows(model).get(self.cursor).copied(), model.links.get(self.link)) else {
            return Next::Close;
        };
        let on = !link.misbehaving.has(what);
        let words = format!("{}: {what} {}", link.name, if on { "ON" } else { "off" });
        update::say(model, Tone::Info, words);
        Next::StayAnd(vec![Cmd::Misbehave(self.link, what, on)])
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let Some(link) = model.links.get(self.link) else { return };
        let rows = self.rows(model);
        let title = format!("MISBEHAVE on {}", link.name);
        let mut p = Panel::new(model, area, buf, &title, (76, rows.len() as u16 + 4));
        let shown = usize::from(p.left().saturating_sub(1)).max(1);
        for i in window(self.cursor, rows.len(), shown) {
            let Some(what) = rows.get(i) else { break };
            let on = link.misbehaving.has(*what);
            let sign = if i == self.cursor { p.symbols.pointer } else { " " };
            let role = if i == self.cursor { Role::Selected } else { Role::Text };
            let (state, state_role) = if on { ("ON ", Role::Inject) } else { ("off", Role::Dim) };
            let spans = vec![
                p.span(Role::Accent, format!("{sign} ")),
                p.span(state_role, state),
                p.span(role, format!(" {:<17} ", what.name())),
                p.span(Role::Dim, format!("{:<46}", what.does())),
            ];
            p.line(spans);
        }
        p.keys(model, Context::Menu, &[(Action::Confirm, "on/off"), (Action::Cancel, "back")]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fault_does_fits_into_its_row() {
        for what in Misbehaviour::ALL {
            assert!(what.name().len() <= 17 && what.does().len() <= 48, "{what}");
        }
    }
}
