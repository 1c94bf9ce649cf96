//! Tests of the device on itself, through the gate.

use super::bench::Bench;
use crate::breaker::Status;
use crate::breaker::diagnostic::{Check, Outcome, TestReport};
use crate::breaker::injection::{FaultKind, Injection};
use crate::control::{Command, Denied, Interlock, OriginCategory, Switch};
use crate::profile::{Role, Value};
use crate::record::{Body, json};
use crate::units::{Phase, Seconds};

fn run(test: &str, with_trip: bool) -> Command {
    Command::RunTest { test: test.into(), with_trip }
}

fn reports(bench: &Bench, ix: usize) -> Vec<&TestReport> {
    bench.bodies(ix).filter_map(|b| if let Body::Test(t) = b { Some(&**t) } else { None }).collect()
}

/// Runs until the report is there.
fn report(bench: &mut Bench, ix: usize) -> TestReport {
    let before = reports(bench, ix).len();
    for _ in 0..70 {
        bench.run_ms(1000.0);
        if let Some(report) = reports(bench, ix).get(before) {
            return (*report).clone();
        }
    }
    panic!("no report after 70 s");
}

fn check<'a>(report: &'a TestReport, item: &str) -> &'a Check {
    report.checks.iter().find(|c| c.item == item).unwrap_or_else(|| panic!("no {item} in {report:#?}"))
}

/// The Standard template: 51 definite 100 A and 1 s, G 5 A and 0.5 s, I 1000 A, AFD 50 A and 0.1 s, 49 110 A and 300 s, HW 3000 A.
#[test]
fn a_protection_test_times_every_element_in_service_and_leaves_the_breaker_alone() {
    let mut bench = Bench::with("StandardProtection", &[]);
    bench.run_ms(500.0);
    bench.ask(0, run("ProtectionTest", false)).unwrap();
    let report = report(&mut bench, 0);
    for item in ["HW", "I", "51", "G", "AFD", "49"] {
        let check = check(&report, item);
        assert_eq!(check.outcome, Outcome::Passed, "{check:#?}");
    }
    // By the settings of the template, not by what the report expects.
    let time = |item: &str| check(&report, item).measured.unwrap().0;
    assert!(time("HW") < 0.025 && time("I") < 0.025, "{report:#?}");
    let setting = |id: &str| match bench.reading(0, id) {
        Some(Value::Float(ms)) => ms / 1e3,
        Some(Value::Int(ms)) => ms as f64 / 1e3,
        other => panic!("{id} {other:?}"),
    };
    for (item, delay) in [("51", "OvercurrentDelay"), ("G", "GroundFaultDelay"), ("AFD", "ArcFaultDelay")] {
        let set = setting(delay);
        assert!(time(item) >= set - 0.005 && time(item) <= set + 0.040, "{item}: {} for {set}", time(item));
    }
    assert_eq!(report.outcome, Outcome::Passed);
    assert_eq!(report.as_found, report.as_left);
    assert_eq!(bench.status(0), Status::Closed);
    assert!(bench.trips(0).is_empty());
    assert!(!bench.bodies(0).any(|b| matches!(b, Body::Element(_))), "the elements on guard saw nothing of it");
    assert_eq!(bench.reading(0, "DiagnosticResult"), Some(Value::Int(1)));
    let Some(Value::Text(text)) = bench.reading(0, "DiagnosticText") else { panic!() };
    assert!(text.starts_with("ProtectionTest passed"), "{text}");
}

#[test]
fn a_real_fault_trips_in_its_time_while_a_test_runs_and_ends_the_test() {
    let mut bench = Bench::shipped();
    bench.run_ms(500.0);
    bench.ask(0, run("ProtectionTest", false)).unwrap();
    bench.run_ms(300.0);
    bench.fault(0, FaultKind::ThreePhase, 30.0, 90.0);
    bench.run_ms(600.0);
    assert_eq!(bench.status(0), Status::Tripped);
    assert!(bench.cleared(0)[0].clearing < Seconds(0.025), "{:?}", bench.cleared(0)[0].clearing);
    let report = reports(&bench, 0)[0];
    assert_eq!(report.ended.as_deref(), Some("the breaker tripped"));
    assert_eq!(report.outcome, Outcome::Skipped);
    assert_ne!(report.as_found, report.as_left);
}

