//! ANSI 79: auto-reclose. Off by default: after a protective trip a circuit may be energised again only when it is known
//! to be safe (29 CFR 1910.334(b)(2)); a trip known to be an overload is the exception.
//!
//! ```text
//!   Ready --trip that may be reclosed--> Cycle --dead time over--> Reclaim --undisturbed--> Ready
//!     |                                    |                          |
//!     +--other trip, manual open           +--300 s without           +--trip: next shot, or
//!     v                                    v  permission              v  no shot left
//!   Lockout <------------------------------+--------------------------+
//!     +-- 10 s after a manual close that holds --> Ready
//! ```
//!
//! The dead time begins when the breaker is seen open and without current. It stands still while a condition for closing
//! is missing, and while the voltage or frequency that tripped is not healthy for [`HEALTHY`]. With assessment in
//! service (IEC 63024, clause 1: "reclosing only if the prospective line current and the prospective earth-fault
//! current do not exceed given values") a standing fault is such a missing condition.

use crate::protection::ElementId;
use crate::time::{SampleRate, Span, Tick};
use crate::units::Seconds;
use serde::{Deserialize, Serialize};

/// Longest wait for a missing condition before the automatic gives up.
pub const PATIENCE: Seconds = Seconds(300.0);
/// A close that has not happened by then has failed.
pub const CLOSE_LIMIT: Seconds = Seconds(0.5);
/// A manual close that holds this long takes the automatic out of lockout.
pub const LOCKOUT_RESET: Seconds = Seconds(10.0);
/// Voltage and frequency must have been healthy this long.
pub const HEALTHY: Seconds = Seconds(5.0);

/// Elements that trip for what the supply does: the load may be whole.
const OF_THE_SUPPLY: [ElementId; 6] = [
    ElementId::PhaseSequence,
    ElementId::Undervoltage,
    ElementId::Overvoltage,
    ElementId::Underfrequency,
    ElementId::Overfrequency,
    ElementId::FrequencyRate,
];

/// Settings of the automatic.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// In service.
    pub enabled: bool,
    /// Shots before it gives up.
    pub attempts: i64,
    /// Dead time before the first shot.
    pub delay: Seconds,
    /// Dead time before the second shot; nothing ends the sequence there.
    pub second_delay: Seconds,
    /// Dead time before the third shot; nothing ends the sequence there.
    pub third_delay: Seconds,
    /// Undisturbed time after a shot that ends the sequence.
    pub reclaim: Seconds,
    /// May follow a 51 or S trip (training option).
    pub after_overcurrent: bool,
    /// May follow a ground fault trip (training option).
    pub after_ground_fault: bool,
    /// May follow a trip for what the load does: 46 and 37.
    pub after_load: bool,
    /// Assesses the prospective currents of line and earth before it closes.
    pub assessment: bool,
}

impl Settings {
    /// The dead time that comes after so many shots.
    fn dead_time(&self, shots: i64) -> Seconds {
        match shots {
            0 => self.delay,
            1 => self.second_delay,
            _ => self.third_delay,
        }
    }

    /// Another shot may follow after so many.
    fn has_shot_after(&self, shots: i64) -> bool {
        shots < self.attempts && (shots == 0 || self.dead_time(shots) > Seconds::ZERO)
    }

    /// What whoever puts the automatic in service must know.
    #[must_use]
    pub fn note(&self) -> Option<&'static str> {
        self.enabled.then_some(
            "79: in service. 29 CFR 1910.334(b)(2) lets a circuit be energised again after a protective trip only when it is \
             known to be safe, or the trip known to be an overload; whoever enables 79 answers for that",
        )
    }
}

/// Where the automatic stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Not in service.
    #[default]
    Off,
    /// Waits for a trip.
    Ready,
    /// Dead time.
    Cycle,
    /// Has closed and watches.
    Reclaim,
    /// Gave up.
    Lockout,
    /// In service but held back: maintenance mode or danger tag.
    Blocked,
}

impl State {
    /// The word that is published.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::Ready => "Ready",
            Self::Cycle => "Cycle",
            Self::Reclaim => "Reclaim",
            Self::Lockout => "Lockout",
            Self::Blocked => "Blocked",
        }
    }
}

/// Whether a cause may be reclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// After the dead time.
    Yes,
    /// After the dead time, with voltage and frequency healthy.
    WhenHealthy,
    /// Not.
    Never,
}

