//! Values of the profile as values of LwM2M and back.

use crate::lwm2m::codec::Scalar;
use crate::profile::Value;
use crate::time::UtcMillis;

/// As LwM2M has it: times in seconds, measurements in 32 bits, which is what the other path carries, too.
pub(in crate::lwm2m) fn scalar(value: &Value) -> Scalar {
    match value {
        Value::Bool(b) => Scalar::Bool(*b),
        Value::Int(n) => Scalar::Int(*n),
        Value::Float(x) => Scalar::Float(f64::from(*x as f32)),
        Value::Text(text) => Scalar::Text(text.clone()),
        Value::Time(utc) => Scalar::Time(utc.0.div_euclid(1000)),
        Value::Link(object, instance) => Scalar::Link(*object, *instance),
    }
}

/// As the profile has it; none for what no parameter can be.
pub(in crate::lwm2m) fn value(scalar: &Scalar) -> Option<Value> {
    Some(match scalar {
        Scalar::Bool(b) => Value::Bool(*b),
        Scalar::Int(n) => Value::Int(*n),
        Scalar::Unsigned(n) => Value::Int(i64::try_from(*n).ok()?),
        // A decimal that passed through 32 bits is meant as the short decimal: 0.1, not 0.10000000149.
        Scalar::Float(x) if f64::from(*x as f32) == *x => Value::Float((*x as f32).to_string().parse().ok()?),
        Scalar::Float(x) => Value::Float(*x),
        Scalar::Text(text) => Value::Text(text.clone()),
        Scalar::Time(seconds) => Value::Time(UtcMillis(seconds.checked_mul(1000)?)),
        Scalar::Link(object, instance) => Value::Link(*object, *instance),
        Scalar::Opaque(_) => return None,
    })
}
