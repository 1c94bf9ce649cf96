//! What is read: values of the device and of the client itself, and what there is.

use super::super::model::{self, Behind, Object, Own, Resource};
use super::super::operation::{Accept, Reply};
use super::super::{convert, device, firmware, server, traffic};
use super::Core;
use crate::lwm2m::codec::links::{self, Link};
use crate::lwm2m::codec::{self, Entry, Format, Scalar};
use crate::lwm2m::path::Path;
use crate::point::Reading;
use crate::profile::Permission;

impl Core {
    /// Values of the parameters that `wanted` picks, for a Send.
    #[must_use]
    pub fn pick(&self, wanted: impl Fn(usize, &Reading) -> bool) -> Vec<Entry> {
        let mut entries = Vec::new();
        for object in &self.objects {
            for resource in &object.resources {
                let Behind::Parameter(ix, ..) = resource.behind else { continue };
                if self.readings().get(ix.0).is_some_and(|r| wanted(ix.0, r)) {
                    self.read_resource(object, resource, &mut entries);
                }
            }
        }
        entries
    }

    /// The readable values at and below a path.
    pub(super) fn values(&self, path: Path) -> Vec<Entry> {
        let mut entries = Vec::new();
        match model::find(&self.objects, path) {
            Some((object, Some(resource))) => self.read_resource(object, resource, &mut entries),
            Some((object, None)) => {
                for resource in &object.resources {
                    self.read_resource(object, resource, &mut entries);
                }
            }
            None => {}
        }
        entries
    }

    pub(super) fn read_resource(&self, object: &Object, resource: &Resource, entries: &mut Vec<Entry>) {
        let path = Path::resource(object.id, resource.id);
        let value = match resource.behind {
            Behind::Parameter(ix, ..) => self.readings().get(ix.0).and_then(|r| r.value.as_ref()).map(convert::scalar),
            Behind::Method(_) => None,
            Behind::Own(own) => self.read_own(object.id, own),
        };
        let path = if resource.multiple { path.child(0) } else { path };
        entries.extend(value.map(|v| Entry::new(path, v)));
    }

    pub(super) fn read_own(&self, object: u16, own: Own) -> Option<Scalar> {
        match object {
            _ if !own.read => None,
            server::OBJECT => self.account.read(own.id),
            device::OBJECT if own.id == device::BINDINGS => Some(Scalar::text(self.account.binding)),
            firmware::OBJECT => self.firmware.read(own.id),
            traffic::OBJECT => self.traffic.read(own.id),
            _ => None,
        }
    }

    pub(super) fn read(&self, path: Path, accept: Accept) -> Result<Reply, Reply> {
        let format = self.format(path, accept)?;
        let values = self.values(path);
        if values.is_empty() {
            return Err(Reply::error(404, format!("{path} has no value now")));
        }
        let payload = codec::encode(format, path, &values)?;
        Ok(Reply::content(format, payload))
    }

    /// The format to answer in, after the path is found readable.
    pub(super) fn format(&self, path: Path, accept: Accept) -> Result<Format, Reply> {
        self.may(Permission::Read)?;
        let (_, resource) = self.find(path)?;
        if resource.is_some_and(|r| !r.readable()) {
            return Err(Reply::error(405, format!("{path} cannot be read")));
        }
        let single = resource.is_some_and(|r| !r.multiple || path.item.is_some());
        match accept {
            None if single => Ok(Format::Text),
            None => Ok(self.speaks.preferred),
            Some(number) => Format::from_number(number)
                .filter(|f| !matches!(f, Format::Links | Format::EtchJson | Format::EtchCbor))
                .filter(|f| single || !f.is_single())
                .ok_or_else(|| Reply::error(406, format!("{path} cannot be had in content format {number}"))),
        }
    }

    pub(super) fn discover(&self, path: Path, depth: Option<u8>) -> Result<Reply, Reply> {
        self.may(Permission::Read)?;
        let (object, resource) = self.find(path)?;
        // OMA TS LightweightM2M Core 1.2, 6.3.2: two levels below an object, one below an instance or a resource.
        let depth = usize::from(depth.unwrap_or(if path.instance.is_none() { 2 } else { 1 }));
        let deepest = path.depth() + depth;
        let mut list = Vec::new();
        let link = |path: Path| self.attributes.attach(path, Link::to(path));
        if path.depth() == 1 {
            let own = Link::to(path);
            let own = if object.version == "1.0" { own } else { own.with("ver", &object.version) };
            list.push(self.attributes.attach(path, own));
        }
        if path.depth() <= 2 && deepest >= 2 {
            list.push(link(Path::object(object.id).child(0)));
        }
        for found in object.resources.iter().filter(|r| resource.is_none_or(|only| only.id == r.id)) {
            let at = Path::resource(object.id, found.id);
            if deepest < 3 || path.item.is_some() {
                continue;
            }
            let own = if found.multiple { Link::to(at).with("dim", 1) } else { Link::to(at) };
            list.push(self.attributes.attach(at, own));
            if found.multiple && deepest >= 4 {
                list.push(link(at.child(0)));
            }
        }
        Ok(Reply::content(Format::Links, links::encode(&list).into_bytes()))
    }
}
