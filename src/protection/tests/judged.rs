//! What is refused and what is warned of: each rule at its limit, just beyond it, and with each of its parts out of
//! service.

use super::super::bench_inputs::rated_100_a;
use super::super::curve::Curve;
use super::super::*;
use crate::units::{Amperes, Celsius, Hertz, Lux, Ohms, Percent, Seconds};

type Change = fn(&mut Settings);

/// A rule: in force by `set`, kept at `legal`, broken at `illegal`, silent after each of `off`.
struct Rule {
    element: ElementId,
    set: fn(&mut Settings, f64),
    legal: f64,
    illegal: f64,
    off: &'static [Change],
}

fn refused(s: &Settings, rated: &Rated) -> Vec<ElementId> {
    let errors = check(s, rated).err().unwrap_or_default();
    errors
        .iter()
        .map(|e| match e {
            SettingsError::NotPositive { element, .. } | SettingsError::Order { element, .. } => *element,
        })
        .collect()
}

fn warned(s: &Settings, element: ElementId, start: &str) -> bool {
    validate(s, &rated_100_a()).iter().any(|w| w.element == element && w.text.starts_with(start))
}

const ORDERS: [Rule; 11] = [
    Rule {
        element: ElementId::ShortTime,
        set: |s, isd| {
            short_time(s, isd);
            long_time(s, 100.0);
        },
        legal: 150.0,
        illegal: 149.9,
        off: &[|s| s.short_time.enabled = false, |s| s.long_time.enabled = false],
    },
    Rule {
        element: ElementId::Instantaneous,
        set: |s, ii| {
            short_time(s, 600.0);
            s.instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(ii) };
        },
        legal: 600.1,
        illegal: 600.0,
        off: &[|s| s.short_time.enabled = false, |s| s.instantaneous.enabled = false],
    },
    Rule {
        element: ElementId::MaintenanceMode,
        set: |s, pickup| {
            s.instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(600.0) };
            s.maintenance_mode.pickup = Amperes(pickup);
        },
        legal: 600.0,
        illegal: 600.1,
        off: &[|s| s.instantaneous.enabled = false],
    },
    Rule {
        element: ElementId::BreakerFailure,
        set: |s, backup| {
            s.breaker_failure =
                BreakerFailureSettings { enabled: true, retrip: Seconds(0.05), backup: Seconds(backup) };
        },
        legal: 0.051,
        illegal: 0.05,
        off: &[|s| s.breaker_failure.enabled = false],
    },
    Rule {
        element: ElementId::LongTime,
        set: long_time,
        legal: 100.0,
        illegal: 100.1,
        off: &[|s| s.long_time.enabled = false],
    },
    Rule {
        element: ElementId::Undervoltage,
        set: |s, pickup| {
            (s.undervoltage.enabled, s.overvoltage.enabled) = (true, true);
            s.undervoltage.pickup = Percent(pickup);
            s.overvoltage.pickup = Percent(110.0);
        },
        legal: 109.9,
        illegal: 110.0,
        off: &[|s| s.undervoltage.enabled = false, |s| s.overvoltage.enabled = false],
    },
    Rule {
        element: ElementId::Underfrequency,
        set: |s, pickup| {
            s.underfrequency.enabled = true;
            s.underfrequency.pickup = Hertz(pickup);
        },
        legal: 59.9,
        illegal: 60.0,
        off: &[|s| s.underfrequency.enabled = false],
    },
    Rule {
        element: ElementId::Overfrequency,
        set: |s, pickup| {
            s.overfrequency.enabled = true;
            s.overfrequency.pickup = Hertz(pickup);
        },
        legal: 60.1,
        illegal: 60.0,
        off: &[|s| s.overfrequency.enabled = false],
    },
    Rule {
        element: ElementId::OverTemperature,
        set: |s, trip| {
            s.over_temperature.enabled = true;
            s.over_temperature.alarm = Celsius(100.0);
            s.over_temperature.trip = Celsius(trip);
        },
        legal: 100.1,
        illegal: 100.0,
        off: &[|s| s.over_temperature.enabled = false],
    },
    Rule {
        element: ElementId::StartsPerHour,
        set: |s, hot| {
            (s.motor.enabled, s.starts_per_hour.enabled) = (true, true);
            s.starts_per_hour.cold = 3;
            s.starts_per_hour.hot = hot as u32;
        },
        legal: 3.0,
        illegal: 4.0,
        off: &[|s| s.motor.enabled = false, |s| s.starts_per_hour.enabled = false],
    },
    Rule {
        element: ElementId::Differential,
        set: |s, beyond| {
            s.differential.enabled = true;
            s.differential.pickup = Amperes(20.0);
            s.differential.slope = Percent(25.0);
            s.differential.slope_beyond = Percent(beyond);
        },
        legal: 25.0,
        illegal: 24.9,
        off: &[|s| s.differential.enabled = false],
    },
];

