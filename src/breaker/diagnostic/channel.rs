//! The test channel of the trip unit: the elements once more, with the settings in force and a memory of their own.
//!
//! Signals are put in behind the converter, so that the elements, their windows and their timers are what is tested. The
//! elements that guard the feeder go on without noticing: a real fault trips while a test runs.

use crate::power::{CycleWindow, Sample};
use crate::protection::{Change, Context, ElementId, Protection, Rated, Settings};
use crate::time::{SAMPLES_PER_CYCLE, SAMPLES_PER_PASS, SampleRate, Span, Tick};
use crate::units::{Amperes, Celsius, Hertz, Lux, Phases, Seconds, Volts};
use std::f64::consts::{SQRT_2, TAU};

/// A steady state of everything the elements look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Signal {
    /// RMS a phase.
    pub(super) current: Phases<Amperes>,
    /// RMS through the zero-sequence transformer.
    pub(super) ground: Amperes,
    /// RMS phase to neutral.
    pub(super) voltage: Phases<Volts>,
    /// Of all of them.
    pub(super) frequency: Hertz,
    /// At the arc sensor.
    pub(super) light: Lux,
}

impl Signal {
    /// Nominal voltage and no current.
    pub(super) fn quiet(rated: &Rated) -> Self {
        Self {
            current: Phases::default(),
            ground: Amperes::ZERO,
            voltage: Phases::splat(rated.voltage / 3f64.sqrt()),
            frequency: rated.frequency,
            light: Lux::ZERO,
        }
    }

    /// With these phase currents, whose sum goes through the zero-sequence transformer as well.
    pub(super) fn balanced(self, current: Amperes) -> Self {
        Self { current: Phases::splat(current), ..self }
    }
}

/// What is put in for one element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stimulus {
    /// Whose operation is timed.
    pub(super) element: ElementId,
    /// Before the step.
    pub(super) before: Signal,
    /// How long.
    pub(super) prelude: Seconds,
    /// From the step on.
    pub(super) after: Signal,
    /// The breaker closes with the step (for the making current release).
    pub(super) closing: bool,
}

/// What the channel saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The element started.
    pub(super) started: bool,
    /// The element operated in this sample or before.
    pub(super) operated: bool,
}

/// The test channel.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    stimulus: Stimulus,
    rate: SampleRate,
    window: CycleWindow,
    protection: Protection,
    temperature: Celsius,
    tick: Tick,
    onset: Tick,
    /// Angle of phase A in turns; the frequency may change with the step.
    turns: f64,
    seen: Seen,
}

impl Channel {
    pub(super) fn new(rate: SampleRate, rated: Rated, temperature: Celsius, stimulus: Stimulus) -> Self {
        // Whole passes, so that the step comes where a pass ends, as in a window that is full of what was before.
        let pass = u64::from(SAMPLES_PER_PASS);
        let prelude = rate.span(stimulus.prelude).0.max(u64::from(SAMPLES_PER_CYCLE)).next_multiple_of(pass);
        Self {
            stimulus,
            rate,
            window: CycleWindow::new(rate),
            protection: Protection::new(rate, rated),
            temperature,
            tick: Tick(0),
            onset: Tick(prelude),
            turns: 0.0,
            seen: Seen::default(),
        }
    }

    /// Time since the step; nothing before it.
    pub(super) fn since_step(&self) -> Seconds {
        self.rate.seconds(self.tick.since(self.onset))
    }

    /// One sample later.
    pub(super) fn sample(&mut self, settings: &Settings) -> Seen {
        let injected = self.tick >= self.onset;
        let signal = if injected { self.stimulus.after } else { self.stimulus.before };
        self.tick += Span(1);
        self.turns = (self.turns + signal.frequency.0 / f64::from(self.rate.hz())).fract();
        let sample = self.synthesise(&signal);
        self.window.push(&sample);
        if self.protection.sample(&sample, settings) {
            self.look();
        }
        if self.tick.0.is_multiple_of(u64::from(SAMPLES_PER_PASS)) {
            let context = Context {
                closed: injected || !self.stimulus.closing,
                // The delay of the setting is what is tested, not the short one of an unrestrained zone.
                restraint_in: true,
                maintenance_mode: self.stimulus.element == ElementId::MaintenanceMode,
                trip_commanded: false,
                unit_temperature: Some(self.temperature),
                remote_current: None,
            };
            self.protection.pass(self.window.quantities(), &context, settings);
            self.look();
        }
        self.seen
    }

    fn look(&mut self) {
        // The trip that the channel decides goes nowhere.
        self.protection.take_trip();
        for transition in self.protection.drain_transitions() {
            if transition.id == self.stimulus.element {
                self.seen.started |= transition.change == Change::Start;
                self.seen.operated |= transition.change == Change::Operate;
            }
        }
    }

    /// Why the element is out of service, if it is.
    pub(super) fn blocked(&self) -> Option<crate::protection::Block> {
        self.protection.blocked(self.stimulus.element)
    }

    fn synthesise(&self, signal: &Signal) -> Sample {
        let wave = |k: usize| (TAU * (self.turns - k as f64 / 3.0)).sin() * SQRT_2;
        Sample {
            tick: self.tick,
            current: Phases::from_fn(|p| signal.current[p].0 * wave(p.index())),
            voltage: Phases::from_fn(|p| signal.voltage[p].0 * wave(p.index())),
            zero_sequence: signal.ground.0 * wave(0),
            light: signal.light.0,
        }
    }
}
