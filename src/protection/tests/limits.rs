//! Voltage, frequency, temperature and transformer supervision at their limits.

use super::super::bench_inputs::{Bench, at_frequency, balanced, currents, polar, voltages};
use super::super::motor::Motor;
use super::super::open_transformer::OpenTransformer;
use super::super::over_temperature::OverTemperature;
use super::super::overfrequency::Overfrequency;
use super::super::overvoltage::Overvoltage;
use super::super::phase_sequence::PhaseSequence;
use super::super::reverse_power::ReversePower;
use super::super::underfrequency::Underfrequency;
use super::super::underload::Underload;
use super::super::undervoltage::Undervoltage;
use super::super::*;
use crate::power::Quantities;
use crate::units::{Amperes, Celsius, Hertz, Percent, Phase, Phases, Seconds};

#[test]
fn inverse_voltage_times_follow_the_standard_and_never_end_at_the_pickup() {
    // IEC 60255-127: T / (U/Us - 1) above, T / (1 - U/Us) below.
    let over = OvervoltageSettings {
        enabled: true,
        pickup: Percent(110.0),
        delay: Seconds(1.0),
        inverse: true,
        ..OvervoltageSettings::default()
    };
    let time = |s: &OvervoltageSettings, percent: f64| s.time_at(Percent(percent)).map(|t| t.0);
    assert!(time(&over, 121.0).is_some_and(|t| (t - 10.0).abs() < 1e-9));
    assert_eq!(time(&over, 110.0), None, "at the pickup itself");
    assert_eq!(time(&over, 100.0), None);
    assert_eq!(time(&OvervoltageSettings { inverse: false, ..over }, 110.1), Some(1.0));
    let unset = OvervoltageSettings { pickup: Percent(0.0), ..over };
    assert_eq!(time(&unset, 0.0), None);
    assert_eq!(time(&unset, 100.0), None, "a pickup of nothing is no pickup");
    let under = UndervoltageSettings {
        enabled: true,
        pickup: Percent(80.0),
        delay: Seconds(1.0),
        inverse: true,
        ..UndervoltageSettings::default()
    };
    let time = |s: &UndervoltageSettings, percent: f64| s.time_at(Percent(percent)).map(|t| t.0);
    assert_eq!(time(&under, 40.0), Some(2.0));
    assert_eq!(time(&under, 80.0), None);
    assert_eq!(time(&UndervoltageSettings { inverse: false, ..under }, 79.9), Some(1.0));
}

/// Between pickup and dropout an inverse element holds what it has: its time there would never end.
#[test]
fn an_inverse_voltage_element_stands_still_between_pickup_and_dropout() {
    let mut over = Overvoltage::default();
    let s = OvervoltageSettings {
        enabled: true,
        pickup: Percent(110.0),
        delay: Seconds(0.1),
        inverse: true,
        ..OvervoltageSettings::default()
    };
    let shown = {
        let mut bench = Bench::at_60_hz();
        bench.context.closed = true;
        // 121 % takes 1 s: half of it, then a second at 109 %.
        let q = voltages([480.0 * 1.21; 3]);
        bench.run(0.5, |view| {
            over.pass(&s, &view.of(&q));
        });
        let between = voltages([480.0 * 1.09; 3]);
        let mut last = 0.0;
        bench.run(1.0, |view| last = over.pass(&s, &view.of(&between)).progress);
        last
    };
    assert!((shown - 0.5).abs() < 0.01, "{shown}");
    let mut under = Undervoltage::default();
    let s = UndervoltageSettings {
        enabled: true,
        pickup: Percent(80.0),
        delay: Seconds(0.5),
        inverse: true,
        ..UndervoltageSettings::default()
    };
    let shown = {
        let mut bench = Bench::at_60_hz();
        bench.context.closed = true;
        let q = voltages([480.0 * 0.4; 3]);
        bench.run(0.5, |view| {
            under.pass(&s, &view.of(&q));
        });
        let between = voltages([480.0 * 0.81; 3]);
        let mut last = 0.0;
        bench.run(1.0, |view| last = under.pass(&s, &view.of(&between)).progress);
        last
    };
    assert!((shown - 0.5).abs() < 0.01, "{shown}");
}

