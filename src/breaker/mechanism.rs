//! The operating mechanism: closing spring, trip latch, contacts and poles, sample by sample.
//!
//! ```text
//!            close (spring charged)          touch
//!   Open ------------------------> Closing --------> Closed
//!    ^                               |                  |
//!    |  back                         | open or trip     | open or trip
//!    +-------------------------------+ (trip-free)      v
//!    ^                                    part       Opening
//!    +-----------------------------------------------+
//! ```
//!
//! After the contacts part each pole goes on conducting through its arc until a current zero, not before
//! [`LEAST_ARCING`]. Closing spends the closing spring and winds the opening spring, so that an open is always possible
//! once closed (O-CO without the motor); a second close has to wait for the motor.
//!
//! The close order is a signal with two edges. The mechanism closes on the rising edge only: an order still standing
//! when the breaker trips does not close it again (anti-pumping, IEC 62271-100 3.7.113).

use super::{Contacts, Spring};
use crate::time::{SampleRate, Span, Tick};
use crate::units::{Phase, Phases, Seconds};

/// From the trip or open order to contact parting, through the trip coil.
pub(super) const OPENING: Seconds = Seconds(0.025);
/// From the instantaneous override to contact parting: the contacts are blown apart by the current itself.
pub(super) const OVERRIDE_OPENING: Seconds = Seconds(0.008);
/// From the close order to contact touch.
pub(super) const CLOSING: Seconds = Seconds(0.060);
/// The motor winds an empty closing spring in this time.
pub(super) const CHARGING: Seconds = Seconds(4.0);
/// The gap cannot hold the voltage before: an earlier current zero does not interrupt.
pub(super) const LEAST_ARCING: Seconds = Seconds(0.002);
/// Below this a pole counts as interrupted; a decaying direct current has no zero.
pub(super) const CHOPPING_A: f64 = 1.0;
/// The close order stands this long when it is given as a pulse.
pub(super) const CLOSE_PULSE: Seconds = Seconds(0.250);
/// An open order that has not parted the contacts by then has failed. Later than breaker failure protection (ANSI
/// 50BF), which is faster where it is in service.
pub(super) const OPENING_LIMIT: Seconds = Seconds(0.200);

/// When contacts part whose coil has no circuit: not by themselves.
const NEVER: Tick = Tick(u64::MAX);

/// What can be wrong with the mechanism.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Failures {
    /// It does not open.
    pub stuck: bool,
    /// It opens this much later.
    pub slow: Seconds,
    /// The spring motor does not run.
    pub motor: bool,
    /// The circuit of the trip coil is open: only the override opens.
    pub coil: bool,
}

/// Through which path an open order reaches the latch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// Trip coil or shunt.
    Coil,
    /// Blown open by the current.
    Override,
}

/// Something the mechanism did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Moved {
    /// Contacts parted, so long after the order.
    Parted(Span),
    /// The last arc is out.
    Interrupted,
    /// Contacts touched, so long after the order.
    Closed(Span),
    /// Closing was stopped by an open order.
    CloseAborted(Span),
    /// The spring is wound, after so long.
    SpringCharged(Span),
    /// The contacts did not part in time.
    FailedToOpen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Motion {
    Closing { ordered: Tick, touch: Tick },
    Opening { ordered: Tick, part: Tick, overdue: bool },
    Returning { ordered: Tick, back: Tick },
}

/// The mechanism of one breaker.
#[derive(Clone, Debug)]
pub(super) struct Mechanism {
    rate: SampleRate,
    fitted: Phases<bool>,
    contacts: Contacts,
    spring: Spring,
    latched: bool,
    motion: Option<Motion>,
    conducting: Phases<bool>,
    /// When the contacts parted, while an arc burns.
    parted: Option<Tick>,
    before: Phases<f64>,
    wound: Option<(Tick, Tick)>,
    close_order: Option<Tick>,
    failures: Failures,
    opening: Option<Seconds>,
}

