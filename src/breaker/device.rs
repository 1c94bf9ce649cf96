//! The device: what a sample sets in motion.

use super::capture::{Contact, Recorder};
use super::condition::Condition;
use super::diagnostic;
use super::event::{Event, Movement};
use super::identity::{Communication, Identity};
use super::instruments::Instruments;
use super::lockout::Lockout;
use super::mechanism::{Mechanism, Moved, OVERRIDE_OPENING};
use super::reclose::{self, Reclose};
use super::sensors::SensorFaults;
use super::settings::Settings;
use super::state::{Contacts, Position, Spring};
use super::trip::{LastTrip, Through, Tripping};
use crate::power::{CycleWindow, Prospective, Quantities, Sample};
use crate::protection::{self, Context, ElementId, Protection};
use crate::time::{Epoch, SAMPLES_PER_CYCLE, SAMPLES_PER_PASS, SampleRate, Span, Tick};
use crate::units::{Phases, Volts};
use num_complex::Complex64;
use std::sync::Arc;

/// One device.
#[derive(Clone, Debug)]
pub struct Breaker {
    /// In force now; [`Breaker::apply`] changes them.
    pub settings: Settings,
    /// What this unit makes of the settings of its elements: they, and its tolerances.
    pub(super) acting: protection::Settings,
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
    /// What the newest assessment of the load side found; none when nobody has assessed it.
    pub load_side: Option<Prospective>,
    pub(super) epoch: Epoch,
    pub(super) tick: Tick,
    pub(super) communication: Communication,
    pub(super) communication_lost: bool,
    pub(super) sensors: SensorFaults,
    /// Windows of the transformers at the far end of the zone, while they are there.
    pub(super) far: Option<Box<CycleWindow>>,
    /// Phasors at the far end that others computed: what leaves a bus, for its main.
    pub(super) leaving: Option<Phases<Complex64>>,
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
    /// So many of the newest samples repeated those of a cycle before.
    pub(super) repeated: u64,
    /// Passes in a row with light and without current at the arc sensor.
    pub(super) light_alone: u32,
    pub(super) events: Vec<Event>,
    pub(super) moved: Vec<Moved>,
    /// The test that runs.
    pub(super) test: Option<Box<diagnostic::Running>>,
    pub(super) last_test: Option<diagnostic::LastTest>,
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
        let acting = settings.tolerance.apply(&settings.protection, identity.unit_number());
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
            acting,
            identity,
            epoch,
            tick: Tick(0),
            alarm_status: 0,
            control_result: Arc::from(""),
            local: false,
            maintenance_mode: false,
            tag: None,
            restraint_in: false,
            load_side: None,
            communication: Communication::default(),
            communication_lost: false,
            sensors: SensorFaults::default(),
            far: None,
            leaving: None,
            position: Position::default(),
            tripping: None,
            tripped_by: Vec::new(),
            last_trip: None,
            fault: false,
            trip_commanded: false,
            backup_sent: false,
            retripped: false,
            repeated: 0,
            light_alone: 0,
            events: Vec::new(),
            moved: Vec::new(),
            test: None,
            last_test: None,
        }
    }

    /// What the converters show of a sample at their inputs.
    pub(super) fn through_converters(&self, input: &Sample) -> Sample {
        if self.sensors.is_none() { *input } else { self.sensors.see(input, self.epoch.rate) }
    }

    /// One sample of the transformers at the far end of the zone; comes before [`Breaker::sample`].
    pub fn far_sample(&mut self, sample: Option<&Sample>) {
        match sample {
            None => self.far = None,
            Some(sample) => {
                let rate = self.epoch.rate;
                self.far.get_or_insert_with(|| Box::new(CycleWindow::new(rate))).push(sample);
            }
        }
    }

    /// What leaves the zone through others, as phasors positive into it: for the main of a bus.
    pub fn set_leaving(&mut self, currents: Option<Phases<Complex64>>) {
        self.leaving = currents;
    }

    /// A pass is complete, `known` when its samples repeat those of a cycle before.
    pub(super) fn pass(&mut self, known: bool) {
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
            // With one set of current transformers 87 has nothing to compare with and blocks itself.
            remote_current: self.far.as_ref().map(|far| far.quantities().current).or(self.leaving),
        };
        if known {
            self.protection.repeat(&q, &context, &self.acting);
        } else {
            self.protection.pass(&q, &context, &self.acting);
        }
        self.elements_moved();
        self.take_trip(&q);
        self.watch_light();
        self.breaker_failure(&q);
        self.automatic_reclose(&q);
        self.recorder.set(Contact::Close, self.mechanism.close_ordered());
        let watched = self.settings.measurement.power_quality && self.settings.rating.voltage > Volts::ZERO;
        if watched {
            self.events.extend(self.instruments.voltage_events().map(Event::PowerQuality));
        }
        if let Some((currents, elapsed)) = self.instruments.take_elapsed()
            && self.condition.warm(&currents, elapsed).is_some()
        {
            self.events.push(Event::Remark(self.condition.watch.anomaly_words()));
        }
    }

    /// Light that stays without current is worth a look at sensor and lamp. An arc has its current within a half-cycle.
    fn watch_light(&mut self) {
        self.light_alone = if self.protection.arc_light_alone() { self.light_alone.saturating_add(1) } else { 0 };
        if self.light_alone == SAMPLES_PER_CYCLE / SAMPLES_PER_PASS {
            self.events.push(Event::LightAlone);
        }
    }

    pub(super) fn elements_moved(&mut self) {
        for transition in self.protection.drain_transitions() {
            self.recorder.follow(&transition);
            self.through.follow(&transition);
            self.events.push(Event::Element(transition));
        }
    }

    /// The automatic is about to close and wants to know what it closes on.
    pub fn wants_assessment(&self) -> bool {
        self.settings.reclose.assessment && self.reclose.state() == reclose::State::Cycle
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
            sound: self.load_side.is_some_and(|found| {
                found.line < self.settings.rating.current && found.earth < self.settings.protection.ground_fault.pickup
            }),
            healthy: self.reclose.awaits_supply() && self.supply_healthy(q),
            held: self.maintenance_mode || self.tag.is_some(),
        };
        let Some(action) = self.reclose.pass(self.tick, &self.settings.reclose, seen) else { return };
        let what = match action {
            reclose::Action::Close => {
                self.mechanism.reset_latch();
                self.wake_elements();
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

    pub(super) fn move_mechanism(&mut self, truth: &Sample) {
        if self.mechanism.at_rest() {
            return;
        }
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
                self.opened_in(span);
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
                self.condition.watch.closing.push(self.epoch.rate.seconds(span));
                self.recorder.set(Contact::Closed52a, true);
                self.recorder.set(Contact::Open52b, false);
                (Movement::Closed, seconds(span))
            }
            Moved::CloseAborted(span) => (Movement::CloseAborted, seconds(span)),
            Moved::SpringCharged(span) => {
                self.condition.watch.charging.push(self.epoch.rate.seconds(span));
                (Movement::SpringCharged, seconds(span))
            }
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
}

impl Breaker {
    /// The contacts parted so long after their order. The override blows them apart: that says nothing of the mechanism.
    fn opened_in(&mut self, span: Span) {
        let took = self.epoch.rate.seconds(span);
        if took > OVERRIDE_OPENING {
            self.condition.watch.opening.push(took);
        }
    }
}

/// A trip during closing is over when the contacts are back.
const fn what_ends_trip_free(what: Moved) -> bool {
    matches!(what, Moved::CloseAborted(_))
}