fn long_time(s: &mut Settings, pickup: f64) {
    s.long_time.enabled = true;
    s.long_time.pickup = Amperes(pickup);
    s.long_time.delay = Seconds(12.0);
}

fn short_time(s: &mut Settings, pickup: f64) {
    s.short_time.enabled = true;
    s.short_time.pickup = Amperes(pickup);
    s.short_time.delay = Seconds(0.2);
}

#[test]
fn settings_that_contradict_each_other_are_refused_only_when_both_are_in_force() {
    for (n, rule) in ORDERS.iter().enumerate() {
        let with = |value: f64| {
            let mut s = Settings::default();
            (rule.set)(&mut s, value);
            s
        };
        assert_eq!(refused(&with(rule.legal), &rated_100_a()), [], "rule {n} at its limit");
        let broken = with(rule.illegal);
        assert_eq!(refused(&broken, &rated_100_a()), [rule.element], "rule {n} beyond it");
        for off in rule.off {
            let mut s = broken;
            off(&mut s);
            assert_eq!(refused(&s, &rated_100_a()), [], "rule {n} with a part out of service");
        }
    }
}

#[test]
fn without_a_rating_the_long_time_pickup_has_nothing_to_stay_below() {
    let mut s = Settings::default();
    long_time(&mut s, 100.0);
    assert_eq!(refused(&s, &Rated { current: Amperes::ZERO, ..rated_100_a() }), []);
    assert_eq!(refused(&s, &Rated { current: Amperes(1.0), ..rated_100_a() }), [ElementId::LongTime]);
}

