//! A short circuit: which conductors, where, through what.

use super::PowerError;
use super::matrix::Mat3;
use crate::units::{Amperes, Ohms, Phases, Volts};
use num_complex::Complex64;

/// Resistance of a bolted joint. A ten-thousandth of the source impedance of the default bus: below the tolerance of
/// any instrument, large enough to keep the arithmetic exact to eight digits.
const BOLTED: f64 = 1e-6;

/// The currents that closing on a branch would lead to, the impedance of the network left out: never too low.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Prospective {
    /// Between the conductors.
    pub line: Amperes,
    /// To earth.
    pub earth: Amperes,
}

/// A short circuit on the feeder of a breaker (on the bus, for the main).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// Conductors joined.
    pub phases: Phases<bool>,
    /// Ground is in it.
    pub grounded: bool,
    /// Distance along the feeder in metres.
    pub distance_m: f64,
    /// Three-phase: in each conductor. Line to line: between the two. With ground: to ground.
    pub resistance: Ohms,
    /// Point on the wave of the phase-A voltage at which it strikes, in degrees after the upward zero crossing; at
    /// once when absent.
    pub inception_deg: Option<f64>,
    /// An arc burns there: light at the sensor.
    pub arc: bool,
}

impl Fault {
    /// A bolted three-phase fault.
    pub const THREE_PHASE: Self = Self::bolted(Phases::splat(true), false);
    /// A bolted fault B to C.
    pub const LINE_LINE: Self = Self::bolted(Phases::new(false, true, true), false);
    /// A bolted fault B to C to ground.
    pub const LINE_LINE_GROUND: Self = Self::bolted(Phases::new(false, true, true), true);
    /// A bolted fault A to ground.
    pub const LINE_GROUND: Self = Self::bolted(Phases::new(true, false, false), true);

    /// At the breaker, at once, without arc.
    pub const fn bolted(phases: Phases<bool>, grounded: bool) -> Self {
        Self { phases, grounded, distance_m: 0.0, resistance: Ohms(0.0), inception_deg: None, arc: false }
    }

    /// The same fault further out.
    pub const fn at_metres(mut self, distance_m: f64) -> Self {
        self.distance_m = distance_m;
        self
    }

    /// The closed poles leave a loop through the fault: two of its conductors, or one and ground.
    pub(crate) fn has_loop(&self, closed: [bool; 3]) -> bool {
        let joined = self.phases.iter().zip(closed).filter(|(fault, pole)| **fault && *pole).count();
        joined + usize::from(self.grounded && joined > 0) >= 2
    }

    /// What would flow through the fault from a source of so many volts between line and neutral.
    pub(crate) fn prospective(&self, line_to_neutral: Volts) -> Prospective {
        let through = |volts: f64, resistance: f64| Amperes(volts / (resistance + BOLTED));
        let (u, r) = (line_to_neutral.0, self.resistance.0);
        let line = match (self.conductors(), self.grounded) {
            (0 | 1, _) => Amperes::ZERO,
            // With ground in it the conductors are joined to each other without resistance.
            (_, true) => through(u, 0.0),
            (2, false) => through(u * 3f64.sqrt(), r),
            _ => through(u, r),
        };
        Prospective { line, earth: if self.grounded { through(u, r) } else { Amperes::ZERO } }
    }

    fn conductors(&self) -> usize {
        self.phases.iter().filter(|joined| **joined).count()
    }

    pub(crate) fn check(&self, feeder_m: f64) -> Result<(), PowerError> {
        if self.conductors() + usize::from(self.grounded) < 2 || self.conductors() == 0 {
            return Err(PowerError::FaultConductors);
        }
        if !(0.0..=feeder_m).contains(&self.distance_m) {
            return Err(PowerError::FaultDistance { distance_m: self.distance_m, length_m: feeder_m });
        }
        if !(0.0..=1e6).contains(&self.resistance.0) {
            return Err(PowerError::FaultResistance(self.resistance.0));
        }
        match self.inception_deg {
            Some(angle) if !angle.is_finite() => Err(PowerError::Angle(angle)),
            _ => Ok(()),
        }
    }

    /// The fault as an admittance across the three conductors: legs to a common point, and from there to ground.
    pub(crate) fn shunt(&self) -> Mat3 {
        let leg = match (self.conductors(), self.grounded) {
            (3, false) => self.resistance.0,
            (2, false) => self.resistance.0 / 2.0,
            _ => 0.0,
        };
        let y_leg = Complex64::from(1.0 / (leg + BOLTED));
        let legs = self.phases.to_array().map(|joined| if joined { y_leg } else { Complex64::ZERO });
        if !self.grounded {
            return Mat3::isolated_star(legs);
        }
        let y_ground = Complex64::from(1.0 / (self.resistance.0 + BOLTED));
        let total = legs.iter().sum::<Complex64>() + y_ground;
        let mut m = Mat3::diagonal(legs);
        for (row, y_row) in m.0.iter_mut().zip(legs) {
            for (cell, y_col) in row.iter_mut().zip(legs) {
                *cell -= y_row * y_col / total;
            }
        }
        m
    }

