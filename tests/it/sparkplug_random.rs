//! Random bytes on every topic that an edge node subscribes to: it lives, counts them, and nothing moves.

use crate::sparkplug_rig::{Rig, START};
use breaker_console::session::{Session, Standing};
use breaker_console::sparkplug::payload::Payload;
use breaker_console::sparkplug::{EdgeConfig, Topics};
use breaker_console::time::UtcMillis;
use proptest::prelude::*;
use prost::Message;

const TOPICS: [&str; 6] = [
    "spBv1.0/IIoT/NCMD/MDB-A",
    "spBv1.0/IIoT/DCMD/MDB-A/smart-breaker-001",
    "spBv1.0/IIoT/DCMD/smart-breaker-001",
    "spBv1.0/IIoT/NDEATH/MDB-A",
    "spBv1.0/STATE/scada",
    "STATE/scada",
];

/// 100,000 payloads in all, in cases of a hundred each, so that each also meets what the ones before it left.
const CASES: u32 = 1000;
const EACH: usize = 100;

fn born() -> Rig {
    let config =
        EdgeConfig { topics: Topics::Flat, primary_host: Some("scada".into()), ..EdgeConfig::new("IIoT", "MDB-A") };
    let mut rig = Rig::new(config, 1);
    let subscribed = rig.connect().subscriptions;
    for topic in TOPICS {
        let covers = |filter: &str| {
            let levels = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
            let (filter, topic) = (levels(filter), levels(topic));
            filter.len() == topic.len() && filter.iter().zip(&topic).all(|(f, t)| f == "+" || f == t)
        };
        assert!(subscribed.iter().any(|(filter, _)| covers(filter)), "{topic} is subscribed: {subscribed:?}");
    }
    assert_eq!(subscribed.len(), TOPICS.len(), "and nothing else is: {subscribed:?}");
    rig.send_frame();
    let online = format!(r#"{{"online":true,"timestamp":{START}}}"#);
    rig.session.received("spBv1.0/STATE/scada", online.as_bytes(), true, rig.now);
    assert!(rig.sent().first().is_some_and(|m| m.topic.contains("NBIRTH")));
    rig
}

fn standing(rig: &Rig) -> Standing {
    rig.session.standing(rig.now)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_payloads_are_counted_and_move_nothing(
        payloads in prop::collection::vec((0..TOPICS.len(), prop::collection::vec(any::<u8>(), 1..60)), EACH),
    ) {
        let mut rig = born();
        for (topic, bytes) in payloads {
            let topic = TOPICS[topic];
            let before = standing(&rig);
            let readable = !topic.contains("STATE") && Payload::decode(&bytes[..]).is_ok();
            rig.session.received(topic, &bytes, false, rig.now);
            if !readable {
                let after = Standing { malformed: before.malformed + 1, ..before };
                prop_assert_eq!(standing(&rig), after, "{} {:?}", topic, bytes);
                prop_assert_eq!(rig.sent().len(), 0);
                prop_assert!(rig.request().is_none());
                prop_assert!(!rig.session.wants_reconnect());
            }
            while rig.request().is_some() {}
            rig.sent();
        }
        rig.now = UtcMillis(rig.now.0 + 1000);
        rig.send_frame();
        prop_assert!(standing(&rig).online, "it lives");
    }
}
