//! How long until a quantity reaches its limit: a trend of first and of second order by recursive least squares, and of
//! both the earlier end.
//!
//! A straight line through an accelerating wear promises too much, a parabola through a straight one swings; the bound
//! that is published is the lesser, with the 90 % interval of its own spread, and nothing while no trend can be told from
//! chance. It never gates a protection function.

use serde::{Deserialize, Serialize};

/// One-sided 95 %: what a slope must exceed its standard error by, and half of a 90 % interval.
const NORMAL_95: f64 = 1.645;
/// Samples before anything is said.
const LEAST_SAMPLES: u32 = 20;
/// Ends beyond this many times the time observed are no statement.
const FARTHEST: f64 = 20.0;
/// Share of the way to the limit under which nothing is said: the beginning of every wear looks like a line.
const LEAST_WAY: f64 = 0.15;
/// Variance of the parameters before the first sample.
const IGNORANCE: f64 = 1e8;

/// Recursive least squares of an order up to two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Fit {
    order: usize,
    theta: [f64; 3],
    covariance: [[f64; 3]; 3],
    residuals: f64,
    count: u32,
}

impl Fit {
    fn new(order: usize) -> Self {
        let mut covariance = [[0.0; 3]; 3];
        for (k, row) in covariance.iter_mut().enumerate().take(order + 1) {
            row[k] = IGNORANCE;
        }
        Self { order, theta: [0.0; 3], covariance, residuals: 0.0, count: 0 }
    }

    fn regressor(&self, t: f64) -> [f64; 3] {
        [1.0, if self.order >= 1 { t } else { 0.0 }, if self.order >= 2 { t * t } else { 0.0 }]
    }

    fn push(&mut self, t: f64, y: f64) {
        let phi = self.regressor(t);
        let p_phi = self.covariance.map(|row| dot(&row, &phi));
        let scale = 1.0 + dot(&phi, &p_phi);
        let error = y - dot(&phi, &self.theta);
        for (theta, gain) in self.theta.iter_mut().zip(p_phi) {
            *theta += gain / scale * error;
        }
        for (row, gain) in self.covariance.iter_mut().zip(p_phi) {
            for (cell, other) in row.iter_mut().zip(p_phi) {
                *cell -= gain * other / scale;
            }
        }
        self.count += 1;
        self.residuals += error * error / scale;
    }

    /// Variance of the noise by the residuals.
    fn noise(&self) -> f64 {
        let free = f64::from(self.count) - self.order as f64 - 1.0;
        if free >= 1.0 { self.residuals / free } else { f64::INFINITY }
    }

    fn value(&self, t: f64) -> f64 {
        dot(&self.regressor(t), &self.theta)
    }

    fn slope(&self, t: f64) -> (f64, f64) {
        let derivative = [0.0, 1.0, if self.order >= 2 { 2.0 * t } else { 0.0 }];
        let variance = dot(&derivative, &self.covariance.map(|row| dot(&row, &derivative))) * self.noise();
        (dot(&derivative, &self.theta), variance.max(0.0).sqrt())
    }

    /// When the limit is reached after `now`, at the earliest, as it seems, and at the latest.
    fn end(&self, now: f64, limit: f64) -> Option<Bound> {
        let (slope, error) = self.slope(now);
        if self.count < LEAST_SAMPLES || !(slope > 0.0 && slope > NORMAL_95 * error) {
            return None;
        }
        let farthest = now * FARTHEST;
        let crossing = |sign: f64| {
            let above = |t: f64| {
                let phi = self.regressor(t);
                let spread = (dot(&phi, &self.covariance.map(|row| dot(&row, &phi))) * self.noise()).max(0.0).sqrt();
                self.value(t) + sign * NORMAL_95 * spread >= limit
            };
            first_true(now, farthest, above)
        };
        let likely = crossing(0.0)?;
        Some(Bound {
            earliest: crossing(1.0).unwrap_or(likely) - now,
            likely: likely - now,
            latest: crossing(-1.0).map(|t| t - now),
        })
    }
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Steps in which a crossing is looked for.
const STEPS: u32 = 400;

/// The first time from `from` at which something holds: steps, then halves.
fn first_true(from: f64, to: f64, holds: impl Fn(f64) -> bool) -> Option<f64> {
    if holds(from) {
        return Some(from);
    }
    let at = |n: u32| from + (to - from) * f64::from(n) / f64::from(STEPS);
    let found = (1..=STEPS).find(|n| holds(at(*n)))?;
    let (mut low, mut high) = (at(found - 1), at(found));
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// Time that is left, in the unit of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Lower end of the 90 % interval.
    pub earliest: f64,
    /// By the trend.
    pub likely: f64,
    /// Upper end; none when it lies beyond what can be said.
    pub latest: Option<f64>,
}

/// The trend of one quantity towards a limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remaining {
    limit: f64,
    /// Times are counted in this, so that their squares stay near 1.
    unit: f64,
    line: Fit,
    parabola: Fit,
    began: f64,
    now: f64,
}

