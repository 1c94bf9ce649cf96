//! A test at work, sample by sample.

use super::TestOrder;
use super::channel::Channel;
use super::hardware::{self, REFERENCE_CYCLES, Reference};
use super::links;
use super::plan::{self, Job, SHARES, Step, What};
use super::report::{Check, LastTest, Outcome, TestReport, Window};
use super::stimulus::Trial;
use crate::breaker::condition::OPENING_LIMIT;
use crate::breaker::event::TripFacts;
use crate::breaker::mechanism::Path;
use crate::breaker::{Breaker, Contacts, Event, Settings, Status};
use crate::power::Sample;
use crate::protection::ElementId;
use crate::time::{SAMPLES_PER_CYCLE, Tick};
use crate::units::{Amperes, Phases, Seconds};
use std::collections::VecDeque;
use std::f64::consts::{SQRT_2, TAU};
use std::sync::Arc;

/// An element that has not started by then does not start.
const STARTS_WITHIN: Seconds = Seconds(0.1);
/// An element that is not to operate is watched so much longer than its window.
const WATCHED: Seconds = Seconds(0.2);
/// The trip coil has to open the contacts in this time after the element; less than a twentieth of it is no movement.
const OPENS: Window = Window { least: Seconds(0.005), most: OPENING_LIMIT };

/// A test at work.
#[derive(Clone, Debug)]
pub(in crate::breaker) struct Running {
    order: TestOrder,
    started: Tick,
    settings: Settings,
    as_found: String,
    jobs: VecDeque<Job>,
    now: Option<(Arc<str>, Active)>,
    checks: Vec<Check>,
    /// Trips of the breaker when the test began.
    trips: u64,
}

/// The job at work.
#[derive(Clone, Debug)]
enum Active {
    Reference(Reference),
    Starting {
        id: ElementId,
        pickup: Amperes,
        below: bool,
        channel: Box<Channel>,
    },
    Timing {
        trial: Box<Trial>,
        channel: Box<Channel>,
        trips: bool,
    },
    /// The element has operated, the coil is energised.
    Opening {
        trial: Box<Trial>,
        element: Seconds,
        commanded: Tick,
    },
}

impl Running {
    /// The test in words, with how far it is.
    pub(in crate::breaker) fn words(&self) -> String {
        let step = self.now.as_ref().map_or("", |(step, _)| step);
        format!("{} runs, {step}: {} checks done, {} to do", self.order.test, self.checks.len(), self.jobs.len() + 1)
    }

    fn left(&self, b: &Breaker) -> Seconds {
        self.order.limit - b.epoch.rate.seconds(b.tick.since(self.started))
    }
}

impl Breaker {
    /// Starts a test; one that runs already goes on instead.
    pub fn start_test(&mut self, order: TestOrder) {
        if self.test.is_some() {
            return;
        }
        let jobs = plan::jobs(&order, &self.settings);
        self.test = Some(Box::new(Running {
            started: self.tick,
            settings: self.settings.clone(),
            as_found: self.standing(),
            jobs,
            now: None,
            checks: Vec::new(),
            trips: self.condition.life.trip_number,
            order,
        }));
    }

    /// Ends the test that runs, with the reason; nothing when none runs.
    pub fn stop_test(&mut self, why: &str) {
        if let Some(running) = self.test.take() {
            self.finish_test(*running, Some(why.to_owned()));
        }
    }

    /// The test that runs, in words.
    pub fn test_running(&self) -> Option<String> {
        self.test.as_ref().map(|t| t.words())
    }

    /// What is published of the last test.
    pub fn last_test(&self) -> Option<&LastTest> {
        self.last_test.as_ref()
    }

    /// How the breaker stands, for as found and as left.
    fn standing(&self) -> String {
        let status = match self.status() {
            Status::Open => "open",
            Status::Closed => "closed",
            Status::Tripped => "tripped",
            Status::Fault => "in fault",
        };
        let service = if self.settings.protection.enabled { "in service" } else { "out of service" };
        format!("{status}, protection {service}, settings {:08x}", fingerprint(&self.settings))
    }

    /// One sample of the test that runs.
    pub(in crate::breaker) fn run_test(&mut self) {
        let Some(mut running) = self.test.take() else { return };
        match self.advance_test(&mut running) {
            Progress::Goes => self.test = Some(running),
            Progress::Over => self.finish_test(*running, None),
            Progress::Broken(why) => self.finish_test(*running, Some(why)),
        }
    }

    fn advance_test(&mut self, running: &mut Running) -> Progress {
        if running.settings != self.settings {
            return Progress::Broken("the settings were changed".to_owned());
        }
        let ours = u64::from(matches!(running.now, Some((_, Active::Opening { .. }))));
        // The contacts are let come to rest, so that as left is what they came to.
        if self.condition.life.trip_number > running.trips + ours && !self.mechanism.moving() {
            return Progress::Broken("the breaker tripped".to_owned());
        }
        if running.left(self) <= Seconds::ZERO {
            return Progress::Broken(format!("its time of {:.0} s is over", running.order.limit.0));
        }
        let Some((step, active)) = running.now.take() else {
            return match running.jobs.pop_front() {
                Some(job) => {
                    self.begin(running, job);
                    Progress::Goes
                }
                None => Progress::Over,
            };
        };
        match self.work(running, &step, active) {
            Some(active) => running.now = Some((step, active)),
            // Between two jobs a pass goes by, so that a long list of quick ones does not stop the clock.
            None => running.now = None,
        }
        Progress::Goes
    }

