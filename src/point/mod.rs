//! The point list: device profile joined with the breaker, one row a name.
//!
//! A point is a parameter of the profile for which the breaker has a binding. Both protocol paths, the settings screen
//! and the templates work on points; none of them knows a name.

mod condition;
mod conversion;
mod join;
mod list;
mod readings;
mod settings;

pub use list::PointList;
pub use readings::{Readings, Steady};
pub use settings::{Change, WriteDenied};

use crate::profile::{ParameterIx, Profile, Value};
use crate::time::{Tick, UtcMillis};
use std::sync::Arc;

/// How far a value can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Quality {
    /// As measured.
    #[default]
    Good,
    /// The true value lies outside the range of the profile; the value given is the limit.
    OverRange,
    /// Not measured: sensor or input failed.
    Bad,
    /// Old.
    Stale,
}

/// The value of a point at one instant, in the unit of the profile. No value: not available (yet).
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The value.
    pub value: Option<Value>,
    /// How far to trust it.
    pub quality: Quality,
}

/// All points of all breakers at one instant. Complete, so that a later frame replaces an earlier one.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// When, in samples.
    pub tick: Tick,
    /// When, by the calendar.
    pub utc: UtcMillis,
    /// A breaker each: readings by position of the parameter in the profile.
    pub breakers: Vec<Readings>,
}

impl Frame {
    /// One reading.
    #[must_use]
    pub fn reading(&self, breaker: usize, parameter: ParameterIx) -> Option<&Reading> {
        self.breakers.get(breaker)?.get(parameter.0)
    }
}

/// What the protocol rooms know of a device: its profile and its ids. They never see the breaker.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// The profile of all devices.
    pub profile: Arc<Profile>,
    /// Device ids, by breaker.
    pub devices: Vec<Arc<str>>,
}
