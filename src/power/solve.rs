//! The network in the phase domain: from electromotive force, poles, faults and loads to phasors. Runs on changes only.
//!
//! ```text
//!  E --Zs--+-- [main poles] --+ bus --+-- [poles] --Z(to fault)--+--Z(rest)-- load
//!          | line side        |       |                          | fault
//!          | of the main      | bus   +-- [poles] -- ...
//!                             | fault
//! ```
//!
//! Every part is an admittance as seen from the source: a load behind its line, that and the fault behind the line up
//! to it, the poles that are open eliminated, all feeders added up on the bus. Reactances scale with the harmonic order.

use super::fault::Fault;
use super::matrix::{Mat3, Vec3};
use super::motor::MotorAdmittance;
use super::spec::{BreakerSpec, FeederSpec, LoadSpec, SourceSpec, Wiring};
use num_complex::Complex64;

/// What hangs on a breaker.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Branch {
    Main,
    Feeder { feeder: FeederSpec, load: LoadSpec },
}

/// What one breaker and its branch are doing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circuit {
    pub(crate) branch: Branch,
    pub(crate) closed: [bool; 3],
    pub(crate) fault: Option<Fault>,
    /// Conductors that are broken behind the poles.
    pub(crate) broken: [bool; 3],
    /// Factor on the load current.
    pub(crate) load_factor: f64,
    /// The load is this motor instead of what the plant has.
    pub(crate) motor: Option<MotorAdmittance>,
}

impl Circuit {
    pub(crate) fn new(spec: &BreakerSpec) -> Self {
        let branch = match *spec {
            BreakerSpec::Main => Branch::Main,
            BreakerSpec::Feeder { feeder, load } => Branch::Feeder { feeder, load },
        };
        Self { branch, closed: [true; 3], fault: None, broken: [false; 3], load_factor: 1.0, motor: None }
    }

    /// Conductors that lead on: pole closed and wire whole.
    pub(crate) fn joined(&self) -> [bool; 3] {
        std::array::from_fn(|k| self.closed[k] && !self.broken[k])
    }

    pub(crate) const fn is_main(&self) -> bool {
        matches!(self.branch, Branch::Main)
    }

    pub(crate) const fn feeder_length(&self) -> f64 {
        match self.branch {
            Branch::Main => 0.0,
            Branch::Feeder { feeder, .. } => feeder.length_m,
        }
    }
}

/// Phasors at one breaker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    /// Through the poles.
    pub(crate) current: Vec3,
    /// The part of it that the load takes; of the main, all.
    pub(crate) load: Vec3,
    /// Line side, phase to neutral.
    pub(crate) voltage: Vec3,
}

impl Flow {
    /// Nothing flows.
    pub(crate) const NONE: Self =
        Self { current: [Complex64::ZERO; 3], load: [Complex64::ZERO; 3], voltage: [Complex64::ZERO; 3] };
}

/// Phasors everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    pub(crate) flows: Vec<Flow>,
    pub(crate) bus: Vec3,
}

/// An impedance at a multiple of the rated frequency: inductive parts grow, capacitive parts shrink.
fn at_order(z: Complex64, order: i32) -> Complex64 {
    let h = f64::from(order);
    Complex64::new(z.re, if z.im < 0.0 { z.im / h } else { z.im * h })
}

/// Source impedance matrix at a harmonic order.
pub(crate) fn source_matrix(source: &SourceSpec, order: i32) -> Mat3 {
    Mat3::from_sequence(at_order(source.z1.complex(), order), at_order(source.z0.complex(), order))
}

/// A feeder as admittances: the whole as seen from the load side of its poles, and the rest behind the fault.
struct Seen {
    whole: Mat3,
    behind_fault: Mat3,
    to_fault: Mat3,
}

