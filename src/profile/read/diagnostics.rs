//! `<Diagnostics>`.

use super::element::Open;
use super::ids::{Ids, check_identifier};
use super::notes::Notes;
use super::xml::Element;
use crate::profile::DiagnosticTest;
use crate::units::Seconds;

pub(super) fn read(section: Option<&Element>, notes: &mut Notes) -> Vec<DiagnosticTest> {
    let Some(section) = section else { return Vec::new() };
    let open = Open::new(section);
    let (mut tests, mut ids) = (Vec::new(), Ids::default());
    for child in open.children(&["Test"], notes) {
        let (mut open, id) = Open::named(child, "id", notes);
        check_identifier(&id, child.line, notes);
        ids.enter(&id, 0, child.line, &open.name, "test", notes);
        let category = open.required("category", notes).to_owned();
        let description = open.required("description", notes).to_owned();
        let given = !open.required("durationSeconds", notes).is_empty();
        let duration = open.number("durationSeconds", notes).filter(|_| given).unwrap_or(0.0);
        if given && duration <= 0.0 {
            open.fault(notes, "durationSeconds must be greater than 0");
        }
        let mut steps = Vec::new();
        for step in open.children(&["Step"], notes) {
            let (step, name) = Open::named(step, "name", notes);
            step.nothing_inside(notes);
            step.finish(notes);
            steps.push(name);
        }
        if steps.is_empty() {
            open.fault(notes, "a test needs at least one Step");
        }
        open.finish(notes);
        tests.push(DiagnosticTest { id, category, duration: Seconds(duration), description, steps });
    }
    open.finish(notes);
    tests
}
