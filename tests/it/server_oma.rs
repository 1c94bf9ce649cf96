//! The registry against frames of OMA's binding, as bytes.
//!
//! Frames of the device are CBOR maps written by hand (key numbers of OMA TS LightweightM2M Transport 1.2, 8).

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use breaker_console::lwm2m::path::Path;
use breaker_console::lwm2m::server::Registry;
use breaker_console::lwm2m::server::command::{End, Unsent};
use breaker_console::lwm2m::server::device::Status;
use breaker_console::profile::{Profile, Value};
use breaker_console::time::UtcMillis;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

const TOPIC: &str = "lwm2m/rd/b1";
const T0: UtcMillis = UtcMillis(1_700_000_000_000);

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|c| u8::from_str_radix(std::str::from_utf8(c).unwrap(), 16).unwrap()).collect()
}

fn hear(registry: &mut Registry, hex: &str) {
    registry.received(TOPIC, &bytes(hex), T0);
}

/// What the server publishes, in hexadecimal.
fn said(registry: &mut Registry) -> Vec<String> {
    std::iter::from_fn(|| registry.poll_publish())
        .filter(|p| &*p.topic == TOPIC)
        .map(|p| p.payload.iter().fold(String::new(), |text, b| text + &format!("{b:02x}")))
        .collect()
}

/// {1: 6 Register, 2: 42, 8: 3600, 9: "1.2", 10: "M", 7: "</>;ct="110 112 11544",</1/0>,..."}
const REGISTER: &str = "a6010602182a08190e100963312e320a614d07585f3c2f3e3b63743d223131302031313220\
    3131353434222c3c2f312f303e2c3c2f332f303e2c3c2f342f303e2c3c2f333230303e3b7665723d322e302c3c2f333230302f303e2c\
    3c2f333230313e3b7665723d322e302c3c2f333230312f303e";

fn registered() -> Registry {
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "shipped").unwrap());
    let mut registry = Registry::new("boot", profile);
    registry.connected(T0);
    hear(&mut registry, REGISTER);
    // {18: 201, 2: 42}
    assert_eq!(said(&mut registry), ["a21218c902182a"]);
    registry
}

fn ask(registry: &mut Registry, command: &str, body: Json) -> Result<Arc<str>, Unsent> {
    let Json::Object(body) = body else { panic!("an object") };
    registry.command("b1", command, body, 5000, T0)
}

fn ended(registry: &mut Registry) -> (u16, Json) {
    match registry.poll_ended(T0).unwrap().end.clone() {
        End::Answered(code, body) => (code, body),
        End::Silent => panic!("silent"),
    }
}

#[test]
fn a_device_registers_sends_and_says_good_bye() {
    let mut registry = registered();
    let device = registry.device("b1").unwrap();
    assert_eq!((device.status, device.dialect()), (Status::Online, "oma"));
    assert_eq!((device.registration.lifetime_s, device.expires_at), (3600, Some(UtcMillis(T0.0 + 3_600_000))));
    assert!(device.registration.links.iter().any(|l| &**l == "</3200>;ver=2.0"));
    // Send, token 7, format 11544: {3200: {0: {0: 2, 13: 4, 15: "Overcurrent"}}}
    hear(&mut registry, "a4011818020713192d18075818a1190c80a100a300020d040f6b4f76657263757272656e74");
    // {18: 204, 2: 7}
    assert_eq!(said(&mut registry), ["a21218cc0207"]);
    let device = registry.device("b1").unwrap();
    assert_eq!(device.value(Path::resource(3200, 13)).unwrap().value, Value::Int(4));
    assert_eq!(device.value(Path::resource(3200, 15)).unwrap().value, Value::Text("Overcurrent".into()));
    // De-register, token 11 -> {18: 202, 2: 11}
    hear(&mut registry, "a20108020b");
    assert_eq!(said(&mut registry), ["a21218ca020b"]);
    assert_eq!(registry.device("b1").unwrap().status, Status::Deregistered);
    // Update, token 13 -> {18: 404, 2: 13}: register again.
    hear(&mut registry, "a20107020d");
    assert_eq!(said(&mut registry), ["a2121901 94020d".replace(' ', "")]);
}

#[test]
fn a_read_goes_out_and_its_answer_is_a_value() {
    let mut registry = registered();
    ask(&mut registry, "read", json!({ "path": "/3/0/0" })).unwrap();
    // {1: 9, 2: 2, 4: 11544, 5: "/3/0/0"}
    assert_eq!(said(&mut registry), ["a401090202 04192d18 05662f332f302f30".replace(' ', "")]);
    // The broker gives the server its own request back; that is no answer.
    hear(&mut registry, "a4010902020419 2d1805662f332f302f30");
    assert!(registry.poll_ended(T0).is_none());
    // {18: 205, 2: 2, 19: 0, 7: "Smart"}
    hear(&mut registry, "a41218cd02021300 0745536d617274");
    let (code, body) = ended(&mut registry);
    assert_eq!((code, &body["value"], &body["path"]), (205, &json!("Smart"), &json!("/3/0/0")));
}

