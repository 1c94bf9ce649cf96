//! Which objects and resources the client has: those of the profile, and those of the protocol itself.

use super::{device, firmware, server, traffic};
use crate::lwm2m::codec::Kind;
use crate::lwm2m::path::Path;
use crate::profile::{Access, MethodIx, ParameterIx, Profile, ResourceTarget, ValueKind};

/// An object; it has one instance, 0.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) id: u16,
    pub(super) version: String,
    pub(super) resources: Vec<Resource>,
}

/// A resource.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) id: u16,
    pub(super) multiple: bool,
    pub(super) behind: Behind,
}

/// What stands behind a resource.
#[derive(Clone, Copy, Debug)]
pub(super) enum Behind {
    /// A parameter of the profile.
    Parameter(ParameterIx, Kind, Access),
    /// A method of the profile.
    Method(MethodIx),
    /// Something of the client.
    Own(Own),
}

/// A resource of the client itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Own {
    pub(super) id: u16,
    /// None for one that is executed.
    pub(super) kind: Option<Kind>,
    pub(super) read: bool,
    pub(super) write: bool,
}

impl Own {
    pub(super) const fn read(id: u16, kind: Kind) -> Self {
        Self { id, kind: Some(kind), read: true, write: false }
    }

    pub(super) const fn read_write(id: u16, kind: Kind) -> Self {
        Self { id, kind: Some(kind), read: true, write: true }
    }

    pub(super) const fn write(id: u16, kind: Kind) -> Self {
        Self { id, kind: Some(kind), read: false, write: true }
    }

    pub(super) const fn execute(id: u16) -> Self {
        Self { id, kind: None, read: false, write: false }
    }
}

impl Resource {
    pub(super) const fn kind(&self) -> Option<Kind> {
        match self.behind {
            Behind::Parameter(_, kind, _) => Some(kind),
            Behind::Method(_) => None,
            Behind::Own(own) => own.kind,
        }
    }

    pub(super) fn writable(&self) -> bool {
        match self.behind {
            Behind::Parameter(_, _, access) => access == Access::ReadWrite,
            Behind::Method(_) => false,
            Behind::Own(own) => own.write,
        }
    }

    pub(super) const fn readable(&self) -> bool {
        match self.behind {
            Behind::Parameter(..) => true,
            Behind::Method(_) => false,
            Behind::Own(own) => own.read,
        }
    }
}

/// Versions that an enabler of this version takes for granted (OMA TS LightweightM2M Core 1.1 and 1.2, appendix E);
/// another one has to be said.
fn implied(enabler: &str, object: u16) -> &'static str {
    match (enabler, object) {
        ("1.1", 1 | 3) => "1.1",
        ("1.1", 4) => "1.2",
        ("1.2", 1 | 3) => "1.2",
        ("1.2", 4) => "1.3",
        ("1.2", 5) => "1.1",
        _ => "1.0",
    }
}

impl Object {
    /// The version, where it has to be said in a registration.
    pub(super) fn version_to_say(&self, enabler: &str) -> Option<&str> {
        (self.version != implied(enabler, self.id)).then_some(self.version.as_str())
    }

    pub(super) fn resource(&self, id: u16) -> Option<&Resource> {
        self.resources.iter().find(|r| r.id == id)
    }
}

/// All objects, by id.
pub(super) fn objects(profile: &Profile, enabler: &str) -> Vec<Object> {
    let mut objects: Vec<Object> = profile
        .lwm2m
        .objects
        .iter()
        .map(|object| Object {
            id: object.id,
            version: object.version.clone(),
            resources: object
                .resources
                .iter()
                .map(|r| Resource {
                    id: r.id,
                    multiple: r.multiple,
                    behind: match r.target {
                        ResourceTarget::Parameter(ix) => {
                            Behind::Parameter(ix, kind(profile[ix].kind), profile[ix].access)
                        }
                        ResourceTarget::Method(ix) => Behind::Method(ix),
                    },
                })
                .collect(),
        })
        .collect();
    let server_version = implied(enabler, server::OBJECT);
    for (id, version, own) in [
        (server::OBJECT, server_version, server::RESOURCES),
        (device::OBJECT, "1.0", device::RESOURCES),
        (firmware::OBJECT, "1.0", firmware::RESOURCES),
        (traffic::OBJECT, "1.0", traffic::RESOURCES),
    ] {
        let object = match objects.iter_mut().find(|o| o.id == id) {
            Some(object) => object,
            None => {
                objects.push(Object { id, version: version.to_owned(), resources: Vec::new() });
                let last = objects.len() - 1;
                &mut objects[last]
            }
        };
        for own in own {
            if object.resource(own.id).is_none() {
                object.resources.push(Resource { id: own.id, multiple: false, behind: Behind::Own(*own) });
            }
        }
        object.resources.sort_by_key(|r| r.id);
    }
    objects.sort_by_key(|o| o.id);
    objects
}

/// The data type of a parameter.
pub(super) const fn kind(kind: ValueKind) -> Kind {
    match kind {
        ValueKind::Boolean => Kind::Bool,
        ValueKind::Integer => Kind::Int,
        ValueKind::Float => Kind::Float,
        ValueKind::String => Kind::Text,
        ValueKind::Time => Kind::Time,
        ValueKind::ObjectLink => Kind::Link,
    }
}

/// Object and resource of a path.
pub(super) fn find(objects: &[Object], path: Path) -> Option<(&Object, Option<&Resource>)> {
    let object = objects.iter().find(|o| o.id == path.object)?;
    if path.instance.is_some_and(|i| i != 0) {
        return None;
    }
    match path.resource {
        None => Some((object, None)),
        Some(id) => {
            let resource = object.resource(id)?;
            // The one value of a multiple resource is its instance 0.
            (path.item.is_none() || (resource.multiple && path.item == Some(0))).then_some((object, Some(resource)))
        }
    }
}
