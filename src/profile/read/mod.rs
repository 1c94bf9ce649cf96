//! From text to a [`Profile`]: walk the XML, read each section, check it against the others.
//!
//! Reading never stops at the first mistake. A datum with a mistake is kept with a stand-in, so that references to it
//! do not raise further faults; the profile is given out only when there was no fault at all.

mod alarms;
mod diagnostics;
mod element;
mod enumerations;
mod expression;
mod functions;
mod identity;
mod ids;
mod lwm2m;
mod methods;
mod notes;
mod parameters;
mod paths;
mod root;
mod security;
mod sparkplug;
mod templates;
mod xml;

use super::{Faults, Profile};
use notes::Notes;

/// Reads a whole file.
pub(super) fn profile(text: &str, file: &str) -> Result<Profile, Faults> {
    let mut notes = Notes::new(file);
    let profile = xml::tree(text, &mut notes).map(|tree| root::read(&tree, &mut notes));
    match profile {
        Some(profile) if notes.is_empty() => Ok(profile),
        _ => Err(notes.into_faults()),
    }
}
