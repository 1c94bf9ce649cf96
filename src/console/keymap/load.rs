//! From text to a key map.

use super::{Binding, Context, Keymap, check};
use crate::console::action::Action;
use crate::console::key::Key;
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One thing wrong with a key map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct KeymapFault {
    /// The file as the caller named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// Everything wrong with a key map, in file order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeymapFaults(pub Vec<KeymapFault>);

impl fmt::Display for KeymapFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for KeymapFaults {}

pub(super) fn parse(text: &str, file: &str) -> Result<Keymap, KeymapFaults> {
    let mut reader = Reader { text, faults: Vec::new() };
    let keymap = reader.read();
    let mut faults = reader.faults;
    if faults.is_empty() {
        faults = check::faults(&keymap);
    }
    faults.sort();
    if faults.is_empty() {
        return Ok(keymap);
    }
    let named = |(line, reason)| KeymapFault { file: file.to_owned(), line, reason };
    Err(KeymapFaults(faults.into_iter().map(named).collect()))
}

/// Line and words of a fault.
pub(super) type Fault = (usize, String);

struct Reader<'t> {
    text: &'t str,
    faults: Vec<Fault>,
}

type Entry<'a, 't> = (&'a Spanned<std::borrow::Cow<'t, str>>, &'a Spanned<DeValue<'t>>);

impl<'t> Reader<'t> {
    fn read(&mut self) -> Keymap {
        let mut keymap = Keymap { name: String::new(), description: String::new(), tables: Vec::new() };
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let at = error.span().map_or(0, |s| s.start);
            self.fault(at, error.message().to_owned());
        }
        // The map below comes first, whatever the order of the lines.
        if let Some(value) = root.get_ref().get("inherits") {
            match value.get_ref().as_str().and_then(Keymap::embedded) {
                Some(text) => match Keymap::parse(text, "inherited") {
                    Ok(below) => keymap = below,
                    Err(faults) => self.fault(value.span().start, faults.to_string()),
                },
                None => self.fault(value.span().start, format!("inherits must be one of {}", names())),
            }
        }
        let mut formatted = false;
        for (key, value) in in_file_order(root.get_ref()) {
            let at = key.span().start;
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("format", DeValue::Integer(n)) => {
                    formatted = true;
                    if n.as_str() != "1" {
                        self.fault(at, format!("format {n} is not known to this version, which reads format 1"));
                    }
                }
                ("name", DeValue::String(s)) => keymap.name = s.to_string(),
                ("description", DeValue::String(s)) => keymap.description = s.to_string(),
                ("inherits", _) => {}
                ("dialog", DeValue::Table(dialogs)) => {
                    for (key, value) in in_file_order(dialogs) {
                        self.table(&mut keymap, &format!("dialog.{}", key.get_ref()), key.span().start, value);
                    }
                }
                (name, DeValue::Table(_)) => self.table(&mut keymap, name, at, value),
                (name, _) => self.fault(
                    at,
                    format!("{name:?} is not known here; known are format, name, description, inherits and tables"),
                ),
            }
        }
        if !formatted {
            self.fault(0, "the line `format = 1` is missing".into());
        }
        keymap
    }

    fn table(&mut self, keymap: &mut Keymap, name: &str, at: usize, value: &Spanned<DeValue<'t>>) {
        let Some(context) = Context::from_name(name) else {
            let known = Context::ALL.map(Context::name);
            self.fault(at, format!("there is no place {name:?}{}", nearest(name, known)));
            return;
        };
        let Some(table) = value.get_ref().as_table() else {
            self.fault(at, format!("{name:?} must be a table"));
            return;
        };
        let mut written: Vec<Vec<Key>> = Vec::new();
        for (key, value) in in_file_order(table) {
            let at = key.span().start;
            let keys: Result<Vec<Key>, _> = key.get_ref().split_whitespace().map(str::parse).collect();
            let keys = match keys {
                Ok(keys) if !keys.is_empty() => keys,
                Ok(_) => {
                    self.fault(at, "a key is missing before the =".into());
                    continue;
                }
                Err(error) => {
                    self.fault(at, error.to_string());
                    continue;
                }
            };
            if written.contains(&keys) {
                self.fault(at, format!("{} stands here twice in another spelling", super::spell(&keys)));
            }
            written.push(keys.clone());
            let table = keymap.table_mut(context);
            let place = table.iter().position(|b| b.keys == keys);
            match value.get_ref() {
                DeValue::Boolean(false) => match place {
                    Some(i) => drop(table.remove(i)),
                    None => self.fault(at, format!("{} is not bound in {name}, nothing to take away", key.get_ref())),
                },
                DeValue::String(action) => {
                    if let Some(action) = Action::from_name(action) {
                        let binding = Binding { keys, action, line: self.line(at) };
                        match place {
                            Some(i) => table[i] = binding,
                            None => table.push(binding),
                        }
                    } else {
                        let known = Action::ALL.iter().map(|a| a.name());
                        self.fault(at, format!("there is no action {action:?}{}", nearest(action, known)));
                    }
                }
                _ => self.fault(at, "a key takes the name of an action in quotes, or false to take it away".into()),
            }
        }
    }

    fn fault(&mut self, at: usize, reason: String) {
        let line = self.line(at);
        self.faults.push((line, reason));
    }

    fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
    }
}

fn in_file_order<'a, 't>(table: &'a DeTable<'t>) -> Vec<Entry<'a, 't>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn names() -> String {
    super::EMBEDDED.map(|(name, _)| name).join(", ")
}

/// `, did you mean "x"?` when a known word is near.
fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let best = known.into_iter().map(|k| (distance(word, k), k)).min();
    match best {
        Some((d, k)) if d <= word.len() / 3 + 1 => format!(", did you mean {k:?}?"),
        _ => String::new(),
    }
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
