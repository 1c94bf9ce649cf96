//! A breaker in its place: what stands around it in the plant.

use super::alarms::AlarmList;
use super::disturbance::Standing;
use super::saved::SavedValue;
use super::snapshot::CurveView;
use super::trend::History;
use crate::breaker::{Breaker, Settings};
use crate::control::{Selection, State};
use crate::point::{Reading, Readings};
use crate::record::{TripId, TripRecord};
use crate::time::UtcMillis;
use crate::units::{Percent, Seconds};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One breaker and what the plant keeps about it.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub(super) id: Arc<str>,
    pub(super) designation: Arc<str>,
    pub(super) feeds: Arc<str>,
    pub(super) main: bool,
    /// THD of its load by the plant file.
    pub(super) load_thd: Percent,
    pub(super) breaker: Breaker,
    pub(super) selection: Option<Selection>,
    /// Settings before the last change.
    pub(super) earlier: Option<Settings>,
    pub(super) standing: Vec<Standing>,
    pub(super) alarms: AlarmList,
    pub(super) history: History,
    pub(super) warnings: Arc<[String]>,
    /// Curves of the settings in force.
    pub(super) curves: Arc<[CurveView]>,
    pub(super) last_trip: Option<(UtcMillis, Arc<TripRecord>)>,
    pub(super) last_clearing: Option<(TripId, Seconds)>,
    /// The settings last put into words for the state file, and the words.
    pub(super) saved_settings: Option<(Settings, Arc<BTreeMap<String, SavedValue>>)>,
    /// Used again for every look at the points.
    pub(super) readings: Vec<Reading>,
    /// Those of the last frame.
    pub(super) shown: Readings,
}

impl Seat {
    /// What the gate needs to know.
    pub(super) fn gate(&self) -> State {
        let b = &self.breaker;
        State {
            status: b.status(),
            contacts: b.contacts(),
            spring: b.spring(),
            position: b.position(),
            trip_latched: b.trip_latched(),
            lockout: b.lockout(),
            tagged: b.tag.is_some(),
            thermal_hot: b.thermal_hot(),
            rotation_wrong: b.wrong_rotation(),
            starts_used_up: b.starts_used_up(),
            cause_present: b.cause_present(),
            local: b.local,
            remote_enabled: b.settings.control.remote_enabled,
            testing: b.test_running().is_some(),
            can_undo: self.earlier.is_some(),
            selection: self.selection.clone(),
        }
    }
}
