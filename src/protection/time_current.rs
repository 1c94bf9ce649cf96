//! Time-current curves of the settings, for drawing and for the time that a setting would have.

use super::{ElementId, Rated, Settings, hardware_override};
use crate::units::{Amperes, Percent, Seconds};

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

/// The delay that the settings intend at this quantity (in the unit of the element), from its start on; none when the
/// element has no time of its own or would not operate. Elements without an intentional delay have nothing.
#[must_use]
pub fn set_delay(
    settings: &Settings,
    rated: &Rated,
    cause: ElementId,
    quantity: f64,
    restraint_in: bool,
) -> Option<Seconds> {
    use ElementId as Id;
    let s = settings;
    let of_rated_voltage = Percent(100.0 * quantity / rated.voltage.0);
    match cause {
        Id::HardwareOverride | Id::MaintenanceMode | Id::MakingCurrent | Id::Instantaneous | Id::Differential => {
            Some(Seconds::ZERO)
        }
        Id::ArcFlash => Some(s.arc_flash.delay),
        Id::ShortTime | Id::GroundFault => {
            let time = TimeCurve { id: cause, settings: *s, rated: *rated }.time_at(Amperes(quantity))?;
            Some(Seconds(s.zone_interlocking.shorten(time.0, restraint_in)))
        }
        Id::NegativeSequence => s.negative_sequence.time_at(Percent(quantity)),
        Id::PhaseSequence => Some(s.phase_sequence.delay),
        Id::Undervoltage => s.undervoltage.time_at(of_rated_voltage),
        Id::Overvoltage => s.overvoltage.time_at(of_rated_voltage),
        Id::Underfrequency => Some(s.underfrequency.delay),
        Id::Overfrequency => Some(s.overfrequency.delay),
        Id::FrequencyRate => Some(s.frequency_rate.delay),
        Id::ReversePower => Some(s.reverse_power.delay),
        Id::LongStart => Some(s.long_start.delay),
        Id::Underload => Some(s.underload.delay),
        _ => TimeCurve { id: cause, settings: *s, rated: *rated }.time_at(Amperes(quantity)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::rated_100_a;
    use super::*;
    use crate::protection::{InstantaneousSettings, UndervoltageSettings};

    #[test]
    fn an_element_without_intentional_delay_is_set_to_none() {
        let instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(1000.0) };
        let undervoltage = UndervoltageSettings {
            pickup: Percent(90.0),
            delay: Seconds(5.0),
            inverse: true,
            ..UndervoltageSettings::default()
        };
        let s = Settings { enabled: true, instantaneous, undervoltage, ..Settings::default() };
        let of = |id, quantity| set_delay(&s, &rated_100_a(), id, quantity, false).map(|t| t.0);
        assert_eq!(of(ElementId::HardwareOverride, 11_000.0), Some(0.0));
        assert_eq!(of(ElementId::Instantaneous, 1150.0), Some(0.0));
        // T / (1 - U/Us) at half the pickup of 432 V (IEC 60255-127).
        assert!((of(ElementId::Undervoltage, 216.0).unwrap() - 10.0).abs() < 1e-9);
        assert_eq!(of(ElementId::BreakerFailure, 1.0), None);
    }

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
