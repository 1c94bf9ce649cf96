//! Demand: what a load takes in the mean of a quarter of an hour, by block and by the lag of a thermal meter.

use crate::units::Watts;

/// Length of a block.
const BLOCK_S: f64 = 900.0;

/// Demand of active power.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demand {
    sum: f64,
    elapsed: f64,
    block: Option<Watts>,
    thermal: f64,
    greatest: Watts,
}

impl Demand {
    /// Takes the power of a window of this many seconds.
    pub(super) fn push(&mut self, power: Watts, seconds: f64) {
        // 90 percent of a step after the length of a block, as thermal meters have it.
        let share = 1.0 - (-seconds * std::f64::consts::LN_10 / BLOCK_S).exp();
        self.thermal += (power.0 - self.thermal) * share;
        self.sum += power.0 * seconds;
        self.elapsed += seconds;
        if self.elapsed >= BLOCK_S - 1e-6 {
            let block = Watts(self.sum / self.elapsed);
            self.block = Some(block);
            self.greatest = self.greatest.max(block);
            (self.sum, self.elapsed) = (0.0, 0.0);
        }
    }

    /// Of the last complete block.
    #[must_use]
    pub const fn block(&self) -> Option<Watts> {
        self.block
    }

    /// By the thermal lag, now.
    #[must_use]
    pub const fn thermal(&self) -> Watts {
        Watts(self.thermal)
    }

    /// Greatest block so far; nothing before the first.
    #[must_use]
    pub const fn greatest(&self) -> Watts {
        self.greatest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_a_mean_and_the_thermal_demand_is_at_90_percent_after_its_length() {
        let mut demand = Demand::default();
        for n in 0..4500 {
            assert_eq!(demand.block(), None);
            demand.push(Watts(if n < 2250 { 40_000.0 } else { 20_000.0 }), 0.2);
        }
        assert!((demand.block().unwrap().0 - 30_000.0).abs() < 1e-6);
        let mut step = Demand::default();
        for _ in 0..4500 {
            step.push(Watts(10_000.0), 0.2);
        }
        assert!((step.thermal().0 - 9_000.0).abs() < 1e-6, "{:?}", step.thermal());
        for _ in 0..4500 {
            step.push(Watts::ZERO, 0.2);
        }
        assert_eq!(step.block(), Some(Watts::ZERO));
        assert!((step.greatest().0 - 10_000.0).abs() < 1e-6, "{:?}", step.greatest());
    }

    #[test]
    fn the_thermal_demand_follows_step_by_step() {
        let mut demand = Demand::default();
        // Half of the length of a block: 1 less the root of a tenth.
        demand.push(Watts(10_000.0), 450.0);
        assert!((demand.thermal().0 - 10_000.0 * (1.0 - 0.1f64.sqrt())).abs() < 1e-6, "{:?}", demand.thermal());
    }
}
