//! The plant as it is kept between two runs.

use super::Plant;
use crate::breaker::SavedBreaker;
use crate::profile::{Access, ParameterIx, Value};
use crate::record::TripRecord;
use crate::time::UtcMillis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that outlives a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlantState {
    /// The breakers, by device id.
    pub devices: BTreeMap<String, SavedDevice>,
}

/// One breaker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedDevice {
    /// Mechanism, counters, wear, heat.
    pub breaker: SavedBreaker,
    /// Settings in force, by parameter id, in the unit of the profile.
    pub settings: BTreeMap<String, SavedValue>,
    /// Record of the last trip.
    pub last_trip: Option<(UtcMillis, TripRecord)>,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SavedValue {
    /// True or false.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Number.
    Float(f64),
    /// Text.
    Text(String),
}

impl From<SavedValue> for Value {
    fn from(saved: SavedValue) -> Self {
        match saved {
            SavedValue::Bool(v) => Self::Bool(v),
            SavedValue::Int(v) => Self::Int(v),
            SavedValue::Float(v) => Self::Float(v),
            SavedValue::Text(v) => Self::Text(v.into()),
        }
    }
}

impl SavedValue {
    /// A value that a setting can have; times and links are no settings.
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Bool(v) => Some(Self::Bool(v)),
            Value::Int(v) => Some(Self::Int(v)),
            Value::Float(v) => Some(Self::Float(v)),
            Value::Text(v) => Some(Self::Text(v.to_string())),
            Value::Time(_) | Value::Link(..) => None,
        }
    }
}

impl Plant {
    /// Everything that outlives a run, as of now.
    pub fn state(&self) -> PlantState {
        let settings = |breaker: &crate::breaker::Breaker| {
            self.profile
                .parameters
                .iter()
                .enumerate()
                .filter(|(_, p)| p.access == Access::ReadWrite)
                .filter_map(|(at, p)| {
                    let value = self.points.setting(&breaker.settings, ParameterIx(at))?;
                    Some((p.id.clone(), SavedValue::of(value)?))
                })
                .collect()
        };
        let devices = self
            .seats
            .iter()
            .map(|seat| {
                let saved = SavedDevice {
                    breaker: seat.breaker.saved(),
                    settings: settings(&seat.breaker),
                    last_trip: seat.last_trip.as_ref().map(|(utc, trip)| (*utc, (**trip).clone())),
                };
                (seat.id.to_string(), saved)
            })
            .collect();
        PlantState { devices }
    }
}
