//! What was measured.

use serde_json::{Map, Value as Json, json};
use std::fmt;

/// One figure; its name ends in its unit.
pub type Figure = (&'static str, f64);

/// One thing measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Part of the bench.
    pub part: &'static str,
    /// What exactly.
    pub case: String,
    /// The figures.
    pub figures: Vec<Figure>,
}

impl Case {
    /// As one JSON object.
    #[must_use]
    pub fn json(&self) -> Json {
        let figures: Map<String, Json> = self.figures.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
        json!({ "part": self.part, "case": self.case, "figures": figures })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.part, self.case)?;
        for (name, value) in &self.figures {
            writeln!(f, "  {name:<34}{}", number(*value))?;
        }
        Ok(())
    }
}

/// Three significant digits are what a bench is worth; counts are shown whole.
fn number(x: f64) -> String {
    if x.fract() == 0.0 || x.abs() >= 1000.0 {
        format!("{x:>14.0}")
    } else {
        let decimals = if x == 0.0 { 0 } else { (2 - x.abs().log10().floor() as i32).clamp(0, 6) };
        format!("{x:>14.*}", decimals as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_significant_digits_or_whole() {
        assert_eq!(number(12345.678).trim(), "12346");
        assert_eq!(number(0.12345).trim(), "0.123");
        assert_eq!(number(7.0).trim(), "7");
        assert_eq!(number(45.678).trim(), "45.7");
    }

    #[test]
    fn json_has_the_names_of_the_figures() {
        let case = Case { part: "encode", case: "x".into(), figures: vec![("ns", 2.5)] };
        assert_eq!(case.json().to_string(), r#"{"case":"x","figures":{"ns":2.5},"part":"encode"}"#);
    }
}
