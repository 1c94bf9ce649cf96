//! Voltage sags, swells and interruptions on the RMS of one cycle, refreshed every half cycle (IEC 61000-4-30, 5.4).
//!
//! Each channel is refreshed at its own zero crossings, so that the three see an event a sixth of a cycle apart.
//! A polyphase event starts with the first phase and ends when the last has recovered. Crossing back takes 2 % more than
//! crossing, so that a voltage that lies on the threshold gives one event.

use super::Quantities;
use super::itic::IticRegion;
use crate::time::{SAMPLES_PER_CYCLE, SampleRate, Tick};
use crate::units::{Percent, Phase, Phases, Seconds, Volts};
use serde::{Deserialize, Serialize};

/// Half a cycle, the time from one refresh of a channel to the next.
const REFRESH: u64 = SAMPLES_PER_CYCLE as u64 / 2;
/// Tick (in half a cycle) at which each phase-to-neutral voltage crosses zero, to the nearest pass: phase A is a cosine
/// from tick 0, the others follow by a third of a cycle.
const PHASE_CROSSINGS: [u64; 3] = [32, 8, 56];
/// The same for ab, bc, ca, which lead by a twelfth of a cycle.
const LINE_CROSSINGS: [u64; 3] = [24, 0, 48];

/// Thresholds in percent of the declared voltage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PqThresholds {
    /// Below: a sag.
    pub sag: Percent,
    /// Above: a swell.
    pub swell: Percent,
    /// All phases below at once: the variation is an interruption. 10 by IEEE 1159, 5 by EN 50160.
    pub interruption: Percent,
    /// Crossing back takes so much more.
    pub hysteresis: Percent,
}

impl PqThresholds {
    /// IEEE 1159-2019, table 2.
    pub const IEEE_1159: Self =
        Self { sag: Percent(90.0), swell: Percent(110.0), interruption: Percent(10.0), hysteresis: Percent(2.0) };
}

/// What happened to the voltage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PqKind {
    /// Too low.
    Sag,
    /// Too high.
    Swell,
    /// Gone.
    Interruption,
}

/// How long, in the words of IEEE 1159-2019, table 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PqClass {
    /// Up to 30 cycles; interruptions have no such class.
    Instantaneous,
    /// Up to 3 s.
    Momentary,
    /// Up to 1 min.
    Temporary,
    /// Longer: a sustained interruption, an undervoltage, an overvoltage.
    Sustained,
}

/// An event that is over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PqEvent {
    /// What.
    pub kind: PqKind,
    /// How long, in a word.
    pub class: PqClass,
    /// First value beyond the threshold.
    pub start: Tick,
    /// First value back.
    pub end: Tick,
    /// From start to end.
    pub duration: Seconds,
    /// Lowest voltage of a sag or interruption, highest of a swell, in percent of the declared voltage.
    pub extreme: Percent,
    /// Phases (or phase pairs) that crossed.
    pub phases: Phases<bool>,
    /// Where it lies on the ITI curve.
    pub itic: IticRegion,
}

/// What changed at a pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PqTransition {
    /// A phase crossed; a sag may still deepen into an interruption.
    Started {
        /// What, so far.
        kind: PqKind,
        /// When.
        tick: Tick,
    },
    /// All phases are back.
    Ended(PqEvent),
}

/// An event that stands.
#[derive(Clone, Copy, Debug)]
struct Standing {
    start: Tick,
    extreme: f64,
    phases: Phases<bool>,
    /// All phases were gone at once: the whole variation counts as an interruption.
    was_gone: bool,
}

/// Watches the voltages of one breaker.
#[derive(Clone, Debug)]
pub struct PowerQuality {
    rate: SampleRate,
    declared: f64,
    line_to_line: bool,
    thresholds: PqThresholds,
    first: Option<Tick>,
    percent: Phases<f64>,
    sag: Option<Standing>,
    swell: Option<Standing>,
}

impl PowerQuality {
    /// Watches the phase-to-neutral voltages (of a three-wire circuit, `line_to_line`, those between the phases) against
    /// this declared voltage.
    pub fn new(rate: SampleRate, declared: Volts, line_to_line: bool, thresholds: PqThresholds) -> Self {
        Self {
            rate,
            declared: declared.0,
            line_to_line,
            thresholds,
            first: None,
            percent: Phases::splat(100.0),
            sag: None,
            swell: None,
        }
    }

