//! Values at the edge of the program, and their text.

use crate::time::UtcMillis;
use crate::time::civil::Civil;
use std::fmt;
use std::sync::Arc;

/// The kinds of value a parameter may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// True or false.
    Boolean,
    /// Whole number; with an enumeration, one of its numbers.
    Integer,
    /// Number.
    Float,
    /// Text; with an enumeration, one of its names.
    String,
    /// Calendar time.
    Time,
    /// Link to an LwM2M object instance.
    ObjectLink,
}

impl ValueKind {
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("Boolean", Self::Boolean),
        ("Integer", Self::Integer),
        ("Float", Self::Float),
        ("String", Self::String),
        ("Time", Self::Time),
        ("ObjectLink", Self::ObjectLink),
    ];

    /// The word of the profile.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }

    /// Whether a range, a unit and a deadband make sense.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float)
    }

    /// Reads a value of this kind from text, without regard to enumeration and range.
    ///
    /// # Errors
    /// A sentence that names the text and the form it should have.
    pub fn read(self, text: &str) -> Result<Value, String> {
        match self {
            Self::Boolean => match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(format!("'{text}' is no Boolean; write true or false")),
            },
            Self::Integer => {
                text.parse().map(Value::Int).map_err(|_| format!("'{text}' is no Integer; write a whole number"))
            }
            Self::Float => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Value::Float(number)),
                _ => Err(format!("'{text}' is no Float; write a finite number such as 12.5")),
            },
            Self::String => Ok(Value::Text(text.into())),
            Self::Time => Err("a Time cannot be written in text; it comes from the device".to_owned()),
            Self::ObjectLink => text
                .split_once(':')
                .and_then(|(object, instance)| Some(Value::Link(object.parse().ok()?, instance.parse().ok()?)))
                .ok_or_else(|| format!("'{text}' is no ObjectLink; write object:instance, for example 3:0")),
        }
    }
}

/// A value at the edge of the program: on a wire, in a file, on a screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Number.
    Float(f64),
    /// Text.
    Text(Arc<str>),
    /// Milliseconds since 1970.
    Time(UtcMillis),
    /// LwM2M object and instance.
    Link(u16, u16),
}

impl Value {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ValueKind {
        match self {
            Self::Bool(_) => ValueKind::Boolean,
            Self::Int(_) => ValueKind::Integer,
            Self::Float(_) => ValueKind::Float,
            Self::Text(_) => ValueKind::String,
            Self::Time(_) => ValueKind::Time,
            Self::Link(..) => ValueKind::ObjectLink,
        }
    }

    /// The number in it, of either numeric kind.
    #[must_use]
    pub const fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }
}

/// Without unit and without the names of an enumeration; times as ISO 8601 in UTC.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Time(time) => f.write_str(&Civil::from_millis(*time).rfc3339()),
            Self::Link(object, instance) => write!(f, "{object}:{instance}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_date_command_prints_them() {
        // `date -u -d @951782400 +%FT%TZ` and others, GNU coreutils.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_704_067_199, "2023-12-31T23:59:59.000Z"),
            (-1, "1969-12-31T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(Value::Time(UtcMillis(seconds * 1000)).to_string(), text);
        }
    }

    #[test]
    fn text_becomes_a_value_of_the_kind_or_says_why_not() {
        assert_eq!(ValueKind::Float.read("0.1"), Ok(Value::Float(0.1)));
        assert_eq!(ValueKind::ObjectLink.read("3:0"), Ok(Value::Link(3, 0)));
        for (kind, text) in [
            (ValueKind::Float, "NaN"),
            (ValueKind::Float, "inf"),
            (ValueKind::Integer, "1.5"),
            (ValueKind::Integer, "99999999999999999999"),
            (ValueKind::Boolean, "True"),
            (ValueKind::ObjectLink, "70000:0"),
        ] {
            assert!(kind.read(text).is_err(), "{kind:?} {text}");
        }
    }
}
