//! `<Methods>`.

use super::element::Open;
use super::ids::{Ids, check_identifier};
use super::notes::Notes;
use super::xml::Element;
use crate::profile::{Method, MethodArg, MethodIx, Permission, Value, ValueKind};

/// The methods and how to find them.
#[derive(Default)]
pub(super) struct Methods {
    pub(super) methods: Vec<Method>,
    ids: Ids,
}

impl Methods {
    /// Takes the attribute `method` and finds what it names; a dangling one is a fault.
    pub(super) fn reference(&self, open: &mut Open<'_>, notes: &mut Notes) -> Option<(MethodIx, &Method)> {
        let id = open.required("method", notes);
        let found = self.ids.get(id).and_then(|at| Some((MethodIx(at), self.methods.get(at)?)));
        if found.is_none() && !id.is_empty() {
            open.fault(notes, format!("method '{id}' is not defined in Methods"));
        }
        found
    }
}

pub(super) fn read(section: Option<&Element>, notes: &mut Notes) -> Methods {
    let mut all = Methods::default();
    let Some(section) = section else { return all };
    let open = Open::new(section);
    for child in open.children(&["Method"], notes) {
        let (mut open, id) = Open::named(child, "id", notes);
        check_identifier(&id, child.line, notes);
        all.ids.enter(&id, all.methods.len(), child.line, &open.name, "method", notes);
        let permission = open.word("permission", Permission::WORDS, notes).unwrap_or(Permission::Full);
        let description = open.required("description", notes).to_owned();
        let mut names = Ids::default();
        let args = open.children(&["Arg"], notes).into_iter().map(|arg| argument(arg, &mut names, notes)).collect();
        open.finish(notes);
        all.methods.push(Method { id, permission, args, description });
    }
    open.finish(notes);
    all
}

fn argument(element: &Element, names: &mut Ids, notes: &mut Notes) -> MethodArg {
    let (mut open, name) = Open::named(element, "name", notes);
    names.enter(&name, 0, element.line, &open.name, "argument", notes);
    let kind = open.word("type", ValueKind::WORDS, notes);
    let required = open.flag("required", notes);
    let mut allowed = Vec::new();
    for child in open.children(&["Allowed"], notes) {
        let (value, word) = Open::named(child, "value", notes);
        value.nothing_inside(notes);
        value.finish(notes);
        allowed.push(word);
    }
    let kind_or_text = kind.unwrap_or(ValueKind::String);
    if !allowed.is_empty() && kind_or_text != ValueKind::String {
        open.fault(notes, format!("Allowed lists words; the type is {}", kind_or_text.word()));
    }
    let mut default = None;
    if let (Some(text), Some(kind)) = (open.optional("default"), kind) {
        match kind.read(text) {
            Ok(Value::Text(word)) if !allowed.is_empty() && !allowed.iter().any(|a| *a == *word) => {
                open.fault(notes, format!("default: '{word}' is not one of {}", allowed.join(", ")));
            }
            Ok(value) => default = Some(value),
            Err(reason) => open.fault(notes, format!("default: {reason}")),
        }
        if required {
            open.fault(notes, "a required argument takes no default");
        }
    }
    open.finish(notes);
    MethodArg { name, kind: kind_or_text, required, default, allowed }
}
