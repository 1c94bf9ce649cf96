//! What a plant file says about the electrical side: source, feeders, loads.
//!
//! The defaults are one low-voltage switchboard: 480Y/277 V, 25.00 kA at X/R 4.9 (a 250 MVA primary, a 1500 kVA
//! transformer of 5.75 % at X/R 6, and the secondary run), feeders of 100 m of 1 AWG copper in steel conduit.

use super::PowerError;
use crate::units::{Amperes, Hertz, Ohms, Percent, Phases, Volts, Watts};
use num_complex::Complex64;
use serde::{Deserialize, Serialize};

/// Resistance and reactance (at the rated frequency).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impedance {
    /// Resistance.
    pub r: Ohms,
    /// Reactance at the rated frequency.
    pub x: Ohms,
}

impl Impedance {
    /// From ohms.
    pub const fn new(r: f64, x: f64) -> Self {
        Self { r: Ohms(r), x: Ohms(x) }
    }

    /// As a complex number, ohms.
    pub const fn complex(self) -> Complex64 {
        Complex64::new(self.r.0, self.x.0)
    }

    fn check(self, what: &str) -> Result<(), PowerError> {
        if self.r.0.is_finite() && self.x.0.is_finite() && self.r.0 >= 0.0 && self.x.0 >= 0.0 {
            Ok(())
        } else {
            Err(PowerError::Impedance { what: what.to_owned(), r: self.r.0, x: self.x.0 })
        }
    }
}

/// The supply: a balanced voltage behind an impedance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceSpec {
    /// Rated line-to-line voltage, RMS.
    pub voltage: Volts,
    /// Rated frequency: 50 or 60 Hz.
    pub frequency: Hertz,
    /// Positive-sequence impedance.
    pub z1: Impedance,
    /// Zero-sequence impedance.
    pub z0: Impedance,
}

impl Default for SourceSpec {
    fn default() -> Self {
        Self {
            voltage: Volts(480.0),
            frequency: Hertz(60.0),
            z1: Impedance::new(2.2166e-3, 10.861e-3),
            z0: Impedance::new(3.81e-3, 13.02e-3),
        }
    }
}

impl SourceSpec {
    /// Rated phase-to-neutral voltage, RMS.
    pub fn phase_voltage(&self) -> Volts {
        self.voltage / 3f64.sqrt()
    }

    /// The same source with this impedance between its neutral and ground: it carries the currents of all three phases.
    #[must_use]
    pub fn grounded(self, neutral: Complex64) -> Self {
        let z0 = self.z0.complex() + neutral * 3.0;
        Self { z0: Impedance::new(z0.re, z0.im), ..self }
    }

    /// Says whether a network can be built on it.
    ///
    /// # Errors
    ///
    /// When the voltage is not 50-1000 V, the frequency is neither 50 nor 60 Hz, or an impedance is negative or zero.
    pub fn validate(&self) -> Result<(), PowerError> {
        if !(50.0..=1000.0).contains(&self.voltage.0) {
            return Err(PowerError::SourceVoltage(self.voltage.0));
        }
        if self.frequency.0 != 50.0 && self.frequency.0 != 60.0 {
            return Err(PowerError::SourceFrequency(self.frequency.0));
        }
        self.z1.check("z1 of the source")?;
        // An ungrounded source is grounded by the capacitance of its cables: its reactance is negative.
        Impedance { x: Ohms(self.z0.x.0.abs()), ..self.z0 }.check("z0 of the source")?;
        if self.z1.complex().norm() < 1e-6 {
            return Err(PowerError::NoSourceImpedance);
        }
        Ok(())
    }
}

/// The cable from a feeder breaker to its load.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeederSpec {
    /// Length in metres.
    pub length_m: f64,
    /// Positive-sequence impedance of one metre.
    pub per_metre: Impedance,
    /// Zero-sequence resistance as a multiple of the positive-sequence resistance.
    pub r0_factor: f64,
    /// Zero-sequence reactance as a multiple of the positive-sequence reactance.
    pub x0_factor: f64,
}

impl Default for FeederSpec {
    fn default() -> Self {
        Self { length_m: 100.0, per_metre: Impedance::new(0.525e-3, 0.187e-3), r0_factor: 3.5, x0_factor: 3.0 }
    }
}

impl FeederSpec {
    /// Positive-sequence impedance of so many metres, ohms.
    pub fn z1(&self, metres: f64) -> Complex64 {
        self.per_metre.complex() * metres
    }

