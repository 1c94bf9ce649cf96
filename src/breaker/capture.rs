//! The disturbance recorder: a ring of the newest samples, and the waveform of a trip copied out of it.

use super::waveform::{AnalogChannel, DigitalChannel, Waveform};
use crate::power::{self, Sample, Stretch};
use crate::protection::{Change, ElementId, Transition};
use crate::time::{SAMPLES_PER_CYCLE, SampleRate, Tick};
use crate::units::Phases;
use std::collections::VecDeque;
use std::ops::Range;

/// Cycles kept before the trip command.
const BEFORE: u64 = 8 * SAMPLES_PER_CYCLE as u64;
/// Cycles recorded after it at least.
const AFTER: u64 = 20 * SAMPLES_PER_CYCLE as u64;
/// Cycles recorded after the last current zero at least.
const AFTER_CLEARING: u64 = 5 * SAMPLES_PER_CYCLE as u64;
/// Cycles after which a record ends even if the current still flows.
const LONGEST: u64 = 60 * SAMPLES_PER_CYCLE as u64;

/// Channels in the order of the record.
const ANALOG: [(&str, &str, &str); 8] = [
    ("IA", "A", "A"),
    ("IB", "B", "A"),
    ("IC", "C", "A"),
    ("IN", "N", "A"),
    ("IG", "", "A"),
    ("VA", "A", "V"),
    ("VB", "B", "V"),
    ("VC", "C", "V"),
];

/// States of the breaker that stand in every record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contact {
    /// Auxiliary contact, closed when the breaker is closed.
    Closed52a = 0,
    /// Auxiliary contact, closed when the breaker is open.
    Open52b = 1,
    /// Trip command.
    Trip = 2,
    /// Close command.
    Close = 3,
    /// Lockout.
    Lockout86 = 4,
}

impl Contact {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Closed52a, "52A"),
        (Self::Open52b, "52B"),
        (Self::Trip, "TRIP"),
        (Self::Close, "CLOSE"),
        (Self::Lockout86, "86"),
    ];
}

type Row = [f32; 8];

#[derive(Clone, Debug)]
struct Active {
    trigger: Tick,
    first: Tick,
    cleared: Option<Tick>,
    rows: Vec<Row>,
}

impl Active {
    fn is_complete_at(&self, tick: Tick) -> bool {
        let run = tick.since(self.trigger).0;
        let settled = self.cleared.is_some_and(|c| tick.since(c).0 >= AFTER_CLEARING);
        run >= LONGEST || (run >= AFTER && settled)
    }
}

/// The recorder of one breaker.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    rate: SampleRate,
    ring: Box<[Row]>,
    tick: Tick,
    bits: u128,
    /// States that held before each change, oldest first; what lies before the ring is dropped.
    changes: VecDeque<(Tick, u128)>,
    /// Elements that ever made a transition, with their bits.
    elements: Vec<ElementId>,
    active: Option<Active>,
}

