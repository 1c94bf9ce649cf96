//! Runs a case on a fresh plant.

use super::expect::{Tolerance, Verdict};
use super::file::{Case, Expect, Grounding, Initial, Mark, Step};
use super::observe::Observations;
use super::steps::values;
use crate::breaker::Status;
use crate::control::{BreakerIx, Origin, OriginCategory, Request, RequestId};
use crate::plant::{Plant, PlantConfig, PlantError, PlantSpec, shipped};
use crate::point::PointList;
use crate::power::{SourceSpec, Wiring};
use crate::profile::{Role, Value};
use crate::record::Record;
use crate::time::{SAMPLES_PER_PASS, Tick};
use crate::units::Seconds;
use num_complex::Complex64;
use std::sync::Arc;

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Every expectation with what came of it.
    pub verdicts: Vec<Verdict>,
    /// What happened, in order.
    pub records: Vec<Arc<Record>>,
}

impl Outcome {
    /// Whether every expectation held.
    #[must_use]
    pub fn pass(&self) -> bool {
        self.verdicts.iter().all(|v| v.pass)
    }
}

/// Why a case cannot be run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RunError {
    /// No shipped plant of that name.
    #[error("{0}: there is no shipped plant {1:?}; use switchboard or main-and-feeders")]
    Plant(String, String),
    /// The plant cannot be built with these settings.
    #[error("{0}: {1}")]
    Build(String, Box<PlantError>),
    /// Steps that need links.
    #[error("{0}: misbehave and behave need links; let the case drive a running fleet with `run --drill FILE`")]
    Links(String),
    /// The profile has no such template.
    #[error("{0}: the profile has no template {1:?}")]
    Template(String, String),
    /// A value that is none.
    #[error("{0}: {1}: a setting is true or false, a number or a text")]
    Value(String, String),
}

/// Runs a case to its end. `pace` is called before each pass with the simulated time, and may wait.
///
/// # Errors
/// When the plant cannot be built as the case wants it.
pub fn run(case: &Case, points: &Arc<PointList>, pace: &mut dyn FnMut(Seconds)) -> Result<Outcome, RunError> {
    let mut run = Run::new(case, points)?;
    let rate = run.plant.epoch().rate;
    let end = rate.span(Seconds(case.duration_s)).0;
    while run.plant.tick().0 < end {
        pace(rate.seconds(run.plant.tick().since(Tick(0))));
        run.do_what_is_due();
        let pass = u64::from(SAMPLES_PER_PASS);
        let to_boundary = pass - run.plant.tick().0 % pass;
        let to_step = run.next_due().map_or(u64::MAX, |t| t.0 - run.plant.tick().0);
        run.plant.step(to_boundary.min(to_step.max(1)).min(end - run.plant.tick().0));
        run.look();
    }
    let mut outcome = run.judge();
    if case.expect.same_again {
        let once = Case { expect: Expect { same_again: false, ..case.expect.clone() }, ..case.clone() };
        let again = self::run(&once, points, &mut |_| {})?;
        let same = written(&outcome.records) == written(&again.records);
        let got = if same { "the same to the last byte" } else { "other records" };
        outcome.verdicts.push(Verdict::new("second run", "the same to the last byte", got, same));
    }
    Ok(outcome)
}

/// The records as they are kept; none when one cannot be written.
fn written(records: &[Arc<Record>]) -> Option<Vec<String>> {
    records.iter().map(|r| crate::record::json::line(r).ok()).collect()
}

impl Grounding {
    /// Between the neutral and ground, ohms.
    fn impedance(self, source: &SourceSpec) -> Complex64 {
        match self {
            Self::Resistance(r) => Complex64::new(r.0, 0.0),
            // The charging current of three phases to ground: I = 3 U / |Xc|, and Xc is what 3 Zn stands for.
            Self::Ungrounded { charging } => Complex64::new(0.0, -source.phase_voltage().0 / charging.0.max(1e-3)),
        }
    }
}

/// A step and when it is due; none while its mark has not come.
struct Planned<'a> {
    step: &'a Step,
    due: Option<Tick>,
    done: bool,
}

