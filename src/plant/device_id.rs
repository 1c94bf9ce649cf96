//! Device ids that count up: `smart-breaker-001`, `smart-breaker-002`.

/// The id of breaker number `offset`, counting up from `first`; leading zeros are kept. An id without a number at its
/// end gets one: `feeder`, `feeder-2`.
pub(super) fn counted(first: &str, offset: usize) -> String {
    let stem = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &first[stem.len()..];
    match digits.parse::<u64>() {
        Ok(number) => format!("{stem}{:0width$}", number + offset as u64, width = digits.len()),
        Err(_) if offset == 0 => first.to_owned(),
        Err(_) => format!("{first}-{}", offset + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn ids_count_up_and_keep_their_width() {
        assert_eq!(counted("smart-breaker-001", 0), "smart-breaker-001");
        assert_eq!(counted("smart-breaker-001", 1), "smart-breaker-002");
        assert_eq!(counted("smart-breaker-099", 1), "smart-breaker-100");
        assert_eq!(counted("q9", 3), "q12");
    }

    #[test]
    fn an_id_without_a_number_gets_one() {
        assert_eq!(counted("feeder", 0), "feeder");
        assert_eq!(counted("feeder", 1), "feeder-2");
        assert_eq!(counted("q99999999999999999999999", 1), "q99999999999999999999999-2");
    }
}
