//! What an element finds in one pass.

use super::Block;
use super::accumulator::{Accumulator, Fall};
use crate::units::Phase;

/// Dropout of over-elements as a share of the pickup.
pub(super) const DROPOUT_OVER: f64 = 0.97;

/// How an element stands after a pass; [`super::track`] turns changes of it into transitions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Finding {
    pub(super) enabled: bool,
    pub(super) blocked: Option<Block>,
    pub(super) started: bool,
    pub(super) operating: bool,
    /// Operating asks for a trip; otherwise it is an alarm.
    pub(super) trips: bool,
    pub(super) progress: f64,
    /// Seconds that the whole way from no progress to operating takes at this quantity; infinite: never.
    pub(super) operate_time: f64,
    pub(super) quantity: f64,
    pub(super) threshold: f64,
    pub(super) unit: &'static str,
    pub(super) phase: Option<Phase>,
}

impl Finding {
    /// In service and at rest.
    pub(super) const fn at_rest(quantity: f64, threshold: f64, unit: &'static str, phase: Option<Phase>) -> Self {
        Self {
            enabled: true,
            blocked: None,
            started: false,
            operating: false,
            trips: true,
            progress: 0.0,
            operate_time: f64::INFINITY,
            quantity,
            threshold,
            unit,
            phase,
        }
    }

    /// Out of service by setting.
    pub(super) const fn off(self) -> Self {
        Self { enabled: false, started: false, operating: false, progress: 0.0, ..self }
    }

    /// Out of service by a block.
    pub(super) const fn block(self, block: Block) -> Self {
        Self { blocked: Some(block), started: false, operating: false, ..self }
    }

    /// Takes over the figures of a finding that stands the same: started, operating and blocked alike.
    ///
    /// The flags are small and rarely differ. Compared one by one they need not be copied, and the copy would wait: it
    /// reads in one go what has just been written in pieces.
    #[inline]
    pub(super) fn follow(&mut self, found: &Self) {
        self.progress = found.progress;
        self.operate_time = found.operate_time;
        self.quantity = found.quantity;
        self.threshold = found.threshold;
        self.unit = found.unit;
        if self.enabled != found.enabled {
            self.enabled = found.enabled;
        }
        if self.trips != found.trips {
            self.trips = found.trips;
        }
        if self.phase != found.phase {
            self.phase = found.phase;
        }
    }

    /// Runs the timer of the element by `dt` and takes over how it stands.
    #[inline]
    pub(super) fn timed(self, timer: &mut Accumulator, started: bool, dt: f64, operate_time: f64, fall: Fall) -> Self {
        let operating = timer.pass(started, dt, operate_time, fall);
        let operate_time = if started { operate_time } else { f64::INFINITY };
        Self { started, operating, progress: timer.level(), operate_time, ..self }
    }

    /// The common case: a definite time that starts from nothing each time.
    #[inline]
    pub(super) fn definite(self, timer: &mut Accumulator, started: bool, dt: f64, delay: f64) -> Self {
        self.timed(timer, started, dt, delay, Fall::Instant)
    }

    /// Operating asks for a trip, or only alarms.
    pub(super) const fn tripping(self, trips: bool) -> Self {
        Self { trips, ..self }
    }
}
