//! ANSI 87: differential of a bus or feeder zone with a second set of transformers, for training.
//!
//! Currents count positive into the zone. `Idiff = |I1 + I2|` against a restraint `(|I1| + |I2|) / 2` on a percentage
//! characteristic with two slopes; above the unrestrained pickup the restraint does not count.

use super::finding::Finding;
use super::state::Block;
use super::view::{View, sane};
use crate::units::{Amperes, Percent, Phase};

/// Passes in a row that operate.
const CONSECUTIVE: u8 = 2;

/// Settings of 87.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DifferentialSettings {
    /// In service.
    pub enabled: bool,
    /// Least differential current.
    pub pickup: Amperes,
    /// Slope up to the knee.
    pub slope: Percent,
    /// Restraint at which the second slope begins.
    pub knee: Amperes,
    /// Slope beyond the knee: transformers saturate there.
    pub slope_beyond: Percent,
    /// Differential current that operates whatever the restraint; nothing: never.
    pub unrestrained: Amperes,
}

impl DifferentialSettings {
    /// The differential current that operates at this restraint.
    #[must_use]
    pub fn threshold(&self, restraint: Amperes) -> Amperes {
        let slope = self.slope.0 / 100.0;
        if restraint <= self.knee {
            self.pickup.max(restraint * slope)
        } else {
            self.pickup.max(self.knee * slope + (restraint - self.knee) * (self.slope_beyond.0 / 100.0))
        }
    }
}

/// 87.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Differential {
    passes: u8,
}

impl Differential {
    #[inline]
    pub(super) fn pass(&mut self, s: &DifferentialSettings, open_transformer: bool, view: &View<'_>) -> Finding {
        if !s.enabled {
            self.passes = 0;
            return Finding::at_rest(0.0, s.pickup.0, "A", None).off();
        }
        let Some(remote) = &view.context.remote_current else {
            self.passes = 0;
            return Finding::at_rest(0.0, s.pickup.0, "A", None).block(Block::InvalidInput);
        };
        // The phase that is furthest beyond its own threshold speaks.
        let (phase, difference, threshold) = Phase::ALL
            .map(|phase| {
                let (near, far) = (view.q.current[phase], remote[phase]);
                let difference = sane((near + far).norm());
                let restraint = Amperes(sane(f64::midpoint(near.norm(), far.norm())));
                let restrained = s.threshold(restraint).0;
                let unrestrained = if s.unrestrained.0 > 0.0 { s.unrestrained.0 } else { f64::INFINITY };
                (phase, difference, restrained.min(unrestrained))
            })
            .into_iter()
            .reduce(|a, b| if b.1 - b.2 > a.1 - a.2 { b } else { a })
            .unwrap_or((Phase::A, 0.0, s.pickup.0));
        let rest = Finding::at_rest(difference, threshold, "A", Some(phase));
        if open_transformer {
            self.passes = 0;
            return rest.block(Block::CurrentTransformer);
        }
        let beyond = threshold > 0.0 && difference > threshold;
        self.passes = if beyond { (self.passes + 1).min(CONSECUTIVE) } else { 0 };
        Finding {
            started: beyond,
            operating: self.passes >= CONSECUTIVE,
            progress: f64::from(self.passes) / f64::from(CONSECUTIVE),
            ..rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    fn settings() -> DifferentialSettings {
        DifferentialSettings {
            enabled: true,
            pickup: Amperes(20.0),
            slope: Percent(25.0),
            knee: Amperes(300.0),
            slope_beyond: Percent(60.0),
            unrestrained: Amperes(1000.0),
        }
    }

    fn operates(near: f64, far: f64, open_transformer: bool) -> Option<f64> {
        let (mut element, mut bench) = (Differential::default(), Bench::at_60_hz());
        bench.context = Context { remote_current: Some(balanced(far).current), ..Context::default() };
        bench.until(0.5, |_, view| element.pass(&settings(), open_transformer, &view.of(&balanced(near))).operating)
    }

    #[test]
    fn an_internal_fault_operates_in_the_second_pass() {
        let at = operates(500.0, 0.0, false).unwrap();
        assert!(at < 0.0011, "{at}");
        assert_eq!(operates(500.0, 0.0, true), None, "blocked by an open transformer");
    }

    #[test]
    fn an_external_fault_with_twenty_percent_error_does_not() {
        // Idiff 100 A, Irest 450 A, threshold 25 % of 300 A + 60 % of 150 A = 165 A.
        assert_eq!(operates(500.0, -400.0, false), None);
        assert_eq!(settings().threshold(Amperes(450.0)), Amperes(165.0));
    }
}
