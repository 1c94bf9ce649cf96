//! Writing data payloads straight into one buffer that is used again and again.
//!
//! Births and commands go through the prost structs of [`super::payload`]; data is sent a thousand times as often and
//! is written field by field. Both give bytes that the structs read; a test compares them.

use super::patch::{Patch, Place, Template};
use super::pen::{FIELD, Pen};
use super::scalar::Scalar;
use bytes::{Bytes, BytesMut};
use std::num::NonZeroU32;

/// Messages are written into blocks of so many bytes.
const BLOCK: usize = 32 * 1024;
/// Bytes that a sequence number takes.
const SEQ: usize = 3;
/// Room for a metric but for its name and text: nine fields, and the length of the whole.
const METRIC: usize = 10 * FIELD;

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
    /// The payload that is being written: its first `len` bytes. The rest is there to be written over.
    sheet: Vec<u8>,
    len: usize,
    places: Vec<Place>,
}

impl Writer {
    /// Starts a payload.
    pub fn begin(&mut self, timestamp: u64) {
        self.places.clear();
        self.len = 0;
        self.field(1, timestamp);
    }

    /// Adds a metric; no scalar means null.
    pub fn metric(&mut self, head: Head<'_>, value: Option<&Scalar<'_>>) {
        let text = if let Some(Scalar::Text(text)) = value { text.len() } else { 0 };
        let before = self.len;
        let mut pen = self.pen(METRIC + head.name.map_or(0, str::len) + text);
        let start = pen.open(2);
        if let Some(name) = head.name {
            pen.text(1, name);
        }
        if let Some(alias) = head.alias {
            pen.varint(2, alias);
        }
        let stamp = pen.len() + 1;
        pen.varint(3, head.timestamp);
        if let Some(code) = head.datatype {
            pen.varint(4, u64::from(code));
        }
        if head.historical {
            pen.varint(5, 1);
        }
        if value.is_none() {
            pen.varint(7, 1);
        }
        if let Some(code) = head.quality {
            quality(&mut pen, code);
        }
        // A key of one byte stands before either.
        let fixed = pen.len() + 1;
        match value {
            None => {}
            Some(Scalar::Int(v)) => pen.varint(10, u64::from(*v)),
            Some(Scalar::Long(v)) => pen.varint(11, *v),
            Some(Scalar::Float(v)) => pen.float(12, *v),
            Some(Scalar::Double(v)) => pen.double(13, *v),
            Some(Scalar::Boolean(v)) => pen.varint(14, u64::from(*v)),
            Some(Scalar::Text(v)) => pen.text(15, v),
        }
        let moved = before + pen.close(start);
        self.len = before + pen.len();
        // A packet of MQTT is far shorter than 4 GiB.
        let is_fixed = matches!(value, Some(Scalar::Float(_) | Scalar::Double(_)));
        let value = if is_fixed { NonZeroU32::new((fixed + moved) as u32) } else { None };
        self.places.push(Place { stamp: (stamp + moved) as u32, value });
    }

    fn field(&mut self, tag: u8, value: u64) {
        let before = self.len;
        let mut pen = self.pen(2 * FIELD);
        pen.varint(tag, value);
        self.len = before + pen.len();
    }

    /// Writes behind what is written, where there is room for so many bytes.
    fn pen(&mut self, room: usize) -> Pen<'_> {
        let end = self.len + room;
        if self.sheet.len() < end {
            self.sheet.resize(end.next_power_of_two(), 0);
        }
        Pen::new(&mut self.sheet[self.len..end])
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
        Template::new(&self.sheet[..self.len], 1, &self.places)
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
        self.make_room(template.size() + SEQ);
        if !template.write(&mut self.buffer, sent, sampled, value) {
            return None;
        }
        // The key of `seq`, and one or two bytes of varint.
        let field = [3 << 3, seq, 1];
        self.buffer.extend_from_slice(if seq < 0x80 { &field[..2] } else { &field });
        Some(self.buffer.split().freeze())
    }

    /// Messages are cut out of blocks, so that one costs no allocation: as long as a message is held its block is not
    /// used again.
    fn make_room(&mut self, bytes: usize) {
        self.buffer.clear();
        if self.buffer.capacity() < bytes && !self.buffer.try_reclaim(bytes) {
            self.buffer = BytesMut::with_capacity(BLOCK.max(bytes));
        }
    }

    /// Ends the payload.
    pub fn finish(&mut self, seq: u8) -> Bytes {
        self.field(3, u64::from(seq));
        self.places.clear();
        self.make_room(self.len);
        self.buffer.extend_from_slice(&self.sheet[..self.len]);
        self.buffer.split().freeze()
    }
}

/// `properties { keys: "Quality" values { type: 3 int_value: code } }`.
#[cold]
fn quality(pen: &mut Pen<'_>, code: i32) {
    let properties = pen.open(9);
    pen.text(1, super::quality::KEY);
    let value = pen.open(2);
    pen.varint(1, 3);
    pen.varint(3, u64::from(code.cast_unsigned()));
    pen.close(value);
    pen.close(properties);
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
