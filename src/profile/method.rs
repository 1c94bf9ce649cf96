//! What the device can be told to do.

use super::role::Permission;
use super::value::{Value, ValueKind};

/// Position of a method in [`Profile::methods`](super::Profile::methods).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MethodIx(pub usize);

/// Something the device can be told to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Unique id, for example `trip`.
    pub id: String,
    /// What the caller must be allowed to do.
    pub permission: Permission,
    /// Arguments in order.
    pub args: Vec<MethodArg>,
    /// One line of text.
    pub description: String,
}

impl Method {
    /// What an argument is taken as when it is not given, as text.
    #[must_use]
    pub fn default_of(&self, argument: &str) -> Option<String> {
        match &self.args.iter().find(|a| a.name == argument)?.default {
            Some(Value::Text(text)) => Some(text.to_string()),
            Some(Value::Bool(on)) => Some(on.to_string()),
            Some(Value::Int(number)) => Some(number.to_string()),
            Some(Value::Float(number)) => Some(number.to_string()),
            Some(Value::Time(_) | Value::Link(..)) | None => None,
        }
    }
}

/// An argument of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodArg {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: ValueKind,
    /// Must be given.
    pub required: bool,
    /// Taken when not given.
    pub default: Option<Value>,
    /// Legal words, empty for any.
    pub allowed: Vec<String>,
}