    /// The impedance of the loop that carries the fault current, for the time constant of its offset: the sum in the
    /// sequence network of its kind (symmetrical components, Fortescue 1918), with `z1` and `z0` up to the fault.
    pub(crate) fn loop_impedance(&self, z1: Complex64, z0: Complex64) -> Complex64 {
        let r = self.resistance.0;
        match (self.conductors(), self.grounded) {
            (3, _) => z1 + r,
            (2, false) => z1 * 2.0 + r,
            (2, true) => {
                let ground = z0 + 3.0 * r;
                z1 + z1 * ground / (z1 + ground)
            }
            _ => z1 * 2.0 + z0 + 3.0 * r,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loops of symmetrical components: IEC 60909-0, 4.2.
    #[test]
    fn each_kind_of_fault_has_its_loop() {
        let (z1, z0) = (Complex64::new(0.01, 0.05), Complex64::new(0.03, 0.13));
        let with = |fault: Fault| Fault { resistance: Ohms(0.02), ..fault }.loop_impedance(z1, z0);
        let near = |got: Complex64, re: f64, im: f64| assert!((got - Complex64::new(re, im)).norm() < 1e-9, "{got}");
        near(with(Fault::THREE_PHASE), 0.03, 0.05);
        near(with(Fault::LINE_LINE), 0.04, 0.10);
        near(with(Fault::LINE_GROUND), 0.11, 0.23);
        // z1 + z1 (z0 + 3 R) / (z1 + z0 + 3 R), with z0 + 3 R = 0.09 + j 0.13: numerator -0.0056 + j 0.0058 over 0.1 + j 0.18.
        let ground = Complex64::new(-0.0056, 0.0058) / Complex64::new(0.10, 0.18);
        near(with(Fault::LINE_LINE_GROUND), 0.01 + ground.re, 0.05 + ground.im);
    }

    #[test]
    fn a_loop_needs_two_joined_conductors_or_one_and_ground() {
        let open_a = [false, true, true];
        assert!(Fault::LINE_LINE.has_loop(open_a) && !Fault::LINE_LINE.has_loop([true, true, false]));
        assert!(Fault::LINE_GROUND.has_loop([true, false, false]) && !Fault::LINE_GROUND.has_loop(open_a));
        assert!(!Fault::LINE_LINE_GROUND.has_loop([true, false, false]));
    }

    #[test]
    fn what_an_assessment_finds_is_voltage_over_the_resistance_of_the_fault() {
        let over = |fault: Fault, ohms: f64| Fault { resistance: Ohms(ohms), ..fault }.prospective(Volts(277.0));
        let near =
            |got: Amperes, want: f64| assert!((got.0 - want).abs() < 1e-3 * want.max(1e-3), "{got:?} for {want}");
        near(over(Fault::THREE_PHASE, 2.77).line, 100.0);
        near(over(Fault::LINE_LINE, 4.798).line, 100.0);
        near(over(Fault::LINE_GROUND, 277.0).earth, 1.0);
        assert_eq!(over(Fault::LINE_GROUND, 277.0).line, Amperes::ZERO);
        assert_eq!(over(Fault::LINE_LINE, 1.0).earth, Amperes::ZERO);
        near(over(Fault::LINE_LINE_GROUND, 277.0).earth, 1.0);
        assert!(over(Fault::LINE_LINE_GROUND, 277.0).line.0 > 1e6, "the conductors are joined");
    }

    #[test]
    fn an_angle_that_is_no_number_is_refused() {
        for angle in [f64::NAN, f64::INFINITY] {
            let fault = Fault { inception_deg: Some(angle), ..Fault::THREE_PHASE };
            assert!(matches!(fault.check(0.0), Err(PowerError::Angle(_))), "{angle}");
        }
        assert_eq!(Fault { inception_deg: Some(-30.0), ..Fault::THREE_PHASE }.check(0.0), Ok(()));
    }

    #[test]
    fn the_resistance_of_a_line_to_line_fault_lies_between_the_two() {
        let y = Fault { resistance: Ohms(4.0), ..Fault::LINE_LINE }.shunt();
        assert!((y.0[1][1].re - 0.25).abs() < 1e-6 && (y.0[1][2].re + 0.25).abs() < 1e-6, "{y:?}");
        assert_eq!(y.0[0], [Complex64::ZERO; 3]);
    }
}
