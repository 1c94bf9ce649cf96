//! Messages, values and bytes a second.

use crate::time::UtcMillis;

/// Seconds over which a rate is taken.
const WINDOW: usize = 5;

/// What was counted in a second.
#[derive(Clone, Copy, Debug, Default)]
struct Second {
    number: i64,
    messages: u64,
    values: u64,
    bytes: u64,
}

/// Counts of the last seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate([Second; WINDOW + 1]);

/// Three numbers that are not the same: a message may carry many values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// MQTT messages a second.
    pub messages: f64,
    /// Values a second.
    pub values: f64,
    /// Payload bytes a second.
    pub bytes: f64,
}

impl Rate {
    pub(super) fn count(&mut self, now: UtcMillis, messages: u64, values: usize, bytes: usize) {
        let number = now.0.div_euclid(1000);
        let slot = &mut self.0[number.rem_euclid(WINDOW as i64 + 1) as usize];
        if slot.number != number {
            *slot = Second { number, ..Second::default() };
        }
        slot.messages += messages;
        slot.values += values as u64;
        slot.bytes += bytes as u64;
    }

    /// The mean of the last whole seconds; the one that runs does not count yet.
    pub(super) fn rates(&self, now: UtcMillis) -> Rates {
        let current = now.0.div_euclid(1000);
        let whole = self.0.iter().filter(|s| s.number < current && s.number >= current - WINDOW as i64);
        let mut rates = Rates::default();
        for second in whole {
            rates.messages += second.messages as f64 / WINDOW as f64;
            rates.values += second.values as f64 / WINDOW as f64;
            rates.bytes += second.bytes as f64 / WINDOW as f64;
        }
        rates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_five_whole_seconds() {
        let mut rate = Rate::default();
        for ms in (10_000..16_000).step_by(5) {
            rate.count(UtcMillis(ms), 1, 12, 94);
        }
        let rates = rate.rates(UtcMillis(16_000));
        assert_eq!(rates, Rates { messages: 200.0, values: 2400.0, bytes: 18_800.0 });
        assert_eq!(rate.rates(UtcMillis(18_500)).messages, 120.0, "two seconds of silence count as nothing");
        assert_eq!(rate.rates(UtcMillis(30_000)), Rates::default());
    }
}
