//! Templates.

use super::Found;
use crate::sparkplug::host::node::Definition;
use crate::sparkplug::host::rule::Rule;
use crate::sparkplug::payload::Template;
use crate::sparkplug::topic::Verb;

/// Checks a definition or an instance; `definition` is the one that an instance refers to.
pub(in crate::sparkplug::host) fn template(
    verb: Verb,
    of: &str,
    template: &Template,
    definition: Option<&Definition>,
    found: &mut Found<'_>,
) {
    if template.is_definition.is_none() {
        found(Rule::TemplateFlag, format_args!("{of}"));
    }
    for parameter in &template.parameters {
        if parameter.name.is_none() {
            found(Rule::ParameterName, format_args!("{of}"));
        }
    }
    if template.is_definition == Some(true) {
        if verb != Verb::Nbirth {
            found(Rule::DefinitionPlace, format_args!("{of} in {}", verb.token()));
        }
        if template.template_ref.as_deref().is_some_and(|r| !r.is_empty()) {
            found(Rule::DefinitionRef, format_args!("{of}"));
        }
        if template.parameters.iter().any(|p| p.kind.is_none()) {
            found(Rule::ParameterType, format_args!("{of}"));
        }
        return;
    }
    let Some(reference) = &template.template_ref else {
        found(Rule::InstanceRef, format_args!("{of}"));
        return;
    };
    let Some(definition) = definition else {
        found(Rule::InstanceUndefined, format_args!("{of}: {reference}"));
        return;
    };
    let has = |name: &str| template.metrics.iter().any(|m| m.name.as_deref() == Some(name));
    for member in template.metrics.iter().filter_map(|m| m.name.as_deref()) {
        if !definition.members.contains_key(member) {
            found(Rule::InstanceMembers, format_args!("{of}: {member}"));
        }
    }
    if matches!(verb, Verb::Nbirth | Verb::Dbirth)
        && let Some(missing) = definition.members.keys().find(|name| !has(name))
    {
        found(Rule::InstanceMembersBirth, format_args!("{of}: {missing}"));
    }
    for parameter in template.parameters.iter().filter_map(|p| p.name.as_deref()) {
        if !definition.parameters.contains(parameter) {
            found(Rule::InstanceParameters, format_args!("{of}: {parameter}"));
        }
    }
}
