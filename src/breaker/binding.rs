//! Where a parameter of the profile meets the typed breaker: one row a parameter.

use super::{Breaker, Settings};
use crate::profile::{Value, ValueKind};

/// One row: how to read a datum of the breaker, and how to write it if it is a setting.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Id of the parameter in the profile.
    pub id: &'static str,
    /// Kind of the value given and taken.
    pub kind: ValueKind,
    /// Unit of the number given and taken: the unit inside the program (`A`, `V`, `W`, `var`, `VA`, `s`, `Hz`, `Cel`,
    /// `%`, `lx`, `Ohm`) or empty. The join scales to the unit of the profile (`kW`, `ms`, `kA`, `h`...).
    pub unit: &'static str,
    /// Reads the datum; none when it is not available.
    pub read: fn(&Breaker) -> Option<Value>,
    /// Writes the setting.
    pub write: Option<fn(&mut Settings, &Value) -> Result<(), WriteError>>,
}

/// Why a value cannot be a setting although its kind and range are right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WriteError(pub String);

/// All rows.
#[must_use]
pub fn bindings() -> &'static [Binding] {
    &[]
}
