//! A CoAP client that wants to register gets anything as a datagram.

#![no_main]

use breaker_console::control::BreakerIx;
use breaker_console::lwm2m::coap::Endpoint;
use breaker_console::time::UtcMillis;
use breaker_console_fuzz::{START, core, frame};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut endpoint = Endpoint::new(core(), "smart-breaker-001".into(), BreakerIx(0), 1);
    endpoint.started(START);
    endpoint.frame(&frame(), START);
    while endpoint.poll_datagram().is_some() {}
    endpoint.received(input, START);
    drop(endpoint.describe(input));
    for step in 1..4 {
        endpoint.timeout(UtcMillis(START.0 + step * 1000));
        while endpoint.poll_datagram().is_some() {}
        while endpoint.poll_request().is_some() {}
    }
});
