//! How much the server keeps. Nothing a device or a caller sends makes it grow beyond these.

/// Devices known at a time, registered or not.
pub const DEVICES: usize = 4096;

/// Paths with a value on one device.
pub const VALUES: usize = 1024;

/// Longest text kept as a value, in bytes.
pub const TEXT: usize = 1024;

/// Largest payload that is looked at, in bytes.
pub const PAYLOAD: usize = 256 * 1024;

/// Longest object list of a registration, in bytes.
pub const LINKS: usize = 16 * 1024;

/// Points of the recent course of one value.
pub const POINTS: usize = 480;

/// Points of all values of one device together.
pub const POINTS_OF_DEVICE: usize = 16_384;

/// Points of a course are this far apart at least; the newest of a shorter time stands for it. With [`POINTS`] this is
/// two minutes of the fastest value.
pub const POINT_EVERY_MS: i64 = 250;

/// Newest messages kept of one device.
pub const MESSAGES: usize = 64;

/// Bytes kept of one message.
pub const MESSAGE_BYTES: usize = 4096;

/// Events kept for those who come back: trips, registrations, answers.
pub const EVENTS: usize = 4096;

/// Updates kept for those who come back.
pub const UPDATES: usize = 4096;

/// Bytes of events, and again of updates, kept for those who come back.
pub const FEED_BYTES: usize = 4 * 1024 * 1024;

/// Commands that wait for an answer, of all devices.
pub const WAITING: usize = 1024;

/// Commands that wait for an answer of one device.
pub const WAITING_OF_DEVICE: usize = 32;

/// Finished commands kept for those who ask later.
pub const FINISHED: usize = 1024;

/// Endpoints that were told to register and have not yet.
pub const STRANGERS: usize = 1024;

/// A stranger is told to register no more often than this.
pub const STRANGER_EVERY_MS: i64 = 1000;

/// Messages waiting to be published.
pub const OUTGOING: usize = 8192;

/// Observations of one device.
pub const OBSERVATIONS: usize = 64;
