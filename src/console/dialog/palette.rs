//! Actions by name.

use super::panel::{Panel, window};
use super::{Input, Next, moved};
use crate::console::action::Action;
use crate::console::key::Key;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::update;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Actions by name.
#[derive(Clone, Debug)]
pub struct PaletteDialog {
    /// What was typed.
    pub input: Input,
    /// Row under the cursor.
    pub cursor: usize,
    /// Where it was opened, for the keys shown.
    context: Context,
}

/// What has a meaning inside a dialog only, or opened this one.
const NOT_LISTED: [Action; 4] = [Action::Execute, Action::Cancel, Action::Confirm, Action::Palette];

impl PaletteDialog {
    pub(super) fn open(model: &Model) -> Self {
        Self { input: Input::default(), cursor: 0, context: update::context(model) }
    }

    pub(super) fn act(&mut self, _: &mut Model, action: Action) -> Next {
        match action {
            Action::Cancel => Next::Close,
            Action::Confirm => match self.found().get(self.cursor) {
                Some(action) => Next::Perform(*action),
                None => Next::Stay,
            },
            other => {
                self.cursor = moved(self.cursor, other, self.found().len());
                Next::Stay
            }
        }
    }

    pub(super) fn edited(&mut self, key: Key) -> Next {
        self.input.key(key);
        self.cursor = 0;
        Next::Stay
    }

    pub(super) fn insert(&mut self, text: &str) {
        self.input.insert(text);
        self.cursor = 0;
    }

    /// The actions that fit, the best first.
    fn found(&self) -> Vec<Action> {
        let wanted = self.input.text().to_lowercase();
        let mut fits: Vec<(usize, Action)> = Action::ALL
            .iter()
            .filter(|a| !NOT_LISTED.contains(a))
            .filter_map(|a| {
                let text = format!("{} {}", a.name(), a.hint()).to_lowercase();
                distance(&text, &wanted).map(|d| (d, *a))
            })
            .collect();
        fits.sort();
        fits.into_iter().map(|(_, a)| a).collect()
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let mut p = Panel::new(model, area, buf, "COMMAND", (76, 16));
        p.input(":", &self.input);
        let found = self.found();
        if found.is_empty() {
            p.text(Role::Dim, "no action fits");
        }
        let rows = usize::from(p.left().saturating_sub(1));
        for i in window(self.cursor, found.len(), rows) {
            let a = found[i];
            let keys = model.keymap.keys_for(self.context, a).unwrap_or_default();
            let spans = vec![
                p.span(Role::Strong, format!("{:<20}", a.name())),
                p.span(Role::Accent, format!("{keys:<9}")),
                p.span(Role::Dim, a.doc()),
            ];
            p.row(i == self.cursor, spans);
        }
        p.keys(model, Context::Text, &[(Action::Confirm, "do"), (Action::Cancel, "back")]);
    }
}

/// How loosely `wanted` lies in `text`, letter after letter: 0 at the beginning in one piece; none when it does not.
fn distance(text: &str, wanted: &str) -> Option<usize> {
    if let Some(at) = text.find(wanted) {
        return Some(at);
    }
    let mut rest = text.char_indices();
    let mut last = 0;
    for w in wanted.chars() {
        last = rest.find(|(_, c)| *c == w)?.0;
    }
    // Scattered letters come after every match in one piece.
    Some(text.len() + last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_piece_comes_before_scattered_letters() {
        assert_eq!(distance("theme.next theme", "theme"), Some(0));
        assert!(distance("theme.next", "tn").unwrap() > distance("alarm.ack-all", "all").unwrap());
        assert_eq!(distance("theme.next", "zz"), None);
    }

    #[test]
    fn what_moves_a_breaker_is_not_in_the_palette_without_selection() {
        let all = PaletteDialog { input: Input::default(), cursor: 0, context: Context::Global }.found();
        assert!(!all.contains(&Action::Execute));
        assert_eq!(all.len(), Action::ALL.len() - NOT_LISTED.len());
    }
}
