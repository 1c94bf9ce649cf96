//! What is done to a network, and the steady state that follows, against closed forms.

use super::*;

/// Fourier coefficient of the last cycle at an order, as a peak phasor against the angle of the source.
fn order(samples: &[Sample], h: u32, of: impl Fn(&Sample) -> f64) -> Complex64 {
    let cycle = &samples[samples.len() - CYCLE..];
    let turn = |s: &Sample| Complex64::from_polar(1.0, -TAU * f64::from(h) * s.tick.0 as f64 / CYCLE as f64);
    cycle.iter().map(|s| turn(s) * of(s)).sum::<Complex64>() * (2.0 / CYCLE as f64)
}

#[test]
fn a_fault_stands_at_once_or_when_its_angle_comes() {
    let mut network = one(sixty());
    network.set_fault(0, Some(Fault::THREE_PHASE)).expect("a fault");
    assert_eq!(network.fault(0), Some(Fault::THREE_PHASE));
    network.set_fault(0, Some(Fault { inception_deg: Some(0.0), ..Fault::LINE_LINE })).expect("a fault");
    assert_eq!(network.fault(0), Some(Fault::THREE_PHASE), "the other one waits");
}

/// Tick at which a fault at this angle of the voltage of phase A strikes.
fn strikes(source: SourceSpec, load: LoadSpec, degrees: f64) -> u64 {
    let spec = BreakerSpec::Feeder { feeder: FeederSpec { length_m: 0.0, ..FeederSpec::default() }, load };
    let mut network = Network::new(RATE, &source, &[spec], 1).expect("a network");
    run(&mut network, 0, 17);
    network.set_fault(0, Some(Fault { inception_deg: Some(degrees), ..Fault::THREE_PHASE })).expect("a fault");
    while network.fault(0).is_none() {
        network.step();
    }
    network.tick().0
}

#[test]
fn a_fault_strikes_at_the_very_sample_of_its_angle() {
    // The voltage of phase A is a cosine from tick 0; a sample is 2.8125 degrees.
    for (degrees, tick) in [(0.0, 96), (45.0, 112), (90.0, 128), (90.1, 129), (180.0, 32)] {
        assert_eq!(strikes(SourceSpec::default(), LoadSpec::none(), degrees), tick, "{degrees}");
    }
}

#[test]
fn the_angle_of_a_fault_is_that_of_the_voltage_of_its_bus() {
    // 2 ohm behind j 2 ohm: the bus lags its source by 45 degrees, 16 samples.
    let source = SourceSpec { z1: Impedance::new(0.0, 2.0), ..SourceSpec::default() };
    let load = LoadSpec::of_current(Amperes(source.phase_voltage().0 / 2.0), 1.0);
    assert_eq!(strikes(source, load, 0.0), 112);
}

#[test]
fn a_fault_without_current_reports_what_an_assessment_would_find() {
    let mut network = one(LoadSpec::none());
    assert_eq!(network.prospective(0), Prospective::default());
    let fault = Fault { resistance: Ohms(SourceSpec::default().phase_voltage().0), ..Fault::LINE_GROUND };
    network.set_fault(0, Some(fault)).expect("a fault");
    network.set_ground_leak(0, Amperes(2.0)).expect("a leak");
    let found = network.prospective(0);
    assert!((found.earth.0 - 3.0).abs() < 1e-6, "1 A through the fault and 2 A that leak: {found:?}");
    assert_eq!(found.line, Amperes::ZERO);
    assert_eq!(network.prospective(1), Prospective::default());
}

#[test]
fn a_network_has_the_breakers_of_its_plant() {
    assert!(!one(sixty()).is_empty());
    assert!(Network::new(RATE, &SourceSpec::default(), &[], 1).is_ok_and(|n| n.is_empty()));
}

#[test]
fn the_voltage_of_the_bus_turns_with_the_source() {
    let mut network = one(LoadSpec::none());
    run(&mut network, 0, 16);
    // A cosine from tick 0, an eighth of a cycle later.
    let want = Complex64::from_polar(SourceSpec::default().phase_voltage().0, 45f64.to_radians());
    assert!((network.bus_voltage().a - want).norm() < 1e-9, "{}", network.bus_voltage().a);
}

