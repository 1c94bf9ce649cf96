//! Byte vectors of OMA's binding over MQTT with the objects of the shipped profile.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use breaker_console::lwm2m::codec::frame::{Frame, Head, Operation};
use breaker_console::lwm2m::codec::{Entry, Format, Scalar, decode, encode, links};
use breaker_console::lwm2m::path::Path;

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn entry(at: &str, value: Scalar) -> Entry {
    Entry::new(path(at), value)
}

#[test]
fn frames_of_the_mqtt_binding() {
    let vectors: [(Frame, &str); 8] = [
        (Frame::request(Operation::Read, 56).with_uri("/3/0/0"), "a3010902183805662f332f302f30"),
        (Frame::request(Operation::Observe, 8).with_uri("/3200/0/0"), "a30114020805692f333230302f302f30"),
        (Frame::request(Operation::CancelObserve, 8), "a201160208"),
        (Frame::response(204, 7), "a21218cc0207"),
        (Frame::request(Operation::Deregister, 11), "a20108020b"),
        (
            Frame::response(205, 56).with_payload(Some(Format::Text), b"Smart".to_vec()),
            "a41218cd02183813000745536d617274",
        ),
        (Frame::request(Operation::Notify, 8).with_payload(Some(Format::Text), b"2".to_vec()), "a4011702081300074132"),
        (
            Frame::request(Operation::Execute, 9).with_uri("/3200/0/31").with_payload(None, b"0='Manual'".to_vec()),
            "a401100209056a2f333230302f302f3331074a303d274d616e75616c27",
        ),
    ];
    for (frame, bytes) in vectors {
        assert_eq!(frame.encode(), hex(bytes), "{frame:?}");
        assert_eq!(Frame::decode(&hex(bytes)).unwrap(), frame);
    }
    let attributes = Frame::decode(&hex("a6010e020a05692f333230302f302f310c010d0a0e1864")).unwrap();
    assert_eq!(attributes.head, Head::Request(Operation::WriteAttributes));
    assert_eq!(attributes.attributes, [("pmin", Some(1.0)), ("pmax", Some(10.0)), ("gt", Some(100.0))]);
    assert_eq!(attributes.encode(), hex("a6010e020a05692f333230302f302f310c010d0a0e1864"));
}

#[test]
fn a_registration_frame_lists_its_objects() {
    let bytes =
        hex("a6010602182a08190e100963312e320a614d07585f3c2f3e3b63743d2231313020313132203131353434222c3c2f312f303e
        2c3c2f332f303e2c3c2f342f303e2c3c2f333230303e3b7665723d322e302c3c2f333230302f303e2c3c2f333230313e3b7665723d322e30
        2c3c2f333230312f303e");
    let frame = Frame::decode(&bytes).unwrap();
    assert_eq!((frame.head, frame.token), (Head::Request(Operation::Register), 42));
    assert_eq!(
        (frame.lifetime, frame.version.as_deref(), frame.binding.as_deref()),
        (Some(3600), Some("1.2"), Some("M"))
    );
    let links = links::decode(frame.payload.as_deref().unwrap()).unwrap();
    assert_eq!(links[0].attribute("ct"), Some("110 112 11544"));
    assert_eq!(links[4].target, links::Target::Path(path("/3200")));
    assert_eq!(links[4].attribute("ver"), Some("2.0"));
    assert_eq!(links::encode(&links).into_bytes(), frame.payload.clone().unwrap());
    assert_eq!(Frame::decode(&frame.encode()).unwrap(), frame);
}

#[test]
fn a_send_frame_carries_nested_maps() {
    let bytes = hex("a4011818020713192d18075818a1190c80a100a300020d040f6b4f76657263757272656e74");
    let frame = Frame::decode(&bytes).unwrap();
    assert_eq!((frame.head, frame.token, frame.format), (Head::Request(Operation::Send), 7, Some(11544)));
    let entries = decode(Format::Lwm2mCbor, path("/3200"), frame.payload.as_deref().unwrap(), &|_| None).unwrap();
    assert_eq!(
        entries,
        [
            entry("/3200/0/0", Scalar::Int(2)),
            entry("/3200/0/13", Scalar::Int(4)),
            entry("/3200/0/15", Scalar::text("Overcurrent")),
        ]
    );
    assert_eq!(encode(Format::Lwm2mCbor, path("/3200"), &entries).unwrap(), frame.payload.clone().unwrap());
    assert_eq!(frame.encode(), bytes);
}
