//! The instruments of one breaker: the windows that the elements look at, and the values that are published.

use super::settings::{MeasurementSettings, Rating};
use crate::power::{
    CycleWindow, Energy, Measurement, Meter, PowerQuality, PqEvent, PqThresholds, PqTransition, Quantities, Spectrum,
    Stretch, Wiring,
};
use crate::time::{SAMPLES_PER_CYCLE, SampleRate, Span, Tick};
use crate::units::{Amperes, Hertz, Percent, Phases, Seconds, Vars, VoltAmperes, Volts, Watts};

/// Between two looks at what ages with time.
const CONDITION_STEP: Seconds = Seconds(0.2);

/// Samples that repeat for so long fill the memory of windows, elements and recorder with themselves: the rate of change
/// of the frequency is worked out over 11 cycles, sums are formed anew in the one after, CTS compares with two cycles
/// before, the recorder keeps 8.
pub(super) const REMEMBERED: u64 = 16 * SAMPLES_PER_CYCLE as u64;
/// And for so long that of the meter: two windows are 24 cycles.
const METERED: u64 = 32 * SAMPLES_PER_CYCLE as u64;

/// Measurements as published, refreshed at the interval of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Published {
    /// RMS currents.
    pub current: Phases<Amperes>,
    /// RMS phase-to-neutral voltages.
    pub voltage: Phases<Volts>,
    /// RMS line-to-line voltages: ab, bc, ca.
    pub line_voltage: Phases<Volts>,
    /// RMS current in the neutral.
    pub neutral: Amperes,
    /// RMS current through the zero-sequence transformer.
    pub ground: Amperes,
    /// Active power.
    pub active: Watts,
    /// Fundamental reactive power.
    pub reactive: Vars,
    /// Arithmetic apparent power.
    pub apparent: VoltAmperes,
    /// True power factor; none without load.
    pub power_factor: Option<f64>,
    /// Frequency; none when there is no voltage.
    pub frequency: Option<Hertz>,
    /// THD of the current, worst phase; none while harmonics are not analysed.
    pub current_thd: Option<Percent>,
    /// THD of the voltage, worst phase.
    pub voltage_thd: Option<Percent>,
    /// I2/I1; none without current.
    pub current_unbalance: Option<Percent>,
    /// U2/U1; none without voltage.
    pub voltage_unbalance: Option<Percent>,
    /// I0/I1; none without current.
    pub current_unbalance_zero: Option<Percent>,
    /// Greatest deviation from the mean of the magnitudes (NEMA); none without current.
    pub current_unbalance_nema: Option<Percent>,
    /// The same of the voltages.
    pub voltage_unbalance_nema: Option<Percent>,
    /// Total demand distortion, worst phase.
    pub demand_distortion: Option<Percent>,
    /// K factor, worst phase.
    pub k_factor: Option<f64>,
    /// Crest factor of the current, worst phase.
    pub crest: Option<f64>,
    /// Frequency of the last complete ten seconds.
    pub frequency_10_s: Option<Hertz>,
    /// Active power in the mean of the last complete quarter of an hour.
    pub demand: Option<Watts>,
    /// By the lag of a thermal meter.
    pub thermal_demand: Watts,
    /// Greatest quarter of an hour since the start.
    pub greatest_demand: Watts,
    /// Pst of the last complete ten minutes, worst phase.
    pub pst: Option<f64>,
    /// Plt of the last two hours, worst phase.
    pub plt: Option<f64>,
}

/// The instruments of one breaker.
#[derive(Clone, Debug)]
pub(super) struct Instruments {
    rate: SampleRate,
    demand: Amperes,
    window: CycleWindow,
    meter: Meter,
    power_quality: PowerQuality,
    published: Option<Published>,
    refreshed: Tick,
    aged: Tick,
    condition_step: Span,
    last: Tick,
}

impl Instruments {
    /// Empty.
    pub(super) fn new(rate: SampleRate, rating: &Rating) -> Self {
        Self {
            rate,
            demand: rating.current,
            window: CycleWindow::new(rate),
            // The neutral of the supply is there to measure against, whatever the load uses.
            meter: Meter::new(rate, Wiring::FourWire, rating.current, Energy::default()),
            power_quality: PowerQuality::new(rate, rating.voltage / 3f64.sqrt(), false, PqThresholds::IEEE_1159),
            published: None,
            refreshed: Tick(0),
            aged: Tick(0),
            condition_step: rate.span(CONDITION_STEP),
            last: Tick(0),
        }
    }

    /// Samples of one pass.
    pub(super) fn take(&mut self, seen: &Stretch<'_>, settings: &MeasurementSettings) {
        self.window.take(seen);
        if self.meter.take(seen) {
            self.window_complete(seen.last(), settings);
        }
    }