impl Remaining {
    /// Nothing known yet of a quantity that ends at `limit`; `unit` is a time in which much may change.
    #[must_use]
    pub fn until(limit: f64, unit: f64) -> Self {
        Self { limit, unit, line: Fit::new(1), parabola: Fit::new(2), began: 0.0, now: 0.0 }
    }

    /// Takes the value at a time, which must rise.
    pub fn push(&mut self, time: f64, value: f64) {
        let time = time / self.unit;
        if !(time.is_finite() && value.is_finite()) || time < self.now {
            return;
        }
        if self.line.count == 0 {
            self.began = time;
        }
        self.now = time;
        self.line.push(time, value);
        self.parabola.push(time, value);
    }

    /// The lesser of the two bounds; none: insufficient trend.
    #[must_use]
    pub fn bound(&self) -> Option<Bound> {
        let (start, value) = (self.line.value(self.began), self.line.value(self.now));
        if value - start < LEAST_WAY * (self.limit - start) {
            return None;
        }
        let line = self.line.end(self.now, self.limit)?;
        // A curvature that cannot be told from chance, or that bends away from the limit, says nothing.
        let curved =
            self.parabola.theta[2] > NORMAL_95 * (self.parabola.covariance[2][2] * self.parabola.noise()).sqrt();
        let parabola = if curved { self.parabola.end(self.now, self.limit) } else { None };
        let bound = parabola.filter(|bound| bound.likely < line.likely).unwrap_or(line);
        Some(Bound {
            earliest: bound.earliest * self.unit,
            likely: bound.likely * self.unit,
            latest: bound.latest.map(|t| t * self.unit),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Dice;
    use super::*;

    /// Weeks; 1 + t/500 reaches 2 at week 500.
    #[test]
    fn without_noise_the_end_is_where_the_line_meets_the_limit() {
        let mut trend = Remaining::until(2.0, 100.0);
        for week in 0..200 {
            trend.push(f64::from(week), 1.0 + f64::from(week) / 500.0);
        }
        let bound = trend.bound().unwrap();
        assert!((bound.likely - (500.0 - 199.0)).abs() < 1.0, "{bound:?}");
        assert!(bound.earliest <= bound.likely && bound.latest.unwrap() >= bound.likely);
    }

    /// 1 + (t/500)^2 reaches 2 at week 500; a line alone would promise far more.
    #[test]
    fn an_accelerating_wear_is_seen_as_such() {
        let mut trend = Remaining::until(2.0, 100.0);
        let mut dice = Dice::new(11);
        for week in 0..350 {
            let share = f64::from(week) / 500.0;
            trend.push(f64::from(week), 1.0 + share * share + 0.01 * dice.normal());
        }
        let bound = trend.bound().unwrap();
        assert!((bound.likely - 151.0).abs() < 30.0, "{bound:?}");
        let line = trend.line.end(trend.now, 2.0).unwrap();
        assert!(line.likely * 100.0 > 1.3 * 151.0, "the line alone says {line:?}");
    }

    #[test]
    fn noise_without_a_trend_is_insufficient() {
        let mut dice = Dice::new(5);
        let said = (0..100).filter(|_| {
            let mut trend = Remaining::until(2.0, 100.0);
            for week in 0..200 {
                trend.push(f64::from(week), 1.0 + 0.05 * dice.normal());
            }
            trend.bound().is_some()
        });
        // A one-sided test at 5 %: of a hundred, twelve would be chance of less than one in a thousand.
        assert!(said.count() < 12);
    }

    #[test]
    fn nonsense_is_not_taken() {
        let mut trend = Remaining::until(2.0, 100.0);
        trend.push(f64::NAN, 1.0);
        trend.push(1.0, f64::INFINITY);
        assert_eq!(trend, Remaining::until(2.0, 100.0));
    }
}
