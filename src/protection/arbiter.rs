//! How all elements stand, and which of those that operate is the cause.

use super::finding::Finding;
use super::rest::ElementSet;
use super::track::Track;
use super::{Block, ElementId, ElementState, Transition, Trip};
use crate::time::{SampleRate, Tick};

/// Takes the findings of a pass.
#[derive(Clone, Debug)]
pub(super) struct Arbiter {
    rate: SampleRate,
    tracks: [Track; ElementId::ALL.len()],
    transitions: Vec<Transition>,
    trip: Option<Trip>,
    tick: Tick,
    in_service: bool,
    trip_commanded: bool,
    resting: ElementSet,
    /// Closed and not tripping in the last pass.
    armed: bool,
}

impl Arbiter {
    pub(super) fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            tracks: ElementId::ALL.map(Track::new),
            transitions: Vec::with_capacity(64),
            trip: None,
            tick: Tick(0),
            in_service: true,
            trip_commanded: false,
            resting: ElementSet::NONE,
            armed: false,
        }
    }

    /// A pass begins. The resting elements are not shown it.
    pub(super) fn begin(&mut self, tick: Tick, in_service: bool, trip_commanded: bool, resting: ElementSet) {
        self.resting = resting;
        self.tick = tick;
        self.in_service = in_service;
        self.trip_commanded = trip_commanded;
    }

    /// Takes a finding of this pass.
    #[inline]
    pub(super) fn take(&mut self, id: ElementId, mut finding: Finding) {
        if finding.enabled && !self.in_service && id != ElementId::HardwareOverride {
            finding.started = false;
            finding.operating = false;
            finding.blocked = Some(Block::OutOfService);
        }
        self.take_at(self.tick, id, finding);
    }

    /// Takes a finding made at a sample; true when the element has just operated with a trip.
    #[inline]
    pub(super) fn take_at(&mut self, tick: Tick, id: ElementId, finding: Finding) -> bool {
        let operates = self.tracks[id.index()].take(tick, finding, &mut self.transitions);
        if operates {
            self.ask_for_trip(tick, id);
        }
        operates
    }

    /// After a closing, or after the trip command has gone from a breaker that is still closed, an element that still
    /// operates asks for a trip again.
    pub(super) fn rearm(&mut self, closed: bool) {
        let armed = closed && !self.trip_commanded;
        if armed && !self.armed {
            for id in ElementId::ALL {
                if self.tracks[id.index()].calls_for_trip() {
                    self.ask_for_trip(self.tick, id);
                }
            }
        }
        self.armed = armed;
    }

    /// The first in order of those that operate in one pass is the cause.
    fn ask_for_trip(&mut self, tick: Tick, id: ElementId) {
        if self.trip_commanded {
            return;
        }
        let decision = self.tracks[id.index()].decision(tick, self.rate);
        match &mut self.trip {
            None => self.trip = Some(Trip { decision, operated: vec![id] }),
            Some(trip) => {
                if trip.decision.tick == tick && id < trip.decision.cause {
                    trip.decision = decision;
                }
                if let Err(place) = trip.operated.binary_search(&id) {
                    trip.operated.insert(place, id);
                }
            }
        }
    }

    pub(super) fn take_trip(&mut self) -> Option<Trip> {
        self.trip.take()
    }

    pub(super) fn drain_transitions(&mut self) -> std::vec::Drain<'_, Transition> {
        self.transitions.drain(..)
    }

    pub(super) fn states(&self) -> Vec<ElementState> {
        self.tracks.iter().map(Track::state).collect()
    }

    pub(super) const fn track(&self, id: ElementId) -> &Track {
        &self.tracks[id.index()]
    }

    /// The element must be shown this pass: it does not rest, and is in service by setting or was in the pass before.
    #[inline]
    pub(super) const fn concerns(&self, id: ElementId, enabled: bool) -> bool {
        self.shows(id) && (enabled || self.tracks[id.index()].enabled())
    }

    /// The element does not rest.
    #[inline]
    pub(super) const fn shows(&self, id: ElementId) -> bool {
        !self.resting.contains(id)
    }

    /// The state of the motor is followed this pass.
    #[inline]
    pub(super) const fn shows_motor(&self) -> bool {
        !self.resting.meets(ElementSet::MOTOR)
    }

    pub(super) fn reset_flags(&mut self) {
        self.trip = None;
        for track in &mut self.tracks {
            track.reset_flag();
        }
    }
}