#[test]
fn ground_currents_have_the_direction_of_their_conductor() {
    let mut network = one(LoadSpec::none());
    network.set_ground_leak(0, Amperes(3.0)).expect("a leak");
    for s in run(&mut network, 0, 128) {
        let want = 3.0 * SQRT_2 * (TAU * s.tick.0 as f64 / 128.0).cos();
        assert!((s.current.a - want).abs() < 1e-9 && (s.zero_sequence - want).abs() < 1e-9, "{s:?}");
    }
    network.set_ground_leak(0, Amperes(0.0)).expect("no leak");
    network.set_pole(0, Phase::B, false).expect("a pole");
    network.set_pole(0, Phase::C, false).expect("a pole");
    run(&mut network, 0, 20);
    network.set_fault(0, Some(Fault::LINE_GROUND)).expect("a fault");
    for s in run(&mut network, 0, 256) {
        // With its offset, which is up to 33 kA here.
        assert!((s.current.a - s.zero_sequence).abs() < 1e-3, "{s:?}");
    }
}

#[test]
fn the_main_carries_the_ground_current_of_its_feeders_through_any_closed_pole() {
    let specs = [BreakerSpec::Main, feeder(LoadSpec::none()), feeder(sixty())];
    let mut network = Network::new(RATE, &SourceSpec::default(), &specs, 1).expect("a network");
    network.set_fault(1, Some(Fault::LINE_GROUND.at_metres(30.0))).expect("a fault");
    for open in [None, Some(Phase::B)] {
        if let Some(phase) = open {
            network.set_pole(0, phase, false).expect("a pole");
        }
        for _ in 0..128 {
            network.step();
            let [main, faulted, healthy] = [0, 1, 2].map(|ix| network.sample(ix).zero_sequence);
            assert!((main - faulted - healthy).abs() < 1e-6 && healthy.abs() < 1e-6);
        }
        assert!(rms(run(&mut network, 0, 128).iter().map(|s| s.zero_sequence)) > 5000.0);
    }
}

#[test]
fn a_tenth_of_the_voltage_is_the_least_that_feeds_a_leak() {
    for (share, leaks) in [(0.08, false), (0.12, true)] {
        let mut network = one(LoadSpec::none());
        network.set_ground_leak(0, Amperes(3.0)).expect("a leak");
        network.set_source_voltage(Phases::splat(share)).expect("a voltage");
        let leak = rms(run(&mut network, 0, 128).iter().map(|s| s.zero_sequence));
        assert!((leak - if leaks { 3.0 } else { 0.0 }).abs() < 1e-6, "{leak} at {share}");
    }
}

#[test]
fn harmonics_of_the_source_turn_with_the_fundamental_of_each_phase_at_any_frequency() {
    for hertz in [60.0, 58.0] {
        let mut network = one(LoadSpec::none());
        network.set_source_frequency(Hertz(hertz), None).expect("a frequency");
        network.set_source_harmonics(&[(5, Percent(5.0)), (7, Percent(3.0))]).expect("harmonics");
        for s in run(&mut network, 0, 300) {
            for k in Phase::ALL {
                let angle = TAU * (hertz * s.tick.0 as f64 / 7680.0 - k.index() as f64 / 3.0);
                let shape = angle.cos() + 0.05 * (5.0 * angle).cos() + 0.03 * (7.0 * angle).cos();
                let want = SourceSpec::default().phase_voltage().0 * SQRT_2 * shape;
                assert!((s.voltage[k] - want).abs() < 1e-6, "{hertz} Hz, {k:?}: {} for {want}", s.voltage[k]);
            }
        }
    }
}

#[test]
fn a_distorting_load_draws_its_harmonics_and_drops_their_voltage_across_the_source() {
    let mut network = one(LoadSpec { unbalance: Phases::new(1.0, 0.7, 0.4), ..sixty() });
    network.set_load_thd(0, Percent(35.819_547_7)).expect("a distortion");
    let samples = run(&mut network, 0, 384);
    let a = |h| order(&samples, h, |s| s.current.a);
    // Each turns with the fundamental of its own conductor.
    let unit = a(1) / a(1).norm();
    for (h, share) in [(5, 0.32), (7, 0.13), (25, 0.013)] {
        let want = unit.powu(h) * (a(1).norm() * share);
        assert!((a(h) - want).norm() < 1e-4, "order {h}: {} for {want}", a(h));
    }
    // The neutral brings back what the conductors take.
    assert!(samples.iter().all(|s| s.zero_sequence.abs() < 1e-9));
    let fifths = Phases::from_fn(|k| order(&samples, 5, |s| s.current[k]));
    let zero = fifths.iter().sum::<Complex64>() / 3.0;
    let (z1, z0) = (Complex64::new(2.2166e-3, 5.0 * 10.861e-3), Complex64::new(3.81e-3, 5.0 * 13.02e-3));
    let want = -(z1 * (fifths.a - zero) + z0 * zero);
    let got = order(&samples, 5, |s| s.voltage.a);
    assert!((got - want).norm() < 1e-6 && want.norm() > 0.5, "{got} for {want}");
}