/// Each number that must be above nothing: the element, how it is put in force with this number, and what leaves it
/// without a meaning.
#[test]
fn a_number_must_be_above_nothing_where_it_means_something() {
    type Number = (ElementId, &'static str, fn(&mut Settings, f64), &'static [Change]);
    let numbers: [Number; 12] = [
        (
            ElementId::TimeOvercurrent,
            "time multiplier",
            |s, x| {
                s.time_overcurrent.enabled = true;
                s.time_overcurrent.pickup = Amperes(100.0);
                s.time_overcurrent.curve = Curve::IecStandardInverse;
                s.time_overcurrent.time_multiplier = x;
            },
            &[|s| s.time_overcurrent.enabled = false, |s| s.time_overcurrent.curve = Curve::Definite],
        ),
        (
            ElementId::ShortTime,
            "knee",
            |s, x| {
                short_time(s, 600.0);
                s.long_time.pickup = Amperes(100.0);
                s.short_time.i2t = true;
                s.short_time.knee = x;
            },
            &[|s| s.short_time.enabled = false, |s| s.short_time.i2t = false],
        ),
        (
            ElementId::ShortTime,
            "Ir for the knee",
            |s, x| {
                short_time(s, 600.0);
                s.short_time.i2t = true;
                s.short_time.knee = 10.0;
                s.long_time.pickup = Amperes(x);
            },
            &[|s| s.short_time.enabled = false, |s| s.short_time.i2t = false],
        ),
        (
            ElementId::NegativeSequence,
            "K",
            |s, x| {
                s.negative_sequence.enabled = true;
                s.negative_sequence.pickup = Percent(10.0);
                s.negative_sequence.inverse = true;
                s.negative_sequence.k = Seconds(x);
            },
            &[|s| s.negative_sequence.enabled = false, |s| s.negative_sequence.inverse = false],
        ),
        (
            ElementId::Jam,
            "pickup",
            |s, x| {
                (s.motor.enabled, s.jam.enabled) = (true, true);
                s.jam.pickup = Amperes(x);
            },
            &[|s| s.motor.enabled = false, |s| s.jam.enabled = false],
        ),
        (
            ElementId::Underload,
            "pickup",
            |s, x| {
                (s.motor.enabled, s.underload.enabled) = (true, true);
                s.underload.pickup = Amperes(x);
            },
            &[|s| s.motor.enabled = false, |s| s.underload.enabled = false],
        ),
        (
            ElementId::StartsPerHour,
            "starts per hour",
            |s, x| {
                (s.motor.enabled, s.starts_per_hour.enabled) = (true, true);
                s.starts_per_hour.cold = 3;
                s.starts_per_hour.hot = x as u32;
            },
            &[|s| s.motor.enabled = false, |s| s.starts_per_hour.enabled = false],
        ),
        (
            ElementId::ArcFlash,
            "light pickup",
            |s, x| {
                s.arc_flash =
                    ArcFlashSettings { enabled: true, pickup: Amperes(100.0), delay: Seconds::ZERO, light: Lux(x) };
            },
            &[|s| s.arc_flash.enabled = false],
        ),
        (
            ElementId::ThermalImage,
            "time constant",
            |s, x| {
                s.thermal_image.enabled = true;
                s.thermal_image.pickup = Amperes(105.0);
                s.thermal_image.delay = Seconds(x);
            },
            &[|s| s.thermal_image.enabled = false],
        ),
        (
            ElementId::MakingCurrent,
            "duration",
            |s, x| {
                s.making_current.enabled = true;
                s.making_current.pickup = Amperes(1000.0);
                s.making_current.duration = Seconds(x);
            },
            &[|s| s.making_current.enabled = false],
        ),
        (
            ElementId::Distance,
            "reach",
            |s, x| {
                s.distance.enabled = true;
                s.distance.reach = Ohms(x);
            },
            &[|s| s.distance.enabled = false],
        ),
        (
            ElementId::ArcParallel,
            "peak",
            |s, x| {
                s.arc_parallel.enabled = true;
                s.arc_parallel.peak = Amperes(x);
            },
            &[|s| s.arc_parallel.enabled = false],
        ),
    ];
    for (element, what, set, without_meaning) in numbers {
        let said = |s: &Settings| {
            let errors = check(s, &rated_100_a()).err().unwrap_or_default();
            errors.iter().any(|e| {
                matches!(e, SettingsError::NotPositive { element: of, what: which, .. } if *of == element && *which == what)
            })
        };
        let with = |x: f64| {
            let mut s = Settings::default();
            set(&mut s, x);
            s
        };
        assert!(said(&with(0.0)), "{element:?} {what} of nothing");
        assert!(!said(&with(1.0)), "{element:?} {what}");
        for change in without_meaning {
            let mut s = with(0.0);
            change(&mut s);
            assert!(!said(&s), "{element:?} {what} without a meaning");
        }
    }
}

#[test]
fn a_number_must_be_finite() {
    let instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(f64::INFINITY) };
    let mut s = Settings { instantaneous, ..Settings::default() };
    assert_eq!(refused(&s, &rated_100_a()), [ElementId::Instantaneous]);
    s.instantaneous.pickup = Amperes(f64::NAN);
    assert_eq!(refused(&s, &rated_100_a()), [ElementId::Instantaneous]);
}

/// A warning: given at `warned`, not at `silent`, nor at `warned` after each of `off`.
struct Advice {
    element: ElementId,
    start: &'static str,
    set: fn(&mut Settings, f64),
    silent: f64,
    warned: f64,
    off: &'static [Change],
}