#[test]
fn dropped_voltage_and_power_timers_begin_from_nothing() {
    let mut bench = Bench::at_60_hz();
    bench.context.closed = true;
    let (mut over, mut under) = (Overvoltage::default(), Undervoltage::default());
    let (mut sequence, mut reverse, mut load) =
        (PhaseSequence::default(), ReversePower::default(), Underload::default());
    let s_over = OvervoltageSettings {
        enabled: true,
        pickup: Percent(110.0),
        delay: Seconds(1.0),
        ..OvervoltageSettings::default()
    };
    let s_under = UndervoltageSettings {
        enabled: true,
        pickup: Percent(80.0),
        delay: Seconds(1.0),
        ..UndervoltageSettings::default()
    };
    let s_sequence = PhaseSequenceSettings {
        enabled: true,
        pickup: Percent(20.0),
        delay: Seconds(1.0),
        ..PhaseSequenceSettings::default()
    };
    let s_reverse = ReversePowerSettings {
        enabled: true,
        pickup: Percent(5.0),
        delay: Seconds(1.0),
        ..ReversePowerSettings::default()
    };
    let s_load = UnderloadSettings { enabled: true, pickup: Amperes(40.0), delay: Seconds(1.0), trip: true };
    let motor_load = MotorSettings { enabled: true, full_load: Amperes(100.0) };
    let mut motor = Motor::default();
    bench.run(0.2, |view| motor.pass(&motor_load, &view.of(&balanced(600.0))));
    bench.run(0.2, |view| motor.pass(&motor_load, &view.of(&balanced(100.0))));
    let (high, low) = (voltages([600.0; 3]), voltages([240.0; 3]));
    let lost =
        Quantities { voltage: Phases::new(polar(277.0, 0.0), polar(277.0, -120.0), polar(0.0, 0.0)), ..balanced(10.0) };
    let back = currents([50.0; 3], [180.0, 60.0, -60.0]);
    let mut pass = |bench: &mut Bench, clear: bool| {
        if clear {
            over.timer().clear();
            under.timer().clear();
            sequence.timer().clear();
            reverse.timer().clear();
            load.timer().clear();
        }
        bench.pass(|view| {
            [
                over.pass(&s_over, &view.of(&high)).progress,
                under.pass(&s_under, &view.of(&low)).progress,
                sequence.pass(&s_sequence, &view.of(&lost)).progress,
                reverse.pass(&s_reverse, &view.of(&back)).progress,
                load.pass(&s_load, &motor_load, &motor, &view.of(&balanced(20.0))).progress,
            ]
        })
    };
    let mut shown = [0.0; 5];
    for _ in 0..480 {
        shown = pass(&mut bench, false);
    }
    assert!(shown.iter().all(|p| (p - 0.5).abs() < 0.01), "{shown:?}");
    let shown = pass(&mut bench, true);
    assert!(shown.iter().all(|p| *p < 0.01), "{shown:?}");
}

#[test]
fn underload_needs_its_switch_and_its_motor() {
    let s = UnderloadSettings { enabled: true, pickup: Amperes(40.0), delay: Seconds(1.0), trip: true };
    let load = MotorSettings { enabled: true, full_load: Amperes(100.0) };
    let enabled = |s: &UnderloadSettings, load: &MotorSettings| {
        let found = |view: &super::super::bench_inputs::Viewer| {
            Underload::default().pass(s, load, &Motor::default(), &view.of(&balanced(20.0))).enabled
        };
        Bench::at_60_hz().pass(found)
    };
    assert!(enabled(&s, &load));
    assert!(!enabled(&UnderloadSettings { enabled: false, ..s }, &load));
    assert!(!enabled(&s, &MotorSettings { enabled: false, ..load }));
}

/// A dead bus (under a tenth of nominal) is no low voltage, unless asked for.
#[test]
fn a_dead_bus_blocks_undervoltage_unless_asked_for() {
    let shown = |on_dead_bus: bool, volts: f64| {
        let s = UndervoltageSettings {
            enabled: true,
            pickup: Percent(80.0),
            delay: Seconds(1.0),
            on_dead_bus,
            ..UndervoltageSettings::default()
        };
        let mut bench = Bench::at_60_hz();
        bench.context.closed = true;
        let found = bench.pass(|view| Undervoltage::default().pass(&s, &view.of(&voltages([volts; 3]))));
        (found.blocked, found.started)
    };
    assert_eq!(shown(false, 0.0), (Some(Block::InvalidInput), false));
    assert_eq!(shown(true, 0.0), (None, true));
    assert_eq!(shown(false, 200.0), (None, true));
}

