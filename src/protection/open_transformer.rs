//! CTS: supervision of the current transformers. One phase current vanishes and nothing else changes.
//!
//! A conductor that really loses its current disturbs the other phases of a three-wire load, and a fault disturbs the
//! voltages; an open secondary does neither. Blocks 46, residual G and 87, and alarms. A single-phase load between phase
//! and neutral that is switched off looks the same to the phase transformers; nobody can tell the two apart from here.

use super::finding::Finding;
use super::sequence::Sequence;
use super::sequence::magnitude;
use super::view::View;
use crate::time::SAMPLES_PER_PASS;
use crate::units::{Phase, Phases};
use num_complex::Complex64;

/// Passes of memory: two cycles, longer than the window of the phasors takes to empty.
const MEMORY: usize = 32;
/// Below this share of the rated current a phase reads nothing.
const GONE: f64 = 0.05;
/// Above this share it was, or is again, there.
const THERE: f64 = 0.10;
/// Step of I2/I1, percent.
const STEP: f64 = 40.0;
/// Change that the other phases may show, as a share of what they carried.
const OTHERS: f64 = 0.10;
/// Change that the negative-sequence voltage may show, as a share of the nominal voltage.
const VOLTAGE: f64 = 0.02;
/// Passes in a row that operate.
const CONSECUTIVE: u8 = 2;

/// Settings of CTS.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TransformerSupervisionSettings {
    /// In service.
    pub enabled: bool,
}

/// Currents against the phase-A voltage, and the unbalance, of one pass.
#[derive(Clone, Copy, Debug, Default)]
struct Moment {
    current: Phases<Complex64>,
    unbalance: f64,
    negative_voltage: Complex64,
}

/// CTS.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenTransformer {
    /// The moment of the pass at tick t stands at `t / 8 % MEMORY`.
    past: [Moment; MEMORY],
    filled: usize,
    passes: u8,
    open: Option<Phase>,
}

impl Default for OpenTransformer {
    fn default() -> Self {
        Self { past: [Moment::default(); MEMORY], filled: 0, passes: 0, open: None }
    }
}

impl OpenTransformer {
    #[inline]
    pub(super) fn pass(&mut self, s: TransformerSupervisionSettings, view: &View<'_>) -> Finding {
        if !s.enabled {
            *self = Self::default();
            return Finding::at_rest(0.0, STEP, "%", None).off().tripping(false);
        }
        let rated = view.rated.current.0;
        let now = Self::moment(view);
        let slot = (view.tick.0 / u64::from(SAMPLES_PER_PASS)) as usize % MEMORY;
        if let Some(phase) = self.open {
            if magnitude(now.current[phase]) >= THERE * rated {
                self.open = None;
                self.passes = 0;
            }
        } else if self.filled == MEMORY {
            let before = self.past[slot];
            let suspect = Phase::ALL.into_iter().find(|p| Self::vanished(*p, &before, &now, view));
            self.passes = if suspect.is_some() { self.passes + 1 } else { 0 };
            if self.passes >= CONSECUTIVE {
                self.open = suspect;
            }
        }
        self.past[slot] = now;
        self.filled = (self.filled + 1).min(MEMORY);
        let found = self.open.is_some();
        Finding {
            started: found || self.passes > 0,
            operating: found,
            progress: if found { 1.0 } else { f64::from(self.passes) / f64::from(CONSECUTIVE) },
            ..Finding::at_rest(now.unbalance, STEP, "%", self.open).tripping(false)
        }
    }

    fn moment(view: &View<'_>) -> Moment {
        let va = view.q.voltage.a;
        let magnitude = magnitude(va);
        let turn = if magnitude > 0.0 { va.conj() / magnitude } else { Complex64::ZERO };
        let sequence: &Sequence = view.current_sequence();
        Moment {
            current: view.q.current.map(|i| i * turn),
            unbalance: sequence.unbalance(),
            negative_voltage: view.voltage_sequence().negative_phasor * turn,
        }
    }

    fn vanished(phase: Phase, before: &Moment, now: &Moment, view: &View<'_>) -> bool {
        let rated = view.rated.current.0;
        let others = Phase::ALL.into_iter().filter(|p| *p != phase).all(|p| {
            let was = before.current[p];
            magnitude(now.current[p] - was) <= OTHERS * magnitude(was).max(THERE * rated)
        });
        view.voltage_valid()
            && magnitude(now.current[phase]) < GONE * rated
            && magnitude(before.current[phase]) > THERE * rated
            && now.unbalance - before.unbalance > STEP
            && others
            && magnitude(now.negative_voltage - before.negative_voltage) <= VOLTAGE * view.rated.voltage.0
    }

    /// Stands as `before`. What it keeps of earlier passes is not asked: it comes round with passes that repeat.
    pub(super) fn stands_as(&self, before: &Self) -> bool {
        (self.filled, self.passes, self.open) == (before.filled, before.passes, before.open)
    }

    /// The phase whose transformer is open.
    pub(super) const fn open(&self) -> Option<Phase> {
        self.open
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced, currents};
    use super::*;
    use crate::power::Quantities;

    /// 0.2 s of a balanced 80 A, then this; the phase that is found open.
    fn found(then: &Quantities) -> Option<Phase> {
        let (mut element, mut bench) = (OpenTransformer::default(), Bench::at_60_hz());
        bench.until(1.0, |t, view| {
            let q = if t < 0.2 { &balanced(80.0) } else { then };
            element.pass(TransformerSupervisionSettings { enabled: true }, &view.of(q)).operating
        });
        element.open()
    }

    #[test]
    fn a_phase_that_vanishes_alone_is_an_open_transformer() {
        let symmetric = [0.0, -120.0, 120.0];
        assert_eq!(found(&currents([0.0, 80.0, 80.0], symmetric)), Some(Phase::A));
        assert_eq!(found(&currents([80.0, 80.0, 0.0], symmetric)), Some(Phase::C));
    }

    #[test]
    fn a_lost_conductor_a_fault_and_a_load_step_are_not() {
        // Single phasing: the other two become equal and opposite.
        assert_eq!(found(&currents([0.0, 69.3, 69.3], [0.0, -90.0, 90.0])), None);
        assert_eq!(found(&currents([0.0, 900.0, 80.0], [0.0, -120.0, 120.0])), None);
        assert_eq!(found(&balanced(0.0)), None);
        assert_eq!(found(&balanced(90.0)), None);
        let sagged = Quantities {
            voltage: Phases { a: Complex64::new(200.0, 0.0), ..balanced(0.0).voltage },
            ..currents([0.0, 80.0, 80.0], [0.0, -120.0, 120.0])
        };
        assert_eq!(found(&sagged), None);
    }

    #[test]
    fn it_goes_when_the_current_is_back() {
        let (mut element, mut bench) = (OpenTransformer::default(), Bench::at_60_hz());
        bench.until(1.0, |t, view| {
            let q = if (0.2..0.6).contains(&t) {
                currents([0.0, 80.0, 80.0], [0.0, -120.0, 120.0])
            } else {
                balanced(80.0)
            };
            element.pass(TransformerSupervisionSettings { enabled: true }, &view.of(&q));
            if (0.3..0.6).contains(&t) {
                assert_eq!(element.open(), Some(Phase::A));
            }
            false
        });
        assert_eq!(element.open(), None);
    }
}
