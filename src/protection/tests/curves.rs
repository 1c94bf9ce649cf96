//! What the settings say of times: which curves are drawn, and the delay that each element is set to.

use super::super::bench_inputs::rated_100_a;
use super::super::*;
use crate::units::{Amperes, Hertz, Lux, Ohms, Percent, Seconds};

/// Everything in service, each with a delay of its own.
fn everything() -> Settings {
    let mut s = Settings { enabled: true, ..Settings::default() };
    s.maintenance_mode.pickup = Amperes(250.0);
    s.making_current.enabled = true;
    s.making_current.pickup = Amperes(1200.0);
    s.instantaneous = InstantaneousSettings { enabled: true, pickup: Amperes(1000.0) };
    s.short_time.enabled = true;
    s.short_time.pickup = Amperes(600.0);
    s.short_time.delay = Seconds(0.21);
    s.ground_fault.enabled = true;
    s.ground_fault.pickup = Amperes(20.0);
    s.ground_fault.delay = Seconds(0.32);
    s.time_overcurrent.enabled = true;
    s.time_overcurrent.curve = curve::Curve::Definite;
    s.time_overcurrent.pickup = Amperes(120.0);
    s.time_overcurrent.delay = Seconds(9.0);
    s.long_time.enabled = true;
    s.long_time.pickup = Amperes(100.0);
    s.long_time.delay = Seconds(12.0);
    s.thermal_image.enabled = true;
    s.thermal_image.pickup = Amperes(105.0);
    s.thermal_image.delay = Seconds(600.0);
    s.motor = MotorSettings { enabled: true, full_load: Amperes(100.0) };
    s.motor_thermal.enabled = true;
    s.motor_thermal.class = MotorClass::Class10;
    s.jam.enabled = true;
    s.jam.pickup = Amperes(300.0);
    s.jam.delay = Seconds(2.5);
    s.arc_flash = ArcFlashSettings { enabled: true, pickup: Amperes(150.0), delay: Seconds(0.004), light: Lux(8000.0) };
    s.phase_sequence.delay = Seconds(0.6);
    s.overvoltage.pickup = Percent(110.0);
    s.overvoltage.delay = Seconds(1.5);
    s.underfrequency.pickup = Hertz(59.0);
    s.underfrequency.delay = Seconds(0.7);
    s.overfrequency.delay = Seconds(0.8);
    s.frequency_rate.delay = Seconds(0.9);
    s.reverse_power.delay = Seconds(1.1);
    s.long_start.delay = Seconds(10.5);
    s.underload.delay = Seconds(3.5);
    s.distance.reach = Ohms(1.0);
    s
}

#[test]
fn the_set_delay_of_each_element_is_its_own() {
    let s = everything();
    let of = |id, quantity: f64| set_delay(&s, &rated_100_a(), id, quantity, false).map(|t| t.0);
    for (id, quantity, delay) in [
        (ElementId::ArcFlash, 9000.0, 0.004),
        (ElementId::ShortTime, 700.0, 0.21),
        (ElementId::GroundFault, 25.0, 0.32),
        (ElementId::PhaseSequence, 50.0, 0.6),
        // 115 % of 480 V, beyond a pickup of 110 %.
        (ElementId::Overvoltage, 552.0, 1.5),
        (ElementId::Underfrequency, 58.0, 0.7),
        (ElementId::Overfrequency, 62.0, 0.8),
        (ElementId::FrequencyRate, 2.0, 0.9),
        (ElementId::ReversePower, 5.0, 1.1),
        (ElementId::LongStart, 600.0, 10.5),
        (ElementId::Underload, 20.0, 3.5),
        (ElementId::Jam, 300.0, 2.5),
        (ElementId::TimeOvercurrent, 200.0, 9.0),
        (ElementId::MakingCurrent, 1300.0, 0.0),
        (ElementId::Differential, 30.0, 0.0),
        (ElementId::MaintenanceMode, 300.0, 0.0),
    ] {
        let found = of(id, quantity);
        assert!(found.is_some_and(|t| (t - delay).abs() < 1e-9), "{id:?}: {found:?} for {delay} s");
    }
    assert_eq!(of(ElementId::Jam, 299.0), None, "below its pickup");
    assert_eq!(of(ElementId::Overvoltage, 520.0), None, "108 % of the rated voltage");
    assert_eq!(of(ElementId::Distance, 0.5), None, "it has no time of its own");
}

