//! Pickups, dropouts and switches of the elements one by one.

use super::super::accumulator::Accumulator;
use super::super::bench_inputs::{Bench, balanced, currents, rated_100_a};
use super::super::instantaneous::Instantaneous;
use super::super::jam::Jam;
use super::super::long_start::LongStart;
use super::super::long_time::LongTime;
use super::super::maintenance_mode::MaintenanceMode;
use super::super::making_current::MakingCurrent;
use super::super::motor::Motor;
use super::super::motor_thermal::MotorThermal;
use super::super::negative_sequence::NegativeSequence;
use super::super::*;
use crate::units::{Amperes, Percent, Seconds};

const LOAD: MotorSettings = MotorSettings { enabled: true, full_load: Amperes(100.0) };
const NO_MOTOR: MotorSettings = MotorSettings { enabled: false, ..LOAD };

#[test]
fn a_pickup_of_nothing_never_starts() {
    let nothing = Amperes::ZERO;
    assert_eq!(InstantaneousSettings { enabled: true, pickup: nothing }.time_at(nothing), None);
    assert_eq!(MaintenanceModeSettings { pickup: nothing }.time_at(nothing), None);
    assert_eq!(MakingCurrentSettings { enabled: true, ..MakingCurrentSettings::default() }.time_at(nothing), None);
    assert_eq!(LongTimeSettings { enabled: true, ..LongTimeSettings::default() }.time_at(nothing), None);
    assert_eq!(GroundFaultSettings::default().time_at(nothing, Amperes(100.0)), None);
    assert_eq!(NegativeSequenceSettings::default().time_at(Percent(0.0)), None);
    let unrated = Rated { current: Amperes::ZERO, ..rated_100_a() };
    assert_eq!(hardware_override::time_at(nothing, &unrated), None);
    let mut element = Instantaneous::default();
    let s = InstantaneousSettings { enabled: true, pickup: nothing };
    assert!(!Bench::at_60_hz().pass(|view| element.pass(&s, &view.of(&balanced(0.0)))).started);
}

#[test]
fn a_pickup_belongs_to_what_operates_and_the_least_below_does_not() {
    let time = |pickup: f64, current: f64| {
        [
            InstantaneousSettings { enabled: true, pickup: Amperes(pickup) }.time_at(Amperes(current)),
            MaintenanceModeSettings { pickup: Amperes(pickup) }.time_at(Amperes(current)),
            MakingCurrentSettings { enabled: true, pickup: Amperes(pickup), duration: Seconds(0.1) }
                .time_at(Amperes(current)),
        ]
    };
    // One window of 60 Hz.
    for found in time(400.0, 400.0) {
        assert!(found.is_some_and(|t| (t.0 - 1.0 / 60.0).abs() < 1e-4), "{found:?}");
    }
    assert_eq!(time(400.0, 399.9), [None; 3]);
}

/// Over-elements drop out at 97 % of the pickup, and stay operated above it.
#[test]
fn an_operated_comparator_drops_out_at_its_dropout() {
    let s = InstantaneousSettings { enabled: true, pickup: Amperes(1000.0) };
    let (mut element, mut bench) = (Instantaneous::default(), Bench::at_60_hz());
    let mut pass = |amperes: f64| bench.pass(|view| element.pass(&s, &view.of(&balanced(amperes))));
    let first = pass(1000.0);
    assert!(first.started && !first.operating && first.progress == 0.5);
    assert!(first.operate_time.is_finite(), "it will operate");
    let second = pass(1000.0);
    assert!(second.operating && second.progress == 1.0);
    assert!(pass(970.1).operating);
    let out = pass(1000.0 * 0.97);
    assert!(!out.started && out.progress == 0.0 && out.operate_time.is_infinite());
}

#[test]
fn the_maintenance_mode_compares_only_while_switched_on() {
    let s = MaintenanceModeSettings { pickup: Amperes(250.0) };
    let shown = |on: bool| {
        let (mut element, mut bench) = (MaintenanceMode::default(), Bench::at_60_hz());
        bench.context.maintenance_mode = on;
        bench.pass(|view| element.pass(s, &view.of(&balanced(250.0))))
    };
    let on = shown(true);
    assert!(on.started && on.enabled && on.threshold == 250.0);
    assert!(!shown(false).started && !shown(false).enabled);
}

