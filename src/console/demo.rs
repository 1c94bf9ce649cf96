//! A plant for tests of the console: three breakers on a bus, the third tripped by a short circuit.
//!
//! Everything is computed, nothing is drawn by lot, so that pictures of it never change.

mod links;
mod profile;
mod records;

use super::model::Model;
use super::ui::UiState;
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::breaker::{Contacts, Position, Spring, Status};
use crate::control::Interlock;
use crate::plant::snapshot::{
    AlarmView, BreakerView, BusView, ConditionView, CurveView, MeasuredView, Scope, Snapshot, Trend,
};
use crate::point::{Fleet, Quality, Reading};
use crate::profile::{Severity, Value};
use crate::protection::{Block, ElementId, ElementState};
use crate::record::TripId;
use crate::time::{SampleRate, Tick, UtcMillis};
use crate::units::{Amperes, Celsius, Hertz, Ohms, Percent, Phase, Phases, Seconds, Vars, VoltAmperes, Volts, Watts};
use num_complex::Complex64;
use std::f64::consts::{PI, SQRT_2};
use std::sync::Arc;

/// 2026-11-23T14:03:27.000Z.
pub(crate) const NOW: UtcMillis = UtcMillis(1_795_442_607_000);

/// The tick of [`NOW`]: ten minutes after the plant was energised.
pub(crate) const TICK: Tick = Tick(600 * 7680);

/// The plant, its records and both links, at 80 x 24.
pub(crate) fn model() -> Model {
    let fleet = Fleet {
        profile: Arc::new(profile::profile()),
        devices: (1..=3).map(|n| format!("smart-breaker-{n:03}").into()).collect(),
    };
    let mut model = Model::new(Arc::new(snapshot()), fleet, UiState::default());
    for record in records::records() {
        model.push_record(Arc::new(record));
    }
    model.links = links::links();
    model
}

/// Three breakers: Q01 feeds the bus, Q02 a chiller, Q03 a pump and is tripped and locked out.
pub(crate) fn snapshot() -> Snapshot {
    let mut q03 = breaker(3, "Pump 3", 0.0);
    tripped(&mut q03);
    Snapshot {
        tick: TICK,
        utc: NOW,
        rate: SampleRate::AT_60_HZ,
        speed: 1.0,
        paused: false,
        newest_record: 12,
        plant: "MSB-1".into(),
        bus: BusView {
            line_voltage: Phases::new(Volts(481.2), Volts(480.4), Volts(479.9)),
            frequency: Some(Hertz(60.0)),
            power: Watts(61_300.0),
            main: Some(0),
        },
        breakers: vec![Arc::new(breaker(1, "Utility", 84.0)), Arc::new(breaker(2, "Chiller 1", 76.4)), Arc::new(q03)],
    }
}

/// The same plant with nothing wrong: all closed, no alarm.
pub(crate) fn healthy() -> Snapshot {
    let mut s = snapshot();
    s.breakers[2] = Arc::new(breaker(3, "Pump 3", 41.2));
    s
}

fn breaker(number: usize, load: &str, amperes: f64) -> BreakerView {
    let current = Phases::new(Amperes(amperes), Amperes(amperes * 0.965), Amperes(amperes * 1.02));
    BreakerView {
        id: format!("smart-breaker-{number:03}").into(),
        designation: format!("Q{number:02}").into(),
        load: load.into(),
        status: Status::Closed,
        contacts: Contacts::Closed,
        spring: Spring::Charged,
        position: Position::Connected,
        trip_latched: false,
        lockout: false,
        local: true,
        remote_enabled: true,
        maintenance_mode: false,
        tag: None,
        not_ready: Vec::new(),
        selection: None,
        injections: Vec::new(),
        rated_current: Amperes(100.0),
        poles: 3,
        measured: measured(current),
        elements: elements(amperes),
        curves: curves(),
        last_trip: None,
        last_clearing: None,
        condition: ConditionView {
            temperature: Celsius(41.2),
            thermal: Percent(amperes * 0.62),
            wear: Phases::new(Percent(12.0), Percent(11.4), Percent(13.1)),
            operations: 1284,
            trips: 3,
            hours: 4211.5,
            maintenance: None,
            opening: Some(Seconds(0.0252)),
            health: Percent(86.9),
            health_limit: "contacts",
            health_action: "none".into(),
            anomaly: "learning, 12 of 200 samples".into(),
            anomalous: false,
            remaining_h: None,
            test: None,
        },
        reclose: "OFF".into(),
        alarms: Vec::new(),
        scope: Arc::new(scope(current)),
        trend: Arc::new(trend(amperes)),
        readings: profile::readings(amperes),
        warnings: Arc::from([]),
        can_undo: false,
    }
}

fn tripped(b: &mut BreakerView) {
    let fault = NetworkFault {
        kind: FaultKind::ThreePhase,
        distance_m: 30.0,
        resistance: Ohms(0.0),
        inception_deg: None,
        arc: false,
    };
    b.status = Status::Tripped;
    b.contacts = Contacts::Open;
    b.trip_latched = true;
    b.lockout = true;
    b.not_ready = vec![Interlock::TripLatched, Interlock::LockoutLatched];
    b.injections = vec![Injection::Fault(fault)];
    b.last_trip = Some((UtcMillis(NOW.0 - 5792), Arc::new(records::trip())));
    b.last_clearing = Some((TripId("smart-breaker-003-T4".into()), Seconds(0.0412)));
    b.condition.trips = 4;
    for e in &mut b.elements {
        e.blocked = Some(Block::BreakerOpen);
        e.operated = e.id == ElementId::Instantaneous;
    }
    let alarm = |id: &str, severity, active, acknowledged, ago_ms, response: &str| AlarmView {
        id: id.into(),
        severity,
        active,
        acknowledged,
        since: UtcMillis(NOW.0 - ago_ms),
        response: response.into(),
    };
    b.alarms = vec![
        alarm(
            "BreakerTripped",
            Severity::Critical,
            true,
            false,
            5792,
            "Open the event, find the cause, clear it, reset lockout 86, then close.",
        ),
        alarm("ContactWear", Severity::Medium, true, true, 706_890, "Plan an inspection of the contacts."),
        alarm("VoltageSag", Severity::High, false, false, 5800, "None while the voltage is back."),
    ];
}

