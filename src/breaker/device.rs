//! The device: what a sample sets in motion.

use super::capture::{Contact, Recorder};
use super::condition::Condition;
use super::event::{Event, Movement, TripFacts};
use super::identity::{Communication, CommunicationStatus, Identity};
use super::instruments::{Instruments, Published};
use super::lockout::Lockout;
use super::mechanism::{Mechanism, Moved, Path};
use super::reclose::{self, Reclose};
use super::settings::Settings;
use super::state::{Contacts, Position, Spring, Status};
use super::trip::{LastTrip, Through, Tripping};
use crate::power::{Energy, Measurement, Quantities, Sample};
use crate::protection::{self, Context, ElementId, ElementState, Protection};
use crate::time::{Epoch, SAMPLES_PER_PASS, SampleRate, Tick, UtcMillis};
use crate::units::{Amperes, Percent, Phase, Phases, Seconds, Volts};
use std::sync::Arc;

/// One device.
#[derive(Clone, Debug)]
pub struct Breaker {
    /// In force now.
    pub settings: Settings,
    /// Name plate.
    pub identity: Identity,
    /// Alarm bits, kept by the owner of the alarm list.
    pub alarm_status: u8,
    /// How the last request ended, in words.
    pub control_result: Arc<str>,
    /// The switch stands on local.
    pub local: bool,
    /// Maintenance mode (arc reduction) is on.
    pub maintenance_mode: bool,
    /// Text of the danger tag.
    pub tag: Option<Arc<str>>,
    /// A breaker downstream sees the fault (zone interlocking).
    pub restraint_in: bool,
    pub(super) epoch: Epoch,
    pub(super) tick: Tick,
    pub(super) communication: Communication,
    pub(super) communication_lost: bool,
    pub(super) open_transformer: Phases<bool>,
    pub(super) position: Position,
    pub(super) instruments: Instruments,
    pub(super) protection: Protection,
    pub(super) mechanism: Mechanism,
    pub(super) lockout: Lockout,
    pub(super) reclose: Reclose,
    pub(super) condition: Condition,
    pub(super) recorder: Recorder,
    pub(super) through: Through,
    pub(super) tripping: Option<Tripping>,
    /// What operated in the last trip, until it is reset.
    pub(super) tripped_by: Vec<ElementId>,
    pub(super) last_trip: Option<LastTrip>,
    pub(super) fault: bool,
    /// The trip command stands: until the current is gone.
    pub(super) trip_commanded: bool,
    pub(super) backup_sent: bool,
    pub(super) retripped: bool,
    pub(super) events: Vec<Event>,
    pub(super) moved: Vec<Moved>,
}

impl Default for Breaker {
    /// A device without name and with everything off.
    fn default() -> Self {
        Self::new(Identity::default(), Settings::default(), Epoch::fixed(SampleRate::AT_60_HZ))
    }
}

impl Breaker {
    /// A new device, open, spring wound.
    pub fn new(identity: Identity, settings: Settings, epoch: Epoch) -> Self {
        let rate = epoch.rate;
        let rating = &settings.rating;
        let mut recorder = Recorder::new(rate);
        recorder.set(Contact::Open52b, true);
        Self {
            instruments: Instruments::new(rate, rating),
            protection: Protection::new(rate, rating.rated()),
            mechanism: Mechanism::new(rate, rating.poles),
            condition: Condition::new(rating.current, rating.breaking_capacity),
            lockout: Lockout::default(),
            reclose: Reclose::new(rate),
            recorder,
            through: Through::default(),
            settings,
            identity,
            epoch,
            tick: Tick(0),
            alarm_status: 0,
            control_result: Arc::from(""),
            local: false,
            maintenance_mode: false,
            tag: None,
            restraint_in: false,
            communication: Communication::default(),
            communication_lost: false,
            open_transformer: Phases::splat(false),
            position: Position::default(),
            tripping: None,
            tripped_by: Vec::new(),
            last_trip: None,
            fault: false,
            trip_commanded: false,
            backup_sent: false,
            retripped: false,
            events: Vec::new(),
            moved: Vec::new(),
        }
    }

