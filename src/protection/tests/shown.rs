//! What elements show of themselves while they time: started, progress, the time they will take.

use super::super::accumulator::Decay;
use super::super::arc_flash::ArcFlash;
use super::super::bench_inputs::{Bench, balanced, currents, polar, rated_100_a};
use super::super::breaker_failure::BreakerFailure;
use super::super::differential::Differential;
use super::super::finding::Finding;
use super::super::hardware_override::HardwareOverride;
use super::super::*;
use crate::power::{Sample, Stretch};
use crate::time::{SampleRate, Tick};
use crate::units::{Amperes, Lux, Percent, Phase, Phases, Seconds};
use std::f64::consts::SQRT_2;

const RATE: SampleRate = SampleRate::AT_60_HZ;

#[test]
fn a_finding_out_of_service_or_blocked_shows_nothing_of_what_it_found() {
    let found = Finding {
        started: true,
        operating: true,
        progress: 0.5,
        ..Finding::at_rest(130.0, 100.0, "A", Some(Phase::B))
    };
    let off = found.off();
    assert!(!off.enabled && !off.started && !off.operating);
    assert_eq!((off.progress, off.quantity, off.threshold, off.phase), (0.0, 130.0, 100.0, Some(Phase::B)));
    let blocked = found.block(Block::InvalidInput);
    assert!(blocked.enabled && !blocked.started && !blocked.operating);
    assert_eq!(blocked.blocked, Some(Block::InvalidInput));
}

#[test]
fn a_finding_follows_another_in_every_figure() {
    let found = Finding {
        enabled: false,
        trips: false,
        progress: 0.25,
        operate_time: 3.0,
        ..Finding::at_rest(7.0, 8.0, "V", Some(Phase::C))
    };
    let mut shown = Finding::at_rest(1.0, 2.0, "A", None);
    shown.follow(&found);
    assert_eq!(shown, found);
}

#[test]
fn a_decay_of_no_time_constant_forgets_at_once_and_any_other_by_e() {
    let mut decay = Decay::default();
    assert_eq!(decay.factor(0.1, 0.0), 0.0);
    assert!((decay.factor(0.1, 0.1) - (-1.0f64).exp()).abs() < 1e-15);
    assert!((decay.factor(0.2, 0.1) - (-2.0f64).exp()).abs() < 1e-15, "another step");
    assert!((decay.factor(0.2, 0.2) - (-1.0f64).exp()).abs() < 1e-15, "another time constant");
}

#[test]
fn breaker_failure_times_to_its_backup_and_shows_how_far_it_is() {
    let s = BreakerFailureSettings { enabled: true, retrip: Seconds(0.05), backup: Seconds(0.2) };
    let mut element = BreakerFailure::default();
    let mut bench = Bench::at_60_hz();
    bench.context.closed = false;
    bench.context.trip_commanded = true;
    let q = balanced(200.0);
    let mut shown = Vec::new();
    bench.run(0.3, |view| shown.push(element.pass(&s, &view.of(&q))));
    // Half-way at 0.1 s: 96 passes of 1/960 s after the first.
    let half = &shown[96];
    assert!(half.started && !half.operating);
    assert!((half.progress - 0.5).abs() < 1e-9 && half.operate_time == 0.2);
    // 192 passes make 0.2 s.
    assert!(!shown[191].operating && shown[192].operating);
    assert_eq!(shown.last().map(|f| f.progress), Some(1.0));

    // Without a backup time it operates at once, and shows that it does.
    let mut element = BreakerFailure::default();
    let at_once = BreakerFailureSettings { backup: Seconds::ZERO, retrip: Seconds::ZERO, ..s };
    let found = bench.pass(|view| element.pass(&at_once, &view.of(&q)));
    assert!(found.operating && found.progress == 1.0);
}

/// A tenth of the rated current of 100 A flows or not: a contact that says open is believed when no current flows.
#[test]
fn breaker_failure_ends_when_neither_current_nor_contact_says_closed() {
    let s = BreakerFailureSettings { enabled: true, retrip: Seconds(0.05), backup: Seconds(0.2) };
    let starts = |closed: bool, amperes: f64| {
        let mut element = BreakerFailure::default();
        let mut bench = Bench::at_60_hz();
        bench.context.closed = closed;
        bench.context.trip_commanded = true;
        bench.pass(|view| element.pass(&s, &view.of(&balanced(amperes)))).started
    };
    assert!(starts(true, 0.0), "the contact says closed");
    assert!(starts(false, 10.1), "current flows");
    assert!(!starts(false, 10.0), "at the threshold itself nothing flows");
    assert!(!starts(false, 0.0));
}

