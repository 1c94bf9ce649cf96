//! Elements that remember: images of heat, counted starts, intermittent faults.

use super::super::accumulator::Accumulator;
use super::super::bench_inputs::{Bench, balanced};
use super::super::motor::Motor;
use super::super::starts_per_hour::StartsPerHour;
use super::super::thermal_image::{Image, ThermalImage, cooled, image_time};
use super::super::time_overcurrent::TimeOvercurrent;
use super::super::*;
use crate::units::{Amperes, Percent, Seconds};

fn image() -> ThermalImageSettings {
    ThermalImageSettings {
        enabled: true,
        pickup: Amperes(100.0),
        delay: Seconds(100.0),
        alarm: Percent(90.0),
        close_permission: Percent(80.0),
        ..ThermalImageSettings::default()
    }
}

/// `t = tau ln((I^2 - h) / (I^2 - 1))` (IEC 60255-149).
#[test]
fn the_time_of_an_image_is_that_of_the_standard() {
    assert!((image_time(100.0, 0.0, 4.0) - 100.0 * (4.0f64 / 3.0).ln()).abs() < 1e-12);
    assert!((image_time(100.0, 0.5, 4.0) - 100.0 * (3.5f64 / 3.0).ln()).abs() < 1e-12);
    assert_eq!(image_time(100.0, 1.0, 4.0), 0.0);
    assert_eq!(image_time(100.0, 0.5, 1.0), f64::INFINITY, "what is just carried never trips");
    assert_eq!(image().time_at(Amperes(100.0)), None);
    assert_eq!(ThermalImageSettings { pickup: Amperes::ZERO, ..image() }.time_at(Amperes(100.0)), None);
    assert_eq!(ThermalImageSettings { pickup: Amperes::ZERO, ..image() }.time_at(Amperes::ZERO), None);
}

#[test]
fn heat_that_is_restored_is_bounded_and_a_time_constant_of_nothing_keeps_none() {
    let set = |h: f64| {
        let mut image = Image::default();
        image.set(h);
        image.h()
    };
    assert_eq!(set(0.7), 0.7);
    assert_eq!(set(-1.0), 0.0);
    assert_eq!(set(f64::NAN), 0.0);
    // Twenty times the carried current is the most that heats (IEC 60255-151).
    assert_eq!(set(1e9), 400.0);
    assert_eq!(cooled(Seconds(10.0), 0.0), 0.0);
    assert_eq!(cooled(Seconds(0.0), 0.0), 0.0);
    assert!((cooled(Seconds(10.0), 10.0) - (-1.0f64).exp()).abs() < 1e-15);
    assert_eq!(cooled(Seconds(-10.0), 10.0), 1.0, "a clock that went back heats nothing");
}

#[test]
fn an_image_out_of_service_is_heated_and_shown_all_the_same() {
    let s = ThermalImageSettings { enabled: false, ..image() };
    let (mut element, mut bench) = (ThermalImage::default(), Bench::coarse(0.1));
    let mut last = 0.0;
    // A time constant at the current that is just carried.
    bench.run(100.0, |view| last = element.pass(&s, &view.of(&balanced(100.0))).progress);
    assert!((last - (1.0 - (-1.0f64).exp())).abs() < 0.002, "{last}");
    // Without a pickup or a time constant there is nothing to heat.
    for s in [ThermalImageSettings { pickup: Amperes::ZERO, ..s }, ThermalImageSettings { delay: Seconds::ZERO, ..s }] {
        let mut element = ThermalImage::default();
        Bench::at_60_hz().pass(|view| element.pass(&s, &view.of(&balanced(100.0))));
        assert_eq!(element.h(), 0.0);
    }
}

