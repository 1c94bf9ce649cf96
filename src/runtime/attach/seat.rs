//! What a console is connected to, and how it is asked for.

use crate::control::{Answer, Request, RequestId};
use crate::plant::snapshot::Snapshot;
use crate::point::Fleet;
use crate::record::Record;
use crate::runtime::link::view::LinkView;
use crate::runtime::simulation::Simulation;
use crate::session::misbehaviour::Misbehaviour;
use crate::sparkplug::host::HostView;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// Consoles at once.
pub(super) const SEATS: usize = 16;

/// Requests that wait for a seat; more wait in their connection.
const CLAIMS: usize = 16;

/// What a console is connected to. It is given up when the receivers are dropped.
#[derive(Debug)]
pub struct Seat {
    /// Profile and device ids.
    pub fleet: Fleet,
    /// Pictures of the plant, the latest wins.
    pub snapshot: watch::Receiver<Arc<Snapshot>>,
    /// The newest records of each class, oldest first.
    pub history: Vec<Arc<Record>>,
    /// What happens from now on, without a gap.
    pub records: mpsc::UnboundedReceiver<Arc<Record>>,
    /// Pictures of the links.
    pub links: Vec<watch::Receiver<LinkView>>,
    /// Faults on purpose to be switched, in the order of the links.
    pub misbehave: Vec<mpsc::UnboundedSender<(Misbehaviour, bool)>>,
    /// Whether a host is to look at the broker.
    pub observe: watch::Sender<bool>,
    /// What it sees.
    pub host: watch::Receiver<Option<Arc<HostView>>>,
    /// To the gate.
    pub requests: mpsc::Sender<Request>,
    /// Answers to all requests.
    pub answers: mpsc::UnboundedReceiver<Answer>,
    /// The clock of the plant.
    pub simulation: Simulation,
    /// This console numbers its requests from here.
    pub first_request: RequestId,
    /// The run lets consoles only look.
    pub read_only: bool,
}

/// The first request number of a console, by the number of consoles before it. The links count from 1 and never get
/// this far, and no console asks so often that it meets the next one.
#[must_use]
pub const fn first_request(console: u64) -> RequestId {
    RequestId((1 << 48) + (console << 32))
}

/// Why there is no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// All are taken.
    #[error("{SEATS} consoles are attached already; detach one of them")]
    Full,
    /// Nobody gives any more.
    #[error("the run is ending")]
    Ending,
}

/// Somebody wants a seat.
#[derive(Debug)]
pub struct Claim {
    pub(super) who: String,
    pub(super) answer: oneshot::Sender<Result<Seat, Refused>>,
}

/// Where seats are asked for; cheap to clone.
#[derive(Clone, Debug)]
pub struct Seats(mpsc::Sender<Claim>);

impl Seats {
    /// The asking and the giving side.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Claim>) {
        let (ask, asked) = mpsc::channel(CLAIMS);
        (Self(ask), asked)
    }

    /// Asks for a seat; `who` is written to the log.
    ///
    /// # Errors
    /// When all seats are taken, or the run is ending.
    pub async fn claim(&self, who: String) -> Result<Seat, Refused> {
        let (answer, given) = oneshot::channel();
        self.0.send(Claim { who, answer }).await.map_err(|_| Refused::Ending)?;
        given.await.map_err(|_| Refused::Ending)?
    }
}
