//! Whether a condition of the profile holds for the readings of a breaker.

use super::{Quality, Reading};
use crate::profile::{Condition, Operand, Profile, Value};

impl Condition {
    /// Whether the condition holds. None: it depends on a value that is not available.
    ///
    /// `AND` and `OR` are those of three-valued logic, so that `true OR unknown` is true. A reading that is over range
    /// counts as beyond every number on that side, since its true value is.
    #[must_use]
    pub fn eval(&self, profile: &Profile, readings: &[Reading]) -> Option<bool> {
        match self {
            Self::And(left, right) => match (left.eval(profile, readings), right.eval(profile, readings)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(left, right) => match (left.eval(profile, readings), right.eval(profile, readings)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::Compare(left, comparison, right) => {
                if let (Some(left), Some(right)) = (number(left, profile, readings), number(right, profile, readings)) {
                    return Some(comparison.holds(left, right));
                }
                let (left, right) = (value(left, readings)?, value(right, readings)?);
                let order = if left == right { 0.0 } else { 1.0 };
                (left.as_f64().is_none() && right.as_f64().is_none()).then(|| comparison.holds(order, 0.0))
            }
        }
    }
}

fn value<'a>(operand: &'a Operand, readings: &'a [Reading]) -> Option<&'a Value> {
    match operand {
        Operand::Constant(value) => Some(value),
        Operand::Parameter(ix) => {
            let reading = readings.get(ix.0)?;
            reading.value.as_ref().filter(|_| reading.quality != Quality::Bad)
        }
    }
}

fn number(operand: &Operand, profile: &Profile, readings: &[Reading]) -> Option<f64> {
    let number = value(operand, readings)?.as_f64()?;
    if let Operand::Parameter(ix) = operand
        && readings.get(ix.0)?.quality == Quality::OverRange
    {
        let below = profile[*ix].min.is_some_and(|min| number <= min) && profile[*ix].max != Some(number);
        return Some(if below { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    Some(number)
}