#[test]
fn a_distortion_has_a_range_and_the_main_none_of_its_own() {
    let specs = [BreakerSpec::Main, feeder(sixty())];
    let mut network = Network::new(RATE, &SourceSpec::default(), &specs, 1).expect("a network");
    assert_eq!(network.set_load_thd(1, Percent(100.0)), Ok(()));
    for thd in [-0.1, 100.1, f64::NAN] {
        assert!(matches!(network.set_load_thd(1, Percent(thd)), Err(PowerError::Thd(_))), "{thd}");
    }
    assert_eq!(network.set_load_thd(2, Percent(1.0)), Err(PowerError::NoBreaker(2, 2)));
    network.set_load_thd(1, Percent(0.0)).expect("no distortion");
    network.set_load_thd(0, Percent(30.0)).expect("of nothing");
    let samples = run(&mut network, 0, 256);
    for h in [5, 7, 11] {
        assert!(order(&samples, h, |s| s.current.a).norm() < 1e-6);
        assert!(order(&samples, h, |s| s.voltage.a).norm() < 1e-6);
    }
}

#[test]
fn an_arc_is_as_bright_as_its_current() {
    let mut network = one(LoadSpec::none());
    network.set_fault(0, Some(Fault { arc: true, ..Fault::THREE_PHASE.at_metres(30.0) })).expect("an arc");
    // 11,370 A: 10,000 lx and 40,000 times that over 25 kA.
    let light = run(&mut network, 0, 128)[127].light;
    assert!((light / 28_192.0 - 1.0).abs() < 0.005, "{light}");
}

#[test]
fn a_motor_takes_the_place_of_the_load_and_runs_up_in_its_time() {
    let near = FeederSpec { length_m: 1.0, ..FeederSpec::default() };
    let specs = [BreakerSpec::Feeder { feeder: near, load: sixty() }];
    let mut network = Network::new(RATE, &SourceSpec::default(), &specs, 1).expect("a network");
    let motor = MotorLoad { full_load: Amperes(10.0), locked_rotor: 6.0, start: crate::units::Seconds(0.2), load: 0.2 };
    network.set_motor(0, Some(motor)).expect("a motor");
    let current = |network: &Network| network.steady_current(0).a.0;
    run(&mut network, 0, 8);
    assert!((current(&network) / 60.0 - 1.0).abs() < 0.02, "{}", current(&network));
    while current(&network) > 15.0 && network.tick().0 < 4000 {
        network.step();
    }
    assert!((network.tick().0 as f64 / 1536.0 - 1.0).abs() < 0.05, "{:?}", network.tick());
    // Twenty times its torque: it stalls.
    network.set_motor_torque(0, Some(20.0)).expect("a motor");
    run(&mut network, 0, 2000);
    assert!((current(&network) / 60.0 - 1.0).abs() < 0.02, "{}", current(&network));
}

#[test]
fn a_torque_needs_a_motor() {
    let mut network = one(sixty());
    assert_eq!(network.set_motor_torque(0, None), Ok(()));
    assert_eq!(network.set_motor_torque(0, Some(1.0)), Err(PowerError::NoMotor));
    assert_eq!(network.set_motor_torque(1, None), Err(PowerError::NoBreaker(1, 1)));
}

#[test]
fn a_broken_conductor_carries_nothing() {
    let mut network = one(sixty());
    network.set_broken(0, Phase::B, true).expect("a break");
    let samples = run(&mut network, 0, 128);
    assert!(samples.iter().all(|s| s.current.b == 0.0 && s.current.a != 0.0));
    network.set_broken(0, Phase::B, false).expect("mended");
    assert!(rms(run(&mut network, 0, 128).iter().map(|s| s.current.b)) > 50.0);
    assert_eq!(network.set_broken(1, Phase::B, true), Err(PowerError::NoBreaker(1, 1)));
}
