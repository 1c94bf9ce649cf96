//! Writing data payloads straight into one buffer that is used again and again.
//!
//! Births and commands go through the prost structs of [`super::payload`]; data is sent a thousand times as often and
//! is written field by field. Both give bytes that the structs read; a test compares them.

use super::patch::{Patch, Place, Template};
use super::scalar::Scalar;
use bytes::{BufMut, Bytes, BytesMut};
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};
use std::num::NonZeroU32;

/// Messages are written into blocks of so many bytes.
const BLOCK: usize = 32 * 1024;
/// Room to start a message with; longer ones grow.
const ROOM: usize = 1024;
/// Bytes that a sequence number takes.
const SEQ: usize = 3;

/// What stands around a value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Head<'a> {
    /// Name, when aliases are not used.
    pub name: Option<&'a str>,
    /// Alias.
    pub alias: Option<u64>,
    /// Milliseconds since 1970.
    pub timestamp: u64,
    /// Datatype code, where the birth does not say it.
    pub datatype: Option<u32>,
    /// A stored value.
    pub historical: bool,
    /// `Quality` property, when it must be told.
    pub quality: Option<i32>,
}

/// Writes one payload after the other into the same buffer.
#[derive(Debug, Default)]
pub struct Writer {
    buffer: BytesMut,
    body: Vec<u8>,
    places: Vec<Place>,
}

impl Writer {
    /// Starts a payload.
    pub fn begin(&mut self, timestamp: u64) {
        self.buffer.clear();
        self.make_room(ROOM);
        self.places.clear();
        varint(&mut self.buffer, 1, timestamp);
    }

    /// Adds a metric; no scalar means null.
    pub fn metric(&mut self, head: Head<'_>, value: Option<&Scalar<'_>>) {
        let body = &mut self.body;
        body.clear();
        if let Some(name) = head.name {
            bytes(body, 1, name.as_bytes());
        }
        if let Some(alias) = head.alias {
            varint(body, 2, alias);
        }
        let stamp = body.len() + 1;
        varint(body, 3, head.timestamp);
        if let Some(code) = head.datatype {
            varint(body, 4, u64::from(code));
        }
        if head.historical {
            varint(body, 5, 1);
        }
        if value.is_none() {
            varint(body, 7, 1);
        }
        if let Some(code) = head.quality {
            quality(body, code);
        }
        // A key of one byte stands before either.
        let fixed = matches!(value, Some(Scalar::Float(_) | Scalar::Double(_))).then_some(body.len() + 1);
        match value {
            None => {}
            Some(Scalar::Int(v)) => varint(body, 10, u64::from(*v)),
            Some(Scalar::Long(v)) => varint(body, 11, *v),
            Some(Scalar::Float(v)) => {
                encode_key(12, WireType::ThirtyTwoBit, body);
                body.put_f32_le(*v);
            }
            Some(Scalar::Double(v)) => {
                encode_key(13, WireType::SixtyFourBit, body);
                body.put_f64_le(*v);
            }
            Some(Scalar::Boolean(v)) => varint(body, 14, u64::from(*v)),
            Some(Scalar::Text(v)) => bytes(body, 15, v.as_bytes()),
        }
        bytes(&mut self.buffer, 2, body);
        let start = self.buffer.len() - body.len();
        // A packet of MQTT is far shorter than 4 GiB.
        let value = fixed.and_then(|at| NonZeroU32::new((start + at) as u32));
        self.places.push(Place { stamp: (start + stamp) as u32, value });
    }

    /// How many metrics the payload has so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// What was written so far as a template; none when a timestamp does not have the usual width.
    #[must_use]
    pub fn template(&self) -> Option<Template> {
        Template::new(&self.buffer, 1, &self.places)
    }

    /// The message of a template with other times and values; none when a time does not fit or `value` refuses a metric.
    /// It is asked for each in order, and told whether the place has a fixed width.
    pub fn patched(
        &mut self,
        template: &Template,
        sent: u64,
        sampled: u64,
        seq: u8,
        value: impl FnMut(usize, bool) -> Option<Patch>,
    ) -> Option<Bytes> {
        self.buffer.clear();
        self.make_room(template.size() + SEQ);
        template.write(&mut self.buffer, sent, sampled, value).then(|| self.finish(seq))
    }

