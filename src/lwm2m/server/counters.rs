//! What the server counts.

/// What the server counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages of devices.
    pub messages: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
    /// Values in them.
    pub values: u64,
    /// Registrations accepted.
    pub registrations: u64,
    /// Updates accepted.
    pub updates: u64,
    /// De-registrations.
    pub deregistrations: u64,
    /// Registrations that ran out.
    pub expired: u64,
    /// Messages that could not be understood, or were too large.
    pub malformed: u64,
    /// Messages of devices that are not registered.
    pub strangers: u64,
    /// Registrations refused because there are too many devices, and values that found no room.
    pub refused: u64,
    /// Commands sent.
    pub commands: u64,
    /// Commands that a device carried out.
    pub commands_done: u64,
    /// Commands that a device refused.
    pub commands_refused: u64,
    /// Commands that nobody answered.
    pub commands_silent: u64,
    /// Answers nobody waited for.
    pub stray_answers: u64,
    /// Messages lost because the connection took no more.
    pub dropped: u64,
}
