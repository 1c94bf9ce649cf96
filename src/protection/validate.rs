//! Judges settings: errors, which are refused, and warnings, which say what would happen.
//!
//! A setting is never clamped to a legal one: whoever wrote it would not know what is in force.

use super::{ElementId, GroundSensing, Rated, Settings};
use crate::units::Seconds;
use std::fmt;

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

/// A setting that is legal and will disappoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Which element.
    pub element: ElementId,
    /// What would happen.
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.element.label(), self.text)
    }
}

/// Refuses settings that contradict each other. Only elements in service are judged.
///
/// # Errors
///
/// Every contradiction that was found: a pickup or delay of an element in service that is not a number above 0;
/// `Isd` under 1.5 `Ir`; `Ii` not above `Isd`; the maintenance pickup above `Ii`; a backup trip not after the retrip.
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
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Numbers that must be above nothing while their element is in service.
fn numbers(s: &Settings) -> [(ElementId, &'static str, bool, f64); 15] {
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
        (ElementId::BreakerFailure, "backup time", s.breaker_failure.enabled, s.breaker_failure.backup.0),
    ]
}

/// A motor start as catalogues assume it: this multiple of the rated current, for this long.
const MOTOR_START: (f64, Seconds) = (6.0, Seconds(5.0));

/// Says what legal settings would do that nobody wants.
#[must_use]
pub fn validate(settings: &Settings, rated: &Rated) -> Vec<Warning> {
    let (s, i_n) = (settings, rated.current);
    let mut warnings = Vec::new();
    let mut warn = |element: ElementId, text: String| warnings.push(Warning { element, text });
    let toc = &s.time_overcurrent;
    if toc.enabled && toc.pickup <= i_n {
        warn(
            ElementId::TimeOvercurrent,
            format!("pickup <= max load: {} A trips at the rated current of {} A", toc.pickup.0, i_n.0),
        );
    }
    let start = i_n * MOTOR_START.0;
    if let Some(time) = toc.time_at(start).filter(|t| toc.enabled && *t < MOTOR_START.1) {
        warn(
            ElementId::TimeOvercurrent,
            format!("trips during a 6 x 5 s start: {} A is cut off after {:.3} s", start.0, time.0),
        );
    }
    let g = &s.ground_fault;
    if g.enabled && g.sensing == GroundSensing::Residual && g.pickup < i_n * 0.2 {
        warn(
            ElementId::GroundFault,
            format!(
                "residual pickup < 0.2 In: {} A is within the error of the phase transformers, use a zero-sequence transformer",
                g.pickup.0
            ),
        );
    }
    let arc = &s.arc_flash;
    if arc.enabled && arc.delay > Seconds(0.01) {
        warn(
            ElementId::ArcFlash,
            format!("arc delay > 10 ms: the arc burns {:.0} ms before the trip command", arc.delay.0 * 1000.0),
        );
    }
    if arc.enabled && arc.pickup <= i_n {
        warn(
            ElementId::ArcFlash,
            format!("pickup <= max load: under load light alone decides, {} A supervises nothing", arc.pickup.0),
        );
    }
    let image = &s.thermal_image;
    if image.enabled && image.pickup < i_n {
        warn(
            ElementId::ThermalImage,
            format!("pickup < rated current: {} A trips under a load of {} A", image.pickup.0, i_n.0),
        );
    }
    if s.zone_interlocking.enabled && s.short_time.enabled && s.zone_interlocking.delay >= s.short_time.delay {
        warn(ElementId::ShortTime, "zone interlocking delay >= short-time delay: it gains nothing".to_owned());
    }
    if s.instantaneous.enabled && s.instantaneous.pickup >= super::override_threshold(rated) {
        warn(
            ElementId::Instantaneous,
            format!(
                "pickup >= hardware override: {} A is cut off at {} A anyway",
                s.instantaneous.pickup.0,
                super::override_threshold(rated).0
            ),
        );
    }
    if let Some(e) =
        [s.long_time.enabled, toc.enabled, image.enabled].iter().all(|on| !on).then_some(ElementId::LongTime)
    {
        warn(e, "no overload protection: L, 51 and 49 are all off".to_owned());
    }
    if !s.enabled {
        warn(ElementId::HardwareOverride, "protection out of service: only the override trips".to_owned());
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::rated_100_a;
    use super::*;
    use crate::protection::{
        ArcFlashSettings, GroundFaultSettings, InstantaneousSettings, LongTimeSettings, ShortTimeSettings,
        ThermalImageSettings, TimeOvercurrentSettings,
    };
    use crate::units::{Amperes, Lux};

    /// The numbers of the published Standard template.
    fn as_published() -> Settings {
        Settings {
            enabled: true,
            time_overcurrent: TimeOvercurrentSettings {
                enabled: true,
                pickup: Amperes(100.0),
                delay: Seconds(1.0),
                ..TimeOvercurrentSettings::default()
            },
            ground_fault: GroundFaultSettings {
                enabled: true,
                pickup: Amperes(5.0),
                delay: Seconds(0.5),
                ..GroundFaultSettings::default()
            },
            arc_flash: ArcFlashSettings {
                enabled: true,
                pickup: Amperes(50.0),
                delay: Seconds(0.1),
                light: Lux(8000.0),
            },
            thermal_image: ThermalImageSettings {
                enabled: true,
                pickup: Amperes(120.0),
                delay: Seconds(300.0),
                ..ThermalImageSettings::default()
            },
            ..Settings::default()
        }
    }

    #[test]
    fn the_published_numbers_are_legal_and_warned_of() {
        assert_eq!(check(&as_published(), &rated_100_a()), Ok(()));
        let said: Vec<String> = validate(&as_published(), &rated_100_a()).iter().map(ToString::to_string).collect();
        let starts = [
            "51: pickup <= max load",
            "51: trips during a 6 x 5 s start",
            "AFD: arc delay > 10 ms",
            "AFD: pickup <= max load",
        ];
        assert_eq!(said.len(), starts.len(), "{said:#?}");
        for (said, start) in said.iter().zip(starts) {
            assert!(said.starts_with(start), "{said}");
        }
    }

    #[test]
    fn a_small_residual_pickup_is_warned_of() {
        let mut s = as_published();
        s.ground_fault.sensing = GroundSensing::Residual;
        let said = validate(&s, &rated_100_a());
        assert!(said.iter().any(|w| w.text.starts_with("residual pickup < 0.2 In")), "{said:?}");
    }

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
}
