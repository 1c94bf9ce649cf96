//! Commands to devices and to the node: what reaches the gate, and what the host sees of it.

use crate::sparkplug_rig::{Rig, aliased, named};
use breaker_console::control::{Command, Denied, Switch};
use breaker_console::profile::Value;
use breaker_console::session::Session;
use breaker_console::sparkplug::payload::{Metric, MetricValue, Payload};
use breaker_console::sparkplug::table::wire_alias;
use breaker_console::sparkplug::{EdgeConfig, Topics};
use prost::Message;

const DCMD: &str = "spBv1.0/IIoT/DCMD/MDB-A/smart-breaker-001";
const NCMD: &str = "spBv1.0/IIoT/NCMD/MDB-A";
const PICKUP: u16 = 50;
const DELAY: u16 = 51;
const RESULT: u16 = 77;
const TRIP: u16 = 131;

fn first(alias: u16) -> u64 {
    wire_alias(0, alias)
}

fn values(metrics: &[Metric]) -> Vec<(Option<u64>, Option<MetricValue>)> {
    metrics.iter().map(|m| (m.alias, m.value.clone())).collect()
}

#[test]
fn tck_id_operational_behavior_data_commands_dcmd_metric_name() {
    for metric in [named("Control/Trip", MetricValue::Boolean(true)), aliased(first(TRIP), MetricValue::Boolean(true))]
    {
        let mut rig = Rig::born();
        rig.command(DCMD, vec![metric]);
        let incoming = rig.request().unwrap();
        // The profile's default reason of the method.
        assert_eq!(incoming.command, Command::Direct(Switch::Trip, "Manual".into()));
        assert_eq!(incoming.target.0, 0);
        assert!(rig.sent().is_empty(), "nothing is said before the gate has decided");
        rig.answer(&incoming, Ok(()));
        let sent = rig.sent();
        assert_eq!(
            values(&sent[0].payload.metrics),
            [
                (Some(first(TRIP)), Some(MetricValue::Boolean(true))),
                (Some(first(TRIP)), Some(MetricValue::Boolean(false)))
            ],
            "the echo"
        );
    }
}

#[test]
fn every_command_metric_of_the_profile_does_something() {
    let mut rig = Rig::born();
    let names: Vec<String> = rig.profile.sparkplug.commands.iter().map(|c| c.name.clone()).collect();
    assert!(names.len() >= 4);
    for name in names {
        rig.command(DCMD, vec![named(&name, MetricValue::Boolean(true))]);
        let incoming = rig.request().unwrap_or_else(|| panic!("{name} does nothing"));
        rig.answer(&incoming, Ok(()));
    }
}

#[test]
fn several_settings_in_one_message_are_one_write() {
    let mut rig = Rig::born();
    rig.command(
        DCMD,
        vec![
            aliased(first(PICKUP), MetricValue::Float(1.2)),
            named("Protection/OvercurrentDelay", MetricValue::Int(250)),
        ],
    );
    let incoming = rig.request().unwrap();
    let expected =
        vec![("OvercurrentPickup".into(), Value::Float(1.2)), ("OvercurrentDelay".into(), Value::Float(250.0))];
    assert_eq!(incoming.command, Command::Write(expected));
    assert!(rig.request().is_none());

    rig.answer(&incoming, Ok(()));
    rig.set(0, "OvercurrentPickup", Value::Float(1.2));
    // The other one had that value already; the host still gets its confirmation.
    rig.set(0, "ControlResult", Value::Text("done: write".into()));
    rig.pass(10);
    rig.send_frame();
    let sent = rig.sent();
    assert_eq!(sent.len(), 1, "one answer, at once: {sent:?}");
    assert_eq!(sent[0].value(first(PICKUP)), Some(MetricValue::Float(1.2)));
    assert_eq!(sent[0].value(first(DELAY)), Some(MetricValue::Float(1000.0)));
    assert_eq!(sent[0].value(first(RESULT)), Some(MetricValue::String("done: write".into())));
}

