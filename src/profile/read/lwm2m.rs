//! `<Bindings><LwM2M>`: objects and resources.

use super::element::Open;
use super::ids::Ids;
use super::methods::Methods;
use super::notes::Notes;
use super::parameters::Declared;
use super::xml::Element;
use crate::profile::{Lwm2mBinding, Lwm2mObject, Lwm2mResource, ParameterIx, ResourceTarget};
use std::collections::HashMap;

/// Greatest resource id that OMNA gives out or leaves to vendors.
const MAX_RESOURCE: u16 = 32768;

pub(super) fn read(
    section: Option<&Element>,
    declared: &Declared,
    methods: &Methods,
    notes: &mut Notes,
) -> Lwm2mBinding {
    let mut binding = Lwm2mBinding::default();
    let Some(section) = section else { return binding };
    let open = Open::new(section);
    let (mut names, mut used) = (Ids::default(), HashMap::new());
    for child in open.children(&["Object"], notes) {
        let (mut open, name) = Open::named(child, "name", notes);
        names.enter(&name, 0, child.line, &open.name, "object name", notes);
        let id = open.whole::<u16>("id", notes);
        let version = open.required("version", notes).to_owned();
        let urn = open.required("urn", notes).to_owned();
        if let Some(id) = id {
            check_object(id, &version, &urn, &open, notes);
            if binding.objects.iter().any(|o| o.id == id) {
                open.fault(notes, format!("object id {id} is used twice"));
            }
        }
        let resources = resources(&open, declared, methods, &mut used, notes);
        open.finish(notes);
        binding.objects.push(Lwm2mObject { id: id.unwrap_or_default(), name, urn, version, resources });
    }
    open.finish(notes);
    binding
}

/// The label of a URN follows from the range of the id (OMNA, LwM2M object registry), and the version is left out only
/// when it is 1.0.
fn check_object(id: u16, version: &str, urn: &str, open: &Open<'_>, notes: &mut Notes) {
    let label = match id {
        0..=1023 => "oma",
        2048..=10240 => "ext",
        10241..=42800 => "x",
        _ => {
            open.fault(notes, format!("object id {id} lies in a reserved range; vendors use 10241 to 42800"));
            return;
        }
    };
    if version.is_empty() || urn.is_empty() {
        return;
    }
    let is_version = version.split_once('.').is_some_and(|(major, minor)| {
        [major, minor].iter().all(|p| !p.is_empty() && p.len() < 4 && p.bytes().all(|b| b.is_ascii_digit()))
    });
    if !is_version {
        open.fault(notes, format!("version '{version}' is not of the form 1.0"));
        return;
    }
    let suffix = if version == "1.0" { String::new() } else { format!(":{version}") };
    let wanted = format!("urn:oma:lwm2m:{label}:{id}{suffix}");
    if urn != wanted {
        open.fault(notes, format!("urn '{urn}' does not fit id and version; it is {wanted}"));
    }
}

fn resources(
    object: &Open<'_>,
    declared: &Declared,
    methods: &Methods,
    used: &mut HashMap<ParameterIx, String>,
    notes: &mut Notes,
) -> Vec<Lwm2mResource> {
    let mut resources: Vec<Lwm2mResource> = Vec::new();
    let mut names = Ids::default();
    let mut lines: HashMap<u16, usize> = HashMap::new();
    for child in object.children(&["Resource"], notes) {
        let (mut open, name) = Open::named(child, "name", notes);
        names.enter(&name, 0, child.line, &open.name, "resource name", notes);
        let id = open.whole::<u16>("id", notes);
        if let Some(id) = id {
            if id > MAX_RESOURCE {
                open.fault(notes, format!("resource id {id} is greater than {MAX_RESOURCE}"));
            }
            if let Some(first) = lines.insert(id, child.line) {
                let reason = format!("path {}/{id} is used twice; the first is on line {first}", object.name);
                open.fault(notes, reason);
            }
        }
        let (mandatory, multiple) = (open.flag("mandatory", notes), open.flag("multiple", notes));
        let target = target(&mut open, &object.name, declared, methods, used, notes);
        if multiple && matches!(target, Some(ResourceTarget::Method(_))) {
            open.fault(notes, "an executable resource cannot be multiple");
        }
        open.nothing_inside(notes);
        open.finish(notes);
        if let (Some(id), Some(target)) = (id, target) {
            resources.push(Lwm2mResource { id, name, target, mandatory, multiple });
        }
    }
    resources
}

fn target(
    open: &mut Open<'_>,
    object: &str,
    declared: &Declared,
    methods: &Methods,
    used: &mut HashMap<ParameterIx, String>,
    notes: &mut Notes,
) -> Option<ResourceTarget> {
    match (open.optional("ref"), open.optional("method")) {
        (Some(_), None) => {
            let (ix, parameter) = declared.reference(open, notes)?;
            let here = format!("{object}/{}", open.name);
            if let Some(first) = used.insert(ix, here) {
                open.fault(notes, format!("'{}' already stands at {first}", parameter.id));
            }
            Some(ResourceTarget::Parameter(ix))
        }
        (None, Some(_)) => methods.reference(open, notes).map(|(ix, _)| ResourceTarget::Method(ix)),
        _ => {
            open.fault(notes, "a resource has either ref (a parameter) or method");
            None
        }
    }
}