#[test]
fn an_operated_image_holds_to_its_dropout_and_forbids_closing_to_its_permission() {
    let (mut element, mut bench) = (ThermalImage::default(), Bench::coarse(0.01));
    bench.run(40.0, |view| {
        element.pass(&image(), &view.of(&balanced(200.0)));
    });
    assert!(element.h() > 1.0 && element.too_hot());
    let (mut operated_to, mut hot_to) = (1.0f64, 1.0f64);
    bench.run(60.0, |view| {
        if element.pass(&image(), &view.of(&balanced(0.0))).operating {
            operated_to = operated_to.min(element.h());
        }
        if element.too_hot() {
            hot_to = hot_to.min(element.h());
        }
    });
    assert!((operated_to - 0.97).abs() < 0.001, "{operated_to}");
    assert!((hot_to - 0.80).abs() < 0.001, "{hot_to}");
}

#[test]
fn an_image_after_a_restart_forbids_closing_only_above_its_permission() {
    let after = |h: f64| {
        let mut element = ThermalImage::default();
        element.restore(h, true, &image(), Seconds::ZERO);
        element.too_hot()
    };
    assert!(after(0.81));
    assert!(!after(0.80));
}

fn forget(reset: fn(&mut ThermalImage)) -> f64 {
    let mut element = ThermalImage::default();
    element.restore(0.9, true, &image(), Seconds::ZERO);
    reset(&mut element);
    element.h() + f64::from(u8::from(element.too_hot()))
}

#[test]
fn a_test_bench_can_make_a_unit_cold() {
    assert_eq!(forget(ThermalImage::reset_memory), 0.0);
    let mut settings = Settings { enabled: true, ..Settings::default() };
    settings.motor = MotorSettings { enabled: true, full_load: Amperes(100.0) };
    settings.motor_thermal.enabled = true;
    settings.long_time.enabled = true;
    settings.long_time.thermal_memory = true;
    settings.long_time.pickup = Amperes(100.0);
    settings.long_time.delay = Seconds(12.0);
    settings.thermal_image = image();
    let hot = heat::Heat { long_time: 0.5, thermal_image: 0.9, thermal_image_hot: true, motor: 0.9, motor_hot: true };
    let mut unit = Protection::new(crate::time::SampleRate::AT_60_HZ, super::super::bench_inputs::rated_100_a());
    unit.restore_heat(&hot, &settings, Seconds::ZERO);
    assert_eq!(unit.heat(), hot);
    assert!(!unit.close_permission());
    unit.reset_memory();
    assert_eq!(unit.heat(), heat::Heat::default());
    assert!(unit.close_permission());
}

/// Started between dropout and pickup: a definite time runs on, an inverse one stands still.
#[test]
fn a_definite_overcurrent_time_runs_on_down_to_the_dropout() {
    let progress = |curve: curve::Curve| {
        let s = TimeOvercurrentSettings {
            enabled: true,
            curve,
            pickup: Amperes(100.0),
            delay: Seconds(1.0),
            time_multiplier: 0.1,
            ..TimeOvercurrentSettings::default()
        };
        let (mut element, mut bench) = (TimeOvercurrent::default(), Bench::at_60_hz());
        bench.run(0.1, |view| {
            element.pass(&s, &view.of(&balanced(110.0)));
        });
        let mut shown = Vec::new();
        bench.run(0.5, |view| shown.push(element.pass(&s, &view.of(&balanced(98.0))).progress));
        (shown[0], *shown.last().unwrap())
    };
    let (first, last) = progress(curve::Curve::Definite);
    assert!((last - first - 0.5).abs() < 0.01, "{first} to {last}");
    let (first, last) = progress(curve::Curve::IecStandardInverse);
    assert!(first > 0.0 && last == first, "{first} to {last}");
}

const LOAD: MotorSettings = MotorSettings { enabled: true, full_load: Amperes(100.0) };

