//! A line of text that is typed.

use crate::console::key::Key;
use crossterm::event::KeyCode;

/// Characters taken at most.
const LONGEST: usize = 120;

/// A line of text with a cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    /// Position of the cursor in characters.
    at: usize,
}

impl Input {
    /// With text in it, the cursor behind it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut input = Self::default();
        input.insert(text);
        input
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor and the text from it on.
    #[must_use]
    pub fn halves(&self) -> (&str, &str) {
        self.text.split_at(self.byte(self.at))
    }

    /// Puts text in at the cursor. Line ends become spaces, other control characters are dropped.
    pub fn insert(&mut self, text: &str) {
        for c in text.chars() {
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            if c.is_control() {
                continue;
            }
            if self.text.chars().count() >= LONGEST {
                return;
            }
            self.text.insert(self.byte(self.at), c);
            self.at += 1;
        }
    }

    /// Takes a key that is no character.
    pub fn key(&mut self, key: Key) {
        match key.code {
            KeyCode::Backspace if self.at > 0 => {
                self.at -= 1;
                self.text.remove(self.byte(self.at));
            }
            KeyCode::Delete if self.at < self.text.chars().count() => {
                self.text.remove(self.byte(self.at));
            }
            KeyCode::Left => self.at = self.at.saturating_sub(1),
            KeyCode::Right => self.at = (self.at + 1).min(self.text.chars().count()),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = self.text.chars().count(),
            _ if key == Key::ctrl('a') => self.at = 0,
            _ if key == Key::ctrl('e') => self.at = self.text.chars().count(),
            _ if key == Key::ctrl('u') => {
                self.text.drain(..self.byte(self.at));
                self.at = 0;
            }
            _ if key == Key::ctrl('w') => {
                let end = self.byte(self.at);
                let kept = self.text[..end].trim_end();
                let start = kept.rfind(' ').map_or(0, |i| i + 1);
                self.text.drain(start..end);
                self.at = self.text[..start].chars().count();
            }
            _ => {}
        }
    }

    fn byte(&self, at: usize) -> usize {
        self.text.char_indices().nth(at).map_or(self.text.len(), |(i, _)| i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editing_moves_over_characters_not_bytes() {
        let mut input = Input::new("aéz");
        input.key(Key::plain(KeyCode::Left));
        input.key(Key::plain(KeyCode::Backspace));
        assert_eq!(input.text(), "az");
        assert_eq!(input.halves(), ("a", "z"));
        input.key(Key::plain(KeyCode::Delete));
        input.insert("bc d");
        assert_eq!(input.text(), "abc d");
        input.key(Key::ctrl('w'));
        assert_eq!(input.text(), "abc ");
        input.key(Key::ctrl('u'));
        assert_eq!(input.text(), "");
    }

    #[test]
    fn control_characters_do_not_get_in() {
        assert_eq!(Input::new("a\u{1b}[2J\nb\u{7}").text(), "a[2J b");
        assert_eq!(Input::new(&"x".repeat(1000)).text().len(), LONGEST);
    }
}