/// The cause matrix.
pub fn permission(cause: Option<ElementId>, settings: &Settings) -> Permission {
    let when = |option: bool| if option { Permission::Yes } else { Permission::Never };
    match cause {
        Some(ElementId::LongTime | ElementId::ThermalImage | ElementId::MotorThermal) => Permission::Yes,
        Some(cause) if OF_THE_SUPPLY.contains(&cause) => Permission::WhenHealthy,
        Some(ElementId::TimeOvercurrent | ElementId::ShortTime) => when(settings.after_overcurrent),
        Some(ElementId::GroundFault) => when(settings.after_ground_fault),
        Some(ElementId::NegativeSequence | ElementId::Underload) => when(settings.after_load),
        // Short circuits, arcs, a breaker that failed, a motor that misbehaves, and every order of a person.
        _ => Permission::Never,
    }
}

/// What the automatic sees of the breaker in one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Auxiliary contact says closed.
    pub closed: bool,
    /// Auxiliary contact says open and no pole carries current.
    pub open: bool,
    /// Nothing but the trip latch keeps it from closing.
    pub may_close: bool,
    /// What the assessment found on the load side would not trip again.
    pub sound: bool,
    /// Voltage and frequency of the line side lie within the limits of the elements in service.
    pub healthy: bool,
    /// Maintenance mode or danger tag.
    pub held: bool,
}

/// What the automatic decided in one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reset the latch and close.
    Close,
    /// A dead time began.
    Started,
    /// The shot closed the breaker.
    Reclosed,
    /// Undisturbed; ready for a new sequence.
    Ready,
    /// Gave up: latch the lockout.
    GaveUp,
}

/// The automatic of one breaker.
#[derive(Clone, Debug)]
pub struct Reclose {
    rate: SampleRate,
    state: State,
    shot: i64,
    when_healthy: bool,
    /// Start of the dead time, once the breaker is seen open.
    dead_from: Option<Tick>,
    dead: Span,
    stalled: Span,
    healthy: Span,
    /// The close order was given then.
    closing: Option<Tick>,
    since: Tick,
    last: Tick,
    manual_close: Option<Tick>,
}

