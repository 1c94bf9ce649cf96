//! Session establishment, births, deaths and sequence numbers of the edge node, rule by rule.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use crate::sparkplug_rig::{Rig, START, Sent, named};
use breaker_console::profile::Value;
use breaker_console::session::{Qos, Session};
use breaker_console::sparkplug::payload::{MetricValue, Payload, PropertyScalar};
use breaker_console::sparkplug::{EdgeConfig, EdgeSession, QualityDialect, SparkplugError, Topics};
use breaker_console::time::UtcMillis;
use prost::Message;
use std::collections::BTreeSet;

fn config() -> EdgeConfig {
    EdgeConfig::new("IIoT", "MDB-A")
}

fn births(devices: usize) -> (Rig, Vec<Sent>) {
    let mut rig = Rig::new(config(), devices);
    rig.connect();
    rig.send_frame();
    let sent = rig.sent();
    (rig, sent)
}

fn topics(sent: &[Sent]) -> Vec<&str> {
    sent.iter().map(|s| s.topic.as_str()).collect()
}

fn verb(sent: &Sent) -> &str {
    sent.topic.split('/').nth(2).unwrap()
}

#[test]
fn tck_id_message_flow_edge_node_birth_publish_will_message() {
    let mut rig = Rig::new(config(), 1);
    let connect = rig.connect();
    let will = connect.will.unwrap();
    assert_eq!(&*will.topic, "spBv1.0/IIoT/NDEATH/MDB-A");
    assert_eq!((will.qos, will.retain), (Qos::AtLeastOnce, false));
    let payload = Payload::decode(will.payload).unwrap();
    assert_eq!(payload.seq, None, "tck-id-topics-ndeath-seq");
    assert_eq!(payload.metrics.len(), 1, "tck-id-topics-ndeath-payload");
    assert_eq!(payload.metrics[0].name.as_deref(), Some("bdSeq"));
    assert_eq!(payload.metrics[0].datatype, Some(4), "Int64");
    assert_eq!(payload.metrics[0].value, Some(MetricValue::Long(0)));
}

#[test]
fn tck_id_message_flow_edge_node_birth_publish_will_message_payload_bd_seq() {
    let mut rig = Rig::restored(config(), 1, Some("253"));
    let mut seen = Vec::new();
    for _ in 0..4 {
        let will = Payload::decode(rig.connect().will.unwrap().payload).unwrap();
        seen.push(will.metrics[0].value.clone());
        let stored = rig.session.poll_store().unwrap();
        assert_eq!(stored.0, EdgeSession::store_name(&config()));
        assert_eq!(will.metrics[0].value, Some(MetricValue::Long(stored.1.trim().parse().unwrap())));
        rig.send_frame();
        let birth = &rig.sent()[0];
        assert_eq!(birth.value("bdSeq"), will.metrics[0].value, "tck-id-topics-nbirth-bdseq-matching");
        assert_eq!(birth.metric("bdSeq").unwrap().datatype, Some(4));
        rig.session.disconnected(rig.now);
    }
    assert_eq!(seen, [254, 255, 0, 1].map(|n| Some(MetricValue::Long(n))));
}

#[test]
fn a_connect_that_was_never_written_leaves_bd_seq_where_it_was() {
    let mut rig = Rig::new(config(), 1);
    for _ in 0..3 {
        rig.session.connect(rig.now);
        rig.session.unreached(rig.now);
    }
    let will = Payload::decode(rig.connect().will.unwrap().payload).unwrap();
    assert_eq!(will.metrics[0].value, Some(MetricValue::Long(0)));
}

#[test]
fn two_nodes_never_share_a_store() {
    let names: BTreeSet<String> =
        [("a", "b"), ("a.b", ""), ("a_", "b"), ("a", "_b"), ("A", "b"), ("ä", "b"), ("a.", "b")]
            .into_iter()
            .map(|(g, n)| EdgeSession::store_name(&EdgeConfig::new(g, n)))
            .collect();
    assert_eq!(names.len(), 7);
    assert!(names.iter().all(|n| n.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))), "{names:?}");
}

