//! A time as people type it: a date, a date and a time, or how long ago.

use crate::time::civil::Civil;

/// Milliseconds since 1970. `now` is the time from which "ago" counts.
pub(super) fn parse(text: &str, now: i64) -> Result<i64, String> {
    let illegal = || {
        format!("{text:?} is no time: write 2026-01-31, 2026-01-31T13:45:00 (UTC), or 90s, 15m, 2h, 3d for so long ago")
    };
    if let Some(ago) = ago(text) {
        return Ok(now - ago);
    }
    let plain = text.trim().trim_end_matches('Z').replace('T', " ");
    let (date, clock) = plain.split_once(' ').unwrap_or((&plain, "00:00:00"));
    let numbers = |part: &str, separators: &[char]| -> Option<Vec<i64>> {
        part.split(separators).map(|n| n.parse::<i64>().ok().filter(|n| *n >= 0)).collect()
    };
    let date = numbers(date, &['-']).filter(|d| d.len() == 3).ok_or_else(illegal)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut clock = numbers(clock, &[':']).filter(|c| (2..=3).contains(&c.len())).ok_or_else(illegal)?;
    clock.push(0);
    let milli: String = format!("{fraction:0<3}").chars().take(3).collect();
    let small = |n: i64| u8::try_from(n).map_err(|_| illegal());
    let civil = Civil {
        year: date[0],
        month: small(date[1])?,
        day: small(date[2])?,
        hour: small(clock[0])?,
        minute: small(clock[1])?,
        second: small(clock[2])?,
        micro: milli.parse::<u32>().map_err(|_| illegal())? * 1000,
    };
    civil.micros().map(|micros| micros / 1000).ok_or_else(illegal)
}

fn ago(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_at_checked(text.trim().len().checked_sub(1)?)?;
    let each = match unit {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<i64>().ok().filter(|n| *n >= 0)?.checked_mul(each)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `date -u -d "2024-02-29 12:34:56" +%s` says 1709210096.
    #[test]
    fn dates_times_and_ago() {
        let now = 1_709_210_096_789;
        assert_eq!(parse("2024-02-29T12:34:56.789Z", 0), Ok(now));
        assert_eq!(parse("2024-02-29 12:34:56", 0), Ok(1_709_210_096_000));
        assert_eq!(parse("2024-02-29T12:34", 0), Ok(1_709_210_040_000));
        assert_eq!(parse("2024-02-29", 0), Ok(1_709_164_800_000));
        assert_eq!(parse("2h", now), Ok(now - 7_200_000));
        for bad in
            ["", "yesterday", "2024-02-30", "2024-2", "2024-01-01T25:00", "-1-1-1", "5w", "99999999999999999d", "µ"]
        {
            assert!(parse(bad, now).is_err(), "{bad}");
        }
    }
}
