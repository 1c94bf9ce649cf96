//! Values of settings as text, and back.

use crate::profile::{Parameter, Profile, Value, ValueKind};

/// A value as people read it; an enumerated one by its name.
pub(in crate::console) fn text(profile: &Profile, parameter: &Parameter, value: &Value) -> String {
    match value {
        Value::Bool(on) => if *on { "on" } else { "off" }.to_owned(),
        Value::Int(n) => items(profile, parameter)
            .iter()
            .find(|(number, _)| number == n)
            .map_or_else(|| n.to_string(), |(_, name)| name.clone()),
        Value::Float(x) => x.to_string(),
        Value::Text(t) => t.to_string(),
        Value::Time(t) => t.0.to_string(),
        Value::Link(object, instance) => format!("{object}:{instance}"),
    }
}

/// What may be typed for a parameter, in words.
pub(in crate::console) fn allowed(profile: &Profile, parameter: &Parameter) -> String {
    let items = items(profile, parameter);
    if !items.is_empty() {
        return items.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
    }
    match (parameter.kind, parameter.min, parameter.max) {
        (ValueKind::Boolean, ..) => "on, off".to_owned(),
        (_, Some(min), Some(max)) => format!("{min} to {max} {}", parameter.unit).trim_end().to_owned(),
        (_, Some(min), None) => format!("at least {min} {}", parameter.unit).trim_end().to_owned(),
        (_, None, Some(max)) => format!("at most {max} {}", parameter.unit).trim_end().to_owned(),
        _ => "any".to_owned(),
    }
}

/// Reads what was typed, within the limits of the parameter.
pub(in crate::console) fn parse(profile: &Profile, parameter: &Parameter, typed: &str) -> Result<Value, String> {
    let typed = typed.trim();
    let wrong = || format!("{typed:?} is not allowed: {}", allowed(profile, parameter));
    // The unit may be typed with the number.
    let number = typed.strip_suffix(parameter.unit.as_str()).map_or(typed, str::trim_end);
    let items = items(profile, parameter);
    let item = items.iter().find(|(n, name)| name.eq_ignore_ascii_case(typed) || n.to_string() == typed);
    let value = match parameter.kind {
        ValueKind::Boolean => match typed.to_ascii_lowercase().as_str() {
            "on" | "true" | "yes" | "1" => Value::Bool(true),
            "off" | "false" | "no" | "0" => Value::Bool(false),
            _ => return Err(wrong()),
        },
        ValueKind::Integer if !items.is_empty() => Value::Int(item.ok_or_else(wrong)?.0),
        ValueKind::Integer => Value::Int(number.parse().map_err(|_| wrong())?),
        ValueKind::Float => Value::Float(number.parse().ok().filter(|x: &f64| x.is_finite()).ok_or_else(wrong)?),
        ValueKind::String if !items.is_empty() => Value::Text(item.ok_or_else(wrong)?.1.as_str().into()),
        ValueKind::String => Value::Text(typed.into()),
        ValueKind::Time | ValueKind::ObjectLink => return Err(format!("{} cannot be typed", parameter.id)),
    };
    out_of_range(parameter, &value).map_or(Ok(value), |_| Err(wrong()))
}

/// Why a value is outside the limits of its parameter.
pub(in crate::console) fn out_of_range(parameter: &Parameter, value: &Value) -> Option<String> {
    let x = match value {
        Value::Int(n) => *n as f64,
        Value::Float(x) => *x,
        _ => return None,
    };
    let low = parameter.min.filter(|min| x < *min).map(|min| format!("{} below its least {min}", parameter.id));
    low.or_else(|| parameter.max.filter(|max| x > *max).map(|max| format!("{} above its greatest {max}", parameter.id)))
}

fn items<'p>(profile: &'p Profile, parameter: &Parameter) -> &'p [(i64, String)] {
    parameter.enumeration.and_then(|e| profile.enumerations.get(e)).map_or(&[], |e| e.items.as_slice())
}