#[test]
fn the_making_current_release_shows_its_start_and_holds_to_the_dropout() {
    let s = MakingCurrentSettings { enabled: true, pickup: Amperes(400.0), duration: Seconds(0.1) };
    let (mut element, mut bench) = (MakingCurrent::default(), Bench::at_60_hz());
    let rest = bench.pass(|view| element.pass(&s, &view.of(&balanced(0.0))));
    assert!(rest.progress == 0.0 && !rest.started);
    bench.context.closed = true;
    let mut pass = |amperes: f64| bench.pass(|view| element.pass(&s, &view.of(&balanced(amperes))));
    let over = pass(400.0);
    assert!(over.started && over.operating && over.progress == 1.0);
    assert!(pass(388.1).started);
    assert!(!pass(400.0 * 0.97).started, "97 % is out");
    // 389 A is between dropout and pickup: nothing new begins there.
    assert!(!pass(389.0).started);
    let mut never = MakingCurrent::default();
    let nothing = MakingCurrentSettings { pickup: Amperes::ZERO, ..s };
    let mut bench = Bench::at_60_hz();
    bench.pass(|view| never.pass(&nothing, &view.of(&balanced(0.0))));
    bench.context.closed = true;
    assert!(!bench.pass(|view| never.pass(&nothing, &view.of(&balanced(0.0)))).started);
}

#[test]
fn the_load_is_graded_by_the_long_time_pickup() {
    let s =
        LongTimeSettings { enabled: true, pickup: Amperes(100.0), delay: Seconds(12.0), ..LongTimeSettings::default() };
    let level = |s: &LongTimeSettings, amperes: f64| {
        let mut element = LongTime::default();
        Bench::at_60_hz().pass(|view| element.pass(s, &view.of(&balanced(amperes))));
        element.load_level()
    };
    for (amperes, graded) in [
        (0.0, LoadLevel::Normal),
        (89.9, LoadLevel::Normal),
        (90.0, LoadLevel::PreWarning),
        (104.9, LoadLevel::PreWarning),
        (105.0, LoadLevel::Overload),
        (600.0, LoadLevel::Overload),
    ] {
        assert_eq!(level(&s, amperes), graded, "{amperes} A");
    }
    assert_eq!(level(&LongTimeSettings { enabled: false, ..s }, 600.0), LoadLevel::Normal, "out of service");
}

#[test]
fn the_reference_of_the_long_time_delay_is_where_its_time_is_the_delay() {
    let s = |reference, slope| LongTimeSettings {
        enabled: true,
        pickup: Amperes(100.0),
        delay: Seconds(12.0),
        reference,
        slope,
        ..LongTimeSettings::default()
    };
    let at = |s: LongTimeSettings, amperes: f64| s.time_at(Amperes(amperes)).map_or(f64::NAN, |t| t.0);
    assert!((at(s(LongTimeReference::SixTimes, LongTimeSlope::I2t), 600.0) - 12.0).abs() < 1e-12);
    assert!((at(s(LongTimeReference::ThreeTimes, LongTimeSlope::I2t), 300.0) - 12.0).abs() < 1e-12);
    assert!((at(s(LongTimeReference::SixTimes, LongTimeSlope::I2t), 300.0) - 48.0).abs() < 1e-12, "(6/3)^2");
    assert!((at(s(LongTimeReference::SixTimes, LongTimeSlope::I4t), 300.0) - 192.0).abs() < 1e-12, "(6/3)^4");
    // The start is at 110 % of the pickup.
    assert!(at(s(LongTimeReference::SixTimes, LongTimeSlope::I2t), 100.0 * 1.1).is_finite());
    assert!(at(s(LongTimeReference::SixTimes, LongTimeSlope::I2t), 109.9).is_nan());
}

#[test]
fn a_motor_without_a_current_of_its_own_has_that_of_the_breaker() {
    assert_eq!(LOAD.full_load(Amperes(250.0)), 100.0);
    assert_eq!(MotorSettings { full_load: Amperes::ZERO, ..LOAD }.full_load(Amperes(250.0)), 250.0);
}