impl Recorder {
    /// Empty.
    pub(super) fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            ring: vec![Row::default(); BEFORE as usize].into_boxed_slice(),
            tick: Tick(0),
            bits: 0,
            changes: VecDeque::new(),
            elements: Vec::new(),
            active: None,
        }
    }

    /// A record is complete with one of the samples up to this one.
    pub(super) fn completes_by(&self, last: Tick) -> bool {
        self.active.as_ref().is_some_and(|active| active.is_complete_at(last))
    }

    /// Samples of one pass that complete no record.
    #[inline]
    pub(super) fn keep(&mut self, samples: &Stretch<'_>) {
        self.tick = samples.last();
        if let Some(active) = &mut self.active {
            active.rows.extend(samples.rows.iter().map(channels));
        }
        for (at, row) in (samples.first.0..).zip(samples.rows) {
            self.ring[(at % BEFORE) as usize] = channels(row);
        }
    }

    /// Samples of one pass that repeat those of a cycle before, as did those of the whole ring.
    pub(super) fn repeat(&mut self, samples: &Stretch<'_>) {
        self.tick = samples.last();
        if let Some(active) = &mut self.active {
            active.rows.extend(samples.rows.iter().map(channels));
        }
    }

    /// One sample. Returns the waveform when a record is complete.
    pub(super) fn push(&mut self, s: &Sample) -> Option<Waveform> {
        let row = channels(&s.row());
        self.tick = s.tick;
        self.ring[(s.tick.0 % BEFORE) as usize] = row;
        let active = self.active.as_mut()?;
        active.rows.push(row);
        if active.is_complete_at(s.tick) { self.finish() } else { None }
    }

    /// The trip command at the newest sample. An earlier record that still runs ends here and is returned.
    pub(super) fn trigger(&mut self) -> Option<Waveform> {
        let earlier = self.finish();
        // Room for a record as most are: one that grew would be copied over and over.
        let mut rows = Vec::with_capacity((BEFORE + AFTER + AFTER_CLEARING) as usize);
        rows.extend(self.newest(BEFORE as usize));
        let first = Tick(self.tick.0 + 1 - rows.len() as u64);
        self.active = Some(Active { trigger: self.tick, first, cleared: None, rows });
        earlier
    }

    /// The last pole has interrupted at the newest sample.
    pub(super) fn cleared(&mut self) {
        if let Some(active) = &mut self.active {
            active.cleared = Some(self.tick);
        }
    }

    /// Sets a state from the newest sample on.
    pub(super) fn set(&mut self, contact: Contact, on: bool) {
        self.write(1 << contact as u32, on);
    }

    /// Follows an element.
    pub(super) fn follow(&mut self, transition: &Transition) {
        let at = self.elements.iter().position(|e| *e == transition.id).unwrap_or_else(|| {
            self.elements.push(transition.id);
            self.elements.len() - 1
        });
        let (start, operate) = (1u128 << (5 + 2 * at), 1u128 << (6 + 2 * at));
        match transition.change {
            Change::Start => self.write(start, true),
            Change::DropOut => self.write(start, false),
            Change::Operate => self.write(start | operate, true),
            Change::Reset => self.write(start | operate, false),
            Change::Blocked | Change::Unblocked => {}
        }
    }

    /// The newest rows, at most `count`, oldest first: currents A, B, C, N, G and voltages A, B, C.
    pub(super) fn newest(&self, count: usize) -> impl Iterator<Item = [f32; 8]> + '_ {
        let have = count.min(BEFORE as usize).min(self.tick.0 as usize + 1) as u64;
        (self.tick.0 + 1 - have..=self.tick.0).map(|t| self.ring[(t % BEFORE) as usize])
    }

    /// The newest phase currents, at most `count`, oldest first.
    pub(super) fn newest_currents(&self, count: usize) -> Phases<Vec<f64>> {
        let mut out: Phases<Vec<f64>> = Phases::default();
        for row in self.newest(count) {
            out.a.push(f64::from(row[0]));
            out.b.push(f64::from(row[1]));
            out.c.push(f64::from(row[2]));
        }
        out
    }

    fn write(&mut self, mask: u128, on: bool) {
        let bits = if on { self.bits | mask } else { self.bits & !mask };
        if bits == self.bits {
            return;
        }
        self.changes.push_back((self.tick, self.bits));
        self.bits = bits;
        let oldest = self.active.as_ref().map_or(self.tick.0, |a| a.first.0).saturating_sub(BEFORE);
        while self.changes.front().is_some_and(|(t, _)| t.0 < oldest) {
            self.changes.pop_front();
        }
    }

    fn finish(&mut self) -> Option<Waveform> {
        let Active { trigger, first, rows, .. } = self.active.take()?;
        let mut analog: Vec<AnalogChannel> = ANALOG
            .iter()
            .map(|(name, phase, unit)| AnalogChannel {
                name: (*name).to_owned(),
                phase: (*phase).to_owned(),
                unit: (*unit).to_owned(),
                values: Vec::with_capacity(rows.len()),
            })
            .collect();
        // A cycle at a time for all channels, while its rows are near.
        for cycle in rows.chunks(SAMPLES_PER_CYCLE as usize) {
            for (lane, channel) in analog.iter_mut().enumerate() {
                channel.values.extend(cycle.iter().map(|row| row[lane]));
            }
        }
        let words = self.words(first, rows.len());
        let channel = |name: String, bit: u128| {
            let mut states = vec![false; rows.len()];
            for (stand, word) in &words {
                if word & bit != 0 {
                    states[stand.clone()].fill(true);
                }
            }
            DigitalChannel { name, states }
        };
        let mut digital: Vec<DigitalChannel> =
            Contact::ALL.iter().map(|(c, name)| channel((*name).to_owned(), 1 << *c as u32)).collect();
        let ever = words.iter().fold(0, |bits, (stand, word)| if stand.is_empty() { bits } else { bits | word });
        for (at, element) in self.elements.iter().enumerate() {
            for (bit, word) in [(5 + 2 * at, "START"), (6 + 2 * at, "OP")] {
                if ever & 1 << bit != 0 {
                    digital.push(channel(format!("{} {word}", element.label()), 1 << bit));
                }
            }
        }
        let frequency_hz = f64::from(self.rate.hz()) / f64::from(SAMPLES_PER_CYCLE);
        Some(Waveform { first, trigger, rate_hz: self.rate.hz(), frequency_hz, analog, digital })
    }

    /// The state words over `count` rows from `first`, each with the rows over which it stands. A state set at a tick holds
    /// from that row on.
    fn words(&self, first: Tick, count: usize) -> Vec<(Range<usize>, u128)> {
        let row = |tick: Tick| (tick.since(first).0 as usize).min(count);
        let mut from = 0;
        let mut words = Vec::with_capacity(self.changes.len() + 1);
        for (tick, before) in &self.changes {
            let to = row(*tick).max(from);
            words.push((from..to, *before));
            from = to;
        }
        words.push((from..count, self.bits));
        words
    }
}