#[test]
fn tck_id_message_flow_edge_node_ncmd_subscribe() {
    let mut rig = Rig::new(config(), 1);
    let connect = rig.session.connect(rig.now);
    assert!(connect.subscriptions.contains(&("spBv1.0/IIoT/NCMD/MDB-A".into(), Qos::AtLeastOnce)));
    assert!(
        connect.subscriptions.contains(&("spBv1.0/IIoT/DCMD/MDB-A/+".into(), Qos::AtLeastOnce)),
        "tck-id-message-flow-device-dcmd-subscribe"
    );
    rig.send_frame();
    assert!(rig.sent().is_empty(), "nothing before SUBACK");
    rig.session.subscribed(rig.now);
    assert_eq!(verb(&rig.sent()[0]), "NBIRTH");
}

#[test]
fn tck_id_topics_nbirth_topic() {
    let (_, sent) = births(1);
    let birth = &sent[0];
    assert_eq!(birth.topic, "spBv1.0/IIoT/NBIRTH/MDB-A");
    assert_eq!((birth.qos, birth.retain), (Qos::AtMostOnce, false), "tck-id-topics-nbirth-mqtt");
    assert_eq!(birth.payload.seq, Some(0), "tck-id-topics-nbirth-seq-num");
    assert_eq!(birth.payload.timestamp, Some(START as u64), "tck-id-topics-nbirth-timestamp");
    let rebirth = birth.metric("Node Control/Rebirth").unwrap();
    assert_eq!(rebirth.datatype, Some(11), "tck-id-operational-behavior-data-commands-rebirth-datatype");
    assert_eq!(rebirth.value, Some(MetricValue::Boolean(false)), "tck-id-topics-nbirth-rebirth-metric");
    assert_eq!(rebirth.alias, None, "tck-id-operational-behavior-data-commands-rebirth-name-aliases");
    for metric in &birth.payload.metrics {
        assert!(metric.name.is_some() && metric.datatype.is_some() && metric.timestamp.is_some(), "{metric:?}");
    }
    assert!(birth.metric("Node Control/Next Server").is_none(), "there is no other server");
}

#[test]
fn tck_id_message_flow_device_birth_publish_dbirth() {
    let (rig, sent) = births(3);
    assert_eq!(
        topics(&sent),
        [
            "spBv1.0/IIoT/NBIRTH/MDB-A",
            "spBv1.0/IIoT/DBIRTH/MDB-A/smart-breaker-001",
            "spBv1.0/IIoT/DBIRTH/MDB-A/smart-breaker-002",
            "spBv1.0/IIoT/DBIRTH/MDB-A/smart-breaker-003",
        ]
    );
    for (i, message) in sent.iter().enumerate() {
        assert_eq!(message.payload.seq, Some(i as u64), "tck-id-payloads-dbirth-seq-inc");
        assert_eq!((message.qos, message.retain), (Qos::AtMostOnce, false), "tck-id-topics-dbirth-mqtt");
    }
    let sparkplug = &rig.profile.sparkplug;
    let birth = &sent[1];
    assert_eq!(birth.payload.metrics.len(), sparkplug.metrics.len() + sparkplug.commands.len());
    for metric in &birth.payload.metrics {
        assert!(metric.datatype.is_some() && metric.timestamp.is_some(), "{metric:?}");
        assert_ne!(metric.value.is_some(), metric.is_null == Some(true), "a value or the null flag: {metric:?}");
    }
}

#[test]
fn tck_id_payloads_alias_uniqueness() {
    let (_, sent) = births(3);
    let aliases: Vec<u64> = sent.iter().flat_map(|s| s.payload.metrics.iter().filter_map(|m| m.alias)).collect();
    let unique: BTreeSet<u64> = aliases.iter().copied().collect();
    assert_eq!(unique.len(), aliases.len());
    let bare: Vec<_> = sent.iter().flat_map(|s| s.payload.metrics.iter()).filter(|m| m.alias.is_none()).collect();
    assert_eq!(bare.len(), 2, "only bdSeq and Rebirth have none");
    // The number of the profile stays visible: Breaker/Status is 10.
    assert_eq!(sent[2].metric("Breaker/Status").unwrap().alias, Some(0x2_0000 + 10));
}

