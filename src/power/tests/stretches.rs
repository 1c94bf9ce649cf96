//! Samples given out in stretches, and what may be taken over from the cycle before.

use super::*;

/// What a breaker sees over so many samples, in stretches as long as the network gives; `before` does something to it
/// before each.
fn in_stretches(network: &mut Network, samples: usize, mut before: impl FnMut(&mut Network)) -> Vec<Sample> {
    let mut out = Vec::new();
    while out.len() < samples {
        before(network);
        network.begin(STRETCH.min(samples - out.len()));
        let seen = network.see(0);
        out.extend(seen.stretch().samples());
        network.give_back(0, seen);
    }
    out
}

/// Lengths of the next stretches of at most so many samples.
fn lengths<const N: usize>(network: &mut Network, at_most: usize) -> [usize; N] {
    std::array::from_fn(|_| {
        let length = network.begin(at_most);
        let seen = network.see(0);
        assert_eq!(seen.stretch().len(), length);
        network.give_back(0, seen);
        length
    })
}

/// The next stretches repeat those of a cycle before.
fn repeats(network: &mut Network) -> bool {
    network.begin(STRETCH);
    let seen = network.see(0);
    let repeats = seen.stretch().repeats;
    network.give_back(0, seen);
    repeats
}

const MOTOR: MotorLoad =
    MotorLoad { full_load: Amperes(10.0), locked_rotor: 6.0, start: crate::units::Seconds(0.2), load: 0.2 };

#[test]
fn a_stretch_ends_with_its_cycle_and_not_before_something_changes() {
    assert_eq!(lengths(&mut one(sixty()), 64), [64, 64, 64, 64]);
    assert_eq!(lengths(&mut one(sixty()), 50), [50, 50, 28, 50, 50, 28]);
    let mut noisy = one(sixty());
    noisy.set_noise(Amperes(0.0), Volts(0.5)).expect("noise");
    assert_eq!(lengths(&mut noisy, 64), [1, 1]);
    noisy.set_noise(Amperes(0.1), Volts(0.0)).expect("noise");
    assert_eq!(lengths(&mut noisy, 64), [1, 1]);
    let mut waiting = one(sixty());
    waiting.set_fault(0, Some(Fault { inception_deg: Some(0.0), ..Fault::THREE_PHASE })).expect("a fault");
    assert_eq!(lengths(&mut waiting, 64), [1, 1]);
}

#[test]
fn a_motor_is_asked_at_every_pass() {
    let mut network = one(sixty());
    network.set_motor(0, Some(MOTOR)).expect("a motor");
    assert_eq!(lengths(&mut network, 64), [7, 8, 8, 8]);
}

#[test]
fn a_cycle_repeats_after_one_that_was_alike_until_something_changes() {
    let mut network = one(LoadSpec { thd: Percent(30.0), ..sixty() });
    let repeating: [bool; 4] = std::array::from_fn(|_| repeats(&mut network));
    assert_eq!(repeating, [false, false, true, true]);
    network.set_light(0, Lux(500.0)).expect("a lamp");
    assert!(!repeats(&mut network));
    network.set_secondary(0, Some(SecondaryInjection::balanced(Amperes(640.0), 0.0))).expect("an injection");
    let repeating: [bool; 4] = std::array::from_fn(|_| repeats(&mut network));
    assert_eq!(repeating, [false, false, true, true], "a test set that follows the source");
    network.set_secondary(0, None).expect("off");
    network.set_fault(0, Some(Fault::THREE_PHASE.at_metres(30.0))).expect("a fault");
    assert!(!repeats(&mut network), "its offset decays");
    let settled = (0..200).position(|_| repeats(&mut network));
    assert!(settled.is_some_and(|n| n > 4), "and is over within a second: {settled:?}");
}

