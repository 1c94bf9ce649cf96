//! What one pass shows to every element.

use super::sequence::Sequence;
use super::{Context, Rated};
use crate::power::Quantities;
use crate::time::{SAMPLES_PER_PASS, SampleRate, Tick};
use crate::units::{Amperes, Phase, Phases};
use std::cell::OnceCell;

/// The inputs of one pass, with what several elements would compute alike.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    pub(super) q: &'a Quantities,
    pub(super) context: &'a Context,
    pub(super) rated: &'a Rated,
    /// When.
    pub(super) tick: Tick,
    pub(super) rate: SampleRate,
    /// Seconds since the pass before.
    pub(super) dt: f64,
    /// Greatest phase current, true RMS, A.
    pub(super) rms: (Phase, f64),
    /// Greatest phase current by the peak-to-peak measure, A.
    pub(super) peak_to_peak: (Phase, f64),
    current_sequence: OnceCell<Sequence>,
    voltage_sequence: OnceCell<Sequence>,
}

/// Far above any current or voltage that can exist here, and small enough that its powers stay finite.
const LIMIT: f64 = 1e12;

/// A number that arithmetic survives: not-a-number counts as nothing, infinity as very much.
pub(super) fn sane(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(-LIMIT, LIMIT) }
}

fn greatest(currents: Phases<Amperes>) -> (Phase, f64) {
    currents.map(|i| sane(i.0)).greatest()
}

/// Below this positive-sequence voltage, V, no element of voltage phase, frequency or power is believed (ABB Emax 2
/// blocks its frequency and voltage functions under 30 V).
const VOLTAGE_VALID: f64 = 30.0;

impl<'a> View<'a> {
    pub(super) fn new(
        rate: SampleRate,
        before: Option<Tick>,
        q: &'a Quantities,
        context: &'a Context,
        rated: &'a Rated,
    ) -> Self {
        let samples = before.map_or(u64::from(SAMPLES_PER_PASS), |b| q.tick.since(b).0);
        Self {
            q,
            context,
            rated,
            tick: q.tick,
            rate,
            dt: samples as f64 / f64::from(rate.hz()),
            rms: greatest(q.current_rms),
            peak_to_peak: greatest(q.current_peak_to_peak),
            current_sequence: OnceCell::new(),
            voltage_sequence: OnceCell::new(),
        }
    }

    /// Least phase current, true RMS, A.
    pub(super) fn least_rms(&self) -> (Phase, f64) {
        self.q.current_rms.map(|i| sane(i.0)).least()
    }

    /// Line-to-line voltages, true RMS, V.
    pub(super) fn line_voltages(&self) -> Phases<f64> {
        self.q.line_voltage_rms.map(|v| sane(v.0))
    }

    /// Sequence components of the currents, A.
    pub(super) fn current_sequence(&self) -> &Sequence {
        self.current_sequence.get_or_init(|| Sequence::of(&self.q.current))
    }

    /// Sequence components of the phase-to-neutral voltages, V.
    pub(super) fn voltage_sequence(&self) -> &Sequence {
        self.voltage_sequence.get_or_init(|| Sequence::of(&self.q.voltage))
    }

    /// There is voltage enough to speak of its phase and frequency.
    pub(super) fn voltage_valid(&self) -> bool {
        self.voltage_sequence().positive >= VOLTAGE_VALID
    }
}
