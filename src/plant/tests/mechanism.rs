//! Sequences around the mechanism: what may follow what.

use super::bench::Bench;
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::breaker::{Contacts, Movement, Status};
use crate::control::{Command, Denied, Interlock, Switch};
use crate::plant::{PlantConfig, PlantSpec, SHIPPED_WITH_MAIN};
use crate::profile::Value;
use crate::protection::ElementId;
use crate::record::{Body, TripCause};
use crate::units::{Ohms, Seconds};
use std::sync::Arc;

#[test]
fn open_then_close() {
    let mut bench = Bench::shipped();
    bench.run_ms(100.0);
    bench.order(0, Switch::Open).unwrap();
    let ordered = bench.now_ms();
    assert_eq!(bench.order(0, Switch::Close), Err(Denied::CommandAlreadyInExecution));
    bench.run_ms(200.0);
    assert!((bench.when(0, Movement::Opened) - ordered - 25.0).abs() < 0.3);
    assert_eq!(bench.status(0), Status::Open);
    assert_eq!(bench.order(0, Switch::Open), Err(Denied::PositionReached("open".into())));
    let ordered = bench.now_ms();
    bench.order(0, Switch::Close).unwrap();
    bench.run_ms(100.0);
    assert!((bench.when(0, Movement::Closed) - ordered - 60.0).abs() < 0.3);
    assert_eq!(bench.status(0), Status::Closed);
    assert!(bench.plant.breaker(0).unwrap().quantities().current_rms.a.0 > 50.0, "the load is back");
    assert!(bench.trips(0).is_empty());
}

#[test]
fn trip_free_an_open_order_wins_over_a_closing_mechanism() {
    let mut bench = Bench::shipped();
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(200.0);
    bench.order(0, Switch::Close).unwrap();
    bench.run_ms(30.0);
    assert_eq!(bench.plant.breaker(0).unwrap().contacts(), Contacts::Closing);
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(300.0);
    let movements: Vec<Movement> = bench.movements(0).into_iter().map(|(_, m)| m).collect();
    assert_eq!(movements, [Movement::Opened, Movement::CloseAborted]);
    assert_eq!(bench.status(0), Status::Open);
}

#[test]
fn a_close_onto_a_fault_closes_once_and_locks_out() {
    let mut bench = Bench::with("IndustrialLSIG", &[]);
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(200.0);
    bench.fault(0, FaultKind::ThreePhase, 30.0, 0.0);
    bench.order(0, Switch::Close).unwrap();
    bench.run_ms(6000.0);
    let closings = bench.movements(0).iter().filter(|(_, m)| *m == Movement::Closed).count();
    assert_eq!(closings, 1, "anti-pumping: {:?}", bench.movements(0));
    assert_eq!(bench.trips(0).len(), 1);
    assert_eq!(bench.trips(0)[0].cause, TripCause::Element(ElementId::HardwareOverride));
    assert_eq!(bench.trips(0)[0].set_delay, Some(Seconds::ZERO), "the override has no delay to set");
    assert_eq!(bench.status(0), Status::Tripped);
    assert!(bench.plant.breaker(0).unwrap().lockout());
}

#[test]
fn lockout_needs_a_reset() {
    // AC085
    let mut bench = Bench::with("IndustrialLSIG", &[]);
    bench.run_ms(200.0);
    bench.secondary(0, 1150.0);
    bench.run_ms(500.0);
    let refusal = bench.order(0, Switch::Close).unwrap_err();
    let Denied::BlockedByInterlocking(missing) = &refusal else { panic!("{refusal}") };
    assert_eq!(*missing, [Interlock::TripLatched, Interlock::LockoutLatched]);
    bench.inject(0, Injection::SecondaryOff);
    bench.order(0, Switch::Reset).unwrap();
    bench.order(0, Switch::Close).unwrap();
    bench.run_ms(100.0);
    assert_eq!(bench.status(0), Status::Closed);
}

#[test]
fn a_trip_order_while_opening_latches() {
    let mut bench = Bench::shipped();
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(10.0);
    bench.ask(0, Command::Direct(Switch::Trip, "smoke".into())).unwrap();
    bench.run_ms(600.0);
    assert_eq!(bench.status(0), Status::Tripped);
    assert_eq!(bench.trips(0).len(), 1);
    assert_eq!(bench.reading(0, "TripReason"), Some(Value::Text("smoke".into())));
    assert_eq!(bench.cleared(0).len(), 1);
}

#[test]
fn a_fault_during_opening_is_a_trip() {
    let mut bench = Bench::with("IndustrialLSIG", &[]);
    bench.run_ms(100.0);
    bench.fault(0, FaultKind::ThreePhase, 30.0, 90.0);
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(600.0);
    assert_eq!(bench.trips(0).len(), 1);
    assert_eq!(bench.status(0), Status::Tripped);
    assert!(bench.cleared(0)[0].clearing.0 < 0.045);
}

