//! Settings, kept state, and the one record of every request.

use super::bench::{Bench, POINTS};
use crate::breaker::Status;
use crate::breaker::injection::Injection;
use crate::control::{Command, Denied, OriginCategory, RequestId, Switch};
use crate::plant::{Plant, PlantConfig, PlantError, PlantSpec, PlantState, SHIPPED};
use crate::profile::{Role, Value};
use crate::protection::ElementId;
use crate::record::Body;
use crate::units::{Amperes, Seconds};
use std::sync::Arc;

fn config() -> PlantConfig {
    PlantConfig::new(PlantSpec::parse(SHIPPED).unwrap(), Arc::clone(&POINTS))
}

#[test]
fn a_write_is_all_or_nothing_and_can_be_taken_back() {
    let mut bench = Bench::shipped();
    let write = |values: &[(&str, f64)]| {
        Command::Write(values.iter().map(|(id, v)| (Arc::from(*id), Value::Float(*v))).collect())
    };
    bench.ask(0, write(&[("OvercurrentPickup", 120.0), ("OvercurrentDelay", 800.0)])).unwrap();
    assert_eq!(bench.reading(0, "OvercurrentPickup"), Some(Value::Float(120.0)));
    assert_eq!(bench.reading(0, "OvercurrentDelay"), Some(Value::Float(800.0)));
    let before = bench.plant.state();
    let refused = bench.ask(0, write(&[("OvercurrentPickup", 90.0), ("OvercurrentDelay", 99_999.0)]));
    assert!(matches!(refused, Err(Denied::InconsistentParameters(_))), "{refused:?}");
    assert_eq!(bench.plant.state(), before, "a refused request changes nothing");
    let changes = bench.bodies(0).filter(|b| matches!(b, Body::Settings(_))).count();
    assert_eq!(changes, 1);
    bench.ask(0, Command::UndoSettings).unwrap();
    assert_eq!(bench.reading(0, "OvercurrentPickup"), Some(Value::Float(100.0)));
    assert!(bench.ask(0, Command::UndoSettings).is_err(), "one step back");
}

#[test]
fn contradicting_settings_are_refused_with_the_reason() {
    let mut bench = Bench::with("IndustrialLSIG", &[]);
    let refused = bench.ask(0, Command::Write(vec![("InstantaneousPickup".into(), Value::Float(500.0))]));
    let Err(Denied::InconsistentParameters(reason)) = refused else { panic!("{refused:?}") };
    assert!(reason.contains("short-time"), "{reason}");
}

#[test]
fn a_template_writes_down_what_it_changed() {
    let mut bench = Bench::shipped();
    bench.ask(0, Command::ApplyTemplate("IndustrialLSIG".into())).unwrap();
    let record = bench.bodies(0).find_map(|b| if let Body::Settings(s) = b { Some(s) } else { None }).unwrap();
    assert_eq!(record.template.as_deref(), Some("IndustrialLSIG"));
    assert!(record.changes.iter().any(|(id, ..)| id == "LongTimeEnabled"));
    assert!(bench.ask(0, Command::ApplyTemplate("Nothing".into())).is_err());
}

#[test]
fn every_request_leaves_exactly_one_record() {
    let mut bench = Bench::shipped();
    let commands = [
        Command::Direct(Switch::Open, "".into()),
        Command::Direct(Switch::Open, "".into()),
        Command::ApplyTemplate("Nothing".into()),
        Command::Write(Vec::new()),
        Command::SetLocal(true),
        Command::Acknowledge(None),
        Command::ClearCounters,
        Command::Inject(Injection::LoadScale { factor: -1.0 }),
        Command::Inject(Injection::SlowOpening { delay: Seconds(f64::NAN) }),
        Command::ClearInjections,
    ];
    let count = commands.len();
    for command in commands {
        let _: Result<(), Denied> = bench.ask(0, command);
    }
    let ids: Vec<RequestId> =
        bench.bodies(0).filter_map(|b| if let Body::Request(r) = b { Some(r.id) } else { None }).collect();
    assert_eq!(ids, (1..=count as u64).map(RequestId).collect::<Vec<_>>());
}

#[test]
fn a_request_for_a_breaker_that_is_not_there_is_refused() {
    let mut bench = Bench::shipped();
    assert!(matches!(bench.order(7, Switch::Trip), Err(Denied::UnknownObject(_))));
}

#[test]
fn the_remote_doors_need_the_setting_but_may_trip() {
    let mut bench = Bench::shipped();
    let remote = OriginCategory::StationControl;
    let open = Command::Direct(Switch::Open, "".into());
    let refused = bench.ask_as(remote, Role::Operator, 0, open.clone());
    assert!(matches!(refused, Err(Denied::BlockedBySwitchingHierarchy(_))), "{refused:?}");
    assert!(bench.reading(0, "ControlResult").is_some_and(|v| v.to_string().contains("refused")));
    bench.ask_as(remote, Role::Operator, 0, Command::Direct(Switch::Trip, "remote".into())).unwrap();
    bench.run_ms(500.0);
    assert_eq!(bench.status(0), Status::Tripped);
    let mut bench = Bench::with("StandardProtection", &[("RemoteControlEnabled", Value::Bool(true))]);
    bench.ask_as(remote, Role::Operator, 0, open).unwrap();
}

