//! The edge node waits for its primary host and follows it.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use crate::sparkplug_rig::{Rig, Sent};
use breaker_console::session::{Qos, Session};
use breaker_console::sparkplug::EdgeConfig;
use breaker_console::sparkplug::payload::MetricValue;

fn waiting() -> Rig {
    let config = EdgeConfig { primary_host: Some("scada".into()), ..EdgeConfig::new("IIoT", "MDB-A") };
    let mut rig = Rig::new(config, 1);
    rig.connect();
    rig.send_frame();
    rig
}

fn state(rig: &mut Rig, host: &str, online: bool, timestamp: u64) {
    let text = format!(r#"{{"online":{online},"timestamp":{timestamp}}}"#);
    // STATE is retained.
    rig.session.received(&format!("spBv1.0/STATE/{host}"), text.as_bytes(), true, rig.now);
}

fn verbs(sent: &[Sent]) -> Vec<&str> {
    sent.iter().map(|s| s.topic.split('/').nth(2).unwrap()).collect()
}

#[test]
fn tck_id_message_flow_edge_node_birth_publish_phid_wait() {
    let mut rig = waiting();
    assert!(rig.sent().is_empty());
    let standing = rig.session.standing(rig.now);
    assert_eq!((standing.online, standing.waiting_for.as_deref()), (false, Some("primary host scada")));
    state(&mut rig, "other", true, 5);
    assert!(rig.sent().is_empty(), "tck-id-message-flow-edge-node-birth-publish-phid-wait-id");
    state(&mut rig, "scada", false, 5);
    assert!(rig.sent().is_empty(), "tck-id-message-flow-edge-node-birth-publish-phid-wait-online");
    state(&mut rig, "scada", true, 4);
    assert!(rig.sent().is_empty(), "tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp");
    state(&mut rig, "scada", true, 6);
    assert_eq!(verbs(&rig.sent()), ["NBIRTH", "DBIRTH"]);
    assert!(rig.session.standing(rig.now).online);
}

#[test]
fn tck_id_operational_behavior_primary_application_state_with_multiple_servers_state_subs() {
    let mut rig = waiting();
    let connect = rig.connect();
    for filter in ["spBv1.0/STATE/scada", "STATE/scada"] {
        assert!(connect.subscriptions.contains(&(filter.into(), Qos::AtLeastOnce)), "{filter}");
    }
}

#[test]
fn tck_id_message_flow_edge_node_birth_publish_phid_offline() {
    let mut rig = waiting();
    state(&mut rig, "scada", true, 10);
    assert_eq!(rig.sent().len(), 2);
    state(&mut rig, "scada", false, 9);
    assert!(rig.sent().is_empty(), "older than the birth of the host: stay");
    assert!(!rig.session.wants_reconnect());
    state(&mut rig, "scada", false, 10);
    let sent = rig.sent();
    assert_eq!(verbs(&sent), ["NDEATH"]);
    assert_eq!(sent[0].value("bdSeq"), Some(MetricValue::Long(0)));
    assert!(rig.session.wants_reconnect(), "tck-id-operational-behavior-edge-node-termination-host-offline-reconnect");
    rig.session.disconnected(rig.now);
    // On the next server the wait begins anew, whatever was known of the first.
    rig.connect();
    rig.send_frame();
    assert!(rig.sent().is_empty());
    state(&mut rig, "scada", true, 3);
    let sent = rig.sent();
    assert_eq!(verbs(&sent), ["NBIRTH", "DBIRTH"]);
    assert_eq!(sent[0].value("bdSeq"), Some(MetricValue::Long(1)));
}

#[test]
fn tck_id_operational_behavior_primary_application_state_with_multiple_servers_walk() {
    let config = |several_servers| EdgeConfig {
        primary_host: Some("scada".into()),
        several_servers,
        ..EdgeConfig::new("IIoT", "MDB-A")
    };
    let state = |rig: &mut Rig, online: bool, ts: i64| {
        let payload = format!(r#"{{"online":{online},"timestamp":{ts}}}"#);
        rig.session.received("spBv1.0/STATE/scada", payload.as_bytes(), true, rig.now);
    };
    // It says that it is not here.
    let mut rig = Rig::new(config(true), 1);
    rig.connect();
    rig.send_frame();
    state(&mut rig, false, 1);
    assert!(rig.session.wants_reconnect());
    assert!(rig.sent().is_empty(), "nobody was born, so that nobody dies");
    // It says nothing.
    rig.session.disconnected(rig.now);
    rig.connect();
    rig.pass(4999);
    assert!(!rig.session.wants_reconnect());
    rig.pass(1);
    assert!(rig.session.wants_reconnect());
    // It is here.
    rig.session.disconnected(rig.now);
    rig.connect();
    state(&mut rig, true, 2);
    rig.pass(10_000);
    assert!(!rig.session.wants_reconnect());
    assert_eq!(verbs(&rig.sent())[0], "NBIRTH");
    // There is nowhere else to go.
    let mut rig = Rig::new(config(false), 1);
    rig.connect();
    rig.send_frame();
    state(&mut rig, false, 1);
    rig.pass(60_000);
    assert!(!rig.session.wants_reconnect());
}

#[test]
fn a_host_of_before_3_0_is_understood() {
    let mut rig = waiting();
    rig.session.received("STATE/scada", b"ONLINE", true, rig.now);
    assert_eq!(verbs(&rig.sent()), ["NBIRTH", "DBIRTH"]);
    rig.session.received("STATE/scada", b"OFFLINE", true, rig.now);
    assert_eq!(verbs(&rig.sent()), ["NDEATH"]);
}

#[test]
fn a_state_that_is_none_is_counted() {
    let mut rig = waiting();
    rig.session.received("spBv1.0/STATE/scada", b"ONLINE", true, rig.now);
    rig.session.received("STATE/scada", br#"{"online":true,"timestamp":1}"#, true, rig.now);
    rig.session.received("spBv1.0/STATE/scada", &[0xFF; 3], true, rig.now);
    assert!(rig.sent().is_empty());
    assert_eq!(rig.session.standing(rig.now).malformed, 3);
}

#[test]
fn data_of_the_wait_follows_as_history() {
    let mut rig = waiting();
    rig.pass(1000);
    rig.set(0, "TripCount", breaker_console::profile::Value::Int(42));
    rig.send_frame();
    state(&mut rig, "scada", true, 1);
    let mut sent = rig.sent();
    rig.pass(0);
    sent.extend(rig.sent());
    assert_eq!(verbs(&sent), ["NBIRTH", "DBIRTH", "DDATA"]);
    assert!(sent[2].payload.metrics.iter().all(|m| m.is_historical == Some(true)));
}