#[test]
fn a_refused_write_shows_the_old_values() {
    let mut rig = Rig::born();
    rig.command(DCMD, vec![aliased(first(PICKUP), MetricValue::Float(99_999.0))]);
    let incoming = rig.request().unwrap();
    rig.answer(&incoming, Err(Denied::InconsistentParameters("out of range".into())));
    let sent = rig.sent();
    assert_eq!(values(&sent[0].payload.metrics), [(Some(first(PICKUP)), Some(MetricValue::Float(100.0)))]);
    // And why, with the next frame.
    rig.set(0, "ControlResult", Value::Text("refused: out of range".into()));
    rig.send_frame();
    assert_eq!(rig.sent()[0].value(first(RESULT)), Some(MetricValue::String("refused: out of range".into())));
}

#[test]
fn settings_first_then_commands_and_the_first_refusal_ends_the_message() {
    let message =
        || vec![named("Control/Close", MetricValue::Boolean(true)), aliased(first(PICKUP), MetricValue::Float(200.0))];
    let mut rig = Rig::born();
    rig.command(DCMD, message());
    let write = rig.request().unwrap();
    assert!(matches!(write.command, Command::Write(_)));
    assert!(rig.request().is_none(), "the close waits for the write");
    rig.answer(&write, Ok(()));
    let close = rig.request().unwrap();
    assert!(matches!(close.command, Command::Direct(Switch::Close, _)));

    let mut rig = Rig::born();
    rig.command(DCMD, message());
    let write = rig.request().unwrap();
    rig.answer(&write, Err(Denied::ResourceLimit));
    assert!(rig.request().is_none());
    let sent = rig.sent();
    let told: Vec<_> = sent[0].payload.metrics.iter().map(|m| m.value.clone().unwrap()).collect();
    assert_eq!(told, [MetricValue::Float(100.0), MetricValue::Boolean(false)], "both as they were");
}

#[test]
fn what_cannot_be_known_goes_to_the_gate_to_be_refused_on_record() {
    let mut rig = Rig::born();
    rig.command(DCMD, vec![named("Protection/Nonsense", MetricValue::Int(1))]);
    let incoming = rig.request().unwrap();
    assert_eq!(incoming.command, Command::Write(vec![("Protection/Nonsense".into(), Value::Int(1))]));
    rig.answer(&incoming, Err(Denied::UnknownObject("Protection/Nonsense".into())));

    rig.command(DCMD, vec![aliased(first(PICKUP), MetricValue::String("high".into()))]);
    let incoming = rig.request().unwrap();
    assert_eq!(incoming.command, Command::Write(vec![("OvercurrentPickup".into(), Value::Text("high".into()))]));

    // An alias of another device does not reach this one.
    rig.command(DCMD, vec![aliased(wire_alias(1, PICKUP), MetricValue::Float(5.0))]);
    assert!(matches!(rig.request().unwrap().command, Command::Write(w) if w[0].0.starts_with("alias ")));

    // Read-only metrics are the gate's to refuse, too.
    rig.command(DCMD, vec![named("Breaker/TripCount", MetricValue::Int(0))]);
    assert_eq!(rig.request().unwrap().command, Command::Write(vec![("TripCount".into(), Value::Int(0))]));
}

#[test]
fn malformed_commands_change_nothing_and_show_what_is() {
    let mut rig = Rig::born();
    // No value at all beside a good one: all or none.
    let empty = Metric { alias: Some(first(DELAY)), ..Metric::default() };
    rig.command(DCMD, vec![aliased(first(PICKUP), MetricValue::Float(200.0)), empty]);
    assert!(rig.request().is_none());
    assert_eq!(rig.sent()[0].payload.metrics.len(), 2);
    rig.command(DCMD, vec![named("Control/Trip", MetricValue::Int(1))]);
    assert!(rig.request().is_none());
    assert_eq!(rig.sent()[0].value(first(TRIP)), Some(MetricValue::Boolean(false)));
    rig.session.received(DCMD, &[0x12, 0xFF], false, rig.now);
    assert!(rig.request().is_none() && rig.sent().is_empty());
    assert_eq!(rig.session.standing(rig.now).malformed, 3);
}

