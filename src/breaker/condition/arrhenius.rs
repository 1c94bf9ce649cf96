//! Ageing by heat: insulation, grease and electrolytic capacitors, each at its own temperature.

use crate::units::{Celsius, Seconds};
use serde::{Deserialize, Serialize};

/// Activation energy over the constant of Boltzmann, K: 0.8 eV, between insulation (1.1) and grease (0.7). Around 75 °C
/// this is the rule that ten kelvin more halve the life.
const ACTIVATION_K: f64 = 0.8 / 8.617_333e-5;
/// Temperature to which the life refers: 75 °C.
const REFERENCE_K: f64 = 348.15;
/// Life at that temperature: 15 years.
const LIFE_S: f64 = 15.0 * 8766.0 * 3600.0;

/// Share of life used, 1 = all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ageing {
    /// At the temperature of the hottest pole.
    pub insulation: f64,
    /// At the mean of pole and air.
    pub grease: f64,
    /// At the temperature of the trip unit.
    pub electronics: f64,
}

impl Ageing {
    /// Time passes at these temperatures.
    pub(super) fn pass(&mut self, pole: Celsius, air: Celsius, unit: Celsius, elapsed: Seconds) {
        let used = |at: Celsius| acceleration(at) * elapsed.0 / LIFE_S;
        self.insulation += used(pole);
        self.grease += used(Celsius(f64::midpoint(pole.0, air.0)));
        self.electronics += used(unit);
    }

    /// The part that is nearest to its end, and how much of its life is used.
    #[must_use]
    pub fn worst(&self) -> (&'static str, f64) {
        [("insulation", self.insulation), ("grease", self.grease), ("electronics", self.electronics)]
            .into_iter()
            .fold(("insulation", 0.0), |worst, part| if part.1 > worst.1 { part } else { worst })
    }
}

/// How many times faster than at the reference things age.
fn acceleration(at: Celsius) -> f64 {
    (ACTIVATION_K * (1.0 / REFERENCE_K - 1.0 / (at.0 + 273.15))).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// exp(9283.6 (1/348.15 - 1/T)): 1 at 75 °C, 2.105 at 85 °C, 0.0114 at 25 °C.
    #[test]
    fn the_factor_is_that_of_arrhenius() {
        for (celsius, factor) in [(75.0, 1.0), (85.0, 2.105), (65.0, 0.4545), (25.0, 0.01143)] {
            let got = acceleration(Celsius(celsius));
            assert!((got / factor - 1.0).abs() < 0.005, "{celsius}: {got}");
        }
    }

    #[test]
    fn fifteen_years_at_the_reference_are_a_life() {
        let mut ageing = Ageing::default();
        for _ in 0..15 {
            ageing.pass(Celsius(75.0), Celsius(25.0), Celsius(40.0), Seconds(8766.0 * 3600.0));
        }
        assert!((ageing.insulation - 1.0).abs() < 1e-9, "{ageing:?}");
        assert_eq!(ageing.worst().0, "insulation");
        assert!(ageing.grease < 0.3 && ageing.electronics < 0.1, "{ageing:?}");
    }
}
