//! Scripts of a session: what comes in, what goes out, what is known. Names are those of the assertions.

use super::*;
use crate::sparkplug::payload::{PropertyScalar, PropertySet, Template};
use proptest::prelude::*;

/// A host with a clock, and edges written by hand.
struct Rig {
    host: HostSession,
    now: UtcMillis,
}

/// A metric of a birth.
fn born(name: &str, alias: Option<u64>, kind: DataType, value: MetricValue) -> Metric {
    Metric {
        name: Some(name.to_owned()),
        alias,
        timestamp: Some(1000),
        datatype: Some(kind.code()),
        value: Some(value),
        ..Metric::default()
    }
}

/// A metric of data, by alias.
fn data(alias: u64, value: MetricValue) -> Metric {
    Metric { alias: Some(alias), timestamp: Some(2000), value: Some(value), ..Metric::default() }
}

fn payload(seq: Option<u64>, metrics: Vec<Metric>) -> Payload {
    Payload { timestamp: Some(5000), seq, metrics, ..Payload::default() }
}

fn bd_seq(number: u64) -> Metric {
    born("bdSeq", None, DataType::Int64, MetricValue::Long(number))
}

fn rebirth_false() -> Metric {
    born("Node Control/Rebirth", None, DataType::Boolean, MetricValue::Boolean(false))
}

fn nbirth(number: u64) -> Payload {
    let temperature = born("Temperature", Some(1), DataType::Float, MetricValue::Float(20.0));
    payload(Some(0), vec![bd_seq(number), rebirth_false(), temperature])
}

fn dbirth(seq: u64) -> Payload {
    let mut set = PropertySet::default();
    set.push("readOnly", DataType::Boolean, PropertyScalar::Boolean(true));
    let mut status = born("Status", Some(10), DataType::Int32, MetricValue::Int(1));
    status.properties = Some(set);
    payload(Some(seq), vec![status, born("Setpoint", Some(11), DataType::Float, MetricValue::Float(1.0))])
}

fn ndeath(number: u64) -> Payload {
    payload(None, vec![bd_seq(number)])
}

impl Rig {
    fn new(mode: Mode) -> Self {
        Self::with(HostConfig::new("scada", mode))
    }

    fn with(config: HostConfig) -> Self {
        let mut rig = Self { host: HostSession::new(config).unwrap(), now: UtcMillis(1_000_000) };
        rig.host.connect(rig.now);
        rig.host.subscribed(rig.now);
        rig
    }

    fn is(&mut self, topic: &str, payload: &Payload) {
        self.host.received(&format!("spBv1.0/g/{topic}"), &payload.encode_to_vec(), false, self.now);
    }

    /// Node and device born, nothing left to send.
    fn fleet(mode: Mode) -> Self {
        let mut rig = Self::new(mode);
        rig.is("NBIRTH/n", &nbirth(7));
        rig.is("DBIRTH/n/d", &dbirth(1));
        rig.sent();
        assert_eq!(rig.host.findings().total(), 0, "{:?}", rig.host.findings().list().collect::<Vec<_>>());
        rig
    }

    fn later(&mut self, ms: i64) {
        self.now = UtcMillis(self.now.0 + ms);
        if self.host.next_timeout().is_some_and(|t| t <= self.now) {
            self.host.timeout(self.now);
        }
    }

    fn sent(&mut self) -> Vec<Publish> {
        std::iter::from_fn(|| self.host.poll_publish()).collect()
    }

    /// Topics of what is sent.
    fn topics(&mut self) -> Vec<String> {
        self.sent().iter().map(|p| p.topic.to_string()).collect()
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.host.poll_event()).collect()
    }

    fn found(&self, rule: Rule) -> u64 {
        self.host.findings().count(rule)
    }

    fn value(&self, place: &Place, name: &str) -> Decoded {
        self.host.metric(place, name).unwrap().value.clone()
    }
}

fn node() -> Place {
    Place { group: "g".into(), node: "n".into(), device: None }
}

fn device() -> Place {
    Place { device: Some("d".into()), ..node() }
}

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

