//! Time passes.

use super::Plant;
use crate::breaker::injection::Injection;
use crate::time::{SAMPLES_PER_PASS, Span};
use crate::units::{Phase, Phases};
use num_complex::Complex64;

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
            // The main comes last: its differential compares with what the feeders have just measured.
            let main = self.network.main();
            for ix in (0..self.seats.len()).filter(|ix| Some(*ix) != main) {
                self.sample(ix);
            }
            if let Some(main) = main {
                if self.tick.0.is_multiple_of(u64::from(SAMPLES_PER_PASS)) {
                    self.balance_the_bus(main);
                }
                self.sample(main);
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
        let far = self.network.far_sample(ix);
        seat.breaker.far_sample(far.as_ref());
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

    /// Shows the main what leaves the bus through the feeders, which is what its 87 compares with.
    fn balance_the_bus(&mut self, main: usize) {
        let wanted = self.seats[main].breaker.settings.protection.differential.enabled;
        let leaving = wanted.then(|| {
            let feeders = self.seats.iter().filter(|s| !s.main);
            feeders.fold(Phases::default(), |sum: Phases<Complex64>, seat| {
                let currents = seat.breaker.quantities().current;
                Phases::from_fn(|p| sum[p] - currents[p])
            })
        });
        self.seats[main].breaker.set_leaving(leaving);
    }

    /// What happens once a pass: restraint between the breakers, and now and then the alarms and the history.
    fn pass(&mut self) {
        let downstream = self.seats.iter().any(|s| !s.main && s.breaker.restraint_out());
        for seat in &mut self.seats {
            let injected = seat.standing.iter().any(|s| matches!(s.injection, Injection::ZoneRestraint));
            seat.breaker.restraint_in = injected || (seat.main && downstream);
        }
        for (ix, seat) in self.seats.iter_mut().enumerate() {
            if seat.breaker.wants_assessment() {
                seat.breaker.load_side = self.network.prospective(ix);
            }
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
