//! Metering over contiguous windows of 200 ms: powers, harmonics, energy.
//!
//! A sample is only put down. At the end of the window its products are added up, its cycles are laid on top of each
//! other, and the figures are worked out.

use super::demand::Demand;
use super::flicker::{self, Flicker};
use super::mains_frequency::MainsFrequency;
use super::measurement::Measurement;
use super::spectrum::{Folded, LANES, Transform};
use super::{Row, Sample, Stretch, Wiring};
use crate::time::{SAMPLES_PER_CYCLE, SampleRate, Tick};
use crate::units::{Amperes, Hertz, Phase, Phases, Vars, Volts, Watts};
use num_complex::Complex64;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

const CYCLE: usize = SAMPLES_PER_CYCLE as usize;
/// A window lasts this long (IEC 61000-4-30: 10 cycles at 50 Hz, 12 at 60 Hz).
const WINDOW_MS: u32 = 200;
/// Below this positive-sequence voltage there is no frequency to measure, V.
const LEAST_VOLTAGE: f64 = 30.0;
/// Samples of half a cycle.
const HALF: f64 = CYCLE as f64 / 2.0;
const NEUTRAL: usize = 3;
const VOLTAGE: usize = 4;
const GROUND: usize = 7;

/// Energy since the counters were new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Energy {
    /// Into the load, kWh.
    pub imported_kwh: f64,
    /// Out of the load, kWh.
    pub exported_kwh: f64,
    /// Reactive, lagging, kvarh.
    pub lagging_kvarh: f64,
    /// Reactive, leading, kvarh.
    pub leading_kvarh: f64,
    /// Apparent (arithmetic), kVAh.
    pub kvah: f64,
}

/// Sums over a window.
#[derive(Clone, Copy, Debug)]
struct Sums {
    square: [f64; LANES],
    power: [f64; 4],
    /// va vb, vb vc, vc va: from these and the squares follow the line voltages.
    cross: [f64; 4],
    /// Of the currents.
    peak: [f64; 4],
}

impl Sums {
    const ZERO: Self = Self { square: [0.0; LANES], power: [0.0; 4], cross: [0.0; 4], peak: [0.0; 4] };

    #[inline]
    fn add(&mut self, row: &[f64; LANES]) {
        for (sum, x) in self.square.iter_mut().zip(row) {
            *sum += x * x;
        }
        for (peak, x) in self.peak.iter_mut().zip(row) {
            *peak = if x.abs() > *peak { x.abs() } else { *peak };
        }
        let (currents, voltages) = row.split_at(VOLTAGE);
        for ((sum, i), v) in self.power.iter_mut().zip(currents).zip(voltages) {
            *sum += i * v;
        }
        let next = [voltages[1], voltages[2], voltages[0], 0.0];
        for ((sum, v), w) in self.cross.iter_mut().zip(voltages).zip(next) {
            *sum += v * w;
        }
    }
}

/// The meter of one breaker.
#[derive(Clone, Debug)]
pub struct Meter {
    wiring: Wiring,
    demand: Amperes,
    harmonics: bool,
    cycles: usize,
    window_h: f64,
    /// The samples of a window, of which so many are of this one.
    rows: Vec<[f64; LANES]>,
    filled: usize,
    turn: Box<[Complex64; CYCLE]>,
    folded: Folded,
    transform: Transform,
    measurement: Measurement,
    energy: Energy,
    demand_of_power: Demand,
    frequency: MainsFrequency,
    flicker: Flicker,
    /// Squared voltages of the newest quarter cycle.
    quarter: Option<[f64; 3]>,
    /// Of every quarter cycle of the newest window.
    quarters: Vec<[f64; 3]>,
    /// The measurement is what these samples give by the settings in force.
    up_to_date: bool,
}

