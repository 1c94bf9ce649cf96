//! `<Enumerations>`.

use super::element::Open;
use super::ids::{Ids, check_identifier};
use super::notes::Notes;
use super::xml::Element;
use crate::profile::Enumeration;

/// The value lists and how to find them.
#[derive(Default)]
pub(super) struct Enumerations {
    pub(super) list: Vec<Enumeration>,
    pub(super) ids: Ids,
}

pub(super) fn read(section: Option<&Element>, notes: &mut Notes) -> Enumerations {
    let mut all = Enumerations::default();
    let Some(section) = section else { return all };
    let open = Open::new(section);
    for child in open.children(&["Enumeration"], notes) {
        let (open, id) = Open::named(child, "id", notes);
        check_identifier(&id, child.line, notes);
        all.ids.enter(&id, all.list.len(), child.line, &id, "enumeration", notes);
        let items = items(&open, notes);
        if items.is_empty() {
            open.fault(notes, "an enumeration needs at least one Item");
        }
        open.finish(notes);
        all.list.push(Enumeration { id, items });
    }
    open.finish(notes);
    all
}

fn items(open: &Open<'_>, notes: &mut Notes) -> Vec<(i64, String)> {
    let mut items: Vec<(i64, String)> = Vec::new();
    let mut names = Ids::default();
    for child in open.children(&["Item"], notes) {
        let (mut item, name) = Open::named(child, "name", notes);
        names.enter(&name, 0, child.line, &name, "item", notes);
        if let Some(value) = item.whole::<i64>("value", notes) {
            if items.iter().any(|(v, _)| *v == value) {
                item.fault(notes, format!("item value {value} is used twice in {}", open.name));
            }
            items.push((value, name));
        }
        item.nothing_inside(notes);
        item.finish(notes);
    }
    items
}