impl Mechanism {
    /// Open, spring wound, with the given number of poles.
    pub(super) fn new(rate: SampleRate, poles: i64) -> Self {
        Self {
            rate,
            fitted: Phases::new(true, poles >= 2, poles >= 3),
            contacts: Contacts::Open,
            spring: Spring::Charged,
            latched: false,
            motion: None,
            conducting: Phases::splat(false),
            parted: None,
            before: Phases::default(),
            wound: None,
            close_order: None,
            failures: Failures::default(),
            opening: None,
        }
    }

    /// As found at a start: contacts and latch without movement, nothing recorded.
    pub(super) fn restore(&mut self, closed: bool, latched: bool) {
        self.contacts = if closed { Contacts::Closed } else { Contacts::Open };
        self.conducting = if closed { self.fitted } else { Phases::splat(false) };
        self.latched = latched;
        self.motion = None;
        self.parted = None;
    }

    /// Main contacts.
    pub(super) fn contacts(&self) -> Contacts {
        self.contacts
    }

    /// Closing spring.
    pub(super) fn spring(&self) -> Spring {
        self.spring
    }

    /// Trip latch.
    pub(super) fn latched(&self) -> bool {
        self.latched
    }

    /// Which poles conduct, by touch or by arc.
    pub(super) fn conducting(&self) -> Phases<bool> {
        self.conducting
    }

    /// The contacts touch: the auxiliary contact 52a is closed.
    pub(super) fn touching(&self) -> bool {
        self.contacts == Contacts::Closed || matches!(self.motion, Some(Motion::Opening { .. }))
    }

    /// Neither contact nor arc conducts and nothing moves.
    pub(super) fn at_rest_open(&self) -> bool {
        self.contacts == Contacts::Open && self.parted.is_none()
    }

    /// Between two positions.
    pub(super) fn moving(&self) -> bool {
        self.motion.is_some()
    }

    /// The close order stands.
    pub(super) fn close_ordered(&self) -> bool {
        self.close_order.is_some()
    }

    /// Time from order to contact parting of the last opening.
    pub(super) fn last_opening(&self) -> Option<Seconds> {
        self.opening
    }

    /// What is wrong with it.
    pub(super) fn failures(&self) -> Failures {
        self.failures
    }

    /// Breaks or repairs it. A repaired motor starts to wind an empty spring.
    pub(super) fn set_failures(&mut self, failures: Failures, tick: Tick) {
        self.failures = failures;
        // The order stands on the coil until the contacts part: a mended circuit energises it.
        if let Some(Motion::Opening { ordered, part: NEVER, overdue }) = self.motion
            && !failures.coil
        {
            let part = tick + self.rate.span(OPENING + failures.slow);
            self.motion = Some(Motion::Opening { ordered, part, overdue });
        }
        if failures.motor {
            if self.spring == Spring::Charging {
                self.spring = Spring::Discharged;
            }
            self.wound = None;
        } else if self.spring == Spring::Discharged {
            self.wind(tick);
        }
    }

    /// The rising edge of the close order. Starts to close if the contacts are open, the spring is wound and the latch
    /// is reset; returns whether it did. The order falls by itself after [`CLOSE_PULSE`].
    pub(super) fn order_close(&mut self, tick: Tick) -> bool {
        if self.close_order.replace(tick + self.rate.span(CLOSE_PULSE)).is_some() {
            return false;
        }
        if !self.at_rest_open() || self.motion.is_some() || self.spring != Spring::Charged || self.latched {
            return false;
        }
        self.motion = Some(Motion::Closing { ordered: tick, touch: tick + self.rate.span(CLOSING) });
        self.contacts = Contacts::Closing;
        // The spring gives its energy as soon as the closing latch lets go.
        self.spring = Spring::Discharged;
        self.wind(tick);
        true
    }