#[test]
fn a_restart_takes_up_where_the_run_ended() {
    let mut bench = Bench::shipped();
    bench.run_ms(200.0);
    bench.ask(0, Command::Write(vec![("OvercurrentPickup".into(), Value::Float(130.0))])).unwrap();
    bench.ask(0, Command::SetTag(Some("work".into()))).unwrap();
    bench.secondary(1, 1200.0);
    bench.run_ms(1000.0);
    bench.order(2, Switch::Open).unwrap();
    bench.run_ms(3000.0);
    let text = serde_json::to_string(&bench.plant.state()).unwrap();
    let last_seq = bench.plant.log().last_seq();
    let energy = bench.reading(0, "EnergyImported");

    let state: PlantState = serde_json::from_str(&text).unwrap();
    let mut again = Bench::of(PlantConfig { state: Some(state), last_seq, ..config() });
    assert_eq!(again.reading(0, "OvercurrentPickup"), Some(Value::Float(130.0)));
    assert_eq!(again.reading(0, "EnergyImported"), energy);
    assert_eq!(again.plant.breaker(0).unwrap().tag.as_deref(), Some("work"));
    assert_eq!([again.status(0), again.status(1), again.status(2)], [Status::Closed, Status::Tripped, Status::Open]);
    assert!(again.plant.breaker(1).unwrap().lockout());
    assert_eq!(again.reading(1, "TripReason"), Some(Value::Text("Overcurrent(I)".into())));
    again.order(1, Switch::Reset).unwrap();
    again.order(1, Switch::Close).unwrap();
    again.run_ms(100.0);
    assert_eq!(again.status(1), Status::Closed);
    assert_eq!(again.records[0].seq, last_seq + 1, "numbers go on without gap");
    again.secondary(1, 1200.0);
    again.run_ms(500.0);
    assert_eq!(again.trips(1)[0].id.0.as_ref(), "smart-breaker-002-T000002", "no trip id twice");
}

#[test]
fn heat_is_kept_over_a_restart_and_cools_by_the_time_away() {
    let settings = [("OvercurrentEnabled", false), ("LongTimeEnabled", true)];
    let mut bench = Bench::shipped();
    let values = settings.map(|(id, on)| (id.into(), Value::Bool(on))).to_vec();
    bench.ask(0, Command::Write(values)).unwrap();
    bench.secondary(0, 200.0);
    bench.run_ms(60_000.0);
    let heat = |bench: &Bench, id| {
        let elements = bench.plant.breaker(0).unwrap().elements();
        elements.into_iter().find(|e| e.id == id).unwrap().progress
    };
    let before = [ElementId::LongTime, ElementId::ThermalImage].map(|id| heat(&bench, id));
    // t = 12 s (6 Ir / I)^2 = 108 s from cold.
    assert!((before[0] - 60.0 / 108.0).abs() < 0.01, "{before:?}");
    let state = bench.plant.state();
    let ended = config().utc_micros + 60_000_000;
    for (away, micros) in [(0.0f64, ended), (100.0, ended + 100_000_000), (0.0, ended - 5_000_000)] {
        let mut again = Bench::of(PlantConfig { state: Some(state.clone()), utc_micros: micros, ..config() });
        again.secondary(0, 0.0);
        again.run_ms(20.0);
        // L cools with 18 tr = 216 s, 49 with its own 300 s.
        for (id, before, tau) in [(ElementId::LongTime, before[0], 216.0), (ElementId::ThermalImage, before[1], 300.0)]
        {
            let expected = before * f64::exp(-(away + 0.02) / tau);
            let got = heat(&again, id);
            assert!((got - expected).abs() < 0.002, "{id:?} after {away} s: {got}, not {expected}");
        }
    }
}

#[test]
fn a_kept_setting_that_is_no_longer_legal_is_left_out_with_a_remark() {
    let mut state = Bench::shipped().plant.state();
    let device = state.devices.get_mut("smart-breaker-001").unwrap();
    std::sync::Arc::make_mut(&mut device.settings)
        .insert("OvercurrentPickup".into(), crate::plant::SavedValue::Float(1e9));
    let mut again = Bench::of(PlantConfig { state: Some(state), ..config() });
    again.run_ms(1.0);
    assert_eq!(again.reading(0, "OvercurrentPickup"), Some(Value::Float(100.0)));
    assert!(again.bodies(0).any(|b| matches!(b, Body::Note(n) if n.text.contains("OvercurrentPickup"))));
}

