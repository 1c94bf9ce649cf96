//! What the metering says of one window.

use super::sequence::{Sequence, Unbalance};
use super::spectrum::Spectrum;
use crate::time::Tick;
use crate::units::{Amperes, Percent, Phases, Vars, VoltAmperes, Volts, Watts};
use num_complex::Complex64;

/// Apparent power by its three definitions (IEEE 1459): `vector <= arithmetic <= effective`, equal in balance only.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Apparent {
    /// RMS voltage times RMS current of each phase.
    pub phases: Phases<VoltAmperes>,
    /// The sum of the phases.
    pub arithmetic: VoltAmperes,
    /// `sqrt(P^2 + Q1^2)`.
    pub vector: VoltAmperes,
    /// `3 Ve Ie`: the balanced circuit of the same losses.
    pub effective: VoltAmperes,
}

/// Everything measured over one window of 200 ms (12 cycles at 60 Hz, 10 at 50 Hz; IEC 61000-4-30).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// The tick of the last sample of the window.
    pub tick: Tick,
    /// True RMS.
    pub current: Phases<Amperes>,
    /// True RMS in the neutral.
    pub neutral: Amperes,
    /// True RMS through the zero-sequence transformer.
    pub ground: Amperes,
    /// True RMS, phase to neutral; of a three-wire circuit against the centre of the three conductors.
    pub voltage: Phases<Volts>,
    /// True RMS, ab, bc, ca.
    pub line_voltage: Phases<Volts>,
    /// Fundamental, RMS, against a reference at the rated frequency.
    pub current_phasor: Phases<Complex64>,
    /// Fundamental, RMS, likewise.
    pub voltage_phasor: Phases<Complex64>,
    /// Mean of v times i, a phase; positive into the load.
    pub active: Phases<Watts>,
    /// Their sum.
    pub active_total: Watts,
    /// Fundamental reactive power a phase; positive when the current lags.
    pub reactive: Phases<Vars>,
    /// Their sum: published as Q.
    pub reactive_total: Vars,
    /// Apparent power.
    pub apparent: Apparent,
    /// `P / S` with the arithmetic S and the sign of P; none without load.
    pub power_factor: Option<f64>,
    /// `P1 / sqrt(P1^2 + Q1^2)` of the fundamental, with the sign of P1; none without load.
    pub displacement: Option<f64>,
    /// The current leads (P and Q of opposite sign).
    pub leading: bool,
    /// Of the fundamental currents.
    pub current_sequence: Sequence,
    /// Of the fundamental voltages.
    pub voltage_sequence: Sequence,
    /// Of the currents.
    pub current_unbalance: Unbalance,
    /// Of the voltages; by NEMA of the line voltages.
    pub voltage_unbalance: Unbalance,
    /// Harmonic subgroups of the currents.
    pub current_spectrum: Phases<Spectrum>,
    /// Harmonic subgroups of the voltages.
    pub voltage_spectrum: Phases<Spectrum>,
    /// Total demand distortion, against the rated current.
    pub tdd: Phases<Option<Percent>>,
    /// Greatest magnitude over RMS of the currents; none without current.
    pub crest: Phases<Option<f64>>,
}

/// Below this there is no load of which a power factor could be said, VA.
const NO_LOAD: f64 = 1.0;

impl Measurement {
    /// Apparent power and power factors from voltages, currents and powers that are already there.
    pub(crate) fn derive_power(&mut self, four_wire: bool) {
        self.active_total = Watts(self.active.iter().map(|p| p.0).sum());
        self.reactive_total = Vars(self.reactive.iter().map(|q| q.0).sum());
        let (v, i) = (self.voltage, self.current);
        let phases = Phases::from_fn(|k| VoltAmperes(v[k].0 * i[k].0));
        let arithmetic: f64 = phases.iter().map(|s| s.0).sum();
        let squares = |x: [f64; 3]| x.iter().map(|x| x * x).sum::<f64>();
        let i_squared = squares(i.map(|x| x.0).to_array());
        let v_squared = squares(v.map(|x| x.0).to_array());
        let line_squared = squares(self.line_voltage.map(|x| x.0).to_array());
        // IEEE 1459-2010, 3.2.2.8: four wires with a neutral of the resistance of a phase, or three wires.
        let (ie, ve) = if four_wire {
            let neutral = self.neutral.0 * self.neutral.0;
            (((i_squared + neutral) / 3.0).sqrt(), ((3.0 * v_squared + line_squared) / 18.0).sqrt())
        } else {
            ((i_squared / 3.0).sqrt(), (line_squared / 9.0).sqrt())
        };
        let (p, q) = (self.active_total.0, self.reactive_total.0);
        self.apparent = Apparent {
            phases,
            arithmetic: VoltAmperes(arithmetic),
            vector: VoltAmperes(p.hypot(q)),
            effective: VoltAmperes(3.0 * ve * ie),
        };
        let p1: f64 = self.voltage_phasor.iter().zip(&self.current_phasor).map(|(v, i)| (v * i.conj()).re).sum();
        let loaded = arithmetic > NO_LOAD;
        self.power_factor = loaded.then(|| (p / arithmetic).clamp(-1.0, 1.0));
        self.displacement = (loaded && p1.hypot(q) > NO_LOAD).then(|| p1 / p1.hypot(q));
        self.leading = loaded && p1 * q < 0.0;
    }