impl Meter {
    /// A meter that goes on counting from `energy`. `demand` is the current against which TDD is told.
    pub fn new(rate: SampleRate, wiring: Wiring, demand: Amperes, energy: Energy) -> Self {
        let rated = f64::from(rate.hz()) / CYCLE as f64;
        let cycles = (rate.hz() * WINDOW_MS / 1000) as usize / CYCLE;
        Self {
            wiring,
            demand,
            harmonics: true,
            cycles,
            window_h: f64::from(WINDOW_MS) / 3.6e6,
            rows: vec![[0.0; LANES]; cycles * CYCLE],
            filled: 0,
            turn: Box::new(std::array::from_fn(|m| {
                // The first sample of a cycle has tick 1 of it: phasors are against tick 0.
                Complex64::from_polar(1.0, TAU * (m + 1) as f64 / CYCLE as f64)
            })),
            folded: Folded::new(cycles),
            transform: Transform::new(cycles),
            measurement: Measurement::default(),
            energy,
            demand_of_power: Demand::default(),
            frequency: MainsFrequency::new(rated, f64::from(WINDOW_MS) / 1000.0),
            flicker: Flicker::new(Hertz(rated)),
            quarter: None,
            quarters: Vec::with_capacity(cycles * flicker::PER_CYCLE),
            up_to_date: false,
        }
    }

    /// Switches the harmonic analysis; without it the spectra and what follows from them are empty.
    pub fn set_harmonics(&mut self, on: bool) {
        self.up_to_date &= self.harmonics == on;
        self.harmonics = on;
    }

    /// The current against which TDD is told.
    pub fn set_demand(&mut self, demand: Amperes) {
        self.up_to_date &= self.demand == demand;
        self.demand = demand;
    }

    /// Takes the next sample. True when a window is complete and [`Self::measurement`] is new.
    pub fn push(&mut self, sample: &Sample) -> bool {
        self.take(&Stretch::single(sample.tick, &sample.row()))
    }

    /// Takes samples of one pass. True when a window is complete and [`Self::measurement`] is new.
    #[inline]
    pub fn take(&mut self, samples: &Stretch<'_>) -> bool {
        if self.filled == 0 && !(samples.first.0 as usize).wrapping_sub(1).is_multiple_of(CYCLE) {
            // A window starts with a cycle.
            return false;
        }
        let end = self.filled + samples.len();
        for (slot, row) in self.rows[self.filled..end].iter_mut().zip(samples.rows) {
            *slot = lanes(row);
        }
        if self.wiring == Wiring::ThreeWire {
            self.rows[self.filled..end].iter_mut().for_each(against_centre);
        }
        self.filled = end;
        let complete = self.filled == self.rows.len();
        if complete {
            self.close_window(samples.last());
        }
        complete
    }

    /// Samples of one pass that repeat those of a cycle before, as did those of two windows before them: they lie there
    /// already. True when a window is complete.
    pub fn repeat(&mut self, samples: &Stretch<'_>) -> bool {
        self.filled += samples.len();
        let complete = self.filled == self.rows.len();
        if complete && self.up_to_date {
            self.filled = 0;
            self.measurement.tick = samples.last();
            self.count();
        } else if complete {
            self.close_window(samples.last());
        }
        complete
    }

    /// The last complete window; all nothing before the first.
    pub fn measurement(&self) -> &Measurement {
        &self.measurement
    }

    /// The counters.
    pub fn energy(&self) -> Energy {
        self.energy
    }

    /// Frequency of the last complete ten seconds; none without voltage.
    pub fn frequency_10_s(&self) -> Option<Hertz> {
        self.frequency.value()
    }

    /// Demand of active power.
    pub fn demand(&self) -> &Demand {
        &self.demand_of_power
    }

    /// Flicker.
    pub fn flicker(&self) -> &Flicker {
        &self.flicker
    }

    fn close_window(&mut self, tick: Tick) {
        let mut sums = Sums::ZERO;
        self.quarters.clear();
        for quarter in self.rows.chunks(CYCLE / flicker::PER_CYCLE) {
            let before = sums.square;
            for row in quarter {
                sums.add(row);
            }
            self.quarters.push(std::array::from_fn(|k| sums.square[VOLTAGE + k] - before[VOLTAGE + k]));
        }
        self.folded.lay(&self.rows, self.harmonics);
        self.filled = 0;
        self.measure(tick, &sums);
        self.up_to_date = true;
        self.count();
    }

    /// What adds up from window to window.
    fn count(&mut self) {
        for squares in &self.quarters {
            if let Some(last) = self.quarter.replace(*squares) {
                self.flicker.push(std::array::from_fn(|k| (last[k] + squares[k]) / HALF));
            }
        }
        let positive = self.measurement.voltage_sequence.positive;
        self.frequency.push(positive, LEAST_VOLTAGE);
        self.demand_of_power.push(self.measurement.active_total, f64::from(WINDOW_MS) / 1000.0);
        self.count_energy();
    }

