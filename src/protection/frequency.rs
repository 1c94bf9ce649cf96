//! What the frequency elements (81U, 81O, 81R) have in common: when a frequency may be believed.

use super::accumulator::Accumulator;
use super::finding::Finding;
use super::state::Block;
use super::view::View;
use crate::units::{Hertz, Seconds};

/// Hysteresis, Hz.
pub(super) const HYSTERESIS: f64 = 0.02;

/// Values of the tracker in a row beyond the pickup that start an element.
const CONSECUTIVE: u8 = 2;

/// Settings of an under- or overfrequency element.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrequencySettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Pickup.
    pub pickup: Hertz,
    /// Operate time.
    pub delay: Seconds,
}

/// A timer that starts with the second value in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Confirmed {
    timer: Accumulator,
    values: u8,
    started: bool,
}

impl Confirmed {
    pub(super) const fn started(&self) -> bool {
        self.started
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    #[inline]
    pub(super) fn pass(&mut self, rest: Finding, beyond: bool, dt: f64, delay: Seconds) -> Finding {
        self.values = if beyond { (self.values + 1).min(CONSECUTIVE) } else { 0 };
        self.started = self.values >= CONSECUTIVE;
        rest.definite(&mut self.timer, self.started, dt, delay.0)
    }
}

/// Why no frequency element may act now.
pub(super) fn block(view: &View<'_>, measured: bool) -> Option<Block> {
    if !view.context.closed {
        Some(Block::BreakerOpen)
    } else if !measured || !view.voltage_valid() {
        Some(Block::InvalidInput)
    } else {
        None
    }
}