const SUPPLY: [Advice; 6] = [
    Advice {
        element: ElementId::Undervoltage,
        start: "pickup > 95 %",
        set: |s, x| {
            (s.undervoltage.enabled, s.undervoltage.trip) = (true, true);
            s.undervoltage.pickup = Percent(x);
        },
        silent: 95.0,
        warned: 95.1,
        off: &[|s| s.undervoltage.enabled = false, |s| s.undervoltage.trip = false],
    },
    Advice {
        element: ElementId::Overvoltage,
        start: "pickup < 105 %",
        set: |s, x| {
            (s.overvoltage.enabled, s.overvoltage.trip) = (true, true);
            s.overvoltage.pickup = Percent(x);
        },
        silent: 105.0,
        warned: 104.9,
        off: &[|s| s.overvoltage.enabled = false, |s| s.overvoltage.trip = false],
    },
    Advice {
        element: ElementId::Underfrequency,
        start: "pickup within 1 %",
        set: |s, x| {
            (s.underfrequency.enabled, s.underfrequency.trip) = (true, true);
            s.underfrequency.pickup = Hertz(x);
        },
        silent: 59.4,
        warned: 59.41,
        off: &[|s| s.underfrequency.enabled = false, |s| s.underfrequency.trip = false],
    },
    Advice {
        element: ElementId::Overfrequency,
        start: "pickup within 1 %",
        set: |s, x| {
            (s.overfrequency.enabled, s.overfrequency.trip) = (true, true);
            s.overfrequency.pickup = Hertz(x);
        },
        silent: 60.6,
        warned: 60.59,
        off: &[|s| s.overfrequency.enabled = false, |s| s.overfrequency.trip = false],
    },
    Advice {
        element: ElementId::NegativeSequence,
        start: "CTS is off",
        set: |s, x| {
            (s.negative_sequence.enabled, s.negative_sequence.trip) = (true, true);
            s.transformer_supervision.enabled = x < 0.5;
        },
        silent: 0.0,
        warned: 1.0,
        off: &[|s| s.negative_sequence.enabled = false, |s| s.negative_sequence.trip = false],
    },
    Advice {
        element: ElementId::GroundAlarm,
        start: "share >= 100 %",
        set: |s, x| {
            (s.ground_alarm.enabled, s.ground_fault.trip) = (true, true);
            s.ground_alarm.share = Percent(x);
        },
        silent: 99.0,
        warned: 100.0,
        off: &[|s| s.ground_alarm.enabled = false, |s| s.ground_fault.trip = false],
    },
];

/// A motor of 100 A takes 600 A while it starts, and I is to stay 1.3 times above that.
const MOTOR: [Advice; 8] = [
    Advice {
        element: ElementId::Instantaneous,
        start: "pickup < 1.3 x locked-rotor",
        set: |s, x| s.instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(x) },
        silent: 780.0,
        warned: 779.0,
        off: &[|s| s.instantaneous.enabled = false, |s| s.motor.enabled = false],
    },
    Advice {
        element: ElementId::ShortTime,
        start: "trips during a 6 x 5 s start",
        set: short_time,
        silent: 600.1,
        warned: 600.0,
        off: &[|s| s.short_time.enabled = false, |s| s.motor.enabled = false],
    },
    Advice {
        // At six times Ir the time of I2t is the delay itself.
        element: ElementId::LongTime,
        start: "trips during a 6 x 5 s start",
        set: |s, x| {
            long_time(s, 100.0);
            s.long_time.delay = Seconds(x);
        },
        silent: 5.01,
        warned: 4.99,
        off: &[|s| s.long_time.enabled = false, |s| s.motor.enabled = false],
    },
    Advice {
        element: ElementId::MakingCurrent,
        start: "pickup < 1.3 x locked-rotor",
        set: |s, x| {
            s.making_current.enabled = true;
            s.making_current.pickup = Amperes(x);
        },
        silent: 780.0,
        warned: 779.0,
        off: &[|s| s.making_current.enabled = false, |s| s.motor.enabled = false],
    },
    Advice {
        element: ElementId::ThermalImage,
        start: "49M is in service too",
        set: |s, x| {
            s.thermal_image.enabled = true;
            s.thermal_image.pickup = Amperes(105.0);
            s.motor_thermal.enabled = x > 0.5;
        },
        silent: 0.0,
        warned: 1.0,
        off: &[|s| s.thermal_image.enabled = false, |s| s.motor.enabled = false],
    },
    Advice {
        element: ElementId::Jam,
        start: "pickup <= full load",
        set: |s, x| {
            s.jam.enabled = true;
            s.jam.pickup = Amperes(x);
        },
        silent: 100.1,
        warned: 100.0,
        off: &[|s| s.jam.enabled = false, |s| s.motor.enabled = false],
    },
    Advice {
        element: ElementId::Underload,
        start: "pickup >= full load",
        set: |s, x| {
            s.underload.enabled = true;
            s.underload.pickup = Amperes(x);
        },
        silent: 99.9,
        warned: 100.0,
        off: &[|s| s.underload.enabled = false, |s| s.motor.enabled = false],
    },
    Advice {
        element: ElementId::LongStart,
        start: "trips during a 6 x 5 s start",
        set: |s, x| {
            s.long_start.enabled = true;
            s.long_start.delay = Seconds(x);
        },
        silent: 5.0,
        warned: 4.9,
        off: &[|s| s.long_start.enabled = false, |s| s.motor.enabled = false],
    },
];