    /// What stands now: the kind and since when.
    pub fn standing(&self) -> Option<(PqKind, Tick)> {
        let sag = self.sag.map(|s| (if s.was_gone { PqKind::Interruption } else { PqKind::Sag }, s.start));
        sag.or_else(|| self.swell.map(|s| (PqKind::Swell, s.start)))
    }

    /// Takes the quantities of a pass. First the transition of a sag or interruption, then that of a swell.
    pub fn pass(&mut self, quantities: &Quantities) -> [Option<PqTransition>; 2] {
        let tick = quantities.tick;
        let crossings = if self.line_to_line { LINE_CROSSINGS } else { PHASE_CROSSINGS };
        let Some(phase) = Phase::ALL.into_iter().find(|k| tick.0 % REFRESH == crossings[k.index()]) else {
            return [None, None];
        };
        let first = *self.first.get_or_insert(tick);
        if tick.since(first).0 < 2 * REFRESH {
            // The window is still filling: its RMS is low because it is short.
            return [None, None];
        }
        let volts = if self.line_to_line { quantities.line_voltage_rms } else { quantities.voltage_rms };
        self.percent[phase] = 100.0 * volts[phase].0 / self.declared;
        [self.watch_sag(tick, self.percent), self.watch_swell(tick, self.percent)]
    }

    fn watch_sag(&mut self, tick: Tick, percent: Phases<f64>) -> Option<PqTransition> {
        let limits = self.thresholds;
        let low = percent.map(|p| p < limits.sag.0);
        let (_, least) = percent.least();
        let (_, most) = percent.greatest();
        let Some(standing) = &mut self.sag else {
            if !any(low) {
                return None;
            }
            let is_gone = most < limits.interruption.0;
            self.sag = Some(Standing { start: tick, extreme: least, phases: low, was_gone: is_gone });
            let kind = if is_gone { PqKind::Interruption } else { PqKind::Sag };
            return Some(PqTransition::Started { kind, tick });
        };
        standing.extreme = standing.extreme.min(least);
        standing.phases = Phases::from_fn(|k| standing.phases[k] || low[k]);
        standing.was_gone |= most < limits.interruption.0;
        if least < limits.sag.0 + limits.hysteresis.0 {
            return None;
        }
        let ended = self.sag.take()?;
        let kind = if ended.was_gone { PqKind::Interruption } else { PqKind::Sag };
        Some(PqTransition::Ended(self.event(kind, tick, &ended)))
    }

    fn watch_swell(&mut self, tick: Tick, percent: Phases<f64>) -> Option<PqTransition> {
        let limits = self.thresholds;
        let high = percent.map(|p| p > limits.swell.0);
        let (_, most) = percent.greatest();
        let Some(standing) = &mut self.swell else {
            if !any(high) {
                return None;
            }
            self.swell = Some(Standing { start: tick, extreme: most, phases: high, was_gone: false });
            return Some(PqTransition::Started { kind: PqKind::Swell, tick });
        };
        standing.extreme = standing.extreme.max(most);
        standing.phases = Phases::from_fn(|k| standing.phases[k] || high[k]);
        if most > limits.swell.0 - limits.hysteresis.0 {
            return None;
        }
        let ended = self.swell.take()?;
        Some(PqTransition::Ended(self.event(PqKind::Swell, tick, &ended)))
    }

    fn event(&self, kind: PqKind, end: Tick, standing: &Standing) -> PqEvent {
        let start = standing.start;
        let duration = self.rate.seconds(end.since(start));
        let cycles = end.since(start).0 as f64 / f64::from(SAMPLES_PER_CYCLE);
        let extreme = Percent(standing.extreme);
        PqEvent {
            kind,
            class: class(kind, duration, cycles),
            start,
            end,
            duration,
            extreme,
            phases: standing.phases,
            itic: IticRegion::of(duration, extreme),
        }
    }
}

fn any(phases: Phases<bool>) -> bool {
    phases.a || phases.b || phases.c
}