#[test]
fn an_observation_brings_values_until_it_is_taken_back() {
    let mut registry = registered();
    let path = json!({ "path": "/3200/0/0" });
    ask(&mut registry, "observe", path.clone()).unwrap();
    // {1: 20, 2: 2, 4: 11544, 5: "/3200/0/0"}
    assert_eq!(said(&mut registry), ["a40114020204192d1805692f333230302f302f30"]);
    assert!(ask(&mut registry, "observe", path.clone()).is_err(), "once is enough");
    // {18: 205, 2: 2, 19: 0, 7: "1"}
    hear(&mut registry, "a41218cd0202130007 4131");
    assert_eq!(ended(&mut registry).1["value"], 1);
    // Notify, token 2, text "2"
    hear(&mut registry, "a4011702021300074132");
    assert_eq!(registry.device("b1").unwrap().value(Path::resource(3200, 0)).unwrap().value, Value::Int(2));
    // Notify, token 2, SenML CBOR: 1 at some second, 3 two seconds later, which pmin had held back together.
    hear(&mut registry, "a40117020213187007581a82a321692f333230302f302f30221a6553f1010201a206020203");
    assert_eq!(registry.device("b1").unwrap().value(Path::resource(3200, 0)).unwrap().value, Value::Int(3));
    let told = std::iter::from_fn(|| registry.poll_event()).last().unwrap();
    let data: Json = serde_json::from_str::<Json>(&told.text).unwrap()["data"]["values"].clone();
    assert_eq!((data, told.text.matches("/3200/0/0").count()), (json!({ "/3200/0/0": 3 }), 1));
    // A token that is not ours.
    let before = registry.counters().stray_answers;
    hear(&mut registry, "a4011702081300074133");
    assert_eq!(registry.counters().stray_answers, before + 1);
    ask(&mut registry, "cancel_observe", path.clone()).unwrap();
    // {1: 22, 2: 2}
    assert_eq!(said(&mut registry), ["a201160202"]);
    hear(&mut registry, "a21218cc0202");
    assert_eq!(ended(&mut registry).0, 204);
    assert!(matches!(ask(&mut registry, "cancel_observe", path), Err(Unsent::NotObserved(_))));
}

#[test]
fn composites_name_several_paths_in_one_frame() {
    let mut registry = registered();
    let both = json!({ "paths": ["/3200/0/0", "/3201/0/0"] });
    // SenML-ETCH CBOR (RFC 8790): [{0: "/3200/0/0"}, {0: "/3201/0/0"}]
    let paths = "065819 82a100692f333230302f302f30a100692f333230312f302f30".replace(' ', "");
    ask(&mut registry, "read_composite", both.clone()).unwrap();
    let frame = &said(&mut registry)[0];
    assert!(frame.starts_with("a4010a0202") && frame.contains(&paths), "{frame}");
    // {18: 205, 2: 2, 19: 11544, 7: {3200: {0: {0: 1}}, 3201: {0: {0: 85.0}}}}
    hear(&mut registry, "a41218cd020213192d180755a2190c80a100a10001190c81a100a100fa42aa0000");
    let (code, body) = ended(&mut registry);
    assert_eq!(code, 205);
    assert_eq!(body["objects"], json!({ "3200": { "0": { "0": 1 } }, "3201": { "0": { "0": 85.0 } } }));
    ask(&mut registry, "observe_composite", both.clone()).unwrap();
    let frame = &said(&mut registry)[0];
    assert!(frame.starts_with("a401150204") && frame.contains(&paths), "{frame}");
    hear(&mut registry, "a21218cd0204");
    assert_eq!(ended(&mut registry).0, 205);
    assert!(ask(&mut registry, "observe_composite", both.clone()).is_err(), "once is enough");
    // Notify, token 4: {3201: {0: {0: 85.0}}}
    hear(&mut registry, "a40117020413192d18074da1190c81a100a100fa42aa0000");
    assert_eq!(registry.device("b1").unwrap().value(Path::resource(3201, 0)).unwrap().value, Value::Float(85.0));
    ask(&mut registry, "cancel_observe", both).unwrap();
    assert_eq!(said(&mut registry), ["a201160204"]);
    // Write-Composite of one value, as in a configuration.
    ask(&mut registry, "write_composite", json!({ "values": { "/3201/0/0": 85 } })).unwrap();
    let frame = &said(&mut registry)[0];
    assert!(frame.starts_with("a4010f") && frame.contains("190c81a100a100fa42aa0000"), "{frame}");
    // Delete, token 10: {1: 18, 2: 10, 5: "/3200/0"}
    ask(&mut registry, "delete", json!({ "path": "/3200/0" })).unwrap();
    assert_eq!(said(&mut registry), ["a30112020a05672f333230302f30"]);
    for (command, body) in [
        ("read_composite", json!({ "paths": [] })),
        ("read_composite", json!({ "paths": ["x"] })),
        ("write_composite", json!({ "values": { "/3201/0/0": "much" } })),
        ("read", json!({ "path": "/3/0/0", "format": "xml" })),
    ] {
        assert!(matches!(ask(&mut registry, command, body), Err(Unsent::Inexpressible(_))), "{command}");
    }
    // {1: 9, 2: 12, 4: 110, 5: "/3/0/0"}
    ask(&mut registry, "read", json!({ "path": "/3/0/0", "format": "senml-json" })).unwrap();
    assert_eq!(said(&mut registry), ["a40109020c04186e05662f332f302f30"]);
}

