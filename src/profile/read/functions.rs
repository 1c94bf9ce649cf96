//! `<Functions>`.

use super::element::Open;
use super::ids::{Ids, check_identifier};
use super::notes::Notes;
use super::parameters::Declared;
use super::xml::Element;
use crate::profile::Function;

pub(super) fn read(section: Option<&Element>, declared: &Declared, notes: &mut Notes) -> Vec<Function> {
    let Some(section) = section else { return Vec::new() };
    let open = Open::new(section);
    let (mut functions, mut ids) = (Vec::new(), Ids::default());
    for child in open.children(&["Function"], notes) {
        let (mut open, id) = Open::named(child, "id", notes);
        check_identifier(&id, child.line, notes);
        ids.enter(&id, 0, child.line, &open.name, "function", notes);
        let category = open.required("category", notes).to_owned();
        let description = open.required("description", notes).to_owned();
        let mut parameters = Vec::new();
        for member in open.children(&["Member"], notes) {
            let mut member_open = Open::new(member);
            if let Some((ix, parameter)) = declared.reference(&mut member_open, notes) {
                if parameters.contains(&ix) {
                    notes.add(member.line, &id, format!("'{}' is a member twice", parameter.id));
                } else {
                    parameters.push(ix);
                }
            }
            member_open.nothing_inside(notes);
            member_open.finish(notes);
        }
        open.finish(notes);
        functions.push(Function { id, category, description, parameters });
    }
    open.finish(notes);
    functions
}
