//! From the configuration to a plant: profile, plant file, settings, and what an earlier run left.

use super::config::layers::Origin;
use super::config::{Config, FleetConfig};
use crate::breaker::binding::bindings;
use crate::plant::{PlantConfig, PlantError, PlantSpec};
use crate::point::PointList;
use crate::profile::{Faults, Profile, Value};
use crate::units::{Hertz, Volts};
use std::path::PathBuf;
use std::sync::Arc;

/// Profile, points and plant file, read and joined.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The device profile.
    pub profile: Arc<Profile>,
    /// The point list.
    pub points: Arc<PointList>,
    /// The plant file.
    pub spec: PlantSpec,
    /// Parameters set by the configuration.
    pub overrides: Vec<(String, Value)>,
}

/// Why there is no fleet.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// A file cannot be read.
    #[error("cannot read {}: {}; give another file with {}", .0.display(), .1, .2)]
    Unreadable(PathBuf, std::io::Error, &'static str),
    /// The profile is wrong.
    #[error("{0}")]
    Profile(Faults),
    /// The plant file is wrong.
    #[error("{0}")]
    Plant(#[from] PlantError),
    /// A parameter that the profile does not have.
    #[error("{0} ({1}): the profile has no parameter of that id; `breaker-console profile points` lists them")]
    UnknownParameter(String, Origin),
    /// A value that is none of the parameter.
    #[error("{0} = {1:?} ({2}): {3}")]
    Value(String, String, Origin, String),
    /// A template that the profile does not have.
    #[error("--template {0}: the profile has {1}")]
    UnknownTemplate(String, String),
}

/// Reads a profile, the shipped one when no file is named, and joins it with the breaker.
///
/// # Errors
/// When the file cannot be read, or disagrees with itself or with the breaker.
pub fn profile(file: Option<&PathBuf>) -> Result<(Arc<Profile>, Arc<PointList>), FleetError> {
    let profile = match file {
        None => Profile::parse(Profile::SHIPPED, "smart-breaker.fdi"),
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|e| FleetError::Unreadable(path.clone(), e, "--profile"))?;
            Profile::parse_bytes(&bytes, &path.display().to_string())
        }
    };
    let profile = Arc::new(profile.map_err(FleetError::Profile)?);
    let points = PointList::join(Arc::clone(&profile), bindings()).map_err(FleetError::Profile)?;
    Ok((profile, Arc::new(points)))
}

fn plant(config: &FleetConfig) -> Result<(PlantSpec, bool), FleetError> {
    let named = config.plant.as_ref().and_then(|p| p.to_str()).unwrap_or("shipped");
    if let Some(text) = crate::plant::shipped(named) {
        return Ok((PlantSpec::parse(text)?, true));
    }
    let path = PathBuf::from(named);
    let text = std::fs::read_to_string(&path).map_err(|e| FleetError::Unreadable(path, e, "--plant"))?;
    Ok((PlantSpec::parse(&text)?, false))
}

/// Reads everything that the configuration names.
///
/// # Errors
/// The first file or value that cannot be used.
pub fn load(config: &Config) -> Result<Loaded, FleetError> {
    let (profile, points) = profile(config.fleet.profile.as_ref())?;
    let (mut spec, shipped) = plant(&config.fleet)?;
    let mut overrides = Vec::new();
    for (id, text) in &config.fleet.parameters {
        let (ix, parameter) = profile
            .parameter(id)
            .or_else(|| profile.datum(id))
            .ok_or_else(|| FleetError::UnknownParameter(id.clone(), text.origin.clone()))?;
        let value = profile
            .read_value(ix, &text.text)
            .map_err(|reason| FleetError::Value(id.clone(), text.text.clone(), text.origin.clone(), reason))?;
        overrides.push((parameter.id.clone(), value));
    }
    if shipped {
        // The shipped plant is built around the rating of its breakers; a plant file says its own.
        let rated = |id: &str| {
            let (ix, parameter) = profile.datum(id)?;
            let own = overrides.iter().find(|(name, _)| *name == parameter.id).map(|(_, v)| v);
            match profile.accept(ix, own.or(parameter.default.as_ref())?).ok()? {
                Value::Float(x) => Some(x),
                Value::Int(n) => Some(n as f64),
                _ => None,
            }
        };
        if let Some(voltage) = rated("RatedVoltage") {
            spec.source.voltage = Volts(voltage);
        }
        if let Some(frequency) = rated("RatedFrequency") {
            spec.source.frequency = Hertz(frequency);
        }
    }
    if profile.template(&config.fleet.template).is_none() && config.fleet.template_chosen {
        let names = profile.templates.iter().map(|t| t.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(FleetError::UnknownTemplate(config.fleet.template.clone(), names));
    }
    Ok(Loaded { profile, points, spec, overrides })
}

/// What a plant is built from; the caller adds what an earlier run left.
#[must_use]
pub fn plant_config(config: &Config, loaded: &Loaded, utc_micros: i64) -> PlantConfig {
    PlantConfig {
        breakers: config.fleet.breakers,
        first_device: config.fleet.device_id.clone(),
        template: config.fleet.template_chosen.then(|| config.fleet.template.clone()),
        overrides: loaded.overrides.clone(),
        utc_micros,
        seed: config.pace.seed,
        ..PlantConfig::new(loaded.spec.clone(), Arc::clone(&loaded.points))
    }
}
