//! The LwM2M side: objects with their resources.

use super::method::MethodIx;
use super::parameter::ParameterIx;

/// The LwM2M side of the profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lwm2mBinding {
    /// Objects in file order.
    pub objects: Vec<Lwm2mObject>,
}

/// An LwM2M object, instance 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lwm2mObject {
    /// Object id.
    pub id: u16,
    /// Name.
    pub name: String,
    /// URN.
    pub urn: String,
    /// Object version, for example `2.0`.
    pub version: String,
    /// Resources in file order.
    pub resources: Vec<Lwm2mResource>,
}

/// An LwM2M resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lwm2mResource {
    /// Resource id.
    pub id: u16,
    /// Name.
    pub name: String,
    /// What stands behind it.
    pub target: ResourceTarget,
    /// Present in every instance.
    pub mandatory: bool,
    /// More than one resource instance.
    pub multiple: bool,
}

/// What stands behind a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResourceTarget {
    /// Reads or writes a parameter.
    Parameter(ParameterIx),
    /// Executes a method.
    Method(MethodIx),
}
