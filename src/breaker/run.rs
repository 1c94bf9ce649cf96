//! What samples set in motion: a pass at a time while nothing can happen between two passes, sample by sample otherwise.

use super::device::Breaker;
#[cfg(doc)]
use crate::power::STRETCH;
use crate::power::{Sample, Stretch};
use crate::time::{SAMPLES_PER_PASS, Tick};

const PASS: u64 = SAMPLES_PER_PASS as u64;

impl Breaker {
    /// Takes samples of the network, to the end or to the first after which there is something to tell. Returns how
    /// many it took.
    pub fn run(&mut self, truth: &Stretch<'_>) -> usize {
        let mut taken = 0;
        while taken < truth.len() && !self.has_events() {
            let next = truth.first.0 + taken as u64;
            let to_pass = PASS - (next - 1) % PASS;
            let part = truth.part(taken, to_pass as usize);
            if self.is_quiet() && self.protection.idle(&part, &self.acting) {
                self.take(&part);
                taken += part.len();
            } else {
                for sample in part.samples() {
                    self.sample(&sample);
                    taken += 1;
                    if self.has_events() {
                        break;
                    }
                }
            }
        }
        taken
    }

    /// The newest sample.
    pub fn tick(&self) -> Tick {
        self.tick
    }

    /// The first sample at which a pole may begin or stop to conduct, as things stand: not within a [`STRETCH`] of the
    /// order that moves it.
    pub fn poles_stand_until(&self) -> Tick {
        self.mechanism.poles_stand_until()
    }

    /// A trip is commanded and not over.
    pub fn trip_stands(&self) -> bool {
        self.trip_commanded
    }

    /// No part but the protection may do something at a sample that is not the end of a pass.
    fn is_quiet(&self) -> bool {
        self.mechanism.at_rest() && !self.recorder.records() && self.test.is_none() && self.sensors.is_none()
    }

    /// Samples of one pass, none of which does anything by itself.
    fn take(&mut self, samples: &Stretch<'_>) {
        self.tick = samples.last();
        self.instruments.take(samples, &self.settings.measurement);
        for row in samples.rows {
            self.through.add(&[row[0], row[1], row[2]]);
        }
        self.recorder.keep(samples);
        if self.tick.0.is_multiple_of(PASS) {
            self.pass();
        }
    }

    /// One sample of the network.
    pub fn sample(&mut self, truth: &Sample) {
        self.tick = truth.tick;
        let seen = self.through_converters(truth);
        self.instruments.take(&Stretch { first: seen.tick, rows: &[seen.row()] }, &self.settings.measurement);
        self.through.add(&seen.current.to_array());
        if let Some(waveform) = self.recorder.push(&seen) {
            if let Some(tripping) = &mut self.tripping {
                tripping.recorded(waveform);
            }
            self.finish_trip();
        }
        if self.protection.sample(&seen, &self.acting) {
            let q = *self.instruments.newest();
            self.elements_moved();
            self.take_trip(&q);
        }
        self.move_mechanism(truth);
        if self.tick.0.is_multiple_of(PASS) {
            self.pass();
        }
        if self.test.is_some() {
            self.run_test();
        }
    }
}
