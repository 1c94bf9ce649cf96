//! A profile as text: for people, for documents, for LwM2M servers.

mod ddf;
mod points;
mod show;

pub use ddf::ddf;
pub use points::points;
pub use show::show;

use super::{Parameter, ParameterIx, Profile, ResourceTarget};

/// The range or the list of a parameter, in words.
fn range(profile: &Profile, parameter: &Parameter) -> String {
    if let Some(list) = profile.enumeration(parameter) {
        return list.names();
    }
    match (parameter.min, parameter.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("from {min}"),
        (None, Some(max)) => format!("up to {max}"),
        (None, None) => String::new(),
    }
}

/// The default of a parameter without its unit: the name of an item where there is one.
fn default(profile: &Profile, parameter: &Parameter) -> String {
    let Some(value) = &parameter.default else { return String::new() };
    match (value, profile.enumeration(parameter)) {
        (super::Value::Int(number), Some(list)) => list.name(*number).unwrap_or_default().to_owned(),
        _ => value.to_string(),
    }
}

/// Metric name and alias of a parameter.
fn metric(profile: &Profile, ix: ParameterIx) -> Option<(&str, u16)> {
    profile.sparkplug.metrics.iter().find(|m| m.parameter == ix).map(|m| (m.name.as_str(), m.alias))
}

/// Object and resource of a parameter or a method.
fn path(profile: &Profile, target: ResourceTarget) -> Option<(u16, u16)> {
    let objects = profile.lwm2m.objects.iter();
    objects
        .flat_map(|object| object.resources.iter().map(move |resource| (object.id, resource)))
        .find(|(_, resource)| resource.target == target)
        .map(|(object, resource)| (object, resource.id))
}
