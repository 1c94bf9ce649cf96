//! The registry against messages and a given time.

use super::*;
use crate::lwm2m::server::command::Unsent;
use serde_json::Map;

const T0: UtcMillis = UtcMillis(1_700_000_000_000);

fn at(seconds: i64) -> UtcMillis {
    UtcMillis(T0.0 + seconds * 1000)
}

fn profile() -> Arc<Profile> {
    Arc::new(Profile::parse(Profile::SHIPPED, "shipped").unwrap())
}

fn connected() -> Registry {
    let mut registry = Registry::new("boot", profile());
    registry.connected(T0);
    assert_eq!(registry.poll_publish().map(|p| (p.retain, p.topic)), Some((true, SERVER_STATUS.into())));
    registry
}

/// A registration as the original sends it.
fn register(registry: &mut Registry, endpoint: &str, lifetime: u64, now: UtcMillis) {
    let body = json!({
        "endpoint": endpoint, "lifetime": lifetime, "version": "1.2", "bindingMode": "UQ",
        "objects": { "9": { "0": { "0": 1, "1": 66.5 } } },
    });
    registry.received(&format!("lwm2m/{endpoint}/reg"), body.to_string().as_bytes(), now);
}

fn sent(registry: &mut Registry) -> Vec<(String, Json)> {
    std::iter::from_fn(|| registry.poll_publish())
        .map(|p| (p.topic.to_string(), serde_json::from_slice(&p.payload).unwrap()))
        .collect()
}

fn words(registry: &mut Registry) -> Vec<&'static str> {
    std::iter::from_fn(|| registry.poll_event()).map(|i| i.kind.word()).collect()
}

#[test]
fn a_registration_is_answered_and_its_values_are_there() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    let answers = sent(&mut registry);
    assert_eq!(answers.len(), 1);
    assert_eq!((answers[0].0.as_str(), &answers[0].1["code"]), ("lwm2m/b1/resp/reg", &json!(201)));
    let device = registry.device("b1").unwrap();
    assert_eq!((device.status, device.expires_at), (Status::Online, Some(at(60))));
    assert_eq!(&*device.registration.binding, "UQ");
    assert_eq!(device.value("/9/0/1".parse().unwrap()).map(|e| e.value.clone()), Some(Value::Float(66.5)));
    assert_eq!(device.registration.links.first().map(|l| &**l), Some("</9/0>"));
    assert_eq!(words(&mut registry), ["registered"]);
}

#[test]
fn an_update_lengthens_the_registration_and_silence_ends_it() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    registry.received("lwm2m/b1/update", br#"{"objects":{"9":{"0":{"1":70}}},"ts":5}"#, at(50));
    assert_eq!(registry.next_timeout(), Some(at(60)), "the timer stays and looks again");
    registry.timeout(at(60));
    assert_eq!(registry.device("b1").map(|d| d.status), Some(Status::Online));
    assert_eq!(registry.next_timeout(), Some(at(110)));
    registry.timeout(UtcMillis(at(110).0 - 1));
    assert_eq!(registry.device("b1").map(|d| d.status), Some(Status::Online));
    registry.timeout(at(110));
    assert_eq!(registry.device("b1").map(|d| (d.status, d.expires_at)), Some((Status::Expired, None)));
    assert_eq!(words(&mut registry), ["registered", "updated", "expired"]);
    assert_eq!(registry.next_timeout(), None);
    assert_eq!(registry.counters().expired, 1);
}