/// A motor that starts at the given seconds, 6 s each, with what heat it has while it starts and after; what is
/// inhibited at the end of each rest.
fn starts(s: StartsPerHourSettings, every: f64, count: usize, heat: (f64, f64)) -> Vec<bool> {
    let (mut motor, mut element, mut bench) = (Motor::default(), StartsPerHour::default(), Bench::coarse(0.05));
    (0..count)
        .map(|_| {
            let mut last = false;
            bench.until(every, |t, view| {
                // Run-up, some running, then a rest.
                let (amperes, heat) = match t {
                    t if t < 2.0 => (600.0, heat.0),
                    t if t < 4.0 => (100.0, heat.1),
                    _ => (0.0, heat.1),
                };
                let q = balanced(amperes);
                let view = view.of(&q);
                motor.pass(&LOAD, &view);
                let found = element.pass(&s, &LOAD, &motor, heat, &view);
                assert_eq!(found.started, element.inhibited());
                assert_eq!((found.operating, found.progress > 0.0), (found.started, found.started));
                last = found.started;
                false
            });
            last
        })
        .collect()
}

#[test]
fn starts_are_counted_within_the_hour_and_spaced() {
    let s = StartsPerHourSettings { enabled: true, cold: 2, hot: 1, between: Seconds(0.0) };
    assert_eq!(starts(s, 100.0, 3, (0.1, 0.1)), [false, true, true]);
    assert_eq!(starts(s, 100.0, 2, (0.6, 0.6)), [true, true], "one start while hot");
    assert_eq!(starts(s, 1900.0, 4, (0.1, 0.1)), [false; 4], "the first is forgotten after the hour");
    let spaced = StartsPerHourSettings { cold: 9, hot: 9, between: Seconds(60.0), ..s };
    assert_eq!(starts(spaced, 59.0, 1, (0.1, 0.1)), [true]);
    assert_eq!(starts(spaced, 61.0, 1, (0.1, 0.1)), [false]);
}

/// More starts than are remembered: the oldest go.
#[test]
fn the_newest_sixteen_starts_are_remembered() {
    let s = StartsPerHourSettings { enabled: true, cold: 16, hot: 16, between: Seconds(0.0) };
    let inhibited = starts(s, 20.0, 20, (0.1, 0.1));
    let first = inhibited.iter().position(|x| *x);
    assert_eq!(first, Some(15), "{inhibited:?}");
    assert!(inhibited[15..].iter().all(|x| *x), "all within the hour");
}

/// A start that took three tenths of the heat is not repeated with less than that to go.
#[test]
fn a_start_that_would_not_fit_into_the_heat_is_forbidden() {
    let s = StartsPerHourSettings { enabled: true, cold: 9, hot: 9, between: Seconds(0.0) };
    assert_eq!(starts(s, 20.0, 1, (0.45, 0.74)), [true], "0.29 came, 0.26 is left");
    assert_eq!(starts(s, 20.0, 1, (0.45, 0.70)), [false], "0.25 came, 0.30 is left");
    assert_eq!(starts(s, 20.0, 1, (0.99, 0.99)), [false], "a start that heats nothing always fits");
}

#[test]
fn starts_per_hour_needs_its_switch_and_its_motor() {
    let s = StartsPerHourSettings { enabled: true, cold: 2, hot: 1, between: Seconds(0.0) };
    let enabled = |s: &StartsPerHourSettings, load: &MotorSettings| {
        let mut element = StartsPerHour::default();
        Bench::at_60_hz().pass(|view| element.pass(s, load, &Motor::default(), 0.0, &view.of(&balanced(0.0))).enabled)
    };
    assert!(enabled(&s, &LOAD));
    assert!(!enabled(&StartsPerHourSettings { enabled: false, ..s }, &LOAD));
    assert!(!enabled(&s, &MotorSettings { enabled: false, ..LOAD }));
}

#[test]
fn a_cleared_accumulator_is_at_its_beginning() {
    let mut timer = Accumulator::default();
    timer.pass(true, 0.0, 0.0, accumulator::Fall::Instant);
    assert_eq!(timer.level(), 1.0);
    timer.clear();
    assert_eq!(timer, Accumulator::default());
}
