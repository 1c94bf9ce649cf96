//! Protection classes `TypeA` to `TypeD`, read as the instantaneous bands of miniature circuit-breakers.
//!
//! B, C and D are those of IEC 60898-1, A is a maker's band for electronics. That standard ends at 440 V and 125 A, so on
//! a 480 V breaker the class says "like B", no more. The tripping band of the overload part is not affected.

use serde::{Deserialize, Serialize};

/// A protection class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProtectionClass {
    /// Electronics, long weak circuits.
    A,
    /// Resistive loads, low fault level.
    B,
    /// General, moderate inrush.
    C,
    /// Motors and transformers.
    D,
}

impl ProtectionClass {
    /// The class with this published name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::A, Self::B, Self::C, Self::D].into_iter().find(|class| class.name() == name)
    }

    /// The published name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "TypeA",
            Self::B => "TypeB",
            Self::C => "TypeC",
            Self::D => "TypeD",
        }
    }

    /// Multiples of In between which the instantaneous pickup lies: no trip within 0.1 s at the lower, trip at the upper.
    #[must_use]
    pub const fn instantaneous_band(self) -> (f64, f64) {
        match self {
            Self::A => (2.0, 3.0),
            Self::B => (3.0, 5.0),
            Self::C => (5.0, 10.0),
            Self::D => (10.0, 20.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_classes() {
        for class in [ProtectionClass::A, ProtectionClass::B, ProtectionClass::C, ProtectionClass::D] {
            assert_eq!(ProtectionClass::from_name(class.name()), Some(class));
        }
        assert_eq!(ProtectionClass::from_name("TypeK"), None);
    }
}
