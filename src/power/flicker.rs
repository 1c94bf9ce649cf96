//! Flicker: the chain of IEC 61000-4-15 (IEEE 1453) from the voltage to Pst and Plt.
//!
//! ```text
//!  v^2 over half cycles --/ mean of a minute--> 0.05 Hz ... 42 Hz --> lamp and eye --> ^2 --> 300 ms --> Pinst --> Pst
//! ```
//!
//! The mean square over half a cycle, four times a cycle, is the squared and demodulated voltage without the ripple of
//! the mains; it runs through the filters at 240 values a second (200 at 50 Hz) instead of 7680.

use crate::units::{Hertz, Phases};
use std::f64::consts::{PI, TAU};

/// Values a cycle that go through the chain.
pub(super) const PER_CYCLE: usize = 4;
/// Time over which the voltage is taken as normal: 10 % to 90 % within a minute.
const NORMAL_S: f64 = 27.3;
/// The memory of the brain.
const MEMORY_S: f64 = 0.3;
/// A Pst belongs to this time.
const PST_S: f64 = 600.0;
/// A Plt is of so many of them: two hours.
const PLT_PSTS: usize = 12;
/// Classes of Pinst, logarithmic: 128 a decade from 1e-4 to 1e4, so that one is 1.8 % wide (0.9 % in Pst).
const CLASSES: usize = 1024;
const PER_DECADE: f64 = 128.0;
const LEAST_EXPONENT: f64 = -4.0;
/// Sine modulation that is just seen (Pinst = 1) at 8.8 Hz, relative voltage change.
const SEEN_HZ: f64 = 8.8;

/// A section of a filter of second order, transposed direct form II.
#[derive(Clone, Copy, Debug)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
    z: [f64; 2],
}

impl Section {
    /// From `(n2 s^2 + n1 s + n0) / (d2 s^2 + d1 s + d0)` by the bilinear transformation at a rate.
    fn new(n: [f64; 3], d: [f64; 3], rate: f64) -> Self {
        let k = 2.0 * rate;
        let first_order = n[0] == 0.0 && d[0] == 0.0;
        let map = |c: [f64; 3]| {
            let [c2, c1, c0] = c;
            if first_order {
                // Without the factor 1 + 1/z that both sides would have.
                return [c1 * k + c0, c0 - c1 * k, 0.0];
            }
            [c2 * k * k + c1 * k + c0, 2.0 * (c0 - c2 * k * k), c2 * k * k - c1 * k + c0]
        };
        let (n, d) = (map(n), map(d));
        Self { b: n.map(|x| x / d[0]), a: [d[1] / d[0], d[2] / d[0]], z: [0.0; 2] }
    }

    #[inline]
    fn step(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.z[0];
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y
    }

    /// Gain at a frequency.
    fn gain(&self, hz: f64, rate: f64) -> f64 {
        let z = num_complex::Complex64::from_polar(1.0, -TAU * hz / rate);
        let top = self.b[0] + z * (self.b[1] + z * self.b[2]);
        let bottom = 1.0 + z * (self.a[0] + z * self.a[1]);
        (top / bottom).norm()
    }
}

/// The lamp: incandescent, 60 W.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lamp {
    k: f64,
    lambda: f64,
    w: [f64; 4],
    /// Upper corner of the demodulation.
    corner_hz: f64,
    /// Just seen at 8.8 Hz.
    seen: f64,
}

impl Lamp {
    /// 120 V, 60 Hz: constants of IEC 61000-4-15.
    const V120: Self = Self {
        k: 1.6357,
        lambda: 4.167_375,
        w: [9.077_169, 2.939_902, 1.394_468, 17.315_12],
        corner_hz: 42.0,
        seen: 0.003_21,
    };
    /// 230 V, 50 Hz.
    const V230: Self = Self {
        k: 1.748_02,
        lambda: 4.059_81,
        w: [9.154_94, 2.279_79, 1.225_35, 21.9],
        corner_hz: 35.0,
        seen: 0.002_50,
    };
}

/// The chain of one phase.
#[derive(Clone, Debug)]
struct Chain {
    normal: Option<f64>,
    normal_share: f64,
    /// The two newest inputs, for the correction of the half-cycle mean.
    before: [f64; 2],
    sections: [Section; 6],
    memory: f64,
    memory_share: f64,
    scale: f64,
    classes: Box<[u32]>,
    values: u32,
}

