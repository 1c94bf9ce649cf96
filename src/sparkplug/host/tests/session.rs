//! Births, data, deaths, order and STATE.

use super::*;

#[test]
fn tck_id_host_topic_phid_birth_message() {
    let mut host = HostSession::new(HostConfig::new("scada", Mode::Host)).unwrap();
    let connect = host.connect(UtcMillis(1234));
    let will = connect.will.unwrap();
    assert_eq!(&*will.topic, "spBv1.0/STATE/scada", "tck-id-host-topic-phid-death-topic");
    assert_eq!((will.qos, will.retain), (Qos::AtLeastOnce, true), "tck-id-host-topic-phid-death-qos, -retain");
    assert_eq!(&will.payload[..], br#"{"online":false,"timestamp":1234}"#, "tck-id-host-topic-phid-death-payload");
    let filters: Vec<&str> = connect.subscriptions.iter().map(|(f, _)| f.as_str()).collect();
    assert!(filters.contains(&"spBv1.0/STATE/scada"), "tck-id-host-topic-phid-birth-sub-required");
    assert!(filters.contains(&"spBv1.0/#"));
    assert_eq!(host.poll_publish(), None, "nothing before the subscriptions are acknowledged");
    host.subscribed(UtcMillis(1300));
    let birth = host.poll_publish().unwrap();
    assert_eq!(&*birth.topic, "spBv1.0/STATE/scada");
    assert_eq!((birth.qos, birth.retain), (Qos::AtLeastOnce, true));
    assert_eq!(&birth.payload[..], br#"{"online":true,"timestamp":1234}"#, "tck-id-payloads-state-birth-payload");
    host.disconnected(UtcMillis(2000));
    let will = host.connect(UtcMillis(3000)).will.unwrap();
    assert_eq!(&will.payload[..], br#"{"online":false,"timestamp":3000}"#);
}

#[test]
fn tck_id_message_flow_hid_sparkplug_state_message_delivered() {
    let mut rig = Rig::new(Mode::Host);
    rig.sent();
    let online = br#"{"online":true,"timestamp":1000000}"#;
    rig.host.received("spBv1.0/STATE/scada", online, false, rig.now);
    assert!(rig.sent().is_empty());
    rig.now = UtcMillis(1_000_500);
    rig.host.received("spBv1.0/STATE/scada", br#"{"online":false,"timestamp":5}"#, false, rig.now);
    let sent = rig.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(&sent[0].payload[..], online, "the same timestamp as the will of this connection");
    rig.host.received("spBv1.0/STATE/other", br#"{"online":false,"timestamp":5}"#, false, rig.now);
    assert!(rig.sent().is_empty());
}

#[test]
fn tck_id_operational_behavior_host_application_termination() {
    let mut rig = Rig::new(Mode::Host);
    rig.sent();
    rig.later(7000);
    rig.host.stop(rig.now);
    let sent = rig.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(&sent[0].payload[..], br#"{"online":false,"timestamp":1007000}"#);
    assert!(sent[0].retain);
    rig.host.received("spBv1.0/STATE/scada", &sent[0].payload, false, rig.now);
    assert!(rig.sent().is_empty(), "its own good-bye is not answered");
}

#[test]
fn an_observer_publishes_nothing_whatever_happens() {
    let mut rig = Rig::new(Mode::Observer);
    assert_eq!(rig.host.connect(rig.now).will, None);
    rig.host.subscribed(rig.now);
    rig.is("DDATA/n/d", &payload(Some(9), vec![data(10, MetricValue::Int(1))]));
    rig.is("NBIRTH/n", &nbirth(0));
    rig.is("NDATA/n", &payload(Some(5), vec![data(99, MetricValue::Int(1))]));
    rig.later(60_000);
    rig.host.received("spBv1.0/STATE/scada", br#"{"online":false,"timestamp":5}"#, false, rig.now);
    rig.host.stop(rig.now);
    assert!(rig.sent().is_empty());
    let needed = rig.events().into_iter().any(|e| matches!(e, Event::Rebirth { asked: false, .. }));
    assert!(needed, "it says what it would have asked for");
}

#[test]
fn names_and_datatypes_of_data_come_from_the_births() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.events();
    rig.is("DDATA/n/d", &payload(Some(2), vec![data(10, MetricValue::Int(0xFFFF_FFFE))]));
    let events = rig.events();
    let [Event::Reading(r)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((r.name.as_deref(), &r.value, r.datatype), (Some("Status"), &Decoded::Int(-2), DataType::Int32));
    assert_eq!((&r.place, r.timestamp, r.quality, r.source), (&device(), Some(2000), 192, Source::Data));
    assert_eq!(rig.value(&device(), "Status"), Decoded::Int(-2));
    assert_eq!(rig.host.findings().total(), 0);
}

#[test]
fn an_alias_belongs_to_its_device() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.is("DBIRTH/n/e", &payload(Some(2), vec![born("Other", Some(20), DataType::Int32, MetricValue::Int(1))]));
    rig.is("DDATA/n/e", &payload(Some(3), vec![data(10, MetricValue::Int(5))]));
    assert_eq!(rig.value(&device(), "Status"), Decoded::Int(1), "the alias of another device moves nothing");
    assert_eq!(rig.found(Rule::DeviceMetricUnknown), 1);
    assert_eq!(rig.topics(), ["spBv1.0/g/NCMD/n"]);
}

#[test]
fn tck_id_payloads_alias_uniqueness() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.is("DBIRTH/n/e", &payload(Some(2), vec![born("Other", Some(10), DataType::Int32, MetricValue::Int(1))]));
    assert_eq!(rig.found(Rule::AliasTwice), 1);
}

#[test]
fn tck_id_operational_behavior_edge_node_termination_host_action_ndeath_node_offline() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.is("NDEATH/n", &ndeath(6));
    assert_eq!(rig.host.life(&node()), Some(Life::Online), "the death of an earlier session is not its own");
    rig.later(500);
    rig.is("NDEATH/n", &ndeath(7));
    for place in [node(), device()] {
        assert_eq!(rig.host.life(&place), Some(Life::Offline), "{place}");
    }
    let at = Some(UtcMillis(1_000_500));
    assert_eq!(rig.host.metric(&node(), "Temperature").unwrap().stale, at, "the clock of the host, not of the payload");
    assert_eq!(rig.host.metric(&device(), "Status").unwrap().stale, at, "-ndeath-devices-tags-stale");
    assert_eq!(rig.host.metric(&device(), "Status").unwrap().quality_now(), STALE);
    assert_eq!(rig.host.findings().total(), 0);
}

#[test]
fn tck_id_operational_behavior_edge_node_termination_host_action_ddeath_devices_offline() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.is("DDEATH/n/d", &payload(Some(2), vec![]));
    assert_eq!(rig.host.life(&device()), Some(Life::Offline));
    assert_eq!(rig.host.life(&node()), Some(Life::Online));
    let stale = rig.host.metric(&device(), "Status").unwrap().stale;
    assert_eq!(stale, Some(UtcMillis(5000)), "the timestamp of the payload");
    rig.is("DDATA/n/d", &payload(Some(3), vec![data(10, MetricValue::Int(3))]));
    assert_eq!(rig.value(&device(), "Status"), Decoded::Int(1), "data of a dead device move nothing");
    assert_eq!(rig.found(Rule::DdataBeforeBirth), 1, "tck-id-payloads-ddata-order");
    assert_eq!(rig.topics(), ["spBv1.0/g/NCMD/n"]);
}

#[test]
fn tck_id_operational_behavior_host_reordering_rebirth() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.is("DDATA/n/d", &payload(Some(3), vec![data(10, MetricValue::Int(3))]));
    assert_eq!(rig.value(&device(), "Status"), Decoded::Int(1), "it waits");
    assert_eq!(
        rig.host.next_timeout(),
        Some(UtcMillis(1_005_000)),
        "tck-id-operational-behavior-host-reordering-start"
    );
    rig.later(4999);
    assert!(rig.topics().is_empty());
    rig.later(1);
    let sent = rig.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((&*sent[0].topic, sent[0].qos, sent[0].retain), ("spBv1.0/g/NCMD/n", Qos::AtMostOnce, false));
    let request = Payload::decode(sent[0].payload.clone()).unwrap();
    assert_eq!(request.seq, None, "tck-id-payloads-ncmd-seq");
    assert!(request.timestamp.is_some(), "tck-id-payloads-ncmd-timestamp");
    assert_eq!(request.metrics[0].name.as_deref(), Some("Node Control/Rebirth"));
    assert_eq!(request.metrics[0].value, Some(MetricValue::Boolean(true)));
    assert_eq!(rig.value(&device(), "Status"), Decoded::Int(3), "what waited is not thrown away");
    assert_eq!(rig.found(Rule::SeqGap), 1);
}

#[test]
fn tck_id_operational_behavior_host_reordering_success() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.is("DDATA/n/d", &payload(Some(3), vec![data(10, MetricValue::Int(3))]));
    rig.later(4000);
    rig.is("NDATA/n", &payload(Some(2), vec![data(1, MetricValue::Float(21.0))]));
    assert_eq!(rig.value(&device(), "Status"), Decoded::Int(3));
    rig.later(60_000);
    assert!(rig.topics().is_empty());
    assert_eq!(rig.host.findings().total(), 0);
}

#[test]
fn data_of_a_stranger_ask_for_its_births_once_in_five_seconds() {
    let mut rig = Rig::new(Mode::Host);
    rig.sent();
    for _ in 0..100 {
        rig.is("DDATA/n/d", &payload(Some(9), vec![data(10, MetricValue::Int(1))]));
    }
    assert_eq!(rig.topics(), ["spBv1.0/g/NCMD/n"]);
    assert_eq!(rig.host.findings().total(), 0, "who joins late has no reason to complain");
    assert_eq!(rig.host.life(&device()), Some(Life::Unheard), "and knows who is there");
    rig.later(4999);
    rig.is("DDATA/n/d", &payload(Some(10), vec![data(10, MetricValue::Int(1))]));
    assert!(rig.topics().is_empty());
    rig.later(1);
    assert_eq!(rig.topics(), ["spBv1.0/g/NCMD/n"]);
    rig.is("NBIRTH/n", &nbirth(1));
    rig.later(60_000);
    assert!(rig.topics().is_empty());
}

#[test]
fn a_lost_broker_makes_everything_stale_and_births_unknown() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.events();
    rig.host.disconnected(rig.now);
    assert_eq!(rig.host.life(&node()), Some(Life::Unheard));
    assert!(rig.host.metric(&device(), "Status").unwrap().stale.is_some());
    let gone = rig.events();
    assert_eq!(gone.iter().filter(|e| matches!(e, Event::Offline { why: Gone::Broker, .. })).count(), 2);
    rig.host.connect(rig.now);
    rig.host.subscribed(rig.now);
    rig.sent();
    rig.is("DDATA/n/d", &payload(Some(2), vec![data(10, MetricValue::Int(9))]));
    let Some(Event::Reading(r)) = rig.events().into_iter().find(|e| matches!(e, Event::Reading(_))) else {
        panic!("no reading");
    };
    assert_eq!(r.name, None, "an alias of the session before means nothing");
    assert_eq!(rig.topics(), ["spBv1.0/g/NCMD/n"]);
}

