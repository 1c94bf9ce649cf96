//! ANSI 50, "ARMS": arc reduction maintenance mode. A second, lower instantaneous element while somebody works nearby.
//!
//! It runs beside the others and weakens none of them (NEC 240.87 names it as a way to reduce arc energy).

use super::finding::Finding;
use super::instantaneous::{Instantaneous, NO_DELAY};
use super::view::View;
use crate::units::{Amperes, Seconds};

/// Settings of the maintenance mode. Whether it is on is a switch, not a setting.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MaintenanceModeSettings {
    /// Pickup while switched on.
    pub pickup: Amperes,
}

impl MaintenanceModeSettings {
    /// Operate time at a constant current while switched on.
    #[must_use]
    pub fn time_at(&self, current: Amperes) -> Option<Seconds> {
        (self.pickup.0 > 0.0 && current >= self.pickup).then_some(NO_DELAY)
    }
}

/// ARMS.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct MaintenanceMode {
    comparator: Instantaneous,
}

impl MaintenanceMode {
    #[inline]
    pub(super) fn pass(&mut self, s: MaintenanceModeSettings, view: &View<'_>) -> Finding {
        self.comparator.compare(view.context.maintenance_mode, s.pickup.0, view)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    #[test]
    fn it_operates_only_while_switched_on() {
        let s = MaintenanceModeSettings { pickup: Amperes(250.0) };
        for on in [false, true] {
            let (mut element, mut bench) = (MaintenanceMode::default(), Bench::at_60_hz());
            bench.context = Context { maintenance_mode: on, ..Context::default() };
            let at = bench.until(1.0, |_, view| element.pass(s, &view.of(&balanced(400.0))).operating);
            assert_eq!(at.is_some(), on);
        }
    }
}
