//! Metrics of the edge node itself: control, properties, and figures of the fleet behind it.

use super::config::EdgeConfig;
use crate::point::{Fleet, Frame, Readings};
use crate::profile::{MetricType, Profile, Value};
use std::sync::Arc;

/// `bdSeq`, without alias.
pub(super) const BD_SEQ: &str = "bdSeq";
/// Asks for all births again; never has an alias
/// (`tck-id-operational-behavior-data-commands-rebirth-name-aliases`).
pub(super) const REBIRTH: &str = "Node Control/Rebirth";

/// A metric of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NodeMetric {
    /// Go to the next broker of the list.
    NextServer,
    /// Publish pace in milliseconds.
    ScanRate,
    /// Version of this program.
    SoftwareVersion,
    /// Manufacturer in the profile.
    HardwareMake,
    /// How many breakers are closed.
    BreakersClosed,
    /// How many are tripped.
    Tripped,
    /// Active power of all.
    TotalPower,
}

impl NodeMetric {
    const ALL: [Self; 7] = [
        Self::NextServer,
        Self::ScanRate,
        Self::SoftwareVersion,
        Self::HardwareMake,
        Self::BreakersClosed,
        Self::Tripped,
        Self::TotalPower,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::NextServer => "Node Control/Next Server",
            Self::ScanRate => "Node Control/Scan Rate",
            Self::SoftwareVersion => "Properties/Software Version",
            Self::HardwareMake => "Properties/Hardware Make",
            Self::BreakersClosed => "Fleet/Breakers Closed",
            Self::Tripped => "Fleet/Tripped",
            Self::TotalPower => "Fleet/Total Power",
        }
    }

    /// Node metrics use 1 to 65535; the numbers stay when a metric is absent.
    pub(super) const fn alias(self) -> u64 {
        self as u64 + 1
    }

    pub(super) const fn datatype(self) -> MetricType {
        match self {
            Self::NextServer => MetricType::Boolean,
            Self::ScanRate | Self::BreakersClosed | Self::Tripped => MetricType::Int32,
            Self::SoftwareVersion | Self::HardwareMake => MetricType::String,
            Self::TotalPower => MetricType::Double,
        }
    }

    pub(super) const fn writable(self) -> bool {
        matches!(self, Self::NextServer | Self::ScanRate)
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name)
    }

    pub(super) fn by_alias(alias: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.alias() == alias)
    }
}

/// Which metrics the node has, and what it takes to know their values.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// In birth order.
    pub(super) metrics: Vec<NodeMetric>,
    /// What the host has, in the same order; empty before the first birth.
    pub(super) sent: Vec<Option<Value>>,
    /// Unit of the total power.
    pub(super) power_unit: String,
    /// Change of the total power worth a report.
    pub(super) power_deadband: f64,
    pub(super) scan_rate_ms: i64,
    make: Arc<str>,
    status: Option<Status>,
    power: Option<usize>,
}

/// Where the state of a breaker stands, and which numbers mean closed and tripped.
#[derive(Clone, Copy, Debug)]
struct Status {
    parameter: usize,
    closed: i64,
    tripped: i64,
}

impl Status {
    fn of(profile: &Profile) -> Option<Self> {
        let parameter = profile.datum("BreakerStatus")?.0;
        Some(Self {
            parameter: parameter.0,
            closed: item(profile, parameter.0, "Closed")?,
            tripped: item(profile, parameter.0, "Tripped")?,
        })
    }
}

/// Number of an item of the enumeration of a parameter.
pub(super) fn item(profile: &Profile, parameter: usize, name: &str) -> Option<i64> {
    let enumeration = profile.enumerations.get(profile.parameters.get(parameter)?.enumeration?)?;
    enumeration.items.iter().find(|(_, n)| n == name).map(|(number, _)| *number)
}

impl Node {
    pub(super) fn new(config: &EdgeConfig, fleet: &Fleet) -> Self {
        let profile = &fleet.profile;
        let status = Status::of(profile);
        let power = profile.datum("ActivePower");
        let present = |metric: &NodeMetric| match metric {
            NodeMetric::NextServer => config.several_servers,
            NodeMetric::BreakersClosed | NodeMetric::Tripped => status.is_some(),
            NodeMetric::TotalPower => power.is_some(),
            NodeMetric::ScanRate | NodeMetric::SoftwareVersion | NodeMetric::HardwareMake => true,
        };
        Self {
            metrics: NodeMetric::ALL.into_iter().filter(present).collect(),
            sent: Vec::new(),
            power_unit: power.map(|(_, p)| p.unit.clone()).unwrap_or_default(),
            power_deadband: power.and_then(|(_, p)| p.deadband).unwrap_or(0.0),
            scan_rate_ms: config.tick_ms,
            make: Arc::from(profile.identity.manufacturer.as_str()),
            status,
            power: power.map(|(ix, _)| ix.0),
        }
    }

    /// The value of a metric now.
    pub(super) fn value(&self, metric: NodeMetric, frame: &Frame) -> Option<Value> {
        match metric {
            NodeMetric::NextServer => Some(Value::Bool(false)),
            NodeMetric::ScanRate => Some(Value::Int(self.scan_rate_ms)),
            NodeMetric::SoftwareVersion => Some(Value::Text(env!("CARGO_PKG_VERSION").into())),
            NodeMetric::HardwareMake => Some(Value::Text(Arc::clone(&self.make))),
            NodeMetric::BreakersClosed => self.status.map(|s| count(frame, s.parameter, s.closed)),
            NodeMetric::Tripped => self.status.map(|s| count(frame, s.parameter, s.tripped)),
            NodeMetric::TotalPower => self.power.map(|p| Value::Float(sum(frame, p))),
        }
    }

    /// Whether a metric changed enough to be told, and whether it can wait for the tick.
    pub(super) fn worth(&self, at: usize, now: Option<&Value>) -> bool {
        match (self.sent.get(at).and_then(Option::as_ref), now) {
            (Some(Value::Float(a)), Some(Value::Float(b))) => (a - b).abs() > self.power_deadband,
            (a, b) => a != b,
        }
    }
}

fn count(frame: &Frame, parameter: usize, number: i64) -> Value {
    let is = |readings: &&Readings| readings.get(parameter).and_then(|r| r.value.as_ref()) == Some(&Value::Int(number));
    Value::Int(frame.breakers.iter().filter(is).map(|_| 1_i64).sum())
}

fn sum(frame: &Frame, parameter: usize) -> f64 {
    let values = frame.breakers.iter().filter_map(|readings| match readings.get(parameter)?.value {
        Some(Value::Float(v)) if v.is_finite() => Some(v),
        Some(Value::Int(v)) => Some(v as f64),
        _ => None,
    });
    values.sum()
}
