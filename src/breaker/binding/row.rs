//! How rows are written: one macro a kind of setting, one function a kind of reading.

use super::{Binding, WriteError};
use crate::breaker::Breaker;
use crate::profile::{Value, ValueKind};
use std::sync::Arc;

/// A row that is only read.
pub(super) const fn reading(
    id: &'static str,
    kind: ValueKind,
    unit: &'static str,
    read: fn(&Breaker) -> Option<Value>,
) -> Binding {
    Binding { id, kind, unit, read, setting: None, write: None }
}

/// A number that is only read.
pub(super) const fn number(id: &'static str, unit: &'static str, read: fn(&Breaker) -> Option<Value>) -> Binding {
    reading(id, ValueKind::Float, unit, read)
}

/// A whole number that is only read.
pub(super) const fn whole(id: &'static str, unit: &'static str, read: fn(&Breaker) -> Option<Value>) -> Binding {
    reading(id, ValueKind::Integer, unit, read)
}

/// A yes or no that is only read.
pub(super) const fn flag(id: &'static str, read: fn(&Breaker) -> Option<Value>) -> Binding {
    reading(id, ValueKind::Boolean, "", read)
}

/// A text that is only read.
pub(super) const fn words(id: &'static str, read: fn(&Breaker) -> Option<Value>) -> Binding {
    reading(id, ValueKind::String, "", read)
}

pub(super) fn as_number(value: &Value) -> Result<f64, WriteError> {
    match value {
        Value::Float(v) => Ok(*v),
        other => Err(wrong("a number", other)),
    }
}

pub(super) fn as_whole(value: &Value) -> Result<i64, WriteError> {
    match value {
        Value::Int(v) => Ok(*v),
        other => Err(wrong("a whole number", other)),
    }
}

pub(super) fn as_count(value: &Value) -> Result<u32, WriteError> {
    let number = as_whole(value)?;
    u32::try_from(number).map_err(|_| WriteError(format!("{number} is no count")))
}

pub(super) fn as_flag(value: &Value) -> Result<bool, WriteError> {
    match value {
        Value::Bool(v) => Ok(*v),
        other => Err(wrong("true or false", other)),
    }
}

pub(super) fn as_words(value: &Value) -> Result<Arc<str>, WriteError> {
    match value {
        Value::Text(v) => Ok(Arc::clone(v)),
        other => Err(wrong("a text", other)),
    }
}

fn wrong(wanted: &str, got: &Value) -> WriteError {
    WriteError(format!("needs {wanted}, got {got:?}"))
}

/// The item of a list by its number.
pub(super) fn item<T: Copy>(list: &[T], value: &Value) -> Result<T, WriteError> {
    let number = as_whole(value)?;
    usize::try_from(number)
        .ok()
        .and_then(|n| list.get(n))
        .copied()
        .ok_or_else(|| WriteError(format!("{number} is not one of 0 to {}", list.len() - 1)))
}

/// The number of an item in a list that holds every one.
pub(super) fn number_of<T: PartialEq>(list: &[T], item: &T) -> Value {
    Value::Int(list.iter().position(|i| i == item).map_or(-1, |n| i64::try_from(n).unwrap_or(-1)))
}

/// A setting that is a quantity: id, unit, field.
macro_rules! quantity {
    ($id:literal, $unit:literal, $($field:ident).+) => {
        Binding {
            id: $id,
            kind: ValueKind::Float,
            unit: $unit,
            read: |b| Some(Value::Float(b.settings.$($field).+.0)),
            setting: Some(|s| Value::Float(s.$($field).+.0)),
            write: Some(|s, v| { s.$($field).+.0 = row::as_number(v)?; Ok(()) }),
        }
    };
}

/// A setting that is a bare number: id, unit (degrees have no type of their own), field.
macro_rules! factor {
    ($id:literal, $unit:literal, $($field:ident).+) => {
        Binding {
            id: $id,
            kind: ValueKind::Float,
            unit: $unit,
            read: |b| Some(Value::Float(b.settings.$($field).+)),
            setting: Some(|s| Value::Float(s.$($field).+)),
            write: Some(|s, v| { s.$($field).+ = row::as_number(v)?; Ok(()) }),
        }
    };
}

/// A setting that is a whole number: id, field.
macro_rules! count {
    ($id:literal, $($field:ident).+) => {
        Binding {
            id: $id,
            kind: ValueKind::Integer,
            unit: "",
            read: |b| Some(Value::Int(b.settings.$($field).+)),
            setting: Some(|s| Value::Int(s.$($field).+)),
            write: Some(|s, v| { s.$($field).+ = row::as_whole(v)?; Ok(()) }),
        }
    };
}

/// A setting that is a small count, never negative: id, field.
macro_rules! few {
    ($id:literal, $($field:ident).+) => {
        Binding {
            id: $id,
            kind: ValueKind::Integer,
            unit: "",
            read: |b| Some(Value::Int(i64::from(b.settings.$($field).+))),
            setting: Some(|s| Value::Int(i64::from(s.$($field).+))),
            write: Some(|s, v| { s.$($field).+ = row::as_count(v)?; Ok(()) }),
        }
    };
}

/// A setting that is on or off: id, field.
macro_rules! switch {
    ($id:literal, $($field:ident).+) => {
        Binding {
            id: $id,
            kind: ValueKind::Boolean,
            unit: "",
            read: |b| Some(Value::Bool(b.settings.$($field).+)),
            setting: Some(|s| Value::Bool(s.$($field).+)),
            write: Some(|s, v| { s.$($field).+ = row::as_flag(v)?; Ok(()) }),
        }
    };
}

/// A setting that is a text: id, field.
macro_rules! text {
    ($id:literal, $($field:ident).+) => {
        Binding {
            id: $id,
            kind: ValueKind::String,
            unit: "",
            read: |b| Some(Value::Text(std::sync::Arc::clone(&b.settings.$($field).+))),
            setting: Some(|s| Value::Text(std::sync::Arc::clone(&s.$($field).+))),
            write: Some(|s, v| { s.$($field).+ = row::as_words(v)?; Ok(()) }),
        }
    };
}

/// A setting that is one of a list: id, field, list in the order of its numbers.
macro_rules! choice {
    ($id:literal, $($field:ident).+, $list:expr) => {
        Binding {
            id: $id,
            kind: ValueKind::Integer,
            unit: "",
            read: |b| Some(row::number_of(&$list, &b.settings.$($field).+)),
            setting: Some(|s| row::number_of(&$list, &s.$($field).+)),
            write: Some(|s, v| { s.$($field).+ = row::item(&$list, v)?; Ok(()) }),
        }
    };
}

pub(super) use {choice, count, factor, few, quantity, switch, text};
