//! Time passes.

use super::Plant;
use crate::breaker::injection::Injection;
use crate::time::{SAMPLES_PER_PASS, Span};
use crate::units::Phase;

/// Passes between two looks at the alarms when nothing else happened: 0.1 s at 60 Hz.
const ALARM_PASSES: u64 = 96;

impl Plant {
    /// Lets `samples` samples pass. The only place where simulated time passes.
    pub fn step(&mut self, samples: u64) {
        let mut next_end = self.next_end();
        for _ in 0..samples {
            self.tick += Span(1);
            if self.fluctuation.is_some() {
                self.flip_when_due();
            }
            self.network.step();
            for ix in 0..self.seats.len() {
                self.sample(ix);
            }
            if self.tick.0.is_multiple_of(u64::from(SAMPLES_PER_PASS)) {
                self.pass();
            }
            if next_end.is_some_and(|end| self.tick >= end) {
                self.end_disturbances();
                next_end = self.next_end();
            }
        }
    }

    fn sample(&mut self, ix: usize) {
        let seat = &mut self.seats[ix];
        let before = seat.breaker.conducting();
        seat.breaker.sample(self.network.sample(ix));
        let after = seat.breaker.conducting();
        if before != after {
            self.set_poles(ix);
        }
        if self.seats[ix].breaker.has_events() {
            self.collect(ix, None);
        }
    }

    /// Shows the network which poles of a breaker conduct.
    pub(super) fn set_poles(&mut self, ix: usize) {
        let conducting = self.seats[ix].breaker.conducting();
        for phase in Phase::ALL {
            let set = self.network.set_pole(ix, phase, conducting[phase]);
            debug_assert_eq!(set, Ok(()), "every seat is a breaker of the network");
        }
    }

    /// What happens once a pass: restraint between the breakers, and now and then the alarms and the history.
    fn pass(&mut self) {
        let downstream = self.seats.iter().any(|s| !s.main && s.breaker.restraint_out());
        for seat in &mut self.seats {
            let injected = seat.standing.iter().any(|s| matches!(s.injection, Injection::ZoneRestraint));
            seat.breaker.restraint_in = injected || (seat.main && downstream);
        }
        let pass = self.tick.0 / u64::from(SAMPLES_PER_PASS);
        if pass.is_multiple_of(ALARM_PASSES) {
            for ix in 0..self.seats.len() {
                self.judge_alarms(ix);
            }
        }
        if self.tick.0.is_multiple_of(u64::from(self.epoch.rate.hz())) {
            for seat in &mut self.seats {
                let power = seat.breaker.measurement().active_total;
                seat.history.push(&seat.breaker.quantities().current_rms, power);
            }
        }
    }
}
