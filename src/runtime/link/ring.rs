//! The newest messages, for the inspector.

use super::view::MessageView;
use crate::time::UtcMillis;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;

/// Most messages kept.
const MESSAGES: usize = 64;
/// Most bytes of payload kept.
const BYTES: usize = 256 * 1024;

/// A message as it went over the wire.
#[derive(Clone, Debug)]
struct Raw {
    utc: UtcMillis,
    outgoing: bool,
    topic: Arc<str>,
    payload: Bytes,
    decoded: Option<Arc<[String]>>,
}

/// The newest messages. They are put into words when somebody looks, not when they pass: at a thousand messages a
/// second most are gone by then.
#[derive(Debug, Default)]
pub(super) struct Ring {
    messages: VecDeque<Raw>,
    bytes: usize,
    shown: Arc<VecDeque<MessageView>>,
    changed: bool,
}

impl Ring {
    pub(super) fn push(&mut self, utc: UtcMillis, outgoing: bool, topic: Arc<str>, payload: Bytes) {
        self.bytes += payload.len();
        self.messages.push_back(Raw { utc, outgoing, topic, payload, decoded: None });
        while self.messages.len() > MESSAGES || (self.bytes > BYTES && self.messages.len() > 1) {
            self.bytes -= self.messages.pop_front().map_or(0, |m| m.payload.len());
        }
        self.changed = true;
    }

    /// All messages in words.
    pub(super) fn view(&mut self, describe: impl Fn(&str, &[u8]) -> Vec<String>) -> Arc<VecDeque<MessageView>> {
        if std::mem::take(&mut self.changed) {
            let words = |m: &mut Raw| {
                let decoded = m.decoded.get_or_insert_with(|| describe(&m.topic, &m.payload).into());
                MessageView {
                    utc: m.utc,
                    outgoing: m.outgoing,
                    topic: Arc::clone(&m.topic),
                    size: m.payload.len(),
                    decoded: Arc::clone(decoded),
                }
            };
            self.shown = Arc::new(self.messages.iter_mut().map(words).collect());
        }
        Arc::clone(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_by_count_and_by_bytes() {
        let mut ring = Ring::default();
        for i in 0..200 {
            ring.push(UtcMillis(i), true, "t".into(), Bytes::from_static(b"xy"));
        }
        let view = ring.view(|_, p| vec![p.len().to_string()]);
        assert_eq!(view.len(), MESSAGES);
        assert_eq!(view.back().map(|m| (m.utc.0, m.decoded[0].clone())), Some((199, "2".into())));
        for i in 0..10 {
            ring.push(UtcMillis(i), false, "t".into(), Bytes::from(vec![0; 100 * 1024]));
        }
        assert_eq!(ring.view(|_, _| Vec::new()).len(), 2);
    }

    #[test]
    fn a_message_is_decoded_once() {
        let count = std::cell::Cell::new(0);
        let mut ring = Ring::default();
        for _ in 0..3 {
            ring.push(UtcMillis(0), true, "t".into(), Bytes::new());
            ring.view(|_, _| {
                count.set(count.get() + 1);
                Vec::new()
            });
        }
        assert_eq!(count.get(), 3);
    }
}
