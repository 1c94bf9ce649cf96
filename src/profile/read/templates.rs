//! `<Templates>`: named sets of settings.
//!
//! A **full** template leaves no protection setting to chance: those that it does not name go to their default. A
//! **partial** one changes only what it names. Both may inherit from a template that stands before them.

use super::element::Open;
use super::ids::{Ids, check_identifier};
use super::notes::Notes;
use super::parameters::Declared;
use super::xml::Element;
use crate::profile::{Access, Group, ParameterIx, Template, Value};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Full,
    Partial,
}

const MODES: &[(&str, Mode)] = &[("full", Mode::Full), ("partial", Mode::Partial)];

pub(super) fn read(section: Option<&Element>, declared: &Declared, notes: &mut Notes) -> Vec<Template> {
    let Some(section) = section else { return Vec::new() };
    let open = Open::new(section);
    let (mut templates, mut ids) = (Vec::<Template>::new(), Ids::default());
    for child in open.children(&["Template"], notes) {
        let (mut open, id) = Open::named(child, "id", notes);
        check_identifier(&id, child.line, notes);
        let mode = open.word("mode", MODES, notes).unwrap_or(Mode::Partial);
        let description = open.required("description", notes).to_owned();
        let mut sets = if mode == Mode::Full { defaults(declared) } else { Vec::new() };
        if let Some(parent) = open.optional("inherits") {
            match ids.get(parent).and_then(|at| templates.get(at)) {
                Some(parent) => parent.sets.iter().for_each(|(ix, value)| set(&mut sets, *ix, value.clone())),
                None => open.fault(notes, format!("inherits '{parent}', which is no template before this one")),
            }
        }
        own_sets(&open, &mut sets, declared, notes);
        ids.enter(&id, templates.len(), child.line, &open.name, "template", notes);
        open.finish(notes);
        templates.push(Template { id, description, sets });
    }
    open.finish(notes);
    templates
}

fn defaults(declared: &Declared) -> Vec<(ParameterIx, Value)> {
    let settings = declared.parameters.iter().enumerate();
    settings
        .filter(|(_, p)| p.access == Access::ReadWrite && p.group == Group::Protection)
        .filter_map(|(at, p)| Some((ParameterIx(at), p.default.clone()?)))
        .collect()
}

fn set(sets: &mut Vec<(ParameterIx, Value)>, ix: ParameterIx, value: Value) {
    match sets.iter_mut().find(|(known, _)| *known == ix) {
        Some((_, old)) => *old = value,
        None => sets.push((ix, value)),
    }
}

fn own_sets(open: &Open<'_>, sets: &mut Vec<(ParameterIx, Value)>, declared: &Declared, notes: &mut Notes) {
    let mut own = Vec::new();
    for child in open.children(&["Set"], notes) {
        let mut entry = Open::new(child);
        entry.name.clone_from(&open.name);
        let found = declared.reference(&mut entry, notes);
        let text = entry.required("value", notes);
        entry.nothing_inside(notes);
        if let Some((ix, parameter)) = found {
            if own.contains(&ix) {
                entry.fault(notes, format!("'{}' is set twice", parameter.id));
            }
            own.push(ix);
            if !declared.sound[ix.0] || text.is_empty() {
                continue;
            }
            if parameter.access != Access::ReadWrite {
                entry.fault(notes, format!("'{}' is no setting (access {})", parameter.id, parameter.access.word()));
            }
            match parameter.read(declared.enumeration_of(parameter), text) {
                Ok(value) => set(sets, ix, value),
                Err(reason) => entry.fault(notes, format!("{}: {reason}", parameter.id)),
            }
        }
        entry.finish(notes);
    }
}