#[test]
fn a_stuck_breaker_trips_the_main_after_150_ms_and_is_in_fault() {
    // AC080: backup 145 to 200 ms after the trip command.
    let spec = PlantSpec::parse(SHIPPED_WITH_MAIN).unwrap();
    let mut bench = Bench::of(PlantConfig::new(spec, Arc::clone(&super::bench::POINTS)));
    bench.run_ms(200.0);
    bench.inject(1, Injection::StuckBreaker);
    bench.secondary(1, 1150.0);
    bench.run_ms(1500.0);
    let tick_of =
        |ix: usize| bench.records.iter().find(|r| r.breaker.0 == ix && matches!(r.body, Body::Trip(_))).unwrap().tick;
    let after = bench.plant.epoch().rate.seconds(tick_of(0) - tick_of(1)).0;
    assert!((0.145..=0.200).contains(&after), "{after}");
    assert_eq!(bench.status(1), Status::Fault);
    assert_eq!(bench.status(0), Status::Tripped);
    assert!(bench.plant.breaker(0).unwrap().lockout(), "86 upstream");
    let TripCause::Manual { origin, reason } = &bench.trips(0)[0].cause else { panic!("{:?}", bench.trips(0)) };
    assert_eq!((&*origin.ident, &**reason), ("smart-breaker-002", "BreakerFailure(50BF Q01)"));
    for ix in 1..5 {
        assert_eq!(bench.plant.breaker(ix).unwrap().quantities().voltage_rms.a.0, 0.0, "the bus is dead");
    }
}

#[test]
fn without_a_main_the_upstream_trip_is_written_down() {
    let mut bench = Bench::with("IndustrialLSIG", &[]);
    bench.run_ms(200.0);
    bench.inject(0, Injection::StuckBreaker);
    bench.secondary(0, 1150.0);
    bench.run_ms(1000.0);
    assert_eq!(bench.status(0), Status::Fault);
    let note = bench.bodies(0).any(|b| matches!(b, Body::Note(n) if n.text.contains("50BF of Q01")));
    assert!(note);
}

#[test]
fn a_stuck_mechanism_that_is_freed_opens_and_can_be_reset() {
    let mut bench = Bench::shipped();
    bench.inject(0, Injection::StuckBreaker);
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(400.0);
    assert_eq!(bench.status(0), Status::Fault);
    assert!(bench.movements(0).iter().any(|(_, m)| *m == Movement::FailedToOpen));
    bench.ask(0, Command::ClearInjections).unwrap();
    bench.run_ms(50.0);
    assert_eq!(bench.status(0), Status::Fault, "latched");
    bench.order(0, Switch::Reset).unwrap();
    assert_eq!(bench.status(0), Status::Open);
}

#[test]
fn a_slow_mechanism_is_due_for_service() {
    let mut bench = Bench::shipped();
    bench.inject(0, Injection::SlowOpening { delay: Seconds(0.05) });
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(300.0);
    assert!((bench.plant.breaker(0).unwrap().last_opening().unwrap().0 - 0.075).abs() < 0.0003);
    assert_eq!(bench.reading(0, "MaintenanceDue"), Some(Value::Bool(true)));
    let due = bench.plant.breaker(0).unwrap().maintenance_due().unwrap();
    assert!(due.contains("75 ms"), "{due}");
    assert!(bench.bodies(0).any(|b| matches!(b, Body::Alarm(a) if &*a.alarm == "MaintenanceAlarm" && a.active)));
}

#[test]
fn a_failed_spring_motor_allows_open_close_open_and_no_more() {
    let mut bench = Bench::shipped();
    bench.inject(0, Injection::SpringMotorFailed);
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(200.0);
    bench.order(0, Switch::Close).unwrap();
    bench.run_ms(400.0);
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(10_000.0);
    assert_eq!(bench.order(0, Switch::Close), Err(Denied::BlockedByInterlocking(vec![Interlock::SpringNotCharged])));
    bench.ask(0, Command::ClearInjections).unwrap();
    bench.run_ms(4100.0);
    bench.order(0, Switch::Close).unwrap();
}

#[test]
fn after_an_overload_trip_the_thermal_image_has_to_cool_to_the_permission() {
    let mut bench = Bench::with(
        "IndustrialLSIG",
        &[
            ("LongTimeEnabled", Value::Bool(false)),
            ("ShortTimeEnabled", Value::Bool(false)),
            ("ThermalDelay", Value::Float(60.0)),
        ],
    );
    bench.run_ms(100.0);
    bench.secondary(0, 210.0);
    // m = 2: t = 60 ln(4/3) = 17.26 s
    bench.run_ms(18_000.0);
    assert_eq!(bench.trips(0)[0].cause, TripCause::Element(ElementId::ThermalImage));
    bench.inject(0, Injection::SecondaryOff);
    bench.order(0, Switch::Reset).unwrap();
    assert_eq!(bench.order(0, Switch::Close), Err(Denied::BlockedByInterlocking(vec![Interlock::ThermalHot])));
    // 60 ln(1/0.8) = 13.39 s after the trip
    bench.run_ms(13_400.0);
    bench.order(0, Switch::Close).unwrap();
}

