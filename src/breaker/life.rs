//! What stays with a breaker over a restart.

use super::capture::Contact;
use super::condition::{Life, Watch};
use super::device::Breaker;
use super::diagnostic::LastTest;
use super::lockout::Lockout;
use super::state::{Contacts, Position};
use super::trip::LastTrip;
use crate::power::Energy;
use crate::units::Phases;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One breaker as it is kept between two runs. Settings are kept beside it, by id, in the unit of the profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedBreaker {
    /// Contacts closed.
    pub closed: bool,
    /// Trip latch.
    pub trip_latched: bool,
    /// Lockout (86).
    pub lockout: bool,
    /// Breaker or trip unit in fault.
    pub fault: bool,
    /// Truck position.
    pub position: Position,
    /// Switch on local.
    pub local: bool,
    /// Maintenance mode.
    pub maintenance_mode: bool,
    /// Danger tag.
    pub tag: Option<Arc<str>>,
    /// Counters and wear.
    pub life: Life,
    /// Energy counters.
    pub energy: Energy,
    /// Heat of the thermal image, 1 = trip.
    pub thermal: f64,
    /// Heat of the motor, 1 = trip.
    #[serde(default)]
    pub motor_thermal: f64,
    /// Last trip.
    pub last_trip: Option<LastTrip>,
    /// Last test.
    #[serde(default)]
    pub last_test: Option<LastTest>,
    /// What was learnt.
    #[serde(default)]
    pub watch: Watch,
}

impl Breaker {
    /// What is worth keeping.
    pub fn saved(&self) -> SavedBreaker {
        // A mechanism on its way finds its way also when the program does not: the orders it has are what is kept.
        let opening = self.contacts() == Contacts::Opening;
        SavedBreaker {
            closed: self.mechanism.touching() && !opening,
            trip_latched: self.trip_latched() || (opening && self.trip_commanded),
            lockout: self.lockout(),
            fault: self.fault,
            position: self.position,
            local: self.local,
            maintenance_mode: self.maintenance_mode,
            tag: self.tag.clone(),
            life: self.condition.life,
            energy: self.instruments.energy(),
            thermal: self.protection.thermal(),
            motor_thermal: self.protection.motor_thermal(),
            last_trip: self.last_trip.clone(),
            last_test: self.last_test.clone(),
            watch: self.condition.watch.clone(),
        }
    }

    /// Takes up where an earlier run ended. The mechanism stands still; nothing is recorded.
    pub fn restore(&mut self, saved: &SavedBreaker) {
        self.place(saved.closed, saved.trip_latched);
        self.lockout = Lockout::restored(saved.lockout);
        self.recorder.set(Contact::Lockout86, saved.lockout);
        self.fault = saved.fault;
        self.position = saved.position;
        self.local = saved.local;
        self.maintenance_mode = saved.maintenance_mode;
        self.tag.clone_from(&saved.tag);
        self.condition.life = saved.life;
        self.instruments.restore_energy(saved.energy);
        self.protection.restore_thermal(saved.thermal);
        self.protection.restore_motor_thermal(saved.motor_thermal);
        self.last_trip.clone_from(&saved.last_trip);
        self.last_test.clone_from(&saved.last_test);
        self.condition.watch.clone_from(&saved.watch);
    }

    /// Puts the contacts where they stand at the start.
    pub fn place(&mut self, closed: bool, latched: bool) {
        self.mechanism.restore(closed, latched);
        self.recorder.set(Contact::Closed52a, closed);
        self.recorder.set(Contact::Open52b, !closed);
    }

    /// Warms the poles as hours with these currents would.
    pub fn settle(&mut self, currents: &Phases<crate::units::Amperes>) {
        self.condition.settle(currents);
    }
}
