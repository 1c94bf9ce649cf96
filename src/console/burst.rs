//! Events of the terminal as messages; a flood of characters is a paste, whatever the terminal calls it.

use super::key::Key;
use super::update::Msg;
use crossterm::event::{Event, KeyEventKind};

/// Characters that arrive at once from this number on were not typed. A terminal without bracketed paste sends pasted
/// text as keys; a finger sends one at a time, and even a link that hangs for a second delivers fewer.
const FLOOD: usize = 16;

/// What a batch of events, read without waiting in between, means.
pub(super) fn messages(events: impl IntoIterator<Item = Event>) -> Vec<Msg> {
    let mut out = Vec::new();
    let mut run: Vec<Key> = Vec::new();
    let mut resized = None;
    for event in events {
        if let Event::Key(k) = &event
            && k.kind == KeyEventKind::Press
            && belongs_to_text(Key::from(*k))
        {
            run.push(Key::from(*k));
            continue;
        }
        match event {
            Event::Key(k) if k.kind == KeyEventKind::Release => {}
            // Of many sizes in a row only the last one is to be drawn.
            Event::Resize(columns, rows) => resized = Some((columns, rows)),
            other => {
                out.append(&mut typed(&mut run));
                match other {
                    Event::Key(k) if k.kind == KeyEventKind::Repeat => out.push(Msg::Repeat(Key::from(k))),
                    Event::Key(k) => out.push(Msg::Key(Key::from(k))),
                    Event::Paste(text) => out.push(Msg::Paste(text)),
                    Event::FocusGained => out.push(Msg::Focus(true)),
                    Event::FocusLost => out.push(Msg::Focus(false)),
                    _ => {}
                }
            }
        }
    }
    out.append(&mut typed(&mut run));
    out.extend(resized.map(|(columns, rows)| Msg::Resize(columns, rows)));
    out
}

/// Keys that text consists of, line ends among them.
fn belongs_to_text(key: Key) -> bool {
    key.text().is_some() || key == Key::plain(crossterm::event::KeyCode::Enter)
}

fn typed(run: &mut Vec<Key>) -> Vec<Msg> {
    let keys = std::mem::take(run);
    // A key held down comes in a flood too, but always the same.
    let held = keys.windows(2).all(|w| w[0] == w[1]);
    if keys.len() < FLOOD || held {
        return keys.into_iter().map(Msg::Key).collect();
    }
    vec![Msg::Paste(keys.iter().map(|k| k.text().unwrap_or('\n')).collect())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    fn keys(text: &str) -> Vec<Event> {
        text.chars().map(|c| Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))).collect()
    }

    #[test]
    fn a_flood_of_characters_is_text() {
        let out = messages(keys("tx\u{20}ctrl and so on"));
        assert!(matches!(out.as_slice(), [Msg::Paste(t)] if t == "tx ctrl and so on"));
    }

    #[test]
    fn a_few_keys_and_a_key_held_down_are_keys() {
        assert_eq!(messages(keys("1t")).len(), 2);
        let held = messages(keys(&"j".repeat(40)));
        assert!(held.iter().all(|m| matches!(m, Msg::Key(_))) && held.len() == 40);
    }

    #[test]
    fn a_storm_of_sizes_is_one_size() {
        let mut events: Vec<Event> = (1..=200).map(|i| Event::Resize(i, i)).collect();
        events.insert(3, keys("q").remove(0));
        let out = messages(events);
        assert!(matches!(out.as_slice(), [Msg::Key(_), Msg::Resize(200, 200)]));
    }

    #[test]
    fn releases_are_nothing_and_repeats_are_told_apart() {
        let event = |kind| Event::Key(KeyEvent::new_with_kind(KeyCode::Char('x'), KeyModifiers::NONE, kind));
        let out = messages([event(KeyEventKind::Release), event(KeyEventKind::Repeat)]);
        assert!(matches!(out.as_slice(), [Msg::Repeat(_)]));
    }
}
