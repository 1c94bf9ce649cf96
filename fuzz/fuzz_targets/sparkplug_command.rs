//! An edge node that is born gets anything on the topics that it subscribes to. The first byte chooses the topic.

#![no_main]

use breaker_console::session::Session;
use breaker_console::sparkplug::{EdgeConfig, EdgeSession, Topics};
use breaker_console_fuzz::{START, fleet, frame};
use libfuzzer_sys::fuzz_target;
use prost::Message;

const TOPICS: [&str; 4] = [
    "spBv1.0/g/NCMD/n",
    "spBv1.0/g/DCMD/n/smart-breaker-001",
    "spBv1.0/g/DCMD/smart-breaker-001",
    "spBv1.0/g/NDEATH/n",
];

fuzz_target!(|input: &[u8]| {
    let Some((choice, payload)) = input.split_first() else { return };
    let config = EdgeConfig { topics: Topics::Flat, ..EdgeConfig::new("g", "n") };
    let mut edge = EdgeSession::new(config, fleet(), None).expect("ids are right");
    edge.connect(START);
    edge.frame(&frame(), START);
    edge.subscribed(START);
    while edge.poll_publish().is_some() {}
    let before = edge.standing(START).malformed;
    edge.received(TOPICS[usize::from(*choice) % TOPICS.len()], payload, false, START);
    if breaker_console::sparkplug::payload::Payload::decode(payload).is_err() {
        assert_eq!(edge.standing(START).malformed, before + 1, "counted");
        assert!(edge.poll_publish().is_none() && edge.poll_request().is_none(), "nothing moved");
    }
    assert!(edge.standing(START).online);
});