#[test]
fn a_test_with_trip_goes_through_the_coil_and_says_so_in_the_trip() {
    let mut bench = Bench::shipped();
    bench.run_ms(500.0);
    bench.ask(0, run("ProtectionTest", true)).unwrap();
    let report = report(&mut bench, 0);
    let trip = check(&report, "trip");
    assert_eq!(trip.outcome, Outcome::Passed, "{report:#?}");
    // The coil parts the contacts after 25 ms.
    assert!((0.025..0.055).contains(&trip.measured.unwrap().0), "{trip:?}");
    assert_eq!(bench.status(0), Status::Tripped);
    assert_eq!(bench.trips(0).len(), 1);
    let Some(Value::Text(reason)) = bench.reading(0, "TripReason") else { panic!() };
    assert!(reason.starts_with("ProtectionTest("), "{reason}");
    assert!(report.as_left.starts_with("tripped"), "{}", report.as_left);
}

#[test]
fn without_its_trip_coil_a_test_with_trip_fails() {
    let mut bench = Bench::shipped();
    bench.run_ms(500.0);
    bench.inject(0, Injection::TripCoilOpen);
    bench.ask(0, run("ProtectionTest", true)).unwrap();
    let report = report(&mut bench, 0);
    assert_eq!(check(&report, "trip").outcome, Outcome::Failed);
    assert_eq!(report.outcome, Outcome::Failed);
}

#[test]
fn protection_out_of_service_fails_the_test() {
    let mut bench = Bench::with("StandardProtection", &[("ProtectionEnabled", Value::Bool(false))]);
    bench.run_ms(500.0);
    bench.ask(0, run("ProtectionTest", false)).unwrap();
    let report = report(&mut bench, 0);
    assert_eq!(check(&report, "51").outcome, Outcome::Failed);
    assert!(check(&report, "51").finding.contains("OutOfService"), "{report:#?}");
    assert_eq!(check(&report, "HW").outcome, Outcome::Passed, "the override cannot be switched off");
}

#[test]
fn a_sound_breaker_passes_its_self_test() {
    let mut bench = Bench::shipped();
    bench.run_ms(1000.0);
    bench.ask(0, run("SelfTest", false)).unwrap();
    let report = report(&mut bench, 0);
    let bad: Vec<_> = report.checks.iter().filter(|c| c.outcome == Outcome::Failed).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    for item in ["settings", "current transformers", "channels", "spring", "trip coil", "memory", "51", "IA", "VC"] {
        assert_eq!(check(&report, item).outcome, Outcome::Passed, "{item}");
    }
    assert_eq!(check(&report, "MQTT").outcome, Outcome::Skipped, "nobody told of links");
}

#[test]
fn each_defect_is_found_by_its_own_check() {
    let defects = [
        (Injection::OpenCurrentTransformer { phase: Phase::B }, "current transformers"),
        (Injection::TripCoilOpen, "trip coil"),
        (Injection::CommunicationLost, "trip unit"),
        (Injection::CommunicationLost, "MQTT"),
        (Injection::OpenCurrentTransformer { phase: Phase::A }, "IA"),
    ];
    for (defect, item) in defects {
        let mut bench = Bench::shipped();
        bench.inject(0, defect);
        bench.run_ms(1000.0);
        bench.ask(0, run("SelfTest", false)).unwrap();
        let report = report(&mut bench, 0);
        assert_eq!(check(&report, item).outcome, Outcome::Failed, "{defect:?}: {report:#?}");
        assert_eq!(report.outcome, Outcome::Failed);
    }
}