    fn measure(&mut self, tick: Tick, sums: &Sums) {
        let n = (self.cycles * CYCLE) as f64;
        let rms = |lane: usize| (sums.square[lane] / n).sqrt();
        let line = |k: usize| {
            let square = sums.square[VOLTAGE + k] + sums.square[VOLTAGE + (k + 1) % 3] - 2.0 * sums.cross[k];
            Volts((square.max(0.0) / n).sqrt())
        };
        let folded = &self.folded;
        let turn = &self.turn;
        let m = &mut self.measurement;
        m.tick = tick;
        m.current = Phases::from_fn(|k| Amperes(rms(k.index())));
        m.neutral = Amperes(if self.wiring == Wiring::FourWire { rms(NEUTRAL) } else { 0.0 });
        m.ground = Amperes(rms(GROUND));
        m.voltage = Phases::from_fn(|k| Volts(rms(VOLTAGE + k.index())));
        m.line_voltage = Phases::from_fn(|k| line(k.index()));
        m.current_phasor = Phases::from_fn(|k| folded.fundamental(k.index(), turn));
        m.voltage_phasor = Phases::from_fn(|k| folded.fundamental(VOLTAGE + k.index(), turn));
        m.active = Phases::from_fn(|k| Watts(sums.power[k.index()] / n));
        let (v, i) = (m.voltage_phasor, m.current_phasor);
        m.reactive = Phases::from_fn(|k| Vars((v[k] * i[k].conj()).im));
        m.derive_power(self.wiring == Wiring::FourWire);
        m.derive_sequences();
        m.crest = Phases::from_fn(|k| {
            let rms = rms(k.index());
            (rms > 1e-3).then(|| sums.peak[k.index()] / rms)
        });
        let transform = &mut self.transform;
        let mut spectrum = |lane: usize| {
            if self.harmonics { transform.spectrum(folded, lane) } else { super::Spectrum::default() }
        };
        m.current_spectrum = Phases::from_fn(|k: Phase| spectrum(k.index()));
        m.voltage_spectrum = Phases::from_fn(|k: Phase| spectrum(VOLTAGE + k.index()));
        let demand = self.demand;
        m.tdd = m.current_spectrum.map(|s| s.tdd(demand));
    }

    fn count_energy(&mut self) {
        let m = &self.measurement;
        let kilo_hours = self.window_h / 1000.0;
        let (p, q) = (m.active_total.0 * kilo_hours, m.reactive_total.0 * kilo_hours);
        self.energy.imported_kwh += p.max(0.0);
        self.energy.exported_kwh += (-p).max(0.0);
        self.energy.lagging_kvarh += q.max(0.0);
        self.energy.leading_kvarh += (-q).max(0.0);
        self.energy.kvah += m.apparent.arithmetic.0 * kilo_hours;
    }
}

/// The channels of the meter: IA IB IC IN VA VB VC I0.
#[inline]
fn lanes(row: &Row) -> [f64; LANES] {
    let [ia, ib, ic, i0, va, vb, vc, _] = *row;
    [ia, ib, ic, i0 - (ia + ib + ic), va, vb, vc, i0]
}

