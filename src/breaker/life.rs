//! What stays with a breaker over a restart.

use super::capture::Contact;
use super::condition::{Life, Watch};
use super::device::Breaker;
use super::diagnostic::LastTest;
use super::lockout::Lockout;
use super::state::{Contacts, Position};
use super::trip::LastTrip;
use crate::power::Energy;
use crate::protection::Heat;
use crate::time::{Tick, UtcMillis};
use crate::units::{Phases, Seconds};
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
    /// Heats of the elements.
    #[serde(default)]
    pub heat: Heat,
    /// When all this was so.
    #[serde(default)]
    pub utc: Option<UtcMillis>,
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
            heat: self.protection.heat(),
            utc: Some(self.now()),
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
        // Simulated time that ran ahead of the calendar has cooled nothing yet.
        let away = saved.utc.map_or(0.0, |utc| (self.epoch.utc(Tick(0)).0 - utc.0) as f64 / 1000.0);
        self.wake_elements();
        self.protection.restore_heat(&saved.heat, &self.acting, Seconds(away.max(0.0)));
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
