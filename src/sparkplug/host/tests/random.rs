//! Whatever comes in: nobody vouches for it.

use super::*;
use crate::sparkplug::payload::Template;
use proptest::prelude::*;

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
