//! The settings of all elements, and the ratings they refer to.

use super::{
    ArcFlashSettings, BreakerFailureSettings, GroundFaultSettings, InstantaneousSettings, LongTimeSettings,
    MaintenanceModeSettings, ShortTimeSettings, ThermalImageSettings, TimeOvercurrentSettings,
    ZoneInterlockingSettings,
};
use crate::units::{Amperes, Hertz, Volts};
use serde::{Deserialize, Serialize};

/// Settings of the protection. The default has everything off and at nothing; the values come from the device profile.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Protection in service. The hardware override stays in service whatever this says.
    pub enabled: bool,
    /// 51.
    pub time_overcurrent: TimeOvercurrentSettings,
    /// L.
    pub long_time: LongTimeSettings,
    /// S.
    pub short_time: ShortTimeSettings,
    /// I.
    pub instantaneous: InstantaneousSettings,
    /// G.
    pub ground_fault: GroundFaultSettings,
    /// AFD.
    pub arc_flash: ArcFlashSettings,
    /// 49.
    pub thermal_image: ThermalImageSettings,
    /// 50BF.
    pub breaker_failure: BreakerFailureSettings,
    /// ZSI.
    pub zone_interlocking: ZoneInterlockingSettings,
    /// ARMS.
    pub maintenance_mode: MaintenanceModeSettings,
}

/// The ratings that settings refer to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rated {
    /// In.
    pub current: Amperes,
    /// Un, line to line.
    pub voltage: Volts,
    /// fn.
    pub frequency: Hertz,
}

/// How a definite-time accumulator falls back after a drop-out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimerReset {
    /// To nothing at once.
    #[default]
    Instant,
    /// As fast as it rose, so that an intermittent fault adds up.
    Integrating,
}
