//! One value across the edge: unit of the program to unit of the profile and back.

use super::{Quality, Reading};
use crate::profile::{Value, ValueKind};

/// How the values of one point are converted, worked out once by the join.
#[derive(Clone, Debug)]
pub(super) struct Conversion {
    /// Kind in the profile.
    pub(super) kind: ValueKind,
    /// Kind in the program.
    pub(super) inner: ValueKind,
    /// A number of the program times this is the number of the profile.
    pub(super) outward: f64,
    /// A number of the profile times this is the number of the program.
    pub(super) inward: f64,
    /// Least and greatest number of the profile.
    pub(super) range: (f64, f64),
}

impl Conversion {
    /// A reading in the unit of the profile, limited to its range. Not a number becomes no value of bad quality, and so
    /// does a value of a kind that the join did not see.
    pub(super) fn outward(&self, value: Option<Value>) -> Reading {
        let (value, quality) = match (self.kind, value) {
            (_, None) => (None, Quality::Good),
            (ValueKind::Float, Some(Value::Float(number))) => self.limited(self.scaled(number), Value::Float),
            (ValueKind::Float, Some(Value::Int(number))) => self.limited(self.scaled(number as f64), Value::Float),
            (ValueKind::Integer, Some(Value::Float(number))) => {
                self.limited(self.scaled(number).floor(), |whole| Value::Int(whole as i64))
            }
            (ValueKind::Integer, Some(Value::Int(number))) => {
                let as_float = number as f64;
                if as_float >= self.range.0 && as_float <= self.range.1 {
                    (Some(Value::Int(number)), Quality::Good)
                } else {
                    self.limited(as_float, |whole| Value::Int(whole as i64))
                }
            }
            (kind, Some(value)) if value.kind() == kind => (Some(value), Quality::Good),
            (_, Some(_)) => (None, Quality::Bad),
        };
        Reading { value, quality }
    }

    /// A value of the profile, already accepted by its parameter, for the program.
    pub(super) fn inward(&self, value: &Value) -> Value {
        match value {
            Value::Float(number) => Value::Float(number * self.inward),
            Value::Int(number) if self.inner == ValueKind::Float => Value::Float(*number as f64 * self.inward),
            other => other.clone(),
        }
    }

    fn scaled(&self, number: f64) -> f64 {
        if self.outward == 1.0 { number } else { tidy(number * self.outward) }
    }

    fn limited(&self, number: f64, make: impl Fn(f64) -> Value) -> (Option<Value>, Quality) {
        if number.is_nan() {
            return (None, Quality::Bad);
        }
        let limited = number.clamp(self.range.0, self.range.1);
        if !limited.is_finite() {
            return (None, Quality::Bad);
        }
        (Some(make(limited)), if limited == number { Quality::Good } else { Quality::OverRange })
    }
}

/// Takes away the last-bit noise of scaling, so that 70 ms, which is 0.07 s inside, does not come back as
/// 70.00000000000001: a number within a few units in the last place of a whole number of thousandths is that one.
fn tidy(number: f64) -> f64 {
    let thousandths = number * 1e3;
    let whole = thousandths.round();
    if (thousandths - whole).abs() <= whole.abs() * 4.0 * f64::EPSILON { whole / 1e3 } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversion(kind: ValueKind, inner: ValueKind, outward: f64, range: (f64, f64)) -> Conversion {
        Conversion { kind, inner, outward, inward: 1.0 / outward, range }
    }

    fn ms() -> Conversion {
        Conversion {
            kind: ValueKind::Float,
            inner: ValueKind::Float,
            outward: 1e3,
            inward: 1e-3,
            range: (0.0, 10_000.0),
        }
    }

    #[test]
    fn every_whole_number_of_milliseconds_comes_back_as_it_went_in() {
        let ms = ms();
        for n in 0..=10_000 {
            let given = Value::Float(f64::from(n));
            let read = ms.outward(Some(ms.inward(&given)));
            assert_eq!(read, Reading { value: Some(given), quality: Quality::Good });
        }
    }

    #[test]
    fn noise_is_taken_away_and_digits_are_not() {
        assert_eq!(tidy(70.000_000_000_000_01), 70.0);
        assert_eq!(tidy(0.1 + 0.2), 0.3);
        assert_eq!(tidy(1.000_4), 1.000_4);
        assert_eq!(tidy(1.0 / 3.0), 1.0 / 3.0);
        assert_eq!(tidy(-66.4), -66.4);
    }

    #[test]
    fn a_value_beyond_the_range_is_the_limit_and_says_so() {
        let amps = conversion(ValueKind::Float, ValueKind::Float, 1.0, (0.0, 1000.0));
        let read = amps.outward(Some(Value::Float(14_250.0)));
        assert_eq!(read, Reading { value: Some(Value::Float(1000.0)), quality: Quality::OverRange });
        let below = amps.outward(Some(Value::Float(-0.5)));
        assert_eq!(below, Reading { value: Some(Value::Float(0.0)), quality: Quality::OverRange });
        let bits = conversion(ValueKind::Integer, ValueKind::Integer, 1.0, (0.0, 255.0));
        assert_eq!(
            bits.outward(Some(Value::Int(256))),
            Reading { value: Some(Value::Int(255)), quality: Quality::OverRange }
        );
    }

    #[test]
    fn what_is_no_number_is_no_value() {
        let open = conversion(ValueKind::Float, ValueKind::Float, 1.0, (f64::NEG_INFINITY, f64::INFINITY));
        for bad in [f64::NAN, f64::INFINITY] {
            assert_eq!(open.outward(Some(Value::Float(bad))), Reading { value: None, quality: Quality::Bad });
        }
        assert_eq!(open.outward(None), Reading { value: None, quality: Quality::Good });
        assert_eq!(open.outward(Some(Value::Bool(true))), Reading { value: None, quality: Quality::Bad });
    }

    #[test]
    fn hours_count_when_they_are_over() {
        let hours = Conversion {
            kind: ValueKind::Integer,
            inner: ValueKind::Float,
            outward: 1.0 / 3600.0,
            inward: 3600.0,
            range: (0.0, f64::INFINITY),
        };
        for (seconds, shown) in [(3599.0, 0), (3600.0, 1), (7199.9, 1), (36_000_000.0, 10_000)] {
            assert_eq!(hours.outward(Some(Value::Float(seconds))).value, Some(Value::Int(shown)), "{seconds} s");
        }
    }
}
