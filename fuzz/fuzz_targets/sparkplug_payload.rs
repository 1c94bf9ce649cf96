//! A host that knows an edge node of this program gets anything on any topic. The first byte chooses the topic.

#![no_main]

use breaker_console::session::Session;
use breaker_console::sparkplug::host::{HostConfig, HostSession, Mode, words};
use breaker_console::sparkplug::{EdgeConfig, EdgeSession};
use breaker_console_fuzz::{START, fleet, frame};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// Births of an edge node.
static BIRTHS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let mut edge = EdgeSession::new(EdgeConfig::new("g", "n"), fleet(), None).expect("ids are right");
    edge.connect(START);
    edge.frame(&frame(), START);
    edge.subscribed(START);
    std::iter::from_fn(|| edge.poll_publish()).map(|p| (p.topic.to_string(), p.payload.to_vec())).collect()
});

const TOPICS: [&str; 10] = [
    "spBv1.0/g/NBIRTH/n",
    "spBv1.0/g/DBIRTH/n/smart-breaker-001",
    "spBv1.0/g/NDATA/n",
    "spBv1.0/g/DDATA/n/smart-breaker-001",
    "spBv1.0/g/NDEATH/n",
    "spBv1.0/g/DDEATH/n/smart-breaker-001",
    "spBv1.0/g/NCMD/n",
    "spBv1.0/g/DCMD/n/smart-breaker-001",
    "spBv1.0/STATE/scada",
    "STATE/scada",
];

fuzz_target!(|input: &[u8]| {
    let Some((choice, payload)) = input.split_first() else { return };
    let mut host = HostSession::new(HostConfig::new("scada", Mode::Host)).expect("ids are right");
    host.connect(START);
    host.subscribed(START);
    for (topic, birth) in BIRTHS.iter() {
        host.received(topic, birth, false, START);
    }
    // What the births say is long; only what the input brings is put into words.
    while host.poll_event().is_some() {}
    let topic = TOPICS[usize::from(*choice) % TOPICS.len()];
    host.received(topic, payload, *choice >= 0x80, START);
    while let Some(event) = host.poll_event() {
        assert!(!words::event_line(&event).is_empty());
        assert!(words::event_json(&event).is_object());
    }
    assert!(!host.describe(topic, payload).is_empty());
});
