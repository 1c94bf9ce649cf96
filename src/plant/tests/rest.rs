//! Elements that rest against elements that are shown every pass, with every element in service. Nothing may differ.

use super::bench::POINTS;
use super::stretches::{compare, inject, short_circuit};
use crate::breaker::injection::{FaultKind, Injection};
use crate::control::{Command, Switch};
use crate::plant::SHIPPED;
use crate::profile::Value;
use crate::units::{Amperes, Celsius, Hertz, HertzPerSecond, Lux, Percent, Phase, Phases, Seconds, VoltAmperes, Volts};
use proptest::prelude::*;
use proptest::sample::select;

/// Samples after which everything that can rest does, and more than an element is compared again after.
const LONG: u64 = 20_000;

/// Every element in service.
fn all_on() -> Vec<(&'static str, Value)> {
    let switches = POINTS.profile().parameters.iter().map(|p| p.id.as_str());
    let in_service = switches.filter(|id| id.ends_with("Enabled") && !id.starts_with("AutoReclose"));
    in_service.chain(["MotorLoad"]).map(|id| (id, Value::Bool(true))).collect()
}

/// Every element in service, with other values for these.
fn all_on_but(others: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    let mut settings = all_on();
    settings.retain(|(id, _)| others.iter().all(|(other, _)| other != id));
    settings.extend_from_slice(others);
    settings
}

fn write(id: &str, value: Value) -> Command {
    Command::Write(vec![(id.into(), value)])
}

fn secondary(amperes: f64, angle: f64) -> Injection {
    Injection::Secondary {
        current: Phases::splat(Amperes(amperes)),
        angle: Phases::new(angle, angle - 120.0, angle + 120.0),
        frequency: None,
        ground: None,
        offset_x_r: None,
    }
}

#[test]
fn each_kind_of_fault_after_a_rest() {
    let kinds = [FaultKind::ThreePhase, FaultKind::LineLine, FaultKind::LineLineGround, FaultKind::LineGround];
    for (kind, arc) in kinds.into_iter().zip([false, true, false, true]) {
        let script = [
            inject(LONG, 0, short_circuit(kind, arc)),
            (LONG + 9_000, 0, Command::ClearInjections),
            (LONG + 9_003, 0, Command::Direct(Switch::Reset, "".into())),
            (LONG + 9_004, 0, Command::Direct(Switch::Close, "".into())),
        ];
        let records = compare(SHIPPED, &all_on(), &script, 2 * LONG);
        assert!(records.contains("\"event\":\"cleared\""), "{kind:?}");
    }
}

#[test]
fn settings_switches_and_temperature_wake_what_they_concern() {
    let script = [
        (LONG, 0, write("LongTimePickup", Value::Float(62.0))),
        (LONG + 3_001, 0, Command::SetMaintenanceMode(true)),
        (LONG + 12_000, 0, write("UndervoltagePickup", Value::Float(95.0))),
        inject(LONG + 13_000, 0, Injection::ZoneRestraint),
        inject(LONG + 22_000, 0, Injection::Ambient { temperature: Celsius(80.0) }),
        (2 * LONG + 12_000, 0, write("ProtectionEnabled", Value::Bool(false))),
        (3 * LONG, 0, write("ProtectionEnabled", Value::Bool(true))),
        (3 * LONG + 4_000, 0, Command::ApplyTemplate("IndustrialLSIG".into())),
        (3 * LONG + 14_000, 0, Command::UndoSettings),
        (3 * LONG + 24_000, 0, Command::Direct(Switch::Open, "".into())),
        (4 * LONG + 20_000, 0, Command::Direct(Switch::Close, "".into())),
    ];
    compare(SHIPPED, &all_on(), &script, 6 * LONG);
}

#[test]
fn tests_of_the_device_after_a_rest() {
    let run = |test: &str| Command::RunTest { test: test.into(), with_trip: false };
    let script = [(LONG, 0, run("SelfTest")), (2 * LONG, 0, run("ProtectionTest")), (3 * LONG, 0, Command::StopTest)];
    compare(SHIPPED, &all_on(), &script, 4 * LONG);
}

