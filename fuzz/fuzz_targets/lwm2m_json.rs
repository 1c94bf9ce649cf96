//! A client of the JSON topics gets anything as a command. The first byte chooses the topic.

#![no_main]

use breaker_console::control::BreakerIx;
use breaker_console::lwm2m::client::{Client, ClientConfig};
use breaker_console::session::Session;
use breaker_console_fuzz::{START, fleet, frame};
use libfuzzer_sys::fuzz_target;

const COMMANDS: [&str; 8] = ["trip", "close", "open", "reset", "read", "write", "configure", "discover"];

fuzz_target!(|input: &[u8]| {
    let Some((choice, payload)) = input.split_first() else { return };
    let config = ClientConfig { lifetime_s: 300, report_all: false, tick_ms: 1000 };
    let mut client = Client::new(config, fleet(), BreakerIx(0)).expect("ids are right");
    client.connect(START);
    client.frame(&frame(), START);
    client.subscribed(START);
    while client.poll_publish().is_some() {}
    let command = COMMANDS[usize::from(*choice) % COMMANDS.len()];
    client.received(&format!("lwm2m/smart-breaker-001/cmd/{command}"), payload, *choice >= 0x80, START);
    while let Some(answer) = client.poll_publish() {
        assert!(!client.describe(&answer.topic, &answer.payload).is_empty());
    }
});
