//! The session of OMA's binding over MQTT with a clock in hand.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use crate::sparkplug_rig::{START, fleet, plain_frame, shipped};
use breaker_console::control::{Answer, BreakerIx, Command, RequestId, Switch};
use breaker_console::lwm2m::client::{Account, Core, OmaClient, OmaConfig, Speaks};
use breaker_console::lwm2m::codec::Format;
use breaker_console::lwm2m::codec::frame::{Frame as Envelope, Head, Operation};
use breaker_console::point::Frame;
use breaker_console::profile::{Role, Value};
use breaker_console::session::{Qos, Session};
use breaker_console::time::{Tick, UtcMillis};
use std::sync::Arc;

const TOPIC: &str = "lwm2m/rd/smart-breaker-001";

fn at(seconds: i64) -> UtcMillis {
    UtcMillis(START + seconds * 1000)
}

struct Rig {
    session: OmaClient,
    frame: Frame,
}

impl Rig {
    fn connected(send: bool) -> Self {
        let profile = shipped();
        let fleet = fleet(&profile, 1);
        let frame = plain_frame(&fleet, START);
        let account = Account {
            short_id: 1,
            lifetime_s: 100,
            default_pmin_s: 0,
            default_pmax_s: 0,
            storing: false,
            binding: "M",
            mute_send: false,
        };
        let speaks = Speaks { enabler: "1.2", preferred: Format::Lwm2mCbor, announced: "110 112 11544" };
        let core = Core::new(profile, BreakerIx(0), Role::Administrator, account, speaks);
        let config = OmaConfig { send, report_all: false, tick_ms: 1000 };
        let mut session = OmaClient::new(config, core, fleet, BreakerIx(0)).unwrap();
        session.connect(at(0));
        session.subscribed(at(0));
        let mut rig = Self { session, frame };
        rig.frame_at(at(0));
        rig
    }

    fn registered(send: bool) -> Self {
        let mut rig = Self::connected(send);
        let token = rig.one(Operation::Register).token;
        rig.receive(&Envelope::response(201, token), at(0));
        assert!(rig.session.standing(at(0)).online);
        rig.envelopes();
        rig
    }

    fn set(&mut self, id: &str, value: Value) {
        let (ix, _) = shipped().parameter(id).map(|(ix, p)| (ix, p.id.clone())).unwrap();
        self.frame.breakers[0][ix.0].value = Some(value);
    }

    fn frame_at(&mut self, now: UtcMillis) {
        self.frame.utc = now;
        self.session.frame(&Arc::new(self.frame.clone()), now);
    }

    fn receive(&mut self, envelope: &Envelope, now: UtcMillis) {
        self.session.received(TOPIC, &envelope.encode(), false, now);
    }

    /// What was published on the topic since the last look.
    fn envelopes(&mut self) -> Vec<Envelope> {
        std::iter::from_fn(|| self.session.poll_publish())
            .filter(|p| &*p.topic == TOPIC)
            .map(|p| Envelope::decode(&p.payload).unwrap())
            .collect()
    }

    fn one(&mut self, operation: Operation) -> Envelope {
        let all = self.envelopes();
        all.into_iter().find(|e| e.head == Head::Request(operation)).unwrap()
    }
}

fn trip_path() -> String {
    let profile = shipped();
    let found = profile
        .lwm2m
        .objects
        .iter()
        .find_map(|o| o.resources.iter().find(|r| r.name == "Trip").map(|r| format!("/{}/0/{}", o.id, r.id)));
    found.unwrap()
}

#[test]
fn the_will_marks_the_endpoint_offline_and_nothing_more() {
    let mut rig = Rig::connected(false);
    let connect = rig.session.connect(at(0));
    assert_eq!((&*connect.will.topic, connect.will.retain), ("lwm2m/smart-breaker-001/status", true));
    assert!(connect.subscriptions.contains(&(TOPIC.to_owned(), Qos::AtLeastOnce)));
}

#[test]
fn what_it_hears_of_itself_is_passed_over() {
    let mut rig = Rig::connected(false);
    let register = rig.one(Operation::Register);
    rig.receive(&register, at(0));
    rig.receive(&Envelope::request(Operation::Notify, 2), at(0));
    assert!(rig.envelopes().is_empty());
    // A response to another token is not the one to the registration.
    rig.receive(&Envelope::response(201, register.token + 2), at(0));
    assert!(!rig.session.standing(at(0)).online);
    rig.receive(&Envelope::response(201, register.token), at(0));
    assert!(rig.session.standing(at(0)).online);
}

#[test]
fn nothing_is_answered_before_the_registration() {
    let mut rig = Rig::connected(false);
    rig.envelopes();
    rig.receive(&Envelope::request(Operation::Read, 2).with_uri("/1/0/0"), at(0));
    assert!(rig.envelopes().is_empty());
}

