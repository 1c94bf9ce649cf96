//! The text forms of a profile: point map and LwM2M object definition.

use breaker_console::profile::{Profile, ddf, points, show};
use std::fs;

fn minimal() -> Profile {
    Profile::parse(&fs::read_to_string("tests/it/profiles/good/minimal.fdi").unwrap(), "f").unwrap()
}

#[test]
fn the_point_map_has_a_row_for_every_parameter_and_method() {
    let expected = "\
| id | type | unit | range | default | access | Sparkplug metric | alias | LwM2M path |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| Position | Integer |  | Off, On |  | R | State/Position | 1 | /42769/0/0 |
| Current | Float | A | 0 to 100 |  | R | Values/Current | 2 | /42769/0/1 |
| Pickup | Float | A | 1 to 100 | 10 | RW | Settings/Pickup | 3 | /42769/0/2 |
| Shots | Integer |  | 0 to 3 | 1 | RW | Settings/Shots | 4 | /42769/0/3 |

| method | permission | Sparkplug command metric | alias | LwM2M path |
| --- | --- | --- | --- | --- |
| trip | Control | Control/Trip | 5 | /42769/0/4 |
| load | Write |  |  |  |
";
    assert_eq!(points(&minimal()), expected);
}

/// Order and words of `LWM2M-v1_1.xsd`; an executable has no type; units are those of the LwM2M registry.
#[test]
fn an_object_definition_has_the_shape_of_the_registry() {
    let item = |id, name, operations, mandatory, kind, range, units, description| {
        let tag = |name: &str, text: &str| match text {
            "" => format!("        <{name}/>\n"),
            text => format!("        <{name}>{text}</{name}>\n"),
        };
        format!("      <Item ID=\"{id}\">\n")
            + &tag("Name", name)
            + &tag("Operations", operations)
            + &tag("MultipleInstances", "Single")
            + &tag("Mandatory", mandatory)
            + &tag("Type", kind)
            + &tag("RangeEnumeration", range)
            + &tag("Units", units)
            + &tag("Description", description)
            + "      </Item>\n"
    };
    let text = ddf(&minimal(), 42769).unwrap();
    let (head, rest) = text.split_once("    <Resources>\n").unwrap();
    let (items, tail) = rest.split_once("    </Resources>\n").unwrap();
    assert_eq!(
        head,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <LWM2M xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n  \
         xsi:noNamespaceSchemaLocation=\"http://www.openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd\">\n  \
         <Object ObjectType=\"MODefinition\">\n    \
         <Name>Small</Name>\n    \
         <Description1>Small of M X</Description1>\n    \
         <ObjectID>42769</ObjectID>\n    \
         <ObjectURN>urn:oma:lwm2m:x:42769</ObjectURN>\n    \
         <LWM2MVersion>1.1</LWM2MVersion>\n    \
         <ObjectVersion>1.0</ObjectVersion>\n    \
         <MultipleInstances>Single</MultipleInstances>\n    \
         <Mandatory>Optional</Mandatory>\n"
    );
    let expected = [
        item(0, "Position", "R", "Mandatory", "Integer", "0..1", "", "Contact: 0 Off, 1 On"),
        item(1, "Current", "R", "Optional", "Float", "0..100", "A", "Current"),
        item(2, "Pickup", "RW", "Optional", "Float", "1..100", "A", "Limit"),
        item(3, "Shots", "RW", "Optional", "Integer", "0..3", "", "Attempts"),
        item(4, "Trip", "E", "Optional", "", "", "", "Opens"),
    ];
    assert_eq!(items, expected.concat());
    assert_eq!(tail, "    <Description2/>\n  </Object>\n</LWM2M>\n");
    assert!(ddf(&minimal(), 3).is_none());
}

#[test]
fn an_object_definition_writes_units_as_the_registry_does() {
    let text = ddf(&Profile::parse(Profile::SHIPPED, "f").unwrap(), 3200).unwrap();
    for units in ["Cel", "/100", "kvar", "kVA", "h", "ms"] {
        assert!(text.contains(&format!("<Units>{units}</Units>")), "{units}");
    }
    assert!(text.contains("<Type>Objlnk</Type>"));
}

#[test]
fn the_overview_names_everything() {
    let profile = Profile::parse(Profile::SHIPPED, "f").unwrap();
    let text = show(&profile);
    let ids = profile.parameters.iter().map(|p| &p.id);
    let ids = ids.chain(profile.methods.iter().map(|m| &m.id)).chain(profile.alarms.iter().map(|a| &a.id));
    for id in ids.chain(profile.templates.iter().map(|t| &t.id)).chain(profile.tests.iter().map(|t| &t.id)) {
        assert!(text.contains(id.as_str()), "{id}");
    }
}
