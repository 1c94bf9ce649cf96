//! The ITI (CBEMA) curve: which voltage for how long a power supply rides through (ITI, application note of 2000).

use crate::units::{Percent, Seconds};
use serde::{Deserialize, Serialize};

/// Upper limit: from this duration on (s) the voltage may be this share of nominal (%). Straight lines over the logarithm
/// of the duration between points; two points of one duration are a step.
pub const ITIC_UPPER: [(f64, f64); 7] =
    [(0.000_17, 500.0), (0.001, 200.0), (0.003, 140.0), (0.003, 120.0), (0.5, 120.0), (0.5, 110.0), (1e9, 110.0)];

/// Lower limit, likewise.
pub const ITIC_LOWER: [(f64, f64); 8] =
    [(0.000_17, 0.0), (0.02, 0.0), (0.02, 70.0), (0.5, 70.0), (0.5, 80.0), (10.0, 80.0), (10.0, 90.0), (1e9, 90.0)];

/// Where an event lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum IticRegion {
    /// Between the limits: equipment goes on.
    NoInterruption,
    /// Above the upper limit: equipment may be damaged.
    Prohibited,
    /// Below the lower limit: equipment may stop, undamaged.
    NoDamage,
}

impl IticRegion {
    /// Of a voltage in percent of nominal that stood for so long.
    pub fn of(duration: Seconds, voltage: Percent) -> Self {
        if voltage.0 > limit(&ITIC_UPPER, duration.0) {
            Self::Prohibited
        } else if voltage.0 < limit(&ITIC_LOWER, duration.0) {
            Self::NoDamage
        } else {
            Self::NoInterruption
        }
    }
}

/// The limit at a duration. At a step the side of the shorter duration counts.
fn limit(curve: &[(f64, f64)], duration: f64) -> f64 {
    let first = curve[0];
    if duration <= first.0 {
        return first.1;
    }
    for pair in curve.windows(2) {
        let ((t0, v0), (t1, v1)) = (pair[0], pair[1]);
        if duration <= t1 && t1 > t0 {
            return v0 + (v1 - v0) * (duration / t0).ln() / (t1 / t0).ln();
        }
    }
    curve[curve.len() - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_either_side_of_the_published_curve() {
        use IticRegion::{NoDamage, NoInterruption, Prohibited};
        for (seconds, percent, region) in [
            (0.019, 0.0, NoInterruption),
            (0.021, 0.0, NoDamage),
            (0.3, 71.0, NoInterruption),
            (0.3, 69.0, NoDamage),
            (1.0, 79.0, NoDamage),
            (1.0, 81.0, NoInterruption),
            (20.0, 89.0, NoDamage),
            (0.1, 119.0, NoInterruption),
            (0.1, 121.0, Prohibited),
            (2.0, 111.0, Prohibited),
            (0.001, 199.0, NoInterruption),
            (0.001, 201.0, Prohibited),
            (0.002, 180.0, Prohibited),
            (3600.0, 100.0, NoInterruption),
        ] {
            assert_eq!(IticRegion::of(Seconds(seconds), Percent(percent)), region, "{percent} % for {seconds} s");
        }
    }

    #[test]
    fn between_its_points_the_limit_is_a_line_over_the_logarithm_of_the_duration() {
        // 200 % at 1 ms, 140 % at 3 ms: at 2 ms 200 - 60 ln 2 / ln 3 = 162.1 %.
        assert!((limit(&ITIC_UPPER, 0.002) - 162.14).abs() < 0.01);
        assert_eq!(limit(&ITIC_UPPER, 0.000_1), 500.0);
        assert_eq!(limit(&ITIC_LOWER, 0.02), 0.0, "at a step the shorter duration counts");
        assert_eq!(limit(&ITIC_LOWER, 2e9), 90.0);
    }

    #[test]
    fn a_voltage_on_the_limit_is_within() {
        for (seconds, percent) in [(0.1, 120.0), (2.0, 110.0), (1.0, 80.0), (0.3, 70.0)] {
            let region = IticRegion::of(Seconds(seconds), Percent(percent));
            assert_eq!(region, IticRegion::NoInterruption, "{percent} % for {seconds} s");
        }
    }
}
