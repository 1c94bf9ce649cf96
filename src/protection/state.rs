//! What the rest of the program may see of the elements.

use super::ElementId;
use crate::time::Tick;
use crate::units::{Celsius, Phase, Phases, Seconds};
use num_complex::Complex64;
use serde::{Deserialize, Serialize};

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
    /// Operated and not yet reset. A tripping element keeps this flag until the reset command, as a relay keeps its
    /// target; one that only alarms follows its condition.
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
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Context {
    /// All main contacts closed.
    pub closed: bool,
    /// A zone-interlocking restraint arrives from downstream.
    pub restraint_in: bool,
    /// Maintenance mode (arc reduction) switched on.
    pub maintenance_mode: bool,
    /// The trip command is present (starts breaker failure timing).
    pub trip_commanded: bool,
    /// Temperature of the trip unit, where it is measured.
    pub unit_temperature: Option<Celsius>,
    /// Phasors of a second set of current transformers at the far end of the zone, positive into it.
    pub remote_current: Option<Phases<Complex64>>,
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

/// A trip that waits to be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Trip {
    /// The published cause and its figures.
    pub decision: TripDecision,
    /// Every element that operated in the same pass, in order of arbitration.
    pub operated: Vec<ElementId>,
}