#[test]
fn births_carry_the_properties_that_hosts_make_tags_from() {
    let (_, sent) = births(1);
    let property =
        |metric: &str, key: &str| sent[1].metric(metric).unwrap().properties.as_ref().unwrap().get(key).cloned();
    assert_eq!(property("Breaker/CurrentPhaseA", "engUnit"), Some(PropertyScalar::String("A".into())));
    assert_eq!(property("Breaker/CurrentPhaseA", "engLow"), Some(PropertyScalar::Double(0.0)));
    assert_eq!(property("Breaker/CurrentPhaseA", "engHigh"), Some(PropertyScalar::Double(1000.0)));
    assert_eq!(property("Breaker/CurrentPhaseA", "readOnly"), Some(PropertyScalar::Boolean(true)));
    assert_eq!(property("Breaker/CurrentPhaseA", "Quality"), Some(PropertyScalar::Int(192)));
    assert_eq!(property("Protection/OvercurrentPickup", "readOnly"), Some(PropertyScalar::Boolean(false)));
    assert_eq!(property("Control/Trip", "readOnly"), Some(PropertyScalar::Boolean(false)));
    assert!(matches!(property("Protection/OvercurrentPickup", "documentation"), Some(PropertyScalar::String(_))));
    for message in &sent {
        for set in message.payload.metrics.iter().filter_map(|m| m.properties.as_ref()) {
            assert_eq!(set.keys.len(), set.values.len(), "tck-id-payloads-propertyset-values-array-size");
            assert!(set.values.iter().all(|v| v.kind.is_some()), "tck-id-payloads-metric-propertyvalue-type-req");
        }
    }
}

#[test]
fn tck_id_operational_behavior_data_publish_dbirth_values() {
    let mut rig = Rig::new(config(), 1);
    rig.set(0, "LastTripTime", None);
    rig.set(0, "ActivePower", Value::Float(f64::NAN));
    rig.connect();
    rig.send_frame();
    let birth = &rig.sent()[1];
    for name in ["Breaker/LastTripTime", "Breaker/ActivePower"] {
        let metric = birth.metric(name).unwrap();
        assert_eq!((metric.is_null, &metric.value), (Some(true), &None), "{name}");
        assert!(metric.datatype.is_some(), "{name}");
    }
    let quality = birth.metric("Breaker/ActivePower").unwrap().properties.as_ref().unwrap().get("Quality").cloned();
    assert_eq!(quality, Some(PropertyScalar::Int(0)), "no number is bad");
}

#[test]
fn tck_id_payloads_sequence_num_incrementing() {
    let mut rig = Rig::born();
    let mut seen = Vec::new();
    for i in 0..300 {
        rig.set(0, "TripCount", Value::Int(1000 + i));
        rig.send_frame();
        seen.extend(rig.sent().iter().map(|s| s.payload.seq.unwrap()));
    }
    let expected: Vec<u64> = (2..).map(|n| n % 256).take(seen.len()).collect();
    assert_eq!(seen, expected);
    assert!(seen.len() >= 300);
}

