//! Which key does what, where: read from a TOML file, one table a place.
//!
//! The loader refuses maps that would be dangerous: executing a switching action has a key of its own, inside its
//! dialog only, never Enter or Space, and never one that opens a selection.

mod check;
mod context;
mod load;

pub use context::Context;
pub use load::{KeymapFault, KeymapFaults};

use super::action::Action;
use super::key::Key;
use std::fmt::Write as _;

/// A key, or keys one after the other, and what they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// In the order in which they are pressed.
    pub keys: Vec<Key>,
    /// What they do.
    pub action: Action,
    /// Line of the file that says so, from 1.
    line: usize,
}

/// Which key does what, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub description: String,
    tables: Vec<(Context, Vec<Binding>)>,
}

/// What keys pressed so far mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// This.
    Action(Action),
    /// The beginning of something.
    Prefix,
    /// Nothing.
    Nothing,
}

/// The maps inside the program: name and text.
pub const EMBEDDED: [(&str, &str); 2] =
    [("default", include_str!("../../keymaps/default.toml")), ("vim", include_str!("../../keymaps/vim.toml"))];

impl Keymap {
    /// The text of a map inside the program.
    #[must_use]
    pub fn embedded(name: &str) -> Option<&'static str> {
        EMBEDDED.into_iter().find(|(n, _)| *n == name).map(|(_, text)| text)
    }

    /// The map that is taken when none is named.
    ///
    /// # Panics
    /// Never: the tests read every map inside the program.
    #[must_use]
    pub fn shipped() -> Self {
        let (name, text) = EMBEDDED[0];
        Self::parse(text, name).expect("the embedded map is read by a test")
    }

    /// Reads a map from text; `file` is the name to use in faults.
    ///
    /// # Errors
    /// Everything that is wrong with it, all in one run.
    pub fn parse(text: &str, file: &str) -> Result<Self, KeymapFaults> {
        load::parse(text, file)
    }

    /// What keys pressed so far mean in a place.
    #[must_use]
    pub fn find(&self, context: Context, keys: &[Key]) -> Found {
        let places = [Some(context), context.falls_back()];
        for place in places.into_iter().flatten() {
            if let Some(b) = self.bindings(place).iter().find(|b| b.keys == keys) {
                return Found::Action(b.action);
            }
        }
        let begins = |b: &Binding| b.keys.len() > keys.len() && b.keys.starts_with(keys);
        if places.into_iter().flatten().any(|p| self.bindings(p).iter().any(begins)) {
            return Found::Prefix;
        }
        Found::Nothing
    }

    /// The bindings of one place, in the order of the file.
    #[must_use]
    pub fn bindings(&self, context: Context) -> &[Binding] {
        self.tables.iter().find(|(c, _)| *c == context).map_or(&[], |(_, b)| b.as_slice())
    }

    /// The bindings that work in a place: its own, then those of the place that it falls back to.
    pub fn live(&self, context: Context) -> impl Iterator<Item = &Binding> {
        let own = self.bindings(context);
        let below = context.falls_back().map_or(&[][..], |c| self.bindings(c));
        own.iter().chain(below.iter().filter(move |b| !own.iter().any(|o| o.keys == b.keys)))
    }

    /// The keys for an action in a place, the shortest first found; none when it has no key there.
    #[must_use]
    pub fn keys_for(&self, context: Context, action: Action) -> Option<String> {
        self.live(context).filter(|b| b.action == action).map(|b| b.keys.as_slice()).min_by_key(|k| k.len()).map(spell)
    }

    /// Every binding as a Markdown table, a section for each place.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = format!("# {}\n\n{}\n", self.name, self.description);
        for (context, bindings) in &self.tables {
            if bindings.is_empty() {
                continue;
            }
            out += &format!("\n## {}\n\n| key | action | does |\n| --- | --- | --- |\n", context.name());
            for b in bindings {
                writeln!(out, "| `{}` | `{}` | {} |", spell(&b.keys), b.action.name(), b.action.doc())
                    .expect("a string takes all");
            }
        }
        out
    }

    fn table_mut(&mut self, context: Context) -> &mut Vec<Binding> {
        let at = self.tables.iter().position(|(c, _)| *c == context).unwrap_or_else(|| {
            self.tables.push((context, Vec::new()));
            self.tables.len() - 1
        });
        &mut self.tables[at].1
    }
}

/// Keys one after the other, as key maps write them.
#[must_use]
pub fn spell(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