#[test]
fn a_button_that_a_host_puts_back_is_nothing() {
    let mut rig = Rig::born();
    rig.command(DCMD, vec![named("Control/Trip", MetricValue::Boolean(false))]);
    assert!(rig.request().is_none() && rig.sent().is_empty());
    assert_eq!(rig.session.standing(rig.now).malformed, 0);
}

#[test]
fn retained_foreign_and_early_commands_are_not_carried_out() {
    let mut rig = Rig::born();
    let trip = Payload { metrics: vec![named("Control/Trip", MetricValue::Boolean(true))], ..Payload::default() };
    let trip = trip.encode_to_vec();
    rig.session.received(DCMD, &trip, true, rig.now);
    rig.session.received("spBv1.0/IIoT/DCMD/MDB-B/smart-breaker-001", &trip, false, rig.now);
    rig.session.received("spBv1.0/Other/DCMD/MDB-A/smart-breaker-001", &trip, false, rig.now);
    rig.session.received("spBv1.0/IIoT/DCMD/MDB-A/smart-breaker-009", &trip, false, rig.now);
    rig.set(0, "CommunicationStatus", Value::Int(0));
    rig.send_frame();
    rig.session.received(DCMD, &trip, false, rig.now);
    rig.session.disconnected(rig.now);
    rig.session.received(DCMD, &trip, false, rig.now);
    assert!(rig.request().is_none());
}

#[test]
fn the_flat_form_takes_commands() {
    let config = EdgeConfig { topics: Topics::Flat, ..EdgeConfig::new("IIoT", "MDB-A") };
    let mut rig = Rig::born_with(config, 2);
    rig.command("spBv1.0/IIoT/DCMD/smart-breaker-002", vec![named("Control/Trip", MetricValue::Boolean(true))]);
    let incoming = rig.request().unwrap();
    assert_eq!(incoming.target.0, 1);
    assert!(matches!(incoming.command, Command::Direct(Switch::Trip, _)));
}

#[test]
fn the_scan_rate_sets_the_pace_and_is_confirmed() {
    let mut rig = Rig::born();
    rig.command(NCMD, vec![named("Node Control/Scan Rate", MetricValue::Int(200))]);
    let sent = rig.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].topic, "spBv1.0/IIoT/NDATA/MDB-A");
    assert_eq!(sent[0].payload.metrics[0].value, Some(MetricValue::Int(200)));
    let mut messages = 0;
    for step in 1..=20 {
        rig.pass(100);
        rig.set(0, "CurrentPhaseA", Value::Float(100.0 * f64::from(step)));
        rig.send_frame();
        messages += rig.sent().len();
    }
    assert_eq!(messages, 10);
    for bad in [MetricValue::Int(0), MetricValue::Int(60_001), MetricValue::Int(u32::MAX)] {
        rig.command(NCMD, vec![named("Node Control/Scan Rate", bad)]);
        let sent = rig.sent();
        assert_eq!(sent[0].payload.metrics[0].value, Some(MetricValue::Int(200)), "the value in force");
    }
}

#[test]
fn next_server_exists_when_there_is_one_and_leads_there() {
    let config = EdgeConfig { several_servers: true, ..EdgeConfig::new("IIoT", "MDB-A") };
    let mut rig = Rig::born_with(config, 1);
    rig.command(NCMD, vec![named("Node Control/Next Server", MetricValue::Boolean(true))]);
    assert!(rig.sent().last().unwrap().topic.contains("NDEATH"));
    assert!(rig.session.wants_reconnect());

    let mut rig = Rig::born();
    rig.command(NCMD, vec![named("Node Control/Next Server", MetricValue::Boolean(true))]);
    assert!(rig.sent().is_empty() && !rig.session.wants_reconnect());
}

#[test]
fn an_answer_after_the_connection_has_gone_is_harmless() {
    let mut rig = Rig::born();
    rig.command(DCMD, vec![named("Control/Trip", MetricValue::Boolean(true))]);
    let incoming = rig.request().unwrap();
    rig.session.disconnected(rig.now);
    rig.answer(&incoming, Ok(()));
    assert!(rig.sent().is_empty());
}
