//! Currents that follow no phasor: arcs and inrush, added to a feeder sample by sample.
//!
//! They flow through the impedance of the source, whose drop on the bus they do not change: at 400 A that is 1 % of the
//! voltage.

use super::arc::{BadContact, Sputter};
use super::inrush::Cores;
use super::solve::{Branch, Circuit};
use super::spec::{SourceSpec, Wiring};
use super::wave::{Lanes, VOLTAGE, ZERO_SEQUENCE};
use crate::time::SAMPLES_PER_CYCLE;
use std::f64::consts::{SQRT_2, TAU};

/// What draws such currents behind one breaker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) parallel: Option<Sputter>,
    pub(crate) series: Option<BadContact>,
    pub(crate) inrush: Option<Cores>,
}

impl Drawn {
    pub(crate) fn is_none(&self) -> bool {
        self.parallel.is_none() && self.series.is_none() && self.inrush.is_none()
    }

    /// Adds them to what the phasors say. `period_s` is the time of a sample.
    pub(crate) fn add(&mut self, lanes: &mut Lanes, circuit: &Circuit, source: &SourceSpec, period_s: f64) {
        let crest = source.phase_voltage().0 * SQRT_2;
        if let Some(contact) = &mut self.series {
            let k = contact.phase().index();
            let i = series_load(circuit, source, k).filter(|_| circuit.joined()[k]);
            // The neutral brings back what the conductor takes: the zero-sequence transformer sees nothing.
            lanes[k] = i.map_or(0.0, |(r, l)| contact.current(lanes[VOLTAGE + k], r, l, period_s));
        }
        if let Some(arc) = &mut self.parallel {
            let k = arc.phase().index();
            let i = arc.current(lanes[VOLTAGE + k], crest);
            if circuit.closed[k] {
                lanes[k] += i;
                lanes[ZERO_SEQUENCE] += i;
            }
            if arc.over() {
                self.parallel = None;
            }
        }
        if let Some(cores) = &mut self.inrush {
            let live = circuit.joined();
            let voltage = std::array::from_fn(|k| if live[k] { lanes[VOLTAGE + k] } else { 0.0 });
            let cycle = SAMPLES_PER_CYCLE as usize;
            let currents = cores.currents(voltage, TAU / cycle as f64, cycle);
            for k in 0..3 {
                if live[k] {
                    lanes[k] += currents[k];
                }
            }
            if cores.over() {
                self.inrush = None;
            }
        }
    }
}