#[test]
fn tck_id_operational_behavior_edge_node_intentional_disconnect_ndeath() {
    let mut rig = Rig::born_with(config(), 2);
    rig.session.stop(rig.now);
    let sent = rig.sent();
    assert_eq!(
        topics(&sent),
        [
            "spBv1.0/IIoT/DDEATH/MDB-A/smart-breaker-001",
            "spBv1.0/IIoT/DDEATH/MDB-A/smart-breaker-002",
            "spBv1.0/IIoT/NDEATH/MDB-A",
        ]
    );
    assert_eq!(sent[0].payload.seq, Some(3), "tck-id-payloads-ddeath-seq-inc");
    assert_eq!(sent[0].payload.timestamp, Some(START as u64), "tck-id-payloads-ddeath-timestamp");
    assert_eq!((sent[0].qos, sent[0].retain), (Qos::AtMostOnce, false), "tck-id-topics-ddeath-mqtt");
    let death = &sent[2];
    assert_eq!((death.qos, death.retain, death.payload.seq), (Qos::AtLeastOnce, false, None));
    assert_eq!(death.value("bdSeq"), Some(MetricValue::Long(0)), "tck-id-payloads-ndeath-bdseq");
    // Its own death comes back by the subscription; nobody is left to be born.
    let bytes = death.payload.encode_to_vec();
    rig.session.received("spBv1.0/IIoT/NDEATH/MDB-A", &bytes, false, rig.now);
    rig.send_frame();
    assert!(rig.sent().is_empty());
}

#[test]
fn tck_id_operational_behavior_device_ddeath() {
    let mut rig = Rig::born_with(config(), 2);
    rig.set(1, "CommunicationStatus", Value::Int(0));
    rig.send_frame();
    let sent = rig.sent();
    assert_eq!(topics(&sent), ["spBv1.0/IIoT/DDEATH/MDB-A/smart-breaker-002"]);
    assert_eq!(sent[0].payload.seq, Some(3));
    rig.set(1, "TripCount", Value::Int(99));
    rig.send_frame();
    assert!(rig.sent().is_empty(), "no data of a dead device");
    rig.set(1, "CommunicationStatus", Value::Int(1));
    rig.send_frame();
    let sent = rig.sent();
    assert_eq!(topics(&sent), ["spBv1.0/IIoT/DBIRTH/MDB-A/smart-breaker-002"]);
    assert_eq!((sent[0].payload.seq, sent[0].value("Breaker/TripCount")), (Some(4), Some(MetricValue::Int(99))));
}

#[test]
fn tck_id_operational_behavior_data_commands_rebirth_action() {
    let mut rig = Rig::born_with(config(), 2);
    rig.set(0, "TripCount", Value::Int(5));
    rig.send_frame();
    assert_eq!(rig.sent()[0].payload.seq, Some(3));
    rig.command("spBv1.0/IIoT/NCMD/MDB-A", vec![named("Node Control/Rebirth", MetricValue::Boolean(true))]);
    let sent = rig.sent();
    assert_eq!(sent.iter().map(verb).collect::<Vec<_>>(), ["NBIRTH", "DBIRTH", "DBIRTH"], "no NDEATH");
    assert_eq!(sent.iter().map(|s| s.payload.seq).collect::<Vec<_>>(), [Some(0), Some(1), Some(2)]);
    assert_eq!(sent[0].value("bdSeq"), Some(MetricValue::Long(0)), "the same as the will");
    assert_eq!(sent[1].value("Breaker/TripCount"), Some(MetricValue::Int(5)));
}

#[test]
fn rebirth_requests_within_five_seconds_are_folded() {
    let mut rig = Rig::born();
    let ask = |rig: &mut Rig| {
        rig.command("spBv1.0/IIoT/NCMD/MDB-A", vec![named("Node Control/Rebirth", MetricValue::Boolean(true))]);
        rig.sent().len()
    };
    assert_eq!(ask(&mut rig), 2);
    assert_eq!(ask(&mut rig), 0);
    rig.pass(3000);
    assert_eq!(ask(&mut rig), 0);
    assert_eq!(rig.sent().len(), 0);
    rig.pass(2000);
    let sent = rig.sent();
    assert_eq!(sent.iter().map(verb).collect::<Vec<_>>(), ["NBIRTH", "DBIRTH"], "one for all of them");
    rig.pass(60_000);
    assert!(rig.sent().is_empty());
    assert_eq!(ask(&mut rig), 2);
}

