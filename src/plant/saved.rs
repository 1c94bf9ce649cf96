//! The plant as it is kept between two runs.

use super::Plant;
use crate::breaker::SavedBreaker;
use crate::profile::{Access, ParameterIx, Value};
use crate::record::TripRecord;
use crate::time::UtcMillis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    pub settings: Arc<BTreeMap<String, SavedValue>>,
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
    /// Everything that outlives a run, as of now. Asked for with every record, so that settings, which rarely change,
    /// are put into words once.
    pub fn state(&mut self) -> PlantState {
        let mut devices = BTreeMap::new();
        for ix in 0..self.seats.len() {
            let settings = self.saved_settings(ix);
            let seat = &self.seats[ix];
            let saved = SavedDevice {
                breaker: seat.breaker.saved(),
                settings,
                last_trip: seat.last_trip.as_ref().map(|(utc, trip)| (*utc, (**trip).clone())),
            };
            devices.insert(seat.id.to_string(), saved);
        }
        PlantState { devices }
    }

    fn saved_settings(&mut self, ix: usize) -> Arc<BTreeMap<String, SavedValue>> {
        let settings = &self.seats[ix].breaker.settings;
        if let Some((of, saved)) = &self.seats[ix].saved_settings
            && of == settings
        {
            return Arc::clone(saved);
        }
        let writable = self.profile.parameters.iter().enumerate().filter(|(_, p)| p.access == Access::ReadWrite);
        let saved: BTreeMap<String, SavedValue> = writable
            .filter_map(|(at, p)| {
                let value = self.points.setting(settings, ParameterIx(at))?;
                Some((p.id.clone(), SavedValue::of(value)?))
            })
            .collect();
        let saved = Arc::new(saved);
        self.seats[ix].saved_settings = Some((settings.clone(), Arc::clone(&saved)));
        saved
    }
}
