//! What the breaker is built for; written once at start.

use super::Binding;
use super::row::{self, count, quantity, text};
use crate::profile::{Value, ValueKind};

pub(super) const ROWS: &[Binding] = &[
    quantity!("RatedCurrent", "A", rating.current),
    quantity!("RatedVoltage", "V", rating.voltage),
    quantity!("RatedFrequency", "Hz", rating.frequency),
    quantity!("BreakingCapacity", "A", rating.breaking_capacity),
    count!("PoleCount", rating.poles),
    text!("MountingType", rating.mounting),
    text!("ProtectionClass", rating.protection_class),
];
