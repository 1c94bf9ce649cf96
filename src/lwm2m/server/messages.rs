//! The newest messages of a device, as they were on the wire.

use super::limits;
use crate::time::UtcMillis;
use std::collections::VecDeque;
use std::sync::Arc;

/// A message as it was on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Counts up within the device.
    pub number: u64,
    /// When.
    pub at: UtcMillis,
    /// The server sent it (else the device).
    pub outgoing: bool,
    /// Topic.
    pub topic: Arc<str>,
    /// Size of the payload in bytes.
    pub size: usize,
    /// The payload, cut after [`limits::MESSAGE_BYTES`].
    pub bytes: Arc<[u8]>,
}

/// The newest messages, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Messages {
    newest: VecDeque<Message>,
    count: u64,
}

impl Messages {
    pub(super) fn push(&mut self, at: UtcMillis, outgoing: bool, topic: &str, payload: &[u8], most: usize) {
        while self.newest.len() >= most.max(1) {
            self.newest.pop_front();
        }
        self.count += 1;
        // Most messages come on the topic of the one before.
        let known = self.newest.back().filter(|m| &*m.topic == topic).map(|m| Arc::clone(&m.topic));
        self.newest.push_back(Message {
            number: self.count,
            at,
            outgoing,
            topic: known.unwrap_or_else(|| topic.into()),
            size: payload.len(),
            bytes: payload[..payload.len().min(limits::MESSAGE_BYTES)].into(),
        });
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.newest.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_in_number_and_size() {
        let mut messages = Messages::default();
        for i in 0..100 {
            messages.push(UtcMillis(i), false, "t", &[7; 10_000], limits::MESSAGES);
        }
        assert_eq!(messages.iter().count(), limits::MESSAGES);
        let last = messages.iter().next_back().unwrap();
        assert_eq!((last.number, last.size, last.bytes.len()), (100, 10_000, limits::MESSAGE_BYTES));
        messages.push(UtcMillis(100), true, "u", &[], 8);
        assert_eq!(messages.iter().map(|m| m.number).collect::<Vec<_>>(), [94, 95, 96, 97, 98, 99, 100, 101]);
        assert_eq!(messages.iter().next_back().map(|m| &*m.topic), Some("u"));
    }
}