fn differential() -> DifferentialSettings {
    DifferentialSettings {
        enabled: true,
        pickup: Amperes(20.0),
        slope: Percent(25.0),
        knee: Amperes(300.0),
        slope_beyond: Percent(50.0),
        unrestrained: Amperes(400.0),
    }
}

#[test]
fn the_differential_characteristic_has_two_slopes() {
    let at = |restraint: f64| differential().threshold(Amperes(restraint)).0;
    assert_eq!(at(0.0), 20.0);
    assert_eq!(at(100.0), 25.0, "25 % of 100 A");
    assert_eq!(at(300.0), 75.0);
    assert_eq!(at(500.0), 175.0, "75 A and 50 % of what is beyond 300 A");
}

/// The phase furthest beyond its own threshold speaks, not the one with the greatest difference.
#[test]
fn the_differential_phase_beyond_its_threshold_by_most_speaks() {
    let pass = |near: [f64; 3], difference: [f64; 3]| {
        let mut bench = Bench::at_60_hz();
        let q = currents(near, [0.0, -120.0, 120.0]);
        let far = |k: usize, degrees: f64| polar(difference[k] - near[k], degrees);
        bench.context.remote_current = Some(Phases::new(far(0, 0.0), far(1, -120.0), far(2, 120.0)));
        let mut element = Differential::default();
        bench.pass(|view| element.pass(&differential(), false, &view.of(&q)))
    };
    // A: 60 A against 25 % of 270 A. B: 50 A against 25 % of 75 A, which is less than the pickup of 20 A.
    let found = pass([300.0, 100.0, 100.0], [60.0, 50.0, 0.0]);
    assert_eq!(found.phase, Some(Phase::B));
    assert!((found.quantity - 50.0).abs() < 1e-9 && (found.threshold - 20.0).abs() < 1e-9);
    assert!(found.started && !found.operating && found.progress < 1.0);
    let found = pass([300.0, 100.0, 100.0], [60.0, 0.0, 0.0]);
    assert!(!found.started, "60 A is within 25 % of 270 A");
    // 450 A of difference operates whatever the restraint; 1775 A of it would ask for 812 A.
    let found = pass([2000.0, 100.0, 100.0], [450.0, 0.0, 0.0]);
    assert!(found.started && found.threshold == 400.0 && found.phase == Some(Phase::A));
}

#[test]
fn without_an_unrestrained_pickup_only_the_slope_counts() {
    let mut bench = Bench::at_60_hz();
    let q = currents([2000.0, 0.0, 0.0], [0.0; 3]);
    bench.context.remote_current = Some(Phases::new(polar(-1550.0, 0.0), polar(0.0, 0.0), polar(0.0, 0.0)));
    let s = DifferentialSettings { unrestrained: Amperes::ZERO, ..differential() };
    let mut element = Differential::default();
    let found = bench.pass(|view| element.pass(&s, false, &view.of(&q)));
    // 75 A and half of what 1775 A exceeds 300 A by.
    assert!(!found.started);
}

fn arc_flash(delay: f64) -> ArcFlashSettings {
    ArcFlashSettings { enabled: true, pickup: Amperes(100.0), delay: Seconds(delay), light: Lux(8000.0) }
}

fn lit(tick: u64, amperes: f64, light: f64) -> Sample {
    Sample { tick: Tick(tick), current: Phases::new(0.0, amperes, 0.0), light, ..Sample::default() }
}

/// 10 ms are 76.8 samples of 7680 a second: at the 78th the light has stood for 77 of them.
#[test]
fn arc_flash_shows_how_far_it_is_and_how_long_it_takes() {
    let (s, mut element) = (arc_flash(0.01), ArcFlash::default());
    let need = RATE.span(s.delay).0;
    assert_eq!(need, 77);
    let rest = element.finding(&s, true, RATE);
    assert!(!rest.started && rest.progress == 0.0);
    assert!((rest.operate_time - 77.0 / 7680.0).abs() < 1e-12);
    for tick in 1..=38 {
        assert!(!element.sample(&s, true, RATE, &lit(tick, 200.0, 8000.0)));
    }
    let half = element.finding(&s, true, RATE);
    assert!(half.started && !half.operating && half.phase == Some(Phase::B));
    assert!((half.progress - 38.0 / 77.0).abs() < 1e-12, "{}", half.progress);
    let operated = (39..=90).find(|tick| element.sample(&s, true, RATE, &lit(*tick, 200.0, 8000.0)));
    assert_eq!(operated, Some(78));
    let latched = element.finding(&s, true, RATE);
    assert!(latched.started && latched.operating && latched.progress == 1.0);
    // It stays operated without light, until the reset command.
    assert!(element.sample(&s, true, RATE, &lit(91, 0.0, 0.0)));
    let stays = element.finding(&s, true, RATE);
    assert!(stays.started && stays.operating && stays.progress == 1.0);
    element.reset();
    assert!(!element.sample(&s, true, RATE, &lit(92, 0.0, 0.0)));
}

