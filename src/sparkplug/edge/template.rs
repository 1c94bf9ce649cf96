//! The device as a template (UDT): a definition in the node birth, an instance in each device birth.
//!
//! Hosts compare definitions by name only, so the name carries a version that follows from the set of members: another
//! profile version is another name.

use super::birth;
use crate::point::Reading;
use crate::profile::{Profile, Value};
use crate::sparkplug::datatype::{self, DataType};
use crate::sparkplug::payload::{Metric, MetricValue, ParameterScalar, Template, TemplateParameter};
use crate::sparkplug::table::Table;
use crate::time::UtcMillis;

/// Alias of the definition among the node metrics, clear of those of [`super::node`].
const DEFINITION_ALIAS: u64 = 1000;

/// Parameters of the template: name, parameter of the profile, datatype. Only datatypes that decoders in the field
/// accept in this place.
const PARAMETERS: [(&str, &str, DataType); 4] = [
    ("Rated Current", "RatedCurrent", DataType::Double),
    ("Poles", "PoleCount", DataType::Int64),
    ("Model", "ModelNumber", DataType::String),
    ("Remote", "RemoteControlEnabled", DataType::Boolean),
];

/// Metric name of the definition, for example `SmartBreaker_v2_1_0`.
pub(super) fn definition_name(profile: &Profile) -> String {
    let name = if profile.sparkplug.template_name.is_empty() { &profile.id } else { &profile.sparkplug.template_name };
    format!("{name}_v{}", profile.version.replace('.', "_"))
}

/// The definition, with every member any instance has (`tck-id-payloads-template-definition-members`).
pub(super) fn definition(table: &Table, profile: &Profile, aliases: bool, utc: UtcMillis) -> Metric {
    let members = table.rows.iter().map(|row| Metric {
        name: Some(row.name.to_string()),
        timestamp: Some(birth::stamp(utc)),
        datatype: Some(datatype::code(row.datatype)),
        is_null: Some(true),
        ..Metric::default()
    });
    let parameters = PARAMETERS.iter().filter(|(_, id, _)| profile.parameter(id).is_some());
    let template = Template {
        version: Some(profile.version.clone()),
        metrics: members.collect(),
        parameters: parameters
            .map(|(name, _, kind)| TemplateParameter {
                name: Some((*name).to_owned()),
                kind: Some(kind.code()),
                value: None,
            })
            .collect(),
        template_ref: None,
        is_definition: Some(true),
    };
    wrap(definition_name(profile), aliases.then_some(DEFINITION_ALIAS), utc, template)
}

/// The instance of one device, with all members (`tck-id-payloads-template-instance-members-birth`).
pub(super) fn instance(
    table: &Table,
    profile: &Profile,
    alias: Option<u64>,
    utc: UtcMillis,
    readings: &[Reading],
) -> Metric {
    let value_of = |at: usize| readings.get(at).and_then(|r| r.value.as_ref());
    let members =
        table.rows.iter().map(|row| birth::metric(&row.name, None, utc, row.datatype, value_of(row.parameter)));
    let parameters = PARAMETERS.iter().filter_map(|(name, id, kind)| {
        let (at, _) = profile.parameter(id)?;
        let value = match (value_of(at.0)?, kind) {
            (Value::Float(v), _) => ParameterScalar::Double(*v),
            (Value::Int(v), DataType::Double) => ParameterScalar::Double(*v as f64),
            (Value::Int(v), _) => ParameterScalar::Long(v.cast_unsigned()),
            (Value::Text(v), _) => ParameterScalar::String(v.to_string()),
            (Value::Bool(v), _) => ParameterScalar::Boolean(*v),
            (Value::Time(_) | Value::Link(..), _) => return None,
        };
        Some(TemplateParameter { name: Some((*name).to_owned()), kind: Some(kind.code()), value: Some(value) })
    });
    let template = Template {
        version: Some(profile.version.clone()),
        metrics: members.collect(),
        parameters: parameters.collect(),
        template_ref: Some(definition_name(profile)),
        is_definition: Some(false),
    };
    let name = if profile.identity.model.is_empty() { &profile.id } else { &profile.identity.model };
    wrap(name.clone(), alias, utc, template)
}

fn wrap(name: String, alias: Option<u64>, utc: UtcMillis, template: Template) -> Metric {
    Metric {
        name: Some(name),
        alias,
        timestamp: Some(birth::stamp(utc)),
        datatype: Some(DataType::Template.code()),
        value: Some(MetricValue::Template(template)),
        ..Metric::default()
    }
}