#[test]
fn after_cycles_that_repeated_harmonics_go_on_in_their_place() {
    let mut network = one(LoadSpec { thd: Percent(30.0), ..sixty() });
    let alike = run(&mut network, 0, 300);
    network.set_light(0, Lux(500.0)).expect("a lamp");
    for (now, before) in run(&mut network, 0, 128).iter().zip(&alike[172..]) {
        assert_eq!((now.current, now.voltage), (before.current, before.voltage));
    }
}

#[test]
fn an_offset_keeps_decaying_while_other_things_change() {
    let mut quiet = one(LoadSpec { thd: Percent(30.0), ..sixty() });
    let mut busy = quiet.clone();
    // One part in a thousand million off the rated frequency: no cycle of the harmonics is laid down.
    let mut off = quiet.clone();
    off.set_source_frequency(Hertz(60.000_000_06), None).expect("a frequency");
    for step in 0..400 {
        for network in [&mut quiet, &mut busy, &mut off] {
            if step == 100 {
                network.set_fault(0, Some(Fault::THREE_PHASE.at_metres(5.0))).expect("a fault");
            }
        }
        busy.set_ground_leak(0, Amperes(0.0)).expect("nothing new");
        let [a, b, c] = [&mut quiet, &mut busy, &mut off].map(|n| run(n, 0, 1)[0].current.a);
        assert!((a - b).abs() < 1e-3 && (a - c).abs() < 1e-2, "{a}, {b} and {c} at {step}");
    }
}

/// What a test set at 50 Hz feeds into phase B, `first` samples after it was set.
fn fifty_hertz(first: usize, samples: &[Sample], amperes: f64) {
    for (n, sample) in samples.iter().enumerate() {
        let angle = TAU * (50.0 * (first + n) as f64 / 7680.0 - 1.0 / 3.0);
        let want = amperes * SQRT_2 * angle.cos();
        assert!((sample.current.b - want).abs() < 1e-6, "{} for {want} after {n}", sample.current.b);
    }
}

fn at_fifty_hertz(amperes: f64) -> SecondaryInjection {
    SecondaryInjection { frequency: Some(Hertz(50.0)), ..SecondaryInjection::balanced(Amperes(amperes), 0.0) }
}

#[test]
fn a_test_set_with_its_own_frequency_does_not_repeat() {
    for busy in [false, true] {
        let mut network = one(sixty());
        // Three cycles, so that the load repeats and the source points at 0 degrees.
        run(&mut network, 0, 384);
        network.set_secondary(0, Some(at_fifty_hertz(640.0))).expect("an injection");
        let samples = in_stretches(&mut network, 640, |n| {
            if busy {
                n.set_ground_leak(0, Amperes(0.0)).expect("nothing new");
            }
        });
        fifty_hertz(1, &samples, 640.0);
    }
}

#[test]
fn a_test_set_at_the_far_end_goes_on_whatever_repeats_here() {
    for busy in [false, true] {
        let mut network = one(sixty());
        network.set_secondary(0, Some(SecondaryInjection::balanced(Amperes(640.0), 0.0))).expect("an injection");
        run(&mut network, 0, 384);
        network.set_far_current(0, Some(at_fifty_hertz(200.0))).expect("an injection");
        let far: Vec<Sample> = (0..400)
            .map(|_| {
                if busy {
                    network.set_ground_leak(0, Amperes(0.0)).expect("nothing new");
                }
                network.step();
                network.far_sample(0).expect("a far end")
            })
            .collect();
        fifty_hertz(1, &far, 200.0);
        assert_eq!(far[399].tick, network.tick());
    }
}

#[test]
fn an_arc_interrupts_cycles_that_repeat() {
    let mut network = one(sixty());
    run(&mut network, 0, 384);
    let (phase, within) = (Phase::A, crate::units::Seconds(0.1));
    let arc = ParallelArc { phase, peak: Amperes(400.0), half_cycles: 12, within };
    network.set_parallel_arc(0, Some(arc)).expect("an arc");
    let ground = in_stretches(&mut network, 1024, |_| ()).iter().map(|s| s.zero_sequence.abs()).fold(0.0, f64::max);
    assert!((350.0..=441.0).contains(&ground), "{ground}");
}

