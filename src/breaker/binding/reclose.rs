//! Settings of the auto-reclose.

use super::Binding;
use super::row::{self, count, quantity, switch};
use crate::profile::{Value, ValueKind};

pub(super) const ROWS: &[Binding] = &[
    switch!("AutoRecloseEnabled", reclose.enabled),
    count!("AutoRecloseAttempts", reclose.attempts),
    quantity!("AutoRecloseDelay", "s", reclose.delay),
    quantity!("AutoRecloseSecondDelay", "s", reclose.second_delay),
    quantity!("AutoRecloseThirdDelay", "s", reclose.third_delay),
    quantity!("AutoRecloseReclaim", "s", reclose.reclaim),
    switch!("AutoRecloseOvercurrent", reclose.after_overcurrent),
    switch!("AutoRecloseGroundFault", reclose.after_ground_fault),
    switch!("AutoRecloseLoad", reclose.after_load),
    switch!("AutoRecloseAssessment", reclose.assessment),
];