fn measured(current: Phases<Amperes>) -> MeasuredView {
    let angle = Phases::new(0.0, -120.0, 120.0_f64);
    let phasor = |magnitude: f64, degrees: f64| Complex64::from_polar(magnitude, degrees * PI / 180.0);
    let voltage = Phases::new(Volts(277.8), Volts(277.4), Volts(277.1));
    let apparent: f64 = Phase::ALL.iter().map(|p| voltage[*p].0 * current[*p].0).sum();
    let live = current.a.0 > 0.0;
    let spectrum = |percent: f64| -> Arc<[f32]> {
        (1..=50)
            .map(|h| match h {
                1 => 100.0,
                // A six-pulse drive draws h = 6k +- 1 with about 1/h.
                h if h % 6 == 1 || h % 6 == 5 => (percent / f64::from(h)) as f32,
                _ => 0.05,
            })
            .collect()
    };
    MeasuredView {
        current,
        voltage,
        line_voltage: Phases::new(Volts(481.2), Volts(480.4), Volts(479.9)),
        ground: Amperes(0.2),
        current_phasor: Phases::from_fn(|p| phasor(current[p].0, angle[p] - 14.0)),
        voltage_phasor: Phases::from_fn(|p| phasor(voltage[p].0, angle[p])),
        current_sequence: (Amperes(current.a.0 * 0.995), Amperes(current.a.0 * 0.031), Amperes(current.a.0 * 0.01)),
        voltage_sequence: (Volts(277.4), Volts(1.6), Volts(0.4)),
        active: Watts(apparent * 0.97),
        reactive: Vars(apparent * 0.243),
        apparent: VoltAmperes(apparent),
        power_factor: live.then_some(0.97),
        frequency: Some(Hertz(60.0)),
        current_thd: Phases::new(Percent(9.2), Percent(8.8), Percent(9.0)),
        voltage_thd: Phases::new(Percent(2.1), Percent(2.0), Percent(2.2)),
        current_spectrum: Phases::from_fn(|_| spectrum(35.0)),
        voltage_spectrum: Phases::from_fn(|_| spectrum(8.0)),
    }
}

fn elements(amperes: f64) -> Vec<ElementState> {
    let element = |id, enabled, threshold, quantity| ElementState {
        id,
        enabled,
        blocked: None,
        started: false,
        operated: false,
        progress: 0.0,
        quantity,
        threshold,
        unit: "A",
        phase: Some(Phase::C),
        time_to_operate: None,
    };
    vec![
        element(ElementId::HardwareOverride, true, 20_000.0, amperes * 1.44),
        element(ElementId::ArcFlash, true, 200.0, amperes),
        element(ElementId::Instantaneous, true, 1_000.0, amperes),
        element(ElementId::ShortTime, true, 600.0, amperes),
        element(ElementId::GroundFault, true, 30.0, 0.2),
        element(ElementId::TimeOvercurrent, false, 100.0, amperes),
        element(ElementId::LongTime, true, 105.0, amperes),
        element(ElementId::ThermalImage, true, 100.0, amperes * 0.62),
        element(ElementId::BreakerFailure, true, 10.0, 0.0),
    ]
}

fn curves() -> Arc<[CurveView]> {
    // Long time: I2t through 12 s at six times 100 A; short time 0.2 s from 600 A; instantaneous from 1 kA.
    let long: Vec<(f64, f64)> =
        (0..40).map(|i| 105.0 * 1.05_f64.powi(i)).map(|x| (x, 12.0 * (600.0 / x).powi(2))).collect();
    Arc::from([
        CurveView { element: ElementId::LongTime, points: long },
        CurveView { element: ElementId::ShortTime, points: vec![(600.0, 0.2), (1_000.0, 0.2)] },
        CurveView { element: ElementId::Instantaneous, points: vec![(1_000.0, 0.04), (25_000.0, 0.04)] },
    ])
}

fn scope(current: Phases<Amperes>) -> Scope {
    let wave = |rms: f64, degrees: f64| -> Vec<f32> {
        (0..768)
            .map(|i| (rms * SQRT_2 * (2.0 * PI * f64::from(i) / 128.0 + degrees * PI / 180.0).sin()) as f32)
            .collect()
    };
    let angle = Phases::new(0.0, -120.0, 120.0);
    Scope {
        current: Phases::from_fn(|p| wave(current[p].0, angle[p] - 14.0)),
        voltage: Phases::from_fn(|p| wave(277.1, angle[p])),
    }
}

fn trend(amperes: f64) -> Trend {
    let points = |scale: f64| -> Vec<f32> {
        (0..600).map(|i| (amperes * scale * (1.0 + 0.08 * (f64::from(i) / 40.0).sin())) as f32).collect()
    };
    Trend { current: Phases::new(points(1.0), points(0.965), points(1.02)), power_kw: points(0.806) }
}

fn reading(value: Value) -> Reading {
    Reading { value: Some(value), quality: Quality::Good }
}
