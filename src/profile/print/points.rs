//! The point map: every parameter with its addresses on both paths, as a Markdown table.

use super::{default, metric, path, range};
use crate::profile::{MethodIx, ParameterIx, Profile, ResourceTarget};
use std::fmt::Write;

/// One row a parameter: id, unit, range, default, access, metric with alias, LwM2M path; then the commands.
#[must_use]
pub fn points(profile: &Profile) -> String {
    let mut out = String::from(
        "| id | type | unit | range | default | access | Sparkplug metric | alias | LwM2M path |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (at, parameter) in profile.parameters.iter().enumerate() {
        let ix = ParameterIx(at);
        let (name, alias) = metric(profile, ix).map_or_else(Default::default, |(n, a)| (n.to_owned(), a.to_string()));
        let path = path_text(path(profile, ResourceTarget::Parameter(ix)));
        row(
            &mut out,
            &[
                &parameter.id,
                parameter.kind.word(),
                &parameter.unit,
                &range(profile, parameter),
                &default(profile, parameter),
                parameter.access.word(),
                &name,
                &alias,
                &path,
            ],
        );
    }
    out.push_str("\n| method | permission | Sparkplug command metric | alias | LwM2M path |\n");
    out.push_str("| --- | --- | --- | --- | --- |\n");
    for (at, method) in profile.methods.iter().enumerate() {
        let command = profile.sparkplug.commands.iter().find(|c| c.method.0 == at);
        let (name, alias) = command.map_or_else(Default::default, |c| (c.name.clone(), c.alias.to_string()));
        let path = path_text(path(profile, ResourceTarget::Method(MethodIx(at))));
        row(&mut out, &[&method.id, method.permission.word(), &name, &alias, &path]);
    }
    out
}

fn path_text(path: Option<(u16, u16)>) -> String {
    path.map_or_else(String::new, |(object, resource)| format!("/{object}/0/{resource}"))
}

fn row(out: &mut String, cells: &[&str]) {
    for cell in cells {
        // Writing to a String cannot fail.
        let _ = write!(out, "| {} ", cell.replace('|', "\\|"));
    }
    out.push_str("|\n");
}
