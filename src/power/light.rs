//! Light at the arc sensor.

use super::fault::Fault;

/// Time constant with which an arc reaches its brightness: 98 % within 1 ms.
const RISE_S: f64 = 0.25e-3;
/// Brightness of a small arc in the compartment, lx.
const FAINT: f64 = 10_000.0;
/// Brightness at full short-circuit current, lx.
const BRIGHT: f64 = 50_000.0;
/// Current at which the arc is as bright as it gets, A.
const FULL_CURRENT: f64 = 25_000.0;
/// Below this no arc burns at 480 V, A.
const ARC_NEEDS: f64 = 50.0;

/// One arc sensor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Light {
    share: f64,
    arc: f64,
    now: f64,
    /// Light from elsewhere, lx.
    pub(crate) outside: f64,
}

impl Light {
    pub(crate) fn new(rate: f64) -> Self {
        Self { share: 1.0 - (-1.0 / (RISE_S * rate)).exp(), arc: 0.0, now: 0.0, outside: 0.0 }
    }

    /// An arc burns while its conductors carry current.
    pub(crate) fn burn(&mut self, fault: Option<&Fault>, rms: [f64; 3]) {
        self.arc = fault.filter(|f| f.arc).map_or(0.0, |f| {
            let carried = f.phases.iter().zip(rms).filter(|(joined, _)| **joined).map(|(_, i)| i).fold(0.0, f64::max);
            if carried < ARC_NEEDS { 0.0 } else { FAINT + (BRIGHT - FAINT) * (carried / FULL_CURRENT).min(1.0) }
        });
    }

    /// Neither grows nor fades.
    pub(crate) fn is_steady(&self) -> bool {
        self.now == self.arc
    }

    /// Now, lx.
    pub(crate) fn level(&self) -> f64 {
        self.now.max(self.outside)
    }

    #[inline]
    pub(crate) fn advance(&mut self) -> f64 {
        if self.now != self.arc {
            self.now += (self.arc - self.now) * self.share;
            if (self.arc - self.now).abs() < 1.0 {
                self.now = self.arc;
            }
        }
        self.level()
    }
}
