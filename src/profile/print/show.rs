//! A profile for a person at a terminal.

use super::{default, range};
use crate::profile::{Access, Group, Parameter, Profile};
use std::fmt::{self, Write};

/// The whole profile on about two screens: identity, parameters by group, methods, templates, alarms, tests, roles and
/// both bindings.
#[must_use]
pub fn show(profile: &Profile) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut out, profile);
    out
}

fn write_all(out: &mut String, profile: &Profile) -> fmt::Result {
    let identity = &profile.identity;
    writeln!(out, "{} {}", profile.id, profile.version)?;
    writeln!(out, "{} {}, {}", identity.manufacturer, identity.model, identity.device_type)?;
    writeln!(out, "revision {}, software {}", identity.device_revision, identity.software_revision)?;
    writeln!(out, "{}", identity.description)?;

    writeln!(out, "\nParameters ({})", profile.parameters.len())?;
    for (_, group) in Group::WORDS {
        let members: Vec<&Parameter> = profile.parameters.iter().filter(|p| p.group == *group).collect();
        if members.is_empty() {
            continue;
        }
        let settings = members.iter().filter(|p| p.access == Access::ReadWrite).count();
        writeln!(out, "  {} ({}, {settings} settings)", group.word(), members.len())?;
        for parameter in members {
            parameter_line(out, profile, parameter)?;
        }
    }

    writeln!(out, "\nMethods")?;
    for method in &profile.methods {
        let args: Vec<&str> = method.args.iter().map(|a| a.name.as_str()).collect();
        let call = format!("{}({})", method.id, args.join(", "));
        writeln!(out, "  {call:<60} {:<8} {}", method.permission.word(), method.description)?;
    }
    writeln!(out, "\nTemplates")?;
    for template in &profile.templates {
        writeln!(out, "  {:<28} sets {:>3}  {}", template.id, template.sets.len(), template.description)?;
    }
    writeln!(out, "\nAlarms")?;
    for alarm in &profile.alarms {
        writeln!(out, "  {:<28} bit {:>2} {:<8}  {}", alarm.id, alarm.bit, alarm.severity.word(), alarm.description)?;
    }
    writeln!(out, "\nTests")?;
    for test in &profile.tests {
        writeln!(out, "  {:<28} {:>3} s  {}", test.id, test.duration.0, test.steps.join(", "))?;
    }
    writeln!(out, "\nRoles")?;
    for grant in &profile.roles {
        let permissions: Vec<&str> = grant.permissions.iter().map(|p| p.word()).collect();
        writeln!(out, "  {:<28} {}", grant.role.word(), permissions.join(", "))?;
    }
    writeln!(out, "\nBindings")?;
    let sparkplug = &profile.sparkplug;
    writeln!(
        out,
        "  Sparkplug B  template {}: {} metrics, {} commands",
        sparkplug.template_name,
        sparkplug.metrics.len(),
        sparkplug.commands.len()
    )?;
    for object in &profile.lwm2m.objects {
        writeln!(
            out,
            "  LwM2M        object {} version {} {}: {} resources",
            object.id,
            object.version,
            object.name,
            object.resources.len()
        )?;
    }
    Ok(())
}

fn parameter_line(out: &mut String, profile: &Profile, parameter: &Parameter) -> fmt::Result {
    let (unit, range, default) = (&parameter.unit, range(profile, parameter), default(profile, parameter));
    let limits = match (unit.as_str(), range.as_str()) {
        ("", range) => range.to_owned(),
        (unit, "") => unit.to_owned(),
        (unit, range) => format!("{range} {unit}"),
    };
    let default = match (default.as_str(), limits.as_str()) {
        ("", _) => default,
        (_, "") => format!("default {default}"),
        _ => format!(", default {default}"),
    };
    let text = format!(
        "    {:<26} {:<10} {:<5} {limits}{default}",
        parameter.id,
        parameter.kind.word(),
        parameter.access.word()
    );
    writeln!(out, "{}", text.trim_end())
}
