//! Elements at rest: those to which nothing new can be shown.
//!
//! An element is its memory and what a pass makes of it. While samples repeat those of a cycle before to the last bit, a
//! pass shows what it showed a cycle ago. When a whole cycle of such passes has left the memory of an element as it was,
//! so will every further one: the element is passed over until something else comes. How it stands (started, operating,
//! blocked) cannot have changed meanwhile; its figures for the newest pass are worked out when somebody looks.
//!
//! Elements whose memory moves (heat, a timer that runs, a count over an hour) are shown every pass.

use super::elements::Elements;
use super::{Context, ElementId};
use crate::time::{SAMPLES_PER_CYCLE, SAMPLES_PER_PASS};

const CYCLE: u64 = (SAMPLES_PER_CYCLE / SAMPLES_PER_PASS) as u64;
/// Most passes from one comparison to the next, at 60 Hz.
const SECOND: u64 = 60 * CYCLE;

/// A set of elements. The state of the motor is no element, but counts as one: it has a memory that elements look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ElementSet(u64);

impl ElementSet {
    pub(super) const NONE: Self = Self(0);
    pub(super) const MOTOR: Self = Self(1 << ElementId::ALL.len());
    const ALL: Self = Self((1 << (ElementId::ALL.len() + 1)) - 1);

    #[inline]
    pub(super) const fn contains(self, id: ElementId) -> bool {
        self.0 >> id.index() & 1 != 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// One of the other is in it.
    #[inline]
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub(super) const fn with(self, id: ElementId) -> Self {
        Self(self.0 | 1 << id.index())
    }

    #[must_use]
    const fn without(self, id: ElementId) -> Self {
        Self(self.0 & !(1 << id.index()))
    }

    /// Those that are not in it.
    #[must_use]
    pub(super) const fn others(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }
}

/// Which elements rest, and the comparison that finds more of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Rest {
    resting: ElementSet,
    /// Passes alike in a row.
    passes: u64,
    /// After so many of them the next comparison begins; it takes a cycle.
    next: u64,
    /// Circumstances of the newest of them.
    context: Context,
    /// How the elements stood when the comparison began, and those that no pass since has moved.
    compared: Option<(Box<Elements>, ElementSet)>,
}

impl Rest {
    /// Something else has come: everything is shown again.
    #[inline]
    pub(super) fn end(&mut self) {
        if self.passes != 0 {
            self.resting = ElementSet::NONE;
            self.passes = 0;
            self.next = 0;
            self.compared = None;
        }
    }

    pub(super) const fn resting(&self) -> ElementSet {
        self.resting
    }

    /// Circumstances of the newest pass.
    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    /// Before a pass alike: the elements that need not be shown it.
    #[inline]
    pub(super) fn begin(&mut self, context: &Context) -> ElementSet {
        let warmer = context.unit_temperature != self.context.unit_temperature;
        if (Context { unit_temperature: None, ..*context }) != (Context { unit_temperature: None, ..self.context }) {
            self.end();
        }
        self.context = *context;
        // OT looks at the temperature alone, and nobody else does. One look settles it again.
        if warmer { self.resting.without(ElementId::OverTemperature) } else { self.resting }
    }

    /// After it.
    #[inline]
    pub(super) fn follow(&mut self, elements: &Elements) {
        if let Some((before, still)) = &mut self.compared {
            *still = elements.unmoved(before, *still);
            if self.passes == self.next + CYCLE {
                self.resting = *still;
                self.compared = None;
                // What moves now may stand soon, or never: the wait grows with the time that it has moved.
                self.next = self.passes + self.passes.min(SECOND);
            }
        } else if self.passes == self.next {
            self.compared = Some((Box::new(elements.clone()), ElementSet::ALL));
        }
        self.passes += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{balanced, rated_100_a};
    use super::super::{Protection, Settings, ThermalImageSettings, TimeOvercurrentSettings};
    use super::*;
    use crate::power::Quantities;
    use crate::time::{SampleRate, Tick};
    use crate::units::{Amperes, Celsius, Seconds};

    fn settings() -> Settings {
        Settings {
            enabled: true,
            time_overcurrent: TimeOvercurrentSettings {
                enabled: true,
                pickup: Amperes(100.0),
                delay: Seconds(0.2),
                ..TimeOvercurrentSettings::default()
            },
            thermal_image: ThermalImageSettings {
                enabled: true,
                pickup: Amperes(105.0),
                delay: Seconds(600.0),
                ..ThermalImageSettings::default()
            },
            ..Settings::default()
        }
    }

    /// What rests after so many passes alike.
    fn resting(amperes: f64, passes: u64, last: &Context) -> ElementSet {
        let mut unit = Protection::new(SampleRate::AT_60_HZ, rated_100_a());
        let context = Context { closed: true, ..Context::default() };
        for pass in 0..passes {
            let q = Quantities { tick: Tick(8 * pass), ..balanced(amperes) };
            unit.repeat(&q, if pass + 1 < passes { &context } else { last }, &settings());
        }
        unit.resting()
    }

    #[test]
    fn what_stands_for_a_cycle_rests_and_what_moves_does_not() {
        let closed = Context { closed: true, ..Context::default() };
        assert_eq!(resting(60.0, CYCLE, &closed), ElementSet::NONE);
        // A cycle, and a pass to compare with.
        let set = resting(60.0, CYCLE + 1, &closed);
        assert!(set.contains(ElementId::TimeOvercurrent) && set.contains(ElementId::BreakerFailure));
        assert!(!set.contains(ElementId::ThermalImage), "it warms");
        // 192 passes to operate: then it stands again.
        assert!(!resting(130.0, 150, &closed).contains(ElementId::TimeOvercurrent), "it times");
        assert!(resting(130.0, 2_000, &closed).contains(ElementId::TimeOvercurrent), "it has operated");
    }

    #[test]
    fn other_circumstances_end_all_rest_and_warmth_that_of_49t() {
        let closed = Context { closed: true, ..Context::default() };
        for other in [
            Context::default(),
            Context { restraint_in: true, ..closed },
            Context { maintenance_mode: true, ..closed },
            Context { trip_commanded: true, ..closed },
        ] {
            assert_eq!(resting(60.0, 100, &other), ElementSet::NONE, "{other:?}");
        }
        let warm = Context { unit_temperature: Some(Celsius(40.0)), ..closed };
        assert!(resting(60.0, 100, &warm).contains(ElementId::TimeOvercurrent));
    }
}
