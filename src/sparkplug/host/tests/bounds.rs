//! What is kept has an end.

use super::*;

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
