//! Pictures of the plant: the frame for the wires, the snapshot for the screens.

use super::Plant;
use super::seat::Seat;
use super::snapshot::{AlarmView, BreakerView, BusView, ConditionView, MeasuredView, Scope, Snapshot};
use crate::breaker::Breaker;
use crate::point::Frame;
use crate::power::{Sequence, Spectrum};
use crate::time::SAMPLES_PER_CYCLE;
use crate::units::{Amperes, Phase, Phases, Volts, Watts};
use num_complex::Complex64;
use std::sync::Arc;

/// Cycles on the scope.
const SCOPE_CYCLES: usize = 6;

impl Plant {
    /// All points of all breakers, in the unit of the profile.
    pub fn frame(&mut self) -> Frame {
        for seat in &mut self.seats {
            seat.shown = self.points.read_after(&seat.breaker, &seat.shown);
        }
        Frame {
            tick: self.tick,
            utc: self.epoch.utc(self.tick),
            breakers: self.seats.iter().map(|seat| seat.shown.clone()).collect(),
        }
    }

    /// A picture of everything. Speed and pause are the runtime's to fill in; here they say 1 and running.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            tick: self.tick,
            utc: self.epoch.utc(self.tick),
            rate: self.epoch.rate,
            speed: 1.0,
            paused: false,
            newest_record: self.log.last_seq(),
            plant: Arc::clone(&self.name),
            bus: self.bus(),
            breakers: self.seats.iter().map(|seat| Arc::new(self.look_at(seat))).collect(),
        }
    }

    fn bus(&self) -> BusView {
        let v = self.network.bus_voltage();
        let line = |a: Complex64, b: Complex64| Volts((a - b).norm());
        let line_voltage = Phases::new(line(v.a, v.b), line(v.b, v.c), line(v.c, v.a));
        let main = self.network.main();
        let power = |seat: &Seat| seat.breaker.measurement().active_total;
        BusView {
            line_voltage,
            frequency: (line_voltage.greatest().1.0 > 1.0).then(|| self.network.source_frequency()),
            power: match main {
                Some(main) => power(&self.seats[main]),
                None => self.seats.iter().map(power).fold(Watts::ZERO, |sum, p| sum + p),
            },
            main,
        }
    }

    fn look_at(&self, seat: &Seat) -> BreakerView {
        let b = &seat.breaker;
        let rate = self.epoch.rate;
        let selection = seat.selection.as_ref().filter(|s| s.holds(self.tick, rate));
        BreakerView {
            id: Arc::clone(&seat.id),
            designation: Arc::clone(&seat.designation),
            load: Arc::clone(&seat.feeds),
            status: b.status(),
            contacts: b.contacts(),
            spring: b.spring(),
            position: b.position(),
            trip_latched: b.trip_latched(),
            lockout: b.lockout(),
            local: b.local,
            remote_enabled: b.settings.control.remote_enabled,
            maintenance_mode: b.maintenance_mode,
            tag: b.tag.clone(),
            not_ready: seat.gate().not_ready(),
            selection: selection.map(|s| (s.switch, Arc::clone(&s.origin.ident), s.remaining(self.tick, rate))),
            injections: seat.standing.iter().chain(&self.source).map(|s| s.injection).collect(),
            rated_current: b.settings.rating.current,
            poles: usize::try_from(b.settings.rating.poles).unwrap_or(1),
            measured: measured(b),
            elements: b.elements(),
            curves: Arc::clone(&seat.curves),
            last_trip: seat.last_trip.clone(),
            last_clearing: seat.last_clearing.clone(),
            condition: condition(b),
            reclose: b.reclose_words().into(),
            alarms: self.alarms(seat),
            scope: Arc::new(scope(b)),
            trend: seat.history.trend(),
            readings: self.points.read_all(b).into(),
            warnings: Arc::clone(&seat.warnings),
            can_undo: seat.earlier.is_some(),
        }
    }

    fn alarms(&self, seat: &Seat) -> Vec<AlarmView> {
        seat.alarms
            .listed()
            .iter()
            .filter_map(|listed| {
                let alarm = self.profile.alarms.get(listed.alarm)?;
                Some(AlarmView {
                    id: alarm.id.as_str().into(),
                    severity: alarm.severity,
                    active: listed.active,
                    acknowledged: listed.acknowledged,
                    since: listed.since,
                    response: alarm.response.as_str().into(),
                })
            })
            .collect()
    }
}

fn condition(b: &Breaker) -> ConditionView {
    let life = &b.condition().life;
    let (health, watch) = (b.health(), &b.condition().watch);
    ConditionView {
        health: health.share,
        health_limit: health.limit.word(),
        health_action: health.action.into(),
        anomaly: watch.anomaly_words().into(),
        anomalous: watch.anomaly().is_some(),
        remaining_h: watch.remaining_h().map(|(least, _)| least),
        temperature: b.condition().temperature(),
        thermal: b.thermal(),
        wear: b.condition().wear(),
        operations: life.operations,
        trips: life.trips,
        hours: life.service_s / 3600.0,
        maintenance: b.maintenance_due().map(Arc::from),
        opening: b.last_opening(),
        test: b.test_running().map(Arc::from).or_else(|| b.last_test().map(|t| Arc::clone(&t.text))),
    }
}

fn scope(b: &Breaker) -> Scope {
    let count = SCOPE_CYCLES * SAMPLES_PER_CYCLE as usize;
    let mut scope = Scope::default();
    for row in b.newest_rows(count) {
        for phase in Phase::ALL {
            scope.current[phase].push(row[phase.index()]);
            scope.voltage[phase].push(row[5 + phase.index()]);
        }
    }
    scope
}

fn measured(b: &Breaker) -> MeasuredView {
    let q = b.quantities();
    let m = b.measurement();
    // Angles count against the phase-A voltage; of a dead bus they are left as they are.
    let turn = if q.voltage.a.norm() > 1.0 { (q.voltage.a / q.voltage.a.norm()).conj() } else { Complex64::ONE };
    let (current, voltage) = (Sequence::of(&q.current), Sequence::of(&q.voltage));
    let thd = |spectra: &Phases<Spectrum>| Phases::from_fn(|p| spectra[p].thd().unwrap_or_default());
    let percents = |spectra: &Phases<Spectrum>| Phases::from_fn(|p| Arc::from(spectra[p].percents().as_slice()));
    MeasuredView {
        current: q.current_rms,
        voltage: q.voltage_rms,
        line_voltage: q.line_voltage_rms,
        ground: q.ground_rms,
        current_phasor: q.current.map(|i| i * turn),
        voltage_phasor: q.voltage.map(|v| v * turn),
        current_sequence: (
            Amperes(current.positive.norm()),
            Amperes(current.negative.norm()),
            Amperes(current.zero.norm()),
        ),
        voltage_sequence: (Volts(voltage.positive.norm()), Volts(voltage.negative.norm()), Volts(voltage.zero.norm())),
        active: m.active_total,
        reactive: m.reactive_total,
        apparent: m.apparent.arithmetic,
        power_factor: m.power_factor,
        frequency: q.frequency,
        current_thd: thd(&m.current_spectrum),
        voltage_thd: thd(&m.voltage_spectrum),
        current_spectrum: percents(&m.current_spectrum),
        voltage_spectrum: percents(&m.voltage_spectrum),
    }
}
