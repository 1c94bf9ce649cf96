//! Legal settings that will disappoint, each with what would happen.

use super::{ElementId, GroundSensing, ProtectionClass, Rated, Settings};
use crate::units::Seconds;
use std::fmt;

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
    let motor_thermal = s.motor.enabled && s.motor_thermal.enabled;
    if !(s.long_time.enabled || toc.enabled || image.enabled || motor_thermal) {
        warn(ElementId::LongTime, "no overload protection: L, 51, 49 and 49M are all off".to_owned());
    }
    if s.motor.enabled {
        motor(s, rated, &mut warn);
    } else {
        no_motor(s, &mut warn);
    }
    supply(s, rated, &mut warn);
    signature(s, &mut warn);
    if !s.enabled {
        warn(ElementId::HardwareOverride, "protection out of service: only the override trips".to_owned());
    }
    warnings
}

/// Least margin of I over the locked-rotor current: the offset of a start is mostly, not wholly, rejected.
const MARGIN_OVER_START: f64 = 1.3;

/// Voltages that a healthy supply may have, percent of nominal (ANSI C84.1, range A at the service).
const HEALTHY_VOLTAGE: (f64, f64) = (95.0, 105.0);
/// Deviation that a healthy frequency may have, as a share (EN 50160).
const HEALTHY_FREQUENCY: f64 = 0.01;

/// Trips that a healthy supply or an unlucky transformer would cause.
fn supply(s: &Settings, rated: &Rated, warn: &mut impl FnMut(ElementId, String)) {
    let (low, high) = HEALTHY_VOLTAGE;
    let (under, over) = (&s.undervoltage, &s.overvoltage);
    if under.enabled && under.trip && under.pickup.0 > low {
        warn(
            ElementId::Undervoltage,
            format!("pickup > {low} %: {} % is a voltage of a healthy supply", under.pickup.0),
        );
    }
    if over.enabled && over.trip && over.pickup.0 < high {
        warn(
            ElementId::Overvoltage,
            format!("pickup < {high} %: {} % is a voltage of a healthy supply", over.pickup.0),
        );
    }
    let near = rated.frequency.0 * HEALTHY_FREQUENCY;
    for (id, stage, off) in [
        (ElementId::Underfrequency, &s.underfrequency, rated.frequency.0 - s.underfrequency.pickup.0),
        (ElementId::Overfrequency, &s.overfrequency, s.overfrequency.pickup.0 - rated.frequency.0),
    ] {
        if stage.enabled && stage.trip && off < near {
            warn(id, format!("pickup within 1 % of rated: {} Hz is a frequency of a healthy supply", stage.pickup.0));
        }
    }
    let unbalance = &s.negative_sequence;
    if unbalance.enabled && unbalance.trip && !s.transformer_supervision.enabled {
        warn(ElementId::NegativeSequence, "CTS is off: an open current transformer trips like a lost phase".to_owned());
    }
    if s.ground_alarm.enabled && s.ground_alarm.share.0 >= 100.0 && s.ground_fault.trip {
        warn(ElementId::GroundAlarm, "share >= 100 %: G trips before its alarm".to_owned());
    }
}

/// What arc signature detection cannot promise here.
fn signature(s: &Settings, warn: &mut impl FnMut(ElementId, String)) {
    for (id, enabled) in
        [(ElementId::ArcSeries, s.arc_series.enabled), (ElementId::ArcParallel, s.arc_parallel.enabled)]
    {
        if enabled {
            let text = "for training: UL 1699 ends at 30 A and IEC 62606 at 63 A, neither covers this breaker";
            warn(id, text.to_owned());
        }
    }
    if s.distance.enabled {
        warn(ElementId::Distance, "for training: an arc adds as much resistance as the reach has".to_owned());
    }
}

/// Motor elements without a motor do nothing.
fn no_motor(s: &Settings, warn: &mut impl FnMut(ElementId, String)) {
    let elements = [
        (ElementId::MotorThermal, s.motor_thermal.enabled),
        (ElementId::LongStart, s.long_start.enabled),
        (ElementId::Jam, s.jam.enabled),
        (ElementId::Underload, s.underload.enabled),
        (ElementId::StartsPerHour, s.starts_per_hour.enabled),
    ];
    for (id, _) in elements.into_iter().filter(|(_, enabled)| *enabled) {
        warn(id, "the load is no motor: out of service".to_owned());
    }
}