/// A motor that runs at its full load.
fn at_speed(bench: &mut Bench) -> Motor {
    let mut motor = Motor::default();
    bench.run(0.2, |view| motor.pass(&LOAD, &view.of(&balanced(600.0))));
    assert!(motor.starting() && !motor.running());
    bench.run(0.2, |view| motor.pass(&LOAD, &view.of(&balanced(100.0))));
    assert!(motor.running() && !motor.starting());
    motor
}

#[test]
fn a_motor_starts_above_a_tenth_and_stops_below_a_twentieth_of_its_full_load() {
    let state = |amperes: f64| {
        let (mut motor, mut bench) = (Motor::default(), Bench::at_60_hz());
        bench.run(0.01, |view| motor.pass(&LOAD, &view.of(&balanced(amperes))));
        motor.state()
    };
    assert_eq!(state(10.0), MotorState::Stop);
    assert_eq!(state(10.1), MotorState::Start);
    let after = |amperes: f64| {
        let mut bench = Bench::at_60_hz();
        let mut motor = at_speed(&mut bench);
        bench.run(1.0, |view| motor.pass(&LOAD, &view.of(&balanced(amperes))));
        motor.state()
    };
    assert_eq!(after(5.0), MotorState::Run);
    assert_eq!(after(4.9), MotorState::Stop);
}

#[test]
fn a_start_lasts_until_the_current_is_below_one_and_a_half_times_full_load() {
    let state = |amperes: f64| {
        let (mut motor, mut bench) = (Motor::default(), Bench::at_60_hz());
        bench.run(0.1, |view| motor.pass(&LOAD, &view.of(&balanced(600.0))));
        bench.run(0.2, |view| motor.pass(&LOAD, &view.of(&balanced(amperes))));
        motor.state()
    };
    assert_eq!(state(150.0), MotorState::Start);
    assert_eq!(state(149.0), MotorState::Run);
}

#[test]
fn jam_and_long_start_need_their_motor_in_its_state() {
    let jam = JamSettings { enabled: true, pickup: Amperes(300.0), delay: Seconds(2.0) };
    let long = LongStartSettings { enabled: true, delay: Seconds(10.0) };
    let mut bench = Bench::at_60_hz();
    let running = at_speed(&mut bench);
    let mut starting = Motor::default();
    bench.run(0.1, |view| starting.pass(&LOAD, &view.of(&balanced(600.0))));
    let mut jams = |s: &JamSettings, load: &MotorSettings, motor: &Motor| {
        let found = bench.pass(|view| Jam::default().pass(s, load, motor, &view.of(&balanced(400.0))));
        (found.enabled, found.started)
    };
    assert_eq!(jams(&jam, &LOAD, &running), (true, true));
    assert_eq!(jams(&jam, &LOAD, &starting), (true, false), "a start is no jam");
    assert_eq!(jams(&jam, &NO_MOTOR, &running), (false, false));
    assert_eq!(jams(&JamSettings { enabled: false, ..jam }, &LOAD, &running), (false, false));
    let mut starts = |s: &LongStartSettings, load: &MotorSettings, motor: &Motor, amperes: f64| {
        let found = bench.pass(|view| LongStart::default().pass(s, load, motor, &view.of(&balanced(amperes))));
        (found.enabled, found.started, found.threshold)
    };
    // Until the current is under 1.5 times the full load the motor runs up.
    assert_eq!(starts(&long, &LOAD, &starting, 150.1), (true, true, 150.0));
    assert_eq!(starts(&long, &LOAD, &starting, 150.0), (true, false, 150.0));
    assert_eq!(starts(&long, &LOAD, &running, 400.0), (true, false, 150.0));
    assert_eq!(starts(&long, &NO_MOTOR, &starting, 400.0), (false, false, 150.0));
    assert_eq!(starts(&LongStartSettings { enabled: false, ..long }, &LOAD, &starting, 400.0), (false, false, 150.0));
}

