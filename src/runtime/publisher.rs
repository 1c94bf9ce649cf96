//! The publisher thread: what the simulation gives is written to disk first and shown afterwards.
//!
//! Records are lossless on the way to every taker; frames and pictures may be skipped by a taker that is slow, because
//! each of them is complete.

use super::store::Store;
use crate::control::Answer;
use crate::plant::PlantState;
use crate::plant::snapshot::Snapshot;
use crate::point::Frame;
use crate::record::{Body, Record};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, watch};

/// What the simulation gives in one go.
#[derive(Debug, Default)]
pub struct Output {
    /// What happened, numbered.
    pub records: Vec<Record>,
    /// The state after it.
    pub state: Option<PlantState>,
    /// All points.
    pub frame: Option<Arc<Frame>>,
    /// The picture for screens.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The answer to a request, and who waits for it.
    pub answer: Option<(Answer, mpsc::UnboundedSender<Answer>)>,
}

/// Who takes what.
#[derive(Debug, Default)]
pub struct Takers {
    /// Frames: the links.
    pub frames: Vec<mpsc::Sender<Arc<Frame>>>,
    /// Records: the links, the console, the log.
    pub records: Vec<mpsc::UnboundedSender<Arc<Record>>>,
    /// Pictures: the console.
    pub snapshot: Option<watch::Sender<Arc<Snapshot>>>,
}
