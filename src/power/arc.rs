//! Arcs in the wiring, sample by sample: a parallel one that sputters to ground, and a series one in a bad contact.
//!
//! Both strike late in a half-cycle and die before its end, and no half-cycle is like the one before: what the signature
//! elements look for. All that is random comes from the seed of the network.

use super::PowerError;
use super::noise::Noise;
use crate::units::{Amperes, Phase, Seconds};

/// A parallel arc that sputters from one conductor to ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParallelArc {
    /// From which conductor.
    pub phase: Phase,
    /// Peak of its half-cycles; each is up to a tenth off.
    pub peak: Amperes,
    /// How many half-cycles it burns, half of them of either polarity.
    pub half_cycles: u32,
    /// Over how long they are spread at random.
    pub within: Seconds,
}

/// A series arc in a conductor of the load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesArc {
    /// In which conductor.
    pub phase: Phase,
}

/// Voltage across a parallel arc as a share of the crest of the phase voltage: 100 to 150 V of 392 V.
const PARALLEL_ARC: (f64, f64) = (0.26, 0.38);
/// Voltage at which it strikes, as a multiple of that.
const PARALLEL_STRIKE: (f64, f64) = (1.2, 2.3);
/// How far a half-cycle is off the stated peak.
const PEAK_VARIES: f64 = 0.10;
/// Voltage across a series arc, V, and how far it varies.
const SERIES_ARC: (f64, f64) = (35.0, 0.30);
/// Voltage at which it strikes again after a current zero, V, and how far it varies.
const SERIES_STRIKE: (f64, f64) = (80.0, 0.30);
/// Steps of integration within a sample.
const SUBSTEPS: usize = 16;

impl ParallelArc {
    /// Says whether such an arc can be.
    pub(crate) fn check(&self, half_cycle_s: f64) -> Result<(), PowerError> {
        if !(self.peak.0 > 0.0 && self.peak.0 <= 200_000.0) {
            return Err(PowerError::Current(self.peak.0));
        }
        let room = (self.within.0 / half_cycle_s + 1e-6).floor();
        if !(room <= 1e5 && self.half_cycles >= 1 && f64::from(self.half_cycles) <= room) {
            return Err(PowerError::ArcHalfCycles { half_cycles: self.half_cycles, within_s: self.within.0 });
        }
        Ok(())
    }
}

/// A parallel arc at work.
#[derive(Clone, Debug)]
pub(crate) struct Sputter {
    arc: ParallelArc,
    /// Half-cycles to come, first last: whether it burns.
    plan: Vec<bool>,
    noise: Noise,
    positive: Option<bool>,
    burns: bool,
    struck: bool,
    peak: f64,
    share: f64,
    strike: f64,
}

impl Sputter {
    pub(crate) fn new(arc: ParallelArc, half_cycle_s: f64, mut noise: Noise) -> Self {
        let room = (arc.within.0 / half_cycle_s + 1e-6).floor() as usize;
        let mut plan = vec![false; room];
        // Half-cycles of one polarity have every second place; each polarity burns in half of the count.
        for parity in 0..2usize {
            let mut places: Vec<usize> = (parity..room).step_by(2).collect();
            let wanted = (arc.half_cycles as usize + 1 - parity) / 2;
            for _ in 0..wanted.min(places.len()) {
                let at = (noise.uniform() * places.len() as f64) as usize;
                plan[places.swap_remove(at.min(places.len() - 1))] = true;
            }
        }
        plan.reverse();
        Self { arc, plan, noise, positive: None, burns: false, struck: false, peak: 0.0, share: 1.0, strike: 1.0 }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.arc.phase
    }

    /// All half-cycles are over.
    pub(crate) fn over(&self) -> bool {
        self.plan.is_empty() && !self.burns
    }

    /// Current at this voltage of its conductor; `crest` is that of the nominal voltage.
    pub(crate) fn current(&mut self, voltage: f64, crest: f64) -> f64 {
        let positive = voltage > 0.0;
        if self.positive != Some(positive) {
            // It begins with the first whole half-cycle.
            if self.positive.is_some() {
                self.burns = self.plan.pop().unwrap_or(false);
                self.struck = false;
                let mut between = |(low, high): (f64, f64)| low + (high - low) * self.noise.uniform();
                self.share = between(PARALLEL_ARC);
                self.strike = self.share * between(PARALLEL_STRIKE);
                self.peak = self.arc.peak.0 * between((1.0 - PEAK_VARIES, 1.0 + PEAK_VARIES));
            }
            self.positive = Some(positive);
        }
        if !self.burns {
            return 0.0;
        }
        let level = voltage.abs() / crest;
        self.struck = if self.struck { level > self.share } else { level > self.strike };
        if self.struck { (self.peak * (level - self.share) / (1.0 - self.share)).copysign(voltage) } else { 0.0 }
    }
}