/// The channels of the record.
#[inline]
fn channels(row: &power::Row) -> Row {
    let [ia, ib, ic, i0, va, vb, vc, _] = *row;
    [ia, ib, ic, i0 - ia - ib - ic, i0, va, vb, vc].map(|x| x as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Phase;

    const RATE: SampleRate = SampleRate::AT_60_HZ;

    fn run(recorder: &mut Recorder, from: u64, to: u64) -> Vec<(u64, Waveform)> {
        (from..to)
            .filter_map(|t| {
                let current = Phases::new(t as f64, 2.0, 3.0);
                let s = Sample { tick: Tick(t), current, zero_sequence: t as f64 + 6.0, ..Sample::default() };
                recorder.push(&s).map(|w| (t, w))
            })
            .collect()
    }

    #[test]
    fn eight_cycles_before_and_twenty_after() {
        let mut recorder = Recorder::new(RATE);
        run(&mut recorder, 0, 5001);
        recorder.set(Contact::Trip, true);
        assert!(recorder.trigger().is_none());
        run(&mut recorder, 5001, 5300);
        recorder.cleared();
        let done = run(&mut recorder, 5300, 9000);
        assert_eq!(done.len(), 1);
        let (at, wave) = &done[0];
        assert_eq!(*at, 5000 + 20 * 128);
        assert_eq!((wave.first, wave.trigger), (Tick(5000 - 8 * 128 + 1), Tick(5000)));
        assert_eq!(wave.analog.len(), 8);
        for (row, value) in wave.analog[0].values.iter().enumerate() {
            assert_eq!(*value, (wave.first.0 + row as u64) as f32);
        }
        assert_eq!(wave.analog[3].values[0], 1.0, "neutral is what the phases do not carry");
        let trip = wave.digital.iter().find(|d| d.name == "TRIP").unwrap();
        let first_true = trip.states.iter().position(|s| *s).unwrap();
        assert_eq!(wave.first.0 + first_true as u64, 5000, "the command stands from its own sample on");
    }

    #[test]
    fn a_record_goes_on_to_five_cycles_after_clearing() {
        let mut recorder = Recorder::new(RATE);
        run(&mut recorder, 0, 2001);
        recorder.trigger();
        run(&mut recorder, 2001, 2000 + 30 * 128 + 1);
        recorder.cleared();
        let done = run(&mut recorder, 2000 + 30 * 128 + 1, 20_000);
        assert_eq!(done[0].0, 2000 + 35 * 128);
    }

    #[test]
    fn a_record_that_is_never_cleared_ends_after_sixty_cycles() {
        let mut recorder = Recorder::new(RATE);
        run(&mut recorder, 0, 2001);
        recorder.trigger();
        assert_eq!(run(&mut recorder, 2001, 20_000)[0].0, 2000 + 60 * 128);
    }

    #[test]
    fn a_trip_just_after_the_start_has_fewer_rows_before() {
        let mut recorder = Recorder::new(RATE);
        run(&mut recorder, 0, 11);
        recorder.trigger();
        recorder.cleared();
        let done = run(&mut recorder, 11, 5000);
        assert_eq!(done[0].1.first, Tick(0));
        assert_eq!(done[0].1.analog[0].values.len() as u64, 10 + 20 * 128 + 1);
    }

    #[test]
    fn element_states_follow_the_transitions_and_quiet_elements_are_left_out() {
        let mut recorder = Recorder::new(RATE);
        let change = |recorder: &mut Recorder, id, change| {
            recorder.follow(&Transition {
                tick: recorder.tick,
                id,
                change,
                phase: Some(Phase::A),
                quantity: 1.0,
                threshold: 1.0,
                unit: "A",
            });
        };
        run(&mut recorder, 0, 10);
        change(&mut recorder, ElementId::LongTime, Change::Start);
        change(&mut recorder, ElementId::LongTime, Change::DropOut);
        run(&mut recorder, 10, 4001);
        change(&mut recorder, ElementId::Instantaneous, Change::Start);
        run(&mut recorder, 4001, 4011);
        change(&mut recorder, ElementId::Instantaneous, Change::Operate);
        recorder.trigger();
        recorder.cleared();
        let wave = &run(&mut recorder, 4011, 9000)[0].1;
        let names: Vec<&str> = wave.digital.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["52A", "52B", "TRIP", "CLOSE", "86", "I START", "I OP"]);
        let at = |name: &str| {
            let channel = wave.digital.iter().find(|d| d.name == name).unwrap();
            wave.first.0 + channel.states.iter().position(|s| *s).unwrap() as u64
        };
        assert_eq!((at("I START"), at("I OP")), (4000, 4010));
    }

    #[test]
    fn a_second_trip_ends_the_first_record() {
        let mut recorder = Recorder::new(RATE);
        run(&mut recorder, 0, 2001);
        recorder.trigger();
        run(&mut recorder, 2001, 2101);
        let first = recorder.trigger().unwrap();
        assert_eq!(first.analog[0].values.len() as u64, 8 * 128 + 100);
    }
}
