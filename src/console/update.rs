//! From a message to a new model and a list of effects. No clock, no channel: the shell sets `now_ms` before.

mod ask;
mod navigate;
mod perform;

pub(super) use ask::{CANCEL, answered, ask};
pub(super) use perform::perform;

use super::action::Action;
use super::dialog;
use super::key::Key;
use super::keymap::{Context, Found, Keymap};
use super::model::Model;
use super::ui::{Message, ScreenId, Tone};
use super::wiring::Pace;
use crate::control::{Answer, Request};
use crate::plant::snapshot::Snapshot;
use crate::record::Record;
use crate::runtime::link::view::LinkView;
use crate::session::misbehaviour::Misbehaviour;
use crate::sparkplug::host::HostView;
use crossterm::event::KeyCode;
use std::path::PathBuf;
use std::sync::Arc;

/// What can happen to the console.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// A key is held down: the terminal repeats it.
    Repeat(Key),
    /// Text came in one piece from a clipboard. It is never taken for keys.
    Paste(String),
    /// The terminal has another size: columns, rows.
    Resize(u16, u16),
    /// The terminal got or lost the focus.
    Focus(bool),
    /// The plant, newer.
    Snapshot(Arc<Snapshot>),
    /// Something happened.
    Record(Arc<Record>),
    /// A link, newer.
    Link(usize, LinkView),
    /// What the host sees, newer; none when it has stopped looking.
    Host(Option<Arc<HostView>>),
    /// The gate answered.
    Answer(Answer),
    /// A request did not get into the queue.
    NotSent(Box<Request>),
    /// The key map file changed: the new map, or what is wrong with it.
    Keymap(Result<Keymap, String>),
    /// A picture was saved, or not.
    Picture(Result<PathBuf, String>),
}

/// What the shell is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Cmd {
    /// Send to the gate.
    Send(Request),
    /// Change how fast simulated time runs.
    Pace(Pace),
    /// Switch a fault on purpose of a link.
    Misbehave(usize, Misbehaviour, bool),
    /// Let the host look at the broker, or stop.
    Observe(bool),
    /// Save the screen as a picture.
    Picture,
    /// Draw everything again.
    Redraw,
    /// Hand the terminal to the shell that started the program.
    Suspend,
    /// Sound the bell.
    Bell,
    /// Leave.
    Quit,
}

/// Takes a message in.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Cmd> {
    match msg {
        Msg::Key(key) => pressed(model, key, false),
        Msg::Repeat(key) => pressed(model, key, true),
        Msg::Paste(text) => {
            dialog::paste(model, &text);
            Vec::new()
        }
        Msg::Resize(columns, rows) => {
            model.ui.size = (columns, rows);
            // What cannot be seen in full must not be executed.
            if columns < dialog::LEAST_SIZE.0 || rows < dialog::LEAST_SIZE.1 {
                dialog::abandon(model)
            } else {
                Vec::new()
            }
        }
        Msg::Focus(focused) => {
            model.ui.focused = focused;
            if focused { Vec::new() } else { dialog::abandon(model) }
        }
        Msg::Snapshot(snapshot) => {
            let bell = new_critical(&model.snapshot, &snapshot);
            model.snapshot = snapshot;
            navigate::clamp(model);
            dialog::observe(model);
            if bell { vec![Cmd::Bell] } else { Vec::new() }
        }
        Msg::Record(record) => {
            // The cursor stays on its line while new lines arrive above it.
            if model.ui.cursor.events > 0 && model.ui.events.passes(&record) {
                model.ui.cursor.events += 1;
            }
            model.push_record(record);
            navigate::clamp(model);
            Vec::new()
        }
        Msg::Link(at, view) => {
            if at >= model.links.len() {
                model.links.resize_with(at + 1, LinkView::default);
            }
            model.links[at] = view;
            navigate::clamp(model);
            Vec::new()
        }
        Msg::Host(view) => {
            model.host = view;
            navigate::clamp(model);
            Vec::new()
        }
        Msg::Answer(answer) => {
            answered(model, &answer);
            Vec::new()
        }
        Msg::NotSent(request) => {
            ask::not_sent(model, &request);
            Vec::new()
        }
        Msg::Keymap(Ok(keymap)) => {
            say(model, Tone::Done, format!("key map {:?} read", keymap.name));
            model.keymap = Arc::new(keymap);
            model.ui.keys.clear();
            Vec::new()
        }
        Msg::Keymap(Err(fault)) => {
            let first = fault.lines().next().unwrap_or_default().to_owned();
            say(model, Tone::Refused, format!("key map kept as it was: {first}"));
            Vec::new()
        }
        Msg::Picture(Ok(path)) => {
            say(model, Tone::Done, format!("picture saved as {}", path.display()));
            Vec::new()
        }
        Msg::Picture(Err(why)) => {
            say(model, Tone::Refused, format!("picture not saved: {why}"));
            Vec::new()
        }
    }
}

/// Where keys act now.
#[must_use]
pub fn context(model: &Model) -> Context {
    match &model.ui.dialog {
        Some(dialog) => dialog.context(),
        None if model.ui.screen == ScreenId::Events && model.ui.trip.is_some() => Context::Trip,
        None => Context::Screen(model.ui.screen),
    }
}

/// Actions that a key held down must not do again.
const ONCE: &[Action] = &[
    Action::Execute,
    Action::Confirm,
    Action::SelectTrip,
    Action::SelectClose,
    Action::SelectOpen,
    Action::SelectReset,
    Action::LocalToggle,
    Action::MaintenanceToggle,
    Action::TimePause,
    Action::Quit,
    Action::Suspend,
    Action::Export,
];

fn pressed(model: &mut Model, key: Key, repeated: bool) -> Vec<Cmd> {
    // A character typed into a text is a character, whatever the map says.
    if let Some(c) = key.text().filter(|_| model.ui.dialog.as_ref().is_some_and(dialog::Dialog::takes_text)) {
        dialog::typed(model, c);
        return Vec::new();
    }
    let context = context(model);
    model.ui.keys.push(key);
    let mut found = model.keymap.find(context, &model.ui.keys);
    if found == Found::Nothing && model.ui.keys.len() > 1 {
        // Esc leaves a sequence; any other key that does not go on with it begins anew.
        model.ui.keys.clear();
        if key.code == KeyCode::Esc {
            return Vec::new();
        }
        model.ui.keys.push(key);
        found = model.keymap.find(context, &model.ui.keys);
    }
    match found {
        Found::Prefix => Vec::new(),
        Found::Action(action) => {
            model.ui.keys.clear();
            if repeated && ONCE.contains(&action) { Vec::new() } else { perform(model, action) }
        }
        Found::Nothing => {
            model.ui.keys.clear();
            dialog::other_key(model, key)
        }
    }
}

/// Puts words into the message row.
pub(super) fn say(model: &mut Model, tone: Tone, text: String) {
    model.ui.message = Some(Message { text, tone, at_ms: model.ui.now_ms });
}

/// A critical alarm stands now that nobody has seen and that did not stand before.
fn new_critical(before: &Snapshot, after: &Snapshot) -> bool {
    let unseen = |s: &Snapshot| -> Vec<(usize, Arc<str>)> {
        s.breakers
            .iter()
            .enumerate()
            .flat_map(|(i, b)| {
                b.alarms
                    .iter()
                    .filter(|a| a.severity == crate::profile::Severity::Critical && a.active && !a.acknowledged)
                    .map(move |a| (i, a.id.clone()))
            })
            .collect()
    };
    let known = unseen(before);
    unseen(after).iter().any(|a| !known.contains(a))
}