    /// An open order; with `latch` a trip. Wins over everything. Returns whether something started to move.
    pub(super) fn order_open(&mut self, tick: Tick, path: Path, latch: bool) -> bool {
        self.latched |= latch;
        match (self.contacts, self.motion) {
            (Contacts::Closed, None) => {
                let travel = match path {
                    Path::Coil => OPENING,
                    Path::Override => OVERRIDE_OPENING,
                };
                let dead = path == Path::Coil && self.failures.coil;
                let part = if dead { NEVER } else { tick + self.rate.span(travel + self.failures.slow) };
                self.motion = Some(Motion::Opening { ordered: tick, part, overdue: false });
                self.contacts = Contacts::Opening;
                true
            }
            (Contacts::Opening, Some(Motion::Opening { ordered, part, overdue })) if path == Path::Override => {
                let blown = tick + self.rate.span(OVERRIDE_OPENING + self.failures.slow);
                self.motion = Some(Motion::Opening { ordered, part: part.min(blown), overdue });
                true
            }
            (Contacts::Closing, Some(Motion::Closing { ordered, touch })) => {
                // The contact turns round where it is: the way back takes the same share of the opening time.
                let travel = touch.since(ordered).0.max(1);
                let gone = tick.since(ordered).0.min(travel);
                let back = self.rate.span(OPENING).0 * gone / travel;
                self.motion = Some(Motion::Returning { ordered: tick, back: tick + Span(back.max(1)) });
                self.contacts = Contacts::Opening;
                true
            }
            _ => false,
        }
    }

    /// Resets the trip latch.
    pub(super) fn reset_latch(&mut self) {
        self.latched = false;
    }

    /// The first sample at which a pole may begin or stop to conduct, as things stand.
    pub(super) fn poles_stand_until(&self) -> Tick {
        if let Some(parted) = self.parted {
            return parted + self.rate.span(LEAST_ARCING);
        }
        match self.motion {
            Some(Motion::Closing { touch, .. }) => touch,
            Some(Motion::Opening { part, .. }) if part != NEVER && !self.failures.stuck => {
                part + self.rate.span(LEAST_ARCING)
            }
            Some(Motion::Opening { .. } | Motion::Returning { .. }) | None => NEVER,
        }
    }

    /// No sample up to this one does anything.
    pub(super) fn idles_to(&self, last: Tick) -> bool {
        let moves = match self.motion {
            None => false,
            Some(Motion::Closing { touch, .. }) => touch <= last,
            Some(Motion::Returning { back, .. }) => back <= last,
            Some(Motion::Opening { ordered, part, overdue }) => {
                let fails = !overdue && last.since(ordered) >= self.rate.span(OPENING_LIMIT);
                fails || (part <= last && !self.failures.stuck)
            }
        };
        let due = |at: Option<Tick>| at.is_some_and(|at| at <= last);
        !moves && self.parted.is_none() && !due(self.wound.map(|(_, until)| until)) && !due(self.close_order)
    }

    /// Nothing moves, arcs, winds or is ordered: a sample would change nothing.
    #[inline]
    pub(super) fn at_rest(&self) -> bool {
        self.motion.is_none() && self.parted.is_none() && self.wound.is_none() && self.close_order.is_none()
    }

    /// One sample: moves what is due and looks for current zeros. `current` is the current in each pole.
    pub(super) fn sample(&mut self, tick: Tick, current: &Phases<f64>, out: &mut Vec<Moved>) {
        if self.at_rest() {
            return;
        }
        self.close_order.take_if(|until| tick >= *until);
        if let Some((from, _)) = self.wound.take_if(|(_, until)| tick >= *until) {
            self.spring = Spring::Charged;
            out.push(Moved::SpringCharged(tick.since(from)));
        }
        self.travel(tick, out);
        self.interrupt(tick, current, out);
        self.before = *current;
    }

