//! Base64 (RFC 4648): the padded alphabet of text and the one for URLs of SenML.

/// Which alphabet, and whether padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Section 4, with padding.
    Plain,
    /// Section 5, without padding.
    Url,
}

impl Alphabet {
    const fn last_two(self) -> [u8; 2] {
        match self {
            Self::Plain => *b"+/",
            Self::Url => *b"-_",
        }
    }

    fn digit(self, value: u8) -> char {
        let [plus, slash] = self.last_two();
        char::from(match value & 63 {
            v @ 0..26 => b'A' + v,
            v @ 26..52 => b'a' + v - 26,
            v @ 52..62 => b'0' + v - 52,
            62 => plus,
            _ => slash,
        })
    }

    fn value(self, digit: u8) -> Option<u32> {
        let [plus, slash] = self.last_two();
        Some(u32::from(match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            d if d == plus => 62,
            d if d == slash => 63,
            _ => return None,
        }))
    }
}

/// Writes bytes.
pub(super) fn encode(alphabet: Alphabet, bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            out.push(alphabet.digit((word >> (18 - 6 * place)) as u8));
        }
        if alphabet == Alphabet::Plain {
            out.extend(std::iter::repeat_n('=', 3 - chunk.len()));
        }
    }
    out
}

/// Reads bytes; padding may be absent.
pub(super) fn decode(alphabet: Alphabet, text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    if text.len() - digits.len() > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(digits.len() * 3 / 4);
    for chunk in digits.chunks(4) {
        let mut word = 0_u32;
        for digit in chunk {
            word = word << 6 | alphabet.value(*digit)?;
        }
        let bytes = (word << (6 * (4 - chunk.len()))).to_be_bytes();
        out.extend_from_slice(&bytes[1..chunk.len()]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_rfc_4648_section_10() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(Alphabet::Plain, plain.as_bytes()), text);
            assert_eq!(encode(Alphabet::Url, plain.as_bytes()), text.trim_end_matches('='));
            assert_eq!(decode(Alphabet::Plain, text).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(encode(Alphabet::Url, &[0xfb, 0xff]), "-_8");
        assert_eq!(decode(Alphabet::Plain, "+/8="), Some(vec![0xfb, 0xff]));
        assert_eq!(decode(Alphabet::Plain, "A"), None);
        assert_eq!(decode(Alphabet::Url, "+w"), None);
    }
}
