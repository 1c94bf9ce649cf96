//! The further elements with a characteristic (46, 27, 59, 49M, 87, 21) against the same table as the curves.

use crate::curves::{RATE, RATED, Row, assert_close, rows};
use breaker_console::power::Quantities;
use breaker_console::protection::{
    Context, DifferentialSettings, DistanceSettings, ElementId, Heat, MotorClass, MotorSettings, MotorThermalSettings,
    NegativeSequenceSettings, OvervoltageSettings, Protection, Settings, UndervoltageSettings,
};
use breaker_console::time::Tick;
use breaker_console::units::{Amperes, Ohms, Percent, Phases, Seconds, Volts};
use num_complex::Complex64;

/// Seconds to the trip of the only element in service at constant quantities, and the length of a pass.
fn trip_after(settings: &Settings, heat: f64, limit: f64, q: &Quantities) -> (Option<(f64, ElementId)>, f64) {
    let step = 8 * ((limit * 7680.0 / 8000.0) as u64 / 8).max(1);
    let mut protection = Protection::new(RATE, RATED);
    protection.restore_heat(&Heat { motor: heat, ..Heat::default() }, settings, Seconds::ZERO);
    let context = Context { closed: true, ..Context::default() };
    let at = (0..).map(|n| n * step).take_while(|tick| *tick as f64 / 7680.0 <= limit).find_map(|tick| {
        protection.pass(&Quantities { tick: Tick(tick), ..*q }, &context, settings);
        protection.take_trip().map(|trip| (tick as f64 / 7680.0, trip.decision.cause))
    });
    (at, step as f64 / 7680.0)
}

/// Asks the characteristic and the element of a row.
fn ask(row: &Row, element: ElementId, formula: Option<Seconds>, settings: &Settings, heat: f64, q: &Quantities) {
    let formula = formula.expect("the row starts the element").0;
    // The table was computed with a time constant of five figures.
    assert_close(&row.id, "characteristic", formula, row.y, row.y * 1e-4);
    let (tripped, pass) = trip_after(settings, heat, row.y * 1.01 + 0.1, q);
    let (at, cause) = tripped.unwrap_or_else(|| panic!("{}: no trip within {} s", row.id, row.y));
    assert_eq!(cause, element, "{}", row.id);
    assert_close(&row.id, "element", at, row.y, 1.01 * pass + row.y * 1e-4);
}

fn base() -> Settings {
    Settings { enabled: true, ..Settings::default() }
}

#[test]
fn undervoltage_and_overvoltage() {
    for row in rows("27_idmt") {
        let undervoltage = UndervoltageSettings {
            enabled: true,
            trip: true,
            pickup: Percent(100.0 * row.number("Gs")),
            delay: Seconds(row.number("T")),
            inverse: true,
            ..UndervoltageSettings::default()
        };
        let q = Quantities { line_voltage_rms: Phases::splat(Volts(480.0 * row.x)), ..Quantities::default() };
        let formula = undervoltage.time_at(Percent(100.0 * row.x));
        ask(&row, ElementId::Undervoltage, formula, &Settings { undervoltage, ..base() }, 0.0, &q);
    }
    for row in rows("59_idmt") {
        let overvoltage = OvervoltageSettings {
            enabled: true,
            trip: true,
            pickup: Percent(100.0 * row.number("Gs")),
            delay: Seconds(row.number("T")),
            inverse: true,
        };
        let q = Quantities { line_voltage_rms: Phases::splat(Volts(480.0 * row.x)), ..Quantities::default() };
        let formula = overvoltage.time_at(Percent(100.0 * row.x));
        ask(&row, ElementId::Overvoltage, formula, &Settings { overvoltage, ..base() }, 0.0, &q);
    }
}

#[test]
fn negative_sequence() {
    for row in rows("46_i2t") {
        let negative_sequence = NegativeSequenceSettings {
            enabled: true,
            trip: true,
            pickup: Percent(10.0),
            inverse: true,
            k: Seconds(row.number("K")),
            ..NegativeSequenceSettings::default()
        };
        // I1 of the rated current, and I2 as the row has it, a hair above so that the pickup itself is passed.
        let (one, two) = (100.0, 100.0 * row.x * (1.0 + 1e-9));
        let phasor = |degrees: f64| {
            Complex64::from_polar(one, -degrees.to_radians()) + Complex64::from_polar(two, degrees.to_radians())
        };
        let q = Quantities { current: Phases::new(phasor(0.0), phasor(120.0), phasor(240.0)), ..Quantities::default() };
        let formula = negative_sequence.time_at(Percent(100.0 * row.x));
        ask(&row, ElementId::NegativeSequence, formula, &Settings { negative_sequence, ..base() }, 0.0, &q);
    }
}

#[test]
fn motor_classes() {
    for row in rows("motor_class") {
        let class = match row.curve.as_str() {
            "class5" => MotorClass::Class5,
            "class10A" => MotorClass::Class10A,
            "class10" => MotorClass::Class10,
            "class20" => MotorClass::Class20,
            _ => MotorClass::Class30,
        };
        if !row.params.contains("tau=") {
            assert_close(&row.id, "time constant", class.time_constant().0, row.y, row.y * 1e-6);
            continue;
        }
        let motor = MotorSettings { enabled: true, full_load: Amperes(100.0) };
        let motor_thermal = MotorThermalSettings { enabled: true, class, ..MotorThermalSettings::default() };
        let heat = if row.params.ends_with("hot") { row.number("k").powi(-2) } else { 0.0 };
        let current = Amperes(100.0 * row.x);
        let formula = motor_thermal.time_from(heat, current, &motor, RATED.current);
        let q = Quantities { current_rms: Phases::splat(current), ..Quantities::default() };
        let settings = Settings { motor, motor_thermal, ..base() };
        ask(&row, ElementId::MotorThermal, formula, &settings, heat, &q);
    }
}

#[test]
fn slopes_of_the_differential() {
    let settings = DifferentialSettings {
        enabled: true,
        pickup: Amperes(20.0),
        slope: Percent(25.0),
        knee: Amperes(300.0),
        slope_beyond: Percent(60.0),
        unrestrained: Amperes(0.0),
    };
    for row in rows("87_slope") {
        let threshold = settings.threshold(Amperes(100.0 * row.x));
        assert_close(&row.id, "threshold", threshold.0 / 100.0, row.y, 1e-9);
    }
}

#[test]
fn reach_of_the_mho_circle() {
    let settings =
        DistanceSettings { enabled: true, reach: Ohms(0.040), angle_deg: 45.0, ..DistanceSettings::default() };
    for row in rows("21_mho") {
        assert_close(&row.id, "reach", 1000.0 * settings.reach_at(row.x).0, row.y, 1e-6);
        // The element itself, a little inside and a little outside.
        for (share, inside) in [(0.99, true), (1.01, false)] {
            let v = Phases::new(0.0, -120.0, 120.0).map(|angle: f64| Complex64::from_polar(100.0, angle.to_radians()));
            let z = Complex64::from_polar(row.y * 1e-3 * share, row.x.to_radians());
            let q = Quantities { voltage: v, current: v.map(|v| v / z), ..Quantities::default() };
            let settings = Settings { distance: settings, ..base() };
            let (tripped, _) = trip_after(&settings, 0.0, 0.1, &q);
            assert_eq!(tripped.is_some(), inside, "{} at {share} of the reach", row.id);
        }
    }
}
