//! Commands by a host, to their end.

use super::*;

fn order(metric: &str, text: &str, place: Place) -> Order {
    Order { place, metric: metric.into(), text: text.into(), timeout_ms: 10_000 }
}

/// Sent, with the births given.
fn ready(metric: &str, text: &str) -> Rig {
    let mut rig = Rig::new(Mode::Visitor);
    rig.host.give(order(metric, text, device()), rig.now);
    assert_eq!(rig.topics(), ["spBv1.0/g/NCMD/n"], "births first: only they tell the datatype");
    rig.is("NBIRTH/n", &nbirth(7));
    rig.is("DBIRTH/n/d", &dbirth(1));
    rig
}

#[test]
fn tck_id_operational_behavior_data_commands_dcmd_metric_value() {
    let mut rig = ready("Setpoint", "2.5");
    let sent = rig.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(&*sent[0].topic, "spBv1.0/g/DCMD/n/d", "tck-id-operational-behavior-data-commands-dcmd-verb");
    assert_eq!((sent[0].qos, sent[0].retain), (Qos::AtMostOnce, false), "tck-id-payloads-dcmd-qos, -retain");
    let command = Payload::decode(sent[0].payload.clone()).unwrap();
    assert_eq!((command.seq, command.timestamp), (None, Some(1_000_000)), "tck-id-payloads-dcmd-seq, -timestamp");
    let metric = &command.metrics[0];
    assert_eq!((&metric.name, metric.alias), (&None, Some(11)), "tck-id-payloads-alias-data-cmd-requirement");
    assert_eq!(metric.value, Some(MetricValue::Float(2.5)));
    rig.is("DDATA/n/d", &payload(Some(2), vec![data(10, MetricValue::Int(4))]));
    assert_eq!(rig.host.poll_result(), None, "another metric is no answer");
    rig.is("DDATA/n/d", &payload(Some(3), vec![data(11, MetricValue::Float(2.5))]));
    rig.later(700);
    let done = rig.host.poll_result().unwrap().unwrap();
    assert_eq!(done.value, Decoded::Float(2.5));
    let names: Vec<_> = done.reported.iter().filter_map(|r| r.name.as_deref()).collect();
    assert_eq!(names, ["Status", "Setpoint"]);
}

#[test]
fn the_old_value_means_refused_and_the_reason_is_told() {
    let mut rig = Rig::new(Mode::Visitor);
    rig.host.give(order("Setpoint", "2.5", device()), rig.now);
    rig.is("NBIRTH/n", &nbirth(7));
    let result = born("Result", Some(12), DataType::String, MetricValue::String(String::new()));
    rig.is("DBIRTH/n/d", &payload(Some(1), [dbirth(1).metrics, vec![result]].concat()));
    rig.is("DDATA/n/d", &payload(Some(2), vec![data(11, MetricValue::Float(1.0))]));
    rig.is("DDATA/n/d", &payload(Some(3), vec![data(12, MetricValue::String("out of range".into()))]));
    rig.later(700);
    let error = rig.host.poll_result().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "refused: Setpoint of g/n/d is still 1; Result: out of range");
}

#[test]
fn mistakes_are_told_before_anything_is_sent() {
    for (metric, text, message) in [
        ("setpoints", "1", "g/n/d has no metric setpoints; it has Setpoint"),
        ("Setpoint", "high", "Setpoint is Float: a number is wanted"),
        ("Status", "1", "Status of g/n/d is read only by its birth"),
    ] {
        let mut rig = ready(metric, text);
        assert!(rig.topics().is_empty(), "{metric}");
        assert_eq!(rig.host.poll_result().unwrap().unwrap_err().to_string(), message);
    }
}

#[test]
fn silence_is_told_apart() {
    let mut rig = Rig::new(Mode::Visitor);
    rig.host.give(order("Setpoint", "1", device()), rig.now);
    rig.later(10_000);
    let error = rig.host.poll_result().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "g/n is offline: no NBIRTH within 10 s of the rebirth request");

    let mut rig = Rig::new(Mode::Visitor);
    rig.host.give(order("Setpoint", "1", Place { device: Some("x".into()), ..node() }), rig.now);
    rig.is("NBIRTH/n", &nbirth(7));
    rig.is("DBIRTH/n/d", &dbirth(1));
    rig.later(10_000);
    let error = rig.host.poll_result().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "g/n/x is offline: its edge node is born, with d");

    let mut rig = ready("Setpoint", "2");
    rig.later(10_000);
    let error = rig.host.poll_result().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "g/n/d did not report Setpoint within 10 s of the command");

    let mut rig = ready("Setpoint", "2");
    rig.host.disconnected(rig.now);
    assert_eq!(rig.host.poll_result(), Some(Err(OrderError::BrokerLost)));
}

#[test]
fn a_rebirth_in_between_is_no_answer() {
    let mut rig = ready("Setpoint", "2");
    rig.is("NBIRTH/n", &nbirth(7));
    rig.is("DBIRTH/n/d", &dbirth(1));
    rig.later(700);
    assert_eq!(rig.host.poll_result(), None);
}
