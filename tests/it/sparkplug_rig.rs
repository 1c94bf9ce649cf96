//! An edge session with a clock in hand: what happens is told, what is sent is decoded.

#![expect(clippy::unwrap_used, reason = "test code; the lint knows tests only by their attribute")]

use breaker_console::control::{Answer, Denied, RequestId};
use breaker_console::point::{Fleet, Frame, Quality, Reading, Readings};
use breaker_console::profile::{Profile, Value, ValueKind};
use breaker_console::session::{Incoming, Qos, Session};
use breaker_console::sparkplug::payload::{Metric, MetricValue, Payload};
use breaker_console::sparkplug::{EdgeConfig, EdgeSession};
use breaker_console::time::{Tick, UtcMillis};
use prost::Message;
use std::sync::Arc;

/// 2023-11-14T22:13:20Z.
pub(crate) const START: i64 = 1_700_000_000_000;

pub(crate) fn shipped() -> Arc<Profile> {
    Arc::new(Profile::parse(Profile::SHIPPED, "smart-breaker.fdi").unwrap())
}

pub(crate) fn fleet(profile: &Arc<Profile>, devices: usize) -> Fleet {
    let devices = (1..=devices).map(|i| format!("smart-breaker-{i:03}").into()).collect();
    Fleet { profile: Arc::clone(profile), devices }
}

/// A frame in which every parameter has its default or something plain.
pub(crate) fn plain_frame(fleet: &Fleet, utc: i64) -> Frame {
    let reading = |p: &breaker_console::profile::Parameter| {
        let value = p.default.clone().unwrap_or(match p.kind {
            ValueKind::Boolean => Value::Bool(false),
            ValueKind::Integer => Value::Int(1),
            ValueKind::Float => Value::Float(50.0),
            ValueKind::String => Value::Text("text".into()),
            ValueKind::Time => Value::Time(UtcMillis(START)),
            ValueKind::ObjectLink => Value::Link(3201, 0),
        });
        Reading { value: Some(value), quality: Quality::Good }
    };
    let readings: Readings = fleet.profile.parameters.iter().map(reading).collect();
    Frame { tick: Tick(0), utc: UtcMillis(utc), breakers: vec![readings; fleet.devices.len()] }
}

/// A message that was sent, decoded.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) topic: String,
    pub(crate) payload: Payload,
    pub(crate) qos: Qos,
    pub(crate) retain: bool,
}

impl Sent {
    pub(crate) fn metric(&self, name_or_alias: impl Into<Key>) -> Option<&Metric> {
        let key = name_or_alias.into();
        self.payload.metrics.iter().find(|m| key.fits(m))
    }

    pub(crate) fn value(&self, name_or_alias: impl Into<Key>) -> Option<MetricValue> {
        self.metric(name_or_alias)?.value.clone()
    }
}

pub(crate) enum Key {
    Name(String),
    Alias(u64),
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<u64> for Key {
    fn from(alias: u64) -> Self {
        Self::Alias(alias)
    }
}

impl Key {
    fn fits(&self, metric: &Metric) -> bool {
        match self {
            Self::Name(name) => metric.name.as_deref() == Some(name),
            Self::Alias(alias) => metric.alias == Some(*alias),
        }
    }
}

pub(crate) struct Rig {
    pub(crate) session: EdgeSession,
    pub(crate) profile: Arc<Profile>,
    pub(crate) frame: Frame,
    pub(crate) now: UtcMillis,
}

impl Rig {
    pub(crate) fn new(config: EdgeConfig, devices: usize) -> Self {
        Self::restored(config, devices, None)
    }

    pub(crate) fn restored(config: EdgeConfig, devices: usize, stored: Option<&str>) -> Self {
        let profile = shipped();
        let fleet = fleet(&profile, devices);
        let frame = plain_frame(&fleet, START);
        let session = EdgeSession::new(config, fleet, stored).unwrap();
        Self { session, profile, frame, now: UtcMillis(START) }
    }

    /// Standard ids, one device, born; births are thrown away.
    pub(crate) fn born() -> Self {
        Self::born_with(EdgeConfig::new("IIoT", "MDB-A"), 1)
    }

    pub(crate) fn born_with(config: EdgeConfig, devices: usize) -> Self {
        let mut rig = Self::new(config, devices);
        rig.connect();
        rig.send_frame();
        assert!(rig.sent().first().is_some_and(|m| m.topic.contains("NBIRTH")));
        rig
    }

    pub(crate) fn connect(&mut self) -> breaker_console::session::Connect {
        let connect = self.session.connect(self.now);
        self.session.subscribed(self.now);
        connect
    }

    pub(crate) fn set(&mut self, device: usize, id: &str, value: impl Into<Option<Value>>) {
        let (ix, _) = self.profile.parameter(id).unwrap_or_else(|| panic!("no parameter {id}"));
        self.frame.breakers[device][ix.0].value = value.into();
    }

    pub(crate) fn set_quality(&mut self, device: usize, id: &str, quality: Quality) {
        let (ix, _) = self.profile.parameter(id).unwrap();
        self.frame.breakers[device][ix.0].quality = quality;
    }

    /// Time passes, with the timers of the session.
    pub(crate) fn pass(&mut self, ms: i64) {
        let end = self.now.0 + ms;
        while let Some(at) = self.session.next_timeout().filter(|t| t.0 <= end) {
            self.now = UtcMillis(self.now.0.max(at.0));
            self.session.timeout(self.now);
            if self.session.next_timeout() == Some(at) {
                break;
            }
        }
        self.now = UtcMillis(end);
    }

    pub(crate) fn send_frame(&mut self) {
        self.frame.utc = self.now;
        self.session.frame(&Arc::new(self.frame.clone()), self.now);
    }

    pub(crate) fn sent(&mut self) -> Vec<Sent> {
        let mut all = Vec::new();
        while let Some(p) = self.session.poll_publish() {
            let payload = Payload::decode(p.payload).unwrap();
            all.push(Sent { topic: p.topic.to_string(), payload, qos: p.qos, retain: p.retain });
        }
        all
    }

    pub(crate) fn command(&mut self, topic: &str, metrics: Vec<Metric>) {
        let payload = Payload { timestamp: Some(self.now.0 as u64), metrics, ..Payload::default() };
        self.session.received(topic, &payload.encode_to_vec(), false, self.now);
    }

    pub(crate) fn request(&mut self) -> Option<Incoming> {
        self.session.poll_request()
    }

    pub(crate) fn answer(&mut self, incoming: &Incoming, result: Result<(), Denied>) {
        let answer = Answer { id: RequestId(incoming.number), target: incoming.target, tick: self.frame.tick, result };
        self.session.answer(incoming.number, &answer, self.now);
    }
}

pub(crate) fn named(name: &str, value: MetricValue) -> Metric {
    Metric { name: Some(name.into()), value: Some(value), ..Metric::default() }
}

pub(crate) fn aliased(alias: u64, value: MetricValue) -> Metric {
    Metric { alias: Some(alias), value: Some(value), ..Metric::default() }
}
