use super::core::Wishes;
use super::*;
use crate::control::{BreakerIx, Command, Denied, Switch};
use crate::lwm2m::codec::{Entry, Format, Kind, Scalar, decode, encode, etch, links};
use crate::lwm2m::path::Path;
use crate::point::{Frame, Quality, Reading};
use crate::profile::{Profile, Role, Value, ValueKind};
use crate::time::{Tick, UtcMillis};
use std::sync::Arc;

const START: UtcMillis = UtcMillis(1_700_000_000_000);

fn at(seconds: i64) -> UtcMillis {
    UtcMillis(START.0 + seconds * 1000)
}

/// A client with a frame, and the frame to change.
struct Rig {
    core: Core,
    profile: Arc<Profile>,
    frame: Frame,
}

impl Rig {
    fn new(role: Role) -> Self {
        let profile = Arc::new(Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap());
        let reading = |p: &crate::profile::Parameter| {
            let value = p.default.clone().unwrap_or(match p.kind {
                ValueKind::Boolean => Value::Bool(false),
                ValueKind::Integer => Value::Int(1),
                ValueKind::Float => Value::Float(50.0),
                ValueKind::String => Value::Text("text".into()),
                ValueKind::Time => Value::Time(START),
                ValueKind::ObjectLink => Value::Link(3201, 0),
            });
            Reading { value: Some(value), quality: Quality::Good }
        };
        let frame =
            Frame { tick: Tick(0), utc: START, breakers: vec![profile.parameters.iter().map(reading).collect()] };
        let account = Account {
            short_id: 1,
            lifetime_s: 300,
            default_pmin_s: 0,
            default_pmax_s: 0,
            storing: false,
            binding: "U",
            mute_send: false,
        };
        let speaks = Speaks { enabler: "1.1", preferred: Format::SenmlCbor, announced: "112" };
        let mut core = Core::new(profile.clone(), BreakerIx(0), role, account, speaks);
        core.frame(Arc::new(frame.clone()), START);
        Self { core, profile, frame }
    }

    /// The path of a parameter or method, as the profile has it.
    fn path(&self, name: &str) -> Path {
        self.profile
            .lwm2m
            .objects
            .iter()
            .find_map(|o| o.resources.iter().find(|r| r.name == name).map(|r| Path::resource(o.id, r.id)))
            .unwrap()
    }

    fn set(&mut self, parameter: &str, value: Value, now: UtcMillis) {
        let (ix, _) = self.profile.parameter(parameter).unwrap();
        self.frame.breakers[0][ix.0].value = Some(value);
        self.core.frame(Arc::new(self.frame.clone()), now);
    }

    fn ask(&mut self, operation: Operation, now: UtcMillis) -> Outcome {
        self.core.perform(operation, now)
    }

    fn code(&mut self, operation: Operation) -> u16 {
        match self.core.perform(operation, START) {
            Outcome::Reply(reply) => reply.code,
            Outcome::Gate(..) => 0,
        }
    }

