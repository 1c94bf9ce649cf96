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

const CYCLE: u32 = SAMPLES_PER_CYCLE / SAMPLES_PER_PASS;
/// Passes from one comparison to the next: a second.
const AGAIN: u32 = 60 * CYCLE;

/// A set of elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ElementSet(u32);

impl ElementSet {
    pub(super) const NONE: Self = Self(0);
    const ALL: Self = Self(u32::MAX >> (u32::BITS - ElementId::ALL.len() as u32));

    #[inline]
    pub(super) const fn contains(self, id: ElementId) -> bool {
        self.0 >> id.index() & 1 != 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
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
    passes: u32,
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
            if self.passes == CYCLE {
                self.resting = *still;
                self.compared = None;
            }
        } else if self.passes.is_multiple_of(AGAIN) && self.resting != ElementSet::ALL {
            self.compared = Some((Box::new(elements.clone()), ElementSet::ALL));
            self.passes = 0;
        }
        self.passes += 1;
    }
}
