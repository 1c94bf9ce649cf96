//! Settings that contradict each other are refused.
//!
//! A setting is never clamped to a legal one: whoever wrote it would not know what is in force.

use super::{ElementId, Rated, Settings};

/// Settings that contradict each other or mean nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// A number that is not one, or not above nothing.
    #[error("{element}: {what} must be a number above 0, not {value}", element = .element.label())]
    NotPositive {
        /// Of which element.
        element: ElementId,
        /// Which setting.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// One setting must be above another.
    #[error("{element}: {what} ({value} {unit}) must be {relation} {other} ({limit} {unit})", element = .element.label())]
    Order {
        /// Of which element.
        element: ElementId,
        /// Which setting.
        what: &'static str,
        /// What was given.
        value: f64,
        /// `above`, `at most`, `at least 1.5 times`.
        relation: &'static str,
        /// The other setting.
        other: &'static str,
        /// Its value.
        limit: f64,
        /// Unit of both.
        unit: &'static str,
    },
}

/// Refuses settings that contradict each other. Only elements in service are judged.
///
/// # Errors
///
/// Every contradiction that was found: a pickup or delay of an element in service that is not a number above 0;
/// `Isd` under 1.5 `Ir`; `Ii` not above `Isd`; the maintenance pickup above `Ii`; a backup trip not after the retrip;
/// a low limit of voltage or frequency not below the high one or the rating; a temperature trip not above its alarm; more
/// starts of a hot motor than of a cold one; a differential characteristic that falls.
pub fn check(settings: &Settings, rated: &Rated) -> Result<(), Vec<SettingsError>> {
    let s = settings;
    let mut errors = Vec::new();
    for (element, what, in_service, value) in numbers(s) {
        if in_service && !(value > 0.0 && value.is_finite()) {
            errors.push(SettingsError::NotPositive { element, what, value });
        }
    }
    let mut order = |wrong: bool, element, what, value, relation, other, limit, unit| {
        if wrong {
            errors.push(SettingsError::Order { element, what, value, relation, other, limit, unit });
        }
    };
    let (ir, isd, ii) = (s.long_time.pickup.0, s.short_time.pickup.0, s.instantaneous.pickup.0);
    order(
        s.short_time.enabled && s.long_time.enabled && isd < 1.5 * ir,
        ElementId::ShortTime,
        "pickup",
        isd,
        "at least 1.5 times",
        "the long-time pickup",
        ir,
        "A",
    );
    order(
        s.short_time.enabled && s.instantaneous.enabled && ii <= isd,
        ElementId::Instantaneous,
        "pickup",
        ii,
        "above",
        "the short-time pickup",
        isd,
        "A",
    );
    order(
        s.instantaneous.enabled && s.maintenance_mode.pickup.0 > ii,
        ElementId::MaintenanceMode,
        "pickup",
        s.maintenance_mode.pickup.0,
        "at most",
        "the instantaneous pickup",
        ii,
        "A",
    );
    order(
        s.breaker_failure.enabled && s.breaker_failure.backup <= s.breaker_failure.retrip,
        ElementId::BreakerFailure,
        "backup time",
        s.breaker_failure.backup.0,
        "above",
        "the retrip time",
        s.breaker_failure.retrip.0,
        "s",
    );
    order(
        s.long_time.enabled && rated.current.0 > 0.0 && ir > rated.current.0,
        ElementId::LongTime,
        "pickup",
        ir,
        "at most",
        "the rated current",
        rated.current.0,
        "A",
    );
    order(
        s.undervoltage.enabled && s.overvoltage.enabled && s.undervoltage.pickup >= s.overvoltage.pickup,
        ElementId::Undervoltage,
        "pickup",
        s.undervoltage.pickup.0,
        "below",
        "the overvoltage pickup",
        s.overvoltage.pickup.0,
        "%",
    );
    order(
        s.underfrequency.enabled && s.underfrequency.pickup >= rated.frequency,
        ElementId::Underfrequency,
        "pickup",
        s.underfrequency.pickup.0,
        "below",
        "the rated frequency",
        rated.frequency.0,
        "Hz",
    );
    order(
        s.overfrequency.enabled && s.overfrequency.pickup <= rated.frequency,
        ElementId::Overfrequency,
        "pickup",
        s.overfrequency.pickup.0,
        "above",
        "the rated frequency",
        rated.frequency.0,
        "Hz",
    );
    order(
        s.over_temperature.enabled && s.over_temperature.trip <= s.over_temperature.alarm,
        ElementId::OverTemperature,
        "trip",
        s.over_temperature.trip.0,
        "above",
        "the alarm",
        s.over_temperature.alarm.0,
        "Cel",
    );
    order(
        s.motor.enabled && s.starts_per_hour.enabled && s.starts_per_hour.hot > s.starts_per_hour.cold,
        ElementId::StartsPerHour,
        "starts while hot",
        f64::from(s.starts_per_hour.hot),
        "at most",
        "the starts from cold",
        f64::from(s.starts_per_hour.cold),
        "an hour",
    );
    order(
        s.differential.enabled && s.differential.slope_beyond < s.differential.slope,
        ElementId::Differential,
        "slope beyond the knee",
        s.differential.slope_beyond.0,
        "at least",
        "the slope up to it",
        s.differential.slope.0,
        "%",
    );
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Numbers that must be above nothing while their element is in service.
fn numbers(s: &Settings) -> [(ElementId, &'static str, bool, f64); 32] {
    let motor = s.motor.enabled;
    let inverse = s.time_overcurrent.curve != super::curve::Curve::Definite;
    [
        (ElementId::TimeOvercurrent, "pickup", s.time_overcurrent.enabled, s.time_overcurrent.pickup.0),
        (
            ElementId::TimeOvercurrent,
            "time multiplier",
            s.time_overcurrent.enabled && inverse,
            s.time_overcurrent.time_multiplier,
        ),
        (ElementId::LongTime, "pickup", s.long_time.enabled, s.long_time.pickup.0),
        (ElementId::LongTime, "delay", s.long_time.enabled, s.long_time.delay.0),
        (ElementId::ShortTime, "pickup", s.short_time.enabled, s.short_time.pickup.0),
        (ElementId::ShortTime, "delay", s.short_time.enabled, s.short_time.delay.0),
        (ElementId::ShortTime, "knee", s.short_time.enabled && s.short_time.i2t, s.short_time.knee),
        (ElementId::ShortTime, "Ir for the knee", s.short_time.enabled && s.short_time.i2t, s.long_time.pickup.0),
        (ElementId::Instantaneous, "pickup", s.instantaneous.enabled, s.instantaneous.pickup.0),
        (ElementId::GroundFault, "pickup", s.ground_fault.enabled, s.ground_fault.pickup.0),
        (ElementId::ArcFlash, "current pickup", s.arc_flash.enabled, s.arc_flash.pickup.0),
        (ElementId::ArcFlash, "light pickup", s.arc_flash.enabled, s.arc_flash.light.0),
        (ElementId::ThermalImage, "pickup", s.thermal_image.enabled, s.thermal_image.pickup.0),
        (ElementId::ThermalImage, "time constant", s.thermal_image.enabled, s.thermal_image.delay.0),
        (ElementId::MakingCurrent, "pickup", s.making_current.enabled, s.making_current.pickup.0),
        (ElementId::MakingCurrent, "duration", s.making_current.enabled, s.making_current.duration.0),
        (ElementId::Undervoltage, "pickup", s.undervoltage.enabled, s.undervoltage.pickup.0),
        (ElementId::Overvoltage, "pickup", s.overvoltage.enabled, s.overvoltage.pickup.0),
        (ElementId::Underfrequency, "pickup", s.underfrequency.enabled, s.underfrequency.pickup.0),
        (ElementId::Overfrequency, "pickup", s.overfrequency.enabled, s.overfrequency.pickup.0),
        (ElementId::FrequencyRate, "pickup", s.frequency_rate.enabled, s.frequency_rate.pickup.0),
        (ElementId::ReversePower, "pickup", s.reverse_power.enabled, s.reverse_power.pickup.0),
        (ElementId::NegativeSequence, "pickup", s.negative_sequence.enabled, s.negative_sequence.pickup.0),
        (
            ElementId::NegativeSequence,
            "K",
            s.negative_sequence.enabled && s.negative_sequence.inverse,
            s.negative_sequence.k.0,
        ),
        (ElementId::PhaseSequence, "pickup", s.phase_sequence.enabled, s.phase_sequence.pickup.0),
        (ElementId::Jam, "pickup", motor && s.jam.enabled, s.jam.pickup.0),
        (ElementId::Underload, "pickup", motor && s.underload.enabled, s.underload.pickup.0),
        (
            ElementId::StartsPerHour,
            "starts per hour",
            motor && s.starts_per_hour.enabled,
            f64::from(s.starts_per_hour.hot.min(s.starts_per_hour.cold)),
        ),
        (ElementId::Differential, "pickup", s.differential.enabled, s.differential.pickup.0),
        (ElementId::Distance, "reach", s.distance.enabled, s.distance.reach.0),
        (ElementId::ArcParallel, "peak", s.arc_parallel.enabled, s.arc_parallel.peak.0),
        (ElementId::BreakerFailure, "backup time", s.breaker_failure.enabled, s.breaker_failure.backup.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::rated_100_a;
    use super::*;
    use crate::protection::{
        FrequencySettings, InstantaneousSettings, LongTimeSettings, OvervoltageSettings, ShortTimeSettings,
        UndervoltageSettings,
    };
    use crate::units::{Amperes, Hertz, Percent, Seconds};

    #[test]
    fn contradictions_are_refused_in_a_sentence() {
        let s = Settings {
            enabled: true,
            long_time: LongTimeSettings {
                enabled: true,
                pickup: Amperes(100.0),
                delay: Seconds(12.0),
                ..LongTimeSettings::default()
            },
            short_time: ShortTimeSettings {
                enabled: true,
                pickup: Amperes(140.0),
                delay: Seconds(0.2),
                ..ShortTimeSettings::default()
            },
            instantaneous: InstantaneousSettings { enabled: true, pickup: Amperes(140.0) },
            ..Settings::default()
        };
        let said: Vec<String> = check(&s, &rated_100_a()).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "S: pickup (140 A) must be at least 1.5 times the long-time pickup (100 A)",
                "I: pickup (140 A) must be above the short-time pickup (140 A)"
            ]
        );
        let mut bad = s;
        bad.short_time.enabled = false;
        bad.long_time.delay = Seconds(f64::NAN);
        assert_eq!(
            check(&bad, &rated_100_a()).unwrap_err()[0].to_string(),
            "L: delay must be a number above 0, not NaN"
        );
    }

    #[test]
    fn low_limits_stay_below_high_ones() {
        let s = Settings {
            undervoltage: UndervoltageSettings {
                enabled: true,
                pickup: Percent(110.0),
                ..UndervoltageSettings::default()
            },
            overvoltage: OvervoltageSettings {
                enabled: true,
                pickup: Percent(110.0),
                ..OvervoltageSettings::default()
            },
            underfrequency: FrequencySettings { enabled: true, pickup: Hertz(60.5), ..FrequencySettings::default() },
            ..Settings::default()
        };
        let said: Vec<String> = check(&s, &rated_100_a()).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "27: pickup (110 %) must be below the overvoltage pickup (110 %)",
                "81U: pickup (60.5 Hz) must be below the rated frequency (60 Hz)"
            ]
        );
    }
}
