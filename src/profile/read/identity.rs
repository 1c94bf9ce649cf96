//! `<Identity>`.

use super::element::Open;
use super::notes::Notes;
use super::xml::Element;
use crate::profile::Identity;

pub(super) fn read(section: Option<&Element>, notes: &mut Notes) -> Identity {
    let Some(section) = section else { return Identity::default() };
    let mut open = Open::new(section);
    let identity = Identity {
        manufacturer: open.required("manufacturer", notes).to_owned(),
        model: open.required("model", notes).to_owned(),
        device_type: open.required("deviceType", notes).to_owned(),
        category: open.required("category", notes).to_owned(),
        device_revision: open.required("deviceRevision", notes).to_owned(),
        software_revision: open.required("softwareRevision", notes).to_owned(),
        description: open.text(),
    };
    open.no_children(notes);
    open.finish(notes);
    identity
}