#[test]
fn methods_attributes_and_settings_have_their_frames() {
    let mut registry = registered();
    ask(&mut registry, "trip", json!({ "reason": "Drill" })).unwrap();
    // {1: 16, 2: 2, 5: "/3200/0/31", 7: "0='Drill'"}
    assert_eq!(said(&mut registry), ["a401100202056a2f333230302f302f3331 0749303d274472696c6c27".replace(' ', "")]);
    // {18: 405, 2: 2, 7: "no"}: refused, with its reason.
    hear(&mut registry, "a312190195 0202 07426e6f");
    let (code, body) = ended(&mut registry);
    assert_eq!((code, &body["error"]["detail"]), (405, &json!("no")));
    ask(
        &mut registry,
        "write_attributes",
        json!({ "path": "/3200/0/1", "attributes": { "gt": 100, "pmax": 10, "pmin": 1 } }),
    )
    .unwrap();
    let frame = &said(&mut registry)[0];
    // 12: 1, 13: 10, 14: 100
    for pair in ["0c01", "0d0a", "0e1864"] {
        assert!(frame.contains(pair), "{frame}");
    }
    assert!(ask(&mut registry, "write_attributes", json!({ "path": "/3200/0/1", "attributes": { "lt": 1 } })).is_err());
    ask(&mut registry, "configure", json!({ "settings": { "OvercurrentPickup": { "value": 85 } } })).unwrap();
    let frame = &said(&mut registry)[0];
    // Write-Composite, and {3201: {0: {0: 85.0}}} with the number in 32 bits (IEEE 754: 42aa0000).
    assert!(frame.starts_with("a4010f") && frame.contains("190c81a100a100fa42aa0000"), "{frame}");
    for (command, body) in [
        ("trip", json!({ "reason": "it's" })),
        ("get_configuration", json!({})),
        ("configure", json!({ "settings": { "Nothing": 1 } })),
        ("write", json!({ "path": "/3201/0/0", "value": "much" })),
        ("read", json!({ "path": "x" })),
    ] {
        let error = ask(&mut registry, command, body).unwrap_err();
        assert!(matches!(error, Unsent::Inexpressible(_)), "{command}: {error:?}");
    }
}

#[test]
fn a_device_of_both_dialects_is_one_device() {
    let mut registry = registered();
    let body = json!({ "endpoint": "b1", "lifetime": 60, "objects": { "3": { "0": { "9": 80 } } } });
    registry.received("lwm2m/b1/reg", body.to_string().as_bytes(), T0);
    assert_eq!(registry.devices().count(), 1);
    assert_eq!(registry.device("b1").unwrap().dialect(), "both");
    registry.command("b1", "trip", Map::new(), 5000, T0).unwrap();
    assert!(said(&mut registry).is_empty(), "commands go by the JSON topics");
    ask(&mut registry, "observe", json!({ "path": "/3/0/9" })).unwrap();
    assert_eq!(said(&mut registry).len(), 1, "observations go by OMA's");
    // A lost connection and a registration in one dialect: the other is over.
    registry.received("lwm2m/b1/status", br#"{"status":"offline"}"#, T0);
    hear(&mut registry, REGISTER);
    assert_eq!(registry.device("b1").unwrap().dialect(), "oma");
    assert!(registry.device("b1").unwrap().observations.is_empty());
}

#[test]
fn frames_that_are_none_are_counted() {
    let mut registry = registered();
    for hex in ["", "ff", "01", "a0", "a10109", "a4011818020713192d180741ff"] {
        hear(&mut registry, hex);
    }
    assert_eq!(registry.counters().malformed, 6);
    assert_eq!(registry.device("b1").unwrap().status, Status::Online);
}