#[test]
fn what_is_no_rebirth_request_is_ignored() {
    let mut rig = Rig::born();
    let topic = "spBv1.0/IIoT/NCMD/MDB-A";
    rig.command(topic, vec![named("Node Control/Rebirth", MetricValue::Boolean(false))]);
    rig.command(topic, vec![named("Node Control/Rebirth", MetricValue::Int(1))]);
    rig.command(topic, vec![named("node control/rebirth", MetricValue::Boolean(true))]);
    rig.command("spBv1.0/IIoT/NCMD/MDB-B", vec![named("Node Control/Rebirth", MetricValue::Boolean(true))]);
    let metrics = vec![named("Node Control/Rebirth", MetricValue::Boolean(true))];
    let payload = Payload { metrics, ..Payload::default() }.encode_to_vec();
    rig.session.received(topic, &payload, true, rig.now);
    rig.session.received(topic, &[0xFF, 0xFF, 0xFF], false, rig.now);
    assert!(rig.sent().is_empty());
    assert_eq!(rig.session.standing(rig.now).malformed, 3);
    // The same without payload timestamp and datatype counts: hosts leave them out.
    rig.session.received(topic, &payload, false, rig.now);
    assert_eq!(rig.sent().len(), 2);
}

#[test]
fn a_late_will_of_this_session_is_answered_with_births() {
    let mut rig = Rig::restored(config(), 1, Some("41"));
    let will = rig.connect().will.unwrap();
    rig.send_frame();
    assert_eq!(rig.sent().len(), 2);
    rig.session.received(&will.topic, &will.payload, false, rig.now);
    assert_eq!(rig.sent().iter().map(verb).collect::<Vec<_>>(), ["NBIRTH", "DBIRTH"]);
    // The will of an earlier connection is not about this one.
    let mut older = Payload::decode(will.payload).unwrap();
    older.metrics[0].value = Some(MetricValue::Long(41));
    rig.pass(10_000);
    rig.session.received(&will.topic, &older.encode_to_vec(), false, rig.now);
    assert!(rig.sent().is_empty());
}

#[test]
fn tck_id_payloads_template_definition() {
    let mut rig = Rig::new(EdgeConfig { templates: true, ..config() }, 2);
    rig.connect();
    rig.send_frame();
    let sent = rig.sent();
    let template = |s: &Sent| {
        s.payload.metrics.iter().find_map(|m| match &m.value {
            Some(MetricValue::Template(t)) => Some((m.clone(), t.clone())),
            _ => None,
        })
    };
    let (definition_metric, definition) = template(&sent[0]).unwrap();
    assert_eq!(definition_metric.datatype, Some(19));
    assert_eq!(definition.is_definition, Some(true), "tck-id-payloads-template-definition-is-definition");
    assert_eq!(definition.template_ref, None, "tck-id-payloads-template-definition-ref");
    let members: BTreeSet<_> = definition.metrics.iter().map(|m| m.name.clone()).collect();
    let parameters: BTreeSet<_> = definition.parameters.iter().map(|p| p.name.clone()).collect();
    assert_eq!(parameters.len(), 4);
    let mut aliases = BTreeSet::new();
    for birth in &sent[1..] {
        let (metric, instance) = template(birth).unwrap();
        assert!(aliases.insert(metric.alias.unwrap()));
        assert_eq!(instance.is_definition, Some(false), "tck-id-payloads-template-instance-is-definition");
        assert_eq!(instance.template_ref, definition_metric.name, "tck-id-payloads-template-instance-ref");
        let own: BTreeSet<_> = instance.metrics.iter().map(|m| m.name.clone()).collect();
        assert_eq!(own, members, "tck-id-payloads-template-instance-members-birth");
        let own: BTreeSet<_> = instance.parameters.iter().map(|p| p.name.clone()).collect();
        assert!(own.is_subset(&parameters), "tck-id-payloads-template-instance-parameters");
        assert!(instance.parameters.iter().all(|p| matches!(p.kind, Some(4 | 10 | 11 | 12))), "{instance:?}");
        let own: BTreeSet<_> = birth.payload.metrics.iter().filter_map(|m| m.alias).collect();
        assert_eq!(own.len(), birth.payload.metrics.len());
    }
}