/// Without a neutral there is no phase-to-neutral voltage to measure: the centre of the three conductors stands for it.
fn against_centre(row: &mut [f64; LANES]) {
    let centre = row[VOLTAGE..GROUND].iter().sum::<f64>() / 3.0;
    for v in &mut row[VOLTAGE..GROUND] {
        *v -= centre;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Percent;
    use std::f64::consts::SQRT_2;

    const V: f64 = 277.128_129_211_020_4;

    /// Sines of these magnitudes; the angle of a current is against the voltage of its own phase.
    fn circuit(volts: [f64; 3], amperes: [f64; 3], degrees: [f64; 3], ticks: u64) -> Vec<Sample> {
        (1..=ticks)
            .map(|tick| {
                let at = |k: usize, deg: f64| {
                    (TAU * tick as f64 / 128.0 - TAU / 3.0 * k as f64 + deg.to_radians()).cos() * SQRT_2
                };
                let current = Phases::from_fn(|k| amperes[k.index()] * at(k.index(), degrees[k.index()]));
                let voltage = Phases::from_fn(|k| volts[k.index()] * at(k.index(), 0.0));
                Sample { tick: Tick(tick), current, voltage, zero_sequence: 0.0, light: 0.0 }
            })
            .collect()
    }

    fn measured(wiring: Wiring, samples: &[Sample]) -> Meter {
        let mut meter = Meter::new(SampleRate::AT_60_HZ, wiring, Amperes(100.0), Energy::default());
        for sample in samples {
            meter.push(sample);
        }
        meter
    }

    #[track_caller]
    fn near(got: f64, want: f64, percent: f64) {
        assert!((got - want).abs() <= want.abs() * percent / 100.0, "{got} for {want}");
    }

    #[test]
    fn a_balanced_load_has_the_powers_of_the_textbook() {
        // 480 V, 80 A, power factor 0.85 lagging.
        let lag = -0.85f64.acos().to_degrees();
        for wiring in [Wiring::FourWire, Wiring::ThreeWire] {
            let meter = measured(wiring, &circuit([V; 3], [80.0; 3], [lag; 3], 1536));
            let m = meter.measurement();
            near(m.active_total.0, 56_534.0, 0.002);
            near(m.reactive_total.0, 35_037.0, 0.002);
            near(m.apparent.arithmetic.0, 66_511.0, 0.002);
            near(m.apparent.vector.0, 66_511.0, 0.002);
            near(m.apparent.effective.0, 66_511.0, 0.002);
            near(m.power_factor.expect("a load"), 0.85, 1e-6);
            near(m.displacement.expect("a load"), 0.85, 1e-6);
            near(m.line_voltage.b.0, 480.0, 1e-9);
            near(m.crest.c.expect("a current"), SQRT_2, 0.05);
            assert!(!m.leading && m.neutral.0 < 1e-9);
            assert!(((m.current_phasor.a / m.voltage_phasor.a).arg().to_degrees() - lag).abs() < 1e-9);
        }
    }

    #[test]
    fn three_definitions_of_apparent_power_part_without_balance() {
        let meter = measured(Wiring::FourWire, &circuit([277.13; 3], [100.0, 80.0, 60.0], [-20.0, -40.0, 10.0], 1536));
        let m = meter.measurement();
        near(m.active_total.0, 59_400.0, 0.01);
        near(m.reactive_total.0, 20_842.0, 0.01);
        near(m.apparent.arithmetic.0, 66_511.0, 0.01);
        near(m.apparent.vector.0, 62_950.0, 0.01);
        near(m.apparent.effective.0, 68_950.0, 0.01);
        near(m.neutral.0, 25.19, 0.02);
    }

    #[test]
    fn unbalance_of_a_window_is_that_of_the_vectors() {
        let meter = measured(Wiring::FourWire, &circuit([V; 3], [100.0, 90.0, 80.0], [0.0; 3], 1536));
        let u = meter.measurement().current_unbalance;
        near(u.negative.map_or(0.0, |p| p.0), 6.415, 0.01);
        near(u.zero.map_or(0.0, |p| p.0), 6.415, 0.01);
        near(u.nema.map_or(0.0, |p| p.0), 11.111, 0.01);
    }

    #[test]
    fn a_drive_has_a_true_power_factor_below_its_displacement() {
        // Displacement 0.96 and the spectrum of a drive with choke: 0.9038.
        let shares = [
            (5.0, 0.32),
            (7.0, 0.13),
            (11.0, 0.072),
            (13.0, 0.044),
            (17.0, 0.031),
            (19.0, 0.023),
            (23.0, 0.015),
            (25.0, 0.013),
        ];
        let lag = -0.96f64.acos().to_degrees();
        let mut samples = circuit([V; 3], [60.0; 3], [lag; 3], 1536);
        for s in &mut samples {
            let theta = |k: Phase| TAU * s.tick.0 as f64 / 128.0 - TAU / 3.0 * k.index() as f64;
            let added =
                Phases::from_fn(|k| shares.iter().map(|(h, x)| 60.0 * SQRT_2 * x * (h * theta(k)).cos()).sum::<f64>());
            s.current = Phases::from_fn(|k| s.current[k] + added[k]);
        }
        let meter = measured(Wiring::FourWire, &samples);
        let m = meter.measurement();
        near(m.power_factor.expect("a load"), 0.9038, 0.01);
        near(m.displacement.expect("a load"), 0.96, 1e-6);
        near(m.worst_current_thd().expect("a current").0, 35.819_547_7, 1e-4);
        near(m.tdd.b.expect("a demand").0, 21.491_728_6, 1e-4);
        assert!(m.worst_voltage_thd().is_some_and(|t| t.0 < 1e-3));
        assert_eq!(m.current_spectrum.a.percent(5).map(|p| (p.0 * 1e4).round()), Some(320_000.0));
    }

    #[test]
    fn energy_is_power_times_time_and_knows_its_direction() {
        let minute = 7680 * 60;
        let into = measured(Wiring::FourWire, &circuit([V; 3], [80.0; 3], [-30.0; 3], minute));
        let p = 3.0 * V * 80.0;
        near(into.energy().imported_kwh, p * 0.75f64.sqrt() / 60_000.0, 1e-6);
        near(into.energy().lagging_kvarh, p * 0.5 / 60_000.0, 1e-6);
        near(into.energy().kvah, p / 60_000.0, 1e-6);
        let out_of = measured(Wiring::FourWire, &circuit([V; 3], [80.0; 3], [150.0; 3], 1536));
        assert_eq!((out_of.energy().imported_kwh, out_of.energy().lagging_kvarh), (0.0, 0.0));
        assert!(out_of.measurement().power_factor.is_some_and(|pf| pf < -0.86));
        assert!(!out_of.measurement().leading);
    }

    #[test]
    fn a_three_wire_circuit_is_metered_against_its_own_centre() {
        // The same circuit with the neutral of the voltages 50 V off: nothing may change.
        let mut samples = circuit([V; 3], [80.0; 3], [-30.0; 3], 1536);
        for s in &mut samples {
            let shift = 50.0 * (s.tick.0 as f64 * 0.1).sin();
            s.voltage = s.voltage.map(|v| v + shift);
        }
        let meter = measured(Wiring::ThreeWire, &samples);
        let m = meter.measurement();
        near(m.voltage.a.0, V, 1e-6);
        near(m.active_total.0, 3.0 * V * 80.0 * 0.75f64.sqrt(), 1e-6);
    }

    #[test]
    fn windows_are_contiguous_and_wait_for_the_start_of_a_cycle() {
        let mut meter = Meter::new(SampleRate::AT_50_HZ, Wiring::FourWire, Amperes(100.0), Energy::default());
        let samples = circuit([V; 3], [10.0; 3], [0.0; 3], 4000);
        let ends: Vec<u64> = samples.iter().skip(70).filter(|s| meter.push(s)).map(|s| s.tick.0).collect();
        assert_eq!(ends, [128 + 1280, 128 + 2560, 128 + 3840], "ten cycles of 128 samples at 50 Hz");
    }

    #[test]
    fn nothing_flowing_has_no_power_factor_and_no_distortion() {
        let meter = measured(Wiring::FourWire, &circuit([V; 3], [0.0; 3], [0.0; 3], 1536));
        let m = meter.measurement();
        assert_eq!((m.power_factor, m.displacement, m.worst_current_thd()), (None, None, None));
        assert_eq!((m.current_unbalance.negative, m.crest.a), (None, None));
        assert_eq!(m.tdd.a.map(|t| t < Percent(1e-9)), Some(true));
    }

    /// The window of these samples once more, as one that repeats.
    fn again(meter: &mut Meter, samples: &[Sample]) {
        for pass in samples.chunks(8) {
            let rows: Vec<Row> = pass.iter().map(Sample::row).collect();
            meter.repeat(&Stretch { first: pass[0].tick, rows: &rows, repeats: true });
        }
    }

    #[test]
    fn what_is_set_counts_from_the_next_window_on_though_its_samples_repeat() {
        let mut samples = circuit([V; 3], [80.0; 3], [0.0; 3], 1536);
        for s in &mut samples {
            // A fifth of 10 A: 12.5 % of the fundamental, 10 % of 100 A and 5 % of 200 A.
            let fifth = 10.0 * SQRT_2 * (5.0 * TAU * s.tick.0 as f64 / 128.0).cos();
            s.current = s.current.map(|i| i + fifth);
        }
        let mut meter = measured(Wiring::FourWire, &samples);
        near(meter.measurement().current_spectrum.a.thd().expect("a current").0, 12.5, 1e-3);
        near(meter.measurement().tdd.a.expect("a demand").0, 10.0, 1e-3);
        meter.set_demand(Amperes(200.0));
        again(&mut meter, &samples);
        near(meter.measurement().tdd.a.expect("a demand").0, 5.0, 1e-3);
        meter.set_harmonics(false);
        again(&mut meter, &samples);
        assert_eq!(meter.measurement().current_spectrum.a.thd(), None);
        meter.set_harmonics(true);
        again(&mut meter, &samples);
        near(meter.measurement().current_spectrum.a.thd().expect("a current").0, 12.5, 1e-3);
    }

    #[test]
    fn the_frequency_of_ten_seconds_and_the_demand_grow_with_the_windows() {
        let samples = circuit([V; 3], [80.0; 3], [0.0; 3], 1536);
        let mut meter = measured(Wiring::FourWire, &samples);
        // A window of 0.2 s towards a block of 900 s.
        let p = 3.0 * V * 80.0;
        near(meter.demand().thermal().0, p * (1.0 - 0.1f64.powf(0.2 / 900.0)), 1e-6);
        for _ in 0..50 {
            assert_eq!(meter.frequency_10_s(), None);
            again(&mut meter, &samples);
        }
        near(meter.frequency_10_s().expect("ten seconds").0, 60.0, 1e-9);
    }

    #[test]
    fn voltages_of_different_size_have_their_own_line_voltages_and_phasors() {
        let meter = measured(Wiring::FourWire, &circuit([100.0, 200.0, 300.0], [0.0; 3], [0.0; 3], 1536));
        let m = meter.measurement();
        // At 120 degrees the root of a2 + b2 + ab.
        near(m.line_voltage.a.0, 7e4f64.sqrt(), 1e-9);
        near(m.line_voltage.b.0, 19e4f64.sqrt(), 1e-9);
        near(m.line_voltage.c.0, 13e4f64.sqrt(), 1e-9);
        assert!((m.voltage_phasor.a - Complex64::new(100.0, 0.0)).norm() < 1e-9, "{}", m.voltage_phasor.a);
        // Two quarters make half a cycle, over which a square has its mean whatever the phase.
        assert_eq!(meter.quarters.len(), 48);
        for pair in meter.quarters.windows(2) {
            for (k, v) in [100.0, 200.0, 300.0].into_iter().enumerate() {
                near(pair[0][k] + pair[1][k], 64.0 * v * v, 1e-9);
            }
        }
    }

    #[test]
    fn flicker_is_of_the_mean_square_over_half_a_cycle_four_times_a_cycle() {
        let mut samples = circuit([V; 3], [0.0; 3], [0.0; 3], 2 * 1536);
        for s in &mut samples {
            let share = 1.0 + 0.05 * (TAU * 8.8 * s.tick.0 as f64 / 7680.0).sin();
            s.voltage = s.voltage.map(|v| v * share);
        }
        let meter = measured(Wiring::FourWire, &samples);
        let mut flicker = Flicker::new(Hertz(60.0));
        let halves = samples.windows(64).step_by(32);
        for half in halves {
            let mean = |k: Phase| half.iter().map(|s| s.voltage[k] * s.voltage[k]).sum::<f64>() / 64.0;
            flicker.push(Phases::from_fn(mean).to_array());
        }
        let (got, want) = (meter.flicker().instantaneous(), flicker.instantaneous());
        for k in Phase::ALL {
            near(got[k], want[k], 1e-6);
            assert!(got[k] > 1.0, "5 % are seen: {}", got[k]);
        }
    }

    #[test]
    fn energy_that_goes_back_and_leads_is_counted_apart() {
        // The current leads by 150 degrees: P = 3 V I cos 150, Q = -3 V I sin 150.
        let samples = circuit([V; 3], [80.0; 3], [150.0; 3], 1536);
        let mut meter = measured(Wiring::FourWire, &samples);
        again(&mut meter, &samples);
        let kvah = 3.0 * V * 80.0 / 1000.0 * 0.4 / 3600.0;
        let energy = meter.energy();
        near(energy.exported_kwh, kvah * 0.75f64.sqrt(), 1e-6);
        near(energy.leading_kvarh, kvah * 0.5, 1e-6);
        assert_eq!((energy.imported_kwh, energy.lagging_kvarh), (0.0, 0.0));
    }

    #[test]
    fn what_leaves_to_ground_does_not_come_back_in_the_neutral() {
        let mut samples = circuit([V; 3], [10.0, 0.0, 0.0], [0.0; 3], 1536);
        near(measured(Wiring::FourWire, &samples).measurement().neutral.0, 10.0, 1e-9);
        for s in &mut samples {
            s.zero_sequence = s.current.a;
        }
        let m = measured(Wiring::FourWire, &samples);
        assert!(m.measurement().neutral.0 < 1e-9 && (m.measurement().ground.0 - 10.0).abs() < 1e-9);
    }
}