/// One message that breaks one rule each, after the births of a fleet.
#[test]
fn each_rule_once() {
    let birth = |metrics: Vec<Metric>| payload(Some(0), [vec![bd_seq(7), rebirth_false()], metrics].concat());
    let int = || born("x", Some(50), DataType::Int32, MetricValue::Int(1));
    let quality = |kind, value| {
        let mut set = PropertySet::default();
        set.push("Quality", kind, value);
        Metric { properties: Some(set), ..int() }
    };
    let template = |name: &str, t: Template| born(name, Some(60), DataType::Template, MetricValue::Template(t));
    let definition = || Template {
        metrics: vec![born("m", None, DataType::Int32, MetricValue::Int(0))],
        is_definition: Some(true),
        ..Template::default()
    };
    let instance = |members: &[&str]| Template {
        metrics: members.iter().map(|m| born(m, None, DataType::Int32, MetricValue::Int(0))).collect(),
        is_definition: Some(false),
        template_ref: Some("T".into()),
        ..Template::default()
    };
    let defined = |t: Template| vec![template("T", definition()), Metric { alias: Some(61), ..template("i", t) }];
    let cases: Vec<(Rule, &str, Payload)> = vec![
        (Rule::NbirthSeq, "NBIRTH/n", Payload { seq: Some(3), ..nbirth(7) }),
        (Rule::NbirthTimestamp, "NBIRTH/n", Payload { timestamp: None, ..nbirth(7) }),
        (Rule::NbirthBdSeq, "NBIRTH/n", payload(Some(0), vec![rebirth_false()])),
        (
            Rule::NbirthBdSeqType,
            "NBIRTH/n",
            payload(Some(0), vec![born("bdSeq", None, DataType::UInt64, MetricValue::Long(7)), rebirth_false()]),
        ),
        (Rule::RebirthMissing, "NBIRTH/n", payload(Some(0), vec![bd_seq(7)])),
        (
            Rule::RebirthAlias,
            "NBIRTH/n",
            payload(Some(0), vec![bd_seq(7), Metric { alias: Some(2), ..rebirth_false() }]),
        ),
        (
            Rule::RebirthValue,
            "NBIRTH/n",
            payload(Some(0), vec![bd_seq(7), Metric { value: Some(MetricValue::Boolean(true)), ..rebirth_false() }]),
        ),
        (
            Rule::RebirthType,
            "NBIRTH/n",
            payload(Some(0), vec![bd_seq(7), Metric { datatype: Some(12), ..rebirth_false() }]),
        ),
        (Rule::BirthNameMissing, "NBIRTH/n", birth(vec![Metric { name: None, ..int() }])),
        (Rule::DatatypeMissing, "NBIRTH/n", birth(vec![Metric { datatype: None, ..int() }])),
        (Rule::DatatypeUnknown, "NBIRTH/n", birth(vec![Metric { datatype: Some(35), ..int() }])),
        (Rule::NbirthValue, "NBIRTH/n", birth(vec![Metric { value: None, ..int() }])),
        (Rule::MetricTimestamp, "NBIRTH/n", birth(vec![Metric { timestamp: None, ..int() }])),
        (Rule::NodeOrder, "NBIRTH/n", birth(vec![Metric { timestamp: Some(999), ..int() }])),
        (Rule::NameTwice, "NBIRTH/n", birth(vec![int(), Metric { alias: Some(51), ..int() }])),
        (
            Rule::NamesDifferInCase,
            "NBIRTH/n",
            birth(vec![int(), Metric { name: Some("X".into()), alias: Some(51), ..int() }]),
        ),
        (Rule::ValueMisfits, "NBIRTH/n", birth(vec![Metric { value: Some(MetricValue::Boolean(true)), ..int() }])),
        (Rule::QualityValue, "NBIRTH/n", birth(vec![quality(DataType::Int32, PropertyScalar::Int(7))])),
        (Rule::QualityType, "NBIRTH/n", birth(vec![quality(DataType::UInt32, PropertyScalar::Int(192))])),
        (
            Rule::PropertyTypeValue,
            "NBIRTH/n",
            birth(vec![{
                let mut set = PropertySet::default();
                set.push("p", DataType::DataSet, PropertyScalar::Int(1));
                Metric { properties: Some(set), ..int() }
            }]),
        ),
        (
            Rule::PropertyCount,
            "NBIRTH/n",
            birth(vec![Metric { properties: Some(PropertySet { keys: vec!["p".into()], values: vec![] }), ..int() }]),
        ),
        (Rule::TemplateFlag, "NBIRTH/n", birth(defined(Template { is_definition: None, ..instance(&["m"]) }))),
        (
            Rule::DefinitionRef,
            "NBIRTH/n",
            birth(vec![template("T", Template { template_ref: Some("U".into()), ..definition() })]),
        ),
        (
            Rule::InstanceRef,
            "NBIRTH/n",
            birth(vec![template("i", Template { template_ref: None, ..instance(&["m"]) })]),
        ),
        (Rule::InstanceUndefined, "NBIRTH/n", birth(vec![template("i", instance(&["m"]))])),
        (Rule::InstanceMembers, "NBIRTH/n", birth(defined(instance(&["m", "q"])))),
        (Rule::InstanceMembersBirth, "NBIRTH/n", birth(defined(instance(&[])))),
        (Rule::DefinitionPlace, "DBIRTH/n/d", payload(Some(2), vec![template("T", definition())])),
        (Rule::DbirthValue, "DBIRTH/n/d", payload(Some(2), vec![Metric { value: None, ..int() }])),
        (Rule::SeqMissing, "DBIRTH/n/d", payload(None, vec![int()])),
        (Rule::SeqMissing, "DDATA/n/d", payload(Some(300), vec![data(10, MetricValue::Int(1))])),
        (Rule::SeqRepeated, "DDATA/n/d", payload(Some(1), vec![data(10, MetricValue::Int(1))])),
        (
            Rule::DdataTimestamp,
            "DDATA/n/d",
            Payload { timestamp: None, ..payload(Some(2), vec![data(10, MetricValue::Int(1))]) },
        ),
        (
            Rule::NameBesideAlias,
            "DDATA/n/d",
            payload(Some(2), vec![Metric { name: Some("Status".into()), ..data(10, MetricValue::Int(1)) }]),
        ),
        (
            Rule::NameWhereAlias,
            "DDATA/n/d",
            payload(
                Some(2),
                vec![Metric { name: Some("Status".into()), alias: None, ..data(10, MetricValue::Int(1)) }],
            ),
        ),
        (
            Rule::NameMissing,
            "DDATA/n/d",
            payload(Some(2), vec![Metric { alias: None, ..data(1, MetricValue::Int(1)) }]),
        ),
        (
            Rule::DatatypeInData,
            "DDATA/n/d",
            payload(Some(2), vec![Metric { datatype: Some(3), ..data(10, MetricValue::Int(1)) }]),
        ),
        (
            Rule::DeviceOrder,
            "DDATA/n/d",
            payload(
                Some(2),
                vec![
                    data(10, MetricValue::Int(1)),
                    Metric { timestamp: Some(1999), ..data(11, MetricValue::Float(1.0)) },
                ],
            ),
        ),
        (Rule::NodeMetricUnknown, "NDATA/n", payload(Some(2), vec![data(99, MetricValue::Int(1))])),
        (Rule::DdataBeforeBirth, "DDATA/n/e", payload(Some(2), vec![])),
        (Rule::DdeathUnborn, "DDEATH/n/e", payload(Some(2), vec![])),
        (Rule::DdeathTimestamp, "DDEATH/n/d", Payload { timestamp: None, ..payload(Some(2), vec![]) }),
        (Rule::NdeathUnmatched, "NDEATH/n", ndeath(8)),
        (Rule::NdeathSeq, "NDEATH/n", Payload { seq: Some(0), ..ndeath(7) }),
        (Rule::NdeathBdSeq, "NDEATH/n", payload(None, vec![])),
        (Rule::NdeathPayload, "NDEATH/n", payload(None, vec![bd_seq(7), int()])),
        (Rule::NcmdSeq, "NCMD/n", payload(Some(1), vec![])),
        (Rule::NcmdTimestamp, "NCMD/n", Payload { timestamp: None, ..payload(None, vec![]) }),
        (Rule::DcmdSeq, "DCMD/n/d", payload(Some(1), vec![])),
    ];
    for (rule, topic, message) in cases {
        let mut rig = Rig::fleet(Mode::Observer);
        rig.is(topic, &message);
        // A Boolean of another datatype misfits that one as well.
        let other = (rule == Rule::RebirthType).then_some(Rule::ValueMisfits);
        let rules: Vec<Rule> = rig.host.findings().list().map(|f| f.rule).filter(|r| Some(*r) != other).collect();
        assert_eq!(rules, [rule], "{topic}");
    }
}

