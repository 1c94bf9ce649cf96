//! A drill that drives a running fleet: its steps are asked of the gate in real time, and its faults on purpose go to
//! the links. Plant, settings and expectations of the case are for `drill run`, which has a plant of its own.

use super::link::config::RequestIds;
use crate::control::{BreakerIx, Origin, OriginCategory, Request};
use crate::drill::file::{self, Case, Mark, Step};
use crate::profile::Role;
use crate::record::{Body, Movement, Record};
use crate::session::misbehaviour::Misbehaviour;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Why a drill cannot drive the fleet.
#[derive(Debug, thiserror::Error)]
pub enum TimelineError {
    /// The file cannot be read.
    #[error("cannot read the drill {path}: {reason}; check --drill", path = .0.display(), reason = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// The file is wrong.
    #[error("{0}")]
    Wrong(String),
    /// It holds several cases.
    #[error("{path}: --drill takes a file with one case, this one has {count}", path = .0.display(), count = .1)]
    Several(PathBuf, usize),
    /// It names a breaker that the fleet does not have.
    #[error("{0}: the drill is for breaker {1} and the fleet has {2}; raise --breakers")]
    Breaker(String, usize, usize),
    /// A setting that is none.
    #[error("{0}: {1}: a setting is true or false, a number or a text")]
    Value(String, String),
}

/// Reads a case for a fleet of so many breakers.
///
/// # Errors
/// When the file is wrong, or does not fit the fleet.
pub fn load(path: &Path, breakers: usize) -> Result<Case, TimelineError> {
    let text = std::fs::read_to_string(path).map_err(|e| TimelineError::Unreadable(path.to_owned(), e))?;
    let mut cases = file::parse(&text, &path.display().to_string()).map_err(|errors| {
        TimelineError::Wrong(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    if cases.len() != 1 {
        return Err(TimelineError::Several(path.to_owned(), cases.len()));
    }
    let case = cases.remove(0);
    let highest = case.steps.iter().filter_map(|s| s.breaker).fold(case.breaker, usize::max);
    if highest > breakers {
        return Err(TimelineError::Breaker(case.id, highest, breakers));
    }
    for step in &case.steps {
        step.commands().map_err(|name| TimelineError::Value(case.id.clone(), name))?;
    }
    Ok(case)
}

/// A case on its way.
pub struct Timeline {
    /// The case.
    pub case: Case,
    /// Simulated seconds a second.
    pub speed: f64,
    /// To the gate.
    pub requests: mpsc::Sender<Request>,
    /// Numbers of requests.
    pub ids: RequestIds,
    /// What happens, for steps that wait for a mark.
    pub records: mpsc::UnboundedReceiver<Arc<Record>>,
    /// To each link.
    pub links: Vec<mpsc::UnboundedSender<(Misbehaviour, bool)>>,
    /// What is done, in words.
    pub say: mpsc::UnboundedSender<String>,
}

impl Timeline {
    /// Runs until every step is done whose time comes.
    pub async fn run(mut self) {
        let start = Instant::now();
        let steps = std::mem::take(&mut self.case.steps);
        let wait = |s: f64| Duration::from_secs_f64(s / self.speed);
        let mut due: Vec<(Option<Instant>, &Step)> =
            steps.iter().map(|step| (step.after.is_none().then(|| start + wait(step.at_s)), step)).collect();
        let mut marks = Marks::default();
        while !due.is_empty() {
            let next = due.iter().filter_map(|(at, _)| *at).min();
            let sleep = async {
                match next {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep => {
                    let now = Instant::now();
                    for (_, step) in due.extract_if(.., |(at, _)| at.is_some_and(|at| at <= now)) {
                        self.act(step).await;
                    }
                }
                record = self.records.recv() => {
                    let Some(record) = record else { return };
                    if record.breaker.0 + 1 == self.case.breaker && let Some(mark) = Marks::of(&record) {
                        let nth = marks.count(mark);
                        for (at, step) in &mut due {
                            if at.is_none() && step.after == Some(mark) && step.nth == nth {
                                *at = Some(Instant::now() + wait(step.at_s));
                            }
                        }
                    }
                }
            }
        }
    }

    async fn act(&self, step: &Step) {
        let target = BreakerIx(step.breaker.unwrap_or(self.case.breaker) - 1);
        // Values were checked when the case was read.
        for (command, _) in step.commands().unwrap_or_default() {
            self.tell(&format!("{} on breaker {}", command.describe(), target.0 + 1));
            let origin = Origin { category: OriginCategory::Process, ident: "drill".into() };
            let request = Request { id: self.ids.next(), origin, role: Role::Administrator, target, command };
            // The gate is gone when the program ends.
            let _ = self.requests.send(request).await;
        }
        for (what, on) in [(step.misbehave, true), (step.behave, false)] {
            let Some(what) = what else { continue };
            for link in &self.links {
                // A link that does not have it ignores it, and one that has ended does nothing wrong any more.
                let _ = link.send((what, on));
            }
            self.tell(&format!("{} {what}", if on { "misbehave" } else { "behave" }));
        }
    }

    fn tell(&self, words: &str) {
        // Nobody listens any more when the program ends.
        let _ = self.say.send(format!("drill {}: {words}", self.case.id));
    }
}

/// How often each mark has come.
#[derive(Default)]
struct Marks([usize; 3]);

impl Marks {
    fn of(record: &Record) -> Option<Mark> {
        match &record.body {
            Body::Trip(_) => Some(Mark::Trip),
            Body::Operation(o) if o.what == Movement::Opened => Some(Mark::Opened),
            Body::Operation(o) if matches!(o.what, Movement::Closed | Movement::Reclosed) => Some(Mark::Closed),
            _ => None,
        }
    }

    fn count(&mut self, mark: Mark) -> usize {
        let at = &mut self.0[mark as usize];
        *at += 1;
        *at
    }
}