fn look_into(circuit: &Circuit, feeder: &FeederSpec, load: &LoadSpec, source: &SourceSpec, order: i32) -> Seen {
    let y = load.admittance(source.phase_voltage()).map(|y| {
        let y = y * circuit.load_factor;
        if y.norm_sqr() > 0.0 { at_order(y.inv(), order).inv() } else { y }
    });
    let load_matrix = match (circuit.motor, load.wiring) {
        (Some(motor), _) => motor.matrix(order),
        (None, Wiring::FourWire) => Mat3::diagonal(y),
        (None, Wiring::ThreeWire) => Mat3::isolated_star(y),
    };
    let line = |metres| Mat3::from_sequence(at_order(feeder.z1(metres), order), at_order(feeder.z0(metres), order));
    let (metres, shunt) = circuit.fault.map_or((feeder.length_m, Mat3::ZERO), |f| (f.distance_m, f.shunt()));
    let to_fault = line(metres);
    let behind_fault = load_matrix.behind(line(feeder.length_m - metres));
    Seen { whole: (shunt + behind_fault).behind(to_fault), behind_fault, to_fault }
}

/// All phasors for this electromotive force (peak or RMS, as given) at this harmonic order.
pub(crate) fn solve(source: &SourceSpec, emf: &Vec3, circuits: &[Circuit], order: i32) -> Solution {
    let seen: Vec<Option<Seen>> = circuits
        .iter()
        .map(|c| match &c.branch {
            Branch::Main => None,
            Branch::Feeder { feeder, load } => Some(look_into(c, feeder, load, source, order)),
        })
        .collect();
    let main = circuits.iter().find(|c| c.is_main());
    let mut bus_admittance = main.and_then(|m| m.fault).map_or(Mat3::ZERO, |f| f.shunt());
    for (circuit, seen) in circuits.iter().zip(&seen) {
        if let Some(seen) = seen {
            bus_admittance = bus_admittance + seen.whole.with_open(circuit.joined());
        }
    }
    let main_closed = main.map_or([true; 3], Circuit::joined);
    let z_source = source_matrix(source, order);
    let total = bus_admittance.with_open(main_closed).behind(z_source).apply(emf);
    let drop = z_source.apply(&total);
    let line_side: Vec3 = std::array::from_fn(|k| emf[k] - drop[k]);
    let bus = bus_admittance.voltage_behind(main_closed, &line_side);

    let flows: Vec<Flow> = circuits
        .iter()
        .zip(&seen)
        .map(|(circuit, seen)| {
            let Some(seen) = seen else {
                return Flow { current: total, load: total, voltage: line_side };
            };
            let current = seen.whole.with_open(circuit.joined()).apply(&bus);
            let after_poles = seen.whole.voltage_behind(circuit.joined(), &bus);
            let drop = seen.to_fault.apply(&current);
            let at_fault: Vec3 = std::array::from_fn(|k| after_poles[k] - drop[k]);
            // Without a fault the load takes all that flows; computing it again would only add rounding.
            let load = if circuit.fault.is_some() { seen.behind_fault.apply(&at_fault) } else { current };
            Flow { current, load, voltage: bus }
        })
        .collect();
    Solution { flows, bus }
}

