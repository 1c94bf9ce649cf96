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

/// Devices that are kept in full detail. Of more, each has its part, so that all together take no more memory.
pub const DETAILED: usize = 256;

/// Points of the recent course of one value.
pub const POINTS: usize = 480;

/// Points of all values of one device together.
pub const POINTS_OF_DEVICE: usize = 16_384;

/// Points of a course are this far apart at least; the newest of a shorter time stands for it. With [`POINTS`] this is
/// two minutes of the fastest value.
pub const POINT_EVERY_MS: i64 = 250;

/// Newest messages kept of one device.
pub const MESSAGES: usize = 64;

/// Newest messages kept of one device of however many.
pub const FEWEST_MESSAGES: usize = 8;

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

/// What is kept of each of so many devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Newest messages.
    pub messages: usize,
    /// Points of the recent course of one value.
    pub points: usize,
    /// Points of all values together.
    pub points_of_device: usize,
    /// Points of a course are this far apart at least. A course is as long with many devices as with few.
    pub point_every_ms: i64,
}

impl Share {
    /// The share of each of so many devices.
    #[must_use]
    pub const fn of(devices: usize) -> Self {
        let parts = if devices > DETAILED { devices.div_ceil(DETAILED) } else { 1 };
        let messages = MESSAGES / parts;
        Self {
            messages: if messages < FEWEST_MESSAGES { FEWEST_MESSAGES } else { messages },
            points: POINTS / parts,
            points_of_device: POINTS_OF_DEVICE / parts,
            point_every_ms: POINT_EVERY_MS * parts as i64,
        }
    }
}

impl Default for Share {
    fn default() -> Self {
        Self::of(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_devices_take_no_more_together_and_a_course_is_as_long() {
        let all = Share::of(DETAILED);
        assert_eq!(all, Share::default());
        for devices in [DETAILED + 1, 1000, 2000, DEVICES] {
            let share = Share::of(devices);
            assert!(share.points_of_device * devices <= all.points_of_device * DETAILED, "{devices}");
            let length = share.points as i64 * share.point_every_ms;
            assert!((119_000..=120_000).contains(&length), "{devices}: {length} ms");
            assert!(share.messages >= FEWEST_MESSAGES && share.messages < all.messages);
        }
    }
}
