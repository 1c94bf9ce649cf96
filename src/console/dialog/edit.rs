//! A new value for a setting: typed, checked against its limits, then sent.

use super::panel::Panel;
use super::{Input, Next, send, value};
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::control::Command;
use crate::profile::ParameterIx;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A new value for a setting.
#[derive(Clone, Debug)]
pub struct EditDialog {
    /// The breaker, by position.
    pub breaker: usize,
    /// The setting.
    pub parameter: ParameterIx,
    /// What was typed.
    pub input: Input,
    /// Why it cannot be sent.
    pub wrong: Option<String>,
}

impl EditDialog {
    pub(super) fn open(model: &Model) -> Result<Self, String> {
        if model.ui.read_only {
            return Err("edit refused: this console is read-only".into());
        }
        let parameter = model.settings().get(model.ui.cursor.settings).copied().ok_or("the profile has no settings")?;
        if model.selected().is_none() {
            return Err("no breaker to set".into());
        }
        Ok(Self { breaker: model.ui.selected, parameter, input: Input::default(), wrong: None })
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        match action {
            Action::Cancel => Next::Close,
            Action::Confirm => {
                let profile = model.fleet.profile.clone();
                let parameter = &profile[self.parameter];
                match value::parse(&profile, parameter, self.input.text()) {
                    Err(why) => {
                        self.wrong = Some(why);
                        Next::Stay
                    }
                    Ok(new) => {
                        let shown = value::text(&profile, parameter, &new);
                        let words = format!("set {} to {shown} {}", parameter.id, parameter.unit);
                        let id = parameter.id.as_str().into();
                        send(model, self.breaker, Command::Write(vec![(id, new)]), words.trim_end().to_owned())
                    }
                }
            }
            _ => Next::Stay,
        }
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let profile = &model.fleet.profile;
        let Some(parameter) = profile.parameters.get(self.parameter.0) else { return };
        let Some(b) = model.snapshot.breakers.get(self.breaker) else { return };
        let title = format!("SET {} of {}", parameter.id, b.designation);
        let mut p = Panel::new(model, area, buf, &title, (64, 9 + 2 * u16::from(self.wrong.is_some())));
        let reading = b.readings.get(self.parameter.0).and_then(|r| r.value.as_ref());
        let shown = |v| format!("{} {}", value::text(profile, parameter, v), parameter.unit).trim_end().to_owned();
        let now = reading.map_or_else(|| "not available".to_owned(), shown);
        let default = parameter.default.as_ref().map_or_else(|| "none".to_owned(), shown);
        p.input("new value", &self.input);
        p.line(vec![
            p.span(Role::Dim, "now       "),
            p.span(Role::Strong, now),
            p.span(Role::Dim, "   default "),
            p.span(Role::Text, default),
        ]);
        p.line(vec![p.span(Role::Dim, "allowed   "), p.span(Role::Text, value::allowed(profile, parameter))]);
        p.wrapped(Role::Dim, &parameter.description);
        if let Some(wrong) = &self.wrong {
            p.wrapped(Role::Priority1, wrong);
        }
        p.gap_if(1);
        p.keys(model, Context::Text, &[(Action::Confirm, "set"), (Action::Cancel, "back")]);
    }
}
