//! The protection elements, one file each, and their arbitration.
//!
//! Terms, as in IEC 60255 and C37.2: an element **starts** (picks up) when its quantity passes its threshold, times,
//! and **operates**; it **drops out** when the quantity falls back. `progress` runs from 0 to 1 between start and
//! operate. Elements see [`crate::power::Quantities`] and raw samples, never the truth behind them, and never wait for anybody.
//!
//! ```text
//!  every sample ------> HW, AFD ------------------------+
//!  every 8 samples ---> View -> each element -> Finding -> Track -> transitions
//!                                                       +-> arbitration -> Trip, latched until taken
//! ```
//!
//! * An element that is shown the same cycle over and over, and whose memory no pass of it moves, is not shown it again
//!   until something else comes (`rest`).
//! * An element keeps its own start and its own accumulator; nobody shares a timer. An inverse element integrates
//!   `dt / t(I)`, so a current that changes while it times is handled as IEC 60255-151 asks: no deadline is computed at
//!   pickup.
//! * Accumulators run on while the breaker is open: a hot feeder stays hot.
//! * An element that operates asks for a trip once. It asks again when the breaker has been closed, or the trip command
//!   taken away, and it still operates.
//! * A block is a transition, and an element out of service by setting holds no start and no timer.

mod accumulator;
mod arbiter;
mod arc_signature;
mod class;
pub mod curve;
mod element;
mod elements;
mod finding;
mod frequency;
mod heat;
mod rest;
mod sequence;
mod settings;
mod state;
mod time_current;
mod tolerance;
mod track;
mod unit;
mod validate;
mod view;
mod warnings;

mod arc_fault;
mod arc_flash;
mod breaker_failure;
mod differential;
mod distance;
mod frequency_rate;
mod ground_alarm;
mod ground_fault;
mod hardware_override;
mod instantaneous;
mod jam;
mod long_start;
mod long_time;
mod maintenance_mode;
mod making_current;
mod motor;
mod motor_thermal;
mod negative_sequence;
mod open_transformer;
mod over_temperature;
mod overfrequency;
mod overvoltage;
mod phase_sequence;
mod reverse_power;
mod short_time;
mod starts_per_hour;
mod thermal_image;
mod time_overcurrent;
mod underfrequency;
mod underload;
mod undervoltage;
mod zone_interlocking;

#[cfg(test)]
mod bench_inputs;
#[cfg(test)]
mod tests;

pub use arc_fault::{ArcParallelSettings, ArcSeriesSettings};
pub use arc_flash::ArcFlashSettings;
pub use breaker_failure::BreakerFailureSettings;
pub use class::ProtectionClass;
pub use differential::DifferentialSettings;
pub use distance::DistanceSettings;
pub use element::ElementId;
pub use frequency::FrequencySettings;
pub use frequency_rate::FrequencyRateSettings;
pub use ground_alarm::GroundAlarmSettings;
pub use ground_fault::{GroundFaultSettings, GroundSensing};
pub use hardware_override::{OVERRIDE_MULTIPLE, override_threshold};
pub use heat::Heat;
pub use instantaneous::InstantaneousSettings;
pub use jam::JamSettings;
pub use long_start::LongStartSettings;
pub use long_time::{LoadLevel, LongTimeReference, LongTimeSettings, LongTimeSlope};
pub use maintenance_mode::MaintenanceModeSettings;
pub use making_current::MakingCurrentSettings;
pub use motor::{MotorSettings, MotorState};
pub use motor_thermal::{MotorClass, MotorThermalSettings};
pub use negative_sequence::NegativeSequenceSettings;
pub use open_transformer::TransformerSupervisionSettings;
pub use over_temperature::OverTemperatureSettings;
pub use overvoltage::OvervoltageSettings;
pub use phase_sequence::PhaseSequenceSettings;
pub use reverse_power::ReversePowerSettings;
pub use settings::{Rated, Settings, TimerReset};
pub use short_time::ShortTimeSettings;
pub use starts_per_hour::StartsPerHourSettings;
pub use state::{Block, Change, Context, ElementState, Transition, Trip, TripDecision};
pub use thermal_image::{ThermalImageSettings, ThermalMode};
pub use time_current::{TimeCurve, curves, set_delay};
pub use time_overcurrent::{CurveReset, TimeOvercurrentSettings};
pub use tolerance::ToleranceModel;
pub use underload::UnderloadSettings;
pub use undervoltage::UndervoltageSettings;
pub use unit::Protection;
pub use validate::{SettingsError, check};
pub use warnings::{Warning, validate, validate_class};
pub use zone_interlocking::ZoneInterlockingSettings;