    /// Sequence components and unbalance from the phasors and magnitudes that are already there.
    pub(crate) fn derive_sequences(&mut self) {
        self.current_sequence = Sequence::of(&self.current_phasor);
        self.voltage_sequence = Sequence::of(&self.voltage_phasor);
        self.current_unbalance = Unbalance::of(&self.current_sequence, self.current.map(|i| i.0), 0.1);
        self.voltage_unbalance = Unbalance::of(&self.voltage_sequence, self.line_voltage.map(|v| v.0), 1.0);
    }

    /// THD of the worst current; none without current.
    pub fn worst_current_thd(&self) -> Option<Percent> {
        worst(&self.current_spectrum)
    }

    /// THD of the worst voltage; none without voltage.
    pub fn worst_voltage_thd(&self) -> Option<Percent> {
        worst(&self.voltage_spectrum)
    }
}

fn worst(spectra: &Phases<Spectrum>) -> Option<Percent> {
    spectra.iter().filter_map(Spectrum::thd).reduce(Percent::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One phase of 100 V and 10 A with this fundamental of the current.
    fn one_phase(fundamental: Complex64) -> Measurement {
        let mut m = Measurement {
            voltage: Phases::new(Volts(100.0), Volts::ZERO, Volts::ZERO),
            current: Phases::new(Amperes(10.0), Amperes::ZERO, Amperes::ZERO),
            voltage_phasor: Phases::new(Complex64::new(100.0, 0.0), Complex64::ZERO, Complex64::ZERO),
            current_phasor: Phases::new(fundamental, Complex64::ZERO, Complex64::ZERO),
            ..Measurement::default()
        };
        let s = m.voltage_phasor.a * fundamental.conj();
        (m.active.a, m.reactive.a) = (Watts(s.re), Vars(s.im));
        m.derive_power(true);
        m
    }

    #[test]
    fn a_current_leads_when_active_and_reactive_power_go_different_ways() {
        for (re, im, leading) in [(6.0, 8.0, true), (6.0, -8.0, false), (-6.0, 8.0, false), (-6.0, -8.0, true)] {
            let m = one_phase(Complex64::new(re, im));
            assert_eq!(m.leading, leading, "{re} {im}");
            assert_eq!((m.power_factor, m.displacement), (Some(re / 10.0), Some(re / 10.0)));
        }
        assert!(!one_phase(Complex64::new(10.0, 0.0)).leading, "in phase");
    }

    #[test]
    fn a_current_without_fundamental_has_no_displacement() {
        let m = one_phase(Complex64::ZERO);
        assert_eq!((m.power_factor, m.displacement), (Some(0.0), None));
    }

    #[test]
    fn the_worst_distortion_is_that_of_the_most_distorted_phase() {
        let with = |fifth: f32| {
            let mut spectrum = Spectrum::default();
            (spectrum.subgroup[0], spectrum.subgroup[4]) = (100.0, fifth);
            spectrum
        };
        let spectra = Phases::new(with(3.0), with(8.0), with(5.0));
        let m = Measurement { voltage_spectrum: spectra, ..Measurement::default() };
        assert_eq!((m.worst_voltage_thd(), m.worst_current_thd()), (Some(Percent(8.0)), None));
        let m = Measurement { current_spectrum: spectra, ..Measurement::default() };
        assert_eq!((m.worst_voltage_thd(), m.worst_current_thd()), (None, Some(Percent(8.0))));
    }
}
