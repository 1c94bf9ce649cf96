//! One datum of the device, and what its value may be.

use super::value::{Value, ValueKind};
use std::sync::Arc;

/// Position of a parameter in [`Profile::parameters`](super::Profile::parameters).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterIx(pub usize);

/// One datum of the device.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Unique id, for example `CurrentPhaseA`.
    pub id: String,
    /// What kind of value.
    pub kind: ValueKind,
    /// Unit as written in the profile, empty when it has none.
    pub unit: String,
    /// Least legal value, in the unit of the profile.
    pub min: Option<f64>,
    /// Greatest legal value.
    pub max: Option<f64>,
    /// Value at first start; every setting has one.
    pub default: Option<Value>,
    /// Smallest step worth showing or entering.
    pub resolution: Option<f64>,
    /// Change that is worth reporting, in the unit of the profile (report by exception).
    pub deadband: Option<f64>,
    /// Who may read or write it.
    pub access: Access,
    /// Where it belongs on a screen.
    pub group: Group,
    /// The value list, for enumerated parameters: position in [`Profile::enumerations`](super::Profile::enumerations).
    pub enumeration: Option<usize>,
    /// The breaker's word for the datum; the id, unless the profile names another.
    pub source: String,
    /// Meaning tag of a standard, for example `61850:MMXU.A.phsA`.
    pub semantic: String,
    /// One line of text for people.
    pub description: String,
    /// The line of the file that defines it.
    pub line: usize,
}

/// Who may read or write a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Fixed at start.
    Const,
    /// Read only.
    Read,
    /// A setting.
    ReadWrite,
}

/// Where a parameter belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// What the device is.
    Identification,
    /// Ratings and options.
    Configuration,
    /// Protection settings.
    Protection,
    /// Control settings and state.
    Control,
    /// Measured values.
    Measurement,
    /// States.
    Status,
    /// Condition and maintenance.
    Maintenance,
    /// Communication.
    Communication,
}

/// A named list of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enumeration {
    /// Its id.
    pub id: String,
    /// Its items: number and name.
    pub items: Vec<(i64, String)>,
}

impl Access {
    pub(super) const WORDS: &'static [(&'static str, Self)] =
        &[("const", Self::Const), ("R", Self::Read), ("RW", Self::ReadWrite)];

    /// The word of the profile.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl Group {
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("Identification", Self::Identification),
        ("Configuration", Self::Configuration),
        ("Protection", Self::Protection),
        ("Control", Self::Control),
        ("Measurement", Self::Measurement),
        ("Status", Self::Status),
        ("Maintenance", Self::Maintenance),
        ("Communication", Self::Communication),
    ];

    /// The word of the profile.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl Enumeration {
    /// The name of a number.
    #[must_use]
    pub fn name(&self, number: i64) -> Option<&str> {
        self.items.iter().find(|(n, _)| *n == number).map(|(_, name)| name.as_str())
    }

    /// The number of a name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.items.iter().find(|(_, n)| n == name).map(|(number, _)| *number)
    }

    /// The names, for a sentence.
    #[must_use]
    pub fn names(&self) -> String {
        self.items.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Why a value cannot be the value of a parameter.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unacceptable {
    /// Another kind.
    #[error("'{given}' is {}; wanted is {}", .given.kind().word(), .wanted.word())]
    WrongKind {
        /// What was given.
        given: Value,
        /// What kind is wanted.
        wanted: ValueKind,
    },
    /// Infinite or not a number.
    #[error("{0} is not a finite number")]
    NotFinite(f64),
    /// Outside the range.
    #[error("{value}{unit} is out of range {min} to {max}{unit}")]
    OutOfRange {
        /// What was given.
        value: f64,
        /// Least legal value, `-inf` when there is none.
        min: f64,
        /// Greatest legal value, `inf` when there is none.
        max: f64,
        /// A blank and the unit, or nothing.
        unit: String,
    },
    /// Not in the enumeration.
    #[error("'{given}' is not one of {names}")]
    NotListed {
        /// What was given.
        given: Value,
        /// What is listed.
        names: String,
    },
}

impl Parameter {
    /// Measured: it moves all the time and is told at a pace. Anything else is an event and told when it changes.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.access == Access::Read
            && (self.deadband.is_some()
                || (self.kind == ValueKind::Float && matches!(self.group, Group::Measurement | Group::Maintenance)))
    }

    /// The value as the parameter holds it: a whole number becomes a [`Value::Float`] where the parameter is one, the
    /// name of an item its number. Everything else that does not fit is refused; nothing is clamped.
    ///
    /// `listed` is the enumeration of the parameter, if it has one.
    ///
    /// # Errors
    /// Kind, range or enumeration does not fit.
    pub fn accept(&self, listed: Option<&Enumeration>, given: &Value) -> Result<Value, Unacceptable> {
        let value = match (self.kind, given, listed) {
            (ValueKind::Float, Value::Int(number), _) => Value::Float(*number as f64),
            (ValueKind::Integer, Value::Text(name), Some(list)) => match list.number(name) {
                Some(number) => Value::Int(number),
                None => return Err(Unacceptable::NotListed { given: given.clone(), names: list.names() }),
            },
            _ if given.kind() == self.kind => given.clone(),
            _ => return Err(Unacceptable::WrongKind { given: given.clone(), wanted: self.kind }),
        };
        let in_list = match (&value, listed) {
            (Value::Int(number), Some(list)) => list.name(*number).is_some(),
            (Value::Text(name), Some(list)) => list.number(name).is_some(),
            _ => true,
        };
        if !in_list {
            let names = listed.map(Enumeration::names).unwrap_or_default();
            return Err(Unacceptable::NotListed { given: value, names });
        }
        if let Some(number) = value.as_f64() {
            if !number.is_finite() {
                return Err(Unacceptable::NotFinite(number));
            }
            let (min, max) = (self.min.unwrap_or(f64::NEG_INFINITY), self.max.unwrap_or(f64::INFINITY));
            if number < min || number > max {
                return Err(Unacceptable::OutOfRange { value: number, min, max, unit: self.unit_after_number() });
            }
        }
        Ok(value)
    }

    /// Reads the value from text: the name of an item, or the plain form of the kind.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the text.
    pub fn read(&self, listed: Option<&Enumeration>, text: &str) -> Result<Value, String> {
        let value = match (self.kind, listed) {
            (ValueKind::Integer, Some(list)) if list.number(text).is_some() => Value::Text(Arc::from(text)),
            (ValueKind::Integer, Some(list)) if text.parse::<i64>().is_err() => {
                return Err(format!("'{text}' is not one of {}", list.names()));
            }
            _ => self.kind.read(text)?,
        };
        self.accept(listed, &value).map_err(|e| e.to_string())
    }

    /// The unit as it follows a number: a blank and the unit, only the percent sign, or nothing.
    #[must_use]
    pub fn unit_after_number(&self) -> String {
        match self.unit.as_str() {
            "" => String::new(),
            "%" => "%".to_owned(),
            unit => format!(" {unit}"),
        }
    }
}