    fn begin(&mut self, running: &mut Running, job: Job) {
        let Job { step, what } = job;
        let left = running.left(self);
        match what {
            What::Known(check) => running.checks.push(*check),
            What::Look(Step::Hardware) => running.checks.extend(hardware::checks(&step, self)),
            What::Look(paths) => running.checks.extend(links::checks(&step, paths, self)),
            What::Reference => running.now = Some((step, Active::Reference(Reference::new()))),
            What::Starting(id, pickup) => {
                let channel = Box::new(self.channel(plan::starting(id, &self.settings, pickup, SHARES[0])));
                running.now = Some((step, Active::Starting { id, pickup, below: true, channel }));
            }
            What::Timing(trial) | What::Tripping(trial) if trial.window.most + WATCHED > left => {
                let finding = format!("needs {:.1} s, the test has {:.1} s left", trial.window.most.0, left.0);
                running.checks.push(timing(&step, &trial, Outcome::Skipped, finding, None));
            }
            What::Timing(trial) => {
                let channel = Box::new(self.channel(trial.stimulus));
                running.now = Some((step, Active::Timing { trial, channel, trips: false }));
            }
            What::Tripping(trial) => {
                let channel = Box::new(self.channel(trial.stimulus));
                running.now = Some((step, Active::Timing { trial, channel, trips: true }));
            }
        }
    }

    fn channel(&self, stimulus: super::channel::Stimulus) -> Channel {
        let rated = self.settings.rating.rated();
        Channel::new(self.epoch.rate, rated, self.condition.unit_temperature(), stimulus)
    }

    /// One sample of a job; none when it is over.
    fn work(&mut self, running: &mut Running, step: &Arc<str>, active: Active) -> Option<Active> {
        match active {
            Active::Reference(mut reference) => {
                let seen = self.through_converters(&self.reference(reference.samples));
                reference.add(&seen.current, &seen.voltage);
                if reference.samples < REFERENCE_CYCLES * SAMPLES_PER_CYCLE {
                    return Some(Active::Reference(reference));
                }
                let rating = &self.settings.rating;
                running.checks.extend(reference.checks(step, rating.current, rating.voltage.0 / 3f64.sqrt()));
                None
            }
            Active::Starting { id, pickup, below, mut channel } => {
                let seen = channel.sample(&self.settings.protection);
                let over = channel.since_step() >= STARTS_WITHIN;
                let began = seen.started || seen.operated;
                if !began && !over {
                    return Some(Active::Starting { id, pickup, below, channel });
                }
                if below && !began {
                    let channel = Box::new(self.channel(plan::starting(id, &self.settings, pickup, SHARES[1])));
                    return Some(Active::Starting { id, pickup, below: false, channel });
                }
                running.checks.push(started(step, id, pickup, below, began, &channel));
                None
            }
            Active::Timing { trial, mut channel, trips } => {
                let seen = channel.sample(&self.settings.protection);
                let time = channel.since_step();
                if seen.operated {
                    if trips {
                        return self.trip_by_test(running, step, trial, time);
                    }
                    let good = trial.window.holds(time);
                    let outcome = if good { Outcome::Passed } else { Outcome::Failed };
                    let finding = format!("{}: operated in {}", trial.words, milliseconds(time));
                    running.checks.push(timing(step, &trial, outcome, finding, Some(time)));
                    return None;
                }
                if time < trial.window.most + WATCHED {
                    return Some(Active::Timing { trial, channel, trips });
                }
                let finding = match channel.blocked() {
                    Some(block) => format!("{}: did not operate, blocked ({block:?})", trial.words),
                    None => format!("{}: did not operate", trial.words),
                };
                running.checks.push(timing(step, &trial, Outcome::Failed, finding, None));
                None
            }
            Active::Opening { trial, element, commanded } => {
                let took = self.epoch.rate.seconds(self.tick.since(commanded));
                let moved = self.contacts() == Contacts::Open;
                if !moved && took < OPENS.most * 4.0 {
                    return Some(Active::Opening { trial, element, commanded });
                }
                running.trips += 1;
                let good = moved && OPENS.holds(took) && trial.window.holds(element);
                let label = trial.stimulus.element.label();
                let finding = if moved {
                    format!(
                        "{label} operated in {}, contacts apart {} later",
                        milliseconds(element),
                        milliseconds(took)
                    )
                } else {
                    format!("{label} operated in {}, contacts did not part", milliseconds(element))
                };
                running.checks.push(Check {
                    step: Arc::clone(step),
                    item: "trip".to_owned(),
                    outcome: if good { Outcome::Passed } else { Outcome::Failed },
                    finding,
                    expected: Some(Window {
                        least: trial.window.least + OPENS.least,
                        most: trial.window.most + OPENS.most,
                    }),
                    measured: moved.then_some(element + took),
                });
                None
            }
        }
    }

