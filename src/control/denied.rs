//! Why a request was refused, in the words of IEC 61850-7-2.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a request was refused: additional causes of IEC 61850-7-2, with what a person needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Denied {
    /// Interlocking forbids it; every condition that is missing.
    #[error("blocked by interlocking: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    BlockedByInterlocking(Vec<Interlock>),
    /// The role may not do that.
    #[error("no access authority: role {0} may not do this")]
    NoAccessAuthority(String),
    /// The switch stands on local, or remote control is not enabled.
    #[error("blocked by switching hierarchy: {0}")]
    BlockedBySwitchingHierarchy(String),
    /// Already there.
    #[error("position reached: the breaker is already {0}")]
    PositionReached(String),
    /// Operate without a selection.
    #[error("object not selected: select first")]
    ObjectNotSelected,
    /// Somebody else holds the selection.
    #[error("object already selected by {0}")]
    ObjectAlreadySelected(String),
    /// The selection ran out.
    #[error("time limit over: the selection expired")]
    TimeLimitOver,
    /// The mechanism is moving.
    #[error("command already in execution")]
    CommandAlreadyInExecution,
    /// A value is not legal.
    #[error("inconsistent parameters: {0}")]
    InconsistentParameters(String),
    /// No such object, template, alarm or parameter.
    #[error("unknown object: {0}")]
    UnknownObject(String),
    /// The request queue is full.
    #[error("resource limit: the request queue is full, try again")]
    ResourceLimit,
}

impl Denied {
    /// The additional cause, as the standard writes it.
    #[must_use]
    pub const fn cause(&self) -> &'static str {
        match self {
            Self::BlockedByInterlocking(_) => "Blocked-by-interlocking",
            Self::NoAccessAuthority(_) => "No-access-authority",
            Self::BlockedBySwitchingHierarchy(_) => "Blocked-by-switching-hierarchy",
            Self::PositionReached(_) => "Position-reached",
            Self::ObjectNotSelected => "Object-not-selected",
            Self::ObjectAlreadySelected(_) => "Object-already-selected",
            Self::TimeLimitOver => "Time-limit-over",
            Self::CommandAlreadyInExecution => "Command-already-in-execution",
            Self::InconsistentParameters(_) => "Inconsistent-parameters",
            Self::UnknownObject(_) => "Not-supported",
            Self::ResourceLimit => "Unknown",
        }
    }
}

/// Conditions that must hold before the breaker closes; those of ready-to-close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Interlock {
    /// The spring is not charged.
    SpringNotCharged,
    /// The trip latch is not reset.
    TripLatched,
    /// Lockout (86) is latched.
    LockoutLatched,
    /// A danger tag is on.
    DangerTag,
    /// The thermal image is above the close permission.
    ThermalHot,
    /// The breaker is not in the connected or test position.
    NotInPosition,
    /// The breaker or its trip unit is in fault.
    BreakerFault,
    /// Phase rotation is wrong.
    PhaseRotation,
    /// Too many starts in the hour (ANSI 66).
    StartsPerHour,
    /// The cause that latched the lockout is still there.
    CausePresent,
}

impl fmt::Display for Interlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SpringNotCharged => "spring not charged",
            Self::TripLatched => "trip latched, reset first",
            Self::LockoutLatched => "86 latched, reset first",
            Self::DangerTag => "danger tag on",
            Self::ThermalHot => "49 thermal image too hot",
            Self::NotInPosition => "not in connected or test position",
            Self::BreakerFault => "breaker in fault",
            Self::PhaseRotation => "47 wrong phase rotation",
            Self::StartsPerHour => "66 starts/h",
            Self::CausePresent => "cause still present",
        })
    }
}
