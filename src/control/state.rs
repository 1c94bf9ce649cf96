//! What the gate needs to know of one breaker.

use super::Interlock;
use super::select::Selection;
use crate::breaker::{Contacts, Position, Spring, Status};

/// One breaker as the gate sees it; the plant fills it in for each request.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The state that is published.
    pub status: Status,
    /// Main contacts.
    pub contacts: Contacts,
    /// Closing spring.
    pub spring: Spring,
    /// Truck position.
    pub position: Position,
    /// Trip latch not reset.
    pub trip_latched: bool,
    /// Lockout (86) latched.
    pub lockout: bool,
    /// A danger tag is on.
    pub tagged: bool,
    /// The thermal image is above the close permission (49).
    pub thermal_hot: bool,
    /// Phase rotation is wrong (47).
    pub rotation_wrong: bool,
    /// No start is left in this hour (66).
    pub starts_used_up: bool,
    /// What latched the trip or the lockout is still there.
    pub cause_present: bool,
    /// The switch at the breaker stands on local.
    pub local: bool,
    /// Remote control is enabled by setting.
    pub remote_enabled: bool,
    /// A test runs.
    pub testing: bool,
    /// There are settings to go back to.
    pub can_undo: bool,
    /// Who holds the selection; an expired one may still stand here.
    pub selection: Option<Selection>,
}

impl State {
    /// Everything that keeps the breaker from closing, in the order in which a person would clear it; empty: ready.
    #[must_use]
    pub fn not_ready(&self) -> Vec<Interlock> {
        let missing = [
            (self.tagged, Interlock::DangerTag),
            (self.status == Status::Fault, Interlock::BreakerFault),
            (self.position == Position::Disconnected, Interlock::NotInPosition),
            (self.trip_latched, Interlock::TripLatched),
            (self.lockout, Interlock::LockoutLatched),
            (self.spring != Spring::Charged, Interlock::SpringNotCharged),
            (self.thermal_hot, Interlock::ThermalHot),
            (self.rotation_wrong, Interlock::PhaseRotation),
            (self.starts_used_up, Interlock::StartsPerHour),
        ];
        missing.into_iter().filter_map(|(holds, interlock)| holds.then_some(interlock)).collect()
    }

    /// The contacts are on their way.
    #[must_use]
    pub fn moving(&self) -> bool {
        matches!(self.contacts, Contacts::Opening | Contacts::Closing)
    }
}
