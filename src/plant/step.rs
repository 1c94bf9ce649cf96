//! Time passes.
//!
//! It passes in stretches of up to [`STRETCH`] samples in which no breaker changes anything for another. The breakers go
//! through a stretch one after the other, so that the state of one stays in the cache meanwhile. Where breakers see each
//! other (through a main) a stretch ends with the pass, and before a pole moves it ends with the sample.

use super::Plant;
use crate::breaker::injection::Injection;
use crate::power::STRETCH;
use crate::time::{SAMPLES_PER_PASS, Span, Tick};
use crate::units::{Phase, Phases};
use num_complex::Complex64;

const PASS: u64 = SAMPLES_PER_PASS as u64;
/// Passes between two looks at the alarms when nothing else happened: 0.1 s at 60 Hz.
const ALARM_PASSES: u64 = 96;

impl Plant {
    /// Lets `samples` samples pass. The only place where simulated time passes.
    pub fn step(&mut self, samples: u64) {
        let end = self.tick + Span(samples);
        while self.tick < end {
            self.stretch(end);
        }
    }

    /// One stretch, at the longest to `end`.
    fn stretch(&mut self, end: Tick) {
        if self.touched {
            self.next_end = self.end_of_next();
            let poles = self.seats.iter().map(|seat| seat.breaker.poles_stand_until());
            self.poles_until = poles.min().unwrap_or(end);
        }
        let before = self.tick;
        self.flip_when_due(before + Span(1));
        let at_most = end.0.min(self.reach().0) - before.0;
        let now = before + Span(self.network.begin(at_most as usize) as u64);
        self.poles_until = Tick(u64::MAX);
        self.hold();
        // The main comes last: its differential compares with what the feeders have just measured.
        let main = self.network.main();
        for ix in (0..self.seats.len()).filter(|ix| Some(*ix) != main) {
            self.run(ix);
        }
        if let Some(main) = main {
            if now.0.is_multiple_of(PASS) {
                self.balance_the_bus(main);
            }
            self.run(main);
        }
        self.tick = now;
        self.write_held();
        if now.0.is_multiple_of(PASS) {
            self.pass();
        }
        if self.next_end.is_some_and(|end| now >= end) {
            self.end_disturbances();
            self.touched = true;
        }
    }

    /// The last sample up to which nothing can come between the breakers, as things stand after the newest.
    fn reach(&self) -> Tick {
        let now = self.tick.0;
        let next = |multiple: u64| (now / multiple + 1) * multiple;
        let mut reach = next(STRETCH as u64);
        if let Some(end) = self.next_end {
            reach = reach.min(end.0);
        }
        if let Some(fluctuation) = &self.fluctuation {
            // It changes before its sample.
            reach = reach.min(fluctuation.next.0 - 1);
        }
        let with_main = self.network.main().is_some();
        if with_main || self.touched {
            reach = reach.min(next(PASS));
        }
        let trip_stands = || self.seats.iter().any(|seat| seat.breaker.trip_stands());
        if with_main && trip_stands() {
            // The main may have to open for a feeder that hangs.
            reach = now;
        }
        Tick(reach.min(self.poles_until.0).max(now + 1))
    }

    /// One breaker goes through the stretch.
    fn run(&mut self, ix: usize) {
        let poles = self.seats[ix].breaker.conducting();
        let seen = self.network.see(ix);
        let far = self.network.far_sample(ix);
        self.seats[ix].breaker.far_sample(far.as_ref());
        let mut left = seen.stretch();
        while !left.is_empty() {
            let breaker = &mut self.seats[ix].breaker;
            left = left.part(breaker.run(&left), STRETCH);
            if breaker.has_events() {
                self.tick = breaker.tick();
                self.collect(ix, None);
            }
        }
        self.network.give_back(ix, seen);
        let breaker = &self.seats[ix].breaker;
        self.poles_until = self.poles_until.min(breaker.poles_stand_until());
        if breaker.conducting() != poles {
            self.set_poles(ix);
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
    pub(super) fn balance_the_bus(&mut self, main: usize) {
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

    /// What happens after a pass: restraint between the breakers, and now and then the alarms, the history and
    /// what an automatic would close on.
    pub(super) fn pass(&mut self) {
        if self.touched || self.network.main().is_some() {
            self.restrain();
            self.touched = false;
        }
        let pass = self.tick.0 / PASS;
        if pass.is_multiple_of(ALARM_PASSES) {
            for ix in 0..self.seats.len() {
                self.judge_alarms(ix);
                let breaker = &mut self.seats[ix].breaker;
                breaker.load_side = breaker.wants_assessment().then(|| self.network.prospective(ix));
            }
        }
        if self.tick.0.is_multiple_of(u64::from(self.epoch.rate.hz())) {
            for seat in &mut self.seats {
                let power = seat.breaker.measurement().active_total;
                seat.history.push(&seat.breaker.quantities().current_rms, power);
            }
        }
    }

    /// Zone interlocking: a feeder that sees the fault restrains the main.
    fn restrain(&mut self) {
        let downstream = self.seats.iter().any(|s| !s.main && s.breaker.restraint_out());
        for seat in &mut self.seats {
            let injected = seat.standing.iter().any(|s| matches!(s.injection, Injection::ZoneRestraint));
            seat.breaker.restraint_in = injected || (seat.main && downstream);
        }
    }
}
