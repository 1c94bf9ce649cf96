//! What a breaker reports to its owner, in order; the plant numbers it and writes it down.

use super::diagnostic::TestReport;
use super::waveform::Waveform;
use crate::power::PqEvent;
use crate::protection::{ElementId, Transition};
use crate::units::{Amperes, Phase, Phases, Seconds};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something happened in a breaker.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// An element changed.
    Element(Transition),
    /// A trip was commanded.
    Trip(Box<TripFacts>),
    /// A trip is over and its waveform complete.
    Cleared(Box<ClearedFacts>),
    /// The mechanism or an automatic on it moved.
    Moved(Movement, Option<Seconds>),
    /// A disturbance of the voltage ended.
    PowerQuality(PqEvent),
    /// Breaker failure (50BF): the trip command was given again.
    Retrip,
    /// The arc sensor sees light and no current flows that would make it an arc.
    LightAlone,
    /// Breaker failure (50BF): the next breaker upstream has to open.
    BackupTrip,
    /// Something worth a line: a quantity has left its baseline.
    Remark(String),
    /// A test is over.
    Tested(Box<TestReport>),
}

/// A trip as it was commanded.
#[derive(Clone, Debug, PartialEq)]
pub struct TripFacts {
    /// Its id.
    pub id: Arc<str>,
    /// The element; none when it was ordered.
    pub cause: Option<ElementId>,
    /// The reason as published.
    pub reason: Arc<str>,
    /// All elements that operated in the same pass.
    pub operated: Vec<ElementId>,
    /// The leading phase.
    pub phase: Option<Phase>,
    /// Current of the leading phase, or through the ground transformer, RMS.
    pub current: Amperes,
    /// RMS currents.
    pub currents: Phases<Amperes>,
    /// From start to command.
    pub delay: Seconds,
    /// What the setting would have it be.
    pub set_delay: Option<Seconds>,
    /// Threshold that was passed.
    pub threshold: Option<f64>,
}

/// What was measured of a trip.
#[derive(Clone, Debug, PartialEq)]
pub struct ClearedFacts {
    /// Of which trip.
    pub id: Arc<str>,
    /// From start to the last current zero.
    pub clearing: Seconds,
    /// From command to contact parting; to the end of the current when a breaker upstream had to open.
    pub opening: Seconds,
    /// Breaking current of each pole.
    pub interrupted: Phases<Amperes>,
    /// Let-through energy, A2s.
    pub i2t: Phases<f64>,
    /// Greatest instantaneous current, A.
    pub peak: Phases<f64>,
    /// The samples.
    pub waveform: Option<Arc<Waveform>>,
}

/// Movements of the mechanism and of the automatics on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// Contacts open.
    Opened,
    /// Contacts closed.
    Closed,
    /// Tried to close and was stopped: an open command won (trip-free).
    CloseAborted,
    /// Did not open in time.
    FailedToOpen,
    /// Did not close in time.
    FailedToClose,
    /// Trip latch and lockout reset.
    Reset,
    /// Lockout (86) latched.
    LockedOut,
    /// Spring charged.
    SpringCharged,
    /// Auto-reclose: dead time started.
    RecloseStarted,
    /// Auto-reclose: closed.
    Reclosed,
    /// Auto-reclose: reclaim time over, ready again.
    RecloseReady,
    /// Auto-reclose: gave up.
    RecloseLockout,
    /// Auto-reclose: this cause may not be reclosed.
    RecloseBlocked,
}
