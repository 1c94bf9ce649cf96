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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::power::Fault;

    fn brightness(rms: [f64; 3], fault: Fault) -> f64 {
        let mut light = Light::new(7680.0);
        light.burn(Some(&fault), rms);
        (0..7680).fold(0.0, |_, _| light.advance())
    }

    #[test]
    fn an_arc_is_as_bright_as_its_current_and_dark_below_what_it_needs() {
        let arc = Fault { arc: true, ..Fault::LINE_LINE };
        // 10,000 lx and 40,000 more at 25 kA: half of that at 12.5 kA.
        assert_eq!(brightness([0.0, 12_500.0, 12_400.0], arc), 30_000.0);
        assert_eq!(brightness([0.0, 60_000.0, 60_000.0], arc), 50_000.0);
        assert_eq!(brightness([0.0, 49.0, 49.0], arc), 0.0);
        assert_eq!(brightness([9000.0, 0.0, 0.0], arc), 0.0, "phase A is not in it");
        assert_eq!(brightness([0.0, 12_500.0, 12_500.0], Fault::LINE_LINE), 0.0, "bolted");
    }

    #[test]
    fn light_from_elsewhere_counts_where_it_is_brighter() {
        let mut light = Light::new(7680.0);
        light.outside = 12_000.0;
        assert_eq!(light.advance(), 12_000.0);
        light.burn(Some(&Fault { arc: true, ..Fault::THREE_PHASE }), [25_000.0; 3]);
        // 1 - exp(-4) after four time constants of 0.25 ms: 98.2 % of 50,000 lx within 1 ms.
        let after = (0..7).fold(0.0, |_, _| light.advance());
        assert!((0.97..0.99).contains(&(after / 50_000.0)), "{after}");
    }

    #[test]
    fn an_arc_burns_from_fifty_amperes_on() {
        let arc = Fault { arc: true, ..Fault::LINE_LINE };
        // 10,000 lx and 40,000 times 50 of 25,000 A.
        assert_eq!(brightness([0.0, 50.0, 50.0], arc), 10_080.0);
    }

    #[test]
    fn it_is_steady_once_it_is_as_bright_as_its_arc() {
        let mut light = Light::new(7680.0);
        assert!(light.is_steady());
        light.burn(Some(&Fault { arc: true, ..Fault::THREE_PHASE }), [25_000.0; 3]);
        assert!(!light.is_steady());
        for _ in 0..100 {
            light.advance();
        }
        assert!(light.is_steady());
        light.burn(None, [0.0; 3]);
        assert!(!light.is_steady());
    }
}