impl Chain {
    fn new(lamp: Lamp, rate: f64) -> Self {
        // Corners moved so that they lie where they should after the transformation.
        let w0 = 2.0 * rate * (PI * lamp.corner_hz / rate).tan();
        let butterworth = |pole: u32| {
            let damping = 2.0 * (PI * f64::from(2 * pole + 1) / 12.0).sin();
            Section::new([0.0, 0.0, w0 * w0], [1.0, damping * w0, w0 * w0], rate)
        };
        let w = lamp.w.map(|f| TAU * f);
        let lambda = TAU * lamp.lambda;
        let sections = [
            Section::new([0.0, 1.0, 0.0], [0.0, 1.0, TAU * 0.05], rate),
            butterworth(0),
            butterworth(1),
            butterworth(2),
            Section::new([0.0, lamp.k * w[0], 0.0], [1.0, 2.0 * lambda, w[0] * w[0]], rate),
            Section::new([0.0, 1.0 / w[1], 1.0], [1.0 / (w[2] * w[3]), 1.0 / w[2] + 1.0 / w[3], 1.0], rate),
        ];
        let gain: f64 = sections.iter().map(|s| s.gain(SEEN_HZ, rate)).product();
        // The squared signal of a sine swings to the peak of Pinst by what the memory lets through of twice its frequency.
        let ripple = 1.0 / (1.0 + (2.0 * TAU * SEEN_HZ * MEMORY_S).powi(2)).sqrt();
        let amplitude = lamp.seen * gain;
        Self {
            normal: None,
            normal_share: 1.0 - (-1.0 / (NORMAL_S * rate)).exp(),
            before: [1.0; 2],
            sections,
            memory: 0.0,
            memory_share: 1.0 - (-1.0 / (MEMORY_S * rate)).exp(),
            scale: 1.0 / (0.5 * amplitude * amplitude * (1.0 + ripple)),
            classes: vec![0; CLASSES].into(),
            values: 0,
        }
    }

    /// Takes the mean square of half a cycle; gives Pinst.
    #[inline]
    fn push(&mut self, square: f64) -> f64 {
        let normal = self.normal.get_or_insert(square);
        *normal += (square - *normal) * self.normal_share;
        let relative = if *normal > 0.0 { square / *normal } else { 1.0 };
        // A mean over half a cycle damps by sinc(f / 2 fn); three points bring back what counts of it.
        let [older, old] = self.before;
        let restored = 4.0 / 3.0 * old - (older + relative) / 6.0;
        self.before = [old, relative];
        let weighted = self.sections.iter_mut().fold(restored - 1.0, |x, section| section.step(x));
        self.memory += (weighted * weighted * self.scale - self.memory) * self.memory_share;
        self.memory
    }

    /// Counts Pinst as it stands.
    fn classify(&mut self) {
        let class = (self.memory.max(1e-30).log10() - LEAST_EXPONENT) * PER_DECADE;
        self.classes[class.clamp(0.0, (CLASSES - 1) as f64) as usize] += 1;
        self.values += 1;
    }

    /// Pst of what was counted, and begins to count anew.
    fn finish(&mut self) -> f64 {
        let p = |percent: f64| self.exceeded(percent / 100.0);
        let mean = |list: &[f64]| list.iter().map(|x| p(*x)).sum::<f64>() / list.len() as f64;
        let pst = (0.0314 * p(0.1)
            + 0.0525 * mean(&[0.7, 1.0, 1.5])
            + 0.0657 * mean(&[2.2, 3.0, 4.0])
            + 0.28 * mean(&[6.0, 8.0, 10.0, 13.0, 17.0])
            + 0.08 * mean(&[30.0, 50.0, 80.0]))
        .sqrt();
        self.classes.fill(0);
        self.values = 0;
        pst
    }

    /// The Pinst that is exceeded for this share of the time; within a class by proportion.
    fn exceeded(&self, share: f64) -> f64 {
        let wanted = share * f64::from(self.values);
        let mut above = 0.0;
        for (class, count) in self.classes.iter().enumerate().rev() {
            let count = f64::from(*count);
            if above + count >= wanted && count > 0.0 {
                let within = 1.0 - (wanted - above) / count;
                return 10f64.powf(LEAST_EXPONENT + (class as f64 + within) / PER_DECADE);
            }
            above += count;
        }
        0.0
    }
}

/// Flicker of the three phases.
#[derive(Clone, Debug)]
pub struct Flicker {
    chains: Phases<Chain>,
    period: u32,
    count: u32,
    pst: Option<Phases<f64>>,
    last: Vec<Phases<f64>>,
}

impl Flicker {
    /// For a supply of this rated frequency: the lamp is that of the country.
    #[must_use]
    pub fn new(rated: Hertz) -> Self {
        let rate = rated.0 * PER_CYCLE as f64;
        let lamp = if rated.0 > 55.0 { Lamp::V120 } else { Lamp::V230 };
        let chain = Chain::new(lamp, rate);
        Self {
            chains: Phases::new(chain.clone(), chain.clone(), chain),
            period: (PST_S * rate) as u32,
            count: 0,
            pst: None,
            last: Vec::new(),
        }
    }

