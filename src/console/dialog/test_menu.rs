//! The diagnostic tests of the profile; those that inject into elements once more with trip.

use super::panel::{Panel, window};
use super::{Next, moved, send};
use crate::breaker::diagnostic::Step;
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::control::Command;
use crate::profile::{DiagnosticTest, Profile};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The diagnostic tests of the profile.
#[derive(Clone, Debug)]
pub struct TestMenu {
    /// The breaker, by position.
    pub breaker: usize,
    /// Row under the cursor.
    pub cursor: usize,
    /// Confirmed once; a test that opens the breaker wants it twice.
    sure: bool,
}

/// What a row does.
enum Row<'a> {
    Run(&'a DiagnosticTest, bool),
    Stop,
}

fn rows(profile: &Profile) -> Vec<Row<'_>> {
    let injects = |t: &DiagnosticTest| t.steps.iter().filter_map(|name| Step::by_name(name)).any(Step::times_elements);
    let runs = profile.tests.iter().flat_map(|t| {
        let with_trip = injects(t).then_some(Row::Run(t, true));
        std::iter::once(Row::Run(t, false)).chain(with_trip)
    });
    runs.chain([Row::Stop]).collect()
}

impl TestMenu {
    pub(super) fn open(model: &Model) -> Result<Self, String> {
        if model.ui.read_only {
            return Err("test refused: this console is read-only".into());
        }
        if model.fleet.profile.tests.is_empty() {
            return Err("the profile has no tests".into());
        }
        model.selected().ok_or("no breaker to test")?;
        Ok(Self { breaker: model.ui.selected, cursor: 0, sure: false })
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        match action {
            Action::Cancel => Next::Close,
            Action::Confirm => self.run(model),
            other => {
                self.sure = false;
                self.cursor = moved(self.cursor, other, rows(&model.fleet.profile).len());
                Next::Stay
            }
        }
    }

    fn run(&mut self, model: &mut Model) -> Next {
        let Some(b) = model.snapshot.breakers.get(self.breaker) else { return Next::Close };
        let name = b.designation.to_string();
        let (command, words) = match rows(&model.fleet.profile).get(self.cursor) {
            None => return Next::Stay,
            Some(Row::Run(_, true)) if !self.sure => {
                self.sure = true;
                return Next::Stay;
            }
            Some(Row::Stop) => (Command::StopTest, format!("stop the test of {name}")),
            Some(Row::Run(test, with_trip)) => {
                let trip = if *with_trip { " with trip" } else { "" };
                let command = Command::RunTest { test: test.id.as_str().into(), with_trip: *with_trip };
                (command, format!("run {}{trip} on {name}", test.id))
            }
        };
        send(model, self.breaker, command, words)
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let Some(b) = model.snapshot.breakers.get(self.breaker) else { return };
        let rows = rows(&model.fleet.profile);
        let title = format!("TEST {} {}", b.designation, b.load);
        let mut p = Panel::new(model, area, buf, &title, (72, rows.len() as u16 + 7));
        let room = usize::from(p.left().saturating_sub(5)).max(1);
        for i in window(self.cursor, rows.len(), room) {
            let (name, role, note) = match &rows[i] {
                Row::Stop => ("stop the test that runs".to_owned(), Role::Text, String::new()),
                Row::Run(test, false) => (test.id.clone(), Role::Strong, format!("at most {:.0} s", test.duration.0)),
                Row::Run(test, true) => {
                    (format!("{} with trip", test.id), Role::Priority1, "opens the breaker".to_owned())
                }
            };
            let spans = vec![p.span(role, format!("{name:<32}")), p.span(Role::Dim, note)];
            p.row(i == self.cursor, spans);
        }
        match rows.get(self.cursor) {
            Some(Row::Run(..)) if self.sure => {
                let key = model.keymap.keys_for(Context::Menu, Action::Confirm).unwrap_or_default();
                p.wrapped(Role::Priority1, &format!("{} will OPEN: {key} once more", b.designation));
            }
            Some(Row::Run(test, _)) => p.wrapped(Role::Text, &test.description),
            _ => p.text(Role::Text, "leaves the breaker as it stands; what was done is on record"),
        }
        if let Some(last) = &b.condition.test {
            p.wrapped(Role::Dim, last);
        }
        p.gap_if(1);
        p.keys(model, Context::Menu, &[(Action::Confirm, "run"), (Action::Cancel, "back")]);
    }
}
