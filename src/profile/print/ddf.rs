//! An LwM2M object definition, as `LWM2M-v1_1.xsd` of OMA wants it.

use crate::profile::{Access, Lwm2mObject, Lwm2mResource, Parameter, Profile, ResourceTarget, ValueKind, unit};
use quick_xml::escape::escape;
use std::fmt::{self, Write};

/// OMA's Device object, which every client has (LwM2M Core, appendix E.4).
const DEVICE: u16 = 3;

/// The definition file of one object; none when the profile has no such object.
#[must_use]
pub fn ddf(profile: &Profile, object: u16) -> Option<String> {
    let object = profile.lwm2m.objects.iter().find(|o| o.id == object)?;
    let mut out = String::new();
    // Writing to a String cannot fail.
    write_object(&mut out, profile, object).ok()?;
    Some(out)
}

fn write_object(out: &mut String, profile: &Profile, object: &Lwm2mObject) -> fmt::Result {
    let identity = &profile.identity;
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<LWM2M xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#)?;
    writeln!(
        out,
        r#"  xsi:noNamespaceSchemaLocation="http://www.openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd">"#
    )?;
    writeln!(out, r#"  <Object ObjectType="MODefinition">"#)?;
    element(out, 4, "Name", &object.name)?;
    element(out, 4, "Description1", &format!("{} of {} {}", object.name, identity.manufacturer, identity.model))?;
    element(out, 4, "ObjectID", &object.id.to_string())?;
    element(out, 4, "ObjectURN", &object.urn)?;
    element(out, 4, "LWM2MVersion", "1.1")?;
    element(out, 4, "ObjectVersion", &object.version)?;
    element(out, 4, "MultipleInstances", "Single")?;
    element(out, 4, "Mandatory", mandatory(object.id == DEVICE))?;
    writeln!(out, "    <Resources>")?;
    for resource in &object.resources {
        write_item(out, profile, resource)?;
    }
    writeln!(out, "    </Resources>")?;
    element(out, 4, "Description2", "")?;
    writeln!(out, "  </Object>\n</LWM2M>")
}

fn write_item(out: &mut String, profile: &Profile, resource: &Lwm2mResource) -> fmt::Result {
    let item = match resource.target {
        ResourceTarget::Parameter(ix) => Item::of(profile, &profile[ix]),
        ResourceTarget::Method(ix) => {
            Item { operations: "E", description: profile[ix].description.clone(), ..Item::default() }
        }
    };
    writeln!(out, r#"      <Item ID="{}">"#, resource.id)?;
    element(out, 8, "Name", &resource.name)?;
    element(out, 8, "Operations", item.operations)?;
    element(out, 8, "MultipleInstances", if resource.multiple { "Multiple" } else { "Single" })?;
    element(out, 8, "Mandatory", mandatory(resource.mandatory))?;
    element(out, 8, "Type", item.kind)?;
    element(out, 8, "RangeEnumeration", &item.range)?;
    element(out, 8, "Units", item.units)?;
    element(out, 8, "Description", &item.description)?;
    writeln!(out, "      </Item>")
}

const fn mandatory(is: bool) -> &'static str {
    if is { "Mandatory" } else { "Optional" }
}

fn element(out: &mut String, indent: usize, name: &str, text: &str) -> fmt::Result {
    if text.is_empty() {
        writeln!(out, "{:indent$}<{name}/>", "")
    } else {
        writeln!(out, "{:indent$}<{name}>{}</{name}>", "", escape(text))
    }
}

#[derive(Default)]
struct Item {
    operations: &'static str,
    kind: &'static str,
    range: String,
    units: &'static str,
    description: String,
}

impl Item {
    fn of(profile: &Profile, parameter: &Parameter) -> Self {
        let mut description = parameter.description.clone();
        let mut range = match (parameter.min, parameter.max) {
            (Some(min), Some(max)) => format!("{min}..{max}"),
            _ => String::new(),
        };
        if let Some(list) = profile.enumeration(parameter) {
            if parameter.kind == ValueKind::Integer {
                range = numbers(&list.items);
                let items: Vec<String> = list.items.iter().map(|(number, name)| format!("{number} {name}")).collect();
                description = format!("{description}: {}", items.join(", "));
            } else {
                range = list.items.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(",");
            }
        }
        Self {
            operations: if parameter.access == Access::ReadWrite { "RW" } else { "R" },
            kind: match parameter.kind {
                ValueKind::ObjectLink => "Objlnk",
                other => other.word(),
            },
            range,
            units: unit::find(&parameter.unit).map_or("", |u| u.senml),
            description,
        }
    }
}

/// `0..3` when the numbers follow each other, else all of them.
fn numbers(items: &[(i64, String)]) -> String {
    let follow = items.windows(2).all(|pair| pair[1].0.checked_sub(1) == Some(pair[0].0));
    match (items.first(), items.last()) {
        (Some(first), Some(last)) if follow && items.len() > 1 => format!("{}..{}", first.0, last.0),
        _ => items.iter().map(|(number, _)| number.to_string()).collect::<Vec<_>>().join(","),
    }
}
