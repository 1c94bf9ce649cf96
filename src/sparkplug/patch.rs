//! A data message of which only numbers and times change: its bytes are kept, and the new ones are put in their places.
//!
//! Float and Double have a fixed width on the wire, and a timestamp between 2004 and 2109 always takes six bytes of
//! varint. So a message that repeats the same metrics is the earlier one with other bytes at known places.

use bytes::BytesMut;

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
    pub(super) stamp: usize,
    /// Offset of the value, when it has a fixed width.
    pub(super) value: Option<usize>,
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
        places.iter().try_for_each(|place| whole(place.stamp))?;
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

    /// Whether metric `at` has a value of fixed width.
    #[must_use]
    pub fn is_fixed(&self, at: usize) -> bool {
        self.places.get(at).is_some_and(|place| place.value.is_some())
    }

    /// Writes the message with other times and values behind what stands in `out`; false, and nothing written, when a
    /// time does not fit.
    pub(super) fn write(&self, out: &mut BytesMut, sent: u64, sampled: u64, values: &[Patch]) -> bool {
        if !(STAMPS.contains(&sent) && STAMPS.contains(&sampled) && values.len() == self.places.len()) {
            return false;
        }
        let start = out.len();
        out.extend_from_slice(&self.bytes);
        let message = &mut out[start..];
        let stamp = varint(sampled);
        message[self.payload_stamp..self.payload_stamp + STAMP].copy_from_slice(&varint(sent));
        for (place, value) in self.places.iter().zip(values) {
            message[place.stamp..place.stamp + STAMP].copy_from_slice(&stamp);
            match (place.value, value) {
                (Some(at), Patch::Float(v)) => message[at..at + 4].copy_from_slice(&v.to_le_bytes()),
                (Some(at), Patch::Double(v)) => message[at..at + 8].copy_from_slice(&v.to_le_bytes()),
                _ => {}
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
            let patched = writer.patched(&template, sent, sampled, &patches, seqs[1]).unwrap();
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
        assert!(writer.patched(&template, 1 << 42, 1_700_000_000_000, &[Patch::Float(1.0)], 0).is_none());
        assert!(writer.patched(&template, 1_700_000_000_000, 5, &[Patch::Float(1.0)], 0).is_none());
        writer.begin(5);
        writer.metric(head, Some(&Scalar::Float(1.0)));
        assert!(writer.template().is_none());
    }
}
