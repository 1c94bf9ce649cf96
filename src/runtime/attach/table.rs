//! The seats that are taken: who is there, and what each of them gets.

use super::recent::Recent;
use super::seat::{Claim, Refused, SEATS, Seat, first_request};
use crate::control::{Answer, Request};
use crate::plant::snapshot::Snapshot;
use crate::point::Fleet;
use crate::record::Record;
use crate::runtime::config::Config;
use crate::runtime::link::config::LinkConfig;
use crate::runtime::link::observer;
use crate::runtime::link::view::LinkView;
use crate::runtime::running::Running;
use crate::runtime::simulation::Simulation;
use crate::session::misbehaviour::Misbehaviour;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Between two pictures while nobody looks; what happens makes one of its own.
const UNATTENDED: Duration = Duration::from_secs(10);

/// The seats of a run.
#[derive(Debug)]
pub struct Table {
    fleet: Fleet,
    snapshot: watch::Receiver<Arc<Snapshot>>,
    links: Vec<watch::Receiver<LinkView>>,
    misbehave: Vec<mpsc::UnboundedSender<(Misbehaviour, bool)>>,
    requests: mpsc::Sender<Request>,
    simulation: Simulation,
    /// How an observer of a console reaches the broker, and whether it does from the start.
    reach: LinkConfig,
    host_view: bool,
    read_only: bool,
    /// Between two pictures while somebody looks.
    attended: Duration,
    recent: Recent,
    taken: Vec<Taken>,
    /// Consoles so far.
    count: u64,
}

#[derive(Debug)]
struct Taken {
    who: String,
    records: mpsc::UnboundedSender<Arc<Record>>,
    answers: mpsc::UnboundedSender<Answer>,
}

impl Table {
    /// Without anybody; `reach` is how an observer reaches the broker.
    #[must_use]
    pub fn new(running: &Running, config: &Config, reach: LinkConfig) -> Self {
        let mut recent = Recent::default();
        running.history.iter().for_each(|record| recent.push(record.clone()));
        running.simulation.set_pictures_every(UNATTENDED);
        Self {
            fleet: running.fleet.clone(),
            snapshot: running.snapshot.clone(),
            links: running.links.clone(),
            misbehave: running.misbehave.clone(),
            requests: running.requests.clone(),
            simulation: running.simulation.clone(),
            reach,
            host_view: config.console.host_view,
            read_only: config.console.read_only,
            attended: Duration::from_secs_f64(config.pace.screen_interval.0),
            recent,
            taken: Vec::new(),
            count: 0,
        }
    }

    /// Gives a seat, if there is one; then who has it.
    pub fn give(&mut self, claim: Claim) -> Option<String> {
        if self.taken.len() >= SEATS {
            // Whoever asked may have gone.
            let _ = claim.answer.send(Err(Refused::Full));
            return None;
        }
        let (records, to_come) = mpsc::unbounded_channel();
        let (answers, answered) = mpsc::unbounded_channel();
        let (observe, host) = observer::on_demand(self.reach.clone(), self.host_view);
        let seat = Seat {
            fleet: self.fleet.clone(),
            snapshot: self.snapshot.clone(),
            history: self.recent.all(),
            records: to_come,
            links: self.links.clone(),
            misbehave: self.misbehave.clone(),
            observe,
            host,
            requests: self.requests.clone(),
            answers: answered,
            simulation: self.simulation.clone(),
            first_request: first_request(self.count + 1),
            read_only: self.read_only,
        };
        claim.answer.send(Ok(seat)).ok()?;
        self.count += 1;
        if self.taken.is_empty() {
            self.simulation.set_pictures_every(self.attended);
        }
        self.taken.push(Taken { who: claim.who.clone(), records, answers });
        Some(claim.who)
    }

    /// Hands on what happened.
    pub fn record(&mut self, record: &Arc<Record>) {
        for seat in &self.taken {
            // One that has left is looked for in `left`.
            let _ = seat.records.send(record.clone());
        }
        self.recent.push(record.clone());
    }

    /// Hands on an answer; each console knows its own by the number.
    pub fn answer(&self, answer: &Answer) {
        for seat in &self.taken {
            // One that has left is looked for in `left`.
            let _ = seat.answers.send(answer.clone());
        }
    }

    /// Who has left since the last look.
    pub fn left(&mut self) -> Vec<String> {
        let left: Vec<_> = self.taken.extract_if(.., |seat| seat.records.is_closed()).map(|seat| seat.who).collect();
        if !left.is_empty() && self.taken.is_empty() {
            self.simulation.set_pictures_every(UNATTENDED);
        }
        left
    }
}
