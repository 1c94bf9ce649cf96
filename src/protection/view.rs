//! What one pass shows to every element.

use super::{Context, Rated};
use crate::power::Quantities;
use crate::time::{SAMPLES_PER_PASS, SampleRate, Tick};
use crate::units::{Amperes, Phase, Phases};

/// The inputs of one pass, with what several elements would compute alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) q: &'a Quantities,
    pub(super) context: &'a Context,
    pub(super) rated: &'a Rated,
    /// Seconds since the pass before.
    pub(super) dt: f64,
    /// Greatest phase current, true RMS, A.
    pub(super) rms: (Phase, f64),
    /// Greatest phase current by the peak-to-peak measure, A.
    pub(super) peak_to_peak: (Phase, f64),
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
            dt: samples as f64 / f64::from(rate.hz()),
            rms: greatest(q.current_rms),
            peak_to_peak: greatest(q.current_peak_to_peak),
        }
    }
}
