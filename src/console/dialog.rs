//! What stands in front of a screen and takes the keys: one file a dialog.

mod diff;
mod edit;
mod filter;
mod help;
mod inject;
mod input;
mod misbehave;
mod palette;
mod panel;
mod quit;
mod select;
mod tag;
mod templates;
mod test_menu;
pub(super) mod value;

pub use diff::DiffDialog;
pub use edit::EditDialog;
pub use filter::FilterDialog;
pub use help::HelpDialog;
pub use inject::InjectMenu;
pub use input::Input;
pub use misbehave::MisbehaveMenu;
pub use palette::PaletteDialog;
pub(super) use select::role_word;
pub use select::{SelectDialog, Stage};
pub use tag::TagDialog;
pub use templates::TemplateMenu;
pub use test_menu::TestMenu;

use super::action::Action;
use super::key::Key;
use super::keymap::Context;
use super::model::Model;
use super::ui::Tone;
use super::update::{self, Cmd};
use crate::control::{Answer, Command, Switch};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns and rows below which a dialog cannot show all that matters; nothing is executed there.
pub const LEAST_SIZE: (u16, u16) = (40, 12);

/// What stands in front of the screen.
#[derive(Clone, Debug)]
pub enum Dialog {
    /// Select before operate.
    Select(SelectDialog),
    /// Disturbances by key.
    Inject(InjectMenu),
    /// Faults on purpose of a link.
    Misbehave(MisbehaveMenu),
    /// Diagnostic tests of the profile.
    Tests(TestMenu),
    /// Templates of the profile.
    Templates(TemplateMenu),
    /// What a template would change.
    Diff(DiffDialog),
    /// A new value for a setting.
    Edit(EditDialog),
    /// Danger tag on or off.
    Tag(TagDialog),
    /// Text that events must contain.
    Filter(FilterDialog),
    /// Actions by name.
    Palette(PaletteDialog),
    /// The keys that work here.
    Help(HelpDialog),
    /// The question before leaving while disturbances stand.
    Quit,
}

/// What becomes of a dialog after an action.
enum Next {
    /// It stays open.
    Stay,
    /// It closes.
    Close,
    /// It closes, and effects follow.
    Do(Vec<Cmd>),
    /// It stays open, and effects follow.
    StayAnd(Vec<Cmd>),
    /// Another takes its place.
    Become(Box<Dialog>),
    /// It closes and this action is done on the screen behind it.
    Perform(Action),
}

impl Dialog {
    /// Where its keys are looked up.
    #[must_use]
    pub const fn context(&self) -> Context {
        match self {
            Self::Select(_) => Context::Select,
            Self::Inject(_) | Self::Misbehave(_) | Self::Templates(_) | Self::Tests(_) => Context::Menu,
            Self::Diff(_) => Context::Diff,
            Self::Edit(_) | Self::Tag(_) | Self::Filter(_) | Self::Palette(_) => Context::Text,
            Self::Help(_) => Context::Help,
            Self::Quit => Context::Confirm,
        }
    }

    /// Characters go into a text.
    #[must_use]
    pub const fn takes_text(&self) -> bool {
        matches!(self.context(), Context::Text)
    }

    /// What happened last stays in view: a dialog never covers the alarm banner, it stands in the body.
    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        match self {
            Self::Select(d) => d.view(model, area, buf),
            Self::Inject(d) => d.view(model, area, buf),
            Self::Misbehave(d) => d.view(model, area, buf),
            Self::Templates(d) => d.view(model, area, buf),
            Self::Tests(d) => d.view(model, area, buf),
            Self::Diff(d) => d.view(model, area, buf),
            Self::Edit(d) => d.view(model, area, buf),
            Self::Tag(d) => d.view(model, area, buf),
            Self::Filter(d) => d.view(model, area, buf),
            Self::Palette(d) => d.view(model, area, buf),
            Self::Help(d) => d.view(model, area, buf),
            Self::Quit => quit::view(model, area, buf),
        }
    }
}

/// Opens the dialog of an action.
pub(super) fn open(model: &mut Model, action: Action) {
    let opened = match action {
        Action::InjectMenu => InjectMenu::open(model).map(Dialog::Inject),
        Action::MisbehaveMenu => MisbehaveMenu::open(model).map(Dialog::Misbehave),
        Action::TemplateMenu => TemplateMenu::open(model).map(Dialog::Templates),
        Action::TestMenu => TestMenu::open(model).map(Dialog::Tests),
        Action::SettingEdit => EditDialog::open(model).map(Dialog::Edit),
        Action::TagEdit => TagDialog::open(model).map(Dialog::Tag),
        Action::FilterText => Ok(Dialog::Filter(FilterDialog::open(model))),
        Action::Palette => Ok(Dialog::Palette(PaletteDialog::open(model))),
        Action::Help => Ok(Dialog::Help(HelpDialog::open(model))),
        _ => return,
    };
    match opened {
        Ok(dialog) => model.ui.dialog = Some(dialog),
        Err(why) => update::say(model, Tone::Refused, why),
    }
}

/// Opens select-before-operate.
pub(super) fn select(model: &mut Model, switch: Switch) -> Vec<Cmd> {
    let Some((dialog, request)) = SelectDialog::open(model, switch) else { return Vec::new() };
    model.ui.dialog = Some(Dialog::Select(dialog));
    vec![Cmd::Send(request)]
}

