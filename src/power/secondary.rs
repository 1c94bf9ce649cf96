//! Secondary injection: a test set in place of the current transformers.

use super::PowerError;
use super::rotor::Rotor;
use super::wave::{Component, LANES, Lanes, VOLTAGE, Wave, ZERO_SEQUENCE};
use crate::units::{Amperes, Hertz, Phases, Volts};
use num_complex::Complex64;
use std::f64::consts::{SQRT_2, TAU};

/// Currents of a test set, in primary amperes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecondaryInjection {
    /// RMS magnitude a phase.
    pub current: Phases<Amperes>,
    /// Angle a phase in degrees, against the phase-A voltage of the source.
    pub angle_deg: Phases<f64>,
    /// Frequency; that of the source when absent.
    pub frequency: Option<Hertz>,
    /// RMS current through the zero-sequence transformer, in phase with the phase-A voltage; what leaks when absent.
    pub ground: Option<Amperes>,
    /// X/R of a decaying offset that keeps the current continuous at the change; none when absent.
    pub offset_x_over_r: Option<f64>,
}

impl SecondaryInjection {
    /// Three equal currents at 120 degrees, phase A at `angle_deg` against its voltage.
    pub fn balanced(current: Amperes, angle_deg: f64) -> Self {
        Self {
            current: Phases::splat(current),
            angle_deg: Phases::new(angle_deg, angle_deg - 120.0, angle_deg + 120.0),
            frequency: None,
            ground: None,
            offset_x_over_r: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), PowerError> {
        for current in self.current.iter().chain(&self.ground) {
            if !(0.0..=200_000.0).contains(&current.0) {
                return Err(PowerError::Current(current.0));
            }
        }
        for angle in &self.angle_deg {
            if !angle.is_finite() {
                return Err(PowerError::Angle(*angle));
            }
        }
        if let Some(f) = self.frequency
            && !(10.0..=400.0).contains(&f.0)
        {
            return Err(PowerError::Frequency(f.0));
        }
        match self.offset_x_over_r {
            Some(x) if !(0.0..=1000.0).contains(&x) => Err(PowerError::XOverR(x)),
            _ => Ok(()),
        }
    }
}

/// Voltages of a test set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecondaryVoltage {
    /// RMS magnitude a phase against neutral.
    pub voltage: Phases<Volts>,
    /// Angle a phase in degrees, against the phase-A voltage of the source.
    pub angle_deg: Phases<f64>,
    /// Frequency; that of the source when absent.
    pub frequency: Option<Hertz>,
}

impl SecondaryVoltage {
    pub(crate) fn check(&self) -> Result<(), PowerError> {
        if let Some(voltage) = self.voltage.iter().find(|v| !(0.0..=10_000.0).contains(&v.0)) {
            return Err(PowerError::Voltage(voltage.0));
        }
        if let Some(angle) = self.angle_deg.iter().find(|a| !a.is_finite()) {
            return Err(PowerError::Angle(*angle));
        }
        match self.frequency {
            Some(f) if !(10.0..=400.0).contains(&f.0) => Err(PowerError::Frequency(f.0)),
            _ => Ok(()),
        }
    }
}

/// The test set at work.
#[derive(Clone, Debug)]
pub(crate) struct TestSet {
    wave: Wave,
    /// Its own oscillator, unless it follows the source.
    own: Option<Rotor>,
    /// It feeds the zero-sequence transformer as well.
    pub(crate) feeds_ground: bool,
}

impl TestSet {
    pub(crate) fn new() -> Self {
        Self { wave: Wave::dead(), own: None, feeds_ground: false }
    }

    /// Sets other currents at this sample. `before` is what the sensors saw until now.
    pub(crate) fn set(
        &mut self,
        injection: &SecondaryInjection,
        source: &Rotor,
        rate: f64,
        rated_frequency: f64,
        before: [f64; 3],
    ) {
        self.own = injection.frequency.map(|f| {
            let mut own = *source;
            own.set_frequency(f.0, rate);
            own
        });
        let mut phasors = [Complex64::ZERO; LANES];
        let magnitudes = injection.current.to_array();
        for (k, angle) in injection.angle_deg.to_array().into_iter().enumerate() {
            phasors[k] = Complex64::from_polar(magnitudes[k].0 * SQRT_2, angle.to_radians());
        }
        self.feeds_ground = injection.ground.is_some();
        phasors[ZERO_SEQUENCE] = Complex64::from(injection.ground.unwrap_or_default().0 * SQRT_2);
        let tau = injection.offset_x_over_r.map_or(0.0, |x| x / (TAU * rated_frequency) * rate);
        let rotor = *self.own.as_ref().unwrap_or(source);
        self.wave.hold(before);
        self.wave.change(&rotor, Component::new(1, phasors), Vec::new(), [true, true, true, false], tau, true);
    }

    /// Sets voltages at this sample; they jump.
    pub(crate) fn set_voltage(&mut self, injection: &SecondaryVoltage, source: &Rotor, rate: f64) {
        self.own = injection.frequency.map(|f| {
            let mut own = *source;
            own.set_frequency(f.0, rate);
            own
        });
        let mut phasors = [Complex64::ZERO; LANES];
        let magnitudes = injection.voltage.to_array();
        for (k, angle) in injection.angle_deg.to_array().into_iter().enumerate() {
            phasors[VOLTAGE + k] = Complex64::from_polar(magnitudes[k].0 * SQRT_2, angle.to_radians());
        }
        let rotor = *self.own.as_ref().unwrap_or(source);
        self.wave.change(&rotor, Component::new(1, phasors), Vec::new(), [false; 4], 0.0, false);
    }

    pub(crate) fn advance(&mut self) {
        self.wave.advance();
        if let Some(own) = &mut self.own {
            own.advance();
        }
    }

    /// It follows the source, and no offset stands.
    pub(crate) fn repeats_itself(&self) -> bool {
        self.own.is_none() && !self.wave.offset_stands()
    }

    /// So many samples later, while it [repeats itself](Self::repeats_itself).
    pub(crate) fn skip(&mut self, samples: usize) {
        self.wave.skip(samples);
    }

    /// What it feeds in now that the source points there.
    pub(crate) fn value(&self, source: Complex64) -> Lanes {
        self.wave.value(self.own.as_ref().map_or(source, |own| own.now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_set_has_a_range() {
        let good = SecondaryInjection::balanced(Amperes(5.0), 0.0);
        let voltage =
            SecondaryVoltage { voltage: Phases::splat(Volts(277.0)), angle_deg: Phases::splat(0.0), frequency: None };
        for hertz in [10.0, 50.0, 400.0] {
            let frequency = Some(Hertz(hertz));
            assert_eq!(SecondaryInjection { frequency, ..good }.check(), Ok(()));
            assert_eq!(SecondaryVoltage { frequency, ..voltage }.check(), Ok(()));
        }
        for hertz in [9.9, 400.1, f64::NAN] {
            let frequency = Some(Hertz(hertz));
            assert!(matches!(SecondaryInjection { frequency, ..good }.check(), Err(PowerError::Frequency(_))));
            assert!(matches!(SecondaryVoltage { frequency, ..voltage }.check(), Err(PowerError::Frequency(_))));
        }
        for (x_over_r, fits) in [(0.0, true), (1000.0, true), (1000.1, false), (-0.1, false), (f64::NAN, false)] {
            let got = SecondaryInjection { offset_x_over_r: Some(x_over_r), ..good }.check();
            assert_eq!(matches!(got, Err(PowerError::XOverR(_))), !fits, "{x_over_r}");
            assert_eq!(got.is_ok(), fits, "{x_over_r}");
        }
    }
}