    /// One sample of the network.
    pub fn sample(&mut self, truth: &Sample) {
        self.tick = truth.tick;
        let seen = self.transformers(truth);
        self.instruments.sample(&seen, &self.settings.measurement);
        self.through.add(&seen.current, self.epoch.rate.period().0);
        if let Some(waveform) = self.recorder.push(&seen) {
            if let Some(tripping) = &mut self.tripping {
                tripping.recorded(waveform);
            }
            self.finish_trip();
        }
        if self.protection.sample(&seen, &self.settings.protection) {
            let q = *self.instruments.newest();
            self.elements_moved();
            self.take_trip(&q);
        }
        self.move_mechanism(truth);
        if truth.tick.0.is_multiple_of(u64::from(SAMPLES_PER_PASS)) {
            self.pass();
        }
    }

    /// What the transformers make of the currents.
    fn transformers(&self, truth: &Sample) -> Sample {
        let mut seen = *truth;
        if self.open_transformer != Phases::splat(false) {
            for phase in Phase::ALL {
                if self.open_transformer[phase] {
                    seen.current[phase] = 0.0;
                }
            }
        }
        seen
    }

    fn pass(&mut self) {
        let q = self.instruments.pass(self.tick);
        self.through.peaks(&q.current_peak);
        if let Some(tripping) = &mut self.tripping {
            tripping.peaks(&q.current_peak);
        }
        let context = Context {
            closed: self.mechanism.touching(),
            restraint_in: self.restraint_in,
            maintenance_mode: self.maintenance_mode,
            trip_commanded: self.trip_commanded,
            unit_temperature: Some(self.condition.unit_temperature()),
            // There is one set of current transformers: 87 has nothing to compare with and blocks itself.
            remote_current: None,
        };
        self.protection.pass(&q, &context, &self.settings.protection);
        self.elements_moved();
        self.take_trip(&q);
        self.breaker_failure(&q);
        self.automatic_reclose(&q);
        self.recorder.set(Contact::Close, self.mechanism.close_ordered());
        let watched = self.settings.measurement.power_quality && self.settings.rating.voltage > Volts::ZERO;
        if watched {
            self.events.extend(self.instruments.voltage_events().map(Event::PowerQuality));
        }
        if let Some((currents, elapsed)) = self.instruments.take_elapsed() {
            self.condition.warm(&currents, elapsed);
        }
    }

    fn elements_moved(&mut self) {
        for transition in self.protection.drain_transitions() {
            self.recorder.follow(&transition);
            self.through.follow(&transition);
            self.events.push(Event::Element(transition));
        }
    }

