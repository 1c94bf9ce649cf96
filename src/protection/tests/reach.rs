//! 21, loop by loop: six faults, each in the middle of the zone as its own loop sees it.

use super::super::bench_inputs::{Bench, balanced, polar};
use super::super::distance::Distance;
use super::super::*;
use crate::power::Quantities;
use crate::units::{Ohms, Phase, Phases};
use num_complex::Complex64;

fn settings() -> DistanceSettings {
    DistanceSettings { enabled: true, reach: Ohms(1.0), angle_deg: 75.0, k0: 0.7, k0_angle_deg: -10.0 }
}

fn found(q: &Quantities) -> finding::Finding {
    let mut element = Distance::default();
    Bench::at_60_hz().pass(|view| element.pass(&settings(), &view.of(q)))
}

/// Nominal voltage, no current.
fn healthy() -> Quantities {
    balanced(0.0)
}

#[test]
fn a_fault_to_ground_is_measured_in_its_own_loop_with_the_residual_compensated() {
    let z = polar(0.5, 75.0);
    let k0 = polar(0.7, -10.0);
    for (phase, degrees) in [(Phase::A, 0.0), (Phase::B, -120.0), (Phase::C, 120.0)] {
        let mut q = healthy();
        let i = polar(200.0, degrees - 75.0);
        q.current = Phases::splat(Complex64::ZERO);
        q.current[phase] = i;
        // V = Z (I + k0 (Ia + Ib + Ic)).
        q.voltage[phase] = z * (i + k0 * i);
        let found = found(&q);
        assert_eq!(found.phase, Some(phase));
        assert!(found.started && !found.operating, "{phase:?}: a second pass confirms");
        assert!((found.quantity - 0.5).abs() < 1e-9 && found.progress > 0.0 && found.progress < 1.0);
    }
}

#[test]
fn a_fault_between_phases_is_measured_in_the_loop_of_both() {
    let z = polar(0.5, 75.0);
    for (first, second, degrees) in
        [(Phase::A, Phase::B, 30.0), (Phase::B, Phase::C, -90.0), (Phase::C, Phase::A, 150.0)]
    {
        let mut q = healthy();
        let i = polar(150.0, degrees - 75.0);
        q.current = Phases::splat(Complex64::ZERO);
        q.current[first] = i;
        q.current[second] = -i;
        // Half of what the source had between them stays in common to both.
        let common = (q.voltage[first] + q.voltage[second]) / 2.0;
        q.voltage[first] = common + z * i;
        q.voltage[second] = common - z * i;
        let found = found(&q);
        assert_eq!(found.phase, Some(first));
        assert!(found.started, "{first:?}{second:?}");
        assert!((found.quantity - 0.5).abs() < 1e-9, "{first:?}{second:?}: {}", found.quantity);
    }
}

/// The circle reaches 1 Ohm along the line; half a cycle within it is a fault.
#[test]
fn eight_passes_within_the_circle_operate() {
    let at = |ohms: f64| {
        let (mut element, mut bench) = (Distance::default(), Bench::at_60_hz());
        let mut q = healthy();
        for (phase, degrees) in [(Phase::A, 0.0), (Phase::B, -120.0), (Phase::C, 120.0)] {
            q.current[phase] = polar(100.0, degrees - 75.0);
            q.voltage[phase] = polar(100.0 * ohms, degrees);
        }
        let mut shown = Vec::new();
        for _ in 0..8 {
            shown.push(bench.pass(|view| element.pass(&settings(), &view.of(&q))));
        }
        let operating = shown.iter().filter(|found| found.operating).count();
        (shown[0].started, operating, shown[3].progress, shown[7].progress)
    };
    assert_eq!(at(0.99), (true, 1, 0.5, 1.0));
    assert_eq!(at(1.01), (false, 0, 0.0, 0.0));
}

#[test]
fn the_reach_follows_a_new_setting() {
    let (mut element, mut bench) = (Distance::default(), Bench::at_60_hz());
    let mut q = healthy();
    for (phase, degrees) in [(Phase::A, 0.0), (Phase::B, -120.0), (Phase::C, 120.0)] {
        q.current[phase] = polar(100.0, degrees - 75.0);
        q.voltage[phase] = polar(150.0, degrees);
    }
    assert!(!bench.pass(|view| element.pass(&settings(), &view.of(&q))).started, "1.5 Ohm of 1 Ohm");
    let longer = DistanceSettings { reach: Ohms(2.0), ..settings() };
    assert!(bench.pass(|view| element.pass(&longer, &view.of(&q))).started);
}

/// A tenth of 100 A and 2 % of 480 V are the least that is measured; nothing of a loop below.
#[test]
fn a_loop_of_too_little_current_or_voltage_is_not_measured() {
    let s = DistanceSettings { k0: 0.0, ..settings() };
    let measured = |amperes: f64, volts: f64| {
        let mut q = healthy();
        q.current = Phases::new(polar(amperes, 0.0), Complex64::ZERO, Complex64::ZERO);
        q.voltage = Phases::splat(polar(volts, 0.0));
        let mut element = Distance::default();
        let found = Bench::at_60_hz().pass(|view| element.pass(&s, &view.of(&q)));
        found.phase.is_some()
    };
    let (least_current, least_voltage) = (0.1 * 100.0, 0.02 * 480.0);
    assert!(measured(least_current * 1.001, 100.0));
    assert!(!measured(least_current, 100.0));
    assert!(measured(50.0, least_voltage * 1.001));
    assert!(!measured(50.0, least_voltage));
}

/// Without memory a loop without voltage has no direction. One loop that can be measured is enough.
#[test]
fn without_voltage_it_blocks_itself() {
    let mut dead = healthy();
    dead.voltage = Phases::splat(Complex64::ZERO);
    assert_eq!(found(&dead).blocked, Some(Block::InvalidInput));
    assert_eq!(found(&healthy()).blocked, None, "healthy voltage, no current");
    let mut one = dead;
    one.voltage.a = polar(20.0, 0.0);
    one.current.a = polar(50.0, 0.0);
    let found = found(&one);
    assert_eq!((found.blocked, found.phase), (None, Some(Phase::A)), "a third of 20 V is under 2 %, its loop is not");
}