const CURRENTS: [Advice; 8] = [
    Advice {
        element: ElementId::TimeOvercurrent,
        start: "pickup <= max load",
        set: time_overcurrent,
        silent: 100.1,
        warned: 100.0,
        off: &[|s| s.time_overcurrent.enabled = false],
    },
    Advice {
        element: ElementId::TimeOvercurrent,
        start: "trips during a 6 x 5 s start",
        set: |s, delay| {
            time_overcurrent(s, 120.0);
            s.time_overcurrent.delay = Seconds(delay);
        },
        silent: 5.0,
        warned: 4.9,
        off: &[|s| s.time_overcurrent.enabled = false],
    },
    Advice {
        element: ElementId::GroundFault,
        start: "residual pickup < 0.2 In",
        set: |s, x| {
            s.ground_fault.enabled = true;
            s.ground_fault.sensing = GroundSensing::Residual;
            s.ground_fault.pickup = Amperes(x);
        },
        silent: 20.0,
        warned: 19.9,
        off: &[|s| s.ground_fault.enabled = false, |s| s.ground_fault.sensing = GroundSensing::ZeroSequence],
    },
    Advice {
        element: ElementId::ArcFlash,
        start: "arc delay > 10 ms",
        set: |s, x| {
            s.arc_flash =
                ArcFlashSettings { enabled: true, pickup: Amperes(150.0), delay: Seconds(x), light: Lux(8000.0) };
        },
        silent: 0.01,
        warned: 0.011,
        off: &[|s| s.arc_flash.enabled = false],
    },
    Advice {
        element: ElementId::ArcFlash,
        start: "pickup <= max load",
        set: |s, x| {
            s.arc_flash =
                ArcFlashSettings { enabled: true, pickup: Amperes(x), delay: Seconds(0.0), light: Lux(8000.0) };
        },
        silent: 100.1,
        warned: 100.0,
        off: &[|s| s.arc_flash.enabled = false],
    },
    Advice {
        element: ElementId::ThermalImage,
        start: "pickup < rated current",
        set: |s, x| {
            s.thermal_image.enabled = true;
            s.thermal_image.pickup = Amperes(x);
        },
        silent: 100.0,
        warned: 99.9,
        off: &[|s| s.thermal_image.enabled = false],
    },
    Advice {
        element: ElementId::ShortTime,
        start: "zone interlocking delay",
        set: |s, x| {
            short_time(s, 600.0);
            s.zone_interlocking.enabled = true;
            s.zone_interlocking.delay = Seconds(x);
        },
        silent: 0.199,
        warned: 0.2,
        off: &[|s| s.short_time.enabled = false, |s| s.zone_interlocking.enabled = false],
    },
    Advice {
        element: ElementId::Instantaneous,
        start: "pickup >= hardware override",
        set: |s, x| {
            let at = override_threshold(&rated_100_a());
            s.instantaneous = InstantaneousSettings { enabled: true, pickup: at * x };
        },
        silent: 0.999,
        warned: 1.0,
        off: &[|s| s.instantaneous.enabled = false],
    },
];

