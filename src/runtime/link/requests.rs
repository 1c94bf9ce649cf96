//! Requests of a session on their way through the gate, and their answers on the way back.

use super::Gate;
use super::config::{LinkConfig, RequestIds};
use crate::control::{Answer, Request, RequestId};
use crate::session::Incoming;
use crate::time::Tick;
use std::collections::HashMap;
use tokio::sync::mpsc;

/// Knows which answer belongs to which of the session's numbers.
pub(super) struct Requests {
    gate: Gate,
    ids: RequestIds,
    answers: mpsc::UnboundedSender<Answer>,
    asked: HashMap<RequestId, u64>,
}

impl Requests {
    pub(super) fn new(gate: Gate, ids: RequestIds, answers: mpsc::UnboundedSender<Answer>) -> Self {
        Self { gate, ids, answers, asked: HashMap::new() }
    }

    /// Sends a request to the gate; a refusal to take it at all is an answer, too.
    pub(super) fn ask(&mut self, incoming: Incoming, config: &LinkConfig) -> Option<(u64, Answer)> {
        let Incoming { number, target, command } = incoming;
        let id = self.ids.next();
        let request = Request { id, origin: config.origin.clone(), role: config.role, target, command };
        match (self.gate)(request, self.answers.clone()) {
            Ok(()) => {
                self.asked.insert(id, number);
                None
            }
            Err(denied) => Some((number, Answer { id, target, tick: Tick(0), result: Err(denied) })),
        }
    }

    /// The session's number of an answered request.
    pub(super) fn number(&mut self, answer: &Answer) -> Option<u64> {
        self.asked.remove(&answer.id)
    }
}
