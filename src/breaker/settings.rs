//! All settings of a breaker, typed, each section owned by the room it configures.

use super::condition;
use super::reclose;
use crate::protection;
use crate::units::{Amperes, Hertz, Seconds, Volts};
use std::sync::Arc;

/// All settings of a breaker.
///
/// There is no `Default` with values: the default is everything off and at nothing. The defaults of the device stand in
/// the profile and are written through the bindings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Ratings: fixed at start.
    pub rating: Rating,
    /// The elements.
    pub protection: protection::Settings,
    /// How far this unit is off them.
    pub tolerance: protection::ToleranceModel,
    /// Auto-reclose.
    pub reclose: reclose::Settings,
    /// Who may switch.
    pub control: ControlSettings,
    /// Measuring and reporting.
    pub measurement: MeasurementSettings,
    /// Condition limits.
    pub maintenance: condition::Settings,
}

/// What the breaker is built for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rating {
    /// In.
    pub current: Amperes,
    /// Un, line to line.
    pub voltage: Volts,
    /// fn.
    pub frequency: Hertz,
    /// Icu.
    pub breaking_capacity: Amperes,
    /// 1 to 4.
    pub poles: i64,
    /// How it is mounted.
    pub mounting: Arc<str>,
    /// Class of the instantaneous band.
    pub protection_class: Arc<str>,
}

impl Rating {
    /// As the elements need it.
    pub fn rated(&self) -> protection::Rated {
        protection::Rated { current: self.current, voltage: self.voltage, frequency: self.frequency }
    }
}

/// Who may switch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlSettings {
    /// The remote doors may open, close and reset.
    pub remote_enabled: bool,
}

/// Measuring and reporting.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeasurementSettings {
    /// Refresh of the published measurements.
    pub interval: Seconds,
    /// Harmonics are analysed.
    pub harmonics: bool,
    /// Sags, swells and interruptions are recorded.
    pub power_quality: bool,
}
