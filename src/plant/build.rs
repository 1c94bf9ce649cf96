//! A plant is built from a plant file, a profile and what an earlier run left.

use super::alarms::{self, AlarmList};
use super::curves::curves;
use super::device_id::counted;
use super::disturbance::Standing;
use super::saved::{PlantState, SavedDevice};
use super::seat::Seat;
use super::settings_change::warnings;
use super::spec::{BreakerPlan, PlantSpec};
use super::trend::History;
use super::{Plant, PlantError};
use crate::breaker::{Breaker, Identity, Settings};
use crate::point::{PointList, Readings};
use crate::power::{BreakerSpec, Network};
use crate::profile::{Profile, Value};
use crate::protection;
use crate::record::{Class, Log, Record};
use crate::time::{Epoch, SampleRate, Tick};
use crate::units::{Hertz, Phases};
use std::sync::Arc;

/// What a plant is built from.
#[derive(Clone, Debug)]
pub struct PlantConfig {
    /// The plant file.
    pub spec: PlantSpec,
    /// How many breakers.
    pub breakers: usize,
    /// Id of the first device; the others count up from it.
    pub first_device: String,
    /// The point list of the profile.
    pub points: Arc<PointList>,
    /// Template applied to every breaker at the start, before the settings of the plant file. When it is given, settings
    /// kept from an earlier run are not taken up.
    pub template: Option<String>,
    /// Settings and ratings for every breaker, by parameter id, in the unit of the profile. They win over all others.
    pub overrides: Vec<(String, Value)>,
    /// Calendar time at tick 0, microseconds since 1970. The sample rate follows from the source.
    pub utc_micros: i64,
    /// Seed of everything random.
    pub seed: u64,
    /// What an earlier run left.
    pub state: Option<PlantState>,
    /// Number of the last record of earlier runs.
    pub last_seq: u64,
    /// Records of earlier runs to look back at, oldest first.
    pub records: Vec<Record>,
}

impl PlantConfig {
    /// A plant of this file for this profile, on the first of January 2024, without history.
    pub fn new(spec: PlantSpec, points: Arc<PointList>) -> Self {
        Self {
            breakers: spec.breakers.len(),
            spec,
            first_device: "smart-breaker-001".to_owned(),
            points,
            template: None,
            overrides: Vec::new(),
            utc_micros: Epoch::fixed(SampleRate::AT_60_HZ).utc_micros,
            seed: 1,
            state: None,
            last_seq: 0,
            records: Vec::new(),
        }
    }
}

impl Plant {
    /// Builds the plant and energises it.
    ///
    /// # Errors
    /// When the plant file, a setting or the number of breakers is not possible.
    pub fn new(config: PlantConfig) -> Result<Self, PlantError> {
        let plans = config.spec.plans(config.breakers)?;
        let rate = SampleRate::for_rated(config.spec.source.frequency);
        let epoch = Epoch { utc_micros: config.utc_micros, rate };
        let mut specs: Vec<BreakerSpec> = Vec::with_capacity(plans.len());
        let mut log = Log::after(config.last_seq);
        log.restore(config.records.iter().cloned());
        let mut dropped = Vec::new();
        let mut seats = Vec::with_capacity(plans.len());
        for (ix, plan) in plans.iter().enumerate() {
            let id: Arc<str> = counted(&config.first_device, ix).into();
            let saved = config.state.as_ref().and_then(|s| s.devices.get(&*id));
            let (settings, notes) = settings(&config, plan, saved)?;
            let rated = settings.rating.frequency;
            if SampleRate::for_rated(rated) != rate {
                let source = config.spec.source.frequency;
                return Err(PlantError::Frequency(plan.designation.clone(), rated.0, source.0));
            }
            specs.push(plan.electrical(settings.rating.poles));
            dropped.extend(notes.into_iter().map(|note| (ix, note)));
            seats.push(seat(&config, plan, id, settings, saved, epoch));
        }
        let network = Network::new(rate, &config.spec.source, &specs, config.seed)?;
        let mut plant = Self {
            name: config.spec.name.as_str().into(),
            watched: alarms::watched(config.points.profile()),
            profile: Arc::clone(config.points.profile()),
            points: config.points,
            epoch,
            tick: Tick(0),
            network,
            seats,
            source: Vec::<Standing>::new(),
            fluctuation: None,
            log,
            held: None,
            changed: true,
            touched: true,
            next_end: None,
            poles_until: Tick(0),
        };
        for ix in 0..plant.seats.len() {
            plant.set_poles(ix);
        }
        for (ix, note) in dropped {
            plant.note(ix, Class::Setting, note);
        }
        Ok(plant)
    }

