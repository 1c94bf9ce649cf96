//! One device: settings, mechanism, condition, sensors; what [`crate::plant`] steps.

pub mod binding;
pub mod injection;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Position {
    /// Withdrawn.
    Disconnected = 0,
    /// In service.
    Connected = 1,
    /// In test.
    Test = 2,
}

/// All settings of a breaker, typed, each section owned by the room it configures.
///
/// There is no `Default` with values: the defaults stand in the profile and are written through the bindings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {}

/// One device.
#[derive(Clone, Debug, Default)]
pub struct Breaker {
    /// In force now.
    pub settings: Settings,
}
