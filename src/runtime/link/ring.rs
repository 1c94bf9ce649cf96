//! The newest messages, for the inspector.

use super::attention::Attention;
use super::room::Room;
use super::view::MessageView;
use crate::time::UtcMillis;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;

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
#[derive(Debug)]
pub(super) struct Ring {
    room: Room,
    messages: VecDeque<Raw>,
    bytes: usize,
    shown: Arc<VecDeque<MessageView>>,
    changed: bool,
}

impl Ring {
    pub(super) fn new(room: &Room) -> Self {
        Self { room: *room, messages: VecDeque::new(), bytes: 0, shown: Arc::default(), changed: false }
    }

    pub(super) fn push(&mut self, utc: UtcMillis, outgoing: bool, topic: Arc<str>, payload: Bytes) {
        // What came in is a part of the buffer that it was read into, all of which would be kept with it.
        let payload = if outgoing { payload } else { Bytes::copy_from_slice(&payload) };
        self.bytes += payload.len();
        self.messages.push_back(Raw { utc, outgoing, topic, payload, decoded: None });
        while self.messages.len() > self.room.messages || (self.bytes > self.room.bytes && self.messages.len() > 1) {
            self.bytes -= self.messages.pop_front().map_or(0, |m| m.payload.len());
        }
        self.changed = true;
    }

    /// All messages in words; those of the last time while nobody looks.
    pub(super) fn view(
        &mut self,
        attention: &Attention,
        describe: impl Fn(&str, &[u8]) -> Vec<String>,
    ) -> Arc<VecDeque<MessageView>> {
        if attention.take() && std::mem::take(&mut self.changed) {
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

    fn look() -> Attention {
        let attention = Attention::default();
        attention.pay();
        attention
    }

    #[test]
    fn bounded_by_count_and_by_bytes() {
        let mut ring = Ring::new(&Room::default());
        for i in 0..200 {
            ring.push(UtcMillis(i), true, "t".into(), Bytes::from_static(b"xy"));
        }
        let view = ring.view(&look(), |_, p| vec![p.len().to_string()]);
        assert_eq!(view.len(), Room::default().messages);
        assert_eq!(view.back().map(|m| (m.utc.0, m.decoded[0].clone())), Some((199, "2".into())));
        for i in 0..10 {
            ring.push(UtcMillis(i), false, "t".into(), Bytes::from(vec![0; 100 * 1024]));
        }
        assert_eq!(ring.view(&look(), |_, _| Vec::new()).len(), 2);
    }

    #[test]
    fn a_message_is_decoded_once_and_only_when_somebody_looks() {
        let count = std::cell::Cell::new(0);
        let mut ring = Ring::new(&Room::default());
        let attention = Attention::default();
        for _ in 0..3 {
            ring.push(UtcMillis(0), true, "t".into(), Bytes::new());
            for _ in 0..2 {
                ring.view(&attention, |_, _| {
                    count.set(count.get() + 1);
                    Vec::new()
                });
            }
        }
        assert_eq!(count.get(), 0);
        attention.pay();
        assert_eq!(ring.view(&attention, |_, _| vec!["x".to_owned()]).len(), 3);
        ring.push(UtcMillis(0), true, "t".into(), Bytes::new());
        attention.pay();
        let decoded = ring.view(&attention, |_, _| vec!["y".to_owned()]);
        assert_eq!(decoded.iter().map(|m| m.decoded[0].as_str()).collect::<Vec<_>>(), ["x", "x", "x", "y"]);
    }
}