    /// Rated frequency of the source.
    pub(super) fn rated_frequency(&self) -> Hertz {
        Hertz(f64::from(self.epoch.rate.hz()) / f64::from(crate::time::SAMPLES_PER_CYCLE))
    }
}

/// Defaults of the profile, template, plant file, what was kept, overrides: in that order. Kept settings that are no
/// longer legal are left out, each with a remark.
fn settings(
    config: &PlantConfig,
    plan: &BreakerPlan,
    saved: Option<&SavedDevice>,
) -> Result<(Settings, Vec<String>), PlantError> {
    let refused = |e| PlantError::Setting(plan.designation.clone(), e);
    let planned = plan
        .settings
        .iter()
        .map(|(id, value)| Ok((id.clone(), plan_value(plan, id, value)?)))
        .collect::<Result<Vec<_>, PlantError>>()?;
    let all: Vec<(String, Value)> = planned.iter().chain(&config.overrides).cloned().collect();
    let mut settings = config.points.initial_settings(&all).map_err(refused)?;
    let changeable = |values: &[(String, Value)]| -> Vec<(String, Value)> {
        let profile = config.points.profile();
        let setting =
            |id: &str| profile.parameter(id).is_some_and(|(_, p)| p.access == crate::profile::Access::ReadWrite);
        values.iter().filter(|(id, _)| setting(id)).cloned().collect()
    };
    let mut notes = Vec::new();
    if let Some(template) = &config.template {
        settings = config.points.template(&settings, template).map_err(refused)?;
        settings = config.points.write(&settings, &changeable(&planned)).map_err(refused)?;
    } else if let Some(saved) = saved {
        for (id, value) in saved.settings.iter() {
            match config.points.write(&settings, &[(id, Value::from(value.clone()))]) {
                Ok(kept) => settings = kept,
                Err(reason) => notes.push(format!("a kept setting was left out: {reason}")),
            }
        }
    }
    settings = config.points.write(&settings, &changeable(&config.overrides)).map_err(refused)?;
    if let Err(errors) = protection::check(&settings.protection, &settings.rating.rated())
        && let Some(first) = errors.into_iter().next()
    {
        return Err(PlantError::Contradiction(plan.designation.clone(), first));
    }
    Ok((settings, notes))
}

fn plan_value(plan: &BreakerPlan, id: &str, value: &toml::Value) -> Result<Value, PlantError> {
    match value {
        toml::Value::Boolean(v) => Ok(Value::Bool(*v)),
        toml::Value::Integer(v) => Ok(Value::Int(*v)),
        toml::Value::Float(v) => Ok(Value::Float(*v)),
        toml::Value::String(v) => Ok(Value::Text(v.as_str().into())),
        _ => Err(PlantError::NotAValue(plan.designation.clone(), id.to_owned())),
    }
}

fn identity(profile: &Profile, serial: &Arc<str>) -> Identity {
    let of = &profile.identity;
    Identity {
        manufacturer: of.manufacturer.as_str().into(),
        model: of.model.as_str().into(),
        serial: Arc::clone(serial),
        firmware: of.software_revision.as_str().into(),
        device_type: of.device_type.as_str().into(),
    }
}

fn seat(
    config: &PlantConfig,
    plan: &BreakerPlan,
    id: Arc<str>,
    settings: Settings,
    saved: Option<&SavedDevice>,
    epoch: Epoch,
) -> Seat {
    let warnings = warnings(&settings);
    let curves = curves(&settings);
    let mut breaker = Breaker::new(identity(config.points.profile(), &id), settings, epoch);
    match saved {
        Some(saved) => breaker.restore(&saved.breaker),
        None => breaker.place(plan.closed, false),
    }
    let closed = breaker.conducting();
    if closed != Phases::splat(false) && !plan.main {
        let load = plan.load.rated_current(config.spec.source.phase_voltage());
        let share = |p| if closed[p] { plan.load.unbalance[p] } else { 0.0 };
        breaker.settle(&Phases::from_fn(|p| load * share(p)));
    }
    Seat {
        id,
        designation: plan.designation.as_str().into(),
        feeds: plan.feeds.as_str().into(),
        main: plan.main,
        load_thd: plan.load.thd,
        breaker,
        selection: None,
        earlier: None,
        standing: Vec::new(),
        alarms: AlarmList::default(),
        history: History::default(),
        warnings,
        curves,
        last_trip: saved.and_then(|s| s.last_trip.clone()).map(|(utc, trip)| (utc, Arc::new(trip))),
        last_clearing: None,
        saved_settings: None,
        readings: Vec::new(),
        shown: Readings::default(),
    }
}
