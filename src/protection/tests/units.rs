//! Units with the errors of their kind, motors over a restart.

use super::super::bench_inputs::rated_100_a;
use super::super::motor_thermal::MotorThermal;
use super::super::*;
use crate::units::{Amperes, Percent, Seconds};

/// The first numbers of `SplitMix64` from 0, as published with it.
const SPLIT_MIX: [u64; 4] =
    [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F, 0xF88B_B8A8_724C_81EC];

#[test]
fn a_typical_unit_draws_its_errors_one_by_one_from_its_number() {
    let mut s = Settings::default();
    s.long_time.pickup = Amperes(100.0);
    s.long_time.delay = Seconds(12.0);
    s.short_time.pickup = Amperes(600.0);
    s.short_time.delay = Seconds(0.2);
    let unit = ToleranceModel::Typical.apply(&s, 0);
    let drawn = SPLIT_MIX.map(|z| (z >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5);
    // L 5 % and 10 %, S 10 % and 10 %.
    for (found, want) in [
        (unit.long_time.pickup.0, 100.0 * (1.0 + 0.05 * drawn[0])),
        (unit.long_time.delay.0, 12.0 * (1.0 + 0.10 * drawn[1])),
        (unit.short_time.pickup.0, 600.0 * (1.0 + 0.10 * drawn[2])),
        (unit.short_time.delay.0, 0.2 * (1.0 + 0.10 * drawn[3])),
    ] {
        assert!((found - want).abs() < 1e-12 * want, "{found} for {want}");
    }
}

/// A number of the settings.
type Figure = fn(&Settings) -> f64;

#[test]
fn typical_units_lie_on_both_sides_of_what_is_set_in_every_function() {
    let mut s = Settings::default();
    s.time_overcurrent.delay = Seconds(10.0);
    s.time_overcurrent.time_multiplier = 2.0;
    s.undervoltage.pickup = Percent(90.0);
    let units: Vec<Settings> = (0..200).map(|unit| ToleranceModel::Typical.apply(&s, unit)).collect();
    // Half of 5 %, and half of 2 %.
    let figures: [(Figure, f64, f64); 3] = [
        (|s| s.time_overcurrent.delay.0, 10.0, 0.025),
        (|s| s.time_overcurrent.time_multiplier, 2.0, 0.025),
        (|s| s.undervoltage.pickup.0, 90.0, 0.01),
    ];
    for (figure, set, band) in figures {
        let off: Vec<f64> = units.iter().map(|u| figure(u) / set - 1.0).collect();
        assert!(off.iter().all(|x| x.abs() <= band + 1e-12), "{off:?}");
        assert!(off.iter().any(|x| *x > 0.8 * band) && off.iter().any(|x| *x < -0.8 * band), "{off:?}");
    }
}

#[test]
fn the_worst_time_overcurrent_unit_is_late_by_five_percent_in_delay_and_multiplier_alike() {
    let mut s = Settings::default();
    s.time_overcurrent.delay = Seconds(10.0);
    s.time_overcurrent.time_multiplier = 2.0;
    let worst = ToleranceModel::Worst.apply(&s, 1).time_overcurrent;
    assert!((worst.delay.0 - 10.5).abs() < 1e-12 && (worst.time_multiplier - 2.1).abs() < 1e-12);
}

#[test]
fn a_motor_class_has_the_code_of_its_place() {
    for (code, class) in MotorClass::ALL.into_iter().enumerate() {
        assert_eq!(MotorClass::from_code(code as i64), Some(class));
    }
    assert_eq!(MotorClass::from_code(5), None);
    assert_eq!(MotorClass::from_code(-1), None);
}

/// A stopped motor cools with three times the time constant of its class.
#[test]
fn motor_heat_cools_over_a_restart_and_closing_waits_for_the_permission() {
    let s = MotorThermalSettings {
        enabled: true,
        class: MotorClass::Class10,
        close_permission: Percent(60.0),
        ..MotorThermalSettings::default()
    };
    let tau = 3.0 * s.class.time_constant().0;
    let after = |away: f64| {
        let mut element = MotorThermal::default();
        element.restore(0.9, true, &s, Seconds(away));
        (element.h(), element.too_hot())
    };
    assert_eq!(after(0.0), (0.9, true));
    let (h, too_hot) = after(tau);
    assert!((h - 0.9 / std::f64::consts::E).abs() < 1e-12 && !too_hot, "{h}");
    // 0.9 falls to 0.6 in ln 1.5 time constants.
    let to_permission = tau * 1.5f64.ln();
    assert!(after(to_permission * 0.99).1 && !after(to_permission * 1.01).1);
    let mut element = MotorThermal::default();
    element.restore(0.9, false, &s, Seconds::ZERO);
    assert!(!element.too_hot(), "it had not tripped");
}

#[test]
fn protection_shows_the_heat_of_its_motor_after_a_restart() {
    let mut settings = Settings { enabled: true, ..Settings::default() };
    settings.motor = MotorSettings { enabled: true, full_load: Amperes(100.0) };
    settings.motor_thermal.enabled = true;
    settings.motor_thermal.close_permission = Percent(60.0);
    let heat = heat::Heat { motor: 0.7, motor_hot: true, ..heat::Heat::default() };
    let mut unit = Protection::new(crate::time::SampleRate::AT_60_HZ, rated_100_a());
    unit.restore_heat(&heat, &settings, Seconds::ZERO);
    assert!((unit.motor_thermal() - 0.7).abs() < 1e-12);
    assert!(!unit.close_permission());
    let heat = heat::Heat { motor_hot: false, ..heat };
    unit.restore_heat(&heat, &settings, Seconds::ZERO);
    assert!(unit.close_permission());
}