#[test]
fn topics_that_are_none() {
    let mut rig = Rig::new(Mode::Host);
    rig.host.received("spBv1.0/g/DDATA/breaker", b"", false, rig.now);
    rig.host.received("spBv1.0/g/XDATA/n", b"", false, rig.now);
    rig.host.received("spBv1.0/g/NBIRTH/n", b"no protobuf", false, rig.now);
    rig.host.received("spBv1.0/STATE/other", b"online", false, rig.now);
    for rule in [Rule::TopicWithoutNode, Rule::TopicForm, Rule::NotDecodable, Rule::StatePayload] {
        assert_eq!(rig.found(rule), 1, "{rule:?}");
    }
    assert_eq!(rig.host.view().nodes, []);
}

#[test]
fn what_is_kept_is_bounded() {
    let mut config = HostConfig::new("scada", Mode::Observer);
    config.limits = Limits {
        nodes: 2,
        devices: 2,
        metrics: 4,
        payload_bytes: 1000,
        held_bytes: 1000,
        name_bytes: 20,
        value_bytes: 100,
        findings: 50,
        events: 5,
    };
    let mut rig = Rig::with(config);
    for n in ["a", "b", "c"] {
        rig.is(&format!("NBIRTH/{n}"), &nbirth(0));
        for d in ["p", "q"] {
            rig.is(&format!("DBIRTH/{n}/{d}"), &dbirth(1));
        }
    }
    let view = rig.host.view();
    assert_eq!(view.nodes.len(), 2);
    assert_eq!(view.nodes.iter().map(|n| n.devices.len()).sum::<usize>(), 2);
    let kept = view.nodes.iter().map(|n| n.own.metrics + n.devices.iter().map(|d| d.1.metrics).sum::<usize>());
    assert_eq!(kept.sum::<usize>(), 4);
    assert_eq!(rig.events().len(), 5);
    assert!(rig.host.events_lost() > 0);
    let long = born(&"x".repeat(21), None, DataType::String, MetricValue::String("y".into()));
    rig.is("NBIRTH/a", &payload(Some(0), vec![bd_seq(0), rebirth_false(), long]));
    rig.is(
        "NDATA/a",
        &payload(Some(1), vec![born("bdSeq", None, DataType::Int64, MetricValue::String("y".repeat(500)))]),
    );
    assert!(matches!(rig.value(&Place { node: "a".into(), ..node() }, "bdSeq"), Decoded::Large(_)));
    rig.is(
        "NDATA/a",
        &payload(Some(2), vec![born("z", None, DataType::String, MetricValue::String("y".repeat(1000)))]),
    );
    assert!(rig.found(Rule::TooLarge) >= 4);
}

