//! Values of the point list as wire scalars, and back.

use super::payload::{Metric, MetricValue};
use crate::profile::{MetricType, Value, ValueKind};
use crate::time::UtcMillis;
use std::borrow::Cow;
use std::sync::Arc;

/// A value as it stands on the wire.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `int_value`.
    Int(u32),
    /// `long_value`.
    Long(u64),
    /// `float_value`.
    Float(f32),
    /// `double_value`.
    Double(f64),
    /// `boolean_value`.
    Boolean(bool),
    /// `string_value`.
    Text(Cow<'a, str>),
}

impl From<Scalar<'_>> for MetricValue {
    fn from(scalar: Scalar<'_>) -> Self {
        match scalar {
            Scalar::Int(v) => Self::Int(v),
            Scalar::Long(v) => Self::Long(v),
            Scalar::Float(v) => Self::Float(v),
            Scalar::Double(v) => Self::Double(v),
            Scalar::Boolean(v) => Self::Boolean(v),
            Scalar::Text(v) => Self::String(v.into_owned()),
        }
    }
}

/// A value in the datatype of its metric; none (null on the wire) when it is no number or does not fit.
#[must_use]
pub fn scalar(value: &Value, kind: MetricType) -> Option<Scalar<'_>> {
    match kind {
        MetricType::Int32 => i32::try_from(integer(value)?).ok().map(|v| Scalar::Int(v.cast_unsigned())),
        MetricType::Int64 => Some(Scalar::Long(integer(value)?.cast_unsigned())),
        MetricType::Float => number(value).map(|v| v as f32).filter(|v| v.is_finite()).map(Scalar::Float),
        MetricType::Double => number(value).map(Scalar::Double),
        MetricType::Boolean => match value {
            Value::Bool(v) => Some(Scalar::Boolean(*v)),
            _ => None,
        },
        MetricType::String => Some(Scalar::Text(text(value))),
        MetricType::DateTime => match value {
            Value::Time(UtcMillis(ms)) => u64::try_from(*ms).ok().map(Scalar::Long),
            _ => None,
        },
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(v) => Some(i64::from(*v)),
        Value::Int(v) => Some(*v),
        Value::Float(v) if v.is_finite() => Some(v.round() as i64),
        Value::Time(UtcMillis(ms)) => Some(*ms),
        Value::Float(_) | Value::Text(_) | Value::Link(..) => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(v) => Some(*v as f64),
        Value::Float(v) if v.is_finite() => Some(*v),
        _ => None,
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Text(v) => Cow::Borrowed(v),
        other => Cow::Owned(other.to_string()),
    }
}

/// What a written metric holds, as a value of the wanted kind when it can be one without loss, else as it stands, so
/// that the gate refuses it and says why. None when there is no value.
#[must_use]
pub fn written(metric: &Metric, wanted: ValueKind) -> Option<Value> {
    // Int and Long carry signed and unsigned types in the same field; without a datatype (hosts may omit it in
    // commands) the metric's own type decides, and ours are all signed.
    let unsigned = matches!(metric.datatype, Some(5..=8));
    let raw = match metric.value.as_ref()? {
        MetricValue::Int(v) if unsigned => Value::Int(i64::from(*v)),
        MetricValue::Int(v) => Value::Int(i64::from(v.cast_signed())),
        MetricValue::Long(v) => Value::Int(v.cast_signed()),
        MetricValue::Float(v) => Value::Float(shortest(*v)),
        MetricValue::Double(v) => Value::Float(*v),
        MetricValue::Boolean(v) => Value::Bool(*v),
        MetricValue::String(v) => Value::Text(Arc::from(v.as_str())),
        MetricValue::Bytes(_) | MetricValue::DataSet(_) | MetricValue::Template(_) => return None,
    };
    Some(match (wanted, raw) {
        (ValueKind::Float, Value::Int(v)) => Value::Float(v as f64),
        (ValueKind::Integer, Value::Float(v)) if v.fract() == 0.0 && v.abs() < 9e15 => Value::Int(v as i64),
        (ValueKind::Time, Value::Int(v)) => Value::Time(UtcMillis(v)),
        (_, raw) => raw,
    })
}

/// The decimal number a person meant: 1.2f32 becomes 1.2, not 1.2000000476837158.
fn shortest(v: f32) -> f64 {
    v.to_string().parse().unwrap_or(f64::from(v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_numbers_are_twos_complement() {
        assert_eq!(scalar(&Value::Int(-2), MetricType::Int32), Some(Scalar::Int(0xFFFF_FFFE)));
        assert_eq!(scalar(&Value::Int(-2), MetricType::Int64), Some(Scalar::Long(0xFFFF_FFFF_FFFF_FFFE)));
        let metric = Metric { value: Some(MetricValue::Int(0xFFFF_FFFE)), ..Metric::default() };
        assert_eq!(written(&metric, ValueKind::Integer), Some(Value::Int(-2)));
    }

    #[test]
    fn what_does_not_fit_is_null() {
        assert_eq!(scalar(&Value::Float(f64::NAN), MetricType::Float), None);
        assert_eq!(scalar(&Value::Float(f64::INFINITY), MetricType::Double), None);
        assert_eq!(scalar(&Value::Float(1e300), MetricType::Float), None);
        assert_eq!(scalar(&Value::Int(1 << 40), MetricType::Int32), None);
        assert_eq!(scalar(&Value::Text("x".into()), MetricType::Float), None);
    }

    #[test]
    fn a_float_setting_is_the_number_that_was_typed() {
        let metric = Metric { value: Some(MetricValue::Float(1.2)), ..Metric::default() };
        assert_eq!(written(&metric, ValueKind::Float), Some(Value::Float(1.2)));
    }

    #[test]
    fn a_wrong_type_reaches_the_gate_as_it_stands() {
        let metric = Metric { value: Some(MetricValue::String("high".into())), ..Metric::default() };
        assert_eq!(written(&metric, ValueKind::Float), Some(Value::Text("high".into())));
    }
}