#[test]
fn a_test_set_feeds_the_zero_sequence_transformer_or_leaves_it_to_the_leak() {
    // 2 ohm behind j 2 ohm: the voltage, and with it the leak, lags its source by 45 degrees.
    let source = SourceSpec { z1: Impedance::new(0.0, 2.0), ..SourceSpec::default() };
    let load = LoadSpec::of_current(Amperes(source.phase_voltage().0 / 2.0), 1.0);
    let short = FeederSpec { length_m: 0.0, ..FeederSpec::default() };
    let specs = [BreakerSpec::Feeder { feeder: short, load }];
    let mut network = Network::new(RATE, &source, &specs, 1).expect("a network");
    network.set_ground_leak(0, Amperes(3.0)).expect("a leak");
    let balanced = SecondaryInjection::balanced(Amperes(640.0), 0.0);
    network.set_secondary(0, Some(balanced)).expect("an injection");
    let cosine = |s: &Sample| SQRT_2 * (TAU * s.tick.0 as f64 / 128.0).cos();
    for s in run(&mut network, 0, 128) {
        let want = 3.0 * SQRT_2 * (TAU * (s.tick.0 as f64 - 16.0) / 128.0).cos();
        assert!((s.zero_sequence - want).abs() < 1e-6, "{s:?}");
    }
    let with_ground = SecondaryInjection { ground: Some(Amperes(5.0)), ..balanced };
    network.set_secondary(0, Some(with_ground)).expect("an injection");
    assert!(network.has_secondary(0) && !network.has_secondary(1));
    for s in run(&mut network, 0, 128) {
        assert!((s.zero_sequence - 5.0 * cosine(&s)).abs() < 1e-6, "{s:?}");
    }
    network.set_pole(0, Phase::A, false).expect("a pole");
    assert!(run(&mut network, 0, 128)[127].zero_sequence.abs() > 5.0, "two poles still carry");
    network.set_poles(0, false).expect("poles");
    assert_eq!(run(&mut network, 0, 128)[127].zero_sequence, 0.0);
    network.set_secondary(0, None).expect("off");
    assert!(!network.has_secondary(0));
}

#[test]
fn an_injection_with_offset_starts_from_the_current_of_the_load() {
    let mut network = one(sixty());
    let before = run(&mut network, 0, 100)[99].current.a;
    let injection =
        SecondaryInjection { offset_x_over_r: Some(4.9), ..SecondaryInjection::balanced(Amperes(640.0), 0.0) };
    network.set_secondary(0, Some(injection)).expect("an injection");
    let steady = |tick: f64| 640.0 * SQRT_2 * (TAU * tick / 128.0).cos();
    for s in run(&mut network, 0, 200) {
        let tick = s.tick.0 as f64;
        // i = iss + (i before - iss then) exp(-(t - t0) / tau), tau being X/R over omega.
        let want = steady(tick) + (before - steady(100.0)) * (-(tick - 100.0) * TAU / 128.0 / 4.9).exp();
        assert!((s.current.a - want).abs() < 1e-6, "{} for {want}", s.current.a);
    }
}

#[test]
fn the_noise_of_a_seed_goes_to_the_seven_channels_in_turn() {
    let quiet = run(&mut one(sixty()), 0, 20);
    let mut network = one(sixty());
    network.set_noise(Amperes(0.1), Volts(0.5)).expect("noise");
    let mut noise = noise::Noise::new(1);
    for (noisy, quiet) in run(&mut network, 0, 20).iter().zip(&quiet) {
        for (lane, (got, still)) in noisy.row().iter().zip(quiet.row()).enumerate().take(7) {
            let size = if lane < 4 { 0.1 } else { 0.5 };
            assert!((got - still - size * noise.next()).abs() < 1e-9, "channel {lane} at {:?}", noisy.tick);
        }
    }
}
