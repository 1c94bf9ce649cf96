//! Scripts of a session: what comes in, what goes out, what is known. Names are those of the assertions.

use super::*;
use crate::sparkplug::payload::{PropertyScalar, PropertySet};

mod bounds;
mod orders;
mod random;
mod rules;
mod session;

/// A host with a clock, and edges written by hand.
struct Rig {
    host: HostSession,
    now: UtcMillis,
}

/// A metric of a birth.
fn born(name: &str, alias: Option<u64>, kind: DataType, value: MetricValue) -> Metric {
    Metric {
        name: Some(name.to_owned()),
        alias,
        timestamp: Some(1000),
        datatype: Some(kind.code()),
        value: Some(value),
        ..Metric::default()
    }
}

/// A metric of data, by alias.
fn data(alias: u64, value: MetricValue) -> Metric {
    Metric { alias: Some(alias), timestamp: Some(2000), value: Some(value), ..Metric::default() }
}

fn payload(seq: Option<u64>, metrics: Vec<Metric>) -> Payload {
    Payload { timestamp: Some(5000), seq, metrics, ..Payload::default() }
}

fn bd_seq(number: u64) -> Metric {
    born("bdSeq", None, DataType::Int64, MetricValue::Long(number))
}

fn rebirth_false() -> Metric {
    born("Node Control/Rebirth", None, DataType::Boolean, MetricValue::Boolean(false))
}

fn nbirth(number: u64) -> Payload {
    let temperature = born("Temperature", Some(1), DataType::Float, MetricValue::Float(20.0));
    payload(Some(0), vec![bd_seq(number), rebirth_false(), temperature])
}

fn dbirth(seq: u64) -> Payload {
    let mut set = PropertySet::default();
    set.push("readOnly", DataType::Boolean, PropertyScalar::Boolean(true));
    let mut status = born("Status", Some(10), DataType::Int32, MetricValue::Int(1));
    status.properties = Some(set);
    payload(Some(seq), vec![status, born("Setpoint", Some(11), DataType::Float, MetricValue::Float(1.0))])
}

fn ndeath(number: u64) -> Payload {
    payload(None, vec![bd_seq(number)])
}

impl Rig {
    fn new(mode: Mode) -> Self {
        Self::with(HostConfig::new("scada", mode))
    }

    fn with(config: HostConfig) -> Self {
        let mut rig = Self { host: HostSession::new(config).unwrap(), now: UtcMillis(1_000_000) };
        rig.host.connect(rig.now);
        rig.host.subscribed(rig.now);
        rig
    }

    fn is(&mut self, topic: &str, payload: &Payload) {
        self.host.received(&format!("spBv1.0/g/{topic}"), &payload.encode_to_vec(), false, self.now);
    }

    /// Node and device born, nothing left to send.
    fn fleet(mode: Mode) -> Self {
        let mut rig = Self::new(mode);
        rig.is("NBIRTH/n", &nbirth(7));
        rig.is("DBIRTH/n/d", &dbirth(1));
        rig.sent();
        assert_eq!(rig.host.findings().total(), 0, "{:?}", rig.host.findings().list().collect::<Vec<_>>());
        rig
    }

    fn later(&mut self, ms: i64) {
        self.now = UtcMillis(self.now.0 + ms);
        if self.host.next_timeout().is_some_and(|t| t <= self.now) {
            self.host.timeout(self.now);
        }
    }

    fn sent(&mut self) -> Vec<Publish> {
        std::iter::from_fn(|| self.host.poll_publish()).collect()
    }

    /// Topics of what is sent.
    fn topics(&mut self) -> Vec<String> {
        self.sent().iter().map(|p| p.topic.to_string()).collect()
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.host.poll_event()).collect()
    }

    fn found(&self, rule: Rule) -> u64 {
        self.host.findings().count(rule)
    }

    fn value(&self, place: &Place, name: &str) -> Decoded {
        self.host.metric(place, name).unwrap().value.clone()
    }
}

fn node() -> Place {
    Place { group: "g".into(), node: "n".into(), device: None }
}

fn device() -> Place {
    Place { device: Some("d".into()), ..node() }
}