#[test]
fn arc_flash_wants_light_and_current_and_says_when_light_comes_alone() {
    let s = arc_flash(0.0);
    let after = |amperes: f64, light: f64| {
        let mut element = ArcFlash::default();
        let operated = (1..=20).any(|tick| element.sample(&s, true, RATE, &lit(tick, amperes, light)));
        (operated, element.light_alone())
    };
    // The crest of a current of 100 A is 141.4 A.
    assert_eq!(after(142.0, 8000.0), (true, false));
    assert_eq!(after(141.0, 8000.0), (false, true), "light without current is a warning");
    assert_eq!(after(142.0, 7999.0), (false, false));
    assert_eq!(after(0.0, 0.0), (false, false));
    let mut element = ArcFlash::default();
    let blind = ArcFlashSettings { light: Lux(0.0), ..s };
    assert!(
        !(1..=20).any(|tick| element.sample(&blind, true, RATE, &lit(tick, 200.0, 9000.0))),
        "no threshold of light"
    );
}

/// The brightest light of a pass is shown even out of service, and each pass begins anew.
#[test]
fn arc_flash_shows_the_brightest_light_of_the_pass() {
    let (s, mut element) = (arc_flash(0.0), ArcFlash::default());
    for (tick, light) in [(1, 100.0), (2, 700.0), (3, 300.0)] {
        element.sample(&s, true, RATE, &lit(tick, 0.0, light));
    }
    assert_eq!(element.pass(&s, true, RATE).quantity, 700.0);
    assert_eq!(element.pass(&s, true, RATE).quantity, 0.0);
    element.sample(&s, false, RATE, &lit(4, 0.0, 500.0));
    element.sample(&s, false, RATE, &lit(5, 0.0, 400.0));
    assert_eq!(element.pass(&s, false, RATE).quantity, 500.0, "protection out of service still sees");
}

/// Samples of a pass at once and one by one leave the element alike, whatever flows while it is dark.
#[test]
fn arc_flash_idles_as_it_samples() {
    let s = arc_flash(0.0);
    for (in_service, amperes, light) in
        [(true, 200.0, 100.0), (true, 50.0, 7999.0), (false, 200.0, 9000.0), (true, 0.0, 0.0)]
    {
        let rows: Vec<_> = (1..=8).map(|tick| lit(tick, amperes, light).row()).collect();
        let stretch = Stretch { first: Tick(1), rows: &rows, repeats: false };
        let (mut together, mut apart) = (ArcFlash::default(), ArcFlash::default());
        // A current and a little light before.
        for element in [&mut together, &mut apart] {
            element.sample(&s, true, RATE, &lit(0, 300.0, 20.0));
        }
        assert!(together.idles(&s, in_service, light));
        together.idle(&s, in_service, &stretch, &stretch.crests());
        for sample in stretch.samples() {
            apart.sample(&s, in_service, RATE, &sample);
        }
        let (a, b) = (together.pass(&s, in_service, RATE), apart.pass(&s, in_service, RATE));
        assert_eq!(a, b, "{amperes} A, {light} lx");
        // How long the current still counts shows in light that comes after it.
        let operates = |element: &mut ArcFlash| {
            let after = (9..=400).map(|tick| element.sample(&s, true, RATE, &lit(tick, 0.0, 8000.0)));
            after.map(u32::from).sum::<u32>()
        };
        assert_eq!(operates(&mut together), operates(&mut apart), "{amperes} A, {light} lx");
    }
    let mut element = ArcFlash::default();
    assert!(!element.idles(&s, true, 8000.0), "enough light to operate");
    assert!(element.idles(&s, false, 8000.0), "out of service");
    assert!(element.idles(&ArcFlashSettings { light: Lux(0.0), ..s }, true, 8000.0), "no threshold");
    for tick in 1..=20 {
        element.sample(&s, true, RATE, &lit(tick, 200.0, 9000.0));
    }
    assert!(!element.idles(&s, true, 0.0), "operated: it does not idle before the reset");
}