#[test]
fn a_shorter_lifetime_moves_the_timer_forward_and_nought_never_ends() {
    let mut registry = connected();
    register(&mut registry, "b1", 3600, T0);
    registry.received("lwm2m/b1/update", br#"{"lifetime":10}"#, at(1));
    assert_eq!(registry.next_timeout(), Some(at(11)));
    register(&mut registry, "b1", 0, at(2));
    registry.timeout(at(1_000_000));
    assert_eq!(registry.device("b1").map(|d| d.status), Some(Status::Online));
}

#[test]
fn the_will_marks_offline_and_the_registration_stands_until_its_lifetime() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    registry.received("lwm2m/b1/status", br#"{"endpoint":"b1","status":"offline","ts":1}"#, at(1));
    assert_eq!(registry.device("b1").map(|d| (d.status, d.expires_at)), Some((Status::Offline, Some(at(60)))));
    // An update that the will has overtaken on its way is no sign of life.
    registry.received("lwm2m/b1/update", br#"{"objects":{"9":{"0":{"1":70}}}}"#, at(1));
    assert_eq!(registry.device("b1").map(|d| d.status), Some(Status::Offline));
    let refused = registry.command("b1", "trip", Map::new(), 1000, at(2));
    assert!(matches!(refused, Err(Unsent::NotReachable { status: "offline", .. })), "{refused:?}");
    registry.timeout(at(61));
    assert_eq!(registry.device("b1").map(|d| d.status), Some(Status::Expired));
}

#[test]
fn a_good_bye_ends_the_registration_and_stays_the_last_word() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    registry.received("lwm2m/b1/dereg", b"{}", at(1));
    registry.received("lwm2m/b1/status", br#"{"status":"offline"}"#, at(1));
    sent(&mut registry);
    registry.received("lwm2m/b1/update", br#"{"objects":{}}"#, at(2));
    assert_eq!(registry.device("b1").map(|d| d.status), Some(Status::Deregistered));
    assert_eq!(sent(&mut registry)[0].1["code"], 404);
    assert_eq!(words(&mut registry), ["registered", "deregistered"]);
    assert!(registry.forget("b1", at(3)) && registry.device("b1").is_none());
    assert!(!registry.forget("b1", at(3)));
}

#[test]
fn strangers_are_told_to_register_but_not_at_every_message() {
    let mut registry = connected();
    for ms in 0..100 {
        registry.received("lwm2m/b1/update", br#"{"objects":{}}"#, UtcMillis(T0.0 + ms * 5));
    }
    let answers = sent(&mut registry);
    assert_eq!(answers.len(), 1);
    assert_eq!((answers[0].0.as_str(), &answers[0].1["code"]), ("lwm2m/b1/resp/update", &json!(404)));
    registry.received("lwm2m/b2/status", br#"{"status":"online"}"#, T0);
    assert_eq!(sent(&mut registry)[0].0, "lwm2m/b2/resp/update", "a device that was there before the server");
    for n in 0..2 * limits::STRANGERS {
        registry.received(&format!("lwm2m/s{n}/update"), b"{}", T0);
    }
    assert!(sent(&mut registry).len() <= limits::STRANGERS);
    assert_eq!(registry.devices().count(), 0);
}

#[test]
fn a_command_ends_by_its_own_answer() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    sent(&mut registry);
    let first = registry.command("b1", "trip", Map::new(), 5000, T0).unwrap();
    let second = registry.command("b1", "trip", Map::new(), 5000, T0).unwrap();
    let asked = sent(&mut registry);
    assert_eq!((asked[0].0.as_str(), &asked[0].1["id"]), ("lwm2m/b1/cmd/trip", &json!(&*first)));
    let answer = json!({ "id": &*second, "code": 405, "status": "error", "error": { "cause": "x" } });
    registry.received("lwm2m/b1/resp/trip", answer.to_string().as_bytes(), at(1));
    let outcome = registry.poll_ended(at(1)).unwrap();
    assert_eq!((&outcome.id, outcome.ended), (&second, at(1)));
    assert!(matches!(&outcome.end, End::Answered(405, _)));
    // The id of another device, another command or of nobody ends nothing.
    for (topic, id) in [("lwm2m/b2/resp/trip", &*first), ("lwm2m/b1/resp/close", &*first), ("lwm2m/b1/resp/trip", "?")]
    {
        registry.received(topic, json!({ "id": id, "code": 204 }).to_string().as_bytes(), at(1));
    }
    registry.received("lwm2m/b1/resp/trip", br#"{"id":null,"code":204}"#, at(1));
    assert_eq!(registry.counters().stray_answers, 4);
    assert!(matches!(registry.known(&first), Some(Known::Waiting { .. })));
    registry.timeout(UtcMillis(at(5).0 - 1));
    assert!(registry.poll_ended(at(5)).is_none());
    registry.timeout(at(5));
    assert_eq!(registry.poll_ended(at(5)).map(|o| o.end.clone()), Some(End::Silent));
    assert!(matches!(registry.known(&first), Some(Known::Ended(_))));
    let counters = registry.counters();
    assert_eq!((counters.commands, counters.commands_refused, counters.commands_silent), (2, 1, 1));
}

#[test]
fn an_answer_without_an_id_belongs_to_the_oldest() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    let first = registry.command("b1", "trip", Map::new(), 5000, T0).unwrap();
    registry.command("b1", "trip", Map::new(), 5000, T0).unwrap();
    registry.received("lwm2m/b1/resp/trip", br#"{"status":"ok"}"#, at(1));
    let outcome = registry.poll_ended(at(1)).unwrap();
    assert_eq!(outcome.id, first);
    assert!(matches!(outcome.end, End::Answered(204, _)));
}

#[test]
fn commands_that_cannot_be_sent_say_why() {
    let mut registry = Registry::new("boot", profile());
    assert!(matches!(registry.command("b1", "trip", Map::new(), 1, T0), Err(Unsent::UnknownDevice(_))));
    register(&mut registry, "b1", 60, T0);
    assert_eq!(registry.command("b1", "trip", Map::new(), 1, T0), Err(Unsent::NoBroker));
    registry.connected(T0);
    for name in ["", "a/b", "+", "trip now", &"x".repeat(65)] {
        assert_eq!(registry.command("b1", name, Map::new(), 1, T0), Err(Unsent::BadName), "{name:?}");
    }
    for _ in 0..limits::WAITING_OF_DEVICE {
        registry.command("b1", "trip", Map::new(), 1000, T0).unwrap();
    }
    assert!(matches!(registry.command("b1", "trip", Map::new(), 1, T0), Err(Unsent::TooMany(_))));
}

#[test]
fn bad_messages_are_counted_and_change_nothing() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    sent(&mut registry);
    let before = registry.device("b1").map(|d| d.registration.clone());
    for (topic, payload) in [
        ("lwm2m/b1/update", "no json".to_owned()),
        ("lwm2m/b1/update", "x".repeat(limits::PAYLOAD + 1)),
        ("lwm2m/b1/reg", "[]".to_owned()),
        ("lwm2m/b1/reg", r#"{"endpoint":"b2"}"#.to_owned()),
        ("lwm2m/b1/reg", r#"{"lifetime":-1}"#.to_owned()),
        ("lwm2m/b1/reg", json!({ "objlinks": "x".repeat(limits::LINKS + 1) }).to_string()),
        ("lwm2m/b1/status", r#"{"status":"sleepy"}"#.to_owned()),
        ("lwm2m/b1/bulk", r#"{"operations":5}"#.to_owned()),
        ("lwm2m/b1/update", r#"{"objects":{"9":{"0":{"1":{}}}}}"#.to_owned()),
    ] {
        registry.received(topic, payload.as_bytes(), at(1));
    }
    let device = registry.device("b1").unwrap();
    assert_eq!((device.malformed, registry.counters().malformed), (9, 9));
    assert_eq!(Some(device.registration.clone()), before);
    assert_eq!(device.status, Status::Online);
    let codes: Vec<_> = sent(&mut registry).iter().map(|(_, b)| b["code"].clone()).collect();
    assert_eq!(codes, [json!(400), json!(400), json!(400), json!(400)], "the four registrations");
}

#[test]
fn a_bulk_message_is_as_many_updates() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    let one = |x: f64| json!({ "objects": { "9": { "0": { "1": x } } } });
    let body = json!({ "operations": [one(1.5), one(2.5)] });
    registry.received("lwm2m/b1/bulk", body.to_string().as_bytes(), at(1));
    assert_eq!(registry.counters().updates, 2);
    assert_eq!(registry.device("b1").unwrap().value("/9/0/1".parse().unwrap()).unwrap().value, Value::Float(2.5));
}

#[test]
fn values_of_a_device_are_bounded() {
    let mut registry = connected();
    register(&mut registry, "b1", 60, T0);
    let many: Map<String, Json> = (0..5000).map(|i| (i.to_string(), json!(i))).collect();
    let body = json!({ "objects": { "9": { "0": many } } });
    for step in 0..40 {
        registry.received("lwm2m/b1/update", body.to_string().as_bytes(), at(step));
    }
    let device = registry.device("b1").unwrap();
    assert_eq!(device.values().count(), limits::VALUES);
    assert!(device.points() <= limits::POINTS_OF_DEVICE, "{}", device.points());
    assert!(registry.counters().refused > 0);
}

#[test]
fn the_longest_gone_device_gives_way_and_registered_ones_do_not() {
    let mut registry = connected();
    for n in 0..limits::DEVICES {
        register(&mut registry, &format!("b{n}"), 3600, T0);
    }
    sent(&mut registry);
    register(&mut registry, "late", 3600, at(1));
    assert_eq!(sent(&mut registry)[0].1["code"], 503);
    assert!(registry.device("late").is_none());
    registry.received("lwm2m/b7/dereg", b"{}", at(2));
    register(&mut registry, "late", 3600, at(3));
    assert!(registry.device("late").is_some() && registry.device("b7").is_none());
    assert_eq!(registry.devices().count(), limits::DEVICES);
}

#[test]
fn what_waits_to_be_published_is_bounded_and_gone_with_the_connection() {
    let mut registry = connected();
    for _ in 0..2 * limits::OUTGOING {
        register(&mut registry, "b1", 60, T0);
    }
    assert_eq!(registry.counters().dropped, limits::OUTGOING as u64);
    registry.disconnected();
    assert!(registry.poll_publish().is_none());
    let connect = registry.connect(at(1));
    let will = connect.will.unwrap();
    assert!(will.retain && will.topic.contains("server/status"));
    registry.stop(at(1));
    assert!(registry.poll_publish().is_none(), "nobody to say good-bye to");
}