    fn travel(&mut self, tick: Tick, out: &mut Vec<Moved>) {
        match self.motion {
            Some(Motion::Closing { ordered, touch }) if tick >= touch => {
                self.motion = None;
                self.contacts = Contacts::Closed;
                self.conducting = self.fitted;
                out.push(Moved::Closed(tick.since(ordered)));
            }
            Some(Motion::Returning { ordered, back }) if tick >= back => {
                self.motion = None;
                self.contacts = Contacts::Open;
                out.push(Moved::CloseAborted(tick.since(ordered)));
            }
            Some(Motion::Opening { ordered, part, .. }) if tick >= part && !self.failures.stuck => {
                self.motion = None;
                self.contacts = Contacts::Open;
                self.parted = Some(tick);
                self.opening = Some(self.rate.seconds(tick.since(ordered)));
                out.push(Moved::Parted(tick.since(ordered)));
            }
            Some(Motion::Opening { ordered, part, overdue: false })
                if tick.since(ordered) >= self.rate.span(OPENING_LIMIT) =>
            {
                self.motion = Some(Motion::Opening { ordered, part, overdue: true });
                out.push(Moved::FailedToOpen);
            }
            _ => {}
        }
    }

    fn interrupt(&mut self, tick: Tick, current: &Phases<f64>, out: &mut Vec<Moved>) {
        let Some(parted) = self.parted else { return };
        let gap_holds = tick.since(parted) >= self.rate.span(LEAST_ARCING);
        for phase in Phase::ALL {
            let (now, before) = (current[phase], self.before[phase]);
            let zero = now.abs() < CHOPPING_A || (tick > parted && now.signum() != before.signum());
            if self.conducting[phase] && gap_holds && zero {
                self.conducting[phase] = false;
            }
        }
        if !self.conducting.iter().any(|c| *c) {
            self.parted = None;
            out.push(Moved::Interrupted);
        }
    }

