//! What a template would change, checked before it is applied: all of it or nothing.

use super::panel::{Panel, window};
use super::{Next, moved, send, value};
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::ui::{Finding, Pending, PendingChange, Tone};
use crate::console::update;
use crate::control::Command;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

/// What a template would change; the changes themselves are `pending` in the model, where the screen sees them too.
#[derive(Clone, Debug)]
pub struct DiffDialog {
    /// First change shown.
    pub cursor: usize,
}

impl DiffDialog {
    pub(super) fn open(model: &mut Model, breaker: usize, template: usize) -> Option<Self> {
        model.ui.pending = Some(pending(model, breaker, template)?);
        Some(Self { cursor: 0 })
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        match action {
            Action::Cancel => Next::Close,
            Action::Confirm => {
                let Some(pending) = model.ui.pending.clone() else { return Next::Close };
                if let Some(fatal) = pending.findings.iter().find(|f| f.fatal) {
                    update::say(model, Tone::Refused, format!("not applied: {}", fatal.text));
                    return Next::Stay;
                }
                let Some(template) = pending.template else { return Next::Close };
                let words = format!("apply template {template}");
                send(model, pending.breaker, Command::ApplyTemplate(template), words)
            }
            other => {
                let rows = model.ui.pending.as_ref().map_or(0, |p| p.changes.len());
                self.cursor = moved(self.cursor, other, rows);
                Next::Stay
            }
        }
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let Some(pending) = &model.ui.pending else { return };
        let Some(b) = model.snapshot.breakers.get(pending.breaker) else { return };
        let template = pending.template.as_deref().unwrap_or("");
        let title = format!("{template} for {} {}", b.designation, b.load);
        let rows = pending.changes.len() as u16 + pending.findings.len() as u16 + 4;
        let mut p = Panel::new(model, area, buf, &title, (76, rows));
        let changes = pending.changes.len();
        let same = pending.unchanged;
        p.line(vec![
            p.span(Role::Strong, format!("{changes} changes")),
            p.span(Role::Dim, format!("   {same} the same")),
        ]);
        for finding in pending.findings.iter().take(usize::from(p.left() / 3)) {
            let role = if finding.fatal { Role::Priority1 } else { Role::Priority3 };
            p.wrapped(role, &format!("! {}", finding.text));
        }
        let profile = &model.fleet.profile;
        let room = usize::from(p.left().saturating_sub(1));
        for i in window(self.cursor, changes, room) {
            let c = &pending.changes[i];
            let shown = |v| match profile.parameter(&c.id) {
                Some((_, parameter)) => value::text(profile, parameter, v),
                None => String::new(),
            };
            let old = c.old.as_ref().map_or_else(|| "-".to_owned(), shown);
            let arrow = p.symbols.arrow;
            let spans = vec![
                p.span(Role::Text, format!("{:<30} ", c.id)),
                p.span(Role::Dim, format!("{old:>12} ")),
                p.span(Role::Dim, arrow),
                p.span(Role::Pending, format!(" {} {}", shown(&c.new), c.unit)),
            ];
            p.row(i == self.cursor, spans);
        }
        p.keys(model, Context::Diff, &[(Action::Confirm, "apply all"), (Action::Cancel, "discard")]);
    }
}

/// What a template would change on a breaker, and what is wrong with it.
fn pending(model: &Model, breaker: usize, template: usize) -> Option<Pending> {
    let profile = &model.fleet.profile;
    let b = model.snapshot.breakers.get(breaker)?;
    let template = profile.templates.get(template)?;
    let mut changes = Vec::new();
    let mut findings = Vec::new();
    let mut unchanged = 0;
    for (ix, new) in &template.sets {
        let parameter = &profile[*ix];
        if let Some(why) = value::out_of_range(parameter, new) {
            findings.push(Finding { fatal: true, text: why });
        }
        let old = b.readings.get(ix.0).and_then(|r| r.value.clone());
        if old.as_ref() == Some(new) {
            unchanged += 1;
        } else {
            let id: Arc<str> = parameter.id.as_str().into();
            changes.push(PendingChange { id, unit: parameter.unit.as_str().into(), old, new: new.clone() });
        }
    }
    if changes.is_empty() {
        findings.push(Finding { fatal: false, text: "nothing would change: these settings are in force".into() });
    }
    if b.elements.iter().any(|e| e.started) {
        findings.push(Finding { fatal: false, text: "an element has picked up and is timing now".into() });
    }
    let template = Some(template.id.as_str().into());
    Some(Pending { breaker, template, changes, unchanged, findings })
}
