//! An induction motor as the load of a feeder: it runs up, stalls, and lives on two phases for a while.
//!
//! The single-cage equivalent circuit a phase, for the positive sequence at the slip `s` and for the negative sequence at
//! `2 - s`; its constants follow from full-load current and locked-rotor multiple, its inertia from the time of a start.
//! `J dw/dt = T1(s) - T2(2 - s) - T_load`.

use super::PowerError;
use super::matrix::Mat3;
use super::sequence::Sequence;
use crate::units::{Amperes, Phases, Seconds, Volts};
use num_complex::Complex64;

/// A motor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotorLoad {
    /// Full-load current.
    pub full_load: Amperes,
    /// Locked-rotor current as a multiple of it.
    pub locked_rotor: f64,
    /// Time of a start at rated voltage, until the current falls under 1.5 times full load.
    pub start: Seconds,
    /// Torque of the machine it drives, a share of the rated torque, at rated speed: it grows with the square of speed.
    pub load: f64,
}

/// X/R of a locked rotor (NEMA MG 1, design B of about 75 hp starts at a power factor of a quarter).
const LOCKED_X_OVER_R: f64 = 4.0;
/// Share of the stator in resistance and in leakage reactance.
const STATOR: (f64, f64) = (0.4, 0.5);
/// Magnetising reactance, per unit: a third of the full-load current at no load.
const MAGNETISING: f64 = 3.0;
/// Current under which a start is over, in multiples of full load.
const STARTED: f64 = 1.5;
/// Slip of an unloaded motor: below it the rotor branch is open.
const LEAST_SLIP: f64 = 1e-4;
/// Change of slip, as a share of it, that is worth another solution of the network.
const WORTH: f64 = 0.01;

/// Equivalent circuit, per unit of rated voltage and full-load current.
#[derive(Clone, Copy, Debug)]
struct Constants {
    r1: f64,
    x1: f64,
    r2: f64,
    x2: f64,
}

impl Constants {
    fn of(locked_rotor: f64) -> Self {
        let mut size = 1.0 / locked_rotor;
        let mut constants = Self::sized(size);
        // The magnetising branch beside the rotor takes a little off; a few rounds bring the multiple back.
        for _ in 0..20 {
            size *= constants.impedance(1.0).norm().recip() / locked_rotor;
            constants = Self::sized(size);
        }
        constants
    }

    fn sized(z: f64) -> Self {
        let r = z / LOCKED_X_OVER_R.hypot(1.0);
        let x = r * LOCKED_X_OVER_R;
        Self { r1: r * STATOR.0, x1: x * STATOR.1, r2: r * (1.0 - STATOR.0), x2: x * (1.0 - STATOR.1) }
    }

    fn rotor(&self, slip: f64) -> Complex64 {
        Complex64::new(self.r2 / slip, self.x2)
    }

    fn impedance(&self, slip: f64) -> Complex64 {
        let (rotor, xm) = (self.rotor(slip), Complex64::new(0.0, MAGNETISING));
        Complex64::new(self.r1, self.x1) + rotor * xm / (rotor + xm)
    }

    /// Air-gap power of a stator current, which is the torque, per unit.
    fn torque(&self, slip: f64, stator_current: f64) -> f64 {
        let xm = Complex64::new(0.0, MAGNETISING);
        let share = (xm / (self.rotor(slip) + xm)).norm();
        (stator_current * share).powi(2) * self.r2 / slip
    }

    /// Slip at which the current at rated voltage is this multiple of full load; it falls with the slip.
    fn slip_at(&self, multiple: f64) -> f64 {
        let (mut low, mut high) = (LEAST_SLIP, 1.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.impedance(middle).norm().recip() > multiple {
                high = middle;
            } else {
                low = middle;
            }
        }
        f64::midpoint(low, high)
    }
}

/// What the network needs of a motor: its admittances of the three sequences, siemens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MotorAdmittance {
    pub(crate) positive: Complex64,
    negative: Complex64,
    locked: Complex64,
}

impl MotorAdmittance {
    /// As a matrix of the phases, at a harmonic order. The centre of the star goes nowhere.
    pub(crate) fn matrix(&self, order: i32) -> Mat3 {
        if order == 1 {
            return Mat3::from_sequences(Complex64::ZERO, self.positive, self.negative);
        }
        // At a harmonic the slip is near one either way.
        let z = self.locked.inv();
        let y = Complex64::new(z.re, z.im * f64::from(order)).inv();
        Mat3::isolated_star([y; 3])
    }
}

