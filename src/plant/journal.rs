//! From what a breaker reports to the numbered records, and what follows from it in the plant.

use super::Plant;
use super::alarms::Listed;
use crate::breaker::{ClearedFacts, Contacts, Event, TripFacts};
use crate::control::{BreakerIx, Origin, OriginCategory};
use crate::power::{IticRegion, PqClass, PqEvent, PqKind};
use crate::record::{
    AlarmRecord, Body, Class, ClearedRecord, ElementChange, NoteRecord, Operation, PowerQualityRecord, Record,
    TripCause, TripId, TripRecord,
};
use crate::units::Phase;
use std::sync::Arc;

impl Plant {
    /// The records since the last call, oldest first; each is handed out once.
    pub fn drain_records(&mut self) -> Vec<Arc<Record>> {
        self.log.drain()
    }

    /// Writes a remark about a breaker down: of a link, of a drill.
    pub fn note(&mut self, breaker: usize, class: Class, text: impl Into<String>) {
        if breaker < self.seats.len() {
            self.write(breaker, Body::Note(NoteRecord { class, text: text.into() }));
        }
    }

    pub(super) fn write(&mut self, ix: usize, body: Body) {
        if let Some(held) = &mut self.held {
            held.push((self.tick, ix, body));
            return;
        }
        let id = Arc::clone(&self.seats[ix].id);
        self.log.push(self.tick, self.epoch.utc(self.tick), BreakerIx(ix), &id, body);
    }

    /// Holds back what is written until [`Plant::write_held`]: the breakers go through a stretch of time one after the
    /// other, the records of all of them stand in the order of time.
    pub(super) fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    /// Writes down what was held back, oldest first.
    pub(super) fn write_held(&mut self) {
        let mut held = self.held.take().unwrap_or_default();
        held.sort_by_key(|(tick, ..)| *tick);
        let now = self.tick;
        for (tick, ix, body) in held {
            self.tick = tick;
            self.write(ix, body);
        }
        self.tick = now;
    }

    /// Writes down what a breaker reports. `origin` is who ordered it, when somebody did.
    pub(super) fn collect(&mut self, ix: usize, origin: Option<&Origin>) {
        let events: Vec<Event> = self.seats[ix].breaker.drain_events().collect();
        if events.is_empty() {
            return;
        }
        self.changed = true;
        let mut backup = false;
        for event in events {
            match event {
                Event::Element(transition) => self.write(ix, Body::Element(ElementChange::from(transition))),
                Event::Moved(what, duration) => self.write(ix, Body::Operation(Operation { what, duration })),
                Event::Trip(facts) => self.write_trip(ix, *facts, origin),
                Event::Cleared(facts) => self.write_cleared(ix, *facts),
                Event::PowerQuality(event) => self.write(ix, Body::PowerQuality(voltage_event(&event))),
                Event::Retrip => self.note(ix, Class::Trip, "50BF: second trip command to the same breaker"),
                Event::LightAlone => {
                    self.note(ix, Class::Alarm, "AFD: light without current at the arc sensor (warning)");
                }
                Event::BackupTrip => backup = true,
                Event::Remark(text) => self.note(ix, Class::Diagnostic, text),
                Event::Tested(report) => self.write(ix, Body::Test(report)),
            }
        }
        self.judge_alarms(ix);
        if backup {
            self.trip_upstream(ix);
        }
    }

    fn write_trip(&mut self, ix: usize, facts: TripFacts, origin: Option<&Origin>) {
        let cause = match facts.cause {
            Some(element) => TripCause::Element(element),
            None => TripCause::Manual {
                origin: origin.cloned().unwrap_or_else(|| Origin {
                    category: OriginCategory::Process,
                    ident: Arc::clone(&self.seats[ix].id),
                }),
                reason: facts.reason,
            },
        };
        let record = TripRecord {
            id: TripId(facts.id),
            cause,
            operated: facts.operated,
            phase: facts.phase,
            current: facts.current,
            currents: facts.currents,
            delay: facts.delay,
            set_delay: facts.set_delay,
            threshold: facts.threshold,
        };
        let seat = &mut self.seats[ix];
        seat.last_trip = Some((self.epoch.utc(self.tick), Arc::new(record.clone())));
        seat.last_clearing = None;
        self.write(ix, Body::Trip(Box::new(record)));
    }

    fn write_cleared(&mut self, ix: usize, facts: ClearedFacts) {
        let id = TripId(facts.id);
        self.seats[ix].last_clearing = Some((id.clone(), facts.clearing));
        let record = ClearedRecord {
            id,
            clearing: facts.clearing,
            opening: facts.opening,
            interrupted: facts.interrupted,
            i2t: facts.i2t,
            peak: facts.peak,
            waveform: facts.waveform,
        };
        self.write(ix, Body::Cleared(Box::new(record)));
    }

    /// Breaker failure of a feeder: the main opens. Without a simulated main the order leaves the plant.
    fn trip_upstream(&mut self, failed: usize) {
        let designation = Arc::clone(&self.seats[failed].designation);
        let main = self.network.main().filter(|main| *main != failed);
        let Some(main) = main else {
            self.note(failed, Class::Trip, format!("50BF of {designation}: trip sent to the breaker upstream"));
            return;
        };
        if self.seats[main].breaker.contacts() == Contacts::Open {
            return;
        }
        let origin = Origin { category: OriginCategory::Process, ident: Arc::clone(&self.seats[failed].id) };
        self.seats[main].breaker.trip_for_downstream(format!("BreakerFailure(50BF {designation})").into());
        self.collect(main, Some(&origin));
    }

    /// Looks at the alarm conditions of a breaker.
    pub(super) fn judge_alarms(&mut self, ix: usize) {
        let now = self.epoch.utc(self.tick);
        let seat = &mut self.seats[ix];
        self.points.refresh(&seat.breaker, &self.watched, &mut seat.readings);
        let changed = seat.alarms.judge(&self.profile, &seat.readings, now);
        self.alarms_changed(ix, &changed);
    }

    pub(super) fn alarms_changed(&mut self, ix: usize, changed: &[Listed]) {
        if changed.is_empty() {
            return;
        }
        let seat = &mut self.seats[ix];
        seat.breaker.alarm_status = seat.alarms.bits(&self.profile);
        self.changed = true;
        for listed in changed {
            let alarm = &self.profile.alarms[listed.alarm];
            let record = AlarmRecord {
                alarm: alarm.id.as_str().into(),
                severity: alarm.severity.into(),
                active: listed.active,
                acknowledged: listed.acknowledged,
            };
            self.write(ix, Body::Alarm(record));
        }
    }
}

/// A voltage event in the words of IEEE 1159.
fn voltage_event(event: &PqEvent) -> PowerQualityRecord {
    let kind = match event.kind {
        PqKind::Sag => "sag",
        PqKind::Swell => "swell",
        PqKind::Interruption => "interruption",
    };
    let class = match event.class {
        PqClass::Instantaneous => "instantaneous",
        PqClass::Momentary => "momentary",
        PqClass::Temporary => "temporary",
        PqClass::Sustained => "long",
    };
    let itic = match event.itic {
        IticRegion::NoInterruption => "no interruption",
        IticRegion::NoDamage => "no damage",
        IticRegion::Prohibited => "prohibited",
    };
    PowerQualityRecord {
        kind: kind.to_owned(),
        class: class.to_owned(),
        extreme_percent: event.extreme.0,
        duration: event.duration,
        phases: Phase::ALL.into_iter().filter(|p| event.phases[*p]).collect(),
        itic: itic.to_owned(),
    }
}
