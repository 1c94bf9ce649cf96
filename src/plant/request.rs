//! The way in: one gate, one record, then the deed.

use super::Plant;
use crate::breaker::Settings;
use crate::breaker::diagnostic::{Step, TestOrder};
use crate::breaker::injection::Injection;
use crate::control::{Answer, Command, Denied, Request, Switch, decide, select};
use crate::record::{Body, InjectionRecord, RequestRecord};
use std::sync::Arc;

/// What is left to do once a request is accepted; nothing in it can fail.
enum Deed {
    Switch(Switch, Arc<str>),
    Settings(Box<Settings>),
    Test(TestOrder),
    Other,
}

impl Plant {
    /// Decides a request, writes exactly one record about it, and carries it out.
    #[expect(clippy::needless_pass_by_value, reason = "a request is given away: nobody can ask with it twice")]
    pub fn request(&mut self, request: Request) -> Answer {
        let ix = request.target.0;
        self.touched = true;
        let answer = |result| Answer { id: request.id, target: request.target, tick: self.tick, result };
        if ix >= self.seats.len() {
            let there = self.seats.len();
            return answer(Err(Denied::UnknownObject(format!("breaker {ix}; there are {there}"))));
        }
        let gate = self.seats[ix].gate();
        let decided = decide(&request, &gate, &self.profile, self.tick, self.epoch.rate)
            .and_then(|()| self.prepare(ix, &request.command));
        let words = request.command.describe();
        let seat = &mut self.seats[ix];
        seat.breaker.control_result = match &decided {
            Ok(_) => format!("done: {words}").into(),
            Err(denied) => format!("refused: {words}: {denied}").into(),
        };
        if decided.is_ok() {
            seat.selection = select::after(seat.selection.take(), &request, self.tick);
        }
        let record = RequestRecord {
            id: request.id,
            origin: request.origin.clone(),
            role: request.role,
            command: words,
            denied: decided.as_ref().err().cloned(),
        };
        self.write(ix, Body::Request(record));
        self.changed = true;
        let result = decided.map(|deed| self.carry_out(ix, &request, deed));
        Answer { id: request.id, target: request.target, tick: self.tick, result }
    }

    /// Everything about a request that can fail beyond the gate.
    fn prepare(&mut self, ix: usize, command: &Command) -> Result<Deed, Denied> {
        match command {
            Command::Operate(switch) => Ok(Deed::Switch(*switch, Arc::from(""))),
            Command::Direct(switch, reason) => Ok(Deed::Switch(*switch, Arc::clone(reason))),
            Command::Inject(injection) => {
                self.disturb(ix, injection).map_err(Denied::InconsistentParameters)?;
                Ok(Deed::Other)
            }
            Command::RunTest { test, with_trip } => self.test_order(test, *with_trip).map(Deed::Test),
            _ => Ok(self.wanted_settings(ix, command)?.map_or(Deed::Other, |s| Deed::Settings(Box::new(s)))),
        }
    }

    /// A test of the profile with the steps that the breaker knows.
    fn test_order(&self, test: &Arc<str>, with_trip: bool) -> Result<TestOrder, Denied> {
        let found = self.profile.tests.iter().find(|t| *t.id == **test);
        let found = found.ok_or_else(|| Denied::UnknownObject(format!("test {test}")))?;
        let steps = found.steps.iter().map(|name| {
            let step =
                Step::by_name(name).ok_or_else(|| Denied::UnknownObject(format!("step {name} of test {test}")))?;
            Ok((Arc::from(name.as_str()), step))
        });
        let steps = steps.collect::<Result<Vec<_>, Denied>>()?;
        Ok(TestOrder { test: Arc::clone(test), steps, limit: found.duration, with_trip })
    }

    fn carry_out(&mut self, ix: usize, request: &Request, deed: Deed) {
        match deed {
            Deed::Switch(switch, reason) => self.switch(ix, switch, &reason),
            Deed::Test(order) => self.seats[ix].breaker.start_test(order),
            Deed::Settings(settings) => self.put_in_force(ix, *settings, &request.command),
            Deed::Other => self.other(ix, &request.command),
        }
        self.set_poles(ix);
        self.collect(ix, Some(&request.origin));
    }

    fn switch(&mut self, ix: usize, switch: Switch, reason: &Arc<str>) {
        let breaker = &mut self.seats[ix].breaker;
        match switch {
            Switch::Open => breaker.open(),
            Switch::Close => breaker.close(),
            Switch::Reset => breaker.reset(),
            Switch::Trip => {
                let reason = if reason.trim().is_empty() { Arc::from("Manual") } else { Arc::clone(reason) };
                breaker.trip(reason);
            }
        }
    }

    fn other(&mut self, ix: usize, command: &Command) {
        let seat = &mut self.seats[ix];
        match command {
            Command::ClearCounters => seat.breaker.clear_counters(),
            Command::SetLocal(local) => seat.breaker.local = *local,
            Command::SetMaintenanceMode(on) => seat.breaker.maintenance_mode = *on,
            Command::SetTag(tag) => seat.breaker.tag.clone_from(tag),
            Command::Acknowledge(id) => {
                let alarm = id.as_ref().and_then(|id| self.profile.alarms.iter().position(|a| *a.id == **id));
                self.acknowledge(ix, alarm);
            }
            Command::ClearAlarms => self.acknowledge(ix, None),
            Command::Inject(injection) => {
                let injection: Injection = *injection;
                self.write(ix, Body::Injection(InjectionRecord { injection: Some(injection) }));
            }
            Command::ClearInjections => {
                self.undisturb(ix);
                self.write(ix, Body::Injection(InjectionRecord { injection: None }));
            }
            Command::StopTest => seat.breaker.stop_test("stopped by request"),
            // Carried out by keeping or dropping the selection, or as a switching action or settings.
            Command::Select(_)
            | Command::Cancel
            | Command::Operate(_)
            | Command::Direct(..)
            | Command::Write(_)
            | Command::ApplyTemplate(_)
            | Command::RunTest { .. }
            | Command::UndoSettings => {}
        }
    }

    fn acknowledge(&mut self, ix: usize, alarm: Option<usize>) {
        let changed = self.seats[ix].alarms.acknowledge(alarm);
        self.alarms_changed(ix, &changed);
    }
}
