//! Numbers as the JSON dialect writes them. Those with a point have seven significant digits, which is what the 32-bit
//! wire types of the other path carry; more would be noise of the sum.

use std::io::Write as _;

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Seven digits: 1 000 000 to 9 999 999.
const DIGITS: usize = 7;

/// The nearest number of seven significant digits.
#[must_use]
pub(super) fn rounded(x: f64) -> f64 {
    format!("{x:.6e}").parse().unwrap_or(x)
}

/// Writes a number of seven significant digits, as JSON. What is no number is `null`.
pub(super) fn write(out: &mut Vec<u8>, x: f64) {
    if !x.is_finite() {
        return out.extend_from_slice(b"null");
    }
    if x.is_sign_negative() {
        out.push(b'-');
    }
    let x = x.abs();
    if x == 0.0 {
        return out.extend_from_slice(b"0.0");
    }
    if (1e-15..1e-4).contains(&x) {
        return write_small(out, x);
    }
    if !(1e-4..1e15).contains(&x) {
        // Rare for anything measured. A Vec takes everything.
        return write!(out, "{:e}", rounded(x)).unwrap_or_default();
    }
    // Place of the first digit: 0 for ones.
    let mut place = if x >= 1.0 {
        POWERS.iter().skip(1).take_while(|p| x >= **p).count() as i32
    } else {
        -1 - POWERS.iter().skip(1).take_while(|p| x * **p < 1.0).count() as i32
    };
    let shift = DIGITS as i32 - 1 - place;
    let power = POWERS[shift.unsigned_abs() as usize];
    let mut digits = (if shift >= 0 { x * power } else { x / power }).round() as u32;
    if digits >= 10_u32.pow(DIGITS as u32) {
        digits /= 10;
        place += 1;
    }
    let mut text = [b'0'; DIGITS];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (digits % 10) as u8;
        digits /= 10;
    }
    let length = text.iter().rposition(|d| *d != b'0').map_or(1, |last| last + 1);
    let before = usize::try_from(place + 1).unwrap_or(0);
    if before == 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', (-1 - place) as usize));
        out.extend_from_slice(&text[..length]);
    } else {
        out.extend_from_slice(&text[..before.min(DIGITS)]);
        out.extend(std::iter::repeat_n(b'0', before.saturating_sub(DIGITS)));
        out.push(b'.');
        out.extend_from_slice(if length > before { &text[before..length] } else { b"0" });
    }
}

/// Writes what is left of a sum that should be nothing: there is always some of it among measurements.
fn write_small(out: &mut Vec<u8>, x: f64) {
    let mut below = 1 + POWERS.iter().skip(1).take_while(|p| x * **p < 1.0).count();
    let mut digits = (x * POWERS[below] * POWERS[DIGITS - 1]).round() as u32;
    if digits >= 10_u32.pow(DIGITS as u32) {
        digits /= 10;
        below -= 1;
    }
    while digits.is_multiple_of(10) {
        digits /= 10;
    }
    let start = out.len();
    write_integer(out, i64::from(digits));
    if out.len() > start + 1 {
        out.insert(start + 1, b'.');
    }
    out.extend_from_slice(b"e-");
    write_integer(out, below as i64);
}

/// Writes a whole number.
pub(super) fn write_integer(out: &mut Vec<u8>, n: i64) {
    let mut text = [0; 20];
    let mut at = text.len();
    let mut left = n.unsigned_abs();
    loop {
        at -= 1;
        text[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if n < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&text[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(x: f64) -> String {
        let mut out = Vec::new();
        write(&mut out, x);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn as_a_person_would_write_it() {
        for (x, expected) in [
            (0.0, "0.0"),
            (66.000000000001, "66.0"),
            (480.123456, "480.1235"),
            (-0.87, "-0.87"),
            (1234567.8, "1234568.0"),
            (12345678.9, "12345680.0"),
            (9999999.6, "10000000.0"),
            (0.99999999, "1.0"),
            (0.1, "0.1"),
            (0.00012345678, "0.0001234568"),
            (100.0, "100.0"),
            (-0.00001234, "-1.234e-5"),
            (9.9999999e-6, "1e-5"),
            (2.5e-13, "2.5e-13"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
        ] {
            assert_eq!(text(x), expected);
        }
    }

    #[test]
    fn integers_of_every_size() {
        for n in [0, 7, -7, 10, 1_700_000_000_123, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            write_integer(&mut out, n);
            assert_eq!(String::from_utf8(out).unwrap(), n.to_string());
        }
    }

    proptest! {
        /// The standard library rounds the exact decimal expansion; here a product is rounded, so that a number within a
        /// rounding error of the middle may go either way.
        #[test]
        fn the_nearest_number_of_seven_digits(mantissa in 1.0..10.0_f64, exponent in -12_i32..20, negative: bool) {
            let x = mantissa * 10_f64.powi(exponent) * if negative { -1.0 } else { 1.0 };
            let read: f64 = text(x).parse().unwrap();
            let half = 0.5 * 10_f64.powi(exponent - 6);
            prop_assert!((read - x).abs() <= half * (1.0 + 1e-6), "{x:e} became {read:e}");
            prop_assert!(read == rounded(x) || ((read - x).abs() - half).abs() < half * 1e-6, "{x:e} became {read:e}");
            prop_assert!(serde_json::from_str::<f64>(&text(x)).is_ok());
        }
    }
}
