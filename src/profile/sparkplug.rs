//! The Sparkplug B side: metrics with their names, aliases and datatypes.

use super::method::MethodIx;
use super::parameter::ParameterIx;
use super::value::ValueKind;

/// The Sparkplug B side of the profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SparkplugBinding {
    /// Name of the UDT.
    pub template_name: String,
    /// Metrics in file order.
    pub metrics: Vec<Metric>,
    /// Command metrics (Boolean, momentary).
    pub commands: Vec<CommandMetric>,
}

/// A metric that carries a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Which parameter.
    pub parameter: ParameterIx,
    /// Full name with folders.
    pub name: String,
    /// Alias within the device.
    pub alias: u16,
    /// Datatype on the wire.
    pub datatype: MetricType,
}

/// A Boolean metric that runs a method when written true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandMetric {
    /// Which method.
    pub method: MethodIx,
    /// Full name with folders.
    pub name: String,
    /// Alias within the device.
    pub alias: u16,
    /// Value of the first argument of the method; its default when absent.
    pub argument: Option<String>,
}

/// Sparkplug B datatypes that metrics of this device may have, with their wire codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetricType {
    /// Code 3.
    Int32,
    /// Code 4.
    Int64,
    /// Code 9.
    Float,
    /// Code 10.
    Double,
    /// Code 11.
    Boolean,
    /// Code 12.
    String,
    /// Code 13.
    DateTime,
}

impl MetricType {
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("Int32", Self::Int32),
        ("Int64", Self::Int64),
        ("Float", Self::Float),
        ("Double", Self::Double),
        ("Boolean", Self::Boolean),
        ("String", Self::String),
        ("DateTime", Self::DateTime),
    ];

    /// The word of the specification.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }

    /// The code on the wire (Sparkplug 3.0, 6.4.16).
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::Int32 => 3,
            Self::Int64 => 4,
            Self::Float => 9,
            Self::Double => 10,
            Self::Boolean => 11,
            Self::String => 12,
            Self::DateTime => 13,
        }
    }

    /// The datatypes that can carry a kind of value.
    #[must_use]
    pub const fn carrying(kind: ValueKind) -> &'static [Self] {
        match kind {
            ValueKind::Boolean => &[Self::Boolean],
            ValueKind::Integer => &[Self::Int32, Self::Int64],
            ValueKind::Float => &[Self::Float, Self::Double],
            ValueKind::String => &[Self::String],
            ValueKind::Time => &[Self::DateTime],
            ValueKind::ObjectLink => &[],
        }
    }
}
