//! Taking an element apart: what is not taken is a fault.

use super::notes::Notes;
use super::xml::Element;

/// An element being read. [`Open::finish`] reports every attribute that nobody asked for.
pub(super) struct Open<'a> {
    element: &'a Element,
    /// Name used in faults: the id once it is known.
    pub(super) name: String,
    taken: Vec<&'static str>,
}

impl<'a> Open<'a> {
    pub(super) fn new(element: &'a Element) -> Self {
        Self { element, name: element.name.clone(), taken: Vec::new() }
    }

    /// Reads the attribute that names the element, and uses it in faults from here on. The name is empty after a fault.
    pub(super) fn named(element: &'a Element, key: &'static str, notes: &mut Notes) -> (Self, String) {
        let mut open = Self::new(element);
        let id = open.required(key, notes).to_owned();
        if !id.is_empty() {
            open.name.clone_from(&id);
        }
        (open, id)
    }

    pub(super) fn fault(&self, notes: &mut Notes, reason: impl Into<String>) {
        notes.add(self.element.line, &self.name, reason);
    }

    pub(super) fn line(&self) -> usize {
        self.element.line
    }

    pub(super) fn optional(&mut self, key: &'static str) -> Option<&'a str> {
        self.taken.push(key);
        self.element.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The attribute, empty after a fault.
    pub(super) fn required(&mut self, key: &'static str, notes: &mut Notes) -> &'a str {
        match self.optional(key) {
            Some(value) if !value.trim().is_empty() => value,
            Some(_) => {
                self.fault(notes, format!("attribute {key} of {} is empty", self.element.name));
                ""
            }
            None => {
                self.fault(notes, format!("attribute {key} of {} is missing", self.element.name));
                ""
            }
        }
    }

    /// The attribute as one of the words of a table.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &'static [(&'static str, T)],
        notes: &mut Notes,
    ) -> Option<T> {
        let text = self.required(key, notes);
        if text.is_empty() {
            return None;
        }
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            self.fault(notes, format!("{key} '{text}' is not known; it is one of {known}"));
        }
        found
    }

    /// An optional true or false; false when absent.
    pub(super) fn flag(&mut self, key: &'static str, notes: &mut Notes) -> bool {
        match self.optional(key) {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                self.fault(notes, format!("{key} '{other}' is not true or false"));
                false
            }
        }
    }

    /// An optional finite number.
    pub(super) fn number(&mut self, key: &'static str, notes: &mut Notes) -> Option<f64> {
        let text = self.optional(key)?;
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number),
            _ => {
                self.fault(notes, format!("{key} '{text}' is not a finite number"));
                None
            }
        }
    }

    /// A required whole number that fits.
    pub(super) fn whole<T: std::str::FromStr>(&mut self, key: &'static str, notes: &mut Notes) -> Option<T> {
        let text = self.required(key, notes);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok();
        if number.is_none() {
            self.fault(notes, format!("{key} '{text}' is not a whole number in range"));
        }
        number
    }

    /// The text inside, blanks folded.
    pub(super) fn text(&self) -> String {
        self.element.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The children, each of which must have one of these names; text between them is a fault.
    pub(super) fn children(&self, known: &[&str], notes: &mut Notes) -> Vec<&'a Element> {
        if !self.element.text.trim().is_empty() {
            self.fault(notes, format!("{} holds text; it takes only elements", self.element.name));
        }
        self.known(known, notes)
    }

    /// For elements that hold only text.
    pub(super) fn no_children(&self, notes: &mut Notes) {
        self.known(&[], notes);
    }

    /// For elements that hold nothing.
    pub(super) fn nothing_inside(&self, notes: &mut Notes) {
        self.children(&[], notes);
    }

    fn known(&self, known: &[&str], notes: &mut Notes) -> Vec<&'a Element> {
        let mut found = Vec::new();
        for child in &self.element.children {
            if known.contains(&child.name.as_str()) {
                found.push(child);
            } else {
                let parent = &self.element.name;
                let inside = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
                notes.add(child.line, &child.name, format!("unknown element in {parent}, which takes {inside}"));
            }
        }
        found
    }

    /// Reports the attributes that were not taken.
    pub(super) fn finish(self, notes: &mut Notes) {
        for (key, _) in &self.element.attributes {
            if !self.taken.contains(&key.as_str()) {
                self.fault(notes, format!("unknown attribute {key} of {}", self.element.name));
            }
        }
    }
}
