//! Arrays: values packed into bytes, little-endian (specification 6.4.16, data types).

use super::decoded::Decoded;
use crate::sparkplug::datatype::DataType;
use std::sync::Arc;

/// The elements of an array; none when the bytes are no array of this type.
pub(super) fn unpack(bytes: &[u8], kind: DataType) -> Option<Vec<Decoded>> {
    match kind {
        DataType::Int8Array => each(bytes, |[b]: [u8; 1]| Decoded::Int(i64::from(b.cast_signed()))),
        DataType::Int16Array => each(bytes, |b| Decoded::Int(i64::from(i16::from_le_bytes(b)))),
        DataType::Int32Array => each(bytes, |b| Decoded::Int(i64::from(i32::from_le_bytes(b)))),
        DataType::Int64Array => each(bytes, |b| Decoded::Int(i64::from_le_bytes(b))),
        DataType::UInt8Array => each(bytes, |[b]: [u8; 1]| Decoded::UInt(u64::from(b))),
        DataType::UInt16Array => each(bytes, |b| Decoded::UInt(u64::from(u16::from_le_bytes(b)))),
        DataType::UInt32Array => each(bytes, |b| Decoded::UInt(u64::from(u32::from_le_bytes(b)))),
        DataType::UInt64Array => each(bytes, |b| Decoded::UInt(u64::from_le_bytes(b))),
        DataType::FloatArray => each(bytes, |b| Decoded::Float(f32::from_le_bytes(b))),
        DataType::DoubleArray => each(bytes, |b| Decoded::Double(f64::from_le_bytes(b))),
        DataType::DateTimeArray => each(bytes, |b| Decoded::Time(u64::from_le_bytes(b))),
        DataType::BooleanArray => booleans(bytes),
        DataType::StringArray => strings(bytes),
        _ => None,
    }
}

fn each<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> Decoded) -> Option<Vec<Decoded>> {
    let (chunks, rest) = bytes.as_chunks::<N>();
    rest.is_empty().then(|| chunks.iter().map(|c| read(*c)).collect())
}

/// A count of four bytes, then a bit each, the first in the most significant one.
fn booleans(bytes: &[u8]) -> Option<Vec<Decoded>> {
    let (count, bits) = bytes.split_first_chunk::<4>()?;
    let count = u32::from_le_bytes(*count) as usize;
    (bits.len() == count.div_ceil(8))
        .then(|| (0..count).map(|i| Decoded::Bool(bits[i / 8] & (0x80 >> (i % 8)) != 0)).collect())
}

/// Each ends in a zero byte.
fn strings(bytes: &[u8]) -> Option<Vec<Decoded>> {
    let Some(bytes) = bytes.strip_suffix(&[0]) else { return bytes.is_empty().then(Vec::new) };
    bytes.split(|b| *b == 0).map(|s| Some(Decoded::Text(Arc::from(std::str::from_utf8(s).ok()?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The byte examples of the specification's data type table, in the corrected form of its 3.x branch (whose
    /// `DateTimeArray` leaves out the two zero bytes at the end of each value).
    #[test]
    fn arrays_of_the_specification() {
        let ints = |v: &[i64]| v.iter().map(|i| Decoded::Int(*i)).collect::<Vec<_>>();
        let uints = |v: &[u64]| v.iter().map(|i| Decoded::UInt(*i)).collect::<Vec<_>>();
        for (kind, bytes, values) in [
            (DataType::Int8Array, &[0xE9, 0x7B][..], ints(&[-23, 123])),
            (DataType::Int16Array, &[0xD0, 0x8A, 0x30, 0x75], ints(&[-30000, 30000])),
            (DataType::Int32Array, &[0xFF, 0xFF, 0xFF, 0xFF, 0x29, 0xED, 0xCD, 0x12], ints(&[-1, 315_485_481])),
            (DataType::UInt8Array, &[0x17, 0xFA], uints(&[23, 250])),
            (DataType::UInt16Array, &[0x1E, 0x00, 0x88, 0xD5], uints(&[30, 54664])),
            (DataType::FloatArray, &[0x00, 0x00, 0x40, 0x40], vec![Decoded::Float(3.0)]),
            (
                DataType::StringArray,
                &[0x41, 0x42, 0x43, 0x00, 0x68, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
                vec![Decoded::Text("ABC".into()), Decoded::Text("hello".into())],
            ),
            (
                DataType::DateTimeArray,
                &[0xC7, 0xD0, 0x90, 0x75, 0x24, 0x01, 0x00, 0x00],
                vec![Decoded::Time(1_256_102_875_335)],
            ),
        ] {
            assert_eq!(unpack(bytes, kind), Some(values), "{kind}");
        }
        let bits = [false, false, true, true, false, true, false, false, true, true, false, true];
        assert_eq!(
            unpack(&[0x0C, 0x00, 0x00, 0x00, 0x34, 0xD0], DataType::BooleanArray),
            Some(bits.iter().map(|b| Decoded::Bool(*b)).collect())
        );
    }

    #[test]
    fn what_is_no_array_is_none() {
        assert_eq!(unpack(&[1, 2, 3], DataType::Int16Array), None);
        assert_eq!(unpack(&[0xFF, 0xFF, 0xFF, 0xFF, 1], DataType::BooleanArray), None);
        assert_eq!(unpack(&[1, 0, 0], DataType::BooleanArray), None);
        assert_eq!(unpack(b"no end", DataType::StringArray), None);
        assert_eq!(unpack(&[0xFF, 0], DataType::StringArray), None);
        assert_eq!(unpack(&[], DataType::StringArray), Some(Vec::new()));
        assert_eq!(unpack(&[], DataType::Int64Array), Some(Vec::new()));
    }
}
