//! `<Parameters>`: the only place where a datum is defined.

use super::element::Open;
use super::enumerations::Enumerations;
use super::ids::{Ids, check_identifier};
use super::notes::Notes;
use super::paths::Paths;
use super::xml::Element;
use crate::profile::{Access, Enumeration, Group, Parameter, ParameterIx, ValueKind, unit};

/// The parameters, how to find them, and what else was said about them.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) parameters: Vec<Parameter>,
    pub(super) paths: Vec<Paths>,
    /// Kind and access could be read: checks that build on them make sense.
    pub(super) sound: Vec<bool>,
    pub(super) enumerations: Vec<Enumeration>,
    ids: Ids,
}

impl Declared {
    pub(super) fn enumeration_of(&self, parameter: &Parameter) -> Option<&Enumeration> {
        parameter.enumeration.and_then(|at| self.enumerations.get(at))
    }

    pub(super) fn find(&self, id: &str) -> Option<(ParameterIx, &Parameter)> {
        let at = self.ids.get(id)?;
        Some((ParameterIx(at), self.parameters.get(at)?))
    }

    /// Takes the attribute `ref` and finds what it names; a dangling one is a fault.
    pub(super) fn reference(&self, open: &mut Open<'_>, notes: &mut Notes) -> Option<(ParameterIx, &Parameter)> {
        let id = open.required("ref", notes);
        let found = self.find(id);
        if found.is_none() && !id.is_empty() {
            open.fault(notes, format!("ref '{id}' names no parameter"));
        }
        found
    }
}

pub(super) fn read(section: Option<&Element>, enumerations: &Enumerations, notes: &mut Notes) -> Declared {
    let mut all = Declared { enumerations: enumerations.list.clone(), ..Declared::default() };
    let Some(section) = section else { return all };
    let open = Open::new(section);
    for child in open.children(&["Parameter"], notes) {
        parameter(child, enumerations, &mut all, notes);
    }
    open.finish(notes);
    all
}

fn parameter(element: &Element, enumerations: &Enumerations, all: &mut Declared, notes: &mut Notes) {
    let (mut open, id) = Open::named(element, "id", notes);
    check_identifier(&id, element.line, notes);
    all.ids.enter(&id, all.parameters.len(), element.line, &open.name, "parameter", notes);

    let kind = open.word("type", ValueKind::WORDS, notes);
    let access = open.word("access", Access::WORDS, notes);
    let group = open.word("group", Group::WORDS, notes).unwrap_or(Group::Status);
    let source = open.optional("source").unwrap_or(&id).to_owned();
    let mut parameter = Parameter {
        id,
        source,
        kind: kind.unwrap_or(ValueKind::String),
        unit: open.optional("unit").unwrap_or_default().to_owned(),
        min: open.number("min", notes),
        max: open.number("max", notes),
        default: None,
        resolution: open.number("resolution", notes),
        deadband: open.number("deadband", notes),
        access: access.unwrap_or(Access::Read),
        group,
        enumeration: enumeration(&mut open, enumerations, notes),
        semantic: open.optional("semantic").unwrap_or_default().to_owned(),
        description: open.text(),
        line: element.line,
    };
    all.paths.push(Paths::read(&mut open, notes));
    if kind.is_some() {
        check_numbers(&parameter, &open, notes);
    }
    let default = open.optional("default");
    if access.is_some() {
        check_access(&parameter, default, &open, notes);
    }
    if let (Some(text), Some(_)) = (default, kind) {
        let listed = parameter.enumeration.and_then(|at| enumerations.list.get(at));
        match parameter.read(listed, text) {
            Ok(value) => parameter.default = Some(value),
            Err(reason) => open.fault(notes, format!("default: {reason}")),
        }
    }
    if parameter.description.is_empty() {
        open.fault(notes, "the description is missing: one line of text inside the element");
    }
    open.no_children(notes);
    open.finish(notes);
    all.sound.push(kind.is_some() && access.is_some());
    all.parameters.push(parameter);
}

fn enumeration(open: &mut Open<'_>, enumerations: &Enumerations, notes: &mut Notes) -> Option<usize> {
    let id = open.optional("enum")?;
    let found = enumerations.ids.get(id);
    if found.is_none() {
        open.fault(notes, format!("enum '{id}' names no enumeration"));
    }
    found
}

fn check_numbers(parameter: &Parameter, open: &Open<'_>, notes: &mut Notes) {
    if unit::find(&parameter.unit).is_none() {
        let known = unit::UNITS.iter().map(|u| u.symbol).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ");
        open.fault(notes, format!("unit '{}' is not known; it is one of {known}", parameter.unit));
    }
    let kind = parameter.kind;
    if parameter.enumeration.is_some() && !matches!(kind, ValueKind::Integer | ValueKind::String) {
        open.fault(notes, format!("an enumeration lists Integer or String values, not {}", kind.word()));
    }
    let limits = [parameter.min, parameter.max, parameter.resolution, parameter.deadband];
    let has_limits = limits.iter().any(Option::is_some);
    if !kind.is_number() && (has_limits || !parameter.unit.is_empty()) {
        open.fault(notes, format!("unit, min, max, resolution and deadband do not fit the type {}", kind.word()));
        return;
    }
    if parameter.enumeration.is_some() && (has_limits || !parameter.unit.is_empty()) {
        open.fault(notes, "an enumerated parameter takes no unit, min, max, resolution or deadband");
    }
    if kind == ValueKind::Integer && limits[..3].iter().flatten().any(|limit| limit.fract() != 0.0) {
        open.fault(notes, "min, max and resolution of an Integer must be whole numbers");
    }
    if let (Some(min), Some(max)) = (parameter.min, parameter.max)
        && min > max
    {
        open.fault(notes, format!("min {min} is greater than max {max}"));
    }
    if parameter.resolution.is_some_and(|step| step <= 0.0) {
        open.fault(notes, "resolution must be greater than 0");
    }
    if parameter.deadband.is_some_and(|band| band < 0.0) {
        open.fault(notes, "deadband must not be negative");
    }
}

fn check_access(parameter: &Parameter, default: Option<&str>, open: &Open<'_>, notes: &mut Notes) {
    match (parameter.access, default) {
        (Access::ReadWrite, None) => open.fault(notes, "a setting (access RW) needs a default"),
        (Access::Read, Some(_)) => open.fault(notes, "a reading (access R) takes no default; the device gives it"),
        _ => {}
    }
}