struct Run<'a> {
    case: &'a Case,
    plant: Plant,
    planned: Vec<Planned<'a>>,
    seen: Observations<'a>,
    verdicts: Vec<Verdict>,
    requests: u64,
}

impl<'a> Run<'a> {
    fn new(case: &'a Case, points: &Arc<PointList>) -> Result<Self, RunError> {
        let id = || case.id.clone();
        if case.steps.iter().any(Step::needs_links) {
            return Err(RunError::Links(id()));
        }
        let text = shipped(&case.plant).ok_or_else(|| RunError::Plant(id(), case.plant.clone()))?;
        let mut spec = PlantSpec::parse(text).map_err(|e| RunError::Build(id(), e.into()))?;
        if points.profile().template(&case.template).is_none() {
            return Err(RunError::Template(id(), case.template.clone()));
        }
        if case.initial == Initial::Open
            && let Some(plan) = spec.breakers.get_mut(case.breaker - 1)
        {
            plan.closed = false;
        }
        if let (Some(load), Some(plan)) = (case.load, spec.breakers.get_mut(case.breaker - 1)) {
            plan.load = load;
        }
        if let Some(grounding) = case.grounding {
            spec.source = spec.source.grounded(grounding.impedance(&spec.source));
            // A neutral conductor would go round the impedance.
            spec.breakers.iter_mut().for_each(|plan| plan.load.wiring = Wiring::ThreeWire);
        }
        let overrides = values(&case.settings).map_err(|name| RunError::Value(id(), name))?;
        let config = PlantConfig {
            breakers: case.breakers,
            template: Some(case.template.clone()),
            overrides,
            seed: case.seed,
            ..PlantConfig::new(spec, Arc::clone(points))
        };
        let plant = Plant::new(config).map_err(|e| RunError::Build(id(), e.into()))?;
        let rate = plant.epoch().rate;
        let planned: Vec<_> = case
            .steps
            .iter()
            .map(|step| Planned {
                step,
                due: step.after.is_none().then(|| Tick(rate.span(Seconds(step.at_s)).0)),
                done: false,
            })
            .collect();
        let first = planned.iter().filter(|p| p.step.inject.is_some()).find_map(|p| p.due).unwrap_or(Tick(0));
        let reference = case.reference_s.map_or(first, |s| Tick(rate.span(Seconds(s)).0));
        let seen = Observations::new(case, reference, points);
        Ok(Self { case, plant, planned, seen, verdicts: Vec::new(), requests: 0 })
    }

    fn next_due(&self) -> Option<Tick> {
        self.planned.iter().filter(|p| !p.done).filter_map(|p| p.due).min()
    }

    fn do_what_is_due(&mut self) {
        let now = self.plant.tick();
        for n in 0..self.planned.len() {
            if !self.planned[n].done && self.planned[n].due.is_some_and(|due| due <= now) {
                self.planned[n].done = true;
                self.act(self.planned[n].step);
            }
        }
    }

    fn act(&mut self, step: &Step) {
        let target = BreakerIx(step.breaker.unwrap_or(self.case.breaker) - 1);
        let commands = step.commands().unwrap_or_else(|name| {
            self.verdicts.push(Verdict::new(name, "a plain value", "a table or list", false));
            Vec::new()
        });
        for (command, may_refuse) in commands {
            self.requests += 1;
            let what = format!("{} at {} s", command.describe(), step.at_s);
            let request = Request {
                id: RequestId(self.requests),
                origin: Origin { category: OriginCategory::Process, ident: "drill".into() },
                role: Role::Administrator,
                target,
                command,
            };
            let answer = self.plant.request(request);
            let expected = step.refused.as_deref().filter(|_| may_refuse);
            let got = answer.result.err().map(|denied| denied.to_string());
            let pass = match (expected, &got) {
                (None, None) => true,
                (Some(words), Some(reason)) => reason.contains(words),
                _ => false,
            };
            let expected = expected.map_or("done".to_owned(), |words| format!("refused: {words}"));
            let got = got.map_or("done".to_owned(), |reason| format!("refused: {reason}"));
            self.verdicts.push(Verdict::new(what, expected, got, pass));
        }
    }