/// A series arc at work on a load of resistance and inductance.
#[derive(Clone, Debug)]
pub(crate) struct BadContact {
    arc: SeriesArc,
    noise: Noise,
    voltage: f64,
    current: f64,
    struck: bool,
    across: f64,
    strike: f64,
}

impl BadContact {
    pub(crate) fn new(arc: SeriesArc, noise: Noise) -> Self {
        Self { arc, noise, voltage: 0.0, current: 0.0, struck: false, across: SERIES_ARC.0, strike: SERIES_STRIKE.0 }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.arc.phase
    }

    /// Current a sample later: `L di/dt = v - R i - u sign(i)`, dead between a current zero and the next strike.
    pub(crate) fn current(&mut self, voltage: f64, resistance: f64, inductance: f64, period_s: f64) -> f64 {
        let from = std::mem::replace(&mut self.voltage, voltage);
        for n in 1..=SUBSTEPS {
            let v = from + (voltage - from) * n as f64 / SUBSTEPS as f64;
            if !self.struck {
                if v.abs() < self.strike {
                    continue;
                }
                self.struck = true;
                self.across = varied(SERIES_ARC, &mut self.noise);
            }
            let way = if self.current == 0.0 { v.signum() } else { self.current.signum() };
            let steady = (v - self.across.copysign(way)) / resistance;
            let tau = inductance / resistance;
            let h = period_s / SUBSTEPS as f64;
            let next = if tau > 0.0 { steady + (self.current - steady) * (-h / tau).exp() } else { steady };
            if next * way <= 0.0 {
                self.current = 0.0;
                self.struck = false;
                self.strike = varied(SERIES_STRIKE, &mut self.noise);
            } else {
                self.current = next;
            }
        }
        self.current
    }
}

