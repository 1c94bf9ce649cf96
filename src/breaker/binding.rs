//! Where a parameter of the profile meets the typed breaker: one row a parameter.

mod condition;
mod control;
mod diagnostic;
mod identification;
mod measurement;
mod motor;
mod network;
mod overcurrent;
mod protection;
mod rating;
mod reclose;
mod row;
mod status;
mod supply;
mod zone;

use super::{Breaker, Settings};
use crate::profile::{Value, ValueKind};
use std::sync::LazyLock;

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
    pub write: Option<Write>,
}

/// Writes one setting.
pub type Write = fn(&mut Settings, &Value) -> Result<(), WriteError>;

/// Why a value cannot be a setting although its kind and range are right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WriteError(pub String);

/// All rows.
#[must_use]
pub fn bindings() -> &'static [Binding] {
    static ROWS: LazyLock<Vec<Binding>> = LazyLock::new(|| {
        [
            identification::ROWS,
            network::ROWS,
            rating::ROWS,
            status::ROWS,
            measurement::ROWS,
            condition::ROWS,
            diagnostic::ROWS,
            overcurrent::ROWS,
            protection::ROWS,
            supply::ROWS,
            motor::ROWS,
            zone::ROWS,
            reclose::ROWS,
            control::ROWS,
        ]
        .concat()
    });
    &ROWS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_id_has_two_rows() {
        let ids: BTreeSet<&str> = bindings().iter().map(|b| b.id).collect();
        assert_eq!(ids.len(), bindings().len());
    }

    #[test]
    fn what_is_written_is_read_back_and_nothing_else_changes() {
        for binding in bindings() {
            let (Some(write), Some(read)) = (binding.write, binding.setting) else {
                assert!(binding.write.is_none() && binding.setting.is_none(), "{}", binding.id);
                continue;
            };
            let value = match binding.kind {
                ValueKind::Boolean => Value::Bool(true),
                ValueKind::Integer => Value::Int(1),
                ValueKind::Float => Value::Float(17.25),
                ValueKind::String => Value::Text("x".into()),
                other => panic!("{}: a setting of kind {other:?}", binding.id),
            };
            let mut settings = Settings::default();
            write(&mut settings, &value).unwrap();
            assert_eq!(read(&settings), value, "{}", binding.id);
            for other in bindings().iter().filter(|o| o.id != binding.id) {
                let Some(read) = other.setting else { continue };
                assert_eq!(read(&settings), read(&Settings::default()), "{} changed {}", binding.id, other.id);
            }
            let wrong = if binding.kind == ValueKind::Boolean { Value::Int(1) } else { Value::Bool(true) };
            assert!(write(&mut settings, &wrong).is_err(), "{} took a value of another kind", binding.id);
        }
    }

    #[test]
    fn a_number_outside_an_enumeration_is_refused() {
        let binding = bindings().iter().find(|b| b.id == "ThermalMode").unwrap();
        let error = binding.write.unwrap()(&mut Settings::default(), &Value::Int(7)).unwrap_err();
        assert!(error.to_string().contains('7'), "{error}");
    }
}