    /// Takes in what happened, and sets the time of steps whose mark has come.
    fn look(&mut self) {
        let rate = self.plant.epoch().rate;
        self.seen.take(&mut self.plant);
        for planned in self.planned.iter_mut().filter(|p| p.due.is_none()) {
            let marks: &[Tick] = match planned.step.after {
                Some(Mark::Trip) => &self.seen.trip_ticks,
                Some(Mark::Opened) => &self.seen.opened,
                Some(Mark::Closed) => &self.seen.closed,
                None => &[],
            };
            if let Some(mark) = marks.get(planned.step.nth - 1) {
                planned.due = Some(*mark + rate.span(Seconds(planned.step.at_s)));
            }
        }
    }

    fn judge(mut self) -> Outcome {
        let expect = &self.case.expect;
        for planned in self.planned.iter().filter(|p| !p.done) {
            let what = format!("step {} s after its mark", planned.step.at_s);
            self.verdicts.push(Verdict::new(what, "done", "its time did not come", false));
        }
        self.verdicts.extend(self.seen.judge_trip(expect));
        if let Some(wanted) = &expect.state {
            let breaker = self.plant.breaker(self.case.breaker - 1);
            let status = breaker.map_or(Status::Fault, crate::breaker::Breaker::status);
            let locked = breaker.is_some_and(crate::breaker::Breaker::lockout);
            let got = match status {
                Status::Open => "Open",
                Status::Closed => "Closed",
                Status::Tripped if locked && wanted == "Locked out" => "Locked out",
                Status::Tripped => "Tripped",
                Status::Fault => "Fault",
            };
            self.verdicts.push(Verdict::new("final state", wanted, got, wanted == got));
        }
        for quantity in &expect.quantity {
            let got = self.seen.quantity(quantity, &self.plant);
            self.verdicts.push(compare(quantity, got));
        }
        self.verdicts.extend(self.seen.judge_events(expect));
        Outcome { verdicts: self.verdicts, records: self.seen.into_records() }
    }
}

/// An expected number or word against what came.
fn compare(quantity: &super::file::Quantity, got: Option<Value>) -> Verdict {
    let tolerance = Tolerance::read(quantity.tolerance.as_ref()).unwrap_or(Tolerance::Absolute(0.0));
    let number = |v: &Value| match v {
        Value::Float(x) => Some(*x),
        Value::Int(n) => Some(*n as f64),
        _ => None,
    };
    let pass = match (&quantity.value, &got) {
        (None, Some(v)) => number(v).is_some_and(|got| {
            quantity.at_least.is_none_or(|least| got >= least) && quantity.at_most.is_none_or(|most| got <= most)
        }),
        (Some(toml::Value::Float(x)), Some(v)) => number(v).is_some_and(|got| tolerance.holds(*x, got)),
        (Some(toml::Value::Integer(n)), Some(v)) => number(v).is_some_and(|got| tolerance.holds(*n as f64, got)),
        (Some(toml::Value::Boolean(b)), Some(Value::Bool(got))) => b == got,
        (Some(toml::Value::String(s)), Some(Value::Text(got))) => **s == **got,
        _ => false,
    };
    let shown = match got {
        Some(Value::Float(x)) => format!("{x:.6}"),
        Some(Value::Int(n)) => n.to_string(),
        Some(Value::Bool(b)) => b.to_string(),
        Some(Value::Text(s)) => s.to_string(),
        Some(other) => format!("{other:?}"),
        None => "nothing".to_owned(),
    };
    let within = quantity.tolerance.as_ref().map(|t| format!(" +- {t}")).unwrap_or_default();
    let bound = |what: &str, limit: Option<f64>| limit.map(|x| format!("{what} {x}"));
    let wanted = match &quantity.value {
        Some(value) => format!("{value}{within}"),
        None => {
            let bounds = [bound("at least", quantity.at_least), bound("at most", quantity.at_most)];
            bounds.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    };
    Verdict::new(&quantity.name, wanted, shown, pass)
}
