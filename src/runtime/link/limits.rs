//! What a broker in a cloud takes from one connection, kept by us before it cuts the connection.

use crate::session::Publish;
use std::time::{Duration, Instant};

/// Longest topic of the clouds.
pub const TOPIC_BYTES: usize = 256;
/// Most levels of a topic there.
pub const TOPIC_LEVELS: usize = 8;

/// What one connection may send; none where the broker sets no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Largest payload, bytes.
    pub payload: Option<usize>,
    /// Topics have at most [`TOPIC_BYTES`] bytes and [`TOPIC_LEVELS`] levels.
    pub topic: bool,
    /// Most messages a second.
    pub messages_per_s: Option<f64>,
    /// Most bytes of topic and payload a second.
    pub bytes_per_s: Option<f64>,
    /// Least time between two CONNECTs.
    pub connect_every: Duration,
}

impl Limits {
    /// Why a message cannot be sent at all.
    pub(super) fn refuse(&self, publish: &Publish) -> Option<String> {
        let (topic, size) = (&publish.topic, publish.payload.len());
        if let Some(limit) = self.payload.filter(|limit| size > *limit) {
            return Some(format!(
                "{topic} has {size} bytes, the broker takes {limit} at most; fewer metrics or shorter descriptions in \
                 the profile, --templates off, or a broker without that limit"
            ));
        }
        if !self.topic {
            return None;
        }
        let levels = topic.split('/').count();
        (topic.len() > TOPIC_BYTES || levels > TOPIC_LEVELS).then(|| {
            format!(
                "the topic {topic} has {} bytes and {levels} levels, the broker takes {TOPIC_BYTES} and \
                 {TOPIC_LEVELS}; shorten --group, --node or --device-id",
                topic.len()
            )
        })
    }
}

/// Spends a tenth of a second's worth at once and refills at nine tenths of the rate, so that no second, wherever it
/// begins, sees more than the rate.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    rate: f64,
    level: f64,
}

impl Bucket {
    fn new(rate: f64) -> Self {
        Self { rate, level: (rate / 10.0).max(1.0) }
    }

    fn refill(&mut self, seconds: f64) {
        self.level = (self.level + seconds * self.rate * 0.9).min((self.rate / 10.0).max(1.0));
    }

    /// Seconds until it has more than nothing. A message may overdraw it, or a large one would never leave.
    fn wait(&self) -> f64 {
        if self.level >= 1.0 { 0.0 } else { (1.0 - self.level) / (self.rate * 0.9) }
    }
}

/// Paces what is sent.
#[derive(Clone, Debug)]
pub(super) struct Pacer {
    messages: Option<Bucket>,
    bytes: Option<Bucket>,
    last: Instant,
}

impl Pacer {
    pub(super) fn new(limits: &Limits, now: Instant) -> Self {
        Self { messages: limits.messages_per_s.map(Bucket::new), bytes: limits.bytes_per_s.map(Bucket::new), last: now }
    }

    /// Whether there is anything to pace.
    pub(super) const fn limits(&self) -> bool {
        self.messages.is_some() || self.bytes.is_some()
    }

    /// When the next message may leave, if not now.
    pub(super) fn wait(&mut self, now: Instant) -> Option<Instant> {
        let seconds = now.saturating_duration_since(self.last).as_secs_f64();
        self.last = now;
        let mut wait = 0.0_f64;
        for bucket in [&mut self.messages, &mut self.bytes].into_iter().flatten() {
            bucket.refill(seconds);
            wait = wait.max(bucket.wait());
        }
        (wait > 0.0).then(|| now + Duration::from_secs_f64(wait))
    }

    /// A message of so many bytes leaves.
    pub(super) fn spend(&mut self, bytes: usize) {
        if let Some(bucket) = &mut self.messages {
            bucket.level -= 1.0;
        }
        if let Some(bucket) = &mut self.bytes {
            bucket.level -= bytes as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends whenever it may and returns the times in milliseconds.
    fn send(limits: &Limits, bytes: usize, seconds: u64) -> Vec<u64> {
        let start = Instant::now();
        let mut pacer = Pacer::new(limits, start);
        let mut sent = Vec::new();
        let mut now = start;
        while now < start + Duration::from_secs(seconds) {
            match pacer.wait(now) {
                Some(at) => now = at.max(now + Duration::from_micros(1)),
                None => {
                    pacer.spend(bytes);
                    sent.push((now - start).as_millis() as u64);
                }
            }
        }
        sent
    }

    fn most_in_a_second(sent: &[u64]) -> usize {
        sent.iter().map(|from| sent.iter().filter(|t| (*from..from + 1000).contains(t)).count()).max().unwrap_or(0)
    }

    #[test]
    fn no_second_sees_more_messages_than_the_rate() {
        let sent = send(&Limits { messages_per_s: Some(100.0), ..Limits::default() }, 1, 5);
        assert!(most_in_a_second(&sent) <= 100, "{}", most_in_a_second(&sent));
        assert!(sent.len() >= 440, "and not much less: {}", sent.len());
    }

    #[test]
    fn no_second_sees_more_bytes_than_the_rate_but_for_the_last_message() {
        let sent = send(&Limits { bytes_per_s: Some(524_288.0), ..Limits::default() }, 10_000, 5);
        assert!((most_in_a_second(&sent) - 1) * 10_000 <= 524_288, "{}", most_in_a_second(&sent));
        assert!(sent.len() >= 5 * 46, "{}", sent.len());
    }

    #[test]
    fn a_message_larger_than_a_second_leaves_all_the_same() {
        let sent = send(&Limits { bytes_per_s: Some(1000.0), ..Limits::default() }, 5000, 20);
        assert!(sent.len() >= 3, "{sent:?}");
    }

    #[test]
    fn what_is_too_large_is_told_with_its_size() {
        let limits = Limits { payload: Some(10), topic: true, ..Limits::default() };
        let publish = |topic: &str, size| Publish {
            topic: topic.into(),
            payload: vec![0; size].into(),
            qos: crate::session::Qos::AtMostOnce,
            retain: false,
            sampled: None,
        };
        assert_eq!(limits.refuse(&publish("a/b", 10)), None);
        let reason = limits.refuse(&publish("a/DBIRTH/b", 11)).unwrap();
        assert!(reason.starts_with("a/DBIRTH/b has 11 bytes, the broker takes 10"), "{reason}");
        assert!(limits.refuse(&publish(&"x".repeat(257), 1)).unwrap().contains("257 bytes"));
        assert!(limits.refuse(&publish("1/2/3/4/5/6/7/8/9", 1)).unwrap().contains("9 levels"));
        assert_eq!(Limits::default().refuse(&publish("1/2/3/4/5/6/7/8/9", 99)), None);
    }

    #[test]
    fn without_limits_nothing_waits() {
        let mut pacer = Pacer::new(&Limits::default(), Instant::now());
        pacer.spend(1_000_000);
        assert_eq!(pacer.wait(Instant::now()), None);
    }
}
