//! Time-current curves of the settings, for drawing and for the time that a setting would have.

use super::{ElementId, Rated, Settings, hardware_override};
use crate::units::{Amperes, Seconds};

/// The characteristic of one element under given settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeCurve {
    /// Which element.
    pub id: ElementId,
    settings: Settings,
    rated: Rated,
}

impl TimeCurve {
    /// Operate time from rest and cold at a constant current (for G: a ground current); none when it would never
    /// operate.
    #[must_use]
    pub fn time_at(&self, current: Amperes) -> Option<Seconds> {
        let (s, rated) = (&self.settings, &self.rated);
        match self.id {
            ElementId::HardwareOverride => hardware_override::time_at(current, rated),
            ElementId::MaintenanceMode => s.maintenance_mode.time_at(current),
            ElementId::Instantaneous => s.instantaneous.time_at(current),
            ElementId::ShortTime => s.short_time.time_at(current, s.long_time.pickup),
            ElementId::GroundFault => s.ground_fault.time_at(current, rated.current),
            ElementId::TimeOvercurrent => s.time_overcurrent.time_at(current),
            ElementId::LongTime => s.long_time.time_at(current),
            ElementId::ThermalImage => s.thermal_image.time_at(current),
            ElementId::MakingCurrent => s.making_current.time_at(current),
            ElementId::MotorThermal => s.motor_thermal.time_from(0.0, current, &s.motor, rated.current),
            ElementId::Jam => (current >= s.jam.pickup).then_some(s.jam.delay),
            _ => None,
        }
    }
}

/// The curves of the elements in service whose time depends on current, in order of arbitration. The maintenance mode
/// is among them whether switched on or not.
#[must_use]
pub fn curves(settings: &Settings, rated: &Rated) -> Vec<TimeCurve> {
    let s = settings;
    [
        (ElementId::HardwareOverride, true),
        (ElementId::MaintenanceMode, s.enabled && s.maintenance_mode.pickup.0 > 0.0),
        (ElementId::MakingCurrent, s.enabled && s.making_current.enabled),
        (ElementId::Instantaneous, s.enabled && s.instantaneous.enabled),
        (ElementId::ShortTime, s.enabled && s.short_time.enabled),
        (ElementId::GroundFault, s.enabled && s.ground_fault.enabled),
        (ElementId::TimeOvercurrent, s.enabled && s.time_overcurrent.enabled),
        (ElementId::LongTime, s.enabled && s.long_time.enabled),
        (ElementId::ThermalImage, s.enabled && s.thermal_image.enabled),
        (ElementId::MotorThermal, s.enabled && s.motor.enabled && s.motor_thermal.enabled),
        (ElementId::Jam, s.enabled && s.motor.enabled && s.jam.enabled),
    ]
    .into_iter()
    .filter(|(_, in_service)| *in_service)
    .map(|(id, _)| TimeCurve { id, settings: *settings, rated: *rated })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::rated_100_a;
    use super::*;
    use crate::protection::InstantaneousSettings;

    #[test]
    fn only_elements_in_service_are_drawn() {
        let ids = |s: &Settings| curves(s, &rated_100_a()).iter().map(|c| c.id).collect::<Vec<_>>();
        let instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(1000.0) };
        let mut s = Settings { enabled: true, instantaneous, ..Settings::default() };
        assert_eq!(ids(&s), [ElementId::HardwareOverride, ElementId::Instantaneous]);
        s.enabled = false;
        assert_eq!(ids(&s), [ElementId::HardwareOverride]);
    }
}