/// A frequency that hovers at the pickup neither starts anew nor drops out.
#[test]
fn frequency_elements_hold_within_their_hysteresis() {
    let s = |pickup: f64| FrequencySettings { enabled: true, trip: true, pickup: Hertz(pickup), delay: Seconds(10.0) };
    let (mut over, mut under) = (Overfrequency::default(), Underfrequency::default());
    let mut bench = Bench::at_60_hz();
    bench.context.closed = true;
    let mut over_at = |hertz: f64| {
        let q = at_frequency(Some(hertz));
        let mut started = false;
        bench.run(0.05, |view| started = over.pass(&s(62.0), &view.of(&q)).started);
        started
    };
    assert!(!over_at(61.99), "just under the pickup it does not start");
    assert!(over_at(62.0));
    assert!(over_at(61.99), "started, it holds");
    assert!(!over_at(61.0));
    assert!(!over_at(61.99), "and does not start again there");
    let mut under_at = |hertz: f64| {
        let q = at_frequency(Some(hertz));
        let mut started = false;
        bench.run(0.05, |view| started = under.pass(&s(58.0), &view.of(&q)).started);
        started
    };
    assert!(!under_at(58.01));
    assert!(under_at(58.0));
    assert!(under_at(58.01));
    assert!(!under_at(59.0));
    assert!(!under_at(58.01));
}

#[test]
fn without_voltage_to_speak_of_frequency_and_power_are_blocked() {
    let blocked = |volts: f64| {
        let q = Quantities {
            voltage: Phases::new(polar(volts, 0.0), polar(volts, -120.0), polar(volts, 120.0)),
            ..at_frequency(Some(63.0))
        };
        let frequency = FrequencySettings { enabled: true, trip: true, pickup: Hertz(62.0), delay: Seconds(1.0) };
        let power = ReversePowerSettings { enabled: true, pickup: Percent(5.0), ..ReversePowerSettings::default() };
        let mut bench = Bench::at_60_hz();
        bench.context.closed = true;
        bench.pass(|view| {
            let view = view.of(&q);
            (
                Overfrequency::default().pass(&frequency, &view).blocked,
                ReversePower::default().pass(&power, &view).blocked,
            )
        })
    };
    // 30 V, as a catalogue has it.
    assert_eq!(blocked(30.1), (None, None));
    assert_eq!(blocked(29.9), (Some(Block::InvalidInput), Some(Block::InvalidInput)));
}

/// The alarm at 85 degrees, the trip at 105: half-way at 95.
#[test]
fn temperature_is_graded_from_alarm_to_trip_and_falls_back_with_its_hysteresis() {
    let s = OverTemperatureSettings { enabled: true, alarm: Celsius(85.0), trip: Celsius(105.0) };
    let (mut element, mut bench) = (OverTemperature::default(), Bench::at_60_hz());
    let mut at = |degrees: f64| {
        bench.context.unit_temperature = Some(Celsius(degrees));
        let found = bench.pass(|view| element.pass(&s, &view.of(&balanced(10.0))));
        (found.started, found.operating, found.progress)
    };
    assert_eq!(at(80.0), (false, false, 0.0));
    assert_eq!(at(84.9), (false, false, 0.0));
    assert_eq!(at(85.0), (true, false, 0.0));
    assert_eq!(at(95.0), (true, false, 0.5));
    assert_eq!(at(105.0), (true, true, 1.0));
    assert_eq!(at(100.1), (true, true, 1.0), "5 K of hysteresis");
    assert!(!at(99.9).1);
    assert!(at(80.1).0 && !at(79.9).0);
}

/// 200 ms of a load, then another; what the supervision finds in the passes after.
fn supervised(before: &Quantities, after: &Quantities) -> Vec<finding::Finding> {
    let (mut element, mut bench) = (OpenTransformer::default(), Bench::at_60_hz());
    let s = TransformerSupervisionSettings { enabled: true };
    bench.run(0.2, |view| {
        element.pass(s, &view.of(before));
    });
    (0..4).map(|_| bench.pass(|view| element.pass(s, &view.of(after)))).collect()
}

fn open(before: &Quantities, after: &Quantities) -> Option<Phase> {
    supervised(before, after)[3].phase
}

const SYMMETRIC: [f64; 3] = [0.0, -120.0, 120.0];

