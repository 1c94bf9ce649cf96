//! How far a unit is off its settings: `ideal`, `typical` or `worst`.
//!
//! Makers state a band for the pickup and one for the time of each function; a unit lies somewhere in it and stays there.
//! The bands: ABB Emax 2 (S, I, G, 46: pickup 7 to 10 %, times 10 %; 27 and 59: 2 %), Eaton PXR (L: pickup 5 %), and
//! IEC 60255-151 (51: times 5 %; pickup as the relays of that class, 2 %). Other elements are exact.

use super::Settings;
use crate::units::{Amperes, Percent, Seconds};
use serde::{Deserialize, Serialize};

/// How far a unit is off its settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ToleranceModel {
    /// Not at all.
    #[default]
    Ideal = 0,
    /// As a real unit is: each function somewhere within half of its band, drawn from the number of the unit.
    Typical = 1,
    /// At the edge of every band at which it operates last: what the equipment must stand.
    Worst = 2,
}

/// Half-widths of the bands, as a share of the setting.
struct Band {
    pickup: f64,
    time: f64,
}

const LONG_TIME: Band = Band { pickup: 0.05, time: 0.10 };
const SHORT_TIME: Band = Band { pickup: 0.10, time: 0.10 };
const INSTANTANEOUS: Band = Band { pickup: 0.10, time: 0.0 };
const GROUND: Band = Band { pickup: 0.07, time: 0.10 };
const TIME_OVERCURRENT: Band = Band { pickup: 0.02, time: 0.05 };
const THERMAL: Band = Band { pickup: 0.05, time: 0.10 };
const UNBALANCE: Band = Band { pickup: 0.10, time: 0.10 };
const VOLTAGE: Band = Band { pickup: 0.02, time: 0.10 };

/// Where in its bands a unit lies, function by function.
struct Errors {
    model: ToleranceModel,
    state: u64,
}

impl Errors {
    /// From -1 (the early edge) to 1 (the late edge).
    fn next(&mut self) -> f64 {
        match self.model {
            ToleranceModel::Ideal => 0.0,
            ToleranceModel::Worst => 1.0,
            ToleranceModel::Typical => {
                // One step of SplitMix64 (Steele, Lea and Flood 2014).
                self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut z = self.state;
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                z ^= z >> 31;
                (z >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
            }
        }
    }

    /// Pickup of an over-element.
    fn over(&mut self, pickup: f64, band: &Band) -> f64 {
        pickup * (1.0 + band.pickup * self.next())
    }

    /// Pickup of an under-element: later is lower.
    fn under(&mut self, pickup: f64, band: &Band) -> f64 {
        pickup * (1.0 - band.pickup * self.next())
    }

    fn time(&mut self, delay: Seconds, band: &Band) -> Seconds {
        delay * (1.0 + band.time * self.next())
    }
}

impl ToleranceModel {
    /// All models, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::Ideal, Self::Typical, Self::Worst];

    /// What this unit makes of its settings. The same number gives the same unit.
    #[must_use]
    pub fn apply(self, settings: &Settings, unit: u64) -> Settings {
        let mut s = *settings;
        if self == Self::Ideal {
            return s;
        }
        let mut e = Errors { model: self, state: unit };
        s.long_time.pickup = Amperes(e.over(s.long_time.pickup.0, &LONG_TIME));
        s.long_time.delay = e.time(s.long_time.delay, &LONG_TIME);
        s.short_time.pickup = Amperes(e.over(s.short_time.pickup.0, &SHORT_TIME));
        s.short_time.delay = e.time(s.short_time.delay, &SHORT_TIME);
        s.instantaneous.pickup = Amperes(e.over(s.instantaneous.pickup.0, &INSTANTANEOUS));
        s.maintenance_mode.pickup = Amperes(e.over(s.maintenance_mode.pickup.0, &INSTANTANEOUS));
        s.making_current.pickup = Amperes(e.over(s.making_current.pickup.0, &INSTANTANEOUS));
        s.ground_fault.pickup = Amperes(e.over(s.ground_fault.pickup.0, &GROUND));
        s.ground_fault.delay = e.time(s.ground_fault.delay, &GROUND);
        s.time_overcurrent.pickup = Amperes(e.over(s.time_overcurrent.pickup.0, &TIME_OVERCURRENT));
        let off = 1.0 + TIME_OVERCURRENT.time * e.next();
        s.time_overcurrent.delay = s.time_overcurrent.delay * off;
        s.time_overcurrent.time_multiplier *= off;
        s.thermal_image.pickup = Amperes(e.over(s.thermal_image.pickup.0, &THERMAL));
        s.thermal_image.delay = e.time(s.thermal_image.delay, &THERMAL);
        s.negative_sequence.pickup = Percent(e.over(s.negative_sequence.pickup.0, &UNBALANCE));
        s.negative_sequence.delay = e.time(s.negative_sequence.delay, &UNBALANCE);
        s.undervoltage.pickup = Percent(e.under(s.undervoltage.pickup.0, &VOLTAGE));
        s.undervoltage.delay = e.time(s.undervoltage.delay, &VOLTAGE);
        s.overvoltage.pickup = Percent(e.over(s.overvoltage.pickup.0, &VOLTAGE));
        s.overvoltage.delay = e.time(s.overvoltage.delay, &VOLTAGE);
        s
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protection::{InstantaneousSettings, LongTimeSettings, UndervoltageSettings};

    fn settings() -> Settings {
        Settings {
            long_time: LongTimeSettings { pickup: Amperes(100.0), delay: Seconds(12.0), ..LongTimeSettings::default() },
            instantaneous: InstantaneousSettings { enabled: true, pickup: Amperes(1000.0) },
            undervoltage: UndervoltageSettings { pickup: Percent(90.0), ..UndervoltageSettings::default() },
            ..Settings::default()
        }
    }

    #[test]
    fn an_ideal_unit_is_what_is_set() {
        assert_eq!(ToleranceModel::Ideal.apply(&settings(), 7), settings());
    }

    #[test]
    fn the_worst_unit_operates_last() {
        let worst = ToleranceModel::Worst.apply(&settings(), 7);
        assert!((worst.long_time.pickup.0 - 105.0).abs() < 1e-9, "L 5 %");
        assert!((worst.long_time.delay.0 - 13.2).abs() < 1e-9, "10 %");
        assert!((worst.instantaneous.pickup.0 - 1100.0).abs() < 1e-9, "I 10 %");
        assert!((worst.undervoltage.pickup.0 - 88.2).abs() < 1e-9, "27 lower by 2 %");
    }

    #[test]
    fn typical_units_differ_and_stay_themselves_within_half_of_the_band() {
        let of = |unit| ToleranceModel::Typical.apply(&settings(), unit).instantaneous.pickup.0;
        assert_eq!(of(3), of(3));
        assert_ne!(of(3), of(4));
        let all: Vec<f64> = (0..1000).map(of).collect();
        assert!(all.iter().all(|p| (950.0..=1050.0).contains(p)));
        assert!(all.iter().any(|p| *p < 960.0) && all.iter().any(|p| *p > 1040.0));
    }
}
