//! The birth/death sequence number: ties a death to the birth before it.

/// One more with every CONNECT, 255 is followed by 0, kept over restarts
/// (`tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BdSeq {
    used: Option<u8>,
}

impl BdSeq {
    /// From the text kept on disk; anything else than a number of a byte counts as never connected.
    #[must_use]
    pub fn restore(stored: Option<&str>) -> Self {
        Self { used: stored.and_then(|s| s.trim().parse().ok()) }
    }

    /// The number for the next CONNECT.
    pub fn advance(&mut self) -> u8 {
        let next = self.used.map_or(0, |n| n.wrapping_add(1));
        self.used = Some(next);
        next
    }

    /// The CONNECT was never written: its number is free again.
    pub fn take_back(&mut self) {
        self.used = match self.used {
            None | Some(0) => None,
            Some(n) => Some(n - 1),
        };
    }

    /// The number of the newest CONNECT; none before the first.
    #[must_use]
    pub const fn current(self) -> Option<u8> {
        self.used
    }

    /// What to keep on disk.
    #[must_use]
    pub fn stored(self) -> String {
        self.used.map_or_else(String::new, |n| format!("{n}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tck_id_topics_nbirth_bdseq_increment() {
        let mut bd = BdSeq::restore(None);
        assert_eq!((bd.advance(), bd.advance()), (0, 1));
        let mut bd = BdSeq::restore(Some("254\n"));
        assert_eq!((bd.advance(), bd.advance()), (255, 0));
    }

    #[test]
    fn garbage_on_disk_is_a_first_start() {
        for text in ["", "256", "-1", "x", "1 2"] {
            assert_eq!(BdSeq::restore(Some(text)).advance(), 0, "{text:?}");
        }
    }

    #[test]
    fn a_connect_that_was_not_written_uses_nothing_up() {
        let mut bd = BdSeq::restore(Some("6"));
        bd.advance();
        bd.take_back();
        assert_eq!(BdSeq::restore(Some(&bd.stored())).advance(), 7);
    }
}
