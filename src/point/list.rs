//! The list itself, and reading it.

use super::conversion::Conversion;
use super::{Quality, Reading, Readings, Steady};
use crate::breaker::Breaker;
use crate::breaker::binding::Binding;
use crate::profile::{ParameterIx, Profile, Value};
use std::sync::Arc;

/// A parameter of the profile with its binding to the breaker.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) binding: Binding,
    pub(super) conversion: Conversion,
    /// What a constant is when the breaker does not say: the default of the profile.
    pub(super) constant: Option<Value>,
    /// Told when it changes: it has a metric and is not measured.
    pub(super) event: bool,
}

impl Point {
    fn read(&self, breaker: &Breaker) -> Reading {
        let reading = self.conversion.outward((self.binding.read)(breaker));
        match (&self.constant, &reading.value) {
            (Some(constant), None) => Reading { value: Some(constant.clone()), quality: reading.quality },
            _ => reading,
        }
    }
}

/// Every point of a device, in the order of the profile's parameters.
#[derive(Clone, Debug)]
pub struct PointList {
    pub(super) profile: Arc<Profile>,
    pub(super) points: Vec<Point>,
}

impl PointList {
    /// The profile of the list.
    #[must_use]
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profile
    }

    /// All points of a breaker, by position of the parameter in the profile, in the units of the profile.
    #[must_use]
    pub fn read_all(&self, breaker: &Breaker) -> Vec<Reading> {
        self.points.iter().map(|point| point.read(breaker)).collect()
    }

    /// The same, marked: with the mark of the readings before while no event has another reading.
    #[must_use]
    pub fn read_after(&self, breaker: &Breaker, before: &Readings) -> Readings {
        let mut steady = before.steady().cloned().filter(|_| before.len() == self.points.len());
        let mut list = Vec::with_capacity(self.points.len());
        for (at, point) in self.points.iter().enumerate() {
            let reading = point.read(breaker);
            if point.event && steady.is_some() && before[at] != reading {
                steady = None;
            }
            list.push(reading);
        }
        Readings::marked(list, steady.unwrap_or_else(Steady::new))
    }

    /// These points anew in a buffer of all; the others stay in it as they were.
    pub fn refresh(&self, breaker: &Breaker, which: &[ParameterIx], readings: &mut Vec<Reading>) {
        readings.resize(self.points.len(), Reading { value: None, quality: Quality::Bad });
        for ix in which {
            if let (Some(point), Some(reading)) = (self.points.get(ix.0), readings.get_mut(ix.0)) {
                *reading = point.read(breaker);
            }
        }
    }

    /// One point of a breaker.
    #[must_use]
    pub fn read(&self, breaker: &Breaker, parameter: ParameterIx) -> Option<Reading> {
        self.points.get(parameter.0).map(|point| point.read(breaker))
    }
}
