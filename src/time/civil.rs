//! Calendar time in UTC, from a count since 1970.

use super::UtcMillis;
use std::fmt;

/// A point of time in the Gregorian calendar, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil {
    /// For example 2024.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59; leap seconds do not exist in a count since 1970.
    pub second: u8,
    /// 0 to 999 999.
    pub micro: u32,
}

impl Civil {
    /// From microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        let days = micros.div_euclid(86_400_000_000);
        let of_day = micros.rem_euclid(86_400_000_000);
        let seconds = of_day / 1_000_000;
        let (year, month, day) = date(days);
        Self {
            year,
            month,
            day,
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            micro: (of_day % 1_000_000) as u32,
        }
    }

    /// From milliseconds since 1970.
    #[must_use]
    pub fn from_millis(utc: UtcMillis) -> Self {
        Self::from_micros(utc.0.saturating_mul(1000))
    }

    /// Microseconds since 1970; none when there is no such day or time.
    #[must_use]
    pub fn micros(self) -> Option<i64> {
        let days = days(self.year, self.month, self.day);
        let of_day = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        let micros = days.checked_mul(86_400)?.checked_add(of_day)?.checked_mul(1_000_000)?;
        let micros = micros.checked_add(i64::from(self.micro))?;
        (Self::from_micros(micros) == self).then_some(micros)
    }

    /// RFC 3339 in UTC, to the millisecond.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.to_string().replace(' ', "T") + "Z"
    }
}

/// ISO 8601 with a space for the T and without zone, to the millisecond.
impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}",
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.micro / 1000
        )
    }
}

/// Year, month and day from days since 1970-01-01.
///
/// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years (146 097 days).
fn date(days: i64) -> (i64, u8, u8) {
    let days = days + 719_468; // from 0000-03-01
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153; // 0 = March
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u8, day as u8)
}

/// Days since 1970-01-01: the way back of [`date`]. Months and days outside of their ranges give some other day.
const fn days(year: i64, month: u8, day: u8) -> i64 {
    let (month, day) = (month as i64, day as i64);
    let year = if month <= 2 { year.saturating_sub(1) } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era.saturating_mul(146_097).saturating_add(of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seconds: i64) -> String {
        Civil::from_micros(seconds * 1_000_000).to_string()
    }

    /// Expected values from `date -u -d @N`.
    #[test]
    fn known_instants() {
        assert_eq!(text(0), "1970-01-01 00:00:00.000");
        assert_eq!(text(951_782_400), "2000-02-29 00:00:00.000");
        assert_eq!(text(1_704_067_199), "2023-12-31 23:59:59.000");
        assert_eq!(text(1_709_210_096), "2024-02-29 12:34:56.000");
        assert_eq!(text(4_107_542_400), "2100-03-01 00:00:00.000");
        assert_eq!(text(-1), "1969-12-31 23:59:59.000");
    }

    #[test]
    fn fractions_are_cut_not_rounded() {
        let civil = Civil::from_micros(1_704_067_200_999_999);
        assert_eq!(civil.to_string(), "2024-01-01 00:00:00.999");
        assert_eq!(civil.micro, 999_999);
    }

    #[test]
    fn each_day_of_four_centuries_follows_the_one_before() {
        let mut previous = date(-1);
        for day in 0..146_097 {
            let (y, m, d) = date(day);
            let leap = previous.0 % 4 == 0 && (previous.0 % 100 != 0 || previous.0 % 400 == 0);
            let last = match previous.1 {
                2 => 28 + u8::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let next = match previous {
                (y, 12, 31) => (y + 1, 1, 1),
                (y, m, d) if d == last => (y, m + 1, 1),
                (y, m, d) => (y, m, d + 1),
            };
            assert_eq!((y, m, d), next);
            previous = (y, m, d);
        }
    }

    #[test]
    fn the_way_back_is_the_way() {
        for seconds in [0, 951_782_400, 1_709_210_096, 4_107_542_399, -1, -2_208_988_800] {
            let micros = seconds * 1_000_000 + 123_456;
            assert_eq!(Civil::from_micros(micros).micros(), Some(micros));
        }
        let day = |year, month, day| Civil { year, month, day, hour: 0, minute: 0, second: 0, micro: 0 }.micros();
        assert_eq!(day(2023, 2, 29), None);
        assert_eq!(day(2024, 2, 29), Some(1_709_164_800_000_000));
        assert_eq!(day(2024, 13, 1), None);
        assert_eq!(day(i64::MAX, 1, 1), None);
    }
}