#[test]
fn an_inhibited_zone_shortens_what_its_interlocking_shortens() {
    let mut s = everything();
    s.zone_interlocking.enabled = true;
    s.zone_interlocking.delay = Seconds(0.05);
    let of = |restrained| set_delay(&s, &rated_100_a(), ElementId::ShortTime, 700.0, restrained).map(|t| t.0);
    assert_eq!(of(false), Some(0.05), "no zone below has seen the fault");
    assert_eq!(of(true), Some(0.21));
}

/// An element, and what takes it out of service.
type Off = (ElementId, fn(&mut Settings));

#[test]
fn each_element_in_service_has_a_curve_and_out_of_service_none() {
    use ElementId as Id;
    let drawn = |s: &Settings| curves(s, &rated_100_a()).iter().map(|c| c.id).collect::<Vec<_>>();
    let all = [
        Id::HardwareOverride,
        Id::MaintenanceMode,
        Id::MakingCurrent,
        Id::Instantaneous,
        Id::ShortTime,
        Id::GroundFault,
        Id::TimeOvercurrent,
        Id::LongTime,
        Id::ThermalImage,
        Id::MotorThermal,
        Id::Jam,
    ];
    assert_eq!(drawn(&everything()), all);
    let each: [Off; 12] = [
        (Id::MaintenanceMode, |s| s.maintenance_mode.pickup = Amperes::ZERO),
        (Id::MakingCurrent, |s| s.making_current.enabled = false),
        (Id::Instantaneous, |s| s.instantaneous.enabled = false),
        (Id::ShortTime, |s| s.short_time.enabled = false),
        (Id::GroundFault, |s| s.ground_fault.enabled = false),
        (Id::TimeOvercurrent, |s| s.time_overcurrent.enabled = false),
        (Id::LongTime, |s| s.long_time.enabled = false),
        (Id::ThermalImage, |s| s.thermal_image.enabled = false),
        (Id::MotorThermal, |s| s.motor_thermal.enabled = false),
        (Id::Jam, |s| s.jam.enabled = false),
        (Id::MotorThermal, |s| s.motor.enabled = false),
        (Id::Jam, |s| s.motor.enabled = false),
    ];
    for (id, off) in each {
        let mut s = everything();
        off(&mut s);
        assert!(!drawn(&s).contains(&id), "{id:?}");
    }
    assert_eq!(drawn(&Settings { enabled: false, ..everything() }), [Id::HardwareOverride]);
}

#[test]
fn a_drawn_curve_tells_the_time_of_its_element() {
    let s = everything();
    let time = |id, current: f64| {
        let all = curves(&s, &rated_100_a());
        all.iter().find(|c| c.id == id).and_then(|c| c.time_at(Amperes(current))).map(|t| t.0)
    };
    // Elements that operate at once do so above their pickup only.
    for (id, pickup) in
        [(ElementId::MaintenanceMode, 250.0), (ElementId::MakingCurrent, 1200.0), (ElementId::Instantaneous, 1000.0)]
    {
        assert!(time(id, pickup * 1.01).is_some_and(|t| t < 0.05), "{id:?}");
        assert_eq!(time(id, pickup * 0.99), None, "{id:?}");
    }
    assert_eq!(time(ElementId::ShortTime, 700.0), Some(0.21));
    assert_eq!(time(ElementId::Jam, 300.0), Some(2.5));
    // Class 10 trips after 10 s at 7.2 times the full load, cold (IEC 60947-4-1).
    assert!(time(ElementId::MotorThermal, 720.0).is_some_and(|t| (t - 10.0).abs() < 0.01));
    // I2t: six times Ir takes the delay, three times four times as long.
    assert!(time(ElementId::LongTime, 300.0).is_some_and(|t| (t - 48.0).abs() < 1e-6));
}
