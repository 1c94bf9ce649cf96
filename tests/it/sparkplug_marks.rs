//! Readings that are marked are looked at less, and told the same: the frames of a plant through an edge node once with
//! their marks and once without.

use breaker_console::breaker::binding::bindings;
use breaker_console::breaker::injection::{FaultKind, Injection, NetworkFault};
use breaker_console::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId};
use breaker_console::plant::{Plant, PlantConfig, PlantSpec, shipped};
use breaker_console::point::{Frame, PointList, Readings};
use breaker_console::profile::{Profile, Role, Value};
use breaker_console::session::Session;
use breaker_console::sparkplug::{EdgeConfig, EdgeSession, Report};
use breaker_console::time::UtcMillis;
use breaker_console::units::{Ohms, Seconds};
use std::sync::Arc;

fn plant() -> Plant {
    let profile = Arc::new(Profile::parse(Profile::SHIPPED, "shipped").unwrap());
    let points = Arc::new(PointList::join(profile, bindings()).unwrap());
    Plant::new(PlantConfig::new(PlantSpec::parse(shipped("shipped").unwrap()).unwrap(), points)).unwrap()
}

/// An edge node and what it published.
struct Node {
    session: EdgeSession,
    published: Vec<(Arc<str>, bytes::Bytes)>,
}

impl Node {
    fn born(plant: &Plant, report: Report, frame: &Arc<Frame>) -> Self {
        let config = EdgeConfig { report, tick_ms: 4, ..EdgeConfig::new("IIoT", "MDB-A") };
        let mut session = EdgeSession::new(config, plant.fleet(), None).unwrap();
        session.connect(frame.utc);
        session.frame(frame, frame.utc);
        session.subscribed(frame.utc);
        Self { session, published: Vec::new() }
    }

    fn take(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        self.session.frame(frame, now);
        self.session.timeout(now);
        self.published.extend(std::iter::from_fn(|| self.session.poll_publish()).map(|p| (p.topic, p.payload)));
    }
}

fn ask(plant: &mut Plant, command: Command) {
    let origin = Origin { category: OriginCategory::Process, ident: "test".into() };
    let target = BreakerIx(0);
    plant.request(Request { id: RequestId(1), origin, role: Role::Administrator, target, command }).result.unwrap();
}

/// `least` messages at least, so that the comparison is of something.
fn told_the_same(report: Report, least: usize) {
    let mut plant = plant();
    let ms = plant.epoch().rate.span(Seconds(1e-3)).0;
    plant.step(200 * ms);
    let first = Arc::new(plant.frame());
    let (mut marked, mut bare) = (Node::born(&plant, report, &first), Node::born(&plant, report, &first));
    for n in 0..600 {
        match n {
            100 => ask(&mut plant, Command::Write(vec![("OvercurrentPickup".into(), Value::Float(120.0))])),
            300 => ask(
                &mut plant,
                Command::Inject(Injection::Fault(NetworkFault {
                    kind: FaultKind::ThreePhase,
                    distance_m: 10.0,
                    resistance: Ohms(0.0),
                    inception_deg: Some(0.0),
                    arc: false,
                })),
            ),
            _ => {}
        }
        plant.step(ms);
        let frame = plant.frame();
        let now = UtcMillis(frame.utc.0 + 1);
        for record in plant.drain_records() {
            marked.session.record(&record, now);
            bare.session.record(&record, now);
        }
        assert!(frame.breakers.iter().all(|r| r.steady().is_some()));
        let unmarked = frame.breakers.iter().map(|r| Readings::from(r.to_vec())).collect();
        bare.take(&Arc::new(Frame { breakers: unmarked, ..frame.clone() }), now);
        marked.take(&Arc::new(frame), now);
    }
    assert!(marked.published.len() >= least, "{}", marked.published.len());
    assert!(marked.published == bare.published, "the same messages, byte by byte");
}

#[test]
fn every_measurement_is_told_the_same_with_and_without_marks() {
    told_the_same(Report::All, 200);
}

#[test]
fn exceptions_are_told_the_same_with_and_without_marks() {
    told_the_same(Report::Exception, 10);
}
