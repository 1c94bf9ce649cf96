//! Arguments of Execute: `0='text',2` (OMA TS LightweightM2M Core, 6.3.5).

/// Arguments by their digits; one without a value is empty.
///
/// # Errors
/// A sentence that says what is wrong.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<(usize, String)>, String> {
    let mut rest = std::str::from_utf8(bytes).map_err(|_| "arguments are ASCII text".to_owned())?;
    let mut out: Vec<(usize, String)> = Vec::new();
    while !rest.is_empty() {
        let digit = rest.chars().next().and_then(|c| c.to_digit(10)).ok_or_else(|| wrong(rest))? as usize;
        if out.iter().any(|(known, _)| *known == digit) {
            return Err(format!("argument {digit} is given twice"));
        }
        rest = &rest[1..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix("='") {
            let (text, after) = after.split_once('\'').ok_or_else(|| wrong(rest))?;
            text.clone_into(&mut value);
            rest = after;
        }
        out.push((digit, value));
        if !rest.is_empty() {
            rest = rest.strip_prefix(',').filter(|r| !r.is_empty()).ok_or_else(|| wrong(rest))?;
        }
    }
    Ok(out)
}

fn wrong(rest: &str) -> String {
    format!("arguments are written 0='text',1='text'; that stops at {:?}", rest.chars().take(20).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_with_and_without_values() {
        // Examples of OMA TS LightweightM2M Core, 6.3.5.
        let text = |s: &str| s.to_owned();
        assert_eq!(parse(b""), Ok(vec![]));
        assert_eq!(parse(b"5"), Ok(vec![(5, text(""))]));
        assert_eq!(parse(b"2='10.3'"), Ok(vec![(2, text("10.3"))]));
        assert_eq!(parse(b"7,0='https://www.oma.org'"), Ok(vec![(7, text("")), (0, text("https://www.oma.org"))]));
        for bad in ["x", "0=1", "0='a", "0='a'1", "0,", ",0", "0,0", "10"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