/// 30 times 100 A: crests above 4243 A.
#[test]
fn the_override_shows_what_it_saw_and_holds_a_cycle() {
    let unit = || HardwareOverride::new(&rated_100_a());
    let mut element = unit();
    let at = |tick: u64, amperes: f64| Sample {
        tick: Tick(tick),
        current: Phases::new(0.0, 0.0, amperes),
        ..Sample::default()
    };
    element.sample(&at(1, 1000.0 * SQRT_2));
    element.sample(&at(2, 500.0));
    let rest = element.pass();
    assert!(!rest.started && rest.progress == 0.0 && rest.operate_time.is_infinite() && rest.phase.is_none());
    assert!((rest.quantity - 1000.0).abs() < 1e-9, "RMS of the greatest crest: {}", rest.quantity);
    assert!((rest.threshold - 3000.0).abs() < 1e-9);
    assert_eq!(element.pass().quantity, 0.0, "each pass begins anew");
    let crest = 3000.0 * SQRT_2;
    for tick in 3..=20 {
        assert!(!element.sample(&at(tick, crest)), "at the threshold it does not operate");
    }
    let operated = (21..=40).find(|tick| element.sample(&at(*tick, crest * 1.001)));
    assert!(operated.is_some_and(|tick| tick < 30));
    let shown = element.pass();
    assert!(shown.started && shown.operating && shown.progress == 1.0 && shown.operate_time == 0.0);
    assert_eq!(shown.phase, Some(Phase::C));
    assert!(!element.idles(0.0), "it holds");
    let held = (41..=400).take_while(|tick| element.sample(&at(*tick, 0.0))).count();
    assert_eq!(held, 127, "a cycle of 128 samples from the last crest");
    assert!(element.idles(crest) && !element.idles(crest * 1.001));
    let unrated = HardwareOverride::new(&Rated { current: Amperes::ZERO, ..rated_100_a() });
    assert!(unrated.idles(1e9), "without a rating there is no override");
}

/// What idles shows the same as what takes sample by sample.
#[test]
fn the_override_idles_as_it_samples() {
    let mut element = HardwareOverride::new(&rated_100_a());
    let crest = 3000.0 * SQRT_2;
    let over = |tick: u64| Sample { tick: Tick(tick), current: Phases::splat(crest * 1.1), ..Sample::default() };
    element.sample(&over(1));
    element.sample(&over(2));
    element.idle(1000.0);
    // Two crests of before do not count any more: it takes three in a row.
    assert!(!element.sample(&over(3)) && !element.sample(&over(4)) && element.sample(&over(5)));
    let mut element = HardwareOverride::new(&rated_100_a());
    element.idle(700.0 * SQRT_2);
    element.idle(200.0);
    assert!((element.pass().quantity - 700.0).abs() < 1e-9);
    element.idle(10.0);
    element.see(300.0 * SQRT_2);
    assert!((element.pass().quantity - 300.0).abs() < 1e-9, "a pass that was not shown");
}

#[test]
fn a_trip_unit_tells_what_its_elements_know() {
    let mut settings = Settings { enabled: true, ..Settings::default() };
    settings.motor = MotorSettings { enabled: true, full_load: Amperes(100.0) };
    settings.long_time.enabled = true;
    settings.long_time.pickup = Amperes(100.0);
    settings.long_time.delay = Seconds(12.0);
    settings.phase_sequence.enabled = true;
    settings.phase_sequence.rotation = true;
    settings.starts_per_hour = StartsPerHourSettings { enabled: true, cold: 1, hot: 1, between: Seconds(0.0) };
    settings.arc_flash = arc_flash(0.0);
    let mut unit = Protection::new(RATE, rated_100_a());
    let context = Context { closed: true, ..Context::default() };
    let mut tick = 0;
    let mut run = |unit: &mut Protection, passes: u64, q: &crate::power::Quantities, light: f64| {
        for _ in 0..passes {
            tick += 8;
            unit.sample(&lit(tick, 0.0, light), &settings);
            unit.pass(&crate::power::Quantities { tick: Tick(tick), ..*q }, &context, &settings);
        }
    };
    run(&mut unit, 10, &balanced(20.0), 0.0);
    assert_eq!((unit.motor_state(), unit.load_level()), (MotorState::Start, LoadLevel::Normal));
    assert!(!unit.wrong_rotation() && !unit.start_inhibited() && !unit.arc_light_alone());
    run(&mut unit, 200, &balanced(92.0), 0.0);
    assert_eq!((unit.motor_state(), unit.load_level()), (MotorState::Run, LoadLevel::PreWarning));
    // The motor stands: one start an hour was all it had.
    let mut reversed = balanced(0.0);
    reversed.voltage = Phases::new(reversed.voltage.a, reversed.voltage.c, reversed.voltage.b);
    run(&mut unit, 700, &reversed, 9000.0);
    assert_eq!(unit.motor_state(), MotorState::Stop);
    assert!(unit.wrong_rotation() && unit.start_inhibited() && unit.arc_light_alone());
}
