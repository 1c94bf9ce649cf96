//! Requests of a session on their way through the gate, and their answers on the way back.

use super::config::{LinkConfig, RequestIds};
use crate::control::{Answer, Denied, Request, RequestId};
use crate::session::Incoming;
use crate::time::Tick;
use std::collections::HashMap;
use tokio::sync::mpsc;

/// Knows which answer belongs to which of the session's numbers.
pub(super) struct Requests {
    gate: mpsc::Sender<Request>,
    ids: RequestIds,
    asked: HashMap<RequestId, u64>,
}

impl Requests {
    pub(super) fn new(gate: mpsc::Sender<Request>, ids: RequestIds) -> Self {
        Self { gate, ids, asked: HashMap::new() }
    }

    /// Sends a request to the gate; when too many wait there, the refusal is the answer.
    pub(super) fn ask(&mut self, incoming: Incoming, config: &LinkConfig) -> Option<(u64, Answer)> {
        let Incoming { number, target, command } = incoming;
        let id = self.ids.next();
        let request = Request { id, origin: config.origin.clone(), role: config.role, target, command };
        if self.gate.try_send(request).is_ok() {
            self.asked.insert(id, number);
            None
        } else {
            Some((number, Answer { id, target, tick: Tick(0), result: Err(Denied::ResourceLimit) }))
        }
    }

    /// The session's number of an answered request.
    pub(super) fn number(&mut self, answer: &Answer) -> Option<u64> {
        self.asked.remove(&answer.id)
    }
}