impl Reclose {
    /// Out of service until the first pass sees the setting.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            state: State::Off,
            shot: 0,
            when_healthy: false,
            dead_from: None,
            dead: Span(0),
            stalled: Span(0),
            healthy: Span(0),
            closing: None,
            since: Tick(0),
            last: Tick(0),
            manual_close: None,
        }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Shots made in this sequence.
    pub fn shot(&self) -> i64 {
        self.shot
    }

    /// Dead time or reclaim time still to run, when one runs.
    pub fn remaining(&self, settings: &Settings) -> Option<Seconds> {
        match self.state {
            State::Cycle => Some((settings.dead_time(self.shot) - self.rate.seconds(self.dead)).max(Seconds::ZERO)),
            State::Reclaim => Some((settings.reclaim - self.rate.seconds(self.last - self.since)).max(Seconds::ZERO)),
            _ => None,
        }
    }

    /// A trip was commanded. Returns what comes of it: a sequence goes on ([`Action::Started`] follows when the breaker
    /// is open), or the automatic gives up. None while it is out of service.
    pub fn tripped(&mut self, cause: Option<ElementId>, settings: &Settings) -> Option<Permission> {
        if matches!(self.state, State::Off | State::Blocked) {
            return None;
        }
        let permission = permission(cause, settings);
        if permission == Permission::Never || !settings.has_shot_after(self.shot) || self.state == State::Lockout {
            self.state = State::Lockout;
            self.manual_close = None;
            return Some(Permission::Never);
        }
        self.state = State::Cycle;
        self.when_healthy = permission == Permission::WhenHealthy;
        self.dead_from = None;
        self.closing = None;
        (self.dead, self.stalled, self.healthy) = (Span(0), Span(0), Span(0));
        Some(permission)
    }

    /// A person opened the breaker: the automatic stays out of it.
    pub fn opened_by_hand(&mut self) {
        if matches!(self.state, State::Ready | State::Cycle | State::Reclaim) {
            self.state = State::Lockout;
            self.manual_close = None;
        }
    }

    /// A person closed the breaker.
    pub fn closed_by_hand(&mut self, tick: Tick) {
        if self.state == State::Cycle {
            self.state = State::Lockout;
        }
        self.manual_close = Some(tick);
    }

    /// Waits for a healthy supply: otherwise nobody asks whether it is.
    pub fn awaits_supply(&self) -> bool {
        self.state == State::Cycle && self.when_healthy
    }

    /// One pass.
    pub fn pass(&mut self, tick: Tick, settings: &Settings, seen: Seen) -> Option<Action> {
        let step = tick - self.last;
        self.last = tick;
        self.healthy = if seen.healthy { self.healthy + step } else { Span(0) };
        match self.state {
            State::Off if settings.enabled => self.enter(State::Ready, tick),
            State::Off => {}
            _ if !settings.enabled => self.enter(State::Off, tick),
            State::Ready | State::Cycle if seen.held => self.enter(State::Blocked, tick),
            State::Blocked if !seen.held => {
                // A trip that came while held back is for a person to close.
                self.enter(if seen.closed { State::Ready } else { State::Lockout }, tick);
            }
            State::Cycle => return self.cycle(tick, step, settings, seen),
            State::Reclaim if tick - self.since >= self.rate.span(settings.reclaim) => {
                self.enter(State::Ready, tick);
                return Some(Action::Ready);
            }
            State::Lockout => {
                let held = self.manual_close.is_some_and(|c| tick - c >= self.rate.span(LOCKOUT_RESET));
                if seen.closed && held {
                    self.enter(State::Ready, tick);
                    return Some(Action::Ready);
                }
            }
            State::Ready | State::Reclaim | State::Blocked => {}
        }
        None
    }

    fn cycle(&mut self, tick: Tick, step: Span, settings: &Settings, seen: Seen) -> Option<Action> {
        if let Some(ordered) = self.closing {
            if seen.closed {
                self.closing = None;
                self.state = State::Reclaim;
                self.since = tick;
                return Some(Action::Reclosed);
            }
            if tick - ordered >= self.rate.span(CLOSE_LIMIT) {
                return Some(self.give_up());
            }
            return None;
        }
        if self.dead_from.is_none() {
            if !seen.open {
                return None;
            }
            self.dead_from = Some(tick);
            return Some(Action::Started);
        }
        let healthy = !self.when_healthy || self.healthy >= self.rate.span(HEALTHY);
        let sound = !settings.assessment || seen.sound;
        if self.dead + step < self.rate.span(settings.dead_time(self.shot)) {
            self.dead = self.dead + step;
        } else if seen.may_close && healthy && sound {
            self.dead = self.dead + step;
            self.closing = Some(tick);
            self.shot += 1;
            return Some(Action::Close);
        } else {
            self.stalled = self.stalled + step;
            if self.stalled >= self.rate.span(PATIENCE) {
                return Some(self.give_up());
            }
        }
        None
    }

    fn give_up(&mut self) -> Action {
        self.state = State::Lockout;
        self.manual_close = None;
        self.closing = None;
        Action::GaveUp
    }

    fn enter(&mut self, state: State, tick: Tick) {
        self.state = state;
        self.since = tick;
        self.closing = None;
        if matches!(state, State::Ready | State::Off) {
            self.shot = 0;
            self.manual_close = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::AT_60_HZ;

    fn settings() -> Settings {
        Settings {
            enabled: true,
            attempts: 1,
            delay: Seconds(5.0),
            second_delay: Seconds(5.0),
            third_delay: Seconds(5.0),
            reclaim: Seconds(60.0),
            ..Settings::default()
        }
    }

    const CLOSED: Seen = Seen { closed: true, open: false, may_close: false, sound: true, healthy: true, held: false };
    const OPEN: Seen = Seen { closed: false, open: true, may_close: true, sound: true, healthy: true, held: false };

    struct Bench {
        reclose: Reclose,
        settings: Settings,
        tick: Tick,
    }

    impl Bench {
        fn new(settings: Settings) -> Self {
            let mut bench = Self { reclose: Reclose::new(RATE), settings, tick: Tick(0) };
            bench.run(1.0, CLOSED);
            bench
        }

        /// Passes for so long; the actions with their time since the start of the run.
        fn run(&mut self, seconds: f64, seen: Seen) -> Vec<(f64, Action)> {
            let from = self.tick;
            let end = self.tick + RATE.span(Seconds(seconds));
            let mut out = Vec::new();
            while self.tick < end {
                self.tick += Span(8);
                if let Some(action) = self.reclose.pass(self.tick, &self.settings, seen) {
                    out.push((RATE.seconds(self.tick - from).0, action));
                }
            }
            out
        }
    }

    #[test]
    fn after_an_overload_it_closes_5_s_after_the_breaker_is_open_and_is_ready_60_s_later() {
        let mut bench = Bench::new(settings());
        assert_eq!(bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings), Some(Permission::Yes));
        assert!(bench.run(0.04, CLOSED).is_empty(), "no dead time while the breaker is closed");
        let actions = bench.run(5.1, OPEN);
        assert_eq!(actions[0].1, Action::Started);
        assert_eq!(actions[1].1, Action::Close);
        assert!((actions[1].0 - 5.0).abs() < 0.01, "closed after {} s", actions[1].0);
        assert_eq!(bench.run(0.01, CLOSED)[0].1, Action::Reclosed);
        assert_eq!(bench.reclose.state(), State::Reclaim);
        let actions = bench.run(61.0, CLOSED);
        assert_eq!(actions.len(), 1);
        assert!(actions[0].1 == Action::Ready && (actions[0].0 - 60.0).abs() < 0.05, "{actions:?}");
        assert_eq!(bench.reclose.shot(), 0);
    }

    #[test]
    fn a_trip_in_reclaim_time_after_the_last_shot_locks_out() {
        let mut bench = Bench::new(settings());
        bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings);
        bench.run(5.1, OPEN);
        bench.run(1.0, CLOSED);
        assert_eq!(bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings), Some(Permission::Never));
        assert_eq!(bench.reclose.state(), State::Lockout);
        assert!(bench.run(400.0, OPEN).is_empty());
    }

    #[test]
    fn three_shots_are_three() {
        let mut bench = Bench::new(Settings { attempts: 3, ..settings() });
        for _ in 0..3 {
            assert_eq!(bench.reclose.tripped(Some(ElementId::ThermalImage), &bench.settings), Some(Permission::Yes));
            assert!(bench.run(5.1, OPEN).iter().any(|a| a.1 == Action::Close));
            bench.run(1.0, CLOSED);
        }
        assert_eq!(bench.reclose.tripped(Some(ElementId::ThermalImage), &bench.settings), Some(Permission::Never));
    }

    /// 30 and 600 cycles of 60 Hz are the open intervals that a recloser leaves the works with.
    #[test]
    fn each_shot_has_its_own_dead_time_and_one_of_nothing_ends_the_sequence() {
        let delays = Settings { attempts: 3, delay: Seconds(0.5), second_delay: Seconds(10.0), ..settings() };
        let mut bench = Bench::new(Settings { third_delay: Seconds::ZERO, ..delays });
        for dead in [0.5, 10.0] {
            assert_eq!(bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings), Some(Permission::Yes));
            let actions = bench.run(dead + 0.1, OPEN);
            let close = actions.iter().find(|a| a.1 == Action::Close).unwrap();
            assert!((close.0 - dead).abs() < 0.01, "{close:?}");
            bench.run(1.0, CLOSED);
        }
        assert_eq!(bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings), Some(Permission::Never));
        assert_eq!(bench.reclose.state(), State::Lockout);
    }

    #[test]
    fn with_assessment_it_waits_for_a_sound_load_side_and_without_it_does_not() {
        let faulted = Seen { sound: false, ..OPEN };
        let mut bench = Bench::new(settings());
        bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings);
        assert!(bench.run(5.1, faulted).iter().any(|a| a.1 == Action::Close), "no assessment");
        let mut bench = Bench::new(Settings { assessment: true, ..settings() });
        bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings);
        assert!(bench.run(60.0, faulted).iter().all(|a| a.1 == Action::Started));
        assert_eq!(bench.run(0.01, OPEN)[0].1, Action::Close, "as soon as the fault is gone");
    }

    #[test]
    fn the_cause_matrix() {
        let plain = settings();
        let training = Settings { after_overcurrent: true, after_ground_fault: true, ..plain };
        let never = [
            None,
            Some(ElementId::HardwareOverride),
            Some(ElementId::ArcFlash),
            Some(ElementId::Instantaneous),
            Some(ElementId::BreakerFailure),
        ];
        for cause in never {
            assert_eq!(permission(cause, &training), Permission::Never, "{cause:?}");
        }
        for cause in [ElementId::ShortTime, ElementId::TimeOvercurrent, ElementId::GroundFault] {
            assert_eq!(permission(Some(cause), &plain), Permission::Never, "{cause:?}");
            assert_eq!(permission(Some(cause), &training), Permission::Yes, "{cause:?}");
        }
        for cause in OF_THE_SUPPLY {
            assert_eq!(permission(Some(cause), &plain), Permission::WhenHealthy, "{cause:?}");
        }
        for cause in [ElementId::NegativeSequence, ElementId::Underload] {
            assert_eq!(permission(Some(cause), &training), Permission::Never, "{cause:?}");
            assert_eq!(permission(Some(cause), &Settings { after_load: true, ..plain }), Permission::Yes, "{cause:?}");
        }
        for cause in [ElementId::Jam, ElementId::Differential] {
            assert_eq!(permission(Some(cause), &training), Permission::Never, "{cause:?}");
        }
        for cause in [ElementId::LongTime, ElementId::ThermalImage, ElementId::MotorThermal] {
            assert_eq!(permission(Some(cause), &plain), Permission::Yes, "{cause:?}");
        }
    }

    #[test]
    fn after_a_supply_trip_it_waits_until_the_supply_was_healthy_for_5_s() {
        let mut bench = Bench::new(settings());
        let cause = Some(ElementId::Undervoltage);
        assert_eq!(bench.reclose.tripped(cause, &bench.settings), Some(Permission::WhenHealthy));
        let sagging = Seen { healthy: false, ..OPEN };
        assert!(bench.run(20.0, sagging).iter().all(|a| a.1 == Action::Started));
        let actions = bench.run(6.0, OPEN);
        assert!(actions[0].1 == Action::Close && (actions[0].0 - 5.0).abs() < 0.01, "{actions:?}");
    }

    #[test]
    fn it_waits_300_s_for_a_missing_condition_then_gives_up() {
        let mut bench = Bench::new(settings());
        bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings);
        let hot = Seen { may_close: false, ..OPEN };
        assert_eq!(bench.run(300.0, hot), vec![(0.0010416666666666667, Action::Started)]);
        let actions = bench.run(10.0, hot);
        assert!(actions[0].1 == Action::GaveUp && (actions[0].0 - 5.0).abs() < 0.05, "{actions:?}");
        assert_eq!(bench.reclose.state(), State::Lockout);
    }

    #[test]
    fn it_closes_as_soon_as_the_missing_condition_comes() {
        let mut bench = Bench::new(settings());
        bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings);
        bench.run(20.0, Seen { may_close: false, ..OPEN });
        assert_eq!(bench.run(0.01, OPEN)[0].1, Action::Close);
    }

    #[test]
    fn a_close_that_does_not_happen_in_half_a_second_locks_out() {
        let mut bench = Bench::new(settings());
        bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings);
        let actions = bench.run(6.0, OPEN);
        assert_eq!(actions.last().unwrap().1, Action::GaveUp);
        assert!((actions.last().unwrap().0 - 5.5).abs() < 0.01);
    }

    #[test]
    fn a_manual_close_that_holds_10_s_takes_it_out_of_lockout() {
        let mut bench = Bench::new(settings());
        bench.reclose.opened_by_hand();
        assert_eq!(bench.reclose.state(), State::Lockout);
        bench.run(60.0, OPEN);
        bench.reclose.closed_by_hand(bench.tick);
        let actions = bench.run(11.0, CLOSED);
        assert!(actions[0].1 == Action::Ready && (actions[0].0 - 10.0).abs() < 0.01, "{actions:?}");
    }

    #[test]
    fn maintenance_mode_holds_it_back_and_a_trip_meanwhile_is_not_reclosed() {
        let mut bench = Bench::new(settings());
        bench.run(0.1, Seen { held: true, ..CLOSED });
        assert_eq!(bench.reclose.state(), State::Blocked);
        assert_eq!(bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings), None);
        bench.run(1.0, Seen { held: true, ..OPEN });
        assert!(bench.run(400.0, OPEN).is_empty());
        assert_eq!(bench.reclose.state(), State::Lockout);
    }

    #[test]
    fn out_of_service_it_does_nothing() {
        let mut bench = Bench::new(Settings { enabled: false, ..settings() });
        assert_eq!(bench.reclose.tripped(Some(ElementId::LongTime), &bench.settings), None);
        assert!(bench.run(400.0, OPEN).is_empty());
        assert_eq!(bench.reclose.state(), State::Off);
    }
}