    fn trip_by_test(
        &mut self,
        running: &mut Running,
        step: &Arc<str>,
        trial: Box<Trial>,
        time: Seconds,
    ) -> Option<Active> {
        if self.contacts() != Contacts::Closed {
            let finding = "the breaker is not closed any more: nothing to trip".to_owned();
            running.checks.push(timing(step, &trial, Outcome::Skipped, finding, Some(time)));
            return None;
        }
        let q = *self.quantities();
        let (phase, current) = q.current_rms.greatest();
        let label = trial.stimulus.element.label();
        let facts = TripFacts {
            id: Arc::from(""),
            cause: None,
            reason: format!("{}({label})", running.order.test).into(),
            operated: Vec::new(),
            phase: Some(phase),
            current,
            currents: q.current_rms,
            delay: time,
            set_delay: None,
            threshold: None,
        };
        let started = Tick(self.tick.0.saturating_sub(self.epoch.rate.span(time).0));
        self.command_trip(facts, started, Path::Coil);
        Some(Active::Opening { trial, element: time, commanded: self.tick })
    }

    /// Sample `n` of the reference at the inputs of the converters: rated current and voltage.
    fn reference(&self, n: u32) -> Sample {
        let rating = &self.settings.rating;
        let wave = |k: usize| (TAU * (f64::from(n) / f64::from(SAMPLES_PER_CYCLE) - k as f64 / 3.0)).sin() * SQRT_2;
        Sample {
            tick: self.tick,
            current: Phases::from_fn(|p| rating.current.0 * wave(p.index())),
            voltage: Phases::from_fn(|p| rating.voltage.0 / 3f64.sqrt() * wave(p.index())),
            zero_sequence: 0.0,
            light: 0.0,
        }
    }

    fn finish_test(&mut self, running: Running, ended: Option<String>) {
        let Running { order, started, as_found, mut checks, jobs, now, .. } = running;
        // What was not reached is said, so that a test that ended early is not taken for a short one.
        let waiting = now.map(|(step, _)| step).into_iter().chain(jobs.into_iter().map(|job| job.step));
        for step in waiting {
            if ended.is_some() && checks.last().is_none_or(|c: &Check| c.step != step) {
                checks.push(Check {
                    item: step.to_string(),
                    step,
                    outcome: Outcome::Skipped,
                    finding: "not reached".to_owned(),
                    expected: None,
                    measured: None,
                });
            }
        }
        let outcome = match Outcome::of(&checks) {
            Outcome::Passed if ended.is_some() => Outcome::Skipped,
            other => other,
        };
        let duration = self.epoch.rate.seconds(self.tick.since(started));
        let report = TestReport {
            test: order.test,
            with_trip: order.with_trip,
            outcome,
            duration,
            checks,
            as_found,
            as_left: self.standing(),
            ended,
        };
        let utc = self.now();
        self.last_test = Some(LastTest { utc, outcome, text: report.summary().into() });
        self.events.push(Event::Tested(Box::new(report)));
    }
}

enum Progress {
    Goes,
    Over,
    Broken(String),
}

fn timing(step: &Arc<str>, trial: &Trial, outcome: Outcome, finding: String, measured: Option<Seconds>) -> Check {
    Check {
        step: Arc::clone(step),
        item: trial.stimulus.element.label().to_owned(),
        outcome,
        finding,
        expected: Some(trial.window),
        measured,
    }
}

fn started(step: &Arc<str>, id: ElementId, pickup: Amperes, below: bool, began: bool, channel: &Channel) -> Check {
    let share = if below { SHARES[0] } else { SHARES[1] };
    let good = began != below;
    let word = if began { "starts" } else { "does not start" };
    let block = channel.blocked().filter(|_| !began).map(|b| format!(", blocked ({b:?})")).unwrap_or_default();
    let finding = if good {
        format!("pickup {:.1} A: rests at {} %, starts at {} %", pickup.0, SHARES[0] * 100.0, SHARES[1] * 100.0)
    } else {
        format!("pickup {:.1} A: {word} at {} %{block}", pickup.0, share * 100.0)
    };
    let outcome = if good { Outcome::Passed } else { Outcome::Failed };
    Check { step: Arc::clone(step), item: id.label().to_owned(), outcome, finding, expected: None, measured: None }
}

fn milliseconds(time: Seconds) -> String {
    if time.0 < 1.0 { format!("{:.1} ms", time.0 * 1e3) } else { format!("{:.3} s", time.0) }
}

/// FNV-1a, 32 bit, over the settings as they print: two sets that differ have different ones but for a chance of one in
/// four thousand million.
fn fingerprint(settings: &Settings) -> u32 {
    format!("{settings:?}").bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
