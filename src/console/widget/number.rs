//! Quantities as people read them: a few digits, a prefix, a unit; never a cut number.

use super::text::width;

/// Shown where a number does not fit.
pub const NO_ROOM: &str = "***";

/// Shown where there is no number.
pub const NONE: &str = "-";

/// How a kind of quantity is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Unit, without prefix.
    unit: &'static str,
    /// Significant digits of the full form.
    digits: u8,
    /// Most decimals of a number without prefix.
    decimals: u8,
    /// Prefixes above one are used (k, M, G).
    up: bool,
    /// Prefixes below one are used (m, µ).
    down: bool,
}

const fn form(unit: &'static str, digits: u8, decimals: u8, up: bool, down: bool) -> Form {
    Form { unit, digits, decimals, up, down }
}

/// Current: `96.2 A`, `3.42 kA`.
pub const CURRENT: Form = form("A", 3, 1, true, false);
/// Voltage: `481.2 V`.
pub const VOLTAGE: Form = form("V", 4, 1, true, false);
/// Active power: `76.1 kW`.
pub const ACTIVE: Form = form("W", 3, 0, true, false);
/// Reactive power: `19.0 kvar`.
pub const REACTIVE: Form = form("var", 3, 0, true, false);
/// Apparent power.
pub const APPARENT: Form = form("VA", 3, 0, true, false);
/// Frequency: `60.00 Hz`.
pub const FREQUENCY: Form = form("Hz", 4, 2, false, false);
/// Duration: `31.2 ms`, `42.0 s`.
pub const DURATION: Form = form("s", 3, 3, false, true);
/// Share: `77.0 %`.
pub const PERCENT: Form = form("%", 3, 1, false, false);
/// Let-through energy: `3.60 MA²s`; the sign for the square comes from the symbol set.
pub const ENERGY: Form = form("A2s", 3, 0, true, false);
/// Rate: `1,201 /s` as `1.20 k/s`.
pub const RATE: Form = form("/s", 3, 1, true, false);
/// Amount of data: `1.37 MB`.
pub const BYTES: Form = form("B", 3, 0, true, false);
/// Light: `8.00 klx`.
pub const LIGHT: Form = form("lx", 3, 0, true, false);
/// Resistance and impedance: `0.25 Ohm`.
pub const IMPEDANCE: Form = form("Ohm", 3, 3, true, false);
/// Rate of change of frequency: `0.50 Hz/s`.
pub const FREQUENCY_RATE: Form = form("Hz/s", 3, 2, false, false);
/// A ratio such as the power factor: `0.963`.
pub const RATIO: Form = form("", 4, 3, false, false);
/// Temperature: `41.2 Cel`.
pub const TEMPERATURE: Form = form("Cel", 3, 1, false, false);

impl Form {
    /// The form of a unit as written in states and profiles; numbers without a known unit get four digits.
    #[must_use]
    pub fn of_unit(unit: &str) -> Option<Self> {
        [
            CURRENT,
            VOLTAGE,
            ACTIVE,
            REACTIVE,
            APPARENT,
            FREQUENCY,
            DURATION,
            PERCENT,
            TEMPERATURE,
            LIGHT,
            IMPEDANCE,
            FREQUENCY_RATE,
        ]
        .into_iter()
        .find(|f| f.unit == unit)
    }

    /// The number with its unit, in full.
    #[must_use]
    pub fn full(self, value: f64) -> String {
        self.write(value, self.digits, " ")
    }

    /// The number with its unit in at most `limit` cells: fewer digits, then no space, then [`NO_ROOM`], then nothing.
    #[must_use]
    pub fn fit(self, value: f64, limit: usize) -> String {
        for space in [" ", ""] {
            for digits in (2..=self.digits).rev() {
                let text = self.write(value, digits, space);
                if width(&text) <= limit {
                    return text;
                }
            }
        }
        if limit >= NO_ROOM.len() { NO_ROOM.to_owned() } else { String::new() }
    }

    /// The number without its unit, for columns that name it; prefixes stay.
    #[must_use]
    pub fn bare(self, value: f64) -> String {
        let (number, prefix) = self.scaled(value, self.digits);
        format!("{number}{prefix}")
    }

    fn write(self, value: f64, digits: u8, space: &str) -> String {
        if !value.is_finite() {
            return NONE.to_owned();
        }
        let (number, prefix) = self.scaled(value, digits);
        if self.unit.is_empty() && prefix.is_empty() { number } else { format!("{number}{space}{prefix}{}", self.unit) }
    }

