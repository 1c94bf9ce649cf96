//! ANSI 50G/51G (zero-sequence transformer) or 50N/51N (residual of the phase transformers), "G".

use super::accumulator::{Accumulator, Fall};
use super::finding::Finding;
use super::settings::TimerReset;
use super::state::Block;
use super::view::{View, sane};
use super::zone_interlocking::ZoneInterlockingSettings;
use crate::units::{Amperes, Seconds};
use serde::{Deserialize, Serialize};

/// Dropout: ground currents of arcing faults are ragged, so the hysteresis is wider than elsewhere.
pub(super) const DROPOUT: f64 = 0.95;

/// Where the ground current is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GroundSensing {
    /// A transformer around all conductors: exact, needed below 0.2 In.
    #[default]
    ZeroSequence = 0,
    /// The sum of the phase transformers: their errors add up.
    Residual = 1,
}

/// Settings of G.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GroundFaultSettings {
    /// In service.
    pub enabled: bool,
    /// Ig.
    pub pickup: Amperes,
    /// tg.
    pub delay: Seconds,
    /// Measurement.
    pub sensing: GroundSensing,
    /// Constant `I^2 t` below In.
    pub i2t: bool,
    /// Trips; otherwise it only alarms, as on a high-resistance grounded system.
    pub trip: bool,
    /// How the timer falls back.
    pub reset: TimerReset,
}

impl GroundFaultSettings {
    /// Operate time at a constant ground current without zone interlocking; none when it would not start.
    #[must_use]
    pub fn time_at(&self, ground: Amperes, rated: Amperes) -> Option<Seconds> {
        (self.pickup.0 > 0.0 && ground >= self.pickup).then(|| Seconds(self.operate_time(ground.0, rated.0)))
    }

    /// The ground current by the sensing of the setting, A.
    pub(super) fn measure(&self, view: &View<'_>) -> f64 {
        sane(match self.sensing {
            GroundSensing::ZeroSequence => view.q.ground_rms.0,
            GroundSensing::Residual => view.q.residual_rms.0,
        })
    }

    /// Why a residual measurement cannot be believed now.
    pub(super) fn block(&self, open_transformer: bool, view: &View<'_>) -> Option<Block> {
        if self.sensing == GroundSensing::ZeroSequence {
            None
        } else if open_transformer {
            Some(Block::CurrentTransformer)
        } else if view.rms.1 > self.high_current_limit(view.rated.current) * view.rated.current.0 {
            Some(Block::HighCurrent)
        } else {
            None
        }
    }

    fn operate_time(&self, ground: f64, rated: f64) -> f64 {
        if self.i2t && ground < rated { self.delay.0 * (rated / ground).powi(2) } else { self.delay.0 }
    }

    /// The phase current, in multiples of In, above which a residual measurement is not believed: the lower the
    /// pickup, the sooner (rule of the ABB Emax 2 trip units).
    #[must_use]
    pub fn high_current_limit(&self, rated: Amperes) -> f64 {
        match self.pickup / rated {
            p if p >= 0.8 => 8.0,
            p if p >= 0.5 => 6.0,
            p if p >= 0.2 => 4.0,
            _ => 2.0,
        }
    }
}

/// G.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct GroundFault {
    timer: Accumulator,
}

impl GroundFault {
    #[inline]
    pub(super) fn pass(
        &mut self,
        s: &GroundFaultSettings,
        zone: &ZoneInterlockingSettings,
        open_transformer: bool,
        view: &View<'_>,
    ) -> Finding {
        let ground = s.measure(view);
        let rest = Finding::at_rest(ground, s.pickup.0, "A", None).tripping(s.trip);
        if !s.enabled {
            self.timer.clear();
            return rest.off();
        }
        if let Some(block) = s.block(open_transformer, view) {
            self.timer.clear();
            return rest.block(block);
        }
        let started = self.timer.over(ground, s.pickup.0, DROPOUT);
        let operate_time = if started {
            zone.shorten(s.operate_time(ground, view.rated.current.0), view.context.restraint_in)
        } else {
            f64::INFINITY
        };
        let fall = match s.reset {
            TimerReset::Instant => Fall::Instant,
            TimerReset::Integrating => Fall::Over(s.delay.0),
        };
        rest.timed(&mut self.timer, started, view.dt, operate_time, fall)
    }

    pub(super) fn reset_memory(&mut self) {
        self.timer.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;
    use crate::power::Quantities;

    fn settings(sensing: GroundSensing, pickup: f64) -> GroundFaultSettings {
        GroundFaultSettings {
            enabled: true,
            pickup: Amperes(pickup),
            delay: Seconds(0.2),
            sensing,
            trip: true,
            ..GroundFaultSettings::default()
        }
    }

    fn operates(s: &GroundFaultSettings, q: &Quantities) -> Option<f64> {
        let (mut element, mut bench) = (GroundFault::default(), Bench::at_60_hz());
        let zone = ZoneInterlockingSettings::default();
        bench.until(2.0, |_, view| element.pass(s, &zone, false, &view.of(q)).operating)
    }

    #[test]
    fn each_sensing_looks_at_its_own_current() {
        let q = Quantities { ground_rms: Amperes(6.0), residual_rms: Amperes(40.0), ..balanced(60.0) };
        let at = operates(&settings(GroundSensing::ZeroSequence, 5.0), &q).unwrap();
        assert!((at - 0.2).abs() < 0.003, "{at}");
        assert_eq!(operates(&settings(GroundSensing::ZeroSequence, 7.0), &q), None);
        assert!(operates(&settings(GroundSensing::Residual, 30.0), &q).is_some());
        assert_eq!(operates(&settings(GroundSensing::Residual, 41.0), &q), None);
    }

    #[test]
    fn a_high_phase_current_blocks_the_residual_by_the_table() {
        // Pickup in In, greatest phase current in In at which it still works, and at which it does not.
        for (pickup, works, blocked) in
            [(0.9, 7.9, 8.1), (0.8, 7.9, 8.1), (0.6, 5.9, 6.1), (0.3, 3.9, 4.1), (0.1, 1.9, 2.1)]
        {
            let s = settings(GroundSensing::Residual, 100.0 * pickup);
            let q = |phase: f64| Quantities { residual_rms: Amperes(100.0), ..balanced(100.0 * phase) };
            assert!(operates(&s, &q(works)).is_some(), "{pickup} In at {works} In");
            assert_eq!(operates(&s, &q(blocked)), None, "{pickup} In at {blocked} In");
            let own = settings(GroundSensing::ZeroSequence, 100.0 * pickup);
            let q = Quantities { ground_rms: Amperes(100.0), ..balanced(100.0 * blocked) };
            assert!(operates(&own, &q).is_some(), "its own transformer is believed");
        }
    }

    #[test]
    fn an_open_transformer_blocks_only_the_residual() {
        let q = Quantities { ground_rms: Amperes(80.0), residual_rms: Amperes(80.0), ..balanced(80.0) };
        let zone = ZoneInterlockingSettings::default();
        for (sensing, block) in
            [(GroundSensing::Residual, Some(Block::CurrentTransformer)), (GroundSensing::ZeroSequence, None)]
        {
            let s = settings(sensing, 30.0);
            let (mut element, mut bench) = (GroundFault::default(), Bench::at_60_hz());
            bench.pass(|view| assert_eq!(element.pass(&s, &zone, true, &view.of(&q)).blocked, block));
        }
    }
}