/// What a motor on this breaker would suffer from.
fn motor(s: &Settings, rated: &Rated, warn: &mut impl FnMut(ElementId, String)) {
    let full_load = s.motor.full_load(rated.current);
    let locked = MOTOR_START.0 * full_load;
    let least = MARGIN_OVER_START * locked;
    if s.instantaneous.enabled && s.instantaneous.pickup.0 < least {
        warn(
            ElementId::Instantaneous,
            format!(
                "pickup < 1.3 x locked-rotor current: {} A, {least:.0} A lets a start pass",
                s.instantaneous.pickup.0
            ),
        );
    }
    if s.short_time.enabled && s.short_time.pickup.0 <= locked {
        warn(
            ElementId::ShortTime,
            format!("trips during a 6 x 5 s start: pickup {} A, a start takes {locked:.0} A", s.short_time.pickup.0),
        );
    }
    let during_start = s.long_time.time_at(crate::units::Amperes(locked));
    if let Some(time) = during_start.filter(|t| s.long_time.enabled && *t < MOTOR_START.1) {
        warn(ElementId::LongTime, format!("trips during a 6 x 5 s start: after {:.1} s", time.0));
    }
    if s.making_current.enabled && s.making_current.pickup.0 < least {
        warn(
            ElementId::MakingCurrent,
            format!("pickup < 1.3 x locked-rotor current: {} A trips at each start", s.making_current.pickup.0),
        );
    }
    if s.thermal_image.enabled && s.motor_thermal.enabled {
        warn(ElementId::ThermalImage, "49M is in service too: the same current heats both images".to_owned());
    }
    if s.jam.enabled && s.jam.pickup.0 <= full_load {
        warn(ElementId::Jam, format!("pickup <= full load: {} A is what the motor takes", s.jam.pickup.0));
    }
    if s.underload.enabled && s.underload.pickup.0 >= full_load {
        warn(ElementId::Underload, format!("pickup >= full load: {} A is never reached", s.underload.pickup.0));
    }
    if s.long_start.enabled && s.long_start.delay < MOTOR_START.1 {
        warn(ElementId::LongStart, format!("trips during a 6 x 5 s start: after {:.1} s", s.long_start.delay.0));
    }
}

/// Says when the instantaneous pickup lies outside the band that the protection class stands for.
#[must_use]
pub fn validate_class(class: ProtectionClass, settings: &Settings, rated: &Rated) -> Option<Warning> {
    let (low, high) = class.instantaneous_band();
    let multiple = settings.instantaneous.pickup / rated.current;
    (settings.instantaneous.enabled && !(low..=high).contains(&multiple)).then(|| Warning {
        element: ElementId::Instantaneous,
        text: format!("{} asks for {low} to {high} In, {multiple} In is set", class.name()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::rated_100_a;
    use super::*;
    use crate::protection::{
        ArcFlashSettings, GroundFaultSettings, InstantaneousSettings, MotorSettings, ThermalImageSettings,
        TimeOvercurrentSettings, check,
    };
    use crate::units::{Amperes, Hertz, Lux, Percent};

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
    fn a_motor_wants_room_for_its_start() {
        let mut s = as_published();
        s.motor = MotorSettings { enabled: true, full_load: Amperes(100.0) };
        let of_i = |pickup: f64, s: &Settings| {
            let mut s = *s;
            s.instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(pickup) };
            validate(&s, &rated_100_a()).iter().any(|w| w.text.starts_with("pickup < 1.3 x locked-rotor"))
        };
        assert!(of_i(700.0, &s));
        assert!(!of_i(800.0, &s));
    }

    #[test]
    fn a_supply_element_that_a_healthy_supply_trips_is_warned_of() {
        let mut s = as_published();
        let of = |s: &Settings, id: ElementId| validate(s, &rated_100_a()).iter().any(|w| w.element == id);
        s.undervoltage.enabled = true;
        s.undervoltage.trip = true;
        s.underfrequency.enabled = true;
        s.underfrequency.trip = true;
        // 95 % of ANSI C84.1, 1 % of EN 50160.
        for (voltage, frequency, warned) in [(95.0, 59.4, false), (96.0, 59.5, true)] {
            s.undervoltage.pickup = Percent(voltage);
            s.underfrequency.pickup = Hertz(frequency);
            assert_eq!(of(&s, ElementId::Undervoltage), warned, "{voltage} %");
            assert_eq!(of(&s, ElementId::Underfrequency), warned, "{frequency} Hz");
        }
        s.negative_sequence.enabled = true;
        s.negative_sequence.trip = true;
        assert!(of(&s, ElementId::NegativeSequence));
        s.transformer_supervision.enabled = true;
        assert!(!of(&s, ElementId::NegativeSequence));
        s.jam.enabled = true;
        assert!(of(&s, ElementId::Jam), "no motor");
    }

    #[test]
    fn a_class_names_a_band_of_the_instantaneous_pickup() {
        let mut s = as_published();
        s.instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(1000.0) };
        let said = validate_class(ProtectionClass::B, &s, &rated_100_a()).unwrap().to_string();
        assert_eq!(said, "I: TypeB asks for 3 to 5 In, 10 In is set");
        assert_eq!(validate_class(ProtectionClass::C, &s, &rated_100_a()), None);
    }
}
