//! The danger tag: a text puts it on; taking it off wants the name of the breaker typed.

use super::panel::Panel;
use super::{Input, Next, send};
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::control::Command;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Danger tag on or off.
#[derive(Clone, Debug)]
pub struct TagDialog {
    /// The breaker, by position.
    pub breaker: usize,
    /// Text of the tag, or the name of the breaker.
    pub input: Input,
    /// Why it was not taken.
    pub wrong: Option<String>,
}

impl TagDialog {
    pub(super) fn open(model: &Model) -> Result<Self, String> {
        if model.ui.read_only {
            return Err("tag refused: this console is read-only".into());
        }
        model.selected().ok_or("no breaker to tag")?;
        Ok(Self { breaker: model.ui.selected, input: Input::default(), wrong: None })
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        let Some(b) = model.snapshot.breakers.get(self.breaker).cloned() else { return Next::Close };
        let typed = self.input.text().trim().to_owned();
        match action {
            Action::Cancel => Next::Close,
            Action::Confirm if b.tag.is_some() && typed != *b.designation => {
                self.wrong = Some(format!("type {} to take the tag off", b.designation));
                Next::Stay
            }
            Action::Confirm if b.tag.is_some() => {
                send(model, self.breaker, Command::SetTag(None), format!("danger tag off {}", b.designation))
            }
            Action::Confirm if typed.is_empty() => {
                self.wrong = Some("a tag needs a text: who works there, and how to reach them".into());
                Next::Stay
            }
            Action::Confirm => {
                let words = format!("danger tag on {}", b.designation);
                send(model, self.breaker, Command::SetTag(Some(typed.into())), words)
            }
            _ => Next::Stay,
        }
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let Some(b) = model.snapshot.breakers.get(self.breaker) else { return };
        let sign = model.ui.symbols.symbols().tag;
        let title = format!("{sign} DANGER TAG on {} {}", b.designation, b.load);
        let mut p = Panel::new(model, area, buf, &title, (64, 6 + 2 * u16::from(self.wrong.is_some())));
        if let Some(tag) = &b.tag {
            p.line(vec![p.span(Role::Dim, "on it now: "), p.span(Role::Strong, tag.to_string())]);
            p.input(&format!("type {} to take it off:", b.designation), &self.input);
        } else {
            p.text(Role::Dim, "nothing closes this breaker until the tag is off again");
            p.input("text:", &self.input);
        }
        if let Some(wrong) = &self.wrong {
            p.wrapped(Role::Priority1, wrong);
        }
        p.gap_if(1);
        let words = if b.tag.is_some() { "take off" } else { "put on" };
        p.keys(model, Context::Text, &[(Action::Confirm, words), (Action::Cancel, "back")]);
    }
}
