//! The breakers on a bus under one clock; the only owner of simulated state.
//!
//! [`Plant::step`] is the only place where simulated time passes. In one stretch of samples the network gives its samples
//! to one breaker after the other, each acts on its own, and what happened is written into the log, in the order of time,
//! before the next stretch. Orders come in
//! through [`Plant::request`] and nowhere else. Everything depends on plant file, settings, seed and the ticks of the
//! requests, and on nothing else: the same run gives the same records to the last byte whatever the sizes of the steps.

mod alarms;
mod build;
mod communication;
mod curves;
mod device_id;
mod disturbance;
mod error;
mod fluctuation;
mod journal;
mod request;
mod saved;
mod seat;
mod sensors;
mod settings_change;
pub mod snapshot;
mod spec;
mod step;
#[cfg(test)]
mod tests;
mod trend;
mod view;

pub use build::PlantConfig;
pub use error::PlantError;
pub use saved::{PlantState, SavedDevice, SavedValue};
pub use spec::{BreakerPlan, PlantSpec, SHIPPED, SHIPPED_WITH_MAIN, shipped};

use crate::point::{Fleet, PointList};
use crate::power::Network;
use crate::profile::{ParameterIx, Profile};
use crate::record::{Body, Log};
use crate::time::{Epoch, Tick};
use crate::units::{Amperes, Phases};
use disturbance::Standing;
use fluctuation::Fluctuation;
use seat::Seat;
use std::sync::Arc;

/// The plant.
#[derive(Debug)]
pub struct Plant {
    name: Arc<str>,
    profile: Arc<Profile>,
    points: Arc<PointList>,
    /// Parameters on which alarms depend.
    watched: Vec<ParameterIx>,
    epoch: Epoch,
    tick: Tick,
    network: Network,
    seats: Vec<Seat>,
    /// Disturbances of the source.
    source: Vec<Standing>,
    /// The voltage of the source steps up and down.
    fluctuation: Option<Fluctuation>,
    log: Log,
    /// Records that wait for those of other breakers.
    held: Option<Vec<(Tick, usize, Body)>>,
    changed: bool,
    /// Somebody has changed something from outside since the last pass.
    touched: bool,
    /// When the next disturbance ends by itself.
    next_end: Option<Tick>,
    /// No pole begins or stops to conduct before.
    poles_until: Tick,
}

impl Plant {
    /// Simulated time: samples since the plant was energised.
    pub fn tick(&self) -> Tick {
        self.tick
    }

    /// The calendar and the sample rate.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How many breakers.
    pub fn len(&self) -> usize {
        self.seats.len()
    }

    /// No breaker at all.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// Device profile.
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profile
    }

    /// The point list.
    pub fn points(&self) -> &Arc<PointList> {
        &self.points
    }

    /// What the protocol rooms may know of the devices.
    pub fn fleet(&self) -> Fleet {
        Fleet {
            profile: Arc::clone(&self.profile),
            devices: self.seats.iter().map(|seat| Arc::clone(&seat.id)).collect(),
        }
    }

    /// The records in memory.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Steady-state currents of a feeder, RMS: the prospective currents of a fault while the poles are closed.
    pub fn steady_current(&self, breaker: usize) -> Phases<Amperes> {
        self.network.steady_current(breaker)
    }

    /// One breaker, to look at.
    pub fn breaker(&self, breaker: usize) -> Option<&crate::breaker::Breaker> {
        self.seats.get(breaker).map(|seat| &seat.breaker)
    }

    /// Whether something changed since the last call that should be published at once: a state, a trip, an alarm.
    pub fn changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
}
