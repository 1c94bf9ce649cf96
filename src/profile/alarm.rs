//! Alarm definitions.

use super::condition::Condition;

/// An alarm definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// For example `OvercurrentAlarm`.
    pub id: String,
    /// How bad.
    pub severity: Severity,
    /// For example `Protection`.
    pub category: String,
    /// Bit in the alarm status word.
    pub bit: u8,
    /// True when the alarm is active.
    pub when: Condition,
    /// One line.
    pub description: String,
    /// What to do about it, for the operator.
    pub response: String,
}

/// How bad an alarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nuisance.
    Low,
    /// Needs attention.
    Medium,
    /// Needs action.
    High,
    /// Danger.
    Critical,
}

impl Severity {
    pub(super) const WORDS: &'static [(&'static str, Self)] =
        &[("Low", Self::Low), ("Medium", Self::Medium), ("High", Self::High), ("Critical", Self::Critical)];

    /// The word of the profile.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}
