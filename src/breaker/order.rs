//! What can be ordered of a breaker. Whether it may be ordered was decided before, at the gate.

use super::capture::Contact;
use super::device::Breaker;
use super::event::{Event, Movement, TripFacts};
use super::identity::Communication;
use super::mechanism::{Failures, Path};
use super::sensors::SensorFaults;
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
        self.wake_elements();
        self.protection.reset_flags();
        self.tripped_by.clear();
        if self.mechanism.at_rest_open() {
            self.fault = false;
        }
        self.events.push(Event::Moved(Movement::Reset, None));
    }

    /// Puts a set of settings in force; gives back those before.
    pub fn apply(&mut self, settings: Settings) -> Settings {
        self.wake_elements();
        self.acting = settings.tolerance.apply(&settings.protection, self.identity.unit_number());
        std::mem::replace(&mut self.settings, settings)
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

    /// Breaks and mends the sensors of the currents.
    pub fn set_sensor_faults(&mut self, faults: SensorFaults) {
        self.sensors = faults;
    }

    /// What is wrong with the sensors of the currents.
    pub fn sensor_faults(&self) -> SensorFaults {
        self.sensors
    }

    /// What the sensors showed last.
    pub fn newest_currents(&self) -> Phases<f64> {
        self.recorder.newest_currents(1).map(|samples| samples.last().copied().unwrap_or_default())
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