/// The motor at work.
#[derive(Clone, Debug)]
pub(crate) struct Turning {
    spec: MotorLoad,
    constants: Constants,
    /// Siemens that one per unit is.
    base: f64,
    /// Amperes, crest, that one per unit is.
    current: f64,
    rated_torque: f64,
    /// Seconds to rated speed at rated torque.
    inertia: f64,
    /// Torque that stands against it whatever the speed, a share of the rated; none: the machine as specified.
    torque: Option<f64>,
    slip: f64,
    solved: f64,
    /// Positive- and negative-sequence currents of the last solution, per unit.
    sequence: (f64, f64),
}

impl Turning {
    /// Standing.
    pub(crate) fn new(spec: &MotorLoad, phase_voltage: Volts) -> Result<Self, PowerError> {
        let good = spec.full_load.0 > 0.0
            && spec.full_load.0 <= 10_000.0
            && (3.0..=12.0).contains(&spec.locked_rotor)
            && (0.2..=60.0).contains(&spec.start.0);
        if !good {
            return Err(PowerError::Motor);
        }
        check_torque(spec.load)?;
        let constants = Constants::of(spec.locked_rotor);
        let rated = constants.slip_at(1.0);
        let mut motor = Self {
            spec: *spec,
            constants,
            base: spec.full_load.0 / phase_voltage.0,
            current: spec.full_load.0 * std::f64::consts::SQRT_2,
            rated_torque: constants.torque(rated, 1.0),
            inertia: 0.0,
            torque: None,
            slip: 1.0,
            solved: 1.0,
            sequence: (0.0, 0.0),
        };
        motor.inertia = motor.inertia_for(spec.start)?;
        Ok(motor)
    }

    /// Seconds of a start with an inertia of one, from the surplus of torque at each speed.
    fn inertia_for(&self, start: Seconds) -> Result<f64, PowerError> {
        const STEPS: u32 = 2000;
        let end = 1.0 - self.constants.slip_at(STARTED);
        let step = end / f64::from(STEPS);
        let mut time = 0.0;
        for n in 0..STEPS {
            let speed = (f64::from(n) + 0.5) * step;
            let slip = 1.0 - speed;
            let current = self.constants.impedance(slip).norm().recip();
            let surplus = self.constants.torque(slip, current) / self.rated_torque - self.spec.load * speed * speed;
            if surplus <= 0.0 {
                return Err(PowerError::MotorStalls(self.spec.load));
            }
            time += step / surplus;
        }
        Ok(start.0 / time)
    }

    /// Another torque at the shaft; none: as specified.
    pub(crate) fn set_torque(&mut self, torque: Option<f64>) -> Result<(), PowerError> {
        torque.map_or(Ok(()), check_torque)?;
        self.torque = torque;
        Ok(())
    }

    /// What the network needs.
    pub(crate) fn admittance(&self) -> MotorAdmittance {
        let y = |slip: f64| self.constants.impedance(slip).inv() * self.base;
        MotorAdmittance { positive: y(self.slip), negative: y(2.0 - self.slip), locked: y(1.0) }
    }

    /// Takes in the currents of a solution, crest phasors.
    pub(crate) fn solved(&mut self, current: &[Complex64; 3]) {
        let sequence = Sequence::of(&Phases::new(current[0], current[1], current[2]));
        self.sequence = (sequence.positive.norm() / self.current, sequence.negative.norm() / self.current);
        self.solved = self.slip;
    }

    /// Time passes; true when the network should be solved again.
    pub(crate) fn turn(&mut self, dt: f64) -> bool {
        let speed = 1.0 - self.slip;
        let (positive, negative) = self.sequence;
        let drive = self.constants.torque(self.slip, positive) - self.constants.torque(2.0 - self.slip, negative);
        let against = self.torque.unwrap_or(self.spec.load * speed * speed);
        let surplus = drive / self.rated_torque - against;
        // A load that stands against it holds a rotor at standstill and does not drive it backwards.
        let next = (speed + surplus * dt / self.inertia).clamp(0.0, 1.0 - LEAST_SLIP);
        self.slip = 1.0 - next;
        (self.slip - self.solved).abs() > WORTH * self.slip.min(self.solved)
    }
}

