//! What a key map must not do although it can be read.

use super::load::Fault;
use super::{Binding, Context, Keymap, spell};
use crate::console::action::Action;
use crate::console::key::Key;
use crossterm::event::KeyCode;

pub(super) fn faults(keymap: &Keymap) -> Vec<Fault> {
    let mut faults = Vec::new();
    for context in Context::ALL {
        for binding in keymap.bindings(context) {
            faults.extend(unsafe_binding(keymap, context, binding).map(|reason| (binding.line, reason)));
            faults.extend(unreachable(binding).map(|reason| (binding.line, reason)));
        }
        faults.extend(hidden(keymap, context));
        let left = keymap.bindings(context).iter().any(|b| b.action == Action::Cancel);
        if context.is_dialog() && !left {
            faults.push((1, format!("{} needs a key for \"cancel\"", context.name())));
        }
    }
    if !keymap.bindings(Context::Global).iter().any(|b| b.action == Action::Quit) {
        faults.push((1, "global needs a key for \"quit\"".into()));
    }
    if !keymap.bindings(Context::Select).iter().any(|b| b.action == Action::Execute) {
        faults.push((1, "dialog.select needs a key for \"execute\"".into()));
    }
    faults
}

const OPENS: [Action; 4] = [Action::SelectTrip, Action::SelectClose, Action::SelectOpen, Action::SelectReset];

fn unsafe_binding(keymap: &Keymap, context: Context, binding: &Binding) -> Option<String> {
    if binding.action != Action::Execute {
        return None;
    }
    if context != Context::Select {
        return Some("\"execute\" is allowed in dialog.select only".into());
    }
    let [key] = binding.keys.as_slice() else {
        return Some("\"execute\" takes a single key".into());
    };
    if matches!(key.code, KeyCode::Enter | KeyCode::Char(' ')) {
        return Some("\"execute\" must not be on enter or space, which are pressed by habit".into());
    }
    let opener = Context::ALL
        .iter()
        .flat_map(|c| keymap.bindings(*c))
        .find(|b| OPENS.contains(&b.action) && b.keys.last() == Some(key))?;
    Some(format!("{key} opens a selection with {:?}; \"execute\" needs a key of its own", opener.action.name()))
}

/// Keys that a terminal sends as another key, and prefixes that would delay Esc.
fn unreachable(binding: &Binding) -> Option<String> {
    for key in &binding.keys {
        let twin = [('i', "tab"), ('m', "enter"), ('[', "esc"), ('h', "backspace"), ('j', "enter")]
            .into_iter()
            .find(|(c, _)| *key == Key::ctrl(*c));
        if let Some((_, twin)) = twin {
            return Some(format!("a terminal sends {key} as {twin}, use another key"));
        }
    }
    let esc_first = binding.keys.len() > 1 && binding.keys[0].code == KeyCode::Esc;
    esc_first.then(|| "a sequence must not begin with esc, which has to act at once".into())
}

/// Bindings that hide longer ones, since nothing waits for the second key.
fn hidden(keymap: &Keymap, context: Context) -> Vec<Fault> {
    let live: Vec<&Binding> = keymap.live(context).collect();
    let own = keymap.bindings(context);
    let mut faults = Vec::new();
    for short in &live {
        for long in &live {
            // A clash of two global bindings is reported once, for global.
            let concerns = own.contains(short) || own.contains(long);
            if concerns && long.keys.len() > short.keys.len() && long.keys.starts_with(&short.keys) {
                let later = short.line.max(long.line);
                faults.push((
                    later,
                    format!(
                        "in {}, {} ({}) hides {} ({})",
                        context.name(),
                        spell(&short.keys),
                        short.action.name(),
                        spell(&long.keys),
                        long.action.name()
                    ),
                ));
            }
        }
    }
    faults
}
