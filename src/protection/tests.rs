//! Tests of the trip unit as a whole.

mod curves;
mod judged;
mod limits;
mod memory;
mod pickups;
mod reach;
mod shown;
mod units;

use super::bench_inputs::{balanced, currents, rated_100_a, sine};
use super::*;
use crate::power::Quantities;
use crate::time::{SampleRate, Tick};
use crate::units::{Amperes, Lux, Percent, Phase, Phases, Seconds};
use proptest::prelude::*;

/// An engineered set of L, S, I, G and AFD for 100 A.
fn lsig() -> Settings {
    Settings {
        enabled: true,
        long_time: LongTimeSettings {
            enabled: true,
            pickup: Amperes(100.0),
            delay: Seconds(12.0),
            thermal_memory: true,
            ..LongTimeSettings::default()
        },
        short_time: ShortTimeSettings {
            enabled: true,
            pickup: Amperes(600.0),
            delay: Seconds(0.2),
            knee: 10.0,
            ..ShortTimeSettings::default()
        },
        instantaneous: InstantaneousSettings { enabled: true, pickup: Amperes(1000.0) },
        ground_fault: GroundFaultSettings {
            enabled: true,
            pickup: Amperes(5.0),
            delay: Seconds(0.5),
            trip: true,
            ..GroundFaultSettings::default()
        },
        arc_flash: ArcFlashSettings { enabled: true, pickup: Amperes(150.0), delay: Seconds(0.0), light: Lux(8000.0) },
        thermal_image: ThermalImageSettings {
            enabled: true,
            pickup: Amperes(105.0),
            delay: Seconds(600.0),
            alarm: Percent(90.0),
            close_permission: Percent(80.0),
            ..ThermalImageSettings::default()
        },
        breaker_failure: BreakerFailureSettings { enabled: true, retrip: Seconds(0.05), backup: Seconds(0.15) },
        maintenance_mode: MaintenanceModeSettings { pickup: Amperes(250.0) },
        ..Settings::default()
    }
}

/// A trip unit in the hands of a test.
struct Bench {
    unit: Protection,
    settings: Settings,
    context: Context,
    tick: u64,
}

impl Bench {
    fn new(settings: &Settings) -> Self {
        Self {
            unit: Protection::new(SampleRate::AT_60_HZ, rated_100_a()),
            settings: *settings,
            context: Context { closed: true, ..Context::default() },
            tick: 0,
        }
    }

    fn pass(&mut self, q: &Quantities) {
        let q = Quantities { tick: Tick(self.tick), ..*q };
        self.unit.pass(&q, &self.context, &self.settings);
        self.tick += 8;
    }

    fn states(&self) -> Vec<ElementState> {
        self.unit.states(&Quantities::default(), &self.settings)
    }

    fn trip(&mut self, q: &Quantities, passes: u32) -> Option<Trip> {
        for _ in 0..passes {
            self.pass(q);
            if let Some(trip) = self.unit.take_trip() {
                return Some(trip);
            }
        }
        None
    }

    fn changes(&mut self, id: ElementId) -> Vec<Change> {
        self.unit.drain_transitions().filter(|t| t.id == id).map(|t| t.change).collect()
    }
}

#[test]
fn of_several_in_one_pass_the_first_is_the_cause_and_all_are_recorded() {
    let mut settings = lsig();
    settings.instantaneous.pickup = Amperes(500.0);
    let mut bench = Bench::new(&settings);
    bench.context.maintenance_mode = true;
    let trip = bench.trip(&balanced(900.0), 10).unwrap();
    assert_eq!(trip.decision.cause, ElementId::MaintenanceMode);
    assert_eq!(trip.operated, [ElementId::MaintenanceMode, ElementId::Instantaneous]);
    assert_eq!(trip.decision.started, Tick(0));
    assert_eq!(trip.decision.tick, Tick(8));
    assert_eq!(trip.decision.quantity, 900.0);
}

#[test]
fn the_leading_phase_is_named() {
    let mut bench = Bench::new(&lsig());
    let trip = bench.trip(&currents([60.0, 1100.0, 60.0], [0.0, -120.0, 120.0]), 5).unwrap();
    assert_eq!(trip.decision.phase, Some(Phase::B));
}