#[test]
fn the_flat_form_mirrors_device_messages() {
    let mut rig = Rig::new(EdgeConfig { topics: Topics::Flat, ..config() }, 1);
    let connect = rig.connect();
    assert!(connect.subscriptions.iter().any(|s| s.0 == "spBv1.0/IIoT/DCMD/+"));
    rig.send_frame();
    rig.set(0, "TripCount", Value::Int(7));
    rig.send_frame();
    rig.session.stop(rig.now);
    let sent = rig.sent();
    let pairs: Vec<_> = sent.iter().map(|s| (s.topic.as_str(), s.payload.seq)).collect();
    assert_eq!(
        pairs,
        [
            ("spBv1.0/IIoT/NBIRTH/MDB-A", Some(0)),
            ("spBv1.0/IIoT/DBIRTH/MDB-A/smart-breaker-001", Some(1)),
            ("spBv1.0/IIoT/DBIRTH/smart-breaker-001", Some(1)),
            ("spBv1.0/IIoT/DDATA/MDB-A/smart-breaker-001", Some(2)),
            ("spBv1.0/IIoT/DDATA/smart-breaker-001", Some(2)),
            ("spBv1.0/IIoT/DDEATH/MDB-A/smart-breaker-001", Some(3)),
            ("spBv1.0/IIoT/DDEATH/smart-breaker-001", Some(3)),
            ("spBv1.0/IIoT/NDEATH/MDB-A", None),
        ]
    );
}

#[test]
fn ignition_codes_on_request() {
    let mut rig = Rig::new(EdgeConfig { quality_dialect: QualityDialect::Ignition, ..config() }, 1);
    rig.set(0, "Frequency", Value::Float(f64::NAN));
    rig.connect();
    rig.send_frame();
    let sent = rig.sent();
    let quality = sent[1].metric("Breaker/Frequency").unwrap().properties.as_ref().unwrap().get("Quality").cloned();
    assert_eq!(quality, Some(PropertyScalar::Int((-2_147_483_136_i32) as u32)));
}

#[test]
fn tck_id_case_sensitivity_sparkplug_ids() {
    let mut fleet = crate::sparkplug_rig::fleet(&crate::sparkplug_rig::shipped(), 2);
    fleet.devices = vec!["Q01".into(), "q01".into()];
    let error = EdgeSession::new(config(), fleet, None).unwrap_err();
    assert!(matches!(error, SparkplugError::CaseTwins(..)), "{error}");
}

#[test]
fn ids_that_break_topics_are_refused() {
    let fleet = || crate::sparkplug_rig::fleet(&crate::sparkplug_rig::shipped(), 1);
    for (group, node) in [("a/b", "n"), ("STATE", "n"), ("g", "n#"), ("g", "")] {
        let error = EdgeSession::new(EdgeConfig::new(group, node), fleet(), None).unwrap_err();
        assert!(matches!(error, SparkplugError::Id(_)), "{error}");
    }
}

#[test]
fn a_rebirth_tells_the_latest_values() {
    let mut rig = Rig::born();
    rig.pass(100);
    rig.set(0, "CurrentPhaseA", Value::Float(77.0));
    rig.send_frame();
    assert!(rig.sent().is_empty(), "measurements wait for the tick");
    rig.command("spBv1.0/IIoT/NCMD/MDB-A", vec![named("Node Control/Rebirth", MetricValue::Boolean(true))]);
    let sent = rig.sent();
    let metric = sent[1].metric("Breaker/CurrentPhaseA").unwrap();
    assert_eq!(metric.value, Some(MetricValue::Float(77.0)));
    assert_eq!(metric.timestamp, Some((START + 100) as u64), "time of the sample");
    rig.pass(5000);
    assert!(rig.sent().is_empty(), "told already");
    assert_eq!(rig.now, UtcMillis(START + 5100));
}