/// An action while a dialog is open.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Cmd> {
    let Some(mut dialog) = model.ui.dialog.take() else { return Vec::new() };
    let next = match &mut dialog {
        Dialog::Select(d) => d.act(model, action),
        Dialog::Inject(d) => d.act(model, action),
        Dialog::Misbehave(d) => d.act(model, action),
        Dialog::Templates(d) => d.act(model, action),
        Dialog::Tests(d) => d.act(model, action),
        Dialog::Diff(d) => d.act(model, action),
        Dialog::Edit(d) => d.act(model, action),
        Dialog::Tag(d) => d.act(model, action),
        Dialog::Filter(d) => d.act(model, action),
        Dialog::Palette(d) => d.act(model, action),
        Dialog::Help(d) => d.act(model, action),
        Dialog::Quit => quit::act(action),
    };
    follow(model, dialog, next)
}

/// A key that the map gives no meaning: letters of a menu, editing keys of a text.
pub(super) fn other_key(model: &mut Model, key: Key) -> Vec<Cmd> {
    let Some(mut dialog) = model.ui.dialog.take() else { return Vec::new() };
    let next = match &mut dialog {
        Dialog::Inject(d) => key.text().map_or(Next::Stay, |c| d.letter(model, c)),
        Dialog::Edit(d) => edited(&mut d.input, key),
        Dialog::Tag(d) => edited(&mut d.input, key),
        Dialog::Filter(d) => d.edited(model, key),
        Dialog::Palette(d) => d.edited(key),
        _ => Next::Stay,
    };
    follow(model, dialog, next)
}

fn edited(input: &mut Input, key: Key) -> Next {
    input.key(key);
    Next::Stay
}

/// A character typed into the text of the open dialog.
pub(super) fn typed(model: &mut Model, c: char) {
    let mut text = [0; 4];
    insert(model, c.encode_utf8(&mut text));
}

/// Pasted text: into the text of a dialog, or nowhere.
pub(super) fn paste(model: &mut Model, text: &str) {
    if model.ui.dialog.as_ref().is_some_and(Dialog::takes_text) {
        insert(model, text);
    } else {
        update::say(model, Tone::Info, "pasted text is not taken for keys".into());
    }
}

fn insert(model: &mut Model, text: &str) {
    let Some(mut dialog) = model.ui.dialog.take() else { return };
    match &mut dialog {
        Dialog::Edit(d) => d.input.insert(text),
        Dialog::Tag(d) => d.input.insert(text),
        Dialog::Filter(d) => d.insert(model, text),
        Dialog::Palette(d) => d.insert(text),
        _ => {}
    }
    model.ui.dialog = Some(dialog);
}

/// A newer snapshot is in the model.
pub(super) fn observe(model: &mut Model) {
    if let Some(Dialog::Select(mut dialog)) = model.ui.dialog.take_if(|d| matches!(d, Dialog::Select(_))) {
        dialog.observe(model);
        model.ui.dialog = Some(Dialog::Select(dialog));
    }
}

/// An answer of the gate; true when a dialog waited for it.
pub(super) fn answer(model: &mut Model, answer: &Answer, words: &str) -> bool {
    let Some(mut dialog) = model.ui.dialog.take() else { return false };
    let (taken, next) = match &mut dialog {
        Dialog::Select(d) => d.answer(model, answer, words),
        _ => (false, Next::Stay),
    };
    follow(model, dialog, next);
    taken
}

/// The operator looks away, or can no longer see all: a selection is given back.
pub(super) fn abandon(model: &mut Model) -> Vec<Cmd> {
    match &model.ui.dialog {
        Some(Dialog::Select(_) | Dialog::Diff(_)) => {
            update::say(model, Tone::Info, "selection given back: the dialog was out of sight".into());
            act(model, Action::Cancel)
        }
        _ => Vec::new(),
    }
}

fn follow(model: &mut Model, dialog: Dialog, next: Next) -> Vec<Cmd> {
    match next {
        Next::Stay => {
            model.ui.dialog = Some(dialog);
            Vec::new()
        }
        Next::StayAnd(cmds) => {
            model.ui.dialog = Some(dialog);
            cmds
        }
        Next::Close => {
            model.ui.pending = None;
            Vec::new()
        }
        Next::Do(cmds) => {
            model.ui.pending = None;
            cmds
        }
        Next::Become(other) => {
            model.ui.dialog = Some(*other);
            Vec::new()
        }
        Next::Perform(action) => update::perform(model, action),
    }
}

/// A request as an effect that closes the dialog.
fn send(model: &mut Model, breaker: usize, command: Command, words: String) -> Next {
    Next::Do(update::ask(model, breaker, command, words).map(Cmd::Send).into_iter().collect())
}

/// Moves a cursor of a list of `rows` rows.
fn moved(at: usize, action: Action, rows: usize) -> usize {
    const PAGE: usize = 10;
    let to = match action {
        Action::Up => at.saturating_sub(1),
        Action::Down => at + 1,
        Action::PageUp => at.saturating_sub(PAGE),
        Action::PageDown => at + PAGE,
        Action::First => 0,
        Action::Last => usize::MAX,
        _ => at,
    };
    to.min(rows.saturating_sub(1))
}