fn time_overcurrent(s: &mut Settings, pickup: f64) {
    s.time_overcurrent.enabled = true;
    s.time_overcurrent.curve = Curve::Definite;
    s.time_overcurrent.pickup = Amperes(pickup);
    s.time_overcurrent.delay = Seconds(10.0);
}

fn advised(advice: &[Advice], motor: bool) {
    for Advice { element, start, set, silent, warned: beyond, off } in advice {
        let with = |x: f64| {
            let mut s = Settings { enabled: true, ..Settings::default() };
            s.motor = MotorSettings { enabled: motor, full_load: Amperes(100.0) };
            set(&mut s, x);
            s
        };
        assert!(!warned(&with(*silent), *element, start), "{element:?} {start} at {silent}");
        assert!(warned(&with(*beyond), *element, start), "{element:?} {start} at {beyond}");
        for (n, off) in off.iter().enumerate() {
            let mut s = with(*beyond);
            off(&mut s);
            assert!(!warned(&s, *element, start), "{element:?} {start} without part {n}");
        }
    }
}

#[test]
fn what_a_healthy_supply_would_trip_is_warned_of() {
    advised(&SUPPLY, false);
}

#[test]
fn what_a_motor_would_suffer_from_is_warned_of() {
    advised(&MOTOR, true);
}

#[test]
fn what_the_load_or_another_element_defeats_is_warned_of() {
    advised(&CURRENTS, false);
}

#[test]
fn any_one_overload_protection_is_enough() {
    let alone: [Change; 4] = [
        |s| s.long_time.enabled = true,
        |s| s.time_overcurrent.enabled = true,
        |s| s.thermal_image.enabled = true,
        |s| (s.motor.enabled, s.motor_thermal.enabled) = (true, true),
    ];
    let none = Settings { enabled: true, ..Settings::default() };
    assert!(warned(&none, ElementId::LongTime, "no overload protection"));
    for (n, change) in alone.into_iter().enumerate() {
        let mut s = none;
        change(&mut s);
        assert!(!warned(&s, ElementId::LongTime, "no overload protection"), "{n}");
    }
    let mut s = none;
    s.motor_thermal.enabled = true;
    assert!(warned(&s, ElementId::LongTime, "no overload protection"), "49M without a motor is out of service");
}

#[test]
fn elements_without_their_motor_and_protection_out_of_service_are_warned_of() {
    let mut s = Settings { enabled: true, ..Settings::default() };
    let elements = |s: &Settings| {
        let all = validate(s, &rated_100_a());
        all.iter().filter(|w| w.text.starts_with("the load is no motor")).map(|w| w.element).collect::<Vec<_>>()
    };
    assert_eq!(elements(&s), []);
    s.long_start.enabled = true;
    s.starts_per_hour.enabled = true;
    assert_eq!(elements(&s), [ElementId::LongStart, ElementId::StartsPerHour]);
    assert!(!warned(&s, ElementId::HardwareOverride, "protection out of service"));
    s.enabled = false;
    assert!(warned(&s, ElementId::HardwareOverride, "protection out of service"));
}

#[test]
fn arc_signatures_are_for_training_and_say_so() {
    let mut s = Settings { enabled: true, ..Settings::default() };
    assert!(!warned(&s, ElementId::ArcSeries, "for training"));
    s.arc_series.enabled = true;
    assert!(warned(&s, ElementId::ArcSeries, "for training"));
    assert!(!warned(&s, ElementId::ArcParallel, "for training"));
    s.arc_parallel.enabled = true;
    assert!(warned(&s, ElementId::ArcParallel, "for training"));
    assert!(!warned(&s, ElementId::Distance, "for training"));
    s.distance.enabled = true;
    assert!(warned(&s, ElementId::Distance, "for training"));
}