    fn text(&mut self, path: Path) -> String {
        match self.ask(Operation::Read(path, Some(0)), START) {
            Outcome::Reply(Reply { code: 205, payload, .. }) => String::from_utf8(payload).unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn content(format: Format, payload: &[u8]) -> Content {
    Content { format: Some(format.number()), payload: payload.to_vec() }
}

fn set(pairs: &[(&str, f64)]) -> Vec<(String, Option<f64>)> {
    pairs.iter().map(|(n, v)| ((*n).to_owned(), Some(*v))).collect()
}

#[test]
fn a_registration_lists_objects_with_the_versions_that_differ() {
    let rig = Rig::new(Role::Operator);
    let (breaker, settings) = (rig.path("Trip").object, rig.path("OvercurrentPickup").object);
    // A 1.1 client implies versions 1.1 of objects 1 and 3 and 1.2 of object 4.
    let wanted = format!(
        "</>;rt=\"oma.lwm2m\";ct=112,</1/0>,</3>;ver=1.2,</3/0>,</4>;ver=1.3,</4/0>,</5/0>,</7/0>,\
         </{breaker}>;ver=2.0,</{breaker}/0>,</{settings}>;ver=2.0,</{settings}/0>"
    );
    assert_eq!(rig.core.registration_links(), wanted);
}

#[test]
fn reads_answer_in_the_format_that_was_asked_for() {
    let mut rig = Rig::new(Role::Viewer);
    let current = rig.path("CurrentPhaseA");
    rig.set("CurrentPhaseA", Value::Float(66.5), START);
    assert_eq!(rig.text(current), "66.5");
    for format in [Format::SenmlJson, Format::SenmlCbor, Format::Tlv, Format::Lwm2mCbor, Format::Cbor] {
        let Outcome::Reply(reply) = rig.ask(Operation::Read(current, Some(format.number())), START) else { panic!() };
        assert_eq!((reply.code, reply.format), (205, Some(format)));
        let kinds = |_| Some(crate::lwm2m::codec::Kind::Float);
        let entries = decode(format, current, &reply.payload, &kinds).unwrap();
        assert_eq!(entries, [Entry::new(current, Scalar::Float(66.5))]);
    }
    let instance = Path::object(current.object).child(0);
    let Outcome::Reply(reply) = rig.ask(Operation::Read(instance, None), START) else { panic!() };
    assert_eq!(reply.format, Some(Format::SenmlCbor));
    assert_eq!(rig.code(Operation::Read(instance, Some(0))), 406);
    assert_eq!(rig.code(Operation::Read(current, Some(999))), 406);
}

#[test]
fn what_is_not_there_or_not_legal_has_its_code() {
    let mut rig = Rig::new(Role::Administrator);
    let (trip, current, pickup) = (rig.path("Trip"), rig.path("CurrentPhaseA"), rig.path("OvercurrentPickup"));
    for (operation, code) in [
        (Operation::Read(path("/9"), None), 404),
        (Operation::Read(path("/3/1"), None), 404),
        (Operation::Read(path("/3/0/999"), None), 404),
        (Operation::Read(current.child(0), None), 404),
        (Operation::Read(trip, None), 405),
        (Operation::Read(path("/0/0"), None), 401),
        (Operation::Read(path("/21"), None), 401),
        (Operation::Write(current, content(Format::Text, b"5")), 405),
        (Operation::Write(Path::object(current.object), content(Format::Tlv, b"")), 405),
        (Operation::Write(pickup, content(Format::Text, b"much")), 400),
        (Operation::Write(pickup, content(Format::Links, b"")), 415),
        (Operation::Write(pickup, Content { format: Some(9999), payload: vec![] }), 415),
        (Operation::Execute(current, vec![]), 405),
        (Operation::Execute(trip, b"0='a".to_vec()), 400),
        (Operation::Create(Path::object(current.object)), 405),
        (Operation::Delete(path("/3/0")), 405),
        (Operation::Delete(path("/9/0")), 404),
        (Operation::CancelObserve(vec![7]), 404),
        (Operation::WriteAttributes(current, set(&[("lt", 5.0), ("gt", 4.0)])), 400),
        (Operation::WriteAttributes(current, set(&[("pmin", 1.0)])), 204),
    ] {
        assert_eq!(rig.code(operation.clone()), code, "{operation:?}");
    }
}

#[test]
fn a_role_limits_what_a_server_may_do() {
    let mut viewer = Rig::new(Role::Viewer);
    assert_eq!(viewer.code(Operation::Read(path("/1/0/1"), None)), 205);
    assert_eq!(viewer.code(Operation::Write(path("/1/0/1"), content(Format::Text, b"60"))), 403);
    assert_eq!(viewer.code(Operation::Execute(path("/1/0/8"), vec![])), 403);
    let trip = viewer.path("Trip");
    let Outcome::Gate(number, _) = viewer.ask(Operation::Execute(trip, vec![]), START) else { panic!() };
    let refused = Denied::NoAccessAuthority("role Viewer".into());
    assert_eq!(viewer.core.answered(number, &Err(refused), START).code, 403);
}

#[test]
fn settings_go_through_the_gate_all_together() {
    let mut rig = Rig::new(Role::Administrator);
    let (pickup, delay) = (rig.path("OvercurrentPickup"), rig.path("OvercurrentDelay"));
    let entries = [Entry::new(pickup, Scalar::Float(120.5)), Entry::new(delay, Scalar::Float(200.0))];
    let instance = Path::object(pickup.object).child(0);
    for format in [Format::Tlv, Format::SenmlJson, Format::SenmlCbor, Format::Lwm2mCbor] {
        let payload = encode(format, instance, &entries).unwrap();
        let outcome = rig.ask(Operation::WritePartial(instance, content(format, &payload)), START);
        let Outcome::Gate(number, Command::Write(writes)) = outcome else { panic!("{format:?} {outcome:?}") };
        assert_eq!(writes[0], ("OvercurrentPickup".into(), Value::Float(120.5)));
        assert_eq!(&*writes[1].0, "OvercurrentDelay");
        assert_eq!(rig.core.answered(number, &Ok(()), START).code, 204);
    }
    // One that may not be written rejects the lot.
    let current = rig.path("CurrentPhaseA");
    let mixed = [Entry::new(pickup, Scalar::Float(1.0)), Entry::new(current, Scalar::Float(1.0))];
    let payload = encode(Format::SenmlJson, pickup, &mixed).unwrap();
    assert_eq!(rig.code(Operation::WriteComposite(content(Format::SenmlJson, &payload))), 405);
}

#[test]
fn execute_runs_methods_with_their_arguments() {
    let mut rig = Rig::new(Role::Operator);
    let (trip, reset) = (rig.path("Trip"), rig.path("Reset"));
    let outcome = rig.ask(Operation::Execute(trip, b"0='Fire alarm'".to_vec()), START);
    assert!(matches!(outcome, Outcome::Gate(_, Command::Direct(Switch::Trip, ref why)) if &**why == "Fire alarm"));
    let outcome = rig.ask(Operation::Execute(reset, b"0='Counters'".to_vec()), START);
    assert!(matches!(outcome, Outcome::Gate(_, Command::ClearCounters)), "{outcome:?}");
    assert_eq!(rig.code(Operation::Execute(reset, b"0='Half'".to_vec())), 400);
}

#[test]
fn a_written_lifetime_is_told_only_when_all_is_written() {
    let mut rig = Rig::new(Role::Administrator);
    assert_eq!(rig.code(Operation::Write(path("/1/0/1"), content(Format::Text, b"60"))), 204);
    assert_eq!(rig.core.account().lifetime_s, 60);
    assert_eq!(rig.core.take_wishes(), Wishes { register: false, update: true });
    assert_eq!(rig.core.take_wishes(), Wishes::default());
    // The account's part of a composite write waits for the gate.
    let pickup = rig.path("OvercurrentPickup");
    let both = [Entry::new(path("/1/0/1"), Scalar::Int(90)), Entry::new(pickup, Scalar::Float(1e9))];
    let payload = encode(Format::SenmlCbor, pickup, &both).unwrap();
    let outcome = rig.ask(Operation::WriteComposite(content(Format::SenmlCbor, &payload)), START);
    let Outcome::Gate(number, _) = outcome else { panic!("{outcome:?}") };
    assert_eq!(rig.core.account().lifetime_s, 60);
    let refused = Denied::InconsistentParameters("out of range".into());
    assert_eq!(rig.core.answered(number, &Err(refused), START).code, 400);
    assert_eq!(rig.core.account().lifetime_s, 60);
    let wrong = [Entry::new(path("/1/0/2"), Scalar::Int(5)), Entry::new(path("/1/0/1"), Scalar::Int(-1))];
    let payload = encode(Format::SenmlCbor, path("/1/0"), &wrong).unwrap();
    assert_eq!(rig.code(Operation::WritePartial(path("/1/0"), content(Format::SenmlCbor, &payload))), 400);
    assert_eq!(rig.core.account().default_pmin_s, 0);
}

#[test]
fn discover_shows_levels_versions_and_attached_attributes() {
    let mut rig = Rig::new(Role::Viewer);
    let current = rig.path("CurrentPhaseA");
    rig.code(Operation::WriteAttributes(current, set(&[("pmin", 10.0), ("gt", 80.5)])));
    let mut discover = |at: Path, depth| match rig.ask(Operation::Discover(at, depth), START) {
        Outcome::Reply(Reply { code: 205, format: Some(Format::Links), payload }) => links::decode(&payload).unwrap(),
        other => panic!("{other:?}"),
    };
    let object = discover(Path::object(current.object), None);
    assert_eq!(object[0].attribute("ver"), Some("2.0"));
    assert_eq!(object[1].target, links::Target::Path(Path::object(current.object).child(0)));
    let link = object.iter().find(|l| l.target == links::Target::Path(current)).unwrap();
    assert_eq!((link.attribute("pmin"), link.attribute("gt")), (Some("10"), Some("80.5")));
    assert_eq!(discover(Path::object(current.object), Some(0)).len(), 1);
    assert_eq!(discover(Path::object(current.object), Some(1)).len(), 2);
    assert_eq!(discover(current, None).len(), 1);
    let code = discover(path("/3/0/11"), None);
    assert_eq!((code.len(), code[0].attribute("dim")), (2, Some("1")));
}

#[test]
fn an_observation_notifies_by_its_attributes_and_ends_when_cancelled() {
    let mut rig = Rig::new(Role::Viewer);
    let current = rig.path("CurrentPhaseA");
    rig.set("CurrentPhaseA", Value::Float(60.0), START);
    rig.code(Operation::WriteAttributes(current, set(&[("gt", 100.0)])));
    let Outcome::Reply(first) = rig.ask(Operation::Observe(vec![8], current, None), START) else { panic!() };
    assert_eq!((first.code, first.payload.as_slice()), (205, b"60".as_slice()));
    rig.set("CurrentPhaseA", Value::Float(90.0), at(1));
    assert_eq!(rig.core.poll_notification(at(1)), None);
    rig.set("CurrentPhaseA", Value::Float(101.0), at(2));
    let notification = rig.core.poll_notification(at(2)).unwrap();
    assert_eq!((notification.key, notification.reply.payload), (vec![8], b"101".to_vec()));
    assert_eq!(rig.core.poll_notification(at(2)), None, "one notification an event");
    assert_eq!(rig.code(Operation::CancelObserve(vec![8])), 204);
    rig.set("CurrentPhaseA", Value::Float(10.0), at(3));
    assert_eq!(rig.core.poll_notification(at(3)), None);
    rig.ask(Operation::Observe(vec![9], current, None), at(3));
    rig.core.registered_anew();
    assert_eq!(rig.core.observations(), 0);
}

#[test]
fn an_instance_is_observed_as_a_whole() {
    let mut rig = Rig::new(Role::Viewer);
    let status = rig.path("BreakerStatus");
    let instance = Path::object(status.object).child(0);
    rig.code(Operation::WriteAttributes(instance, set(&[("pmin", 2.0), ("pmax", 60.0)])));
    rig.ask(Operation::Observe(vec![1], instance, Some(110)), START);
    rig.set("BreakerStatus", Value::Int(2), at(1));
    assert_eq!(rig.core.poll_notification(at(1)), None);
    assert_eq!(rig.core.next_timeout(), Some(at(2)));
    let notification = rig.core.poll_notification(at(2)).unwrap();
    let entries = decode(Format::SenmlJson, instance, &notification.reply.payload, &|_| None).unwrap();
    assert!(entries.contains(&Entry::new(status, Scalar::Int(2))));
    assert_eq!(rig.core.next_timeout(), Some(at(62)));
}

#[test]
fn composites_take_what_is_there() {
    let mut rig = Rig::new(Role::Viewer);
    let current = rig.path("CurrentPhaseA");
    let asked = [current, path("/3/0/999"), path("/1/0/0")];
    for format in [Format::EtchCbor, Format::EtchJson, Format::SenmlJson] {
        let body = etch::encode(format, &asked).unwrap();
        assert_eq!(composite_paths(&content(format, &body)).unwrap(), asked);
    }
    assert_eq!(composite_paths(&content(Format::Tlv, b"")).unwrap_err().code, 415);
    let Outcome::Reply(reply) = rig.ask(Operation::ReadComposite(asked.to_vec(), Some(112)), START) else { panic!() };
    let entries = decode(Format::SenmlCbor, current, &reply.payload, &|_| None).unwrap();
    assert_eq!(entries.iter().map(|e| e.path).collect::<Vec<_>>(), [current, path("/1/0/0")]);
    assert_eq!(rig.code(Operation::ReadComposite(asked.to_vec(), Some(11542))), 406);
    rig.ask(Operation::ObserveComposite(vec![3], asked.to_vec(), Some(112)), START);
    rig.set("CurrentPhaseA", Value::Float(99.0), at(1));
    assert_eq!(rig.core.poll_notification(at(1)).unwrap().key, vec![3]);
}

#[test]
fn a_restart_and_a_finished_update_register_anew() {
    let mut rig = Rig::new(Role::Administrator);
    assert_eq!(rig.code(Operation::Execute(path("/3/0/4"), vec![])), 204);
    assert!(rig.core.take_wishes().register);
    assert_eq!(rig.code(Operation::Execute(path("/5/0/2"), vec![])), 405);
    // `printf x | sha256sum`.
    let image = b"comm 9.9 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\nx";
    assert_eq!(rig.code(Operation::Write(path("/5/0/0"), content(Format::Opaque, image))), 204);
    assert_eq!(rig.text(path("/5/0/3")), "2");
    assert_eq!(rig.code(Operation::Execute(path("/5/0/2"), vec![])), 204);
    let due = rig.core.next_timeout().unwrap();
    rig.core.timeout(due);
    assert!(rig.core.take_wishes().register);
    assert_eq!((rig.text(path("/5/0/5")), rig.text(path("/5/0/7"))), ("1".into(), "9.9".into()));
    assert_eq!(rig.text(path("/3/0/16")), "U");
}

/// What pmin holds back is told with the next notification, as far as hqmax goes back, each value with its time.
#[test]
fn hqmax_tells_what_was_held_back() {
    for (format, told) in
        [(Format::SenmlCbor, vec![2.0, 3.0, 4.0]), (Format::SenmlJson, vec![2.0, 3.0, 4.0]), (Format::Text, vec![4.0])]
    {
        let mut rig = Rig::new(Role::Operator);
        let current = rig.path("CurrentPhaseA");
        let read = |reply: &Reply| decode(format, current, &reply.payload, &|_| Some(Kind::Float)).unwrap();
        rig.code(Operation::WriteAttributes(current, set(&[("pmin", 10.0), ("hqmax", 2.0)])));
        rig.code(Operation::Observe(vec![1], current, Some(format.number())));
        for second in 1..=4 {
            rig.frame.utc = at(second);
            rig.set("CurrentPhaseA", Value::Float(100.0 * second as f64), at(second));
            assert!(rig.core.poll_notification(at(second)).is_none());
        }
        rig.core.timeout(at(10));
        let entries = read(&rig.core.poll_notification(at(10)).unwrap().reply);
        let values: Vec<f64> = entries.iter().filter_map(|e| e.value.as_f64()).collect();
        assert_eq!(values, told.iter().map(|s| s * 100.0).collect::<Vec<_>>());
        if format != Format::Text {
            let times: Vec<f64> = entries.iter().filter_map(|e| e.time).collect();
            assert_eq!(times, told.iter().map(|s| START.0 as f64 / 1000.0 + s).collect::<Vec<_>>());
        }
        rig.set("CurrentPhaseA", Value::Float(900.0), at(20));
        assert_eq!(
            read(&rig.core.poll_notification(at(20)).unwrap().reply).len(),
            1,
            "what was told is not told again"
        );
    }
}