/// Reactance over resistance of the loop that decides how fast an offset of this breaker's current dies.
pub(crate) fn x_over_r(source: &SourceSpec, circuits: &[Circuit], index: usize) -> f64 {
    let z1 = source.z1.complex();
    let z0 = source.z0.complex();
    let of_feeder = |circuit: &Circuit| -> Option<Complex64> {
        let Branch::Feeder { feeder, load } = &circuit.branch else { return None };
        if circuit.joined() == [false; 3] {
            return None;
        }
        if let Some(fault) = circuit.fault.as_ref().filter(|f| f.has_loop(circuit.joined())) {
            return Some(fault.loop_impedance(z1 + feeder.z1(fault.distance_m), z0 + feeder.z0(fault.distance_m)));
        }
        let y = match circuit.motor {
            Some(motor) => motor.positive,
            None => load.admittance(source.phase_voltage()).iter().sum::<Complex64>() * circuit.load_factor / 3.0,
        };
        (y.norm_sqr() > 0.0).then(|| z1 + feeder.z1(feeder.length_m) + y.inv())
    };
    let impedance = match &circuits[index].branch {
        Branch::Feeder { .. } => of_feeder(&circuits[index]),
        // The main carries all of them; the least impedance carries the most.
        Branch::Main => circuits[index]
            .fault
            .as_ref()
            .map(|f| f.loop_impedance(z1, z0))
            .or_else(|| circuits.iter().filter_map(of_feeder).min_by(|a, b| a.norm_sqr().total_cmp(&b.norm_sqr()))),
    };
    impedance.map_or(0.0, |z| if z.re > 0.0 { (z.im / z.re).max(0.0) } else { 1000.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Amperes;

    fn emf() -> Vec3 {
        let e = 277.128;
        [0.0, -120.0, 120.0f64].map(|deg| Complex64::from_polar(e, deg.to_radians()))
    }

    fn feeder_with(fault: Option<Fault>) -> Circuit {
        let mut c = Circuit::new(&BreakerSpec::Feeder { feeder: FeederSpec::default(), load: LoadSpec::none() });
        c.fault = fault;
        c
    }

    fn magnitudes(fault: Fault) -> [f64; 4] {
        let solution = solve(&SourceSpec::default(), &emf(), &[feeder_with(Some(fault))], 1);
        let i = solution.flows[0].current;
        [i[0].norm(), i[1].norm(), i[2].norm(), i.iter().sum::<Complex64>().norm()]
    }

    /// Symmetrical components in closed form, written without any matrix.
    fn closed_form(metres: f64) -> [(Fault, [f64; 4]); 4] {
        let e = 277.128;
        let line = Complex64::new(0.525e-3, 0.187e-3) * metres;
        let z1 = Complex64::new(2.2166e-3, 10.861e-3) + line;
        let z0 = Complex64::new(3.81e-3, 13.02e-3) + Complex64::new(line.re * 3.5, line.im * 3.0);
        let a = Complex64::from_polar(1.0, 120f64.to_radians());
        let three = e / z1.norm();
        let ll = 3f64.sqrt() * e / (2.0 * z1).norm();
        let lg = 3.0 * e / (z1 * 2.0 + z0).norm();
        let zp = z1 * z0 / (z1 + z0);
        let i1 = e / (z1 + zp);
        let i2 = -i1 * z0 / (z1 + z0);
        let i0 = -i1 * z1 / (z1 + z0);
        let b = i0 + a * a * i1 + a * i2;
        let c = i0 + a * i1 + a * a * i2;
        [
            (Fault::THREE_PHASE, [three, three, three, 0.0]),
            (Fault::LINE_LINE, [0.0, ll, ll, 0.0]),
            (Fault::LINE_GROUND, [lg, 0.0, 0.0, lg]),
            (Fault::LINE_LINE_GROUND, [0.0, b.norm(), c.norm(), 3.0 * i0.norm()]),
        ]
    }

    #[test]
    fn fault_currents_agree_with_symmetrical_components() {
        for metres in [0.0, 30.0, 100.0] {
            for (fault, expected) in closed_form(metres) {
                let got = magnitudes(fault.at_metres(metres));
                for (got, want) in got.iter().zip(expected) {
                    assert!((got - want).abs() <= 0.001 * want + 0.01, "{fault:?} at {metres} m: {got} for {want}");
                }
            }
        }
    }

    #[test]
    fn fault_currents_agree_with_the_published_table() {
        // kind, then bus, 30 m, 100 m; for LLG the B conductor, the C conductor, 3I0.
        let rows: [(Fault, usize, [f64; 3]); 6] = [
            (Fault::THREE_PHASE, 0, [25001.0, 11370.0, 4456.0]),
            (Fault::LINE_LINE, 1, [21651.0, 9847.0, 3859.0]),
            (Fault::LINE_GROUND, 0, [23284.0, 7308.0, 2570.0]),
            (Fault::LINE_LINE_GROUND, 1, [24802.0, 10775.0, 4069.0]),
            (Fault::LINE_LINE_GROUND, 2, [23651.0, 9594.0, 3854.0]),
            (Fault::LINE_LINE_GROUND, 3, [21770.0, 5338.0, 1802.0]),
        ];
        for (fault, column, expected) in rows {
            for (metres, want) in [0.0, 30.0, 100.0].into_iter().zip(expected) {
                let got = magnitudes(fault.at_metres(metres))[column];
                assert!((got / want - 1.0).abs() < 0.005, "{fault:?} at {metres} m: {got} for {want}");
            }
        }
    }

    #[test]
    fn a_fault_on_one_feeder_sags_the_bus_for_the_other() {
        let healthy = Circuit::new(&BreakerSpec::Feeder {
            feeder: FeederSpec::default(),
            load: LoadSpec::of_current(Amperes(60.0), 0.85),
        });
        let source = SourceSpec::default();
        let faulted = feeder_with(Some(Fault::THREE_PHASE.at_metres(30.0)));
        let solution = solve(&source, &emf(), &[faulted, healthy], 1);
        // Voltage divider: line over line plus source (the load shunts less than half a percent).
        let z_line = Complex64::new(0.525e-3, 0.187e-3) * 30.0;
        let share = (z_line / (z_line + source.z1.complex())).norm();
        let seen = solution.flows[1].voltage[0].norm() / 277.128;
        assert!((seen - share).abs() < 0.005, "{seen} for {share}");
        assert!((solution.flows[1].current[0].norm() / 60.0 - share).abs() < 0.06 * share);
    }

    #[test]
    fn an_open_pole_carries_exactly_nothing() {
        let load = LoadSpec { wiring: Wiring::ThreeWire, ..LoadSpec::of_current(Amperes(60.0), 0.85) };
        let mut c = Circuit::new(&BreakerSpec::Feeder { feeder: FeederSpec::default(), load });
        c.closed = [false, true, true];
        let i = solve(&SourceSpec::default(), &emf(), &[c], 1).flows[0].current;
        assert_eq!(i[0], Complex64::ZERO);
        assert!((i[1] + i[2]).norm() < 1e-9, "single phasing: what B brings, C takes");
        // The two phases in series across the line voltage: sqrt(3)/2 of the balanced current.
        assert!((i[1].norm() / (60.0 * 3f64.sqrt() / 2.0) - 1.0).abs() < 0.06);
    }

    #[test]
    fn an_open_main_leaves_the_bus_dead_and_its_own_line_side_alive() {
        let mut main = Circuit::new(&BreakerSpec::Main);
        main.closed = [false; 3];
        let load = LoadSpec::of_current(Amperes(60.0), 0.85);
        let feeder = Circuit::new(&BreakerSpec::Feeder { feeder: FeederSpec::default(), load });
        let solution = solve(&SourceSpec::default(), &emf(), &[main, feeder], 1);
        assert_eq!(solution.flows[0].current, [Complex64::ZERO; 3]);
        assert_eq!(solution.flows[1].current, [Complex64::ZERO; 3]);
        assert!(solution.bus.iter().all(|v| v.norm() < 1e-12));
        assert!((solution.flows[0].voltage[1].norm() - 277.128).abs() < 1e-9);
    }

    #[test]
    fn the_main_carries_the_sum_of_its_feeders() {
        let load = LoadSpec::of_current(Amperes(60.0), 0.85);
        let spec = BreakerSpec::Feeder { feeder: FeederSpec::default(), load };
        let circuits = [Circuit::new(&BreakerSpec::Main), Circuit::new(&spec), Circuit::new(&spec)];
        let flows = solve(&SourceSpec::default(), &emf(), &circuits, 1).flows;
        for k in 0..3 {
            let sum = flows[1].current[k] + flows[2].current[k];
            assert!((flows[0].current[k] - sum).norm() < 1e-9);
        }
    }

    #[test]
    fn the_offset_loops_have_the_published_x_over_r() {
        for (metres, want) in [(0.0, 4.90), (30.0, 0.92), (100.0, 0.54)] {
            let got = x_over_r(&SourceSpec::default(), &[feeder_with(Some(Fault::THREE_PHASE.at_metres(metres)))], 0);
            assert!((got - want).abs() < 0.01, "{got} for {want}");
        }
    }

    #[test]
    fn the_offset_of_a_load_is_that_of_source_line_and_load() {
        let load = LoadSpec::of_current(Amperes(60.0), 0.8);
        let circuit = Circuit::new(&BreakerSpec::Feeder { feeder: FeederSpec::default(), load });
        let source = SourceSpec::default();
        // 277.128 V / 60 A = 4.6188 ohm at 0.8: 3.6950 + j 2.7713; line 0.0525 + j 0.0187; source 2.2166 + j 10.861 milliohm.
        let got = x_over_r(&source, &[circuit], 0);
        assert!((got - (2.7713 + 0.0187 + 0.010_861) / (3.6950 + 0.0525 + 0.002_216_6)).abs() < 1e-3, "{got}");
        // The main follows the feeder that carries the most.
        let fault = feeder_with(Some(Fault::THREE_PHASE.at_metres(30.0)));
        let of_main = x_over_r(&source, &[Circuit::new(&BreakerSpec::Main), circuit, fault], 0);
        assert!((of_main - 0.92).abs() < 0.01, "{of_main}");
        let mut open = circuit;
        open.closed = [false; 3];
        assert_eq!(x_over_r(&source, &[open], 0), 0.0);
    }

    #[test]
    fn a_coil_grows_with_the_order_and_a_capacitor_shrinks() {
        assert_eq!(at_order(Complex64::new(1.0, 6.0), 3), Complex64::new(1.0, 18.0));
        assert_eq!(at_order(Complex64::new(1.0, -6.0), 3), Complex64::new(1.0, -2.0));
    }

    /// Source, line and load in series, at the order given.
    #[test]
    fn a_load_of_half_the_current_at_a_harmonic_is_twice_its_resistance_and_reactance_at_that() {
        let load = LoadSpec::of_current(Amperes(60.0), 0.8);
        let mut circuit = Circuit::new(&BreakerSpec::Feeder { feeder: FeederSpec::default(), load });
        circuit.load_factor = 0.5;
        let source = SourceSpec::default();
        let volts = source.phase_voltage().0;
        for order in [1, 5] {
            // The fifth of a balanced source turns backwards.
            let emf =
                [0.0, -120.0, 120.0f64].map(|deg| Complex64::from_polar(volts, (deg * f64::from(order)).to_radians()));
            let h = f64::from(order);
            let (r, x) = (2.0 * volts / 60.0 * 0.8, 2.0 * volts / 60.0 * 0.6);
            let z = Complex64::new(2.2166e-3 + 0.0525 + r, (10.861e-3 + 0.0187 + x) * h);
            let got = solve(&source, &emf, &[circuit], order).flows[0].current;
            for k in 0..3 {
                assert!((got[k] - emf[k] / z).norm() < 1e-6, "order {order}: {} for {}", got[k], emf[k] / z);
            }
        }
        // Its offset: of the same loop at the rated frequency.
        let z = Complex64::new(
            2.2166e-3 + 0.0525 + 2.0 * volts / 60.0 * 0.8,
            10.861e-3 + 0.0187 + 2.0 * volts / 60.0 * 0.6,
        );
        assert!((x_over_r(&source, &[circuit], 0) - z.im / z.re).abs() < 1e-6);
    }

    #[test]
    fn the_offset_of_a_ground_fault_is_that_of_all_three_sequences() {
        let got = x_over_r(&SourceSpec::default(), &[feeder_with(Some(Fault::LINE_GROUND.at_metres(30.0)))], 0);
        let (line_r, line_x) = (0.525e-3 * 30.0, 0.187e-3 * 30.0);
        let r = 2.0 * (2.2166e-3 + line_r) + 3.81e-3 + 3.5 * line_r;
        let x = 2.0 * (10.861e-3 + line_x) + 13.02e-3 + 3.0 * line_x;
        assert!((got - x / r).abs() < 1e-6, "{got} for {}", x / r);
    }

    #[test]
    fn nothing_has_no_offset_and_a_loop_without_resistance_a_long_one() {
        assert_eq!(x_over_r(&SourceSpec::default(), &[feeder_with(None)], 0), 0.0);
        let source = SourceSpec { z1: crate::power::Impedance::new(0.0, 0.01), ..SourceSpec::default() };
        assert_eq!(x_over_r(&source, &[feeder_with(Some(Fault::THREE_PHASE))], 0), 1000.0);
    }
}