#[test]
fn what_waits_for_an_earlier_message_is_bounded_over_all_nodes() {
    let mut config = HostConfig::new("scada", Mode::Observer);
    config.limits.held_bytes = 3000;
    let mut rig = Rig::with(config);
    for n in 0..10 {
        rig.is(&format!("NBIRTH/n{n}"), &nbirth(0));
        rig.is(&format!("NDATA/n{n}"), &payload(Some(5), vec![data(1, MetricValue::Float(1.0)); 3]));
    }
    let held: usize = rig.host.view().nodes.iter().map(|n| n.held).sum();
    assert!((1..10).contains(&held), "{held}");
    assert_eq!(rig.found(Rule::SeqGap), 10 - held as u64);
    rig.later(5000);
    assert_eq!(rig.found(Rule::SeqGap), 10);
    assert_eq!(rig.host.out.held, 0);
}

#[test]
fn times_beyond_the_calendar_are_those_of_the_host() {
    for hostile in [u64::MAX, i64::MAX.cast_unsigned(), 253_402_300_800_000] {
        let mut rig = Rig::fleet(Mode::Observer);
        rig.is("DBIRTH/n/d", &Payload { timestamp: Some(hostile), ..dbirth(2) });
        let metric = Metric { timestamp: Some(hostile), ..data(10, MetricValue::Int(1)) };
        rig.is("DDATA/n/d", &payload(Some(3), vec![metric]));
        rig.is("DDEATH/n/d", &Payload { timestamp: Some(hostile), ..payload(Some(4), vec![]) });
        assert_eq!(rig.host.metric(&device(), "Status").unwrap().stale, Some(rig.now));
        for event in rig.events() {
            assert!(!words::event_line(&event).is_empty());
        }
    }
}

