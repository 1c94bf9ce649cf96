//! The server's own copy of the profile: kinds, and where settings and methods are on a device.

use crate::lwm2m::codec::{Entry, Kind};
use crate::lwm2m::path::Path;
use crate::profile::{Method, ParameterIx, Profile, ResourceTarget, ValueKind};
use std::sync::Arc;

/// What the server knows of the objects of devices.
#[derive(Clone, Debug)]
pub(super) struct Model(pub(super) Arc<Profile>);

impl Model {
    fn target(&self, path: Path) -> Option<ResourceTarget> {
        let object = self.0.lwm2m.objects.iter().find(|o| o.id == path.object)?;
        object.resources.iter().find(|r| Some(r.id) == path.resource).map(|r| r.target)
    }

    fn place(&self, wanted: ResourceTarget) -> Option<Path> {
        let objects = self.0.lwm2m.objects.iter();
        objects
            .flat_map(|o| o.resources.iter().map(move |r| (o.id, r)))
            .find(|(_, r)| r.target == wanted)
            .map(|(object, r)| Path::resource(object, r.id))
    }

    /// The kind of a resource; none for what is unknown or can only be executed.
    pub(super) fn kind(&self, path: Path) -> Option<Kind> {
        match self.target(path)? {
            ResourceTarget::Parameter(ix) => Some(match self.0[ix].kind {
                ValueKind::Boolean => Kind::Bool,
                ValueKind::Integer => Kind::Int,
                ValueKind::Float => Kind::Float,
                ValueKind::String => Kind::Text,
                ValueKind::Time => Kind::Time,
                ValueKind::ObjectLink => Kind::Link,
            }),
            ResourceTarget::Method(_) => None,
        }
    }

    /// A method and its resource.
    pub(super) fn method(&self, id: &str) -> Option<(Path, &Method)> {
        let (ix, method) = self.0.method(id)?;
        self.place(ResourceTarget::Method(ix)).map(|path| (path, method))
    }

    /// Where a parameter is.
    pub(super) fn parameter(&self, ix: ParameterIx) -> Option<Path> {
        self.place(ResourceTarget::Parameter(ix))
    }

    /// A value for people: path, name, value, unit.
    pub(super) fn line(&self, entry: &Entry) -> String {
        let path = entry.path;
        let objects = self.0.lwm2m.objects.iter().filter(|o| o.id == path.object);
        let resource = objects.flat_map(|o| &o.resources).find(|r| Some(r.id) == path.resource);
        let unit = match resource.map(|r| r.target) {
            Some(ResourceTarget::Parameter(ix)) => self.0[ix].unit_after_number(),
            _ => String::new(),
        };
        format!("{path} {} = {}{unit}", resource.map_or("", |r| r.name.as_str()), entry.value)
    }
}
