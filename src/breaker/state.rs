//! The states that are published.

use serde::{Deserialize, Serialize};

/// The four states of the brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Contacts open, not tripped.
    Open = 0,
    /// Contacts closed.
    Closed = 1,
    /// Opened by protection or trip command, latched until reset.
    Tripped = 2,
    /// Breaker failure, mechanism or trip unit fault.
    Fault = 3,
}

/// The main contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Contacts {
    /// Apart.
    Open,
    /// On the way to closed.
    Closing,
    /// Touching.
    Closed,
    /// On the way to open.
    Opening,
}

/// The closing spring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Spring {
    /// Empty.
    Discharged,
    /// The motor is winding it.
    Charging,
    /// Ready to close.
    Charged,
}

/// Where the truck stands; numbers of the brief's `BreakerPosition`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Position {
    /// Withdrawn.
    Disconnected = 0,
    /// In service.
    #[default]
    Connected = 1,
    /// In test.
    Test = 2,
}
