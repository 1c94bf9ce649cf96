//! The gate: every request from every door passes one `decide`.
//!
//! Words are those of IEC 61850-7-2: a refusal carries an *additional cause*, a request an *originator category*.
//! The console must **select** before it **operates** (select-before-operate, SBO); the remote doors use direct control.

pub mod method;

use crate::breaker::injection::Injection;
use crate::profile::{Role, Value};
use crate::time::Tick;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Number of a request, unique within a run; doors use it to match answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u64);

/// Which breaker, by position in the plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BreakerIx(pub usize);

/// Who asked, in the words of IEC 61850-7-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OriginCategory {
    /// At the breaker: this console.
    BayControl,
    /// From the station: the Sparkplug host.
    StationControl,
    /// From a remote centre: the LwM2M server.
    RemoteControl,
    /// By the device itself: auto-reclose, a drill.
    Process,
}

impl OriginCategory {
    /// Whether the request came over a network.
    #[must_use]
    pub const fn is_remote(self) -> bool {
        matches!(self, Self::StationControl | Self::RemoteControl)
    }
}

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The door.
    pub category: OriginCategory,
    /// A name for the audit: user, host id, server account.
    pub ident: Arc<str>,
}

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Who asked.
    pub origin: Origin,
    /// With what role.
    pub role: Role,
    /// Of which breaker.
    pub target: BreakerIx,
    /// What.
    pub command: Command,
}

/// A switching action that can be selected and then operated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// Open without tripping the latch.
    Open,
    /// Close.
    Close,
    /// Trip: opens and latches.
    Trip,
    /// Reset the trip latch and the lockout (86).
    Reset,
}

/// Everything that can be asked of a breaker.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// First step of select-before-operate.
    Select(Switch),
    /// Second step; refused unless the same origin holds the selection.
    Operate(Switch),
    /// Gives a selection back.
    Cancel,
    /// Direct control, for doors without selection. The text is the reason given by the caller.
    Direct(Switch, Arc<str>),
    /// Clears alarms or counters (`reset_type` of the brief: Alarms, Counters).
    ClearAlarms,
    /// Sets the resettable counters to nothing.
    ClearCounters,
    /// Writes settings, all or none, by parameter id.
    Write(Vec<(Arc<str>, Value)>),
    /// Applies a template of the profile, all or none.
    ApplyTemplate(Arc<str>),
    /// Takes back the last applied set of settings.
    UndoSettings,
    /// Acknowledges an alarm by id, or all of them.
    Acknowledge(Option<Arc<str>>),
    /// Local or remote position of the control switch.
    SetLocal(bool),
    /// Maintenance mode (arc reduction) on or off.
    SetMaintenanceMode(bool),
    /// Puts a danger tag on: nothing closes until it is removed.
    SetTag(Option<Arc<str>>),
    /// Injects a disturbance (training and test).
    Inject(Injection),
    /// Takes every disturbance away.
    ClearInjections,
}

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
            Self::ResourceLimit => "Abortion-by-communication-loss",
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

/// How a request ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Which request.
    pub id: RequestId,
    /// Which breaker.
    pub target: BreakerIx,
    /// When it was decided.
    pub tick: Tick,
    /// Done, or why not.
    pub result: Result<(), Denied>,
}
