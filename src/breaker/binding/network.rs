//! How the device reaches the network. What the host does not tell is none.

use super::Binding;
use super::row::{whole, words};
use crate::profile::Value;

pub(super) const ROWS: &[Binding] = &[
    whole("NetworkBearer", "", |b| b.communication().bearer.map(Value::Int)),
    whole("AvailableNetworkBearer", "", |b| b.communication().bearer.map(Value::Int)),
    // There is no radio, no access point and no cell.
    whole("RadioSignalStrength", "dBm", |_| None),
    whole("LinkQuality", "%", |b| b.communication().link_quality.map(Value::Int)),
    words("IPAddresses", |b| b.communication().ip_addresses.clone().map(Value::Text)),
    words("RouterIPAddress", |b| b.communication().router.clone().map(Value::Text)),
    whole("LinkUtilization", "%", |b| b.communication().link_utilization.map(Value::Int)),
    words("APN", |_| None),
    whole("CellID", "", |_| None),
    whole("SMNC", "", |_| None),
    whole("SMCC", "", |_| None),
    whole("CommunicationStatus", "", |b| b.communication_status().map(|s| Value::Int(s as i64))),
];