fn class(kind: PqKind, duration: Seconds, cycles: f64) -> PqClass {
    if cycles <= 30.0 && kind != PqKind::Interruption {
        PqClass::Instantaneous
    } else if duration.0 <= 3.0 {
        PqClass::Momentary
    } else if duration.0 <= 60.0 {
        PqClass::Temporary
    } else {
        PqClass::Sustained
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CycleWindow, Sample};
    use super::*;
    use std::f64::consts::{SQRT_2, TAU};

    const V: f64 = 277.128;

    /// All transitions while the voltage has this share of nominal by tick and phase.
    fn watch(ticks: u64, share: impl Fn(u64, Phase) -> f64) -> Vec<PqTransition> {
        let rate = SampleRate::AT_60_HZ;
        let mut window = CycleWindow::new(rate);
        let mut quality = PowerQuality::new(rate, Volts(V), false, PqThresholds::IEEE_1159);
        let mut seen = Vec::new();
        for tick in 1..=ticks {
            let voltage = Phases::from_fn(|k| {
                let theta = TAU * tick as f64 / 128.0 - TAU / 3.0 * k.index() as f64;
                share(tick, k) * V * SQRT_2 * theta.cos()
            });
            if window.push(&Sample { tick: Tick(tick), voltage, ..Sample::default() }) {
                seen.extend(quality.pass(window.quantities()).into_iter().flatten());
            }
        }
        seen
    }

    #[track_caller]
    fn only_event(transitions: &[PqTransition]) -> PqEvent {
        match transitions {
            [PqTransition::Started { .. }, PqTransition::Ended(event)] => *event,
            other => panic!("one start and one end wanted: {other:?}"),
        }
    }

    #[test]
    fn a_sag_of_one_second_to_seventy_percent_at_any_inception() {
        for inception in 0..128 {
            let from = 3000 + inception;
            let seen = watch(14_000, |tick, _| if (from..from + 7680).contains(&tick) { 0.7 } else { 1.0 });
            let event = only_event(&seen);
            assert_eq!((event.kind, event.class), (PqKind::Sag, PqClass::Momentary));
            assert!((event.extreme.0 - 70.0).abs() < 0.01, "{event:?}");
            // Longer by the cycle of the window less what it takes to cross in (0.37) and to cross back (0.30 of it),
            // up to the next refresh of the first and of the last phase: within a cycle at any inception.
            let late = event.duration.0 - 1.0;
            assert!((0.0..=1.0 / 60.0).contains(&late), "{late} at {inception}");
            assert_eq!(event.itic, IticRegion::NoDamage);
        }
    }

    #[test]
    fn an_interruption_of_two_seconds() {
        let seen = watch(30_000, |tick, _| if (5000..5000 + 15_360).contains(&tick) { 0.0 } else { 1.0 });
        let event = only_event(&seen);
        assert_eq!((event.kind, event.class), (PqKind::Interruption, PqClass::Momentary));
        assert!((event.duration.0 - 2.0).abs() <= 0.0167, "{}", event.duration.0);
        assert!(event.extreme.0 < 0.1);
    }

    #[test]
    fn one_dead_phase_is_a_sag_and_the_event_spans_all_phases() {
        // A from tick 3000 to 5000, B from 4000 to 9000.
        let seen = watch(14_000, |tick, k| match k {
            Phase::A if (3000..5000).contains(&tick) => 0.0,
            Phase::B if (4000..9000).contains(&tick) => 0.8,
            _ => 1.0,
        });
        let event = only_event(&seen);
        assert_eq!((event.kind, event.phases), (PqKind::Sag, Phases::new(true, true, false)));
        assert!((event.duration.0 - 6000.0 / 7680.0).abs() < 0.017);
    }

    #[test]
    fn a_voltage_on_the_threshold_gives_one_event() {
        let seen = watch(20_000, |tick, _| match tick {
            3000..12_000 if tick / 500 % 2 == 0 => 0.89,
            3000..12_000 => 0.91,
            _ => 1.0,
        });
        only_event(&seen);
    }

    #[test]
    fn classes_by_duration() {
        for (cycles, level, kind, class) in [
            (20, 1.2, PqKind::Swell, PqClass::Instantaneous),
            (60, 1.2, PqKind::Swell, PqClass::Momentary),
            (60 * 5, 0.5, PqKind::Sag, PqClass::Temporary),
            (60 * 61, 0.5, PqKind::Sag, PqClass::Sustained),
            (20, 0.0, PqKind::Interruption, PqClass::Momentary),
        ] {
            let ticks = cycles * 128;
            let seen = watch(ticks + 6000, |tick, _| if (3000..3000 + ticks).contains(&tick) { level } else { 1.0 });
            let event = only_event(&seen);
            assert_eq!((event.kind, event.class), (kind, class), "{cycles} cycles");
        }
    }

    #[test]
    fn a_filling_window_is_no_sag() {
        assert_eq!(watch(1000, |_, _| 1.0), []);
    }

    /// A watch on 100 V, past the filling of its window, which sees these voltages at its refreshes, tick by tick from
    /// 136 on.
    struct Watch(PowerQuality, u64);

    impl Watch {
        fn new() -> Self {
            let mut quality = PowerQuality::new(SampleRate::AT_60_HZ, Volts(100.0), false, PqThresholds::IEEE_1159);
            assert_eq!(quality.pass(&Quantities { tick: Tick(8), ..Quantities::default() }), [None, None]);
            Self(quality, 136)
        }

        /// All transitions of half a cycle at these voltages.
        fn half_cycle(&mut self, volts: [f64; 3]) -> Vec<PqTransition> {
            let [a, b, c] = volts.map(Volts);
            let mut seen = Vec::new();
            for _ in 0..8 {
                let q = Quantities { tick: Tick(self.1), voltage_rms: Phases::new(a, b, c), ..Quantities::default() };
                seen.extend(self.0.pass(&q).into_iter().flatten());
                self.1 += 8;
            }
            seen
        }
    }

    #[test]
    fn the_first_refresh_is_a_full_cycle_after_the_first_sample() {
        let mut watch = Watch::new();
        let started = PqTransition::Started { kind: PqKind::Sag, tick: Tick(136) };
        assert_eq!(watch.half_cycle([0.0; 3])[0], started);
    }

    /// IEC 61000-4-30, 5.4: a dip begins below the threshold and ends at or above threshold plus hysteresis, a swell
    /// begins above and ends at or below threshold less hysteresis.
    #[test]
    fn a_voltage_exactly_on_a_threshold_has_not_crossed_it() {
        let mut watch = Watch::new();
        assert_eq!(watch.half_cycle([90.0, 110.0, 100.0]), []);
        assert_eq!(watch.half_cycle([89.0, 100.0, 100.0]).len(), 1);
        assert_eq!(watch.half_cycle([91.9, 100.0, 100.0]), []);
        assert!(matches!(watch.half_cycle([92.0, 100.0, 100.0])[..], [PqTransition::Ended(_)]));
        assert_eq!(watch.half_cycle([111.0, 100.0, 100.0]).len(), 1);
        assert_eq!(watch.half_cycle([108.1, 100.0, 100.0]), []);
        assert!(matches!(watch.half_cycle([108.0, 100.0, 100.0])[..], [PqTransition::Ended(_)]));
    }

    #[test]
    fn all_phases_have_to_be_below_ten_percent_for_an_interruption() {
        for (least, kind) in [(10.0, PqKind::Sag), (9.9, PqKind::Interruption)] {
            let mut watch = Watch::new();
            watch.half_cycle([least, 0.0, 0.0]);
            let PqTransition::Ended(event) = watch.half_cycle([100.0; 3])[0] else { panic!("it ends") };
            assert_eq!(event.kind, kind, "{least} %");
        }
    }

    #[test]
    fn what_stands_is_told_with_its_start() {
        let mut watch = Watch::new();
        assert_eq!(watch.0.standing(), None);
        // Phase B has its refresh at 8 of 64, A at 32, C at 56.
        watch.half_cycle([50.0, 100.0, 100.0]);
        assert_eq!(watch.0.standing(), Some((PqKind::Sag, Tick(160))));
        watch.half_cycle([0.0; 3]);
        assert_eq!(watch.0.standing(), Some((PqKind::Interruption, Tick(160))));
        watch.half_cycle([100.0; 3]);
        assert_eq!(watch.0.standing(), None);
        watch.half_cycle([100.0, 120.0, 100.0]);
        assert_eq!(watch.0.standing(), Some((PqKind::Swell, Tick(136 + 3 * 64))));
    }

    #[test]
    fn a_swell_names_every_phase_that_was_in_it() {
        let mut watch = Watch::new();
        watch.half_cycle([120.0, 100.0, 100.0]);
        watch.half_cycle([100.0, 115.0, 109.0]);
        let PqTransition::Ended(event) = watch.half_cycle([100.0; 3])[0] else { panic!("it ends") };
        assert_eq!((event.phases, event.extreme), (Phases::new(true, true, false), Percent(120.0)));
    }
}