#[test]
fn a_timer_that_runs_is_shown_every_pass() {
    // 51 takes five seconds, and little but its timer moves meanwhile.
    let on = all_on_but(&[("MotorLoad", Value::Bool(false)), ("OvercurrentDelay", Value::Float(5_000.0))]);
    let records = compare(SHIPPED, &on, &[inject(LONG, 0, secondary(130.0, -20.0))], 6 * LONG);
    assert!(records.contains("TimeOvercurrent") || records.contains("LongTime"), "130 A operate an element");
}

/// What AFCI keeps of earlier samples is empty when it comes into service, however long they have repeated.
#[test]
fn an_element_fresh_in_service_rests_when_it_is_full() {
    let arcs = |on| {
        let switch = |id: &str| (id.into(), Value::Bool(on));
        Command::Write(vec![switch("ArcSeriesEnabled"), switch("ArcParallelEnabled")])
    };
    let inrush = Injection::Inrush { rated: VoltAmperes(45_000.0), residual: Phases::new(0.7, -0.35, -0.35) };
    let script = [
        (LONG, 0, arcs(false)),
        (LONG + 8, 0, arcs(true)),
        inject(LONG + 264, 0, inrush),
        (LONG + 9_000, 0, Command::ClearInjections),
    ];
    compare(SHIPPED, &all_on(), &script, 2 * LONG);
}

/// Switched on while the elements rest: the first pass after it is one of those that repeat.
#[test]
fn a_pass_that_repeats_wakes_in_other_circumstances() {
    let script = [
        (LONG, 0, Command::SetMaintenanceMode(true)),
        (LONG + 8, 0, Command::SetMaintenanceMode(false)),
        (LONG + 24, 0, Command::ClearAlarms),
        (2 * LONG, 0, Command::SetMaintenanceMode(true)),
        (2 * LONG + 16, 0, Command::ClearAlarms),
    ];
    compare(SHIPPED, &all_on(), &script, 2 * LONG + 1_000);
}

/// 66 forbids a start for so long after the last one that time alone ends it, with everything else at rest.
#[test]
fn a_start_is_forbidden_until_its_time_is_over() {
    let between = ("StartInterval", Value::Float(10.0));
    let script = [
        inject(1_000, 0, secondary(60.0, -20.0)),
        (9_000, 0, Command::Direct(Switch::Open, "".into())),
        (9_000 + 8 * 7680, 0, Command::Direct(Switch::Close, "".into())),
        (9_000 + 11 * 7680, 0, Command::Direct(Switch::Close, "".into())),
    ];
    compare(SHIPPED, &all_on_but(&[between]), &script, 9_000 + 13 * 7680);
}

