//! Named sets of settings.

use super::parameter::ParameterIx;
use super::value::Value;

/// A named set of settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// For example `StandardProtection`.
    pub id: String,
    /// One line.
    pub description: String,
    /// Every assignment, inherited ones first, each parameter once.
    pub sets: Vec<(ParameterIx, Value)>,
}
