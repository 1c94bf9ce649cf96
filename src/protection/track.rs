//! The memory of how an element stood, which turns findings into transitions.

use super::finding::Finding;
use super::{Block, Change, ElementId, ElementState, Transition, TripDecision};
use crate::time::{SampleRate, Tick};
use crate::units::Seconds;

/// One element as it stood after its last pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Track {
    id: ElementId,
    now: Finding,
    started_at: Tick,
    /// Target flag: operated since the last reset command.
    operated: bool,
}

impl Track {
    pub(super) const fn new(id: ElementId) -> Self {
        Self { id, now: Finding::at_rest(0.0, 0.0, "", None).off(), started_at: Tick(0), operated: false }
    }

    pub(super) const fn enabled(&self) -> bool {
        self.now.enabled
    }

    pub(super) const fn operating(&self) -> bool {
        self.now.operating
    }

    pub(super) const fn started(&self) -> bool {
        self.now.started
    }

    /// Operating, and its operation means a trip.
    pub(super) const fn calls_for_trip(&self) -> bool {
        self.now.operating && self.now.trips
    }

    /// Takes the finding of this pass. Returns whether the element has just operated with a trip.
    #[inline]
    pub(super) fn take(&mut self, tick: Tick, found: Finding, transitions: &mut Vec<Transition>) -> bool {
        let was = &self.now;
        if was.started == found.started && was.operating == found.operating && was.blocked == found.blocked {
            // As it stood: by far the most findings.
            if !found.operating && !found.trips {
                self.operated = false;
            }
            self.now.follow(&found);
            return false;
        }
        // A copy for the rare case, so that all others need none of it in memory.
        self.stand(tick, Finding { ..found }, transitions)
    }

    /// Takes a finding that differs from how the element stood.
    #[cold]
    fn stand(&mut self, tick: Tick, found: Finding, transitions: &mut Vec<Transition>) -> bool {
        let was = self.now;
        self.now = found;
        let mut note = |change| {
            transitions.push(Transition {
                tick,
                id: self.id,
                change,
                phase: found.phase,
                quantity: found.quantity,
                threshold: found.threshold,
                unit: found.unit,
            });
        };
        if was.blocked != found.blocked {
            if was.blocked.is_some() {
                note(Change::Unblocked);
            }
            if found.blocked.is_some() {
                note(Change::Blocked);
            }
        }
        let at_rest = !was.started && !was.operating;
        if at_rest && (found.started || found.operating) {
            self.started_at = tick;
            note(Change::Start);
        }
        let operates = found.operating && !was.operating;
        if operates {
            note(Change::Operate);
        } else if was.operating && !found.operating {
            note(Change::Reset);
        } else if was.started && !found.started && !was.operating {
            note(Change::DropOut);
        }
        if operates {
            self.operated = true;
        } else if !found.operating && !found.trips {
            self.operated = false;
        }
        operates && found.trips
    }

    /// Takes the target flag down; one that still operates keeps it.
    pub(super) fn reset_flag(&mut self) {
        self.operated = self.now.operating;
    }

    pub(super) fn blocked(&self) -> Option<Block> {
        self.now.blocked
    }

    pub(super) fn decision(&self, tick: Tick, rate: SampleRate) -> TripDecision {
        TripDecision {
            cause: self.id,
            tick,
            started: self.started_at,
            phase: self.now.phase,
            quantity: self.now.quantity,
            unit: self.now.unit,
            threshold: self.now.threshold,
            delay: rate.seconds(tick.since(self.started_at)),
        }
    }

    pub(super) fn state(&self) -> ElementState {
        let n = &self.now;
        let remaining = n.operate_time * (1.0 - n.progress);
        ElementState {
            id: self.id,
            enabled: n.enabled,
            blocked: n.blocked,
            started: n.started,
            operated: self.operated,
            progress: n.progress.clamp(0.0, 1.0),
            quantity: n.quantity,
            threshold: n.threshold,
            unit: n.unit,
            phase: n.phase,
            time_to_operate: (n.started && remaining.is_finite()).then(|| Seconds(remaining.max(0.0))),
        }
    }
}
