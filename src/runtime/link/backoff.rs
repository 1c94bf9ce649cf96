//! How long to wait before the next connection attempt.

use std::time::Duration;

/// First wait.
const FIRST_MS: u64 = 500;
/// Longest wait, before jitter.
const LONGEST_MS: u64 = 30_000;

/// Doubles from half a second to half a minute, with up to half as much again on top, so that many links that lost the
/// same broker do not come back in step.
#[derive(Clone, Debug)]
pub(super) struct Backoff {
    failures: u32,
    random: u64,
}

impl Backoff {
    pub(super) const fn new(seed: u64) -> Self {
        Self { failures: 0, random: seed }
    }

    /// A connection held.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure; `servers` are tried in turn, so the wait grows when all of them failed.
    pub(super) fn next(&mut self, servers: usize) -> Duration {
        let round = self.failures / u32::try_from(servers.max(1)).unwrap_or(u32::MAX);
        self.failures = self.failures.saturating_add(1);
        let base = FIRST_MS.saturating_mul(1 << round.min(10)).min(LONGEST_MS);
        Duration::from_millis(base + self.random() % (base / 2 + 1))
    }

    /// `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_half_a_minute_with_jitter_upward_only() {
        let mut backoff = Backoff::new(1);
        for base in [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000] {
            let wait = backoff.next(1).as_millis();
            assert!((base..=base * 3 / 2).contains(&wait), "{wait} for {base}");
        }
        backoff.reset();
        assert!(backoff.next(1).as_millis() <= 750);
    }

    #[test]
    fn each_server_has_its_turn_before_the_wait_grows() {
        let mut backoff = Backoff::new(2);
        for base in [500, 500, 500, 1000, 1000, 1000] {
            let wait = backoff.next(3).as_millis();
            assert!((base..=base * 3 / 2).contains(&wait), "{wait} for {base}");
        }
    }

    #[test]
    fn the_seed_decides() {
        let waits = |seed| {
            let mut b = Backoff::new(seed);
            [b.next(1), b.next(1), b.next(1)]
        };
        assert_eq!(waits(7), waits(7));
        assert_ne!(waits(7), waits(8));
    }
}