#[test]
fn reclose_after_an_overload_and_never_after_a_short_circuit() {
    let on = [("AutoRecloseEnabled", Value::Bool(true)), ("LongTimeDelay", Value::Float(0.5))];
    let mut bench = Bench::with("IndustrialLSIG", &on);
    bench.run_ms(200.0);
    bench.secondary(0, 400.0);
    bench.run_ms(1300.0);
    assert_eq!(bench.trips(0).len(), 1);
    bench.inject(0, Injection::SecondaryOff);
    bench.run_ms(6000.0);
    let dead = bench.when(0, Movement::Reclosed) - bench.when(0, Movement::RecloseStarted);
    assert!((dead - 5060.0).abs() < 100.0, "AC076: 5 s and the closing travel, {dead}");
    assert_eq!(bench.status(0), Status::Closed);
    assert_eq!(bench.reading(0, "RecloseState"), Some(Value::Text("Reclaim".into())));
    bench.run_ms(61_000.0);
    assert_eq!(bench.reading(0, "RecloseState"), Some(Value::Text("Ready".into())));

    // AC078: A-G at 30 m.
    bench.fault(0, FaultKind::LineGround, 30.0, 0.0);
    bench.run_ms(20_000.0);
    assert_eq!(bench.trips(0).len(), 2);
    assert!(bench.movements(0).iter().any(|(_, m)| *m == Movement::RecloseBlocked));
    assert!(bench.plant.breaker(0).unwrap().lockout());
    assert_eq!(bench.status(0), Status::Tripped);
}

#[test]
fn a_reclose_onto_a_fault_ends_in_lockout() {
    let on = [("AutoRecloseEnabled", Value::Bool(true)), ("LongTimeDelay", Value::Float(0.5))];
    let mut bench = Bench::with("IndustrialLSIG", &on);
    bench.run_ms(200.0);
    bench.secondary(0, 400.0);
    bench.run_ms(1300.0);
    bench.inject(0, Injection::SecondaryOff);
    bench.fault(0, FaultKind::ThreePhase, 30.0, 0.0);
    bench.run_ms(20_000.0);
    assert_eq!(bench.trips(0).len(), 2, "{:?}", bench.movements(0));
    assert_eq!(bench.trips(0)[1].cause, TripCause::Element(ElementId::HardwareOverride));
    assert_eq!(bench.reading(0, "RecloseState"), Some(Value::Text("Lockout".into())));
    assert!(bench.plant.breaker(0).unwrap().lockout());
}

#[test]
fn with_assessment_a_standing_fault_is_not_closed_on() {
    let on = [
        ("AutoRecloseEnabled", Value::Bool(true)),
        ("AutoRecloseAssessment", Value::Bool(true)),
        ("LongTimeDelay", Value::Float(0.5)),
    ];
    let mut bench = Bench::with("IndustrialLSIG", &on);
    bench.run_ms(200.0);
    bench.secondary(0, 400.0);
    bench.run_ms(1300.0);
    bench.inject(0, Injection::SecondaryOff);
    let mut fault = |kind, ohms: f64, ms| {
        let resistance = Ohms(ohms);
        let fault = NetworkFault { kind, distance_m: 30.0, resistance, inception_deg: None, arc: false };
        bench.inject(0, Injection::Fault(fault));
        bench.run_ms(ms);
        bench.reading(0, "RecloseState")
    };
    let cycle = Some(Value::Text("Cycle".into()));
    // 277 V over 2.5 ohm are 111 A: more than the 100 A of the breaker. Over 50 ohm to earth 5.5 A: more than the 5 A of G.
    assert_eq!(fault(FaultKind::ThreePhase, 2.5, 60_000.0), cycle);
    assert_eq!(fault(FaultKind::LineGround, 50.0, 60_000.0), cycle);
    // 4.6 A to earth.
    assert_eq!(fault(FaultKind::LineGround, 60.0, 1000.0), Some(Value::Text("Reclaim".into())));
    assert_eq!(bench.status(0), Status::Closed, "{:?}", bench.movements(0));
    assert_eq!(bench.trips(0).len(), 1);
}

#[test]
fn a_danger_tag_keeps_every_close_away() {
    let mut bench = Bench::shipped();
    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(200.0);
    bench.ask(0, Command::SetTag(Some("cable work, Q01".into()))).unwrap();
    assert_eq!(bench.order(0, Switch::Close), Err(Denied::BlockedByInterlocking(vec![Interlock::DangerTag])));
    assert_eq!(bench.reading(0, "ReadyToClose"), Some(Value::Bool(false)));
    bench.ask(0, Command::SetTag(None)).unwrap();
    bench.order(0, Switch::Close).unwrap();
}
