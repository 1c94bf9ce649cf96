//! Where a parameter of the profile meets the typed breaker: one row a parameter.

use super::{Breaker, Settings};
use crate::profile::{Value, ValueKind};

/// One row: how to read a datum of the breaker, and how to write it if it is a setting.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Id of the parameter in the profile.
    pub id: &'static str,
    /// Kind of the value given and taken. A whole number of the profile may be a [`ValueKind::Float`] here: it is
    /// scaled, and what is read is rounded down to whole units of the profile (`OperatingHours` from seconds).
    pub kind: ValueKind,
    /// Unit of the number given and taken: the unit inside the program (`A`, `V`, `W`, `var`, `VA`, `s`, `Hz`, `Cel`,
    /// `%`, `lx`, `Ohm`) or empty. The join scales to the unit of the profile (`kW`, `ms`, `kA`, `h`...).
    pub unit: &'static str,
    /// Reads the datum; none when it is not available. A constant link to another object needs nothing more than
    /// `|_| None`: the point list then gives the default of the profile.
    pub read: fn(&Breaker) -> Option<Value>,
    /// Reads a setting from a set of settings that need not be in force (template preview, difference, undo). Every row
    /// with `write` has it.
    pub setting: Option<fn(&Settings) -> Value>,
    /// Writes the setting. Ratings have it too: access `const` with a default, written once at start. The point list
    /// has checked access, kind, range and enumeration before it calls this, and has scaled the number.
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
