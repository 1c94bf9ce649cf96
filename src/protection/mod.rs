//! The protection elements, one file each, and their arbitration.
//!
//! Terms, as in IEC 60255 and C37.2: an element **starts** (picks up) when its quantity passes its threshold, times,
//! and **operates**; it **drops out** when the quantity falls back. `progress` runs from 0 to 1 between start and
//! operate. Elements see [`crate::power::Quantities`] and raw samples, never the truth behind them, and never wait for anybody.

use crate::time::Tick;
use crate::units::{Phase, Seconds};
use serde::{Deserialize, Serialize};

/// Every element that can be built in. The order is the order of arbitration: of several that operate in one pass the
/// first in this list is the published cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ElementId {
    /// Instantaneous override on raw samples (ANSI 50), not settable.
    HardwareOverride,
    /// Arc flash by light and current (ANSI 50ARC).
    ArcFlash,
    /// Instantaneous (ANSI 50).
    Instantaneous,
    /// Short time (ANSI 50TD).
    ShortTime,
    /// Ground fault (ANSI 50G/51G or 50N/51N).
    GroundFault,
    /// Time overcurrent with a named curve (ANSI 51).
    TimeOvercurrent,
    /// Long time (ANSI 49RMS/51).
    LongTime,
    /// Thermal image (ANSI 49).
    ThermalImage,
    /// Breaker failure (ANSI 50BF).
    BreakerFailure,
}

/// How one element stands, as screens and records show it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ElementState {
    /// Which.
    pub id: ElementId,
    /// In service by setting.
    pub enabled: bool,
    /// Out of service by a block; the word for it.
    pub blocked: Option<Block>,
    /// Picked up.
    pub started: bool,
    /// Operated and not yet reset.
    pub operated: bool,
    /// 0 to 1, between start and operate.
    pub progress: f64,
    /// What it looks at, in `unit`.
    pub quantity: f64,
    /// What it compares with, in the same unit.
    pub threshold: f64,
    /// Unit of both.
    pub unit: &'static str,
    /// The phase that leads, where it has one.
    pub phase: Option<Phase>,
    /// Time still to run at the present quantity; none when it would never operate.
    pub time_to_operate: Option<Seconds>,
}

/// Why an element is out of service although it is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Block {
    /// Its input is not valid (open transformer, dead bus).
    InvalidInput,
    /// The breaker is open.
    BreakerOpen,
    /// A current transformer circuit is open.
    CurrentTransformer,
    /// Too high a phase current for the residual measurement to be believed.
    HighCurrent,
    /// Blocked by a named input.
    External,
    /// `ProtectionEnabled` is off.
    OutOfService,
}

/// A change in an element, for the sequence of events.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Transition {
    /// When.
    pub tick: Tick,
    /// Which element.
    pub id: ElementId,
    /// What happened.
    pub change: Change,
    /// The leading phase.
    pub phase: Option<Phase>,
    /// The quantity at that instant.
    pub quantity: f64,
    /// What it was compared with.
    pub threshold: f64,
    /// Unit of both.
    pub unit: &'static str,
}

/// The changes an element can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Change {
    /// Picked up.
    Start,
    /// Fell back before operating.
    DropOut,
    /// Operated.
    Operate,
    /// Went back to rest after operating.
    Reset,
    /// Taken out by a block.
    Blocked,
    /// Block gone.
    Unblocked,
}

/// What the elements need to know of the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Context {
    /// All main contacts closed.
    pub closed: bool,
    /// A zone-interlocking restraint arrives from downstream.
    pub restraint_in: bool,
    /// Maintenance mode (arc reduction) switched on.
    pub maintenance_mode: bool,
    /// The trip command is present (starts breaker failure timing).
    pub trip_commanded: bool,
}

/// The decision to trip, made in one pass.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TripDecision {
    /// The published cause.
    pub cause: ElementId,
    /// The pass in which it was made.
    pub tick: Tick,
    /// When the causing element started.
    pub started: Tick,
    /// The leading phase.
    pub phase: Option<Phase>,
    /// The current (or other quantity) at the decision.
    pub quantity: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The threshold it passed.
    pub threshold: f64,
    /// Time from start to decision.
    pub delay: Seconds,
}