#[test]
fn a_request_delivered_twice_acts_once_and_is_answered_twice() {
    let mut rig = Rig::registered(false);
    let execute = Envelope::request(Operation::Execute, 4).with_uri(trip_path());
    rig.receive(&execute, at(1));
    rig.receive(&execute, at(1));
    let request = rig.session.poll_request().unwrap();
    assert!(matches!(request.command, Command::Direct(Switch::Trip, _)));
    assert_eq!(rig.session.poll_request(), None);
    let answer = Answer { id: RequestId(1), target: BreakerIx(0), tick: Tick(0), result: Ok(()) };
    rig.session.answer(request.number, &answer, at(1));
    rig.receive(&execute, at(2));
    assert_eq!(rig.envelopes(), [Envelope::response(204, 4), Envelope::response(204, 4)]);
    assert_eq!(rig.session.poll_request(), None);
}

#[test]
fn a_retained_request_and_rubbish_do_nothing() {
    let mut rig = Rig::registered(false);
    let execute = Envelope::request(Operation::Execute, 4).with_uri(trip_path());
    rig.session.received(TOPIC, &execute.encode(), true, at(1));
    rig.session.received(TOPIC, b"{}", false, at(1));
    assert_eq!(rig.session.poll_request(), None);
    assert_eq!(rig.session.standing(at(1)).malformed, 2);
}

#[test]
fn no_answer_or_a_refusal_is_followed_by_another_try() {
    let mut rig = Rig::connected(false);
    let register = rig.one(Operation::Register);
    rig.receive(&Envelope::response(403, register.token), at(0));
    let again = rig.session.next_timeout().unwrap();
    assert_eq!(again, at(5));
    rig.session.timeout(again);
    rig.one(Operation::Register);
    let unanswered = rig.session.next_timeout().unwrap();
    assert_eq!(unanswered, at(15));
    rig.session.timeout(unanswered);
    assert_eq!(rig.session.next_timeout(), Some(at(25)));
}

#[test]
fn an_update_refreshes_and_a_404_to_it_registers_anew() {
    let mut rig = Rig::registered(false);
    let due = rig.session.next_timeout().unwrap();
    assert!(due < at(81), "before the lifetime of 100 s is over");
    rig.session.timeout(due);
    let update = rig.one(Operation::Update);
    assert_eq!((update.lifetime, update.payload), (None, None));
    rig.receive(&Envelope::response(404, update.token), due);
    assert_eq!(rig.one(Operation::Register).lifetime, Some(100));
}

#[test]
fn a_server_that_starts_again_is_registered_at_again() {
    let mut rig = Rig::registered(false);
    let status = |boot: &str| format!("{{\"status\":\"online\",\"boot_id\":\"{boot}\"}}");
    rig.session.received("lwm2m/server/status", status("a").as_bytes(), true, at(1));
    assert!(rig.envelopes().is_empty(), "the server that accepted has shown itself");
    rig.session.received("lwm2m/server/status", status("b").as_bytes(), false, at(2));
    rig.one(Operation::Register);
}

#[test]
fn sends_what_changed_at_its_pace_and_states_at_once() {
    let mut rig = Rig::registered(true);
    rig.frame_at(at(1));
    let first = rig.one(Operation::Send);
    assert_eq!(first.format, Some(11544));
    rig.set("CurrentPhaseA", Value::Float(80.0));
    rig.frame_at(UtcMillis(at(1).0 + 100));
    assert!(rig.envelopes().is_empty());
    rig.set("BreakerStatus", Value::Int(2));
    rig.frame_at(UtcMillis(at(1).0 + 200));
    assert!(rig.one(Operation::Send).payload.unwrap().len() < first.payload.unwrap().len());
    // Muted by the server.
    rig.receive(
        &Envelope::request(Operation::WriteReplace, 6)
            .with_uri("/1/0/23")
            .with_payload(Some(Format::Text), b"1".to_vec()),
        at(2),
    );
    assert_eq!(rig.envelopes(), [Envelope::response(204, 6)]);
    rig.set("BreakerStatus", Value::Int(1));
    rig.frame_at(at(3));
    assert!(rig.envelopes().is_empty());
}

#[test]
fn a_clean_end_deregisters() {
    let mut rig = Rig::registered(false);
    rig.session.stop(at(1));
    let last: Vec<_> = std::iter::from_fn(|| rig.session.poll_publish()).collect();
    let envelope = Envelope::decode(&last[0].payload).unwrap();
    assert_eq!(envelope.head, Head::Request(Operation::Deregister));
    assert!(last[1].retain && String::from_utf8_lossy(&last[1].payload).contains("offline"));
}
