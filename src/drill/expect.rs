//! Comparing what happened with what was expected.

/// How much a number may differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// In the unit of the quantity.
    Absolute(f64),
    /// As a share of the expected value, 0.03 for 3 %.
    Relative(f64),
}

impl Tolerance {
    /// Reads `0.5` or `"3%"`; nothing given means exactly.
    ///
    /// # Errors
    /// What would be right.
    pub fn read(value: Option<&toml::Value>) -> Result<Self, String> {
        let wrong = || "tolerance must be a number, or a text like \"3%\"".to_owned();
        let tolerance = match value {
            None => Self::Absolute(0.0),
            Some(toml::Value::Float(x)) => Self::Absolute(*x),
            Some(toml::Value::Integer(n)) => Self::Absolute(*n as f64),
            Some(toml::Value::String(s)) => {
                let share = s.trim().strip_suffix('%').ok_or_else(wrong)?;
                Self::Relative(share.trim().parse::<f64>().map_err(|_| wrong())? / 100.0)
            }
            Some(_) => return Err(wrong()),
        };
        match tolerance {
            Self::Absolute(x) | Self::Relative(x) if x >= 0.0 && x.is_finite() => Ok(tolerance),
            _ => Err("tolerance must not be negative".to_owned()),
        }
    }

    /// Whether a number is near enough.
    #[must_use]
    pub fn holds(self, expected: f64, got: f64) -> bool {
        let allowed = match self {
            Self::Absolute(x) => x,
            Self::Relative(share) => share * expected.abs(),
        };
        // The last digits of a decimal fraction are no difference.
        (got - expected).abs() <= allowed + 1e-9 * expected.abs().max(1.0)
    }
}

/// One expectation and what came of it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// What was looked at.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
    /// Whether that is good.
    pub pass: bool,
}

impl Verdict {
    /// From words.
    pub fn new(what: impl Into<String>, expected: impl Into<String>, got: impl Into<String>, pass: bool) -> Self {
        Self { what: what.into(), expected: expected.into(), got: got.into(), pass }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_are_absolute_or_relative() {
        let read = |v: toml::Value| Tolerance::read(Some(&v));
        assert_eq!(read("3%".into()), Ok(Tolerance::Relative(0.03)));
        assert_eq!(read(toml::Value::Integer(2)), Ok(Tolerance::Absolute(2.0)));
        assert!(read("3".into()).is_err() && read("-1%".into()).is_err() && read(true.into()).is_err());
        assert!(Tolerance::Relative(0.03).holds(200.0, 206.0));
        assert!(!Tolerance::Relative(0.03).holds(200.0, 206.1));
        assert!(!Tolerance::Absolute(0.1).holds(1.0, f64::NAN));
    }
}
