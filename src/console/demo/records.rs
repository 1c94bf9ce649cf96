//! What happened: a fault behind Q03, its trip, and what was asked since.

use super::{NOW, TICK};
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::control::{BreakerIx, Denied, Origin, OriginCategory, RequestId};
use crate::profile::Role;
use crate::protection::{Change, ElementId};
use crate::record::{
    AlarmRecord, AnalogChannel, Body, Class, ClearedRecord, DigitalChannel, ElementChange, InjectionRecord, Movement,
    NoteRecord, Operation, PowerQualityRecord, Record, RequestRecord, SettingsRecord, SeverityWord, TripCause, TripId,
    TripRecord, Waveform,
};
use crate::time::{Span, Tick, UtcMillis};
use crate::units::{Amperes, Ohms, Phase, Phases, Seconds};
use std::f64::consts::PI;
use std::sync::Arc;

/// Milliseconds before now at which the fault began.
const FAULT_AGO_MS: i64 = 5_833;

pub(super) fn trip() -> TripRecord {
    TripRecord {
        id: TripId("smart-breaker-003-T4".into()),
        cause: TripCause::Element(ElementId::Instantaneous),
        operated: vec![ElementId::Instantaneous],
        phase: Some(Phase::A),
        current: Amperes(11_370.0),
        currents: Phases::new(Amperes(11_370.0), Amperes(11_310.0), Amperes(11_340.0)),
        delay: Seconds(0.0125),
        set_delay: Some(Seconds(0.0)),
        threshold: Some(1_000.0),
    }
}

pub(super) fn records() -> Vec<Record> {
    let start = ElementChange {
        element: ElementId::Instantaneous,
        change: Change::Start,
        phase: Some(Phase::A),
        quantity: 4_120.0,
        threshold: 1_000.0,
        unit: "A".into(),
    };
    let operate = ElementChange { change: Change::Operate, quantity: 11_370.0, ..start.clone() };
    let alarm = |id: &str, severity| AlarmRecord { alarm: id.into(), severity, active: true, acknowledged: false };
    let fault = NetworkFault {
        kind: FaultKind::ThreePhase,
        distance_m: 30.0,
        resistance: Ohms(0.0),
        inception_deg: None,
        arc: false,
    };
    let request = |id, who: &str, category, command: &str, denied| RequestRecord {
        id: RequestId(id),
        origin: Origin { category, ident: who.into() },
        role: Role::Operator,
        command: command.into(),
        denied,
    };
    let rows: Vec<(i64, usize, Body)> = vec![
        (600_000, 0, Body::Note(NoteRecord { class: Class::Comm, text: "Sparkplug MDB-A online".into() })),
        (
            590_000,
            1,
            Body::Settings(SettingsRecord {
                template: Some("StandardProtection".into()),
                changes: vec![("LongTimePickup".into(), "100".into(), "105".into())],
                warnings: Vec::new(),
            }),
        ),
        (FAULT_AGO_MS, 2, Body::Injection(InjectionRecord { injection: Some(Injection::Fault(fault)) })),
        (FAULT_AGO_MS - 28, 2, Body::Element(start)),
        (FAULT_AGO_MS - 41, 2, Body::Element(operate)),
        (FAULT_AGO_MS - 41, 2, Body::Trip(Box::new(trip()))),
        (FAULT_AGO_MS - 66, 2, Body::Operation(Operation { what: Movement::Opened, duration: Some(Seconds(0.0252)) })),
        (FAULT_AGO_MS - 69, 2, Body::Cleared(Box::new(cleared()))),
        (FAULT_AGO_MS - 70, 2, Body::Operation(Operation { what: Movement::LockedOut, duration: None })),
        (FAULT_AGO_MS - 70, 2, Body::Alarm(alarm("BreakerTripped", SeverityWord::Critical))),
        (
            FAULT_AGO_MS - 80,
            0,
            Body::PowerQuality(PowerQualityRecord {
                kind: "sag".into(),
                class: "instantaneous".into(),
                extreme_percent: 54.0,
                duration: Seconds(0.041),
                phases: vec![Phase::A, Phase::B, Phase::C],
                itic: String::new(),
            }),
        ),
        (
            489,
            1,
            Body::Request(request(
                7,
                "scada-host",
                OriginCategory::StationControl,
                "trip",
                Some(Denied::BlockedBySwitchingHierarchy("the control switch stands on local".into())),
            )),
        ),
    ];
    rows.into_iter()
        .enumerate()
        .map(|(i, (ago_ms, breaker, body))| Record {
            seq: i as u64 + 1,
            tick: Tick(TICK.0 - (ago_ms * 7680 / 1000) as u64),
            utc: UtcMillis(NOW.0 - ago_ms),
            breaker: BreakerIx(breaker),
            device: format!("smart-breaker-{:03}", breaker + 1).into(),
            body,
        })
        .collect()
}

