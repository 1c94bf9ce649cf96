//! What can be ordered of a breaker. Whether it may be ordered was decided before, at the gate.

use super::capture::Contact;
use super::device::Breaker;
use super::event::{Event, Movement, TripFacts};
use super::identity::Communication;
use super::mechanism::{Failures, Path};
use super::settings::Settings;
use crate::units::{Celsius, Phase, Phases, Seconds};
use std::sync::Arc;

impl Breaker {
    /// Opens without latching.
    pub fn open(&mut self) {
        self.reclose.opened_by_hand();
        self.mechanism.order_open(self.tick, Path::Coil, false);
    }

    /// Closes.
    pub fn close(&mut self) {
        self.reclose.closed_by_hand(self.tick);
        self.mechanism.order_close(self.tick);
        self.recorder.set(Contact::Close, self.mechanism.close_ordered());
    }

    /// Trips: opens and latches. The reason is published.
    pub fn trip(&mut self, reason: Arc<str>) {
        let q = *self.quantities();
        let (phase, current) = q.current_rms.greatest();
        let facts = TripFacts {
            id: Arc::from(""),
            cause: None,
            reason,
            operated: Vec::new(),
            phase: Some(phase),
            current,
            currents: q.current_rms,
            delay: Seconds::ZERO,
            set_delay: None,
            threshold: None,
        };
        self.command_trip(facts, self.tick, Path::Coil);
    }

    /// A breaker downstream failed (50BF): trips and locks out.
    pub fn trip_for_downstream(&mut self, reason: Arc<str>) {
        self.trip(reason);
        self.lock_out();
    }

    /// Resets trip latch, lockout, targets and the fault of a mechanism that has opened since.
    pub fn reset(&mut self) {
        self.mechanism.reset_latch();
        self.lockout.reset();
        self.recorder.set(Contact::Lockout86, false);
        self.protection.reset_flags();
        self.tripped_by.clear();
        if self.mechanism.at_rest_open() {
            self.fault = false;
        }
        self.events.push(Event::Moved(Movement::Reset, None));
    }

    /// Puts a set of settings in force.
    pub fn apply(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Sets the resettable counters to nothing.
    pub fn clear_counters(&mut self) {
        self.condition.clear_counters();
    }

    /// What the runtime knows of host and links.
    pub fn set_communication(&mut self, communication: Communication) {
        self.communication = communication;
    }

    /// Fails or repairs the communication unit.
    pub fn set_communication_lost(&mut self, lost: bool) {
        self.communication_lost = lost;
    }

    /// What is wrong with the mechanism.
    pub fn failures(&self) -> Failures {
        self.mechanism.failures()
    }

    /// Breaks or repairs the mechanism.
    pub fn set_failures(&mut self, failures: Failures) {
        self.mechanism.set_failures(failures, self.tick);
    }

    /// Opens or mends the circuits of the current transformers.
    pub fn set_open_transformers(&mut self, open: Phases<bool>) {
        self.open_transformer = open;
    }

    /// Which current transformers are open.
    pub fn open_transformers(&self) -> Phases<bool> {
        self.open_transformer
    }

    /// Loosens or tightens the terminal of a pole: its resistance in multiples of what it should be.
    pub fn set_loose(&mut self, phase: Phase, factor: f64) {
        self.condition.loose[phase] = factor;
    }

    /// Air around it.
    pub fn set_ambient(&mut self, temperature: Celsius) {
        self.condition.ambient = temperature;
    }
}