fn injection() -> impl Strategy<Value = Injection> {
    let phase = || select(Phase::ALL.to_vec());
    let kind =
        select(vec![FaultKind::ThreePhase, FaultKind::LineLine, FaultKind::LineLineGround, FaultKind::LineGround]);
    prop_oneof![
        3 => (kind, any::<bool>()).prop_map(|(kind, arc)| short_circuit(kind, arc)),
        2 => (0.0..2.5).prop_map(|factor| Injection::LoadScale { factor }),
        1 => (0.2..1.2, 0.9..1.1, select(vec![None, Some(Seconds(0.3))])).prop_map(|(a, b, duration)| {
            Injection::SourceVoltage { share: Phases::new(a, b, 1.0), duration }
        }),
        1 => (58.0..62.0, select(vec![None, Some(HertzPerSecond(2.0))]))
            .prop_map(|(hz, ramp)| Injection::SourceFrequency { target: Hertz(hz), ramp }),
        1 => Just(Injection::SourceFrequency { target: Hertz(60.0), ramp: None }),
        1 => (0.0..40.0).prop_map(|thd| Injection::Harmonics { thd: Percent(thd) }),
        1 => (0.0..60.0).prop_map(|i| Injection::GroundLeak { current: Amperes(i) }),
        1 => (0.0..20_000.0).prop_map(|lux| Injection::Light { light: Lux(lux), duration: Some(Seconds(0.4)) }),
        3 => (0.0..700.0, -90.0..200.0).prop_map(|(amperes, angle)| secondary(amperes, angle)),
        1 => (60.0..700.0, 60.0..200.0).prop_map(|(amperes, x)| Injection::Secondary {
            current: Phases::new(Amperes(amperes), Amperes(x), Amperes(60.0)),
            angle: Phases::new(0.0, -120.0, 120.0),
            frequency: None,
            ground: Some(Amperes(x / 20.0)),
            offset_x_r: Some(6.0),
        }),
        2 => Just(Injection::SecondaryOff),
        1 => (100.0..320.0).prop_map(|volts| Injection::SecondaryVoltage {
            voltage: Phases::new(Volts(volts), Volts(277.0), Volts(277.0)),
            angle: Phases::new(0.0, -120.0, 120.0),
            frequency: None,
        }),
        1 => phase().prop_map(|phase| Injection::SeriesArc { phase }),
        1 => phase().prop_map(|phase| Injection::ParallelArc {
            phase,
            peak: Amperes(300.0),
            half_cycles: 12,
            within: Seconds(0.4),
        }),
        1 => phase().prop_map(|phase| Injection::BrokenConductor { phase }),
        1 => phase().prop_map(|phase| Injection::OpenCurrentTransformer { phase }),
        1 => Just(Injection::Inrush { rated: VoltAmperes(45_000.0), residual: Phases::new(0.7, -0.35, -0.35) }),
        1 => Just(Injection::ZoneRestraint),
        1 => Just(Injection::StuckBreaker),
        1 => (20.0..90.0).prop_map(|t| Injection::Ambient { temperature: Celsius(t) }),
    ]
}

/// Something that moves a setting, as an operator does.
fn setting() -> impl Strategy<Value = Command> {
    let switches: Vec<&'static str> = all_on().into_iter().map(|(id, _)| id).collect();
    prop_oneof![
        (select(switches), any::<bool>()).prop_map(|(id, on)| write(id, Value::Bool(on))),
        (select(vec!["LongTimePickup", "OvercurrentPickup", "JamPickup", "UnderloadPickup"]), 20.0..200.0)
            .prop_map(|(id, amperes): (_, f64)| write(id, Value::Float(amperes.round()))),
        (select(vec!["MakingCurrentDuration", "OvercurrentDelay", "UnderloadDelay"]), 1..20)
            .prop_map(|(id, tenths)| write(id, Value::Float(100.0 * f64::from(tenths)))),
        select(vec!["IndustrialLSIG", "MotorProtection", "StandardProtection", "HighSensitivity"])
            .prop_map(|template| Command::ApplyTemplate(template.into())),
        Just(Command::UndoSettings),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let switch = |switch| Just(Command::Direct(switch, "".into()));
    prop_oneof![
        6 => injection().prop_map(Command::Inject),
        3 => Just(Command::ClearInjections),
        3 => setting(),
        1 => any::<bool>().prop_map(Command::SetMaintenanceMode),
        2 => switch(Switch::Reset),
        2 => switch(Switch::Close),
        1 => switch(Switch::Open),
        1 => (select(vec!["SelfTest", "ProtectionTest"]), any::<bool>())
            .prop_map(|(test, with_trip)| Command::RunTest { test: test.into(), with_trip }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_happens_in_whatever_order(
        steps in prop::collection::vec((prop_oneof![1 => 1u64..2_000, 2 => 4_000u64..12_000], command()), 4..12),
        motor in any::<bool>(),
    ) {
        let on = all_on_but(&[("MotorLoad", Value::Bool(motor))]);
        let mut at = 5_000;
        let script: Vec<_> = steps.into_iter().map(|(after, command)| { at += after; (at, 0, command) }).collect();
        compare(SHIPPED, &on, &script, at + 9_000);
    }
}
