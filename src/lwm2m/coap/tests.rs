use super::message::{Block, code, get_number, set_number};
use super::*;
use crate::control::Answer;
use crate::control::{Command, RequestId, Switch};
use crate::lwm2m::client::{Account, Speaks};
use crate::lwm2m::codec::Format;
use crate::lwm2m::path::Path;
use crate::point::{Quality, Reading};
use crate::profile::{Profile, Role, Value, ValueKind};
use crate::time::Tick;

fn at(ms: i64) -> UtcMillis {
    UtcMillis(1_700_000_000_000 + ms)
}

/// A client, and the server's side of the wire in hand.
struct Wire {
    endpoint: Endpoint,
    profile: Arc<Profile>,
    next_id: u16,
}

impl Wire {
    /// Registered at `/rd/a1`.
    fn registered() -> Self {
        let mut wire = Self::started();
        let register = wire.next();
        let mut created =
            packet(MessageType::Acknowledgement, code(201), register.header.message_id, register.get_token());
        created.add_option(CoapOption::LocationPath, b"rd".to_vec());
        created.add_option(CoapOption::LocationPath, b"a1".to_vec());
        wire.endpoint.received(&created.to_bytes().unwrap(), at(10));
        assert!(wire.endpoint.standing(at(10)).online);
        wire
    }

    fn started() -> Self {
        let profile = Arc::new(Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap());
        let account = Account {
            short_id: 1,
            lifetime_s: 300,
            default_pmin_s: 0,
            default_pmax_s: 0,
            storing: false,
            binding: "U",
            mute_send: true,
        };
        let speaks = Speaks { enabler: "1.1", preferred: Format::SenmlCbor, announced: "112" };
        let core = Core::new(profile.clone(), BreakerIx(0), Role::Administrator, account, speaks);
        let mut endpoint = Endpoint::new(core, "smart-breaker-001".into(), BreakerIx(0), 0x1234_5678_9abc);
        endpoint.started(at(0));
        let mut wire = Self { endpoint, profile, next_id: 0 };
        wire.values(60.0, at(0));
        wire
    }

    fn values(&mut self, current: f64, now: UtcMillis) {
        let reading = |p: &crate::profile::Parameter| {
            let value = p.default.clone().unwrap_or(match p.kind {
                ValueKind::Boolean => Value::Bool(false),
                ValueKind::Integer => Value::Int(1),
                ValueKind::Float => Value::Float(current),
                ValueKind::String => Value::Text("text".into()),
                ValueKind::Time => Value::Time(at(0)),
                ValueKind::ObjectLink => Value::Link(3201, 0),
            });
            Reading { value: Some(value), quality: Quality::Good }
        };
        let breakers = vec![self.profile.parameters.iter().map(reading).collect()];
        self.endpoint.frame(&Arc::new(Frame { tick: Tick(0), utc: now, breakers }), now);
    }

    fn next(&mut self) -> Packet {
        Packet::from_bytes(&self.endpoint.poll_datagram().unwrap()).unwrap()
    }

    fn path(&self, name: &str) -> Path {
        let objects = &self.profile.lwm2m.objects;
        objects
            .iter()
            .find_map(|o| o.resources.iter().find(|r| r.name == name).map(|r| Path::resource(o.id, r.id)))
            .unwrap()
    }

    fn message(&mut self, method: u8, path: Path) -> Packet {
        self.next_id += 1;
        let mut message = packet(MessageType::Confirmable, method, self.next_id, &[self.next_id as u8]);
        for id in path.ids() {
            message.add_option(CoapOption::UriPath, id.to_string().into_bytes());
        }
        message
    }

    fn send(&mut self, message: &Packet, now: UtcMillis) {
        self.endpoint.received(&message.to_bytes().unwrap(), now);
    }
}

#[test]
fn a_registration_is_a_confirmable_post_to_rd() {
    let mut wire = Wire::started();
    let register = wire.next();
    assert_eq!((register.header.get_type(), u8::from(register.header.code)), (MessageType::Confirmable, 2));
    assert_eq!(texts(&register, CoapOption::UriPath).unwrap(), ["rd"]);
    assert_eq!(texts(&register, CoapOption::UriQuery).unwrap(), ["ep=smart-breaker-001", "lt=300", "lwm2m=1.1", "b=U"]);
    assert_eq!(get_number(&register, CoapOption::ContentFormat), Some(40));
    assert!(register.payload.starts_with(b"</>;rt=\"oma.lwm2m\";ct=112,</1/0>,"));
    // Not answered: the same bytes again within 2 to 3 s.
    let due = wire.endpoint.next_timeout().unwrap();
    assert!((2_000..=3_000).contains(&(due.0 - at(0).0)));
    wire.endpoint.timeout(due);
    assert_eq!(wire.next(), register);
}

