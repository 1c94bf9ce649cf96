//! Tests that the device can run on itself.

use crate::units::Seconds;

/// A diagnostic test the device can run.
#[derive(Clone, Debug, PartialEq)]
pub struct DiagnosticTest {
    /// For example `SelfTest`.
    pub id: String,
    /// For example `Startup`.
    pub category: String,
    /// How long it takes.
    pub duration: Seconds,
    /// One line.
    pub description: String,
    /// Names of its steps, in order.
    pub steps: Vec<String>,
}
