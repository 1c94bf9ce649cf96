//! The keys that work here, from the live map.

use super::panel::Panel;
use super::{Next, moved};
use crate::console::action::Action;
use crate::console::keymap::{Context, spell};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::update;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The keys that work here.
#[derive(Clone, Debug)]
pub struct HelpDialog {
    /// First row shown.
    pub top: usize,
    /// Where it was opened.
    pub context: Context,
}

impl HelpDialog {
    pub(super) fn open(model: &Model) -> Self {
        Self { top: 0, context: update::context(model) }
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        if action == Action::Cancel {
            return Next::Close;
        }
        self.top = moved(self.top, action, rows(model, self.context).len());
        Next::Stay
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let rows = rows(model, self.context);
        let title = format!("KEYS   map {}", model.keymap.name);
        let mut p = Panel::new(model, area, buf, &title, (78, rows.len() as u16 + 3));
        let room = usize::from(p.left().saturating_sub(1));
        let top = self.top.min(rows.len().saturating_sub(room));
        for row in rows.iter().skip(top).take(room) {
            match row {
                Row::Place(context) => p.text(Role::Title, context.name()),
                Row::Key(keys, action) => {
                    p.line(vec![p.span(Role::Accent, format!("{keys:<16}")), p.span(Role::Text, action.doc())]);
                }
            }
        }
        p.keys(model, Context::Help, &[(Action::Down, "more"), (Action::Cancel, "back")]);
    }
}

enum Row {
    Place(Context),
    /// All keys of an action, and the action.
    Key(String, Action),
}

/// The place itself first, then what works everywhere.
fn rows(model: &Model, context: Context) -> Vec<Row> {
    let mut out = Vec::new();
    for place in [Some(context), context.falls_back()].into_iter().flatten() {
        let own = model.keymap.bindings(place);
        let hidden = |b: &&_| place == context || !model.keymap.bindings(context).iter().any(|o| same_keys(o, b));
        let mut listed: Vec<(Action, Vec<String>)> = Vec::new();
        for b in own.iter().filter(hidden) {
            match listed.iter_mut().find(|(action, _)| *action == b.action) {
                Some((_, keys)) => keys.push(spell(&b.keys)),
                None => listed.push((b.action, vec![spell(&b.keys)])),
            }
        }
        if !listed.is_empty() {
            out.push(Row::Place(place));
            out.extend(listed.into_iter().map(|(action, keys)| Row::Key(keys.join(" or "), action)));
        }
    }
    out
}

fn same_keys(a: &crate::console::keymap::Binding, b: &crate::console::keymap::Binding) -> bool {
    a.keys == b.keys
}