#[test]
fn updates_go_to_the_location_and_a_404_registers_anew() {
    let mut wire = Wire::registered();
    let due = wire.endpoint.next_timeout().unwrap();
    wire.endpoint.timeout(due);
    let update = wire.next();
    assert_eq!(texts(&update, CoapOption::UriPath).unwrap(), ["rd", "a1"]);
    assert!(update.payload.is_empty() && update.get_option(CoapOption::UriQuery).is_none());
    let gone = packet(MessageType::Acknowledgement, code(404), update.header.message_id, update.get_token());
    wire.send(&gone, due);
    assert_eq!(texts(&wire.next(), CoapOption::UriPath).unwrap(), ["rd"]);
    assert!(!wire.endpoint.standing(due).online);
}

#[test]
fn a_read_is_answered_in_its_acknowledgement_and_once_only() {
    let mut wire = Wire::registered();
    let current = wire.path("CurrentPhaseA");
    let read = wire.message(1, current);
    wire.send(&read, at(20));
    let answer = wire.next();
    assert_eq!((answer.header.get_type(), number(&answer)), (MessageType::Acknowledgement, 205));
    assert_eq!((answer.get_token(), answer.payload.as_slice()), (read.get_token(), b"60".as_slice()));
    wire.values(61.0, at(30));
    wire.send(&read, at(40));
    assert_eq!(wire.next(), answer, "a duplicate gets the same answer");
}

#[test]
fn a_command_acts_once_and_is_answered_apart_when_the_gate_is_slow() {
    let mut wire = Wire::registered();
    let trip = wire.path("Trip");
    let execute = wire.message(2, trip);
    wire.send(&execute, at(20));
    wire.send(&execute, at(30));
    let request = wire.endpoint.poll_request().unwrap();
    assert!(matches!(request.command, Command::Direct(Switch::Trip, _)));
    assert_eq!(wire.endpoint.poll_request(), None);
    wire.endpoint.timeout(at(20 + PIGGYBACK_MS));
    let empty = wire.next();
    assert_eq!((empty.header.get_type(), number(&empty)), (MessageType::Acknowledgement, 0));
    let answer = Answer { id: RequestId(1), target: BreakerIx(0), tick: Tick(0), result: Ok(()) };
    wire.endpoint.gate_answered(request.number, &answer, at(900));
    let response = wire.next();
    assert_eq!((response.header.get_type(), number(&response)), (MessageType::Confirmable, 204));
    assert_eq!(response.get_token(), execute.get_token());
}

#[test]
fn an_observation_notifies_until_it_is_reset() {
    let mut wire = Wire::registered();
    let current = wire.path("CurrentPhaseA");
    let mut observe = wire.message(1, current);
    set_number(&mut observe, CoapOption::Observe, 0);
    wire.send(&observe, at(20));
    let first = wire.next();
    assert!(get_number(&first, CoapOption::Observe).is_some());
    wire.values(99.0, at(1_000));
    let notification = wire.next();
    assert_eq!((number(&notification), notification.payload.as_slice()), (205, b"99".as_slice()));
    assert_eq!(notification.get_token(), observe.get_token());
    assert!(get_number(&notification, CoapOption::Observe) > get_number(&first, CoapOption::Observe));
    wire.send(&packet(MessageType::Reset, 0, notification.header.message_id, &[]), at(1_100));
    wire.values(10.0, at(2_000));
    assert_eq!(wire.endpoint.poll_datagram(), None);
}

