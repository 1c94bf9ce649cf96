//! The hint row: what keys do here, from the live map, so that it is never wrong.

use crate::console::action::Action;
use crate::console::dialog::Dialog;
use crate::console::keymap::{Context, spell};
use crate::console::model::Model;
use crate::console::symbols::Symbols;
use crate::console::theme::Role;
use crate::console::update;
use crate::console::widget::pen::Pen;
use crate::console::widget::text::width;

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let context = update::context(model);
    let mut end = pen.width();
    let hints = if model.ui.keys.is_empty() {
        // The way to all other keys stands at the right edge, whatever else there is room for.
        if context.falls_back().is_some()
            && let Some(help) = hint(model, context, Action::Help)
        {
            let w = (width(&help.0) + 1 + width(help.1)) as u16;
            if let Some(x) = end.checked_sub(w + 1) {
                put(pen, x, &help);
                end = x;
            }
        }
        let works = |a: &&Action| **a != Action::Execute || can_execute(model);
        context.hints().iter().filter(works).filter_map(|a| hint(model, context, *a)).collect()
    } else {
        next(model, context)
    };
    let mut x = 1;
    for hint in hints {
        if usize::from(x) + width(&hint.0) + 2 + width(hint.1) > usize::from(end) {
            break;
        }
        x = put(pen, x, &hint) + 2;
    }
}

/// Keys, and what they do in a word or two.
type Hint = (String, &'static str);

fn put(pen: &mut Pen<'_>, x: u16, (keys, words): &Hint) -> u16 {
    let x = pen.put(x, 0, keys, Role::Accent);
    pen.put(x + 1, 0, words, Role::Dim)
}

fn hint(model: &Model, context: Context, action: Action) -> Option<Hint> {
    let keys = model.keymap.keys_for(context, action)?;
    let words = if action == Action::Quit && model.ui.attached { "detach" } else { action.hint() };
    Some((signs(&keys, model.ui.symbols.symbols()), words))
}

/// Arrow keys as arrows, where there are any.
fn signs(keys: &str, symbols: &Symbols) -> String {
    let sign = |key: &str| match key {
        "up" if symbols.braille => symbols.up.to_owned(),
        "down" if symbols.braille => symbols.down.to_owned(),
        "right" if symbols.braille => symbols.arrow.to_owned(),
        "left" if symbols.arrow == "→" => "←".to_owned(),
        other => other.to_owned(),
    };
    keys.split(' ').map(sign).collect::<Vec<_>>().join(" ")
}

fn can_execute(model: &Model) -> bool {
    matches!(&model.ui.dialog, Some(Dialog::Select(d)) if d.can_execute())
}

/// What can follow the keys pressed so far.
fn next(model: &Model, context: Context) -> Vec<Hint> {
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
