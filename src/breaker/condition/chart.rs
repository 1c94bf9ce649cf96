//! Control charts for small shifts: exponentially weighted moving average (EWMA) and cumulative sum (CUSUM) of the
//! standardised deviation from a baseline that was learnt first.
//!
//! The limits give a false alarm every 370 (EWMA) and 465 samples (CUSUM) in the mean where nothing has changed, and find
//! a shift of one standard deviation after ten (Lucas and Saccucci 1990; Montgomery, Statistical Quality Control).

use serde::{Deserialize, Serialize};

/// Samples from which mean and spread are learnt.
pub(super) const BASELINE: u32 = 200;
/// Weight of the newest sample.
const LAMBDA: f64 = 0.2;
/// Limit of the EWMA in its own standard deviations.
const LIMIT: f64 = 2.86;
/// Half of the shift that CUSUM is made for, and its limit, in standard deviations.
const SLACK: f64 = 0.5;
const DECISION: f64 = 5.0;

/// A chart of one quantity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    count: u32,
    mean: f64,
    /// Sum of squared deviations of the baseline.
    squares: f64,
    /// The spread is taken as at least this.
    floor: f64,
    ewma: f64,
    high: f64,
    low: f64,
}

impl Chart {
    /// Empty; a spread under `floor` is not believed (the resolution of the measurement).
    pub fn new(floor: f64) -> Self {
        Self { floor, ..Self::default() }
    }

    /// Samples of the baseline that are there.
    pub fn learnt(&self) -> u32 {
        self.count.min(BASELINE)
    }

    /// Takes a sample. True while one of the charts is beyond its limit; never before the baseline is complete.
    pub fn push(&mut self, value: f64) -> bool {
        if !value.is_finite() {
            return self.alarm();
        }
        if self.count < BASELINE {
            self.count += 1;
            let off = value - self.mean;
            self.mean += off / f64::from(self.count);
            self.squares += off * (value - self.mean);
            return false;
        }
        let z = (value - self.mean) / self.spread();
        self.ewma += LAMBDA * (z - self.ewma);
        self.high = (self.high + z - SLACK).max(0.0);
        self.low = (self.low - z - SLACK).max(0.0);
        self.alarm()
    }

    /// One of the charts is beyond its limit.
    pub fn alarm(&self) -> bool {
        self.ewma.abs() > LIMIT * (LAMBDA / (2.0 - LAMBDA)).sqrt() || self.high > DECISION || self.low > DECISION
    }

    /// Mean of the baseline, and its spread.
    pub fn baseline(&self) -> (f64, f64) {
        (self.mean, self.spread())
    }

    /// The smoothed deviation in standard deviations.
    pub fn deviation(&self) -> f64 {
        self.ewma
    }

    fn spread(&self) -> f64 {
        let n = f64::from(self.count.max(2));
        (self.squares / (n - 1.0)).sqrt().max(self.floor).max(f64::MIN_POSITIVE)
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Dice;
    use super::*;

    /// Mean number of samples to the alarm under a shift of so many standard deviations; baseline known exactly.
    fn run_length(shift: f64, runs: u32, chart: fn(&Chart) -> bool) -> f64 {
        let mut dice = Dice::new(7);
        let mut total = 0.0;
        for _ in 0..runs {
            let mut c = Chart { count: BASELINE, squares: f64::from(BASELINE - 1), floor: 0.0, ..Chart::default() };
            let mut n = 0.0;
            loop {
                n += 1.0;
                c.push(shift + dice.normal());
                if chart(&c) {
                    break;
                }
            }
            total += n;
        }
        total / f64::from(runs)
    }

    fn ewma(c: &Chart) -> bool {
        c.ewma.abs() > LIMIT * (LAMBDA / (2.0 - LAMBDA)).sqrt()
    }

    fn cusum(c: &Chart) -> bool {
        c.high > DECISION || c.low > DECISION
    }

    /// Published: EWMA 0.2/2.86 has 370 and 9.7 (Lucas and Saccucci), CUSUM 0.5/5 has 465, 38.0, 10.4 and 4.01
    /// (Montgomery, table of two-sided run lengths). Tolerance: four standard errors of the simulation.
    #[test]
    fn run_lengths_are_the_published_ones() {
        type Side = fn(&Chart) -> bool;
        let rows: [(&str, Side, f64, f64, f64); 6] = [
            ("EWMA", ewma, 0.0, 370.0, 0.13),
            ("EWMA", ewma, 1.0, 9.7, 0.06),
            ("CUSUM", cusum, 0.0, 465.0, 0.13),
            ("CUSUM", cusum, 0.5, 38.0, 0.10),
            ("CUSUM", cusum, 1.0, 10.4, 0.06),
            ("CUSUM", cusum, 2.0, 4.01, 0.05),
        ];
        for (name, chart, shift, published, tolerance) in rows {
            let got = run_length(shift, 1000, chart);
            assert!((got / published - 1.0).abs() < tolerance, "{name} at {shift} sigma: {got}, published {published}");
        }
    }

    #[test]
    fn a_baseline_is_learnt_before_anything_is_judged() {
        let mut chart = Chart::new(0.001);
        for n in 0..BASELINE {
            assert!(!chart.push(if n % 2 == 0 { 1.0 } else { 3.0 }));
        }
        let (mean, spread) = chart.baseline();
        // 200 values, half 1 and half 3: mean 2, spread sqrt(200/199).
        assert!((mean - 2.0).abs() < 1e-12 && (spread - (200.0f64 / 199.0).sqrt()).abs() < 1e-12);
        assert!(!chart.push(2.0));
        assert!((0..6).any(|_| chart.push(4.5)), "2.5 spreads away");
        assert!(!chart.push(f64::NAN) || chart.alarm(), "what is no number changes nothing");
    }
}