#[test]
fn ratings_of_the_plant_file_are_taken_and_nonsense_is_refused() {
    let text = "name = \"x\"\n[[breaker]]\ndesignation = \"Q1\"\nfeeds = \"a\"\n[breaker.settings]\n";
    let build = |line: &str| {
        let spec = PlantSpec::parse(&format!("{text}{line}")).unwrap();
        Plant::new(PlantConfig::new(spec, Arc::clone(&POINTS)))
    };
    let plant = build("RatedCurrent = 250").unwrap();
    assert_eq!(plant.breaker(0).unwrap().settings.rating.current, Amperes(250.0));
    for (line, word) in [
        ("RatedCurrent = 9999", "RatedCurrent"),
        ("Colour = 1", "Colour"),
        ("OvercurrentPickup = [1]", "OvercurrentPickup"),
        ("RatedFrequency = 50", "50 Hz"),
    ] {
        let error = build(line).err().map(|e: PlantError| e.to_string()).unwrap();
        assert!(error.contains(word) && error.contains("Q1"), "{error}");
    }
}

#[test]
fn a_timed_sag_ends_by_itself() {
    use crate::units::Phases;
    let mut bench = Bench::shipped();
    bench.run_ms(100.0);
    bench.inject(0, Injection::SourceVoltage { share: Phases::splat(0.7), duration: Some(Seconds(0.5)) });
    bench.run_ms(400.0);
    let v = |bench: &Bench| bench.plant.breaker(1).unwrap().quantities().line_voltage_rms.a.0;
    assert!((v(&bench) - 336.0).abs() < 4.0, "{}", v(&bench));
    assert_eq!(bench.plant.snapshot().breakers[2].injections.len(), 1);
    bench.run_ms(200.0);
    assert!((v(&bench) - 480.0).abs() < 4.0, "{}", v(&bench));
    assert!(bench.plant.snapshot().breakers[2].injections.is_empty());
}

#[test]
fn clearing_takes_every_disturbance_off() {
    use crate::breaker::injection::{FaultKind, NetworkFault};
    use crate::units::{Celsius, Hertz, HertzPerSecond, Lux, Ohms, Percent, Phase, Phases};
    let all = [
        Injection::LoadScale { factor: 1.2 },
        Injection::SourceVoltage { share: Phases::splat(0.95), duration: None },
        Injection::SourceFrequency { target: Hertz(60.2), ramp: Some(HertzPerSecond(0.5)) },
        Injection::Harmonics { thd: Percent(30.0) },
        Injection::GroundLeak { current: Amperes(1.0) },
        Injection::Light { light: Lux(500.0), duration: None },
        Injection::StuckBreaker,
        Injection::SlowOpening { delay: Seconds(0.02) },
        Injection::SpringMotorFailed,
        Injection::OpenCurrentTransformer { phase: Phase::A },
        Injection::OpenCurrentTransformer { phase: Phase::B },
        Injection::Ambient { temperature: Celsius(40.0) },
        Injection::CommunicationLost,
        Injection::Fault(NetworkFault {
            kind: FaultKind::LineGround,
            distance_m: 10.0,
            resistance: Ohms(100.0),
            inception_deg: None,
            arc: false,
        }),
    ];
    let mut bench = Bench::shipped();
    bench.run_ms(300.0);
    let quiet = bench.plant.snapshot();
    for injection in all {
        bench.inject(0, injection);
    }
    assert_eq!(bench.plant.snapshot().breakers[0].injections.len(), all.len());
    bench.run_ms(20.0);
    bench.ask(0, Command::ClearInjections).unwrap();
    assert!(bench.plant.snapshot().breakers[0].injections.is_empty());
    bench.run_ms(1000.0);
    let after = bench.plant.snapshot();
    for (a, b) in quiet.breakers.iter().zip(&after.breakers) {
        assert_eq!(a.status, b.status);
        for (x, y) in a.measured.current.iter().zip(&b.measured.current) {
            assert!((x.0 - y.0).abs() < 0.1, "{x:?} {y:?}");
        }
    }
}

#[test]
fn a_breaker_of_one_pole_carries_and_shows_one_current() {
    let mut bench = Bench::with("StandardProtection", &[("PoleCount", Value::Int(1))]);
    bench.run_ms(500.0);
    let current = bench.plant.breaker(0).unwrap().quantities().current_rms;
    // The load of Q01 takes 68 A at rated voltage; its line and the source take less than 4 % of that.
    assert!((current.a.0 - 68.0).abs() < 0.04 * 68.0, "{current:?}");
    assert_eq!((current.b, current.c), (Amperes::ZERO, Amperes::ZERO));
    assert_eq!(bench.plant.snapshot().breakers[0].phases(), [crate::units::Phase::A]);
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(200.0);
    assert_eq!(bench.plant.breaker(0).unwrap().quantities().current_rms.a, Amperes::ZERO);
}

#[test]
fn class_and_instantaneous_pickup_and_the_automatic_are_warned_of() {
    let mut bench = Bench::with("MotorProtection", &[("ProtectionClass", Value::Text("TypeB".into()))]);
    bench.ask(0, Command::Write(vec![("AutoRecloseEnabled".into(), Value::Bool(true))])).unwrap();
    let warnings = &bench.plant.snapshot().breakers[0].warnings;
    assert!(warnings.iter().any(|w| w == "I: TypeB asks for 3 to 5 In, 8 In is set"), "{warnings:?}");
    assert!(warnings.iter().any(|w| w.contains("29 CFR 1910.334(b)(2)")), "{warnings:?}");
}
