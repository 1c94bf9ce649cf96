//! A key shared with a server beforehand.

use std::fmt;

/// The key; it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Psk(Vec<u8>);

impl fmt::Debug for Psk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Psk(..)")
    }
}

impl Psk {
    /// Bytes of a key: the shortest and the longest that is taken.
    pub const BYTES: std::ops::RangeInclusive<usize> = 16..=64;

    /// A key from hexadecimal digits; white space around them does not count.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it, without repeating it.
    pub fn from_hex(text: &str) -> Result<Self, String> {
        let text = text.trim().as_bytes();
        let digit = |d: &u8| char::from(*d).to_digit(16).map(|d| d as u8);
        let pairs = text.chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        match pairs.collect::<Option<Vec<u8>>>() {
            Some(bytes) if Self::BYTES.contains(&bytes.len()) => Ok(Self(bytes)),
            Some(bytes) => {
                let (least, most) = (Self::BYTES.start(), Self::BYTES.end());
                Err(format!("a key has {least} to {most} bytes, and this one has {}", bytes.len()))
            }
            None => Err("a key is written in pairs of hexadecimal digits".to_owned()),
        }
    }

    /// The bytes, for the handshake.
    #[cfg(any(feature = "coaps", test))]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_and_nothing_else() {
        let key = Psk::from_hex(" 000102030405060708090a0B0c0D0e0f\n").unwrap();
        assert_eq!(key.bytes(), (0..16).collect::<Vec<u8>>());
        assert_eq!(format!("{key:?}"), "Psk(..)");
        for wrong in
            ["", "0011", "000102030405060708090a0b0c0d0e0", "zz0102030405060708090a0b0c0d0e0f", &"00".repeat(65)]
        {
            let said = Psk::from_hex(wrong).unwrap_err();
            assert!(wrong.is_empty() || !said.contains(wrong), "{said}");
        }
    }
}
