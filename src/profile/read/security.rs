//! `<Security>`: roles and levels.

use super::element::Open;
use super::ids::{Ids, check_identifier};
use super::notes::Notes;
use super::xml::Element;
use crate::profile::{Permission, Role, RoleGrant, SecurityLevel};

const CHILDREN: &[&str] = &["Role", "Level"];

/// The grants; each of the four roles must stand once.
pub(super) fn roles(section: Option<&Element>, notes: &mut Notes) -> Vec<RoleGrant> {
    let Some(section) = section else { return Vec::new() };
    let section = Open::new(section);
    let mut roles: Vec<RoleGrant> = Vec::new();
    for child in section.children(CHILDREN, notes).into_iter().filter(|c| c.name == "Role") {
        let (mut open, _) = Open::named(child, "name", notes);
        let role = open.word("name", Role::WORDS, notes);
        let mut permissions = Vec::new();
        for grant in open.children(&["Grant"], notes) {
            let mut grant = Open::new(grant);
            grant.name.clone_from(&open.name);
            permissions.extend(grant.word("permission", Permission::WORDS, notes));
            grant.nothing_inside(notes);
            grant.finish(notes);
        }
        if let Some(role) = role {
            if roles.iter().any(|r| r.role == role) {
                open.fault(notes, "the role stands twice");
            }
            roles.push(RoleGrant { role, permissions });
        }
        open.finish(notes);
    }
    for (word, role) in Role::WORDS {
        if roles.iter().all(|r| r.role != *role) {
            section.fault(notes, format!("role {word} is missing"));
        }
    }
    section.finish(notes);
    roles
}

/// The security levels. Unknown elements of the section were reported with the roles.
pub(super) fn levels(section: Option<&Element>, notes: &mut Notes) -> Vec<SecurityLevel> {
    let (mut levels, mut ids) = (Vec::new(), Ids::default());
    for child in section.into_iter().flat_map(|s| &s.children).filter(|c| c.name == "Level") {
        let (open, id) = Open::named(child, "id", notes);
        check_identifier(&id, child.line, notes);
        ids.enter(&id, 0, child.line, &open.name, "level", notes);
        let mut features = Vec::new();
        for feature in open.children(&["Feature"], notes) {
            let (feature, name) = Open::named(feature, "name", notes);
            feature.nothing_inside(notes);
            feature.finish(notes);
            features.push(name);
        }
        open.finish(notes);
        levels.push(SecurityLevel { id, features });
    }
    levels
}
