//! What others may see of a breaker.

use super::condition::{Condition, Findings, Health};
use super::device::Breaker;
use super::diagnostic::Outcome;
use super::event::Event;
use super::identity::{Communication, CommunicationStatus};
use super::instruments::Published;
use super::mechanism::OPENING;
use super::reclose::{self, Reclose};
use super::state::{Contacts, Position, Spring, Status};
use super::trip::LastTrip;
use crate::power::{Energy, Measurement, Quantities};
use crate::protection::{ElementId, ElementState, LoadLevel, MotorState};
use crate::time::UtcMillis;
use crate::units::{Percent, Phases, Seconds};

impl Breaker {
    /// What happened since the last call, in order.
    pub fn drain_events(&mut self) -> std::vec::Drain<'_, Event> {
        self.events.drain(..)
    }

    /// Something waits in [`Breaker::drain_events`].
    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Which poles conduct.
    pub fn conducting(&self) -> Phases<bool> {
        self.mechanism.conducting()
    }

    /// The published state.
    pub fn status(&self) -> Status {
        if self.fault {
            Status::Fault
        } else if self.mechanism.touching() {
            Status::Closed
        } else if self.mechanism.latched() {
            Status::Tripped
        } else {
            Status::Open
        }
    }

    /// Main contacts.
    pub fn contacts(&self) -> Contacts {
        self.mechanism.contacts()
    }

    /// Closing spring.
    pub fn spring(&self) -> Spring {
        self.mechanism.spring()
    }

    /// Truck position.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Trip latch.
    pub fn trip_latched(&self) -> bool {
        self.mechanism.latched()
    }

    /// Lockout (86).
    pub fn lockout(&self) -> bool {
        self.lockout.latched()
    }

    /// Breaker failure, mechanism or trip unit fault.
    pub fn in_fault(&self) -> bool {
        self.fault
    }

    /// The thermal image forbids closing.
    pub fn thermal_hot(&self) -> bool {
        !self.protection.close_permission()
    }

    /// What tripped is still there.
    pub fn cause_present(&self) -> bool {
        // Heat stays for minutes and has a close permission of its own; arc flash latches, so its light is asked.
        let heat = [ElementId::ThermalImage, ElementId::MotorThermal];
        let light = self.settings.protection.arc_flash.light;
        self.tripped_by.iter().filter(|id| !heat.contains(id)).any(|id| match id {
            ElementId::ArcFlash => self.quantities().light >= light,
            _ => self.protection.operating(*id),
        })
    }

    /// The phases of the supply rotate the wrong way (47).
    pub fn wrong_rotation(&self) -> bool {
        self.protection.wrong_rotation()
    }

    /// No start of the motor is left (66).
    pub fn starts_used_up(&self) -> bool {
        self.protection.start_inhibited()
    }

    /// Nothing keeps it from closing.
    pub fn ready_to_close(&self) -> bool {
        self.mechanism.at_rest_open()
            && !self.mechanism.moving()
            && self.spring() == Spring::Charged
            && !self.trip_latched()
            && !self.lockout()
            && !self.fault
            && self.tag.is_none()
            && !self.thermal_hot()
            && !self.wrong_rotation()
            && !self.starts_used_up()
            && self.position != Position::Disconnected
    }

    /// Arc flash has operated and is not reset.
    pub fn arc_detected(&self) -> bool {
        self.protection.operating(ElementId::ArcFlash)
    }

    /// Heat of the thermal image; with 49M in service that of the motor.
    pub fn thermal(&self) -> Percent {
        let of = &self.settings.protection;
        let motor = of.motor.enabled && of.motor_thermal.enabled;
        Percent(100.0 * if motor { self.protection.motor_thermal() } else { self.protection.thermal() })
    }

    /// How near the load is to what L carries.
    pub fn load_level(&self) -> LoadLevel {
        self.protection.load_level()
    }

    /// What the motor does; none when the load is no motor.
    pub fn motor_state(&self) -> Option<MotorState> {
        self.settings.protection.motor.enabled.then(|| self.protection.motor_state())
    }

    /// How every element stands.
    pub fn elements(&self) -> Vec<ElementState> {
        self.protection.states(self.quantities(), &self.acting)
    }

    /// Energy counters.
    pub fn energy(&self) -> Energy {
        self.instruments.energy()
    }

    /// Restrains the breaker upstream (zone interlocking).
    pub fn restraint_out(&self) -> bool {
        self.protection.restraint_out()
    }

    /// The automatic.
    pub fn reclose(&self) -> &Reclose {
        &self.reclose
    }

    /// The automatic in words, with the time that runs.
    pub fn reclose_words(&self) -> String {
        let (state, settings) = (self.reclose.state(), &self.settings.reclose);
        match self.reclose.remaining(settings) {
            Some(left) if state == reclose::State::Cycle => {
                format!("Cycle, shot {} of {} in {:.1} s", self.reclose.shot() + 1, settings.attempts, left.0)
            }
            Some(left) => format!("{}, {:.0} s", state.word(), left.0),
            None => state.word().to_owned(),
        }
    }

    /// Ageing.
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Why a service is due.
    pub fn maintenance_due(&self) -> Option<String> {
        self.condition.due(&self.settings.maintenance, self.mechanism.last_opening())
    }

    /// Health, the part that limits it and what to do.
    pub fn health(&self) -> Health {
        let test_failed = self.last_test().is_some_and(|t| t.outcome == Outcome::Failed);
        let opening = self.condition.watch.opening.newest();
        self.condition.health(OPENING, Findings { fault: self.fault, test_failed, opening })
    }

    /// Opening time of the last operation.
    pub fn last_opening(&self) -> Option<Seconds> {
        self.mechanism.last_opening()
    }

    /// The last trip.
    pub fn last_trip(&self) -> Option<&LastTrip> {
        self.last_trip.as_ref()
    }

    /// Calendar time of the newest sample.
    pub fn now(&self) -> UtcMillis {
        self.epoch.utc(self.tick)
    }

    /// How it stands towards the network.
    pub fn communication(&self) -> &Communication {
        &self.communication
    }

    /// How its paths stand: a failed communication unit has none, whatever the links say.
    pub fn communication_status(&self) -> Option<CommunicationStatus> {
        if self.communication_lost { Some(CommunicationStatus::Fault) } else { self.communication.status }
    }

    /// Its own communication unit has failed (an injected disturbance).
    pub fn communication_lost(&self) -> bool {
        self.communication_lost
    }

    /// The measurements as published; none before the first window of the meter is complete.
    pub fn published(&self) -> Option<&Published> {
        self.instruments.published()
    }

    /// The newest window of the meter.
    pub fn measurement(&self) -> &Measurement {
        self.instruments.measurement()
    }

    /// Quantities of the newest pass.
    pub fn quantities(&self) -> &Quantities {
        self.instruments.newest()
    }

    /// The newest rows of the recorder, at most `count` and at most eight cycles: currents A, B, C, N, G, voltages A, B, C.
    pub fn newest_rows(&self, count: usize) -> impl Iterator<Item = [f32; 8]> + '_ {
        self.recorder.newest(count)
    }
}
