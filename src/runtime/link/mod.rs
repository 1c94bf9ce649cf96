//! Connections to the broker: one task a link, driving a session that knows no sockets.

pub mod attention;
mod backoff;
pub mod channel;
pub(super) mod clock;
pub mod config;
mod connection;
mod driver;
mod figures;
pub mod limits;
pub mod messenger;
pub mod observer;
mod opening;
pub mod probe;
pub mod psk;
mod reason;
mod requests;
mod ring;
pub mod room;
pub mod slice;
pub mod tls;
pub mod udp;
pub mod url;
pub mod view;

use crate::breaker::PathKind;
use crate::control::{Answer, Request};
use crate::point::Frame;
use crate::record::Record;
use crate::session::Session;
use crate::session::misbehaviour::Misbehaviour;
use config::{LinkConfig, RequestIds};
use driver::Driver;
use requests::Requests;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use view::LinkView;

/// Keeps a small file: name and content, on disk when it returns.
pub type Store = Box<dyn FnMut(&str, &str) -> io::Result<()> + Send>;

/// A running link.
#[derive(Debug)]
pub struct Link {
    /// New values. Bounded: on a full channel keep the frame and offer the next one instead.
    pub frames: mpsc::Sender<Arc<Frame>>,
    /// What happened; never lost.
    pub records: mpsc::UnboundedSender<Arc<Record>>,
    /// Answers of the gate; those to other doors are ignored.
    pub answers: mpsc::UnboundedSender<Answer>,
    /// How it stands; the latest wins.
    pub view: watch::Receiver<LinkView>,
    /// Faults on purpose to be switched on or off.
    pub misbehave: mpsc::UnboundedSender<(Misbehaviour, bool)>,
    /// The path it is and the devices that speak over it; whoever starts it knows.
    pub serves: Option<(PathKind, Range<usize>)>,
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

/// What the driver takes.
struct Inputs {
    frames: mpsc::Receiver<Arc<Frame>>,
    records: mpsc::UnboundedReceiver<Arc<Record>>,
    answers: mpsc::UnboundedReceiver<Answer>,
    misbehave: mpsc::UnboundedReceiver<(Misbehaviour, bool)>,
    stop: watch::Receiver<()>,
}

impl Link {
    /// Starts a link on the current tokio runtime. Requests that come in over it go into `requests`, with numbers from
    /// `ids`.
    #[must_use]
    pub fn spawn(
        session: Box<dyn Session>,
        config: LinkConfig,
        requests: mpsc::Sender<Request>,
        ids: RequestIds,
        store: Store,
    ) -> Self {
        let (frames, frames_in) = mpsc::channel(config.room.frames);
        let (records, records_in) = mpsc::unbounded_channel();
        let (answers, answers_in) = mpsc::unbounded_channel();
        let (misbehave, misbehave_in) = mpsc::unbounded_channel();
        let (stop, stop_in) = watch::channel(());
        let (show, view) = watch::channel(LinkView { name: session.name(), ..LinkView::default() });
        let inputs = Inputs {
            frames: frames_in,
            records: records_in,
            answers: answers_in,
            misbehave: misbehave_in,
            stop: stop_in,
        };
        let driver = Driver::new(session, config, Requests::new(requests, ids), store, show);
        let task = tokio::spawn(driver.run(inputs));
        Self { frames, records, answers, view, misbehave, serves: None, stop, task }
    }

    /// Says good-bye and waits for the end: two seconds at most for the broker to acknowledge.
    pub async fn stop(self) {
        self.stop.send_replace(());
        // A task that panicked has ended as well; there is nothing left to stop.
        let _ = self.task.await;
    }
}