fn check_torque(load: f64) -> Result<(), PowerError> {
    if (0.0..=20.0).contains(&load) { Ok(()) } else { Err(PowerError::MotorTorque(load)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOTOR: MotorLoad = MotorLoad { full_load: Amperes(96.0), locked_rotor: 6.0, start: Seconds(5.0), load: 0.8 };
    const VOLTS: Volts = Volts(277.128);

    /// Seconds until the current is under 1.5 times full load, and the current then and long after, in multiples of it, at
    /// rated voltage.
    fn run_up(spec: &MotorLoad, torque: Option<(f64, f64)>) -> (f64, f64) {
        let mut motor = Turning::new(spec, VOLTS).unwrap();
        let mut started = f64::NAN;
        let crest = |m: &Turning| m.admittance().positive * VOLTS.0 * std::f64::consts::SQRT_2;
        let dt = 1.0 / 960.0;
        let mut multiple = 0.0;
        for n in 0..20_000 {
            let t = f64::from(n) * dt;
            if let Some((at, torque)) = torque
                && t >= at
            {
                motor.set_torque(Some(torque)).unwrap();
            }
            let a = Complex64::from_polar(1.0, 120f64.to_radians());
            let i = crest(&motor);
            motor.solved(&[i, i * a * a, i * a]);
            multiple = i.norm() / motor.current;
            if multiple < STARTED && started.is_nan() {
                started = t;
            }
            motor.turn(dt);
        }
        (started, multiple)
    }

    #[test]
    fn a_locked_rotor_draws_its_multiple_and_a_full_load_its_current() {
        for locked_rotor in [4.0, 5.9, 6.0, 8.0] {
            let constants = Constants::of(locked_rotor);
            assert!((constants.impedance(1.0).norm() * locked_rotor - 1.0).abs() < 1e-9);
            assert!((constants.impedance(constants.slip_at(1.0)).norm() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_start_takes_its_time_and_ends_under_full_load() {
        for start in [2.0, 5.0, 8.0] {
            let spec = MotorLoad { start: Seconds(start), ..MOTOR };
            let (started, running) = run_up(&spec, None);
            assert!((started - start).abs() < 0.02 * start, "{started} for {start}");
            assert!(running > 0.7 && running < 0.9, "0.8 of the torque at a lagging current: {running}");
        }
    }

    #[test]
    fn a_jam_stalls_it_and_a_little_overload_does_not() {
        let (_, stalled) = run_up(&MOTOR, Some((10.0, 5.0)));
        assert!((stalled - 6.0).abs() < 1e-3, "{stalled}");
        let (_, loaded) = run_up(&MOTOR, Some((10.0, 1.2)));
        assert!(loaded > 1.1 && loaded < 1.4, "{loaded}");
    }

    #[test]
    fn a_machine_that_it_cannot_start_is_refused() {
        let error = Turning::new(&MotorLoad { load: 4.0, ..MOTOR }, VOLTS).unwrap_err();
        assert!(error.to_string().contains('4'), "{error}");
        assert!(Turning::new(&MotorLoad { locked_rotor: 1.0, ..MOTOR }, VOLTS).is_err());
    }

    /// The share of stator and rotor, and X/R of the locked rotor, are those of the head of this file.
    #[test]
    fn the_constants_are_shared_out_between_stator_and_rotor() {
        let c = Constants::sized(0.2);
        assert!(((c.r1 + c.r2).hypot(c.x1 + c.x2) - 0.2).abs() < 1e-12);
        assert!(((c.x1 + c.x2) / (c.r1 + c.r2) - 4.0).abs() < 1e-12);
        assert!((c.r1 / (c.r1 + c.r2) - 0.4).abs() < 1e-12 && (c.x1 / (c.x1 + c.x2) - 0.5).abs() < 1e-12);
    }

    /// Against the Thevenin form of the machine (Fitzgerald, Electric Machinery, 6.4).
    #[test]
    fn the_torque_is_that_of_the_thevenin_equivalent() {
        let c = Constants::of(6.0);
        let stator = Complex64::new(c.r1, c.x1);
        let xm = Complex64::new(0.0, MAGNETISING);
        let (voltage, z) = (xm / (stator + xm), stator * xm / (stator + xm));
        for slip in [1.0, 0.5, 0.1, 0.02] {
            let square = voltage.norm_sqr() / ((z.re + c.r2 / slip).powi(2) + (z.im + c.x2).powi(2));
            let got = c.torque(slip, c.impedance(slip).norm().recip());
            assert!((got - square * c.r2 / slip).abs() < 1e-9, "{got} at {slip}");
        }
    }

    /// A machine that runs on two of three conductors at standstill has as much torque backwards as forwards.
    #[test]
    fn on_two_conductors_it_does_not_start() {
        let mut motor = Turning::new(&MOTOR, VOLTS).unwrap();
        for _ in 0..9600 {
            motor.solved(&[Complex64::ZERO, Complex64::new(300.0, 0.0), Complex64::new(-300.0, 0.0)]);
            motor.turn(1.0 / 960.0);
        }
        assert!(motor.slip > 0.999, "{}", motor.slip);
    }

    #[test]
    fn at_a_harmonic_it_is_its_locked_impedance_with_the_reactance_of_the_order() {
        let motor = Turning::new(&MOTOR, VOLTS).unwrap().admittance();
        // 277 V / 96 A / 6 at X/R 4: 0.1167 + j 0.467 ohm, the stator and rotor of it about that; at the fifth j 2.33.
        let z = motor.locked.inv();
        let y = motor.matrix(5).0[0][0];
        let want = Complex64::new(z.re, 5.0 * z.im).inv() * 2.0 / 3.0;
        assert!((y - want).norm() < 1e-12, "an isolated star: two thirds of the leg are its own, {y}");
    }

    #[test]
    fn a_motor_that_stands_meets_both_sequences_alike() {
        let standing = Turning::new(&MOTOR, VOLTS).unwrap().admittance();
        assert_eq!((standing.positive, standing.negative), (standing.locked, standing.locked));
        // Six times 96 A at 277.128 V.
        assert!((standing.locked.norm() - 576.0 / 277.128).abs() < 1e-9);
    }

    #[test]
    fn currents_are_taken_in_per_unit_of_full_load() {
        let mut motor = Turning::new(&MOTOR, VOLTS).unwrap();
        let full = Complex64::new(96.0 * std::f64::consts::SQRT_2, 0.0);
        let a = Complex64::from_polar(1.0, 120f64.to_radians());
        motor.solved(&[full * 3.0, full * a * 3.0, full * a * a * 3.0]);
        assert!(motor.sequence.0 < 1e-9 && (motor.sequence.1 - 3.0).abs() < 1e-9, "{:?}", motor.sequence);
    }

    #[test]
    fn the_inertia_is_the_time_of_a_start_over_the_integral_of_slip_over_surplus() {
        let motor = Turning::new(&MOTOR, VOLTS).unwrap();
        let c = motor.constants;
        let inverse = |speed: f64| {
            let slip = 1.0 - speed;
            let torque = c.torque(slip, c.impedance(slip).norm().recip()) / motor.rated_torque;
            1.0 / (torque - 0.8 * speed * speed)
        };
        // Simpson's rule.
        let (n, end) = (20_000, 1.0 - c.slip_at(1.5));
        let h = end / f64::from(n);
        let inner: f64 = (1..n).map(|k| inverse(h * f64::from(k)) * if k % 2 == 1 { 4.0 } else { 2.0 }).sum();
        let integral = (inverse(0.0) + inner + inverse(end)) * h / 3.0;
        assert!((motor.inertia * integral / 5.0 - 1.0).abs() < 1e-5, "{}", motor.inertia * integral);
    }

    #[test]
    fn it_never_turns_faster_than_its_least_slip() {
        let mut motor = Turning::new(&MotorLoad { load: 0.0, ..MOTOR }, VOLTS).unwrap();
        motor.sequence = (1.0, 0.0);
        motor.turn(1000.0);
        assert!((motor.slip - LEAST_SLIP).abs() < 1e-12, "{}", motor.slip);
    }

    #[test]
    fn a_change_of_slip_by_a_hundredth_is_worth_another_solution() {
        for (slip, solved, worth) in [
            (0.5, 0.5, false),
            (0.5, 0.504, false),
            (0.5, 0.506, true),
            (0.506, 0.5, true),
            (0.504, 0.5, false),
            (1.0, 0.1, true),
        ] {
            let mut motor = Turning::new(&MOTOR, VOLTS).unwrap();
            (motor.slip, motor.solved) = (slip, solved);
            assert_eq!(motor.turn(0.0), worth, "{slip} after {solved}");
        }
    }

    #[test]
    fn a_torque_is_a_share_from_none_to_twenty() {
        let mut motor = Turning::new(&MOTOR, VOLTS).unwrap();
        assert_eq!(motor.set_torque(Some(20.0)), Ok(()));
        for torque in [-0.1, 20.1, f64::NAN] {
            assert!(matches!(motor.set_torque(Some(torque)), Err(PowerError::MotorTorque(_))), "{torque}");
            assert_eq!(motor.torque, Some(20.0), "as it was");
            let spec = MotorLoad { load: torque, ..MOTOR };
            assert!(matches!(Turning::new(&spec, VOLTS), Err(PowerError::MotorTorque(_))), "{torque}");
        }
    }
}