    /// Zero-sequence impedance of so many metres, ohms.
    pub fn z0(&self, metres: f64) -> Complex64 {
        let z = self.z1(metres);
        Complex64::new(z.re * self.r0_factor, z.im * self.x0_factor)
    }

    /// Says whether a network can be built on it.
    ///
    /// # Errors
    ///
    /// When the length is not 0-10,000 m, an impedance is negative, or a factor is negative.
    pub fn validate(&self) -> Result<(), PowerError> {
        if !(0.0..=10_000.0).contains(&self.length_m) {
            return Err(PowerError::FeederLength(self.length_m));
        }
        self.per_metre.check("per_metre of a feeder")?;
        for factor in [self.r0_factor, self.x0_factor] {
            if !(0.0..=100.0).contains(&factor) {
                return Err(PowerError::ZeroSequenceFactor(factor));
            }
        }
        Ok(())
    }
}

/// How a load is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wiring {
    /// Each phase to neutral.
    #[default]
    FourWire,
    /// No neutral: the three currents add up to nothing.
    ThreeWire,
}

/// A load: an impedance a phase that takes the stated current or power at the rated voltage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LoadSpec {
    /// Current a phase at rated voltage. State this or `power`.
    pub current: Option<Amperes>,
    /// Active power of the three phases at rated voltage.
    pub power: Option<Watts>,
    /// Displacement power factor, 0.05 to 1.
    pub power_factor: f64,
    /// The current leads the voltage (capacitive) instead of lagging.
    pub leading: bool,
    /// With or without neutral.
    pub wiring: Wiring,
    /// Factor on the current of each phase.
    pub unbalance: Phases<f64>,
    /// THD of the current, with the spectrum of a six-pulse drive.
    pub thd: Percent,
}

impl Default for LoadSpec {
    fn default() -> Self {
        Self {
            current: None,
            power: None,
            power_factor: 0.85,
            leading: false,
            wiring: Wiring::FourWire,
            unbalance: Phases::splat(1.0),
            thd: Percent(0.0),
        }
    }
}

impl LoadSpec {
    /// No load.
    pub fn none() -> Self {
        Self::default()
    }

    /// A balanced load of this current at this lagging power factor.
    pub fn of_current(current: Amperes, power_factor: f64) -> Self {
        Self { current: Some(current), power_factor, ..Self::default() }
    }

    /// Rated current a phase without the unbalance factors.
    pub fn rated_current(&self, phase_voltage: Volts) -> Amperes {
        match (self.current, self.power) {
            (Some(current), _) => current,
            (None, Some(power)) => Amperes(power.0 / (3.0 * phase_voltage.0 * self.power_factor)),
            (None, None) => Amperes(0.0),
        }
    }

    /// Admittance of each phase at the rated frequency, siemens.
    pub(crate) fn admittance(&self, phase_voltage: Volts) -> [Complex64; 3] {
        let magnitude = self.rated_current(phase_voltage).0 / phase_voltage.0;
        let angle = self.power_factor.acos();
        let y = Complex64::from_polar(magnitude, if self.leading { angle } else { -angle });
        self.unbalance.to_array().map(|factor| y * factor)
    }

    /// Says whether a network can be built on it.
    ///
    /// # Errors
    ///
    /// When both current and power are stated, a number is negative or not finite, the power factor is not 0.05-1, or
    /// the THD is not 0-100 %.
    pub fn validate(&self) -> Result<(), PowerError> {
        if self.current.is_some() && self.power.is_some() {
            return Err(PowerError::LoadTwice);
        }
        let size = self.current.map_or_else(|| self.power.map_or(0.0, |p| p.0), |i| i.0);
        if !(0.0..=1e9).contains(&size) {
            return Err(PowerError::LoadSize(size));
        }
        if !(0.05..=1.0).contains(&self.power_factor) {
            return Err(PowerError::PowerFactor(self.power_factor));
        }
        for factor in &self.unbalance {
            if !(0.0..=100.0).contains(factor) {
                return Err(PowerError::LoadFactor(*factor));
            }
        }
        if !(0.0..=100.0).contains(&self.thd.0) {
            return Err(PowerError::Thd(self.thd.0));
        }
        Ok(())
    }
}

/// One breaker of the network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerSpec {
    /// Feeds the bus: all other breakers hang on it. At most one.
    Main,
    /// Feeds a load from the bus.
    Feeder {
        /// The cable.
        feeder: FeederSpec,
        /// What hangs on its end.
        load: LoadSpec,
    },
}