    /// Samples of one whole pass that repeat those of a cycle before, as did so many before them: [`REMEMBERED`] at least.
    pub(super) fn repeat(&mut self, seen: &Stretch<'_>, before: u64, settings: &MeasurementSettings) {
        self.window.repeat(seen.last());
        if if before >= METERED { self.meter.repeat(seen) } else { self.meter.take(seen) } {
            self.window_complete(seen.last(), settings);
        }
    }

    /// The quantities of a cycle ago.
    pub(super) fn cycle_ago(&self) -> &Quantities {
        self.window.cycle_ago()
    }

    /// Sums of the squared phase currents over the samples of the newest pass, A2.
    pub(super) fn current_squares(&self) -> [f64; 3] {
        self.window.current_squares()
    }

    fn window_complete(&mut self, tick: Tick, settings: &MeasurementSettings) {
        self.meter.set_harmonics(settings.harmonics);
        let interval = self.rate.span(settings.interval);
        if self.published.is_none() || tick - self.refreshed >= interval {
            self.refreshed = tick;
            self.published = Some(published(&self.meter, self.window.quantities().frequency));
        }
    }

    /// One pass.
    pub(super) fn pass(&mut self, tick: Tick) -> Quantities {
        self.last = tick;
        *self.window.quantities()
    }

    /// Voltage events that have ended in this pass.
    pub(super) fn voltage_events(&mut self) -> impl Iterator<Item = PqEvent> + use<> {
        let transitions = self.power_quality.pass(self.window.quantities());
        transitions.into_iter().flatten().filter_map(|t| match t {
            PqTransition::Ended(event) => Some(event),
            PqTransition::Started { .. } => None,
        })
    }

    /// Currents in the poles and the time since the last call, every [`CONDITION_STEP`].
    pub(super) fn take_elapsed(&mut self) -> Option<(Phases<Amperes>, Seconds)> {
        let span = self.last - self.aged;
        (span >= self.condition_step).then(|| {
            self.aged = self.last;
            (self.window.quantities().current_rms, self.rate.seconds(span))
        })
    }

    /// The measurements as published.
    pub(super) fn published(&self) -> Option<&Published> {
        self.published.as_ref()
    }

    /// The newest window of the meter.
    pub(super) fn measurement(&self) -> &Measurement {
        self.meter.measurement()
    }

    /// Energy counters.
    pub(super) fn energy(&self) -> Energy {
        self.meter.energy()
    }

    /// Takes up the meter reading of an earlier run.
    pub(super) fn restore_energy(&mut self, energy: Energy) {
        self.meter = Meter::new(self.rate, Wiring::FourWire, self.demand, energy);
    }

    /// Quantities of the newest pass.
    pub(super) fn newest(&self) -> &Quantities {
        self.window.quantities()
    }
}

fn published(meter: &Meter, frequency: Option<Hertz>) -> Published {
    let m = meter.measurement();
    let worst_of = |phases: [Option<f64>; 3]| phases.into_iter().flatten().max_by(f64::total_cmp);
    let worst_flicker = |of: Option<Phases<f64>>| of.map(|p| p.greatest().1);
    let worst =
        |spectra: &Phases<Spectrum>| spectra.iter().filter_map(Spectrum::thd).max_by(|a, b| a.0.total_cmp(&b.0));
    Published {
        current: m.current,
        voltage: m.voltage,
        line_voltage: m.line_voltage,
        neutral: m.neutral,
        ground: m.ground,
        active: m.active_total,
        reactive: m.reactive_total,
        apparent: m.apparent.arithmetic,
        power_factor: m.power_factor,
        frequency,
        current_thd: worst(&m.current_spectrum),
        voltage_thd: worst(&m.voltage_spectrum),
        current_unbalance: m.current_unbalance.negative,
        voltage_unbalance: m.voltage_unbalance.negative,
        current_unbalance_zero: m.current_unbalance.zero,
        current_unbalance_nema: m.current_unbalance.nema,
        voltage_unbalance_nema: m.voltage_unbalance.nema,
        demand_distortion: worst_of(m.tdd.to_array().map(|t| t.map(|p| p.0))).map(Percent),
        k_factor: worst_of(m.current_spectrum.map(|s| s.k_factor()).to_array()),
        crest: worst_of(m.crest.to_array()),
        frequency_10_s: meter.frequency_10_s(),
        demand: meter.demand().block(),
        thermal_demand: meter.demand().thermal(),
        greatest_demand: meter.demand().greatest(),
        pst: worst_flicker(meter.flicker().pst()),
        plt: worst_flicker(meter.flicker().plt()),
    }
}
