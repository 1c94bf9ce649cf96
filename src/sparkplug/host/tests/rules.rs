//! Each rule that the host checks, broken once.

use super::*;
use crate::sparkplug::payload::Template;

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