    /// Carries out what the elements decided.
    fn take_trip(&mut self, q: &Quantities) {
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
        let currents = q.current_rms;
        let current = match (decision.cause, decision.phase) {
            (ElementId::GroundFault, _) => Amperes(decision.quantity),
            (_, Some(phase)) => currents[phase],
            (_, None) => currents.greatest().1,
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
    fn set_delay(&self, cause: ElementId, quantity: f64) -> Option<Seconds> {
        protection::curves(&self.settings.protection, &self.settings.rating.rated())
            .into_iter()
            .find(|curve| curve.id == cause)
            .and_then(|curve| curve.time_at(Amperes(quantity)))
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
    fn after_trip(&mut self, cause: Option<ElementId>) {
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
    fn breaker_failure(&mut self, q: &Quantities) {
        if !self.trip_commanded {
            return;
        }
        if self.protection.retrip() && !self.retripped {
            self.retripped = true;
            self.mechanism.order_open(self.tick, Path::Coil, true);
        }
        if self.protection.backup_trip() && !self.backup_sent {
            self.backup_sent = true;
            self.fault = true;
            self.lock_out();
            self.events.push(Event::BackupTrip);
        }
        // A breaker that hangs: the trip is over when somebody else has ended the current.
        let gone = q.current_half_cycle.iter().all(|i| i.0 < super::mechanism::CHOPPING_A);
        if self.backup_sent && gone && self.mechanism.touching() {
            self.trip_over();
        }
    }

    fn automatic_reclose(&mut self, q: &Quantities) {
        let threshold = self.settings.rating.current * 0.1;
        let dead = q.current_half_cycle.iter().all(|i| *i < threshold);
        let seen = reclose::Seen {
            closed: self.mechanism.contacts() == Contacts::Closed,
            open: self.mechanism.at_rest_open() && dead,
            may_close: self.spring() == Spring::Charged
                && !self.lockout.latched()
                && !self.fault
                && !self.thermal_hot()
                && !self.wrong_rotation()
                && !self.starts_used_up()
                && self.position != Position::Disconnected,
            healthy: !reclose::OF_THE_SUPPLY.iter().any(|id| self.protection.operating(*id)),
            held: self.maintenance_mode || self.tag.is_some(),
        };
        let Some(action) = self.reclose.pass(self.tick, &self.settings.reclose, seen) else { return };
        let what = match action {
            reclose::Action::Close => {
                self.mechanism.reset_latch();
                self.protection.reset_flags();
                self.mechanism.order_close(self.tick);
                return;
            }
            reclose::Action::Started => Movement::RecloseStarted,
            reclose::Action::Reclosed => Movement::Reclosed,
            reclose::Action::Ready => Movement::RecloseReady,
            reclose::Action::GaveUp => Movement::RecloseLockout,
        };
        self.events.push(Event::Moved(what, None));
        if action == reclose::Action::GaveUp {
            self.lock_out();
        }
    }

    fn move_mechanism(&mut self, truth: &Sample) {
        let before = self.mechanism.conducting();
        let mut moved = std::mem::take(&mut self.moved);
        self.mechanism.sample(truth.tick, &truth.current, &mut moved);
        let after = self.mechanism.conducting();
        if before != after
            && let Some(tripping) = &mut self.tripping
        {
            tripping.first_pole_out(self.tick, &self.recorder);
        }
        for what in moved.drain(..) {
            self.mechanism_moved(what);
        }
        self.moved = moved;
    }

    fn mechanism_moved(&mut self, what: Moved) {
        let seconds = |span| Some(self.epoch.rate.seconds(span));
        let (movement, duration) = match what {
            Moved::Parted(span) => {
                self.condition.life.operations += 1;
                self.recorder.set(Contact::Closed52a, false);
                self.recorder.set(Contact::Open52b, true);
                if let Some(tripping) = &mut self.tripping {
                    tripping.parted(self.tick);
                }
                (Movement::Opened, self.epoch.rate.seconds(span).into())
            }
            Moved::Interrupted => {
                self.interrupted();
                return;
            }
            Moved::Closed(span) => {
                self.condition.life.operations += 1;
                self.recorder.set(Contact::Closed52a, true);
                self.recorder.set(Contact::Open52b, false);
                (Movement::Closed, seconds(span))
            }
            Moved::CloseAborted(span) => (Movement::CloseAborted, seconds(span)),
            Moved::SpringCharged(span) => (Movement::SpringCharged, seconds(span)),
            Moved::FailedToOpen => {
                self.fault = true;
                (Movement::FailedToOpen, None)
            }
        };
        self.events.push(Event::Moved(movement, duration));
        if what_ends_trip_free(what) && self.trip_commanded {
            self.trip_over();
        }
    }

    /// The last arc is out.
    fn interrupted(&mut self) {
        let cycle = crate::time::SAMPLES_PER_CYCLE as usize;
        let broken = match self.tripping.as_ref().filter(|t| !t.is_cleared()) {
            Some(tripping) => tripping.broken(),
            None => self.recorder.newest_currents(cycle).map(|c| Amperes(super::breaking::alternating_rms(&c))),
        };
        self.condition.interrupted(&broken);
        if self.trip_commanded {
            self.trip_over();
        }
    }

    /// The current that was tripped is gone.
    fn trip_over(&mut self) {
        self.trip_commanded = false;
        self.recorder.set(Contact::Trip, false);
        self.recorder.cleared();
        let peak = self.instruments.peak_since_pass();
        let Some(tripping) = &mut self.tripping else { return };
        tripping.all_out(self.tick, self.epoch.rate, &self.through, &peak);
        if let (Some(figures), Some(last)) = (tripping.figures(), &mut self.last_trip) {
            last.clearing = Some(figures.clearing);
            last.current = last.current.max(figures.interrupted.greatest().1);
        }
    }

    fn finish_trip(&mut self) {
        if let Some(facts) = self.tripping.as_mut().and_then(Tripping::finished) {
            self.events.push(Event::Cleared(Box::new(facts)));
            self.tripping = None;
        }
    }

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

    /// Heat of the thermal image.
    pub fn thermal(&self) -> Percent {
        Percent(self.protection.thermal() * 100.0)
    }

    /// How every element stands.
    pub fn elements(&self) -> Vec<ElementState> {
        self.protection.states()
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

/// A trip during closing is over when the contacts are back.
const fn what_ends_trip_free(what: Moved) -> bool {
    matches!(what, Moved::CloseAborted(_))
}
