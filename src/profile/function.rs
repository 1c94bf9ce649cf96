//! What the device is for.

use super::parameter::ParameterIx;

/// What the device is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// For example `CircuitProtection`.
    pub id: String,
    /// For example `Safety`.
    pub category: String,
    /// One line.
    pub description: String,
    /// The parameters that belong to it.
    pub parameters: Vec<ParameterIx>,
}
