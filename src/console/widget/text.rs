//! Words and times in a given width.

use crate::time::UtcMillis;
use ratatui::text::Span;
use std::borrow::Cow;

/// Cells a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { Span::raw(text).width() }
}

/// A text in at most `limit` cells. It is cut at the end of a word if that keeps half of it, else inside a word, but
/// never inside a token that carries a digit: half a number is a wrong number.
#[must_use]
pub fn clip<'a>(text: &'a str, limit: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let room = limit.saturating_sub(width(ellipsis));
    let mut best = 0;
    let mut at_word = 0;
    for (i, _) in text.char_indices().skip(1) {
        if width(&text[..i]) > room {
            break;
        }
        if text[..i].ends_with(char::is_whitespace) {
            continue;
        }
        if may_cut(text, i) {
            best = i;
            if text[i..].starts_with(char::is_whitespace) {
                at_word = i;
            }
        }
    }
    let cut = if at_word * 2 >= best { at_word } else { best };
    if cut == 0 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{}{ellipsis}", &text[..cut]))
}

/// Whether a text may be cut before byte `i`.
fn may_cut(text: &str, i: usize) -> bool {
    let token = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | ':' | '-' | '+' | '%' | '_');
    let before = text[..i].rfind(|c| !token(c)).map_or(&text[..i], |p| &text[p..i]);
    let after = text[i..].find(|c| !token(c)).map_or(&text[i..], |p| &text[i..i + p]);
    let inside = text[..i].ends_with(token) && text[i..].starts_with(token);
    !inside || !before.bytes().chain(after.bytes()).any(|b| b.is_ascii_digit())
}

/// A text as lines of at most `limit` cells, broken between words; a word that is longer than a line is clipped.
#[must_use]
pub fn wrap(text: &str, limit: usize, ellipsis: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let word = clip(word, limit, ellipsis);
        if !line.is_empty() && width(&line) + 1 + width(&word) > limit {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// `14:03:27`, in UTC.
#[must_use]
pub fn clock(utc: UtcMillis) -> String {
    let s = utc.0.div_euclid(1000).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// `14:03:27.208`, in UTC.
#[must_use]
pub fn clock_ms(utc: UtcMillis) -> String {
    format!("{}.{:03}", clock(utc), utc.0.rem_euclid(1000))
}

/// A whole number with a comma between groups of three.
#[must_use]
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// How long ago: `0:06`, `12:41`, `3 h`, `2 d`.
#[must_use]
pub fn age(since: UtcMillis, now: UtcMillis) -> String {
    let s = (now.0 - since.0).max(0) / 1000;
    match s {
        0..3_600 => format!("{}:{:02}", s / 60, s % 60),
        3_600..172_800 => format!("{} h", s / 3600),
        _ => format!("{} d", s / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_cut_between_and_numbers_never() {
        assert_eq!(clip("reset lockout when clear", 24, "…"), "reset lockout when clear");
        assert_eq!(clip("reset lockout when clear", 19, "…"), "reset lockout when…");
        assert_eq!(clip("limit 3420 A", 9, "…"), "limit…");
        assert_eq!(clip("spBv1.0/IIoT/DDATA", 15, "…"), "spBv1.0/IIoT/D…");
        assert_eq!(clip("12345", 3, "…"), "");
        assert_eq!(clip("smart-breaker-001 online", 10, "…"), "");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("open event, check waveform", 12, "…"), ["open event,", "check", "waveform"]);
        assert!(wrap("  ", 5, "…").is_empty());
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        // 2026-11-23T14:03:27.208Z, by `date -d @1795442607.208 -u`.
        let t = UtcMillis(1_795_442_607_208);
        assert_eq!(clock_ms(t), "14:03:27.208");
        assert_eq!(clock(UtcMillis(-1)), "23:59:59");
        assert_eq!(age(t, UtcMillis(t.0 + 761_000)), "12:41");
        assert_eq!(age(t, UtcMillis(t.0 - 1)), "0:00");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(999), "999");
    }

    /// Runs of digits, with the signs that stand inside numbers.
    fn numbers(text: &str) -> Vec<&str> {
        text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | ':')))
            .filter(|s| s.bytes().any(|b| b.is_ascii_digit()))
            .collect()
    }

    proptest! {
        #[test]
        fn a_clipped_text_fits_and_has_only_whole_numbers(text in "[a-z0-9 .,:/-]{0,60}", limit in 0_usize..70) {
            let clipped = clip(&text, limit, "…");
            prop_assert!(width(&clipped) <= limit);
            let whole = numbers(&text);
            for n in numbers(&clipped) {
                prop_assert!(whole.contains(&n), "{n} of {text:?} in {clipped:?}");
            }
        }

        #[test]
        fn wrapped_lines_fit(text in "[a-z0-9 .-]{0,80}", limit in 1_usize..40) {
            for line in wrap(&text, limit, "…") {
                prop_assert!(width(&line) <= limit);
            }
        }
    }
}