#[test]
fn a_sample_over_the_override_trips_between_passes() {
    let mut bench = Bench::new(&lsig());
    bench.settings.enabled = false;
    bench.pass(&balanced(60.0));
    let at = (0..64).find(|n| bench.unit.sample(&sine(*n, Phases::splat(20_000.0), 0.0), &bench.settings)).unwrap();
    let trip = bench.unit.take_trip().unwrap();
    assert_eq!(trip.decision.cause, ElementId::HardwareOverride);
    assert_eq!(trip.decision.tick, Tick(at));
    assert!(bench.unit.take_trip().is_none(), "taken once");
}

#[test]
fn out_of_service_nothing_trips_and_blocks_are_told() {
    let mut bench = Bench::new(&lsig());
    bench.pass(&balanced(60.0));
    bench.unit.drain_transitions();
    bench.settings.enabled = false;
    assert_eq!(bench.trip(&balanced(1500.0), 960), None);
    assert_eq!(bench.changes(ElementId::Instantaneous), [Change::Blocked]);
    let short = bench.states()[ElementId::ShortTime.index()];
    assert_eq!((short.blocked, short.started, short.progress), (Some(Block::OutOfService), false, 0.0));
    // Back in service, the short-time element times from its beginning.
    bench.settings.enabled = true;
    bench.settings.instantaneous.enabled = false;
    let trip = bench.trip(&balanced(1500.0), 960).unwrap();
    assert!((trip.decision.delay.0 - 0.2).abs() < 0.002, "{:?}", trip.decision);
}

#[test]
fn start_drop_out_operate_and_reset_are_told_once_each() {
    let mut bench = Bench::new(&lsig());
    for current in [700.0, 700.0, 500.0] {
        bench.pass(&balanced(current));
    }
    assert_eq!(bench.changes(ElementId::ShortTime), [Change::Start, Change::DropOut]);
    for _ in 0..200 {
        bench.pass(&balanced(700.0));
    }
    bench.pass(&balanced(0.0));
    assert_eq!(bench.changes(ElementId::ShortTime), [Change::Start, Change::Operate, Change::Reset]);
    assert!(bench.states()[ElementId::ShortTime.index()].operated, "the target stays until it is reset");
    bench.unit.reset_flags();
    assert!(!bench.states()[ElementId::ShortTime.index()].operated);
}

#[test]
fn one_operation_asks_for_one_trip_and_a_close_onto_it_for_another() {
    let mut bench = Bench::new(&lsig());
    assert!(bench.trip(&balanced(1100.0), 5).is_some());
    bench.context.trip_commanded = true;
    assert_eq!(bench.trip(&balanced(1100.0), 100), None, "the command is out already");
    bench.context = Context { closed: false, trip_commanded: false, ..Context::default() };
    assert_eq!(bench.trip(&balanced(1100.0), 5), None);
    bench.context.closed = true;
    assert!(bench.trip(&balanced(1100.0), 5).is_some());
}

#[test]
fn ground_fault_on_alarm_operates_without_a_trip() {
    let mut bench = Bench::new(&lsig());
    bench.settings.ground_fault.trip = false;
    let q = Quantities { ground_rms: Amperes(5.2), ..balanced(60.0) };
    assert_eq!(bench.trip(&q, 2000), None);
    assert!(bench.unit.operating(ElementId::GroundFault));
    assert!(bench.states()[ElementId::GroundFault.index()].operated);
    bench.pass(&balanced(60.0));
    assert!(!bench.states()[ElementId::GroundFault.index()].operated, "an alarm follows its condition");
}

#[test]
fn restraint_goes_out_with_the_start_if_interlocking_is_in_service() {
    let mut bench = Bench::new(&lsig());
    bench.pass(&balanced(700.0));
    assert!(!bench.unit.restraint_out());
    bench.settings.zone_interlocking = ZoneInterlockingSettings { enabled: true, delay: Seconds(0.05) };
    bench.pass(&balanced(700.0));
    assert!(bench.unit.restraint_out());
    bench.pass(&balanced(60.0));
    assert!(!bench.unit.restraint_out());
}

#[test]
fn breaker_failure_asks_for_retrip_and_backup_but_for_no_trip_of_its_own() {
    let mut bench = Bench::new(&lsig());
    bench.trip(&balanced(1150.0), 5).unwrap();
    bench.context.trip_commanded = true;
    let mut at = (None, None);
    for n in 0..200 {
        bench.pass(&balanced(1150.0));
        at.0 = at.0.or(bench.unit.retrip().then_some(n));
        at.1 = at.1.or(bench.unit.backup_trip().then_some(n));
    }
    assert_eq!(at, (Some(48), Some(144)), "50 and 150 ms in passes of 1/960 s");
    assert!(bench.unit.take_trip().is_none());
    assert!(bench.unit.operating(ElementId::BreakerFailure));
}

