//! How much a link may keep, by the size of the fleet: all links together stay within a bound.

use std::time::Duration;

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

/// Between two pictures of a link.
const VIEW_EVERY: Duration = Duration::from_millis(250);
const LONGEST_VIEW: Duration = Duration::from_secs(1);

/// The room of one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Frames that may wait for it.
    pub frames: usize,
    /// Newest messages that it keeps.
    pub messages: usize,
    /// Most bytes of their payloads.
    pub bytes: usize,
    /// Between two pictures of it.
    pub view_every: Duration,
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
            view_every: (VIEW_EVERY * u32::try_from(links.div_ceil(DETAILED)).unwrap_or(u32::MAX)).min(LONGEST_VIEW),
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
        let most = Room { frames: 64, messages: 64, bytes: 256 * 1024, view_every: Duration::from_millis(250) };
        assert_eq!(Room::of(64, 64), most);
        assert_eq!(Room::of(1, 640), Room { frames: 8, ..most });
        let second = Duration::from_secs(1);
        let least = Room { frames: 8, messages: 8, bytes: 16 * 1024, view_every: second };
        assert_eq!(Room::of(2000, 2000), least);
        assert_eq!(Room::of(128, 128), Room { frames: 32, messages: 32, bytes: 128 * 1024, view_every: second / 2 });
    }
}