fn cleared() -> ClearedRecord {
    ClearedRecord {
        id: TripId("smart-breaker-003-T4".into()),
        clearing: Seconds(0.0412),
        opening: Seconds(0.0252),
        interrupted: Phases::new(Amperes(11_380.0), Amperes(11_320.0), Amperes(11_350.0)),
        i2t: Phases::new(3.62e6, 3.41e6, 3.55e6),
        peak: Phases::new(21_900.0, 18_700.0, 19_400.0),
        waveform: Some(Arc::new(waveform())),
    }
}

/// 8 cycles of load, a decaying offset on a fault current, then nothing.
fn waveform() -> Waveform {
    const ROWS: u32 = 28 * 128;
    const FAULT: u32 = 7 * 128;
    const TRIP: u32 = 8 * 128;
    const OPEN: u32 = TRIP + 4 * 128;
    let current = |degrees: f64| -> Vec<f32> {
        (0..ROWS)
            .map(|i| {
                let angle = 2.0 * PI * f64::from(i) / 128.0 + degrees * PI / 180.0;
                match i {
                    0..FAULT => 58.0 * angle.sin(),
                    FAULT..OPEN => {
                        let start = 2.0 * PI * f64::from(FAULT) / 128.0 + degrees * PI / 180.0;
                        let decay = (-f64::from(i - FAULT) / 40.0).exp();
                        16_080.0 * ((angle - 0.75).sin() - (start - 0.75).sin() * decay)
                    }
                    _ => 0.0,
                }
            })
            .map(|x| x as f32)
            .collect()
    };
    let voltage = |degrees: f64| -> Vec<f32> {
        (0..ROWS)
            .map(|i| {
                let depth = if (FAULT..OPEN).contains(&i) { 0.54 } else { 1.0 };
                (392.0 * depth * (2.0 * PI * f64::from(i) / 128.0 + degrees * PI / 180.0).sin()) as f32
            })
            .collect()
    };
    let analog = |name: &str, phase: &str, unit: &str, values| AnalogChannel {
        name: name.into(),
        phase: phase.into(),
        unit: unit.into(),
        values,
    };
    let digital = |name: &str, on: std::ops::Range<u32>| DigitalChannel {
        name: name.into(),
        states: (0..ROWS).map(|i| on.contains(&i)).collect(),
    };
    let first = Tick(TICK.0 - 45_000);
    Waveform {
        first,
        trigger: first + Span(u64::from(TRIP)),
        rate_hz: 7680,
        frequency_hz: 60.0,
        analog: vec![
            analog("IA", "A", "A", current(0.0)),
            analog("IB", "B", "A", current(-120.0)),
            analog("IC", "C", "A", current(120.0)),
            analog("VA", "A", "V", voltage(0.0)),
            analog("VB", "B", "V", voltage(-120.0)),
            analog("VC", "C", "V", voltage(120.0)),
        ],
        digital: vec![
            digital("50 PICKUP", FAULT + 40..OPEN),
            digital("TRIP", TRIP..OPEN),
            digital("52A", 0..OPEN - 20),
            digital("52B", OPEN..ROWS),
        ],
    }
}