    /// Takes the mean squares of the phases over half a cycle, [`PER_CYCLE`] times a cycle. True when a Pst is new.
    pub(super) fn push(&mut self, squares: [f64; 3]) -> bool {
        let [a, b, c] = squares;
        self.chains.a.push(a);
        self.chains.b.push(b);
        self.chains.c.push(c);
        self.count += 1;
        // Once a cycle: the standard asks for fifty a second.
        if self.count.is_multiple_of(PER_CYCLE as u32) {
            for chain in [&mut self.chains.a, &mut self.chains.b, &mut self.chains.c] {
                chain.classify();
            }
        }
        if self.count < self.period {
            return false;
        }
        self.count = 0;
        let pst = Phases::new(self.chains.a.finish(), self.chains.b.finish(), self.chains.c.finish());
        if self.last.len() == PLT_PSTS {
            self.last.remove(0);
        }
        self.last.push(pst);
        self.pst = Some(pst);
        true
    }

    /// The last complete ten minutes.
    #[must_use]
    pub fn pst(&self) -> Option<Phases<f64>> {
        self.pst
    }

    /// The last two hours, once they are complete.
    #[must_use]
    pub fn plt(&self) -> Option<Phases<f64>> {
        let n = self.last.len();
        (n == PLT_PSTS)
            .then(|| Phases::from_fn(|p| (self.last.iter().map(|pst| pst[p].powi(3)).sum::<f64>() / n as f64).cbrt()))
    }