    /// Messages are cut out of blocks, so that one costs no allocation: as long as a message is held its block is not
    /// used again.
    fn make_room(&mut self, bytes: usize) {
        if self.buffer.capacity() < bytes && !self.buffer.try_reclaim(bytes) {
            self.buffer = BytesMut::with_capacity(BLOCK.max(bytes));
        }
    }

    /// Ends the payload. The buffer is taken back by the next one when the bytes have been sent and dropped.
    pub fn finish(&mut self, seq: u8) -> Bytes {
        varint(&mut self.buffer, 3, u64::from(seq));
        self.places.clear();
        self.buffer.split().freeze()
    }
}

fn varint(out: &mut impl BufMut, tag: u32, value: u64) {
    encode_key(tag, WireType::Varint, out);
    encode_varint(value, out);
}

fn bytes(out: &mut impl BufMut, tag: u32, content: &[u8]) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(content.len() as u64, out);
    out.put_slice(content);
}

/// `properties { keys: "Quality" values { type: 3 int_value: code } }`.
fn quality(out: &mut Vec<u8>, code: i32) {
    let word = u64::from(code.cast_unsigned());
    let value_len = 2 + 1 + encoded_len_varint(word);
    let key = super::quality::KEY.as_bytes();
    encode_key(9, WireType::LengthDelimited, out);
    encode_varint((2 + key.len() + 2 + value_len) as u64, out);
    bytes(out, 1, key);
    encode_key(2, WireType::LengthDelimited, out);
    encode_varint(value_len as u64, out);
    varint(out, 1, 3);
    varint(out, 3, word);
}

#[cfg(test)]
mod tests {
    use super::super::payload::{Metric, MetricValue, Payload, PropertyScalar};
    use super::*;
    use prost::Message;
    use std::borrow::Cow;

    #[test]
    fn the_structs_read_what_is_written() {
        let mut writer = Writer::default();
        for round in 0..2_u8 {
            writer.begin(1_700_000_000_000);
            let head = Head { alias: Some(65_546), timestamp: 1_700_000_000_001, ..Head::default() };
            writer.metric(head, Some(&Scalar::Float(61.5)));
            writer.metric(Head { alias: None, name: Some("a/b"), ..head }, Some(&Scalar::Text(Cow::Borrowed("x"))));
            writer.metric(Head { historical: true, ..head }, Some(&Scalar::Int(0xFFFF_FFFF)));
            writer.metric(Head { quality: Some(-2_147_483_136), ..head }, None);
            writer.metric(head, Some(&Scalar::Double(-0.5)));
            writer.metric(head, Some(&Scalar::Boolean(false)));
            writer.metric(head, Some(&Scalar::Long(u64::MAX)));
            assert_eq!(writer.len(), 7);
            let payload = Payload::decode(writer.finish(round)).unwrap();
            assert_eq!(payload.seq, Some(u64::from(round)));
            assert_eq!(payload.timestamp, Some(1_700_000_000_000));
            let values: Vec<_> = payload.metrics.iter().map(|m| m.value.clone()).collect();
            assert_eq!(
                values,
                [
                    Some(MetricValue::Float(61.5)),
                    Some(MetricValue::String("x".into())),
                    Some(MetricValue::Int(0xFFFF_FFFF)),
                    None,
                    Some(MetricValue::Double(-0.5)),
                    Some(MetricValue::Boolean(false)),
                    Some(MetricValue::Long(u64::MAX)),
                ]
            );
            assert_eq!(payload.metrics[2].is_historical, Some(true));
            assert_eq!(payload.metrics[3].is_null, Some(true));
            let quality = payload.metrics[3].properties.as_ref().and_then(|p| p.get("Quality"));
            assert_eq!(quality, Some(&PropertyScalar::Int(0x8000_0200)));
        }
    }

    #[test]
    fn the_same_bytes_as_the_structs() {
        let mut writer = Writer::default();
        writer.begin(1);
        writer.metric(Head { alias: Some(7), timestamp: 2, ..Head::default() }, Some(&Scalar::Boolean(true)));
        let metric =
            Metric { alias: Some(7), timestamp: Some(2), value: Some(MetricValue::Boolean(true)), ..Metric::default() };
        let payload = Payload { timestamp: Some(1), metrics: vec![metric], seq: Some(200), ..Payload::default() };
        assert_eq!(writer.finish(200), payload.encode_to_vec());
    }
}
