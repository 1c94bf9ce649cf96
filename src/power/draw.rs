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