/// Protection that goes out of service drops what has been timed: nothing is left of a half-run delay.
#[test]
fn a_timer_that_is_dropped_begins_from_nothing() {
    let mut bench = Bench::at_60_hz();
    let running = at_speed(&mut bench);
    let mut starting = Motor::default();
    bench.run(0.1, |view| starting.pass(&LOAD, &view.of(&balanced(600.0))));
    let half_run = |pass: &mut dyn FnMut(&super::super::view::View<'_>) -> finding::Finding,
                    drop: &mut dyn FnMut(),
                    q: &crate::power::Quantities| {
        let mut bench = Bench::at_60_hz();
        let mut before = 0.0;
        bench.run(1.0, |view| before = pass(&view.of(q)).progress);
        drop();
        let after = bench.pass(|view| pass(&view.of(q)).progress);
        (before, after)
    };
    let check = |(before, after): (f64, f64), what: &str| {
        assert!((before - 0.5).abs() < 0.01, "{what} before: {before}");
        assert!(after < 0.01, "{what} after: {after}");
    };
    let jam = std::cell::RefCell::new(Jam::default());
    let s = JamSettings { enabled: true, pickup: Amperes(300.0), delay: Seconds(2.0) };
    let figures = half_run(
        &mut |view| jam.borrow_mut().pass(&s, &LOAD, &running, view),
        &mut || jam.borrow_mut().timer().clear(),
        &balanced(400.0),
    );
    check(figures, "51LR");
    let long = std::cell::RefCell::new(LongStart::default());
    let s = LongStartSettings { enabled: true, delay: Seconds(2.0) };
    let figures = half_run(
        &mut |view| long.borrow_mut().pass(&s, &LOAD, &starting, view),
        &mut || long.borrow_mut().timer().clear(),
        &balanced(400.0),
    );
    check(figures, "48");
    let unbalance = std::cell::RefCell::new(NegativeSequence::default());
    let s = NegativeSequenceSettings {
        enabled: true,
        pickup: Percent(20.0),
        delay: Seconds(2.0),
        ..NegativeSequenceSettings::default()
    };
    let figures = half_run(
        &mut |view| unbalance.borrow_mut().pass(&s, false, false, view),
        &mut || unbalance.borrow_mut().timer().clear(),
        &currents([100.0, 100.0, 0.0], [0.0, -120.0, 120.0]),
    );
    check(figures, "46");
}

#[test]
fn an_accumulator_falls_over_its_time_and_at_once_without_one() {
    let level = |fall: accumulator::Fall, dt: f64| {
        let mut timer = Accumulator::default();
        timer.pass(true, 0.1, 0.0, fall);
        timer.pass(false, dt, 1.0, fall);
        timer.level()
    };
    assert!((level(accumulator::Fall::Over(2.0), 0.5) - 0.75).abs() < 1e-12);
    assert_eq!(level(accumulator::Fall::Over(0.0), 0.5), 0.0);
    assert_eq!(level(accumulator::Fall::Over(0.0), 0.0), 0.0, "also in a pass of no length");
    assert_eq!(level(accumulator::Fall::Instant, 0.5), 0.0);
    assert_eq!(level(accumulator::Fall::By(0.25), 0.5), 0.25);
}

/// `t = tau ln(m2 / (m2 - 1))` of IEC 60255-149 from cold, and the share of it that is over.
#[test]
fn the_motor_image_shows_how_far_it_is_and_what_is_left() {
    let s = MotorThermalSettings {
        enabled: true,
        class: MotorClass::Class10,
        close_permission: Percent(60.0),
        ..MotorThermalSettings::default()
    };
    let mut element = MotorThermal::default();
    let mut bench = Bench::coarse(0.01);
    // 112.5 A are carried for ever; 450 A are four times that.
    let (tau, square) = (s.class.time_constant().0, 16.0f64);
    let trip = tau * (square / (square - 1.0)).ln();
    let mut last = bench.pass(|view| element.pass(&s, &LOAD, MotorState::Run, &view.of(&balanced(450.0))));
    assert!(last.started && !last.operating && last.quantity == 450.0 && last.threshold == 112.5);
    bench.run(trip / 2.0, |view| last = element.pass(&s, &LOAD, MotorState::Run, &view.of(&balanced(450.0))));
    let left = last.operate_time * (1.0 - last.progress);
    assert!((left - trip / 2.0).abs() < 0.03, "{left} of {trip}");
    assert!(!element.too_hot());
    bench.run(trip / 2.0 + 0.05, |view| last = element.pass(&s, &LOAD, MotorState::Run, &view.of(&balanced(450.0))));
    assert!(last.operating && last.progress == 1.0 && element.too_hot());
    // It stays operated down to 97 % of the trip and keeps the motor off down to the permission.
    let mut operated_to: f64 = 1.0;
    bench.run(tau * 3.0, |view| {
        if element.pass(&s, &LOAD, MotorState::Stop, &view.of(&balanced(0.0))).operating {
            operated_to = operated_to.min(element.h());
        }
    });
    assert!((operated_to - 0.97).abs() < 0.002, "{operated_to}");
    assert!(!element.too_hot(), "e^-1 is under 60 %");
    let idle = bench.pass(|view| element.pass(&s, &LOAD, MotorState::Stop, &view.of(&balanced(0.0))));
    assert!(!idle.started && idle.operate_time.is_infinite());
}

#[test]
fn the_motor_image_forbids_closing_down_to_its_permission() {
    let s = MotorThermalSettings {
        enabled: true,
        class: MotorClass::Class10,
        close_permission: Percent(60.0),
        ..MotorThermalSettings::default()
    };
    let mut element = MotorThermal::default();
    element.restore(0.99, true, &s, Seconds::ZERO);
    let mut bench = Bench::coarse(0.01);
    let mut hot_to: f64 = 1.0;
    bench.run(3.0 * s.class.time_constant().0, |view| {
        element.pass(&s, &LOAD, MotorState::Stop, &view.of(&balanced(0.0)));
        if element.too_hot() {
            hot_to = hot_to.min(element.h());
        }
    });
    assert!((hot_to - 0.6).abs() < 0.002, "{hot_to}");
}

#[test]
fn the_motor_image_is_of_its_own_class_and_off_without_its_motor() {
    let s = |class| MotorThermalSettings { enabled: true, class, ..MotorThermalSettings::default() };
    let warmed = |first: MotorClass, then: MotorClass| {
        let (mut element, mut bench) = (MotorThermal::default(), Bench::coarse(0.01));
        let q = balanced(450.0);
        bench.pass(|view| element.pass(&s(first), &LOAD, MotorState::Run, &view.of(&q)));
        bench.run(1.0, |view| {
            element.pass(&s(then), &LOAD, MotorState::Run, &view.of(&q));
        });
        element.h()
    };
    // One second of a class three times slower heats a third; the class is looked at every pass.
    let (fast, slow) =
        (warmed(MotorClass::Class10, MotorClass::Class10), warmed(MotorClass::Class10, MotorClass::Class30));
    assert!(fast > 2.7 * slow && fast < 3.1 * slow, "{fast} {slow}");
    let shown = |s: &MotorThermalSettings, load: &MotorSettings| {
        let mut element = MotorThermal::default();
        Bench::at_60_hz().pass(|view| element.pass(s, load, MotorState::Run, &view.of(&balanced(450.0)))).enabled
    };
    assert!(shown(&s(MotorClass::Class10), &LOAD));
    assert!(!shown(&s(MotorClass::Class10), &NO_MOTOR));
    assert!(!shown(&MotorThermalSettings { enabled: false, ..s(MotorClass::Class10) }, &LOAD));
}

/// `Ieq2 = I1^2 + q I2^2`: with A lost of 90 A, I1 is 60 A and I2 30 A.
#[test]
fn the_negative_sequence_heats_the_motor_by_its_weight() {
    let q = currents([0.0, 90.0, 90.0], [0.0, -120.0, 120.0]);
    let shown = |weight: f64| {
        let s = MotorThermalSettings {
            enabled: true,
            class: MotorClass::Class10,
            negative_sequence_weight: weight,
            ..MotorThermalSettings::default()
        };
        Bench::at_60_hz().pass(|view| MotorThermal::default().pass(&s, &LOAD, MotorState::Run, &view.of(&q))).quantity
    };
    assert_eq!(shown(0.0), 90.0, "the RMS current alone");
    assert!((shown(6.0) - (60.0f64.powi(2) + 6.0 * 30.0f64.powi(2)).sqrt()).abs() < 1e-9);
    // I1^2 + I2^2 is less than the greatest phase has: that stays the least.
    assert_eq!(shown(1.0), 90.0);
}
