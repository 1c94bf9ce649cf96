//! The root element and the order in which its sections are understood.

use super::element::Open;
use super::notes::Notes;
use super::xml::Element;
use super::{
    alarms, diagnostics, enumerations, functions, identity, lwm2m, methods, parameters, paths, security, sparkplug,
    templates,
};
use crate::profile::{Lwm2mBinding, Profile, SparkplugBinding};

const SECTIONS: &[&str] = &[
    "Identity",
    "Enumerations",
    "Parameters",
    "Methods",
    "Functions",
    "Templates",
    "Diagnostics",
    "Alarms",
    "Security",
    "Bindings",
    "Extensions",
];

const BINDINGS: &[&str] = &["Sparkplug", "LwM2M"];

pub(super) fn read(root: &Element, notes: &mut Notes) -> Profile {
    let mut open = Open::new(root);
    let id = open.required("id", notes).to_owned();
    let version = open.required("profileVersion", notes).to_owned();
    if !version.is_empty() && !is_semantic_version(&version) {
        open.fault(notes, format!("profileVersion '{version}' is not of the form 1.2.3"));
    }
    let schema = open.required("schemaVersion", notes);
    // A minor version may add attributes that this reader would refuse by name; another major is another language.
    if !schema.is_empty() && schema.split_once('.').is_none_or(|(major, _)| major != "1") {
        open.fault(notes, format!("schemaVersion '{schema}' is not supported; this program reads 1.x"));
    }
    let sections = Sections::of(&open, SECTIONS, &["Identity", "Parameters", "Security", "Bindings"], notes);
    open.finish(notes);

    let enumerations = enumerations::read(sections.get("Enumerations"), notes);
    let declared = parameters::read(sections.get("Parameters"), &enumerations, notes);
    let methods = methods::read(sections.get("Methods"), notes);
    let templates = templates::read(sections.get("Templates"), &declared, notes);

    let (mut sparkplug, mut lwm2m) = (SparkplugBinding::default(), Lwm2mBinding::default());
    if let Some(bindings) = sections.get("Bindings") {
        let open = Open::new(bindings);
        let inside = Sections::of(&open, BINDINGS, &[], notes);
        open.finish(notes);
        sparkplug = sparkplug::read(inside.get("Sparkplug"), &declared, &methods, notes);
        lwm2m = lwm2m::read(inside.get("LwM2M"), &declared, &methods, notes);
        paths::check(&declared, &sparkplug, &lwm2m, notes);
    }

    Profile {
        file: notes.file().to_owned(),
        id,
        version,
        identity: identity::read(sections.get("Identity"), notes),
        functions: functions::read(sections.get("Functions"), &declared, notes),
        templates,
        tests: diagnostics::read(sections.get("Diagnostics"), notes),
        alarms: alarms::read(sections.get("Alarms"), &declared, notes),
        roles: security::roles(sections.get("Security"), notes),
        security_levels: security::levels(sections.get("Security"), notes),
        methods: methods.methods,
        parameters: declared.parameters,
        enumerations: enumerations.list,
        sparkplug,
        lwm2m,
    }
}

fn is_semantic_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}

/// Children of which each may stand once.
struct Sections<'a>(Vec<&'a Element>);

impl<'a> Sections<'a> {
    fn of(open: &Open<'a>, known: &[&str], wanted: &[&str], notes: &mut Notes) -> Self {
        let mut found: Vec<&Element> = Vec::new();
        for child in open.children(known, notes) {
            match found.iter().find(|f| f.name == child.name) {
                Some(first) => {
                    let reason = format!("stands twice; the first is on line {}", first.line);
                    notes.add(child.line, &child.name, reason);
                }
                None => found.push(child),
            }
        }
        for name in wanted {
            if found.iter().all(|f| f.name != *name) {
                open.fault(notes, format!("section {name} is missing"));
            }
        }
        Self(found)
    }

    fn get(&self, name: &str) -> Option<&'a Element> {
        self.0.iter().copied().find(|f| f.name == name)
    }
}
