//! How much a link may keep, by the size of the fleet: all links together stay within a bound.

/// Breakers up to which nothing is held back.
const DETAILED: usize = 64;
/// Frames that may wait; when they do, the simulation keeps the newest for later.
const FRAMES: usize = 64;
/// Frames are as large as the fleet, but some have to wait when the machine is busy for a moment.
const FEWEST_FRAMES: usize = 8;
/// Newest messages for the inspector.
const MESSAGES: usize = 64;
const FEWEST_MESSAGES: usize = 8;
/// Most bytes of their payloads.
const BYTES: usize = 256 * 1024;
const FEWEST_BYTES: usize = 16 * 1024;

/// The room of one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Frames that may wait for it.
    pub frames: usize,
    /// Newest messages that it keeps.
    pub messages: usize,
    /// Most bytes of their payloads.
    pub bytes: usize,
}

impl Room {
    /// The room of each of `links` links in a fleet of `breakers`.
    #[must_use]
    pub fn of(links: usize, breakers: usize) -> Self {
        let part = |whole: usize, of: usize, fewest: usize| (whole * DETAILED / of.max(DETAILED)).max(fewest);
        Self {
            frames: part(FRAMES, breakers, FEWEST_FRAMES),
            messages: part(MESSAGES, links, FEWEST_MESSAGES),
            bytes: part(BYTES, links, FEWEST_BYTES),
        }
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::of(1, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_links_have_all_the_room_and_many_share_it() {
        assert_eq!(Room::of(64, 64), Room { frames: 64, messages: 64, bytes: 256 * 1024 });
        assert_eq!(Room::of(1, 640), Room { frames: 8, ..Room::default() });
        assert_eq!(Room::of(1000, 1000), Room { frames: 8, messages: 8, bytes: 16 * 1024 + 393 });
        assert_eq!(Room::of(2000, 2000), Room { frames: 8, messages: 8, bytes: 16 * 1024 });
    }
}
