//! Commands on their way to devices: each has an id, and ends by its answer or by its time.

use super::limits;
use crate::lwm2m::path::Path;
use crate::time::UtcMillis;
use serde_json::Value as Json;
use std::collections::VecDeque;
use std::sync::Arc;

/// Why a command is not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// No such device.
    #[error("no device {0} is known here")]
    UnknownDevice(String),
    /// The device is not there.
    #[error("{endpoint} is {status}; it cannot be reached")]
    NotReachable {
        /// Which.
        endpoint: String,
        /// How it stands.
        status: &'static str,
    },
    /// No connection to the broker.
    #[error("the server has no connection to the MQTT broker now; try again")]
    NoBroker,
    /// Too many wait already.
    #[error("{0} commands wait for answers already; try again when they have come")]
    TooMany(usize),
    /// Nothing observes that path.
    #[error("{0} is not observed")]
    NotObserved(String),
    /// A command that the device's dialect cannot carry so.
    #[error("{0}")]
    Inexpressible(String),
    /// A name that cannot stand in a topic.
    #[error("a command is named with 1 to 64 letters, digits and underscores")]
    BadName,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The device answered: LwM2M response code (204 for 2.04) and everything it said.
    Answered(u16, Json),
    /// It did not answer in time.
    Silent,
}

/// A command that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The command's id.
    pub id: Arc<str>,
    /// Of which device.
    pub endpoint: Arc<str>,
    /// Its name.
    pub command: Arc<str>,
    /// When it was sent.
    pub sent: UtcMillis,
    /// When it ended.
    pub ended: UtcMillis,
    /// How.
    pub end: End,
}

/// How long devices took to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    /// Answers within each bound and above the one before; the last are those above all bounds.
    pub counts: [u64; 11],
    /// Milliseconds of all answers.
    pub sum_ms: u64,
}

impl Latency {
    /// Upper bounds, milliseconds.
    pub const BOUNDS_MS: [u64; 10] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];

    /// One more answer.
    pub fn record(&mut self, ms: u64) {
        let at = Self::BOUNDS_MS.iter().position(|bound| ms <= *bound).unwrap_or(Self::BOUNDS_MS.len());
        self.counts[at] += 1;
        self.sum_ms += ms;
    }

    /// All answers.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// A command that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) id: Arc<str>,
    pub(super) endpoint: Arc<str>,
    pub(super) command: Arc<str>,
    /// The token of its frame, in OMA's binding.
    pub(super) token: Option<u64>,
    /// What it is about, in OMA's binding.
    pub(super) path: Option<Path>,
    pub(super) sent: UtcMillis,
    pub(super) until: UtcMillis,
}

/// What is known of a command.
#[derive(Clone, Debug)]
pub enum Known {
    /// It waits for its answer.
    Waiting {
        /// Of which device.
        endpoint: Arc<str>,
        /// Its name.
        command: Arc<str>,
        /// When it was sent.
        sent: UtcMillis,
    },
    /// It has ended.
    Ended(Arc<Outcome>),
}

/// All commands.
#[derive(Debug, Default)]
pub(super) struct Commands {
    /// In the order sent.
    waiting: VecDeque<Waiting>,
    ended: VecDeque<Arc<Outcome>>,
    fresh: VecDeque<Arc<Outcome>>,
}

impl Commands {
    /// Whether one more may be sent to this device.
    pub(super) fn room(&self, endpoint: &str) -> Result<(), Unsent> {
        let of_device = self.waiting.iter().filter(|w| *w.endpoint == *endpoint).count();
        if self.waiting.len() >= limits::WAITING {
            Err(Unsent::TooMany(self.waiting.len()))
        } else if of_device >= limits::WAITING_OF_DEVICE {
            Err(Unsent::TooMany(of_device))
        } else {
            Ok(())
        }
    }

    pub(super) fn sent(&mut self, waiting: Waiting) {
        self.waiting.push_back(waiting);
    }

    /// An answer came; gives whether anybody waited for it. An answer that names no id belongs to the oldest command of
    /// that name.
    pub(super) fn answered(&mut self, endpoint: &str, command: &str, body: &Json, now: UtcMillis) -> bool {
        let of_it = |w: &Waiting| *w.endpoint == *endpoint && *w.command == *command;
        let at = match body.get("id") {
            Some(Json::String(id)) => self.waiting.iter().position(|w| of_it(w) && *w.id == **id),
            Some(_) => None,
            None => self.waiting.iter().position(of_it),
        };
        let Some(waiting) = at.and_then(|at| self.waiting.remove(at)) else { return false };
        let code = body.get("code").and_then(Json::as_u64).and_then(|c| u16::try_from(c).ok());
        let ok = body.get("status").and_then(Json::as_str) == Some("ok");
        let code = code.unwrap_or(if ok { 204 } else { 500 });
        self.end(waiting, now, End::Answered(code, body.clone()));
        true
    }

    /// The command that waits for this token.
    pub(super) fn take_token(&mut self, endpoint: &str, token: u64) -> Option<Waiting> {
        let at = self.waiting.iter().position(|w| *w.endpoint == *endpoint && w.token == Some(token))?;
        self.waiting.remove(at)
    }

    /// A command that was taken is answered.
    pub(super) fn end_answered(&mut self, waiting: Waiting, code: u16, body: Json, now: UtcMillis) {
        self.end(waiting, now, End::Answered(code, body));
    }

    /// Ends those whose time is over.
    pub(super) fn timeout(&mut self, now: UtcMillis) {
        while let Some(at) = self.waiting.iter().position(|w| w.until <= now) {
            let Some(waiting) = self.waiting.remove(at) else { break };
            self.end(waiting, now, End::Silent);
        }
    }

    pub(super) fn next_timeout(&self) -> Option<UtcMillis> {
        self.waiting.iter().map(|w| w.until).min()
    }

    fn end(&mut self, waiting: Waiting, now: UtcMillis, end: End) {
        let Waiting { id, endpoint, command, sent, .. } = waiting;
        let outcome = Arc::new(Outcome { id, endpoint, command, sent, ended: now, end });
        if self.ended.len() == limits::FINISHED {
            self.ended.pop_front();
        }
        self.ended.push_back(Arc::clone(&outcome));
        self.fresh.push_back(outcome);
    }

    pub(super) fn poll(&mut self) -> Option<Arc<Outcome>> {
        self.fresh.pop_front()
    }

    pub(super) fn find(&self, id: &str) -> Option<Known> {
        let waiting = self.waiting.iter().find(|w| *w.id == *id).map(|w| Known::Waiting {
            endpoint: Arc::clone(&w.endpoint),
            command: Arc::clone(&w.command),
            sent: w.sent,
        });
        waiting.or_else(|| self.ended.iter().find(|o| *o.id == *id).map(|o| Known::Ended(Arc::clone(o))))
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