/// Resistance and inductance of the load between a conductor and neutral, with its line; none without one.
pub(crate) fn series_load(circuit: &Circuit, source: &SourceSpec, k: usize) -> Option<(f64, f64)> {
    let Branch::Feeder { feeder, load } = &circuit.branch else { return None };
    let y = load.admittance(source.phase_voltage())[k] * circuit.load_factor;
    if load.wiring != Wiring::FourWire || y.norm_sqr() == 0.0 {
        return None;
    }
    let z = feeder.z1(feeder.length_m) + y.inv();
    (z.re > 0.0).then(|| (z.re, z.im.max(0.0) / (TAU * source.frequency.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::power::spec::{BreakerSpec, FeederSpec, LoadSpec};
    use crate::power::{ParallelArc, SeriesArc, noise::Noise};
    use crate::units::{Amperes, Phase, Seconds};

    fn circuit(load: LoadSpec) -> Circuit {
        Circuit::new(&BreakerSpec::Feeder { feeder: FeederSpec::default(), load })
    }

    #[test]
    fn the_load_of_a_series_arc_is_load_and_line() {
        let source = SourceSpec::default();
        // 40 A at 277.128 V and 0.8: 6.928 ohm, 5.543 + j 4.157; 100 m of line: 0.0525 + j 0.0187.
        let (r, l) = series_load(&circuit(LoadSpec::of_current(Amperes(40.0), 0.8)), &source, 1).unwrap();
        assert!((r - 5.5951).abs() < 1e-3, "{r}");
        assert!((l * TAU * 60.0 - 4.1757).abs() < 1e-3, "{l}");
        assert_eq!(series_load(&circuit(LoadSpec::none()), &source, 1), None);
        let delta = LoadSpec { wiring: Wiring::ThreeWire, ..LoadSpec::of_current(Amperes(40.0), 0.8) };
        assert_eq!(series_load(&circuit(delta), &source, 1), None, "no neutral, no loop of one phase");
    }

    #[test]
    fn a_parallel_arc_flows_in_its_conductor_and_in_the_sum_and_nowhere_when_the_pole_is_open() {
        let source = SourceSpec::default();
        let crest = source.phase_voltage().0 * SQRT_2;
        let arc = ParallelArc { phase: Phase::B, peak: Amperes(400.0), half_cycles: 60, within: Seconds(0.5) };
        for closed in [true, false] {
            let mut circuit = circuit(LoadSpec::none());
            circuit.closed[1] = closed;
            let mut drawn = Drawn { parallel: Some(Sputter::new(arc, 1.0 / 120.0, Noise::new(3))), ..Drawn::default() };
            assert!(!drawn.is_none());
            let mut greatest = 0.0f64;
            for n in 0..5000u32 {
                let mut lanes = [0.0; super::super::wave::LANES];
                lanes[VOLTAGE + 1] = crest * (TAU * (f64::from(n) + 0.5) / 128.0).sin();
                lanes[1] = 7.0;
                lanes[ZERO_SEQUENCE] = 1.0;
                drawn.add(&mut lanes, &circuit, &source, 1.0 / 7680.0);
                let (line, ground) = (lanes[1] - 7.0, lanes[ZERO_SEQUENCE] - 1.0);
                assert!((line - ground).abs() < 1e-9);
                greatest = greatest.max(line.abs());
            }
            assert!(drawn.is_none(), "half a second is over");
            assert_eq!(greatest > 359.0, closed, "{greatest}");
        }
    }

    #[test]
    fn a_series_arc_takes_the_place_of_what_its_load_drew() {
        let source = SourceSpec::default();
        let circuit = circuit(LoadSpec::of_current(Amperes(40.0), 1.0));
        let contact = BadContact::new(SeriesArc { phase: Phase::A }, Noise::new(3));
        let mut drawn = Drawn { series: Some(contact), ..Drawn::default() };
        let mut lanes = [0.0; super::super::wave::LANES];
        (lanes[0], lanes[VOLTAGE]) = (99.0, 20.0);
        drawn.add(&mut lanes, &circuit, &source, 1.0 / 7680.0);
        assert_eq!(lanes[0], 0.0, "20 V strike no arc");
        lanes[VOLTAGE] = 300.0;
        drawn.add(&mut lanes, &circuit, &source, 1.0 / 7680.0);
        // 300 V less an arc of 35 V, 30 % either way, over 6.98 ohm.
        assert!((36.0..40.0).contains(&lanes[0]), "{}", lanes[0]);
        assert!(!drawn.is_none(), "a bad contact stays bad");
    }

    #[test]
    fn twice_the_load_is_half_the_impedance_behind_the_same_line() {
        let mut circuit = circuit(LoadSpec::of_current(Amperes(40.0), 0.8));
        circuit.load_factor = 2.0;
        // 3.464 ohm at 0.8: 2.7713 + j 2.0785; the line as ever.
        let (r, l) = series_load(&circuit, &SourceSpec::default(), 1).unwrap();
        assert!((r - 2.8238).abs() < 1e-3, "{r}");
        assert!((l * TAU * 60.0 - 2.0972).abs() < 1e-3, "{l}");
    }

    #[test]
    fn an_arc_at_the_crest_of_the_nominal_voltage_has_its_stated_peak() {
        let (source, circuit) = (SourceSpec::default(), circuit(LoadSpec::none()));
        let arc = ParallelArc { phase: Phase::C, peak: Amperes(400.0), half_cycles: 12, within: Seconds(0.1) };
        let mut drawn = Drawn { parallel: Some(Sputter::new(arc, 1.0 / 120.0, Noise::new(3))), ..Drawn::default() };
        let mut greatest = 0.0f64;
        for n in 0..1000u32 {
            let mut lanes = [0.0; super::super::wave::LANES];
            lanes[VOLTAGE + 2] = 480.0 * (2.0f64 / 3.0).sqrt() * (TAU * (f64::from(n) + 0.5) / 128.0).sin();
            drawn.add(&mut lanes, &circuit, &source, 1.0 / 7680.0);
            greatest = greatest.max(lanes[2].abs());
        }
        assert!((359.0..=440.0).contains(&greatest), "a tenth off 400 A at most: {greatest}");
    }

    #[test]
    fn a_series_arc_looks_at_the_voltage_of_its_own_conductor() {
        let circuit = circuit(LoadSpec::of_current(Amperes(40.0), 1.0));
        let contact = BadContact::new(SeriesArc { phase: Phase::B }, Noise::new(3));
        let mut drawn = Drawn { series: Some(contact), ..Drawn::default() };
        let mut lanes = [0.0; super::super::wave::LANES];
        lanes[VOLTAGE + 1] = 300.0;
        drawn.add(&mut lanes, &circuit, &SourceSpec::default(), 1.0 / 7680.0);
        assert!((36.0..40.0).contains(&lanes[1]), "{}", lanes[1]);
    }

    #[test]
    fn inrush_adds_to_what_flows_in_the_live_conductors() {
        let (source, mut circuit) = (SourceSpec::default(), circuit(LoadSpec::none()));
        circuit.closed[2] = false;
        let inrush = crate::power::Inrush {
            rated: crate::units::VoltAmperes(75_000.0),
            residual: crate::units::Phases::splat(0.0),
        };
        let cores = Cores::new(&inrush, source.phase_voltage().0);
        let mut drawn = Drawn { inrush: Some(cores), ..Drawn::default() };
        let mut lanes = [0.0; super::super::wave::LANES];
        for _ in 0..30 {
            lanes = [7.0; super::super::wave::LANES];
            let crest = source.phase_voltage().0 * SQRT_2;
            lanes[VOLTAGE..VOLTAGE + 3].copy_from_slice(&[crest, -crest, crest]);
            drawn.add(&mut lanes, &circuit, &source, 1.0 / 7680.0);
        }
        // 30 samples at the crest are 1.473 of the rated flux, 0.273 beyond the knee: 1.36 of 127.6 A less the loss.
        assert!((160.0..175.0).contains(&(lanes[0] - 7.0)), "{}", lanes[0]);
        assert!((lanes[1] - 7.0 + lanes[0] - 7.0).abs() < 1e-9, "{}", lanes[1]);
        assert_eq!(lanes[2], 7.0, "its pole is open");
    }
}
