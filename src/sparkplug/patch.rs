//! A data message of which only numbers and times change: its bytes are kept, and the new ones are put in their places.
//!
//! Float and Double have a fixed width on the wire, and a timestamp between 2004 and 2109 always takes six bytes of
//! varint. So a message that repeats the same metrics is the earlier one with other bytes at known places.

use bytes::BytesMut;
use std::num::NonZeroU32;

/// Bytes of a timestamp as varint.
const STAMP: usize = 6;
/// Timestamps that take [`STAMP`] bytes: 35 to 42 bits.
const STAMPS: std::ops::Range<u64> = 1 << 35..1 << 42;

/// What can be put in place of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Patch {
    /// A Float.
    Float(f32),
    /// A Double.
    Double(f64),
    /// What stands there stays.
    Stays,
}

/// Where the parts of a metric stand in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Offset of the timestamp.
    pub(super) stamp: u32,
    /// Offset of the value, when it has a fixed width.
    pub(super) value: Option<NonZeroU32>,
}

/// A message without its sequence number, with the places of what changes.
#[derive(Clone, Debug)]
pub struct Template {
    bytes: Vec<u8>,
    payload_stamp: usize,
    places: Vec<Place>,
}

impl Template {
    /// Of a message that was just written; none when a timestamp in it has another width.
    pub(super) fn new(bytes: &[u8], payload_stamp: usize, places: &[Place]) -> Option<Self> {
        let whole = |at: usize| {
            let stamp = bytes.get(at..at + STAMP)?;
            let (last, rest) = stamp.split_last()?;
            (*last < 0x80 && rest.iter().all(|b| *b >= 0x80)).then_some(())
        };
        whole(payload_stamp)?;
        places.iter().try_for_each(|place| whole(place.stamp as usize))?;
        Some(Self { bytes: bytes.to_vec(), payload_stamp, places: places.to_vec() })
    }

    /// How many metrics it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many bytes its messages have, but for the sequence number.
    pub(super) const fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Writes the message with other times and values behind what stands in `out`. `value` is asked for each metric in
    /// order, and told whether it has a fixed width. False, and nothing written, when a time does not fit or a value is
    /// refused.
    pub(super) fn write(
        &self,
        out: &mut BytesMut,
        sent: u64,
        sampled: u64,
        mut value: impl FnMut(usize, bool) -> Option<Patch>,
    ) -> bool {
        if !(STAMPS.contains(&sent) && STAMPS.contains(&sampled)) {
            return false;
        }
        let start = out.len();
        out.extend_from_slice(&self.bytes);
        let message = &mut out[start..];
        let stamp = varint(sampled);
        message[self.payload_stamp..self.payload_stamp + STAMP].copy_from_slice(&varint(sent));
        for (at, place) in self.places.iter().enumerate() {
            let Some(patch) = value(at, place.value.is_some()) else {
                out.truncate(start);
                return false;
            };
            let stamp_at = place.stamp as usize;
            message[stamp_at..stamp_at + STAMP].copy_from_slice(&stamp);
            let Some(value_at) = place.value.map(|at| at.get() as usize) else { continue };
            match patch {
                Patch::Float(v) => message[value_at..value_at + 4].copy_from_slice(&v.to_le_bytes()),
                Patch::Double(v) => message[value_at..value_at + 8].copy_from_slice(&v.to_le_bytes()),
                Patch::Stays => {}
            }
        }
        true
    }
}

/// Six bytes of varint.
fn varint(value: u64) -> [u8; STAMP] {
    let mut bytes = [0; STAMP];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = (value >> (7 * i)) as u8 & 0x7F | if i + 1 < STAMP { 0x80 } else { 0 };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::payload::{Metric, MetricValue, Payload};
    use super::super::scalar::Scalar;
    use super::super::write::{Head, Writer};
    use super::*;
    use proptest::prelude::*;
    use prost::Message;
    use std::borrow::Cow;

    fn value() -> impl Strategy<Value = (Scalar<'static>, Scalar<'static>, Patch)> {
        prop_oneof![
            (any::<f32>(), any::<f32>()).prop_map(|(a, b)| (Scalar::Float(a), Scalar::Float(b), Patch::Float(b))),
            (any::<f64>(), any::<f64>()).prop_map(|(a, b)| (Scalar::Double(a), Scalar::Double(b), Patch::Double(b))),
            any::<u32>().prop_map(|a| (Scalar::Int(a), Scalar::Int(a), Patch::Stays)),
            "[a-z]{0,9}".prop_map(|a| (Scalar::Text(Cow::Owned(a.clone())), Scalar::Text(Cow::Owned(a)), Patch::Stays)),
        ]
    }

    proptest! {
        /// The structs of prost are the independent encoder.
        #[test]
        fn a_patched_message_is_the_message_that_prost_encodes(
            metrics in prop::collection::vec((prop::option::of("[A-Za-z/ ]{1,30}"), 1..1_u64 << 33, value()), 0..40),
            stamps in prop::array::uniform4(1_u64 << 35..1 << 42),
            seqs in any::<[u8; 2]>(),
        ) {
            let [first_sent, first_sampled, sent, sampled] = stamps;
            let mut writer = Writer::default();
            writer.begin(first_sent);
            for (name, alias, (value, _, _)) in &metrics {
                let head = Head {
                    name: name.as_deref(),
                    alias: name.is_none().then_some(*alias),
                    timestamp: first_sampled,
                    ..Head::default()
                };
                writer.metric(head, Some(value));
            }
            let template = writer.template().unwrap();
            writer.finish(seqs[0]);
            let patches: Vec<Patch> = metrics.iter().map(|(_, _, (_, _, patch))| *patch).collect();
            let patched = writer.patched(&template, sent, sampled, seqs[1], |at, _| patches.get(at).copied()).unwrap();
            let metrics = metrics.iter().map(|(name, alias, (_, value, _))| Metric {
                name: name.clone(),
                alias: name.is_none().then_some(*alias),
                timestamp: Some(sampled),
                value: Some(MetricValue::from(value.clone())),
                ..Metric::default()
            });
            let whole = Payload {
                timestamp: Some(sent),
                metrics: metrics.collect(),
                seq: Some(u64::from(seqs[1])),
                ..Payload::default()
            };
            prop_assert_eq!(patched, whole.encode_to_vec());
        }
    }

    #[test]
    fn a_time_of_another_width_is_refused() {
        let mut writer = Writer::default();
        writer.begin(1_700_000_000_000);
        let head = Head { alias: Some(1), timestamp: 1_700_000_000_000, ..Head::default() };
        writer.metric(head, Some(&Scalar::Float(1.0)));
        let template = writer.template().unwrap();
        let one = |_, _| Some(Patch::Float(1.0));
        assert!(writer.patched(&template, 1 << 42, 1_700_000_000_000, 0, one).is_none());
        assert!(writer.patched(&template, 1_700_000_000_000, 5, 0, one).is_none());
        assert!(writer.patched(&template, 1_700_000_000_000, 1_700_000_000_000, 0, |_, _| None).is_none());
        assert!(writer.patched(&template, 1_700_000_000_000, 1_700_000_000_000, 0, one).is_some());
        writer.begin(5);
        writer.metric(head, Some(&Scalar::Float(1.0)));
        assert!(writer.template().is_none());
    }
}
