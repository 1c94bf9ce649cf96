//! What a device says about itself and about its way to the network.

use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// Name plate of one device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Manufacturer.
    pub manufacturer: Arc<str>,
    /// Model.
    pub model: Arc<str>,
    /// Serial number: the device id.
    pub serial: Arc<str>,
    /// Firmware version.
    pub firmware: Arc<str>,
    /// Device type.
    pub device_type: Arc<str>,
}

impl Identity {
    /// A number that tells this unit from its sisters: its serial number through FNV-1a.
    pub(super) fn unit_number(&self) -> u64 {
        self.serial
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    }
}

/// How the device stands towards the network; numbers of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CommunicationStatus {
    /// No path is up.
    Offline = 0,
    /// All paths that are switched on are up.
    Online = 1,
    /// Some paths are up.
    Degraded = 2,
    /// The communication unit of the device failed.
    Fault = 3,
}

/// A way over which the device speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathKind {
    /// The broker behind both.
    Mqtt,
    /// LwM2M.
    Lwm2m,
    /// Sparkplug B.
    Sparkplug,
}

impl PathKind {
    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mqtt => "MQTT",
            Self::Lwm2m => "LwM2M",
            Self::Sparkplug => "Sparkplug B",
        }
    }
}

/// How one of them stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathState {
    /// Which.
    pub kind: PathKind,
    /// The devices that speak over it, by their places in the plant.
    pub devices: Range<usize>,
    /// Data flows.
    pub up: bool,
    /// With whom, or why not.
    pub detail: Arc<str>,
}

/// What the runtime knows of the host and the links; nothing here is made up, so what is not known is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Communication {
    /// How the paths stand; none until somebody knows.
    pub status: Option<CommunicationStatus>,
    /// Bearer in use, by the list of LwM2M object 4.
    pub bearer: Option<i64>,
    /// Share of deliveries that were acknowledged, percent.
    pub link_quality: Option<i64>,
    /// Average share of the link in use, percent.
    pub link_utilization: Option<i64>,
    /// Addresses of the host, comma-separated.
    pub ip_addresses: Option<Arc<str>>,
    /// Its router.
    pub router: Option<Arc<str>>,
    /// Free memory of the host, KB.
    pub memory_free_kb: Option<i64>,
    /// For example `+02:00`.
    pub utc_offset: Option<Arc<str>>,
    /// For example `Europe/Berlin`.
    pub timezone: Option<Arc<str>>,
    /// The paths, of all devices or of the one.
    pub paths: Arc<[PathState]>,
}