#[test]
fn an_open_transformer_is_found_in_two_passes() {
    let found = supervised(&balanced(80.0), &currents([80.0, 0.0, 80.0], SYMMETRIC));
    let shown: Vec<_> = found.iter().map(|f| (f.started, f.operating, f.progress)).collect();
    assert_eq!(shown[..2], [(true, false, 0.5), (true, true, 1.0)]);
    assert!(shown[2].1 && shown[3].1, "it stays");
    assert_eq!(found[1].phase, Some(Phase::B));
    let rest = supervised(&balanced(80.0), &balanced(80.0));
    assert!(rest.iter().all(|f| !f.started && f.progress == 0.0));
}

/// Of 100 A: under 5 A is gone, above 10 A was there; the others may move by a tenth of what they carried or of those
/// 10 A.
#[test]
fn a_vanished_current_is_judged_by_the_rated_one() {
    let b = |before: f64, after: f64| {
        open(&currents([before; 3], SYMMETRIC), &currents([before, after, before], SYMMETRIC))
    };
    assert_eq!(b(80.0, 4.9), Some(Phase::B));
    assert_eq!(b(80.0, 5.0), None, "5 A is still something");
    assert_eq!(b(10.1, 0.0), Some(Phase::B));
    assert_eq!(b(10.0, 0.0), None, "10 A were too little to miss");
    let moved = |a: f64| open(&balanced(80.0), &currents([a, 0.0, 80.0], SYMMETRIC));
    assert_eq!(moved(87.9), Some(Phase::B));
    assert_eq!(moved(88.1), None, "the others moved: a real change");
    let moved = |a: f64| open(&currents([5.0, 80.0, 80.0], SYMMETRIC), &currents([a, 0.0, 80.0], SYMMETRIC));
    assert_eq!(moved(5.9), Some(Phase::B), "a tenth of 10 A");
    assert_eq!(moved(6.1), None);
}

#[test]
fn a_step_of_the_unbalance_is_wanted_beside_the_vanished_current() {
    // The load was already so unbalanced that the loss adds little to it.
    let before = currents([80.0, 11.0, 0.0], SYMMETRIC);
    let after = currents([80.0, 0.0, 0.0], SYMMETRIC);
    assert_eq!(open(&before, &after), None);
}

#[test]
fn a_fault_that_disturbs_the_voltage_is_no_open_transformer() {
    let with = |volts: f64| {
        let mut after = currents([80.0, 0.0, 80.0], SYMMETRIC);
        // V2 of a phase that lacks some volts is a third of them.
        after.voltage.b = polar(480.0 / 3f64.sqrt() - 3.0 * volts, -120.0);
        open(&balanced(80.0), &after)
    };
    // 2 % of 480 V.
    assert_eq!(with(9.5), Some(Phase::B));
    assert_eq!(with(9.7), None);
}

#[test]
fn a_transformer_is_whole_again_when_its_current_is_back() {
    let (mut element, mut bench) = (OpenTransformer::default(), Bench::at_60_hz());
    let s = TransformerSupervisionSettings { enabled: true };
    bench.run(0.2, |view| {
        element.pass(s, &view.of(&balanced(80.0)));
    });
    let lost = currents([80.0, 0.0, 80.0], SYMMETRIC);
    bench.run(0.05, |view| {
        element.pass(s, &view.of(&lost));
    });
    assert_eq!(element.open(), Some(Phase::B));
    let mut with = |amperes: f64| {
        let q = currents([80.0, amperes, 80.0], SYMMETRIC);
        bench.pass(|view| {
            element.pass(s, &view.of(&q));
        });
        element.open()
    };
    assert_eq!(with(9.9), Some(Phase::B));
    assert_eq!(with(10.1), None);
}

/// The currents are looked at against the voltage: a supply that runs off the rated frequency turns both alike.
#[test]
fn a_supply_that_turns_does_not_hide_an_open_transformer() {
    let turned = |q: &Quantities, degrees: f64| Quantities {
        current: q.current.map(|i| i * polar(1.0, degrees)),
        voltage: q.voltage.map(|v| v * polar(1.0, degrees)),
        ..*q
    };
    let (mut element, mut bench) = (OpenTransformer::default(), Bench::at_60_hz());
    let s = TransformerSupervisionSettings { enabled: true };
    let (load, lost) = (balanced(80.0), currents([80.0, 0.0, 80.0], SYMMETRIC));
    let mut degrees = 0.0;
    for pass in 0..200 {
        // 61 Hz of 60: 6 degrees a cycle of 16 passes.
        degrees += 6.0 / 16.0;
        let q = turned(if pass < 190 { &load } else { &lost }, degrees);
        bench.pass(|view| {
            element.pass(s, &view.of(&q));
        });
    }
    assert_eq!(element.open(), Some(Phase::B));
}