#[test]
fn historical_values_do_not_move_the_current_one() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.events();
    let old = Metric { is_historical: Some(true), ..data(10, MetricValue::Int(77)) };
    rig.is("DDATA/n/d", &payload(Some(2), vec![old]));
    assert_eq!(rig.value(&device(), "Status"), Decoded::Int(1));
    let events = rig.events();
    assert!(matches!(&events[..], [Event::Reading(r)] if r.historical && r.value == Decoded::Int(77)), "{events:?}");
}

#[test]
fn retained_messages_are_found_and_not_believed() {
    let mut rig = Rig::new(Mode::Host);
    rig.host.received("spBv1.0/g/NBIRTH/n", &nbirth(1).encode_to_vec(), true, rig.now);
    assert_eq!(rig.host.life(&node()), None);
    assert_eq!(rig.found(Rule::NbirthRetained), 1);
}

#[test]
fn tck_id_topics_nbirth_bdseq_increment() {
    let mut rig = Rig::fleet(Mode::Host);
    rig.is("NDEATH/n", &ndeath(7));
    rig.is("NBIRTH/n", &nbirth(7));
    assert_eq!(rig.found(Rule::BdSeqKept), 1);
    rig.is("NDEATH/n", &ndeath(7));
    rig.is("NBIRTH/n", &nbirth(8));
    assert_eq!(rig.found(Rule::BdSeqKept), 1);
}