    /// Mantissa and prefix. The prefix is chosen after rounding: 999.96 A with four digits is 1.000 kA, not 1000.0 A.
    fn scaled(self, value: f64, digits: u8) -> (String, &'static str) {
        if !value.is_finite() {
            return (NONE.to_owned(), "");
        }
        let magnitude = value.abs();
        let steps: &[(f64, &str)] = match (self.up, self.down) {
            (true, _) => &[(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")],
            (false, true) if magnitude > 0.0 => &[(1e-6, "u"), (1e-3, "m"), (1.0, "")],
            _ => &[(1.0, "")],
        };
        let mut last = (String::new(), "");
        for (scale, prefix) in steps {
            let most = if *scale == 1.0 { self.decimals } else { digits.saturating_sub(1) };
            let number = significant(value / scale, digits, most);
            let fits = number.trim_start_matches('-').parse::<f64>().is_ok_and(|n| n < 999.5);
            last = (number, *prefix);
            if fits {
                break;
            }
        }
        last
    }
}

/// A number rounded to `digits` significant digits, with at most `most` decimals.
fn significant(value: f64, digits: u8, most: u8) -> String {
    let places = |v: f64| {
        let whole_digits = if v < 10.0 { 1 } else { v.log10().floor() as u8 + 1 };
        digits.saturating_sub(whole_digits).min(most)
    };
    let decimals = places(value.abs());
    let text = format!("{value:.*}", usize::from(decimals));
    // 9.996 with three digits became 10.00: one decimal too many.
    let rounded = text.parse::<f64>().unwrap_or(value);
    let text = match places(rounded.abs()) {
        fewer if fewer < decimals => format!("{value:.*}", usize::from(fewer)),
        _ => text,
    };
    // No minus before a zero.
    if text.starts_with('-') && !text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { text[1..].to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities_as_an_engineer_writes_them() {
        let cases = [
            (CURRENT, 96.2, "96.2 A"),
            (CURRENT, 412.3, "412 A"),
            (CURRENT, 3417.0, "3.42 kA"),
            (CURRENT, 4.12, "4.1 A"),
            (CURRENT, 0.0, "0.0 A"),
            (CURRENT, -0.01, "0.0 A"),
            (CURRENT, 999.6, "1.00 kA"),
            (CURRENT, 99.96, "100 A"),
            (CURRENT, 65_000.0, "65.0 kA"),
            (VOLTAGE, 481.2, "481.2 V"),
            (VOLTAGE, 13_800.0, "13.80 kV"),
            (ACTIVE, 342_910.0, "343 kW"),
            (ACTIVE, -21_400.0, "-21.4 kW"),
            (ACTIVE, 0.4, "0 W"),
            (FREQUENCY, 59.998, "60.00 Hz"),
            (DURATION, 0.0312, "31.2 ms"),
            (DURATION, 0.000_13, "130 us"),
            (DURATION, 42.0, "42.0 s"),
            (DURATION, 0.9996, "1.00 s"),
            (DURATION, 0.0, "0.00 s"),
            (DURATION, 1_234.0, "1234 s"),
            (PERCENT, 77.04, "77.0 %"),
            (ENERGY, 360_000.0, "360 kA2s"),
            (RATIO, 0.963, "0.963"),
            (CURRENT, f64::NAN, "-"),
            (CURRENT, f64::INFINITY, "-"),
        ];
        for (form, value, text) in cases {
            assert_eq!(form.full(value), text, "{value}");
        }
    }

    #[test]
    fn a_narrow_field_gets_a_shorter_number_or_stars() {
        assert_eq!(VOLTAGE.fit(481.23, 7), "481.2 V");
        assert_eq!(VOLTAGE.fit(481.23, 5), "481 V");
        assert_eq!(VOLTAGE.fit(481.23, 4), "481V");
        assert_eq!(VOLTAGE.fit(481.23, 3), "***");
        assert_eq!(VOLTAGE.fit(481.23, 2), "");
        assert_eq!(CURRENT.fit(3417.0, 6), "3.4 kA");
    }

    fn read_back(text: &str) -> f64 {
        let number: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
        let rest = text[number.len()..].trim_start();
        let scale = match rest.as_bytes() {
            [b'k', b'A', ..] => 1e3,
            [b'M', b'A', ..] => 1e6,
            [b'G', b'A', ..] => 1e9,
            _ => 1.0,
        };
        number.parse::<f64>().unwrap() * scale
    }

    proptest! {
        /// Whatever is shown is the value to within the digits shown (two at least), or it is stars or nothing.
        #[test]
        fn what_is_shown_is_the_value(value in -1e9_f64..1e9, limit in 0_usize..12) {
            let text = CURRENT.fit(value, limit);
            prop_assert!(width(&text) <= limit);
            if text != NO_ROOM && !text.is_empty() {
                let shown = read_back(&text);
                prop_assert!((shown - value).abs() <= (value.abs() * 0.05).max(0.5), "{value} as {text}");
            }
        }

        /// Monotone: more current never reads as less.
        #[test]
        fn more_never_reads_as_less(a in 0_f64..1e8, b in 0_f64..1e8) {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(read_back(&CURRENT.full(low)) <= read_back(&CURRENT.full(high)) + 1e-6);
        }
    }
}
