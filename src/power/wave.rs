//! The waveforms of one breaker: steady state from phasors, and the offset that decays after each change.

#![expect(
    clippy::needless_range_loop,
    reason = "one index runs over several arrays of lanes, the form that becomes vector instructions"
)]

use super::rotor::Rotor;
use super::stretch::Row;
use crate::time::SAMPLES_PER_CYCLE;
use num_complex::Complex64;

/// Channels of a wave, padded to a power of two for the vector unit: IA IB IC I0 VA VB VC and one that is always zero.
pub(crate) const LANES: usize = 8;
/// The currents come first; they have an offset.
pub(crate) const CURRENTS: usize = 4;
/// Zero-sequence transformer.
pub(crate) const ZERO_SEQUENCE: usize = 3;
/// First of the voltages.
pub(crate) const VOLTAGE: usize = 4;

/// One value a channel.
pub(crate) type Lanes = [f64; LANES];

/// Peak phasors of all channels at one harmonic order, split for the vector unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Component {
    pub(crate) order: i32,
    re: Lanes,
    im: Lanes,
}

impl Component {
    pub(crate) fn new(order: i32, phasors: [Complex64; LANES]) -> Self {
        Self { order, re: phasors.map(|p| p.re), im: phasors.map(|p| p.im) }
    }

    #[inline]
    fn add_to(&self, out: &mut Lanes, z: Complex64) {
        for lane in 0..LANES {
            out[lane] += self.re[lane] * z.re - self.im[lane] * z.im;
        }
    }
}

/// What one breaker's channels do from the last change on.
#[derive(Clone, Debug)]
pub(crate) struct Wave {
    fundamental: Component,
    harmonics: Vec<Component>,
    /// One cycle of the harmonics, sample by sample, while the source runs at its rated frequency.
    cycle: Vec<Lanes>,
    at: usize,
    offset: [f64; CURRENTS],
    decay: f64,
    offset_stands: bool,
}

/// Below this an offset is over (A): a thousandth of the resolution of the finest instrument here.
const OFFSET_OVER: f64 = 1e-6;

impl Wave {
    pub(crate) fn dead() -> Self {
        Self {
            fundamental: Component::new(1, [Complex64::ZERO; LANES]),
            harmonics: Vec::new(),
            cycle: Vec::new(),
            at: 0,
            offset: [0.0; CURRENTS],
            decay: 0.0,
            offset_stands: false,
        }
    }

    /// A sample later.
    pub(crate) fn advance(&mut self) {
        self.at = (self.at + 1) % SAMPLES_PER_CYCLE as usize;
        if self.offset_stands {
            let mut greatest = 0.0_f64;
            for offset in &mut self.offset {
                *offset *= self.decay;
                greatest = greatest.max(offset.abs());
            }
            if greatest < OFFSET_OVER {
                self.offset = [0.0; CURRENTS];
                self.offset_stands = false;
            }
        }
    }

    /// Peak of the fundamental of a channel in the steady state, without offset and harmonics.
    pub(crate) fn steady_peak(&self, lane: usize) -> f64 {
        self.fundamental.re[lane].hypot(self.fundamental.im[lane])
    }

    /// The samples from the next one on, for where the source points at each. When the wave is `advanced` it stands at
    /// the first of them already.
    pub(crate) fn fill(&mut self, source: &[Complex64], rows: &mut [Row], advanced: bool) {
        let whole_cycle_known = !self.cycle.is_empty() || self.harmonics.is_empty();
        if self.offset_stands || !whole_cycle_known {
            for (n, (row, now)) in rows.iter_mut().zip(source).enumerate() {
                if n > 0 || !advanced {
                    self.advance();
                }
                *row = self.value(*now);
            }
            return;
        }
        let mut at = self.at + usize::from(!advanced);
        for (row, now) in rows.iter_mut().zip(source) {
            *row = [0.0; LANES];
            self.fundamental.add_to(row, *now);
            if let Some(harmonics) = self.cycle.get(at % SAMPLES_PER_CYCLE as usize) {
                for lane in 0..LANES {
                    row[lane] += harmonics[lane];
                }
            }
            at += 1;
        }
        self.at = (at - 1) % SAMPLES_PER_CYCLE as usize;
    }

    /// So many samples later, while no offset stands.
    pub(crate) fn skip(&mut self, samples: usize) {
        self.at = (self.at + samples) % SAMPLES_PER_CYCLE as usize;
    }