#[test]
fn time_to_operate_counts_down_to_the_operation() {
    let mut bench = Bench::new(&lsig());
    for _ in 0..960 {
        bench.pass(&balanced(300.0));
    }
    let left = |bench: &Bench, id: ElementId| bench.states()[id.index()].time_to_operate.unwrap().0;
    // 12 (6/3)^2 = 48 s of which 1 s has gone; 49: 600 ln(m2/(m2-1)) likewise.
    assert!((left(&bench, ElementId::LongTime) - 47.0).abs() < 0.01);
    let m2 = (300.0f64 / 105.0).powi(2);
    assert!((left(&bench, ElementId::ThermalImage) - (600.0 * (m2 / (m2 - 1.0)).ln() - 1.0)).abs() < 0.01);
}

#[test]
fn two_units_shown_the_same_say_the_same() {
    let (mut a, mut b) = (Bench::new(&lsig()), Bench::new(&lsig()));
    for n in 0..2000u32 {
        let q = balanced(f64::from(n % 170) * 10.0);
        a.pass(&q);
        b.pass(&q);
    }
    assert_eq!(a.unit.drain_transitions().collect::<Vec<_>>(), b.unit.drain_transitions().collect::<Vec<_>>());
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        -1e5..1e5f64,
        Just(0.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE),
    ]
}

proptest! {
    #[test]
    fn more_current_is_never_slower(
        curve in 0i64..14,
        tms in 0.025..10.0f64,
        low in 1.0..30.0f64,
        more in 0.0..10.0f64,
        tr in 0.5..24.0f64,
        preload in 0.0..0.99f64,
    ) {
        let mut s = lsig();
        s.time_overcurrent = TimeOvercurrentSettings {
            enabled: true,
            pickup: Amperes(100.0),
            delay: Seconds(1.0),
            curve: curve::Curve::from_code(curve).unwrap(),
            time_multiplier: tms,
            ..TimeOvercurrentSettings::default()
        };
        s.long_time.delay = Seconds(tr);
        s.short_time.i2t = true;
        let never = Seconds(f64::INFINITY);
        for c in curves(&s, &rated_100_a()) {
            let slow = c.time_at(Amperes(100.0 * low)).unwrap_or(never);
            let fast = c.time_at(Amperes(100.0 * (low + more))).unwrap_or(never);
            prop_assert!(fast <= slow, "{:?}: {fast:?} at {} after {slow:?} at {low}", c.id, low + more);
        }
        let t = |m: f64| s.thermal_image.time_from(preload, Amperes(105.0 * m)).unwrap_or(never);
        prop_assert!(t(low + more) <= t(low));
    }

    #[test]
    fn whatever_is_measured_the_states_are_numbers(numbers in prop::collection::vec(any_number(), 60)) {
        let mut bench = Bench::new(&lsig());
        bench.settings.time_overcurrent = TimeOvercurrentSettings {
            enabled: true,
            pickup: Amperes(100.0),
            curve: curve::Curve::IeeeModeratelyInverse,
            time_multiplier: 1.0,
            reset: CurveReset::Timed,
            ..TimeOvercurrentSettings::default()
        };
        for n in numbers.chunks_exact(6) {
            let three = |k: usize| Phases::new(Amperes(n[k]), Amperes(n[(k + 1) % 6]), Amperes(n[(k + 2) % 6]));
            let q = Quantities {
                current_rms: three(0),
                current_peak_to_peak: three(1),
                current_half_cycle: three(2),
                residual_rms: Amperes(n[3]),
                ground_rms: Amperes(n[4]),
                light: Lux(n[5]),
                ..Quantities::default()
            };
            let sample = crate::power::Sample {
                current: Phases::new(n[0], n[1], n[2]),
                light: n[3],
                ..crate::power::Sample::default()
            };
            bench.unit.sample(&sample, &bench.settings);
            bench.pass(&q);
            for state in bench.states() {
                prop_assert!(state.quantity.is_finite() && state.threshold.is_finite(), "{state:?}");
                prop_assert!((0.0..=1.0).contains(&state.progress), "{state:?}");
                prop_assert!(state.time_to_operate.is_none_or(|t| t.0.is_finite() && t.0 >= 0.0), "{state:?}");
            }
            prop_assert!(bench.unit.thermal().is_finite());
        }
    }
}