fn varied((mean, by): (f64, f64), noise: &mut Noise) -> f64 {
    mean * (1.0 + by * (2.0 * noise.uniform() - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{SQRT_2, TAU};

    const CREST: f64 = 277.128 * SQRT_2;

    /// Peak and sign of each half-cycle in which the current flows, over so many seconds.
    fn bursts(arc: ParallelArc, seed: u64, seconds: f64) -> Vec<f64> {
        let mut sputter = Sputter::new(arc, 1.0 / 120.0, Noise::new(seed));
        let (mut out, mut peak, mut way) = (Vec::new(), 0.0f64, 0.0);
        for n in 0..(seconds * 7680.0) as usize {
            let v = CREST * (TAU * (n as f64 + 0.5) / 128.0).sin();
            let i = sputter.current(v, CREST);
            if i != 0.0 && i.signum() == way {
                peak = if i.abs() > peak.abs() { i } else { peak };
            } else if i != 0.0 {
                (peak, way) = (i, i.signum());
            } else if way != 0.0 {
                out.push(peak);
                way = 0.0;
            }
        }
        assert!(sputter.over());
        out
    }

    #[test]
    fn a_sputtering_arc_burns_as_often_as_it_should_and_in_both_polarities() {
        for (count, seed) in [(10, 1), (10, 2), (6, 3), (1, 4), (60, 5)] {
            let arc = ParallelArc { phase: Phase::A, peak: Amperes(400.0), half_cycles: count, within: Seconds(0.5) };
            let found = bursts(arc, seed, 0.6);
            assert_eq!(found.len(), count as usize, "seed {seed}");
            assert!(found.iter().all(|p| (359.0..=441.0).contains(&p.abs())), "{found:?}");
            let positive = found.iter().filter(|p| **p > 0.0).count();
            assert!(positive.abs_diff(found.len() - positive) <= 1, "{found:?}");
        }
    }

    #[test]
    fn an_arc_that_does_not_fit_is_refused() {
        let arc = ParallelArc { phase: Phase::A, peak: Amperes(400.0), half_cycles: 61, within: Seconds(0.5) };
        assert!(arc.check(1.0 / 120.0).unwrap_err().to_string().contains("61"));
        assert_eq!(ParallelArc { half_cycles: 60, ..arc }.check(1.0 / 120.0), Ok(()));
    }

    #[test]
    fn a_series_arc_on_a_resistor_lowers_the_current_and_leaves_it_dead_at_each_zero() {
        // 40 A of 277 V; the arc takes 35 V and strikes at 80 V of 392 V.
        let r = 277.128 / 40.0;
        let mut contact = BadContact::new(SeriesArc { phase: Phase::A }, Noise::new(9));
        let (mut square, mut dead) = (0.0, 0);
        let samples = 7680;
        for n in 0..samples {
            let v = CREST * (TAU * f64::from(n) / 128.0).sin();
            let i = contact.current(v, r, 0.0, 1.0 / 7680.0);
            square += i * i;
            dead += i32::from(i == 0.0);
        }
        let rms = (square / f64::from(samples)).sqrt();
        assert!(rms > 33.0 && rms < 37.0, "{rms}");
        // Dead from asin(35/392) before each zero to asin(80/392) after it: 5.1 and 11.8 of 180 degrees.
        let share = f64::from(dead) / f64::from(samples);
        assert!((share - 0.094).abs() < 0.03, "{share}");
    }

    /// `L di/dt = v - R i - u`: from the strike on an exponential with the time constant L/R.
    #[test]
    fn a_series_arc_on_a_coil_follows_its_time_constant() {
        let mut contact = BadContact::new(SeriesArc { phase: Phase::A }, Noise::new(9));
        let (volts, r, l, period) = (200.0, 4.0, 0.02, 1.0 / 7680.0);
        contact.voltage = volts;
        let mut current = 0.0;
        for n in 1..=100 {
            current = contact.current(volts, r, l, period);
            let want = (volts - contact.across) / r * (1.0 - (-f64::from(n) * period / (l / r)).exp());
            assert!((current - want).abs() < 1e-9, "{current} for {want}");
        }
        assert!(current > 35.0 && current < 41.0);
        // Below zero of the current it goes out, and is dead until the next strike.
        assert!(contact.current(-500.0, r, 1e-6, period) < 0.0, "struck the other way within the sample");
        contact.current(0.0, r, 1e-6, period);
        assert_eq!(contact.current(10.0, r, 1e-6, period), 0.0);
    }

    #[test]
    fn what_varies_does_so_evenly_by_its_share() {
        let mut noise = Noise::new(5);
        let values: Vec<f64> = (0..4000).map(|_| varied((80.0, 0.30), &mut noise)).collect();
        let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(l, m), v| (l.min(*v), m.max(*v)));
        assert!((56.0..57.0).contains(&least) && (103.0..=104.0).contains(&most), "{least} to {most}");
        let mean = values.iter().sum::<f64>() / 4000.0;
        assert!((mean - 80.0).abs() < 1.0, "{mean}");
    }

    #[test]
    fn an_arc_has_a_peak_and_at_least_one_half_cycle_and_not_forever() {
        let arc = |peak, half_cycles, within| {
            let (phase, peak, within) = (Phase::A, Amperes(peak), Seconds(within));
            ParallelArc { phase, peak, half_cycles, within }.check(1.0 / 120.0)
        };
        assert_eq!(arc(200_000.0, 1, 0.5), Ok(()));
        for peak in [0.0, -1.0, 200_001.0, f64::NAN] {
            assert!(matches!(arc(peak, 1, 0.5), Err(PowerError::Current(_))), "{peak}");
        }
        // 1000 s have 120,000 half-cycles: more than are planned.
        for (half_cycles, within) in [(0, 0.5), (1, 1000.0), (1, f64::NAN)] {
            assert!(matches!(arc(400.0, half_cycles, within), Err(PowerError::ArcHalfCycles { .. })), "{half_cycles}");
        }
    }

    /// `L di/dt = v - R i - u`: on a coil the current rises by no more than `(v - u) t / L`, and by hardly less.
    #[test]
    fn a_series_arc_that_strikes_within_a_sample_flows_from_there() {
        let mut contact = BadContact::new(SeriesArc { phase: Phase::A }, Noise::new(9));
        // From 0 to 168 V in sixteen steps of 10.5 V: 80 V are reached at the eighth, and nine of them flow.
        let (inductance, period) = (1.0, 1.0 / 7680.0);
        let current = contact.current(168.0, 1.0, inductance, period);
        let mean = 10.5 * 12.0 - contact.across;
        let want = mean / inductance * period * 9.0 / 16.0;
        assert!((current / want - 1.0).abs() < 1e-3, "{current} for {want}");
    }
}