#[test]
fn a_spring_that_nobody_winds_and_a_slow_opening_are_found() {
    let mut bench = Bench::shipped();
    bench.inject(0, Injection::SpringMotorFailed);
    bench.inject(0, Injection::SlowOpening { delay: Seconds(0.05) });
    for switch in [Switch::Open, Switch::Close, Switch::Open] {
        bench.order(0, switch).unwrap();
        bench.run_ms(500.0);
    }
    bench.ask(0, run("SelfTest", false)).unwrap();
    let report = report(&mut bench, 0);
    assert_eq!(check(&report, "spring").outcome, Outcome::Failed);
    assert_eq!(check(&report, "mechanism").outcome, Outcome::Failed);
    assert!(check(&report, "mechanism").finding.contains("75."), "{:?}", check(&report, "mechanism"));
}

#[test]
fn what_cannot_be_run_is_refused_with_its_cause() {
    let mut bench = Bench::shipped();
    bench.run_ms(500.0);
    let ask = |bench: &mut Bench, role, command| bench.ask_as(OriginCategory::BayControl, role, 0, command);
    let refused = ask(&mut bench, Role::Maintenance, run("ProtectionTest", true));
    assert_eq!(refused, Err(Denied::NoAccessAuthority("maintenance".to_owned())));
    assert!(matches!(ask(&mut bench, Role::Viewer, run("SelfTest", false)), Err(Denied::NoAccessAuthority(_))));
    assert!(matches!(ask(&mut bench, Role::Operator, run("NoTest", false)), Err(Denied::UnknownObject(_))));
    let refused = ask(&mut bench, Role::Operator, run("CommunicationTest", true));
    assert!(matches!(refused, Err(Denied::InconsistentParameters(_))), "{refused:?}");
    let refused = bench.ask_as(OriginCategory::RemoteControl, Role::Operator, 0, run("ProtectionTest", true));
    assert!(matches!(refused, Err(Denied::BlockedBySwitchingHierarchy(_))), "{refused:?}");
    assert!(matches!(ask(&mut bench, Role::Operator, Command::StopTest), Err(Denied::InconsistentParameters(_))));

    ask(&mut bench, Role::Maintenance, run("ProtectionTest", false)).unwrap();
    assert_eq!(ask(&mut bench, Role::Operator, run("SelfTest", false)), Err(Denied::CommandAlreadyInExecution));
    ask(&mut bench, Role::Operator, Command::StopTest).unwrap();
    assert_eq!(reports(&bench, 0)[0].ended.as_deref(), Some("stopped by request"));

    bench.order(0, Switch::Open).unwrap();
    bench.run_ms(100.0);
    let refused = ask(&mut bench, Role::Operator, run("ProtectionTest", true));
    assert!(matches!(refused, Err(Denied::PositionReached(_))), "{refused:?}");
    bench.order(0, Switch::Trip).unwrap();
    let refused = ask(&mut bench, Role::Operator, run("ProtectionTest", false));
    assert_eq!(refused, Err(Denied::BlockedByInterlocking(vec![Interlock::TripLatched])));
    assert_eq!(ask(&mut bench, Role::Operator, run("SelfTest", false)), Ok(()), "a self test injects no trip");
}

#[test]
fn a_change_of_settings_ends_the_test() {
    let mut bench = Bench::shipped();
    bench.run_ms(500.0);
    bench.ask(0, run("ProtectionTest", false)).unwrap();
    bench.run_ms(100.0);
    bench.ask(0, Command::Write(vec![("GroundFaultDelay".into(), Value::Int(300))])).unwrap();
    bench.run_ms(10.0);
    assert_eq!(reports(&bench, 0)[0].ended.as_deref(), Some("the settings were changed"));
}

#[test]
fn a_report_reads_back_from_its_line() {
    let mut bench = Bench::shipped();
    bench.run_ms(500.0);
    bench.ask(0, run("CommunicationTest", false)).unwrap();
    bench.run_ms(100.0);
    let record = bench.records.iter().find(|r| matches!(r.body, Body::Test(_))).unwrap();
    let line = json::line(record).unwrap();
    assert!(line.contains("\"class\":\"diagnostic\""), "{line}");
    assert_eq!(json::parse(&line).unwrap(), **record);
}
