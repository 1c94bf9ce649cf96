//! What can be asked of a breaker, and by whom.

use super::denied::Denied;
use crate::breaker::injection::Injection;
use crate::profile::{Role, Value};
use crate::time::Tick;
use serde::{Deserialize, Serialize};
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
    /// Runs a test of the profile.
    RunTest {
        /// Its id.
        test: Arc<str>,
        /// It ends by tripping the breaker.
        with_trip: bool,
    },
    /// Ends the test that runs.
    StopTest,
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
