//! The hint row: what keys do here, from the live map, so that it is never wrong.

use crate::console::action::Action;
use crate::console::keymap::{Context, spell};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::update;
use crate::console::widget::pen::Pen;
use crate::console::widget::text::width;

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let context = update::context(model);
    let hints = if model.ui.keys.is_empty() { here(model, context) } else { next(model, context) };
    let mut x = 1;
    for (keys, words) in hints {
        if usize::from(x) + width(&keys) + 1 + width(words) > usize::from(pen.width()) {
            continue;
        }
        x = pen.put(x, 0, &keys, Role::Accent);
        x = pen.put(x + 1, 0, words, Role::Dim) + 2;
    }
}

/// The most wanted keys of a place, help and quit always among them.
fn here(model: &Model, context: Context) -> Vec<(String, &'static str)> {
    let own = context.hints();
    let mut actions: Vec<Action> = Vec::new();
    if context.falls_back().is_some() {
        // Behind the first few: they must be seen, but they are not what one came for.
        actions.extend(&own[..own.len().min(4)]);
        actions.push(Action::Help);
        actions.extend(&own[own.len().min(4)..]);
        actions.push(Action::Palette);
        actions.push(Action::Quit);
    } else {
        actions.extend(own);
    }
    actions.into_iter().filter_map(|a| Some((model.keymap.keys_for(context, a)?, a.hint()))).collect()
}

/// What can follow the keys pressed so far.
fn next(model: &Model, context: Context) -> Vec<(String, &'static str)> {
    let pressed = &model.ui.keys;
    let mut out = vec![(spell(pressed), "then")];
    out.extend(
        model
            .keymap
            .live(context)
            .filter(|b| b.keys.len() > pressed.len() && b.keys.starts_with(pressed))
            .map(|b| (spell(&b.keys[pressed.len()..]), b.action.hint())),
    );
    out
}
