//! A trip from its command to the last current zero, and what is measured on the way.

use super::breaking::alternating_rms;
use super::capture::Recorder;
use super::event::ClearedFacts;
use super::waveform::Waveform;
use crate::protection::{Change, ElementId, Transition};
use crate::time::{SAMPLES_PER_CYCLE, SampleRate, Tick, UtcMillis};
use crate::units::{Amperes, Phase, Phases, Seconds};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The last trip, as it is published and kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastTrip {
    /// Its id.
    pub id: Arc<str>,
    /// When it was commanded.
    pub utc: UtcMillis,
    /// The reason as published.
    pub reason: Arc<str>,
    /// Current at the command; once it is cleared the breaking current of the worst pole, if that was more.
    pub current: Amperes,
    /// From start to command.
    pub delay: Seconds,
    /// From start to the last current zero, once it is cleared.
    pub clearing: Option<Seconds>,
}

/// Running sums from which a trip takes its let-through figures.
#[derive(Clone, Debug, Default)]
pub(super) struct Through {
    /// Sum of the squared samples of all passes since the plant was energised, A2 a pole.
    passes: Phases<f64>,
    /// Of the pass that is not complete.
    newest: Phases<f64>,
    /// Greatest magnitude since the first of the elements that are started now started, A.
    peak: Phases<f64>,
    /// Elements that stand started, a bit each.
    started: u64,
    at_start: Vec<(ElementId, Phases<f64>)>,
}

impl Through {
    /// One sample.
    #[inline]
    pub(super) fn add(&mut self, [a, b, c]: &[f64; 3]) {
        self.newest.a += a * a;
        self.newest.b += b * b;
        self.newest.c += c * c;
    }

    /// The pass is complete.
    pub(super) fn close_pass(&mut self) {
        self.passes = self.sum();
        self.newest = Phases::default();
    }

    /// One pass with these sums of squares.
    pub(super) fn add_pass(&mut self, [a, b, c]: [f64; 3]) {
        self.newest = Phases::new(a, b, c);
        self.close_pass();
    }

    fn sum(&self) -> Phases<f64> {
        Phases::from_fn(|p| self.passes[p] + self.newest[p])
    }

    /// One pass, with the greatest magnitudes in it. While no element stands started only the newest pass counts.
    pub(super) fn peaks(&mut self, peak: &Phases<f64>) {
        for phase in Phase::ALL {
            self.peak[phase] = if self.started == 0 { peak[phase] } else { self.peak[phase].max(peak[phase]) };
        }
    }

    /// Follows an element: what flowed until it started is not let through by its trip.
    pub(super) fn follow(&mut self, transition: &Transition) {
        let bit = 1u64.checked_shl(transition.id.index() as u32).unwrap_or(0);
        match transition.change {
            Change::Start => {
                self.started |= bit;
                self.at_start.retain(|(id, _)| *id != transition.id);
                self.at_start.push((transition.id, self.sum()));
            }
            Change::DropOut | Change::Reset | Change::Blocked => self.started &= !bit,
            Change::Operate | Change::Unblocked => {}
        }
    }

    fn since_start_of(&self, cause: Option<ElementId>) -> Phases<f64> {
        let at = cause.and_then(|c| self.at_start.iter().find(|(id, _)| *id == c));
        at.map_or_else(|| self.sum(), |(_, sum)| *sum)
    }
}

/// A trip that is not over.
#[derive(Clone, Debug)]
pub(super) struct Tripping {
    id: Arc<str>,
    started: Tick,
    commanded: Tick,
    parted: Option<Tick>,
    let_through_from: Phases<f64>,
    peak: Phases<f64>,
    interrupted: Option<Phases<Amperes>>,
    cleared: Option<ClearedFacts>,
    waveform: Option<Arc<Waveform>>,
}

impl Tripping {
    /// The command was given.
    pub(super) fn new(
        id: Arc<str>,
        cause: Option<ElementId>,
        started: Tick,
        commanded: Tick,
        through: &Through,
    ) -> Self {
        Self {
            id,
            started,
            commanded,
            parted: None,
            let_through_from: through.since_start_of(cause),
            peak: through.peak,
            interrupted: None,
            cleared: None,
            waveform: None,
        }
    }

    /// The contacts parted.
    pub(super) fn parted(&mut self, tick: Tick) {
        self.parted.get_or_insert(tick);
    }

    /// One pass, with the greatest magnitudes in it.
    pub(super) fn peaks(&mut self, peak: &Phases<f64>) {
        if self.cleared.is_none() {
            for phase in Phase::ALL {
                self.peak[phase] = self.peak[phase].max(peak[phase]);
            }
        }
    }

    /// The first pole has stopped to conduct at `tick`. Until then the current is the one that the contacts parted, in
    /// every pole; afterwards a three-phase fault has become one between two lines.
    pub(super) fn first_pole_out(&mut self, tick: Tick, recorder: &Recorder) {
        let since_start = tick.since(self.started).0 as usize;
        let count = since_start.min(SAMPLES_PER_CYCLE as usize);
        let currents = recorder.newest_currents(count).map(|samples| Amperes(alternating_rms(&samples)));
        self.interrupted.get_or_insert(currents);
    }

    /// Breaking current of each pole, once one is out.
    pub(super) fn broken(&self) -> Phases<Amperes> {
        self.interrupted.unwrap_or_default()
    }

    /// The last pole is out, or the current has ceased because a breaker upstream opened.
    pub(super) fn all_out(&mut self, tick: Tick, rate: SampleRate, through: &Through, newest_peak: &Phases<f64>) {
        if self.cleared.is_some() {
            return;
        }
        self.peaks(newest_peak);
        self.cleared = Some(ClearedFacts {
            id: Arc::clone(&self.id),
            clearing: rate.seconds(tick - self.started),
            opening: rate.seconds(self.parted.unwrap_or(tick) - self.commanded),
            interrupted: self.broken(),
            i2t: Phases::from_fn(|p| (through.sum()[p] - self.let_through_from[p]) * rate.period().0),
            peak: self.peak,
            waveform: None,
        });
    }

    /// The recorder has finished.
    pub(super) fn recorded(&mut self, waveform: Waveform) {
        self.waveform = Some(Arc::new(waveform));
    }

    /// The current is gone.
    pub(super) fn is_cleared(&self) -> bool {
        self.cleared.is_some()
    }

    /// The measured figures, without the waveform.
    pub(super) fn figures(&self) -> Option<&ClearedFacts> {
        self.cleared.as_ref()
    }

    /// Everything, once the current is gone and the waveform complete.
    pub(super) fn finished(&mut self) -> Option<ClearedFacts> {
        let waveform = self.waveform.clone()?;
        let cleared = self.cleared.take()?;
        Some(ClearedFacts { waveform: Some(waveform), ..cleared })
    }
}
