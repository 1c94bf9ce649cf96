//! The settings of all elements, and the ratings they refer to.

use super::{
    ArcFlashSettings, ArcParallelSettings, ArcSeriesSettings, BreakerFailureSettings, DifferentialSettings,
    DistanceSettings, FrequencyRateSettings, FrequencySettings, GroundAlarmSettings, GroundFaultSettings,
    InstantaneousSettings, JamSettings, LongStartSettings, LongTimeSettings, MaintenanceModeSettings,
    MakingCurrentSettings, MotorSettings, MotorThermalSettings, NegativeSequenceSettings, OverTemperatureSettings,
    OvervoltageSettings, PhaseSequenceSettings, ReversePowerSettings, ShortTimeSettings, StartsPerHourSettings,
    ThermalImageSettings, TimeOvercurrentSettings, TransformerSupervisionSettings, UnderloadSettings,
    UndervoltageSettings, ZoneInterlockingSettings,
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
    /// MCR.
    pub making_current: MakingCurrentSettings,
    /// 27.
    pub undervoltage: UndervoltageSettings,
    /// 59.
    pub overvoltage: OvervoltageSettings,
    /// 81U.
    pub underfrequency: FrequencySettings,
    /// 81O.
    pub overfrequency: FrequencySettings,
    /// 81R.
    pub frequency_rate: FrequencyRateSettings,
    /// 32R.
    pub reverse_power: ReversePowerSettings,
    /// 46.
    pub negative_sequence: NegativeSequenceSettings,
    /// 47.
    pub phase_sequence: PhaseSequenceSettings,
    /// The motor, where the load is one.
    pub motor: MotorSettings,
    /// 49M.
    pub motor_thermal: MotorThermalSettings,
    /// 48.
    pub long_start: LongStartSettings,
    /// 51LR.
    pub jam: JamSettings,
    /// 37.
    pub underload: UnderloadSettings,
    /// 66.
    pub starts_per_hour: StartsPerHourSettings,
    /// GA.
    pub ground_alarm: GroundAlarmSettings,
    /// 87.
    pub differential: DifferentialSettings,
    /// 21.
    pub distance: DistanceSettings,
    /// AFCI-S.
    pub arc_series: ArcSeriesSettings,
    /// AFCI-P.
    pub arc_parallel: ArcParallelSettings,
    /// CTS.
    pub transformer_supervision: TransformerSupervisionSettings,
    /// OT.
    pub over_temperature: OverTemperatureSettings,
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
