//! From the decision of an element to the end of the current: trip command, lockout, breaker failure, clearing.

use super::breaking;
use super::capture::Contact;
use super::device::Breaker;
use super::event::{Event, Movement, TripFacts};
use super::mechanism::{self, Path};
use super::reclose;
use super::trip::{LastTrip, Tripping};
use crate::power::Quantities;
use crate::protection::{self, ElementId};
use crate::time::{SAMPLES_PER_CYCLE, SAMPLES_PER_PASS, Tick};
use crate::units::{Amperes, Phases, Seconds};
use std::sync::Arc;

impl Breaker {
    /// Carries out what the elements decided.
    pub(super) fn take_trip(&mut self, q: &Quantities) {
        let Some(trip) = self.protection.take_trip() else { return };
        let decision = trip.decision;
        let path = if decision.cause == ElementId::HardwareOverride { Path::Override } else { Path::Coil };
        if self.mechanism.at_rest_open() {
            // Nothing to open: what stands picked up keeps the breaker from closing by its own block.
            return;
        }
        if self.trip_commanded {
            self.mechanism.order_open(self.tick, path, true);
            return;
        }
        // One cycle of RMS knows nothing yet of a fault that is two samples old; its crest does.
        let crest = self.crests_since_pass();
        let currents = Phases::from_fn(|p| q.current_rms[p].max(Amperes(crest[p] / std::f64::consts::SQRT_2)));
        let current = match decision.phase {
            _ if decision.unit == "A" => Amperes(decision.quantity),
            Some(phase) => currents[phase],
            None => currents.greatest().1,
        };
        self.command_trip(
            TripFacts {
                id: Arc::from(""),
                cause: Some(decision.cause),
                reason: Arc::from(decision.cause.reason()),
                operated: trip.operated,
                phase: decision.phase,
                current,
                currents,
                delay: decision.delay,
                set_delay: self.set_delay(decision.cause, decision.quantity),
                threshold: Some(decision.threshold),
            },
            decision.started,
            path,
        );
    }

    /// What the setting would have the delay be at this quantity.
    pub(super) fn set_delay(&self, cause: ElementId, quantity: f64) -> Option<Seconds> {
        let rated = self.settings.rating.rated();
        protection::set_delay(&self.settings.protection, &rated, cause, quantity, self.restraint_in)
    }

    /// Gives the trip command and writes it down.
    pub(super) fn command_trip(&mut self, facts: TripFacts, started: Tick, path: Path) {
        self.condition.life.trips += 1;
        self.condition.life.trip_number += 1;
        let id: Arc<str> = format!("{}-T{:06}", self.identity.serial, self.condition.life.trip_number).into();
        let facts = TripFacts { id: Arc::clone(&id), ..facts };
        self.trip_commanded = true;
        self.backup_sent = false;
        self.retripped = false;
        self.mechanism.order_open(self.tick, path, true);
        self.recorder.set(Contact::Trip, true);
        if let Some(unfinished) = self.recorder.trigger()
            && let Some(tripping) = &mut self.tripping
        {
            tripping.recorded(unfinished);
        }
        self.finish_trip();
        let cause = facts.cause;
        self.tripped_by.clone_from(&facts.operated);
        self.last_trip = Some(LastTrip {
            id: Arc::clone(&id),
            utc: self.epoch.utc(self.tick),
            reason: Arc::clone(&facts.reason),
            current: facts.current,
            delay: facts.delay,
            clearing: None,
        });
        self.tripping = Some(Tripping::new(id, cause, started, self.tick, &self.through));
        self.events.push(Event::Trip(Box::new(facts)));
        self.after_trip(cause);
        if self.mechanism.at_rest_open() {
            // Ordered while open: it latches and there is nothing to interrupt.
            self.trip_commanded = false;
            self.recorder.set(Contact::Trip, false);
            self.recorder.cleared();
            if let Some(tripping) = &mut self.tripping {
                tripping.all_out(self.tick, self.epoch.rate, &self.through, &Phases::default());
            }
        }
    }

    /// Lockout and auto-reclose take note of a trip.
    pub(super) fn after_trip(&mut self, cause: Option<ElementId>) {
        let shots_before = self.reclose.shot();
        let permission = self.reclose.tripped(cause, &self.settings.reclose);
        let goes_on = matches!(permission, Some(reclose::Permission::Yes | reclose::Permission::WhenHealthy));
        let gave_up = permission == Some(reclose::Permission::Never) && cause.is_some();
        if gave_up {
            let allowed = reclose::permission(cause, &self.settings.reclose) != reclose::Permission::Never;
            let what = if allowed && shots_before > 0 { Movement::RecloseLockout } else { Movement::RecloseBlocked };
            self.events.push(Event::Moved(what, None));
        }
        if !goes_on && (gave_up || cause.is_some_and(ElementId::latches_lockout)) {
            self.lock_out();
        }
    }

    pub(super) fn lock_out(&mut self) {
        if self.lockout.latch() {
            self.recorder.set(Contact::Lockout86, true);
            self.events.push(Event::Moved(Movement::LockedOut, None));
        }
    }

    /// 50BF: the second trip of this breaker, then the breaker upstream.
    pub(super) fn breaker_failure(&mut self, q: &Quantities) {
        if !self.trip_commanded {
            return;
        }
        if self.protection.retrip() && !self.retripped {
            self.retripped = true;
            self.events.push(Event::Retrip);
            self.mechanism.order_open(self.tick, Path::Coil, true);
        }
        if self.protection.backup_trip() && !self.backup_sent {
            self.backup_sent = true;
            self.fault = true;
            self.lock_out();
            self.events.push(Event::BackupTrip);
        }
        // A breaker that hangs: the trip is over when somebody else has ended the current.
        let gone = q.current_half_cycle.iter().all(|i| i.0 < mechanism::CHOPPING_A);
        if self.backup_sent && gone && self.mechanism.touching() {
            self.trip_over();
        }
    }

    /// Greatest magnitude of each current since the last pass, A.
    pub(super) fn crests_since_pass(&self) -> Phases<f64> {
        let since = (self.tick.0 % u64::from(SAMPLES_PER_PASS)) as usize;
        self.recorder.newest_currents(since).map(|samples| samples.iter().fold(0.0, |crest, i| i.abs().max(crest)))
    }

    /// The last arc is out.
    pub(super) fn interrupted(&mut self) {
        let cycle = SAMPLES_PER_CYCLE as usize;
        let broken = match self.tripping.as_ref().filter(|t| !t.is_cleared()) {
            Some(tripping) => tripping.broken(),
            None => self.recorder.newest_currents(cycle).map(|c| Amperes(breaking::alternating_rms(&c))),
        };
        self.condition.interrupted(&broken);
        if self.trip_commanded {
            self.trip_over();
        }
    }

    /// The current that was tripped is gone.
    pub(super) fn trip_over(&mut self) {
        self.trip_commanded = false;
        self.recorder.set(Contact::Trip, false);
        self.recorder.cleared();
        let peak = self.crests_since_pass();
        let Some(tripping) = &mut self.tripping else { return };
        tripping.all_out(self.tick, self.epoch.rate, &self.through, &peak);
        if let (Some(figures), Some(last)) = (tripping.figures(), &mut self.last_trip) {
            last.clearing = Some(figures.clearing);
            last.current = last.current.max(figures.interrupted.greatest().1);
        }
    }

    pub(super) fn finish_trip(&mut self) {
        if let Some(facts) = self.tripping.as_mut().and_then(Tripping::finished) {
            self.events.push(Event::Cleared(Box::new(facts)));
            self.tripping = None;
        }
    }
}