    /// An offset has not decayed yet.
    pub(crate) fn offset_stands(&self) -> bool {
        self.offset_stands
    }

    /// All channels now that the source points there.
    #[inline]
    pub(crate) fn value(&self, source: Complex64) -> Lanes {
        let mut out = [0.0; LANES];
        self.fundamental.add_to(&mut out, source);
        if let Some(row) = self.cycle.get(self.at) {
            for lane in 0..LANES {
                out[lane] += row[lane];
            }
        } else {
            for component in &self.harmonics {
                component.add_to(&mut out, source.powi(component.order));
            }
        }
        if self.offset_stands {
            for lane in 0..CURRENTS {
                out[lane] += self.offset[lane];
            }
        }
        out
    }

    /// Takes these currents as what flowed until now, whatever the steady state said.
    pub(crate) fn hold(&mut self, currents: [f64; 3]) {
        self.fundamental = Component::new(1, [Complex64::ZERO; LANES]);
        self.harmonics.clear();
        self.cycle.clear();
        self.offset[..3].copy_from_slice(&currents);
        self.offset_stands = true;
    }

    /// Goes over to another steady state at this sample.
    ///
    /// `i(t) = iss(t) + [i(t0-) - iss(t0)] exp(-(t - t0)/tau)`: no current through an inductance jumps. A channel that
    /// is not `carrying` has neither steady state nor offset. `tau` is in samples.
    pub(crate) fn change(
        &mut self,
        rotor: &Rotor,
        fundamental: Component,
        harmonics: Vec<Component>,
        carrying: [bool; CURRENTS],
        tau: f64,
        continuous: bool,
    ) {
        let before = self.value(rotor.now);
        self.fundamental = fundamental;
        self.harmonics = harmonics;
        self.cycle.clear();
        self.offset = [0.0; CURRENTS];
        self.offset_stands = false;
        self.decay = if tau > 0.0 { (-1.0 / tau).exp() } else { 0.0 };
        if continuous && self.decay > 0.0 {
            let after = self.value(rotor.now);
            for lane in 0..CURRENTS {
                if carrying[lane] {
                    self.offset[lane] = before[lane] - after[lane];
                }
            }
            self.offset_stands = self.offset.iter().any(|o| o.abs() > OFFSET_OVER);
        }
    }

    /// Lays down one cycle of the harmonics; right only while the source stays at its rated frequency.
    pub(crate) fn lay_down_cycle(&mut self, rotor: &Rotor) {
        self.cycle.clear();
        self.at = 0;
        if self.harmonics.is_empty() {
            return;
        }
        let mut ahead = *rotor;
        for _ in 0..SAMPLES_PER_CYCLE {
            let mut row = [0.0; LANES];
            for component in &self.harmonics {
                component.add_to(&mut row, ahead.now.powi(component.order));
            }
            self.cycle.push(row);
            ahead.advance();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(amperes: f64) -> Component {
        Component::new(1, [Complex64::from(amperes); LANES])
    }

    /// A wave that goes over from nothing to this crest in every channel, with a time constant of so many samples.
    fn changed(amperes: f64, tau: f64) -> Wave {
        let mut wave = Wave::dead();
        wave.change(&Rotor::new(60.0, 7680.0), component(amperes), Vec::new(), [true; CURRENTS], tau, true);
        wave
    }

    #[test]
    fn an_offset_is_over_below_a_microampere() {
        // exp(-13.8) is 1.01e-6 and exp(-13.9) 0.92e-6.
        let mut wave = changed(1.0, 10.0);
        for n in 0..139 {
            assert!(wave.offset_stands(), "after {n} samples");
            wave.advance();
        }
        assert!(!wave.offset_stands());
        assert!(!changed(1e-7, 10.0).offset_stands());
    }

    #[test]
    fn without_a_time_constant_a_current_jumps() {
        let wave = changed(5.0, 0.0);
        assert!(!wave.offset_stands());
        assert_eq!(wave.value(Complex64::ONE), [5.0; LANES]);
        // With one it starts from what flowed; a voltage always jumps.
        assert_eq!(changed(5.0, 10.0).value(Complex64::ONE), [0.0, 0.0, 0.0, 0.0, 5.0, 5.0, 5.0, 5.0]);
    }
}