impl BreakerSpec {
    /// Says whether a network can be built on it.
    ///
    /// # Errors
    ///
    /// As the feeder and the load say.
    pub fn validate(&self) -> Result<(), PowerError> {
        match self {
            Self::Main => Ok(()),
            Self::Feeder { feeder, load } => {
                feeder.validate()?;
                load.validate()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_source_gives_25_kiloamperes() {
        let source = SourceSpec::default();
        let z = source.z1.complex();
        assert!((source.phase_voltage().0 / z.norm() - 25_001.0).abs() < 2.0);
        assert!((z.im / z.re - 4.9).abs() < 0.001);
    }

    #[test]
    fn power_and_current_are_the_same_load() {
        let v = Volts(277.128);
        let by_current = LoadSpec::of_current(Amperes(80.0), 0.85);
        let by_power = LoadSpec { current: None, power: Some(Watts(56_534.0)), ..by_current };
        assert!((by_power.rated_current(v).0 - 80.0).abs() < 0.001);
    }

    #[test]
    fn a_bad_specification_says_what_is_wrong() {
        let cases: Vec<(Result<(), PowerError>, &str)> = vec![
            (SourceSpec { voltage: Volts(f64::NAN), ..SourceSpec::default() }.validate(), "source voltage"),
            (SourceSpec { frequency: Hertz(16.7), ..SourceSpec::default() }.validate(), "50 or 60"),
            (SourceSpec { z1: Impedance::new(-1.0, 0.0), ..SourceSpec::default() }.validate(), "z1"),
            (SourceSpec { z1: Impedance::new(0.0, 0.0), ..SourceSpec::default() }.validate(), "short-circuit"),
            (FeederSpec { length_m: -3.0, ..FeederSpec::default() }.validate(), "-3"),
            (LoadSpec { power_factor: 1.2, ..LoadSpec::default() }.validate(), "power factor"),
            (
                LoadSpec { current: Some(Amperes(1.0)), power: Some(Watts(1.0)), ..LoadSpec::default() }.validate(),
                "one of",
            ),
            (LoadSpec { thd: Percent(250.0), ..LoadSpec::default() }.validate(), "THD"),
        ];
        for (result, word) in cases {
            let text = result.expect_err(word).to_string();
            assert!(text.contains(word), "{text:?} does not name {word:?}");
        }
    }

    #[test]
    fn an_unknown_key_in_a_plant_file_is_an_error() {
        let error = toml::from_str::<LoadSpec>("curent = 60.0").expect_err("misspelt").to_string();
        assert!(error.contains("curent"), "{error}");
        let load: LoadSpec = toml::from_str("current = 60.0\nwiring = \"three-wire\"").expect("a load");
        assert_eq!((load.current, load.wiring), (Some(Amperes(60.0)), Wiring::ThreeWire));
    }

    #[test]
    fn an_impedance_is_of_two_numbers_that_are_not_negative() {
        let with = |z1| SourceSpec { z1, ..SourceSpec::default() }.validate();
        for (r, x) in [(f64::INFINITY, 0.0), (0.0, f64::INFINITY), (f64::NAN, 0.0), (0.1, -0.1), (-0.1, 0.1)] {
            assert!(matches!(with(Impedance::new(r, x)), Err(PowerError::Impedance { .. })), "{r} {x}");
        }
        // A millionth of an ohm is the least that limits a current.
        assert_eq!(with(Impedance::new(1e-6, 0.0)), Ok(()));
        assert_eq!(with(Impedance::new(0.9e-6, 0.0)), Err(PowerError::NoSourceImpedance));
    }

    #[test]
    fn the_zero_sequence_of_an_ungrounded_source_is_a_capacitance() {
        let with = |r, x| SourceSpec { z0: Impedance::new(r, x), ..SourceSpec::default() }.validate();
        assert_eq!(with(0.0, -500.0), Ok(()));
        assert!(with(-0.1, 0.1).is_err() && with(0.0, f64::NEG_INFINITY).is_err());
    }

    #[test]
    fn a_breaker_is_as_good_as_its_feeder_and_its_load() {
        let (feeder, load) = (FeederSpec::default(), LoadSpec::none());
        assert_eq!(BreakerSpec::Main.validate(), Ok(()));
        assert_eq!(BreakerSpec::Feeder { feeder, load }.validate(), Ok(()));
        let long = FeederSpec { length_m: 10_001.0, ..feeder };
        assert_eq!(BreakerSpec::Feeder { feeder: long, load }.validate(), Err(PowerError::FeederLength(10_001.0)));
        let bad = LoadSpec { power_factor: 0.04, ..load };
        assert_eq!(BreakerSpec::Feeder { feeder, load: bad }.validate(), Err(PowerError::PowerFactor(0.04)));
    }
}