    fn wind(&mut self, tick: Tick) {
        if !self.failures.motor {
            self.spring = Spring::Charging;
            self.wound = Some((tick, tick + self.rate.span(CHARGING)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::AT_60_HZ;

    /// Runs the mechanism with a 60 Hz current of the given RMS, cut where a pole does not conduct.
    struct Bench {
        mechanism: Mechanism,
        tick: Tick,
        rms: f64,
        log: Vec<(Tick, Moved)>,
    }

    impl Bench {
        fn closed() -> Self {
            let mut mechanism = Mechanism::new(RATE, 3);
            mechanism.restore(true, false);
            Self { mechanism, tick: Tick(0), rms: 1000.0, log: Vec::new() }
        }

        fn open() -> Self {
            let mut bench = Self::closed();
            bench.mechanism.restore(false, false);
            bench
        }

        fn run_ms(&mut self, ms: f64) {
            let end = self.tick + RATE.span(Seconds(ms / 1000.0));
            while self.tick < end {
                self.tick += Span(1);
                let angle = self.tick.0 as f64 / 128.0 * std::f64::consts::TAU;
                let mut current = Phases::from_fn(|p| {
                    self.rms * 2f64.sqrt() * (angle - p.index() as f64 * std::f64::consts::TAU / 3.0).cos()
                });
                for phase in Phase::ALL {
                    if !self.mechanism.conducting()[phase] {
                        current[phase] = 0.0;
                    }
                }
                let mut out = Vec::new();
                self.mechanism.sample(self.tick, &current, &mut out);
                self.log.extend(out.into_iter().map(|m| (self.tick, m)));
            }
        }

        fn ms_of(&self, wanted: impl Fn(&Moved) -> bool) -> Option<f64> {
            self.log.iter().find(|(_, m)| wanted(m)).map(|(t, _)| RATE.seconds(t.since(Tick(0))).0 * 1000.0)
        }
    }

    #[test]
    fn a_trip_parts_after_25_ms_and_interrupts_within_half_a_cycle_and_2_ms() {
        let mut bench = Bench::closed();
        assert!(bench.mechanism.order_open(Tick(0), Path::Coil, true));
        bench.run_ms(60.0);
        let parted = bench.ms_of(|m| matches!(m, Moved::Parted(_))).unwrap();
        let interrupted = bench.ms_of(|m| matches!(m, Moved::Interrupted)).unwrap();
        assert!((parted - 25.0).abs() < 0.14, "parted at {parted} ms");
        assert!((27.0..=25.0 + 2.0 + 8.34 + 0.14).contains(&interrupted), "interrupted at {interrupted} ms");
        assert!(bench.mechanism.latched());
        assert_eq!(bench.mechanism.conducting(), Phases::splat(false));
    }

    #[test]
    fn no_pole_moves_within_a_stretch_of_the_order() {
        for rate in [SampleRate::AT_60_HZ, SampleRate::AT_50_HZ] {
            for path in [Path::Override, Path::Coil] {
                let mut mechanism = Mechanism::new(rate, 3);
                mechanism.restore(true, false);
                mechanism.order_open(Tick(1000), path, true);
                let still = mechanism.poles_stand_until().since(Tick(1000)).0;
                assert!(still > crate::power::STRETCH as u64, "{path:?} at {rate:?}: {still} samples");
            }
        }
    }

    #[test]
    fn the_override_parts_after_8_ms() {
        let mut bench = Bench::closed();
        bench.mechanism.order_open(Tick(0), Path::Override, true);
        bench.run_ms(30.0);
        let parted = bench.ms_of(|m| matches!(m, Moved::Parted(_))).unwrap();
        assert!((parted - 8.0).abs() < 0.14, "parted at {parted} ms");
    }

    #[test]
    fn the_override_overtakes_an_opening_on_the_way() {
        let mut bench = Bench::closed();
        bench.mechanism.order_open(Tick(0), Path::Coil, false);
        bench.run_ms(5.0);
        bench.mechanism.order_open(bench.tick, Path::Override, true);
        bench.run_ms(30.0);
        let parted = bench.ms_of(|m| matches!(m, Moved::Parted(_))).unwrap();
        assert!((parted - 13.0).abs() < 0.27, "parted at {parted} ms");
    }

    #[test]
    fn a_pole_without_current_is_interrupted_at_once_after_the_least_arcing_time() {
        let mut bench = Bench::closed();
        bench.rms = 0.0;
        bench.mechanism.order_open(Tick(0), Path::Coil, false);
        bench.run_ms(40.0);
        let interrupted = bench.ms_of(|m| matches!(m, Moved::Interrupted)).unwrap();
        assert!((interrupted - 27.0).abs() < 0.27, "interrupted at {interrupted} ms");
    }

    #[test]
    fn closing_takes_60_ms_and_the_spring_4_s() {
        let mut bench = Bench::open();
        assert!(bench.mechanism.order_close(Tick(0)));
        assert_eq!(bench.mechanism.contacts(), Contacts::Closing);
        bench.run_ms(4100.0);
        let closed = bench.ms_of(|m| matches!(m, Moved::Closed(_))).unwrap();
        let wound = bench.ms_of(|m| matches!(m, Moved::SpringCharged(_))).unwrap();
        assert!((closed - 60.0).abs() < 0.14 && (wound - 4000.0).abs() < 0.14, "{closed} {wound}");
        assert_eq!(bench.mechanism.conducting(), Phases::splat(true));
    }

    #[test]
    fn open_close_open_works_without_the_motor_but_no_second_close() {
        let mut bench = Bench::closed();
        bench.mechanism.set_failures(Failures { motor: true, ..Failures::default() }, Tick(0));
        bench.mechanism.order_open(Tick(0), Path::Coil, false);
        bench.run_ms(300.0);
        assert!(bench.mechanism.order_close(bench.tick));
        bench.run_ms(300.0);
        assert_eq!(bench.mechanism.contacts(), Contacts::Closed);
        bench.mechanism.order_open(bench.tick, Path::Coil, false);
        bench.run_ms(10_000.0);
        assert_eq!(bench.mechanism.contacts(), Contacts::Open);
        assert!(!bench.mechanism.order_close(bench.tick), "the spring is empty");
        bench.mechanism.set_failures(Failures::default(), bench.tick);
        bench.run_ms(4_100.0);
        assert!(bench.mechanism.order_close(bench.tick), "the motor runs again");
    }

    #[test]
    fn an_open_order_during_closing_wins() {
        let mut bench = Bench::open();
        bench.mechanism.order_close(Tick(0));
        bench.run_ms(30.0);
        assert!(bench.mechanism.order_open(bench.tick, Path::Coil, false));
        bench.run_ms(200.0);
        assert_eq!(bench.mechanism.contacts(), Contacts::Open);
        assert!(bench.ms_of(|m| matches!(m, Moved::Closed(_))).is_none(), "the contacts never touched");
        let back = bench.ms_of(|m| matches!(m, Moved::CloseAborted(_))).unwrap();
        assert!((back - 42.5).abs() < 0.3, "half the way back takes half the opening time: {back}");
    }

    #[test]
    fn a_standing_close_order_does_not_close_again_after_a_trip() {
        let mut bench = Bench::open();
        bench.mechanism.order_close(Tick(0));
        bench.run_ms(70.0);
        bench.mechanism.order_open(bench.tick, Path::Override, true);
        bench.run_ms(60.0);
        assert!(bench.mechanism.close_ordered(), "the order still stands");
        bench.mechanism.reset_latch();
        bench.mechanism.spring = Spring::Charged;
        assert!(!bench.mechanism.order_close(bench.tick), "no new edge while the order stands");
        assert_eq!(bench.mechanism.contacts(), Contacts::Open);
        bench.run_ms(400.0);
        assert!(!bench.mechanism.close_ordered());
    }

    #[test]
    fn a_stuck_mechanism_reports_after_200_ms_and_opens_when_freed() {
        let mut bench = Bench::closed();
        bench.mechanism.set_failures(Failures { stuck: true, ..Failures::default() }, Tick(0));
        bench.mechanism.order_open(Tick(0), Path::Coil, true);
        bench.run_ms(300.0);
        let failed = bench.ms_of(|m| matches!(m, Moved::FailedToOpen)).unwrap();
        assert!((failed - 200.0).abs() < 0.14);
        assert_eq!(bench.log.iter().filter(|(_, m)| matches!(m, Moved::FailedToOpen)).count(), 1);
        assert_eq!(bench.mechanism.conducting(), Phases::splat(true));
        bench.mechanism.set_failures(Failures::default(), bench.tick);
        bench.run_ms(20.0);
        assert_eq!(bench.mechanism.conducting(), Phases::splat(false));
    }

    #[test]
    fn without_its_coil_only_the_override_opens_and_a_mended_circuit_does() {
        let open = Failures { coil: true, ..Failures::default() };
        let mut bench = Bench::closed();
        bench.mechanism.set_failures(open, Tick(0));
        bench.mechanism.order_open(Tick(0), Path::Coil, true);
        bench.run_ms(300.0);
        assert!(bench.ms_of(|m| matches!(m, Moved::Parted(_))).is_none());
        assert!(bench.ms_of(|m| matches!(m, Moved::FailedToOpen)).is_some());
        bench.mechanism.set_failures(Failures::default(), bench.tick);
        bench.run_ms(30.0);
        let parted = bench.ms_of(|m| matches!(m, Moved::Parted(_))).unwrap();
        assert!((parted - 325.0).abs() < 0.3, "mended at 300 ms, parted at {parted} ms");

        let mut bench = Bench::closed();
        bench.mechanism.set_failures(open, Tick(0));
        bench.mechanism.order_open(Tick(0), Path::Override, true);
        bench.run_ms(30.0);
        assert!((bench.ms_of(|m| matches!(m, Moved::Parted(_))).unwrap() - 8.0).abs() < 0.14);
    }

    #[test]
    fn a_slow_mechanism_parts_later_by_the_delay() {
        let mut bench = Bench::closed();
        bench.mechanism.set_failures(Failures { slow: Seconds(0.05), ..Failures::default() }, Tick(0));
        bench.mechanism.order_open(Tick(0), Path::Coil, true);
        bench.run_ms(100.0);
        assert!((bench.mechanism.last_opening().unwrap().0 - 0.075).abs() < 0.0002);
    }

    #[test]
    fn a_single_pole_breaker_conducts_on_phase_a_only() {
        let mut mechanism = Mechanism::new(RATE, 1);
        mechanism.restore(true, false);
        assert_eq!(mechanism.conducting(), Phases::new(true, false, false));
    }
}