mod orders {
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
}

fn verb() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "spBv1.0/g/NBIRTH/n",
        "spBv1.0/g/DBIRTH/n/d",
        "spBv1.0/g/NDATA/n",
        "spBv1.0/g/DDATA/n/d",
        "spBv1.0/g/NDEATH/n",
        "spBv1.0/g/DDEATH/n/d",
        "spBv1.0/g/NCMD/n",
        "spBv1.0/g/DCMD/n/d",
        "spBv1.0/STATE/scada",
        "STATE/scada",
    ])
}

/// Everything of the state that a message could move.
fn state_of(host: &HostSession) -> (Option<Life>, Option<Life>, Option<MetricState>, Option<u64>) {
    let status = host.metric(&device(), "Status").cloned();
    (host.life(&node()), host.life(&device()), status, host.view().nodes[0].bd_seq)
}

/// 100,000 payloads in all, in cases of a hundred each, so that each also meets what the ones before it left.
const CASES: u32 = 1000;
const EACH: usize = 100;

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_payloads_are_counted_and_move_nothing(
        payloads in prop::collection::vec((verb(), prop::collection::vec(any::<u8>(), 1..60)), EACH),
    ) {
        let mut rig = Rig::fleet(Mode::Host);
        for (topic, bytes) in payloads {
            let before = state_of(&rig.host);
            let malformed = rig.host.standing(rig.now).malformed;
            let state_topic = topic.contains("STATE");
            let readable = if state_topic { false } else { Payload::decode(&bytes[..]).is_ok() };
            rig.host.received(topic, &bytes, false, rig.now);
            if !readable {
                prop_assert_eq!(rig.host.standing(rig.now).malformed, malformed + 1);
                prop_assert_eq!(state_of(&rig.host), before);
            }
        }
    }

    #[test]
    fn mutations_of_real_payloads_never_panic(
        edits in prop::collection::vec(
            (0_usize..6, any::<prop::sample::Index>(), any::<u8>(), 0_u8..4, 0_i64..2000), EACH),
    ) {
        let mut rig = Rig::fleet(Mode::Host);
        let set = PropertySet { keys: vec!["Quality".into()], values: vec![] };
        let table = crate::sparkplug::payload::DataSet {
            num_of_columns: Some(1),
            columns: vec!["c".into()],
            types: vec![9],
            rows: vec![crate::sparkplug::payload::DataSetRow { elements: vec![] }],
        };
        let rich = payload(Some(2), vec![
            Metric { properties: Some(set), ..born("s", Some(70), DataType::StringArray, MetricValue::Bytes(vec![65, 0])) },
            born("t", Some(71), DataType::DataSet, MetricValue::DataSet(table)),
            born("u", Some(72), DataType::Template, MetricValue::Template(Template {
                metrics: vec![born("m", None, DataType::Int8, MetricValue::Int(255))],
                template_ref: Some("T".into()),
                ..Template::default()
            })),
        ]);
        let real = [
            ("NBIRTH/n", nbirth(7).encode_to_vec()),
            ("DBIRTH/n/d", dbirth(1).encode_to_vec()),
            ("DBIRTH/n/e", rich.encode_to_vec()),
            ("DDATA/n/e", rich.encode_to_vec()),
            ("NDATA/n", payload(Some(2), vec![data(1, MetricValue::Float(2.0))]).encode_to_vec()),
            ("NDEATH/n", ndeath(7).encode_to_vec()),
        ];
        for (which, at, byte, kind, wait) in edits {
            let (topic, mut bytes) = real[which].clone();
            let i = at.index(bytes.len());
            match kind {
                0 => bytes[i] = byte,
                1 => bytes[i] ^= 1 << (byte % 8),
                2 => bytes.truncate(i),
                _ => bytes.insert(i, byte),
            }
            rig.host.received(&format!("spBv1.0/g/{topic}"), &bytes, false, rig.now);
            rig.later(wait);
            rig.sent();
            for event in rig.events() {
                prop_assert!(!words::event_line(&event).is_empty());
                prop_assert!(words::event_json(&event).is_object());
            }
        }
        prop_assert!(rig.host.view().nodes.len() <= 1);
    }
}
