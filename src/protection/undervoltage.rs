//! ANSI 27: undervoltage, on the line-to-line RMS voltages, definite or inverse (IEC 60255-127).

use super::accumulator::{Accumulator, Fall};
use super::finding::Finding;
use super::state::Block;
use super::view::View;
use crate::units::{Percent, Seconds};

/// Dropout as a share of the pickup.
const DROPOUT: f64 = 1.03;

/// Below this share of the nominal voltage on all sides a bus is dead.
const DEAD_BUS: f64 = 0.10;

/// Settings of 27.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UndervoltageSettings {
    /// In service.
    pub enabled: bool,
    /// Trips; otherwise it only alarms.
    pub trip: bool,
    /// Pickup, percent of nominal.
    pub pickup: Percent,
    /// Operate time; T of the inverse characteristic.
    pub delay: Seconds,
    /// `t = T / (1 - U/Us)` instead of a definite time.
    pub inverse: bool,
    /// All three voltages must be low; otherwise one suffices.
    pub all: bool,
    /// Operates on a dead bus as well, as a no-voltage release does; otherwise a dead bus blocks it.
    pub on_dead_bus: bool,
}

impl UndervoltageSettings {
    /// Operate time at a constant voltage in percent of nominal; none when it would not start.
    #[must_use]
    pub fn time_at(&self, voltage: Percent) -> Option<Seconds> {
        (voltage < self.pickup).then(|| Seconds(self.operate_time(voltage / self.pickup)))
    }

    fn operate_time(&self, share: f64) -> f64 {
        match self.inverse {
            false => self.delay.0,
            true if share < 1.0 => self.delay.0 / (1.0 - share),
            true => f64::INFINITY,
        }
    }
}

/// 27.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Undervoltage {
    timer: Accumulator,
}

impl Undervoltage {
    #[inline]
    pub(super) fn pass(&mut self, s: &UndervoltageSettings, view: &View<'_>) -> Finding {
        let voltages = view.line_voltages();
        let nominal = view.rated.voltage.0;
        let pickup = nominal * s.pickup.0 / 100.0;
        let (phase, voltage) = if s.all { voltages.greatest() } else { voltages.least() };
        let rest = Finding::at_rest(voltage, pickup, "V", Some(phase)).tripping(s.trip);
        if !s.enabled {
            self.timer.clear();
            return rest.off();
        }
        let block = if !view.context.closed {
            Some(Block::BreakerOpen)
        } else if !s.on_dead_bus && voltages.greatest().1 < DEAD_BUS * nominal {
            Some(Block::InvalidInput)
        } else {
            None
        };
        if let Some(block) = block {
            self.timer.clear();
            return rest.block(block);
        }
        let started = self.timer.under(voltage, pickup, DROPOUT);
        rest.timed(&mut self.timer, started, view.dt, s.operate_time(voltage / pickup), Fall::Instant)
    }

    pub(super) fn timer(&mut self) -> &mut Accumulator {
        &mut self.timer
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, voltages};
    use super::*;

    fn settings() -> UndervoltageSettings {
        UndervoltageSettings {
            enabled: true,
            trip: true,
            pickup: Percent(90.0),
            delay: Seconds(5.0),
            ..UndervoltageSettings::default()
        }
    }

    fn operates(s: &UndervoltageSettings, v: [f64; 3], for_s: f64) -> Option<f64> {
        let (mut element, mut bench) = (Undervoltage::default(), Bench::at_60_hz());
        bench.context.closed = true;
        bench.until(20.0, |t, view| {
            element.pass(s, &view.of(&voltages(if t < for_s { v } else { [480.0; 3] }))).operating
        })
    }

    #[test]
    fn a_sag_shorter_than_the_delay_passes_and_a_longer_one_does_not() {
        assert_eq!(operates(&settings(), [336.0; 3], 1.0), None);
        let at = operates(&settings(), [480.0, 336.0, 480.0], 6.0).unwrap();
        assert!((at - 5.0).abs() < 0.002, "{at}");
        assert_eq!(operates(&UndervoltageSettings { all: true, ..settings() }, [480.0, 336.0, 480.0], 20.0), None);
    }

    #[test]
    fn a_dead_bus_blocks_unless_it_is_wanted() {
        assert_eq!(operates(&settings(), [0.0; 3], 20.0), None);
        assert!(operates(&UndervoltageSettings { on_dead_bus: true, ..settings() }, [0.0; 3], 20.0).is_some());
    }
}
