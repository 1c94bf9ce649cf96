//! One key with its modifiers, in one spelling for every terminal.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::fmt;
use std::str::FromStr;

/// One key with its modifiers.
///
/// Terminals disagree on whether `?` or `A` come with the shift modifier. Here a character never carries it: the
/// character says it already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// What was held with it.
    pub modifiers: KeyModifiers,
}

/// Text that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key; write it like a, A, 1, enter, esc, tab, up, pageup, f1, ctrl-x, alt-x")]
pub struct NoSuchKey(pub String);

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::NONE }
    }

    /// A key held with control.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
    }

    /// The character that typing this key into a text gives.
    #[must_use]
    pub fn text(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }

    fn normalized(self) -> Self {
        let mut modifiers = self.modifiers;
        let code = match self.code {
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::SHIFT) => {
                modifiers.remove(KeyModifiers::SHIFT);
                // With control a terminal sends no case, so that the letter stays as it is written.
                if modifiers.contains(KeyModifiers::CONTROL) {
                    KeyCode::Char(c.to_ascii_lowercase())
                } else {
                    KeyCode::Char(c.to_ascii_uppercase())
                }
            }
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::CONTROL) => KeyCode::Char(c.to_ascii_lowercase()),
            KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            other => other,
        };
        if code == KeyCode::BackTab {
            modifiers.remove(KeyModifiers::SHIFT);
        }
        Self { code, modifiers }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        // Lock keys and the like are no modifiers that a key map could ask for.
        let held = KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER;
        Self { code: event.code, modifiers: event.modifiers & held }.normalized()
    }
}

impl FromStr for Key {
    type Err = NoSuchKey;

    fn from_str(text: &str) -> Result<Self, NoSuchKey> {
        let none = || NoSuchKey(text.to_owned());
        let mut chars = text.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            if c.is_control() || c == ' ' {
                return Err(none());
            }
            return Ok(Self::plain(KeyCode::Char(c)));
        }
        // The library reads every letter as lower case; upper case after alt is a different key.
        let upper = text.strip_prefix("alt-").filter(|rest| rest.len() == 1).and_then(|rest| rest.chars().next());
        if let Some(c) = upper.filter(char::is_ascii_uppercase) {
            return Ok(Self { code: KeyCode::Char(c), modifiers: KeyModifiers::ALT });
        }
        let combination = crokey::parse(text).map_err(|_| none())?;
        match combination.codes {
            crokey::OneToThree::One(code) => Ok(Self { code, modifiers: combination.modifiers }.normalized()),
            // Two keys at once cannot be told from one after the other on most terminals.
            _ => Err(none()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, word) in
            [(KeyModifiers::CONTROL, "ctrl-"), (KeyModifiers::ALT, "alt-"), (KeyModifiers::SUPER, "cmd-")]
        {
            if self.modifiers.contains(held) {
                f.write_str(word)?;
            }
        }
        if self.modifiers.contains(KeyModifiers::SHIFT) {
            f.write_str("shift-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("space"),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "f{n}"),
            KeyCode::Enter => f.write_str("enter"),
            KeyCode::Esc => f.write_str("esc"),
            KeyCode::Tab => f.write_str("tab"),
            KeyCode::BackTab => f.write_str("backtab"),
            KeyCode::Backspace => f.write_str("backspace"),
            KeyCode::Delete => f.write_str("delete"),
            KeyCode::Insert => f.write_str("insert"),
            KeyCode::Home => f.write_str("home"),
            KeyCode::End => f.write_str("end"),
            KeyCode::PageUp => f.write_str("pageup"),
            KeyCode::PageDown => f.write_str("pagedown"),
            KeyCode::Up => f.write_str("up"),
            KeyCode::Down => f.write_str("down"),
            KeyCode::Left => f.write_str("left"),
            KeyCode::Right => f.write_str("right"),
            other => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_every_terminal() {
        let event = |c, m| Key::from(KeyEvent::new(KeyCode::Char(c), m));
        let shift = KeyModifiers::SHIFT;
        let none = KeyModifiers::NONE;
        assert_eq!(event('?', shift), event('?', none));
        assert_eq!(event('A', shift), event('A', none));
        assert_eq!(event('a', shift), event('A', none));
        assert_eq!(event('A', none), "A".parse().unwrap());
        assert_eq!(event('a', none), "a".parse().unwrap());
        assert_ne!(event('a', none), event('A', none));
        assert_eq!(event('C', KeyModifiers::CONTROL | shift), "ctrl-c".parse().unwrap());
        assert_eq!(Key::from(KeyEvent::new(KeyCode::BackTab, shift)), "backtab".parse().unwrap());
        assert_eq!(Key::from(KeyEvent::new(KeyCode::Tab, shift)), "shift-tab".parse().unwrap());
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "a",
            "A",
            "1",
            "?",
            "-",
            "enter",
            "esc",
            "tab",
            "backtab",
            "up",
            "pageup",
            "f12",
            "ctrl-x",
            "alt-x",
            "alt-X",
            "space",
            "shift-f5",
            "ctrl-left",
            "é",
        ] {
            let key: Key = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn no_key_is_an_error_that_shows_the_spelling() {
        for text in ["", "entr", "ctrl-", "a-b", "f99", " "] {
            let error = text.parse::<Key>().unwrap_err();
            assert!(error.to_string().contains("ctrl-x"), "{text}");
        }
    }
}
