//! What samples set in motion: a pass at a time while nothing can happen between two passes, sample by sample otherwise.
//!
//! Samples that repeat those of a cycle before, to the last bit and for so long that every window is full of them, give
//! the quantities of a cycle before, to the last bit: these are looked up, and elements to which they are no news rest.

use super::device::Breaker;
use super::instruments::REMEMBERED;
#[cfg(doc)]
use crate::power::STRETCH;
use crate::power::stretch::LIGHT;
use crate::power::{Quantities, Row, Sample, Stretch};
use crate::time::{SAMPLES_PER_PASS, Tick};

const PASS: u64 = SAMPLES_PER_PASS as u64;

impl Breaker {
    /// Takes samples of the network, to the end or to the first after which there is something to tell. Returns how
    /// many it took.
    pub fn run(&mut self, truth: &Stretch<'_>) -> usize {
        let sound = self.sensors.is_none();
        let mut taken = 0;
        while taken < truth.len() && !self.has_events() {
            let next = truth.first.0 + taken as u64;
            let to_pass = PASS - (next - 1) % PASS;
            let part = truth.part(taken, to_pass as usize);
            if sound && self.is_quiet_to(part.last()) && self.take(&part) {
                taken += part.len();
                continue;
            }
            for sample in part.samples() {
                let repeated = self.repeated;
                self.sample(&sample);
                self.repeated = if sound && part.repeats { repeated + 1 } else { 0 };
                taken += 1;
                if self.has_events() {
                    break;
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

    /// No part but the protection does something at a sample up to this one.
    fn is_quiet_to(&self, last: Tick) -> bool {
        self.mechanism.idles_to(last) && !self.recorder.completes_by(last) && self.test.is_none()
    }

    /// Takes samples of one pass, unless the protection might act at one of them: then nothing has changed.
    fn take(&mut self, samples: &Stretch<'_>) -> bool {
        if !samples.repeats {
            self.repeated = 0;
        }
        let known = self.repeated >= REMEMBERED && samples.len() as u64 == PASS;
        if !known {
            self.wake_elements();
        }
        if !(known && self.protection.sleeps()) {
            let crests = if known { crests_of(self.instruments.cycle_ago()) } else { samples.crests() };
            if !self.protection.idle(samples, &crests, &self.acting) {
                return false;
            }
        }
        self.tick = samples.last();
        if known {
            self.instruments.repeat(samples, self.repeated, &self.settings.measurement);
            self.through.add_pass(self.instruments.current_squares());
            self.recorder.repeat(samples);
        } else {
            self.instruments.take(samples, &self.settings.measurement);
            for row in samples.rows {
                self.through.add(&[row[0], row[1], row[2]]);
            }
            self.recorder.keep(samples);
        }
        self.repeated += if samples.repeats { samples.len() as u64 } else { 0 };
        if self.tick.0.is_multiple_of(PASS) {
            if !known {
                self.through.close_pass();
            }
            self.pass(known);
        }
        true
    }

    /// No element rests any more.
    pub(super) fn wake_elements(&mut self) {
        self.protection.wake(self.instruments.newest(), &self.acting);
    }

    /// One sample of the network.
    pub fn sample(&mut self, truth: &Sample) {
        self.repeated = 0;
        self.wake_elements();
        self.tick = truth.tick;
        let seen = self.through_converters(truth);
        self.instruments.take(&Stretch::single(seen.tick, &seen.row()), &self.settings.measurement);
        self.through.add(&seen.current.to_array());
        if self.tick.0.is_multiple_of(PASS) {
            self.through.close_pass();
        }
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
            self.pass(false);
        }
        if self.test.is_some() {
            self.run_test();
        }
    }
}

/// Crests of a pass, from its quantities.
fn crests_of(q: &Quantities) -> Row {
    let [a, b, c] = q.current_peak.to_array();
    let mut crests = [0.0; 8];
    crests[..3].copy_from_slice(&[a, b, c]);
    crests[LIGHT] = q.light.0;
    crests
}
