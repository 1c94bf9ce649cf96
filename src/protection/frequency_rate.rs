//! ANSI 81R: rate of change of frequency, either way.

use super::finding::{DROPOUT_OVER, Finding};
use super::frequency::{self, Confirmed};
use super::view::{View, sane};
use crate::units::{HertzPerSecond, Seconds};

/// Settings of 81R.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrequencyRateSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Pickup, either way.
    pub pickup: HertzPerSecond,
    /// Operate time.
    pub delay: Seconds,
}

/// 81R.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct FrequencyRate {
    stage: Confirmed,
}

impl FrequencyRate {
    #[inline]
    pub(super) fn pass(&mut self, s: &FrequencyRateSettings, view: &View<'_>) -> Finding {
        let rate = sane(view.q.rocof.map_or(0.0, |r| r.0));
        let rest = Finding::at_rest(rate, s.pickup.0, "Hz/s", None).tripping(s.trip);
        if !s.enabled {
            self.stage.clear();
            return rest.off();
        }
        if let Some(block) = frequency::block(view, view.q.rocof.is_some()) {
            self.stage.clear();
            return rest.block(block);
        }
        let share = if self.stage.started() { DROPOUT_OVER } else { 1.0 };
        let beyond = s.pickup.0 > 0.0 && rate.abs() >= s.pickup.0 * share;
        self.stage.pass(rest, beyond, view.dt, s.delay)
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, at_frequency};
    use super::*;
    use crate::power::Quantities;

    #[test]
    fn either_direction_operates() {
        let s = FrequencyRateSettings { enabled: true, trip: true, pickup: HertzPerSecond(1.5), delay: Seconds(0.5) };
        for (rate, operates) in [(-2.0, true), (2.0, true), (-1.4, false)] {
            let (mut element, mut bench) = (FrequencyRate::default(), Bench::at_60_hz());
            bench.context.closed = true;
            let q = Quantities { rocof: Some(HertzPerSecond(rate)), ..at_frequency(Some(59.0)) };
            let at = bench.until(2.0, |_, view| element.pass(&s, &view.of(&q)).operating);
            assert_eq!(at.is_some(), operates, "{rate} Hz/s");
            assert!(at.is_none_or(|t| (t - 0.5).abs() < 0.003), "{at:?}");
        }
    }
}
