//! Who made the device.

/// Who made the device and what it is. Instance data (serial number) is no part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// For example `Smart`.
    pub manufacturer: String,
    /// For example `XSeries-SmartBreaker`.
    pub model: String,
    /// For example `SmartCircuitBreaker`.
    pub device_type: String,
    /// For example `PowerDistribution/CircuitProtection`.
    pub category: String,
    /// Device revision.
    pub device_revision: String,
    /// Software revision, shown as firmware version.
    pub software_revision: String,
    /// One sentence.
    pub description: String,
}