#[test]
fn notifications_are_confirmable_where_the_server_wants_it() {
    // OMA TS LightweightM2M Core 1.2, 7.3.2: con=1 makes every notification confirmable.
    let mut wire = Wire::registered();
    let current = wire.path("CurrentPhaseA");
    let mut observe = wire.message(1, current);
    set_number(&mut observe, CoapOption::Observe, 0);
    wire.send(&observe, at(20));
    wire.next();
    wire.values(99.0, at(1_000));
    assert_eq!(wire.next().header.get_type(), MessageType::NonConfirmable);
    let mut attributes = wire.message(3, current);
    attributes.add_option(CoapOption::UriQuery, b"con=1".to_vec());
    wire.send(&attributes, at(1_100));
    assert_eq!(number(&wire.next()), 204);
    for (value, now) in [(80.0, at(2_000)), (60.0, at(3_000))] {
        wire.values(value, now);
        let notification = wire.next();
        assert_eq!(notification.header.get_type(), MessageType::Confirmable);
        wire.send(&packet(MessageType::Acknowledgement, 0, notification.header.message_id, &[]), now);
    }
}

#[test]
fn a_large_answer_comes_in_blocks() {
    let mut wire = Wire::registered();
    let instance = Path::object(wire.path("OvercurrentPickup").object).child(0);
    let mut body = Vec::new();
    for n in 0.. {
        let mut read = wire.message(1, instance);
        set_number(&mut read, CoapOption::Accept, 110);
        // Blocks of 256 bytes are what this server wants.
        Block { number: n, more: false, szx: 4 }.set(&mut read, CoapOption::Block2);
        wire.send(&read, at(20));
        let part = wire.next();
        let block = Block::of(&part, CoapOption::Block2).unwrap();
        assert_eq!((number(&part), block.number), (205, n));
        body.extend_from_slice(&part.payload);
        if !block.more {
            break;
        }
        assert_eq!(part.payload.len(), 256);
    }
    let values: Vec<serde_json::Value> = serde_json::from_slice(&body).unwrap();
    let object = wire.profile.lwm2m.objects.iter().find(|o| o.id == instance.object).unwrap();
    assert_eq!(values.len(), object.resources.len(), "the object has settings only, and each is there");
}

#[test]
fn an_upload_comes_in_blocks() {
    let mut wire = Wire::registered();
    let package = Path::resource(5, 0);
    let image = [b'x'; 100];
    for (n, part) in image.chunks(64).enumerate() {
        let mut write = wire.message(3, package);
        set_number(&mut write, CoapOption::ContentFormat, 42);
        let more = n == 0;
        Block { number: n as u32, more, szx: 2 }.set(&mut write, CoapOption::Block1);
        write.payload = part.to_vec();
        wire.send(&write, at(20));
        let answer = wire.next();
        assert_eq!(number(&answer), if more { 231 } else { 204 });
        assert_eq!(Block::of(&answer, CoapOption::Block1).unwrap().number, n as u32);
    }
    let result = wire.message(1, Path::resource(5, 5));
    wire.send(&result, at(30));
    assert_eq!(wire.next().payload, b"6", "a hundred letters are no package");
}

#[test]
fn stopping_deletes_the_location() {
    let mut wire = Wire::registered();
    wire.endpoint.stop(at(100));
    let delete = wire.next();
    assert_eq!(
        (u8::from(delete.header.code), texts(&delete, CoapOption::UriPath).unwrap()),
        (4, vec!["rd".to_owned(), "a1".to_owned()])
    );
    assert!(!wire.endpoint.is_idle());
    let deleted = packet(MessageType::Acknowledgement, code(202), delete.header.message_id, delete.get_token());
    wire.send(&deleted, at(110));
    assert!(wire.endpoint.is_idle());
}

#[test]
fn rubbish_pings_and_unknown_options() {
    let mut wire = Wire::registered();
    wire.endpoint.received(&[0xff, 0x00, 0x01], at(20));
    assert_eq!(wire.endpoint.standing(at(20)).malformed, 1);
    wire.send(&packet(MessageType::Confirmable, 0, 77, &[]), at(20));
    let pong = wire.next();
    assert_eq!((pong.header.get_type(), pong.header.message_id), (MessageType::Reset, 77));
    let mut odd = wire.message(1, Path::resource(1, 1));
    odd.add_option(CoapOption::Unknown(2001), vec![1]);
    wire.send(&odd, at(20));
    assert_eq!(number(&wire.next()), 402);
}

proptest::proptest! {
    #[test]
    fn any_datagram_never_panics(bytes: Vec<u8>) {
        let mut wire = Wire::registered();
        wire.endpoint.received(&bytes, at(20));
    }
}
