//! The bytes of a message while it is written, field by field (protocol buffers, wire types 0, 1, 2 and 5).
//!
//! A varint is worked out as one word and stored as one, whatever its length: what is stored too much is written over by
//! what follows. Byte by byte it takes several times as long.

use std::array;

/// Room to have behind what is written: no field but a text needs more.
pub(super) const FIELD: usize = 20;
/// Bytes of a word.
const WORD: usize = 8;
/// Varints below it take at most one word.
const LONG: u64 = 1 << 56;

/// Writes fields into a slice, one behind the other. Tags are below 16 here, so that each key takes one byte.
///
/// It is a value of its own and not a method of what owns the bytes: so the position stays in a register.
pub(super) struct Pen<'a> {
    out: &'a mut [u8],
    at: usize,
}

impl<'a> Pen<'a> {
    /// At the start of a slice that has room for all that will be written, and [`FIELD`].
    pub(super) const fn new(out: &'a mut [u8]) -> Self {
        Self { out, at: 0 }
    }

    /// How much is written.
    pub(super) const fn len(&self) -> usize {
        self.at
    }

    #[inline]
    pub(super) fn varint(&mut self, tag: u8, value: u64) {
        self.byte(tag << 3);
        self.number(value);
    }

    #[inline]
    pub(super) fn float(&mut self, tag: u8, value: f32) {
        self.byte(tag << 3 | 5);
        self.put(value.to_le_bytes(), 4);
    }

    #[inline]
    pub(super) fn double(&mut self, tag: u8, value: f64) {
        self.byte(tag << 3 | 1);
        self.put(value.to_le_bytes(), 8);
    }

    pub(super) fn text(&mut self, tag: u8, text: &str) {
        self.byte(tag << 3 | 2);
        self.number(text.len() as u64);
        self.out[self.at..self.at + text.len()].copy_from_slice(text.as_bytes());
        self.at += text.len();
    }

    /// Starts a field that holds fields; gives where, for [`Pen::close`].
    #[inline]
    pub(super) fn open(&mut self, tag: u8) -> usize {
        self.byte(tag << 3 | 2);
        // The length, when it is known; mostly it takes this one byte.
        self.at += 1;
        self.at
    }

    /// Ends it; gives by how much what it holds had to be moved to make room for its length.
    #[inline]
    pub(super) fn close(&mut self, start: usize) -> usize {
        let held = self.at - start;
        if held < 0x80 {
            self.out[start - 1] = held as u8;
            0
        } else {
            self.make_way(start, held)
        }
    }

    #[cold]
    fn make_way(&mut self, start: usize, held: usize) -> usize {
        let (word, length) = word(held as u64);
        self.out.copy_within(start..self.at, start - 1 + length);
        self.out[start - 1..start - 1 + length].copy_from_slice(&word.to_le_bytes()[..length]);
        self.at += length - 1;
        length - 1
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        self.out[self.at] = byte;
        self.at += 1;
    }

    /// Stores all of the bytes, of which the first `length` count.
    #[inline]
    fn put<const N: usize>(&mut self, bytes: [u8; N], length: usize) {
        self.out[self.at..self.at + N].copy_from_slice(&bytes);
        self.at += length;
    }

    #[inline]
    fn number(&mut self, value: u64) {
        if value < LONG {
            let (word, length) = word(value);
            self.put(word.to_le_bytes(), length);
        } else {
            self.long_number(value);
        }
    }

    /// Eight groups of seven bits, each with another behind it, and the rest.
    #[cold]
    fn long_number(&mut self, value: u64) {
        let groups: [u8; WORD] = array::from_fn(|i| (value >> (7 * i)) as u8 | 0x80);
        self.put(groups, WORD);
        let (word, length) = word(value >> (7 * WORD));
        self.put(word.to_le_bytes(), length);
    }
}

/// The varint of a number below 2^56, and how many bytes it takes.
#[inline]
const fn word(value: u64) -> (u64, usize) {
    // Each step parts the groups of seven bits that the step before left together.
    let halves = (value & 0x0FFF_FFFF) | ((value & 0x00FF_FFFF_F000_0000) << 4);
    let quarters = (halves & 0x0000_3FFF_0000_3FFF) | ((halves & 0x0FFF_C000_0FFF_C000) << 2);
    let groups = (quarters & 0x007F_007F_007F_007F) | ((quarters & 0x3F80_3F80_3F80_3F80) << 1);
    let length = ((70 - (value | 1).leading_zeros()) / 7) as usize;
    let another_behind = 0x8080_8080_8080_8080 & ((1_u64 << (8 * (length - 1))) - 1);
    (groups | another_behind, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use prost::encoding::{encode_varint, encoded_len_varint};

    fn number() -> impl Strategy<Value = u64> {
        // As many short ones as long ones.
        (any::<u64>(), 0..64_u32).prop_map(|(n, shift)| n >> shift)
    }

    fn written(write: impl FnOnce(&mut Pen<'_>)) -> Vec<u8> {
        let mut out = vec![0xAA; 20_000];
        let mut pen = Pen::new(&mut out);
        write(&mut pen);
        let len = pen.len();
        out.truncate(len);
        out
    }

    proptest! {
        /// The encoder of prost is the independent one.
        #[test]
        fn numbers_are_the_varints_of_prost(numbers in prop::collection::vec(number(), 1..20)) {
            let mut wanted = Vec::new();
            for n in &numbers {
                wanted.push(15 << 3);
                encode_varint(*n, &mut wanted);
            }
            prop_assert_eq!(written(|pen| numbers.iter().for_each(|n| pen.varint(15, *n))), wanted);
        }

        #[test]
        fn a_field_of_any_length_has_its_length_before_it(size in prop_oneof![0..300_usize, 16_000..17_000_usize]) {
            let text = "x".repeat(size);
            let held = 1 + encoded_len_varint(size as u64) + size;
            let mut wanted = vec![2 << 3 | 2];
            encode_varint(held as u64, &mut wanted);
            let length = wanted.len() - 1;
            wanted.push(1 << 3 | 2);
            encode_varint(size as u64, &mut wanted);
            wanted.extend_from_slice(text.as_bytes());
            let mut moved = 0;
            let field = written(|pen| {
                let start = pen.open(2);
                pen.text(1, &text);
                moved = pen.close(start);
            });
            prop_assert_eq!((moved, field), (length - 1, wanted));
        }
    }

    #[test]
    fn the_ends_of_each_length() {
        for bits in 0..64 {
            for n in [1_u64 << bits, (1_u64 << bits) - 1, u64::MAX] {
                let mut wanted = vec![8];
                encode_varint(n, &mut wanted);
                assert_eq!(written(|pen| pen.varint(1, n)), wanted, "{n}");
            }
        }
    }
}