    /// Pinst now.
    #[must_use]
    pub fn instantaneous(&self) -> Phases<f64> {
        Phases::from_fn(|p| self.chains[p].memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pst after ten minutes of a voltage whose relative changes are given by time.
    fn pst(rated: f64, relative: impl Fn(f64) -> f64) -> f64 {
        let mut flicker = Flicker::new(Hertz(rated));
        let rate = rated * PER_CYCLE as f64;
        // As the meter makes them: mean squares over half a cycle of a sine that is modulated.
        let samples = 32;
        let mean = |n: u32| {
            let sum: f64 = (0..samples)
                .map(|k| {
                    let t = (f64::from(n) + 2.0 * (f64::from(k) + 0.5) / f64::from(samples)) / rate;
                    let v = relative(t) * (TAU * rated * t).sin();
                    v * v
                })
                .sum();
            sum / f64::from(samples)
        };
        for n in 0.. {
            let square = mean(n);
            if flicker.push([square; 3]) {
                break;
            }
        }
        flicker.pst().unwrap().a
    }

    fn rectangular(percent: f64, changes_a_minute: f64) -> impl Fn(f64) -> f64 {
        move |t| {
            let high = ((t * changes_a_minute / 60.0) as u64).is_multiple_of(2);
            1.0 + if high { percent / 200.0 } else { -percent / 200.0 }
        }
    }

    /// Table of IEC 61000-4-15: rectangular changes a minute with these relative changes have a Pst of 1, within 5 %.
    #[test]
    fn the_test_points_of_the_standard_have_a_pst_of_one() {
        let v120 = [(1.0, 3.166), (2.0, 2.568), (7.0, 1.695), (39.0, 1.044), (110.0, 0.841), (1620.0, 0.547)];
        for (changes, percent) in v120 {
            let got = pst(60.0, rectangular(percent, changes));
            assert!((got - 1.0).abs() < 0.05, "120 V, {changes} a minute: {got}");
        }
        let v230 = [(1.0, 2.724), (2.0, 2.211), (7.0, 1.459), (39.0, 0.906), (110.0, 0.725), (1620.0, 0.402)];
        for (changes, percent) in v230 {
            let got = pst(50.0, rectangular(percent, changes));
            assert!((got - 1.0).abs() < 0.05, "230 V, {changes} a minute: {got}");
        }
    }

    /// Pst is proportional to the change.
    #[test]
    fn twice_the_change_is_twice_the_pst() {
        let (one, two) = (pst(60.0, rectangular(1.0, 39.0)), pst(60.0, rectangular(2.0, 39.0)));
        assert!((two / one - 2.0).abs() < 0.03, "{one} {two}");
        assert!(pst(60.0, |_| 1.0) < 0.02, "a steady voltage does not flicker");
    }

    /// The bilinear transformation takes `f` to `2 rate tan(pi f / rate)` radians a second.
    #[test]
    fn the_gain_of_a_section_is_that_of_its_analogue_at_the_moved_frequency() {
        let rate = 240.0;
        let corner = TAU * 10.0;
        let first = Section::new([0.0, 0.0, 1.0], [0.0, 1.0 / corner, 1.0], rate);
        let second = Section::new([0.0, 0.0, corner * corner], [1.0, 0.6 * corner, corner * corner], rate);
        for hz in [1.0, 8.8, 40.0, 100.0] {
            let x = 2.0 * rate * (PI * hz / rate).tan() / corner;
            let want = 1.0 / 1.0f64.hypot(x);
            assert!((first.gain(hz, rate) - want).abs() < 1e-12, "{hz} Hz");
            let want = 1.0 / (1.0 - x * x).hypot(0.6 * x);
            assert!((second.gain(hz, rate) - want).abs() < 1e-12, "{hz} Hz");
        }
    }

    /// Greatest Pinst in the second half of ten seconds of a voltage with this sinusoidal modulation in percent.
    fn greatest_pinst(rated: f64, hz: f64, percent: f64) -> f64 {
        let mut flicker = Flicker::new(Hertz(rated));
        let rate = rated * PER_CYCLE as f64;
        let mut greatest = 0.0f64;
        for n in 0..(20.0 * rate) as u32 {
            // The mean over half a cycle of a modulated square is damped by its own sinc.
            let middle = (f64::from(n) + 1.0) / rate;
            let x = PI * hz / (2.0 * rated);
            let change = percent / 100.0 * (TAU * hz * middle).sin() * x.sin() / x;
            flicker.push([1.0 + change; 3]);
            if f64::from(n) > 10.0 * rate {
                greatest = greatest.max(flicker.instantaneous().b);
            }
        }
        greatest
    }

    /// IEC 61000-4-15, tables 1a and 1b: these sinusoidal changes are just seen, within 8 %.
    #[test]
    fn the_sinusoidal_changes_of_the_standard_are_just_seen() {
        for (rated, hz, percent) in [(60.0, 8.8, 0.321), (50.0, 8.8, 0.250), (50.0, 2.0, 0.882), (50.0, 5.0, 0.398)] {
            let got = greatest_pinst(rated, hz, percent);
            assert!((got - 1.0).abs() < 0.08, "{percent} % at {hz} Hz of {rated}: {got}");
        }
    }

    #[test]
    fn a_dead_voltage_does_not_flicker() {
        let mut flicker = Flicker::new(Hertz(60.0));
        for _ in 0..100 {
            flicker.push([0.0; 3]);
        }
        assert_eq!(flicker.instantaneous(), Phases::splat(0.0));
    }

    #[test]
    fn a_class_is_the_hundred_and_twenty_eighth_of_a_decade_above_its_exponent() {
        let mut chain = Chain::new(Lamp::V120, 240.0);
        for (pinst, class) in [(1.0, 512), (10.5, 642), (1e-9, 0), (1e9, CLASSES - 1)] {
            chain.memory = pinst;
            chain.classify();
            assert_eq!(chain.classes[class], 1, "{pinst}");
        }
        assert_eq!(chain.values, 4);
    }

    #[test]
    fn a_level_is_exceeded_by_its_share_of_the_values() {
        let mut chain = Chain::new(Lamp::V120, 240.0);
        assert_eq!(chain.exceeded(0.1), 0.0, "nothing was counted");
        (chain.classes[512], chain.classes[640], chain.values) = (50, 50, 100);
        // The middle of the upper and of the lower class.
        for (share, want) in [(0.25, 640.5 / 128.0 - 4.0), (0.75, 512.5 / 128.0 - 4.0)] {
            let got = chain.exceeded(share);
            assert!((got - 10f64.powf(want)).abs() < 1e-9, "{share}: {got}");
        }
    }

    /// The weights of IEC 61000-4-15, 5.7.2 add up to 0.5096: a constant Pinst of 1 has a Pst of 0.714.
    #[test]
    fn a_constant_pinst_has_the_pst_of_the_weights() {
        let mut chain = Chain::new(Lamp::V120, 240.0);
        (chain.classes[512], chain.values) = (1000, 1000);
        let pst = chain.finish();
        // A class is 0.9 % wide in Pst.
        assert!((pst / 0.5096f64.sqrt() - 1.0045).abs() < 0.0045, "{pst}");
        assert_eq!((chain.classes[512], chain.values), (0, 0), "it counts anew");
    }

    #[test]
    fn a_pst_is_new_at_the_end_of_its_period_and_a_plt_after_twelve() {
        let mut flicker = Flicker::new(Hertz(60.0));
        assert_eq!(flicker.period, 144_000, "ten minutes of 240 values a second");
        flicker.period = 8;
        for n in 1..=24 {
            assert_eq!(flicker.push([1.0; 3]), n % 8 == 0, "{n}");
        }
        // The cubic mean of one Pst of 1 and eleven of nothing.
        flicker.last = vec![Phases::splat(0.0); 11];
        assert_eq!(flicker.plt(), None);
        flicker.last.push(Phases::new(1.0, 2.0, 0.0));
        let plt = flicker.plt().unwrap();
        assert!((plt.a - (1.0f64 / 12.0).cbrt()).abs() < 1e-12 && (plt.b - 2.0 * plt.a).abs() < 1e-12, "{plt:?}");
    }
}
