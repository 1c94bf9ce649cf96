//! What the program connects the console to.

use super::keymap::Keymap;
use super::symbols::SymbolSet;
use super::theme::ThemeId;
use crate::control::{Answer, Request, RequestId};
use crate::plant::snapshot::Snapshot;
use crate::point::Fleet;
use crate::profile::Role;
use crate::record::Record;
use crate::runtime::link::view::LinkView;
use crate::session::misbehaviour::Misbehaviour;
use crate::sparkplug::host::HostView;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// What the program connects the console to.
#[derive(Debug)]
pub struct Wiring {
    /// Profile and device ids.
    pub fleet: Fleet,
    /// The plant, the latest wins.
    pub snapshot: watch::Receiver<Arc<Snapshot>>,
    /// What happened before, oldest first; it may have gaps.
    pub history: Vec<Arc<Record>>,
    /// What happens from now on, in order.
    pub records: mpsc::UnboundedReceiver<Arc<Record>>,
    /// A link each, the latest wins.
    pub links: Vec<watch::Receiver<LinkView>>,
    /// To each link: faults on purpose to be switched.
    pub misbehave: Vec<mpsc::UnboundedSender<(Misbehaviour, bool)>>,
    /// Whether a host is to look at the broker.
    pub observe: watch::Sender<bool>,
    /// What it sees, the latest wins.
    pub host: watch::Receiver<Option<Arc<HostView>>>,
    /// To the gate. A full queue is an answer: the console shows it and sends nothing.
    pub requests: mpsc::Sender<Request>,
    /// From the gate; answers to other doors are ignored.
    pub answers: mpsc::UnboundedReceiver<Answer>,
    /// To the clock of the plant.
    pub pace: mpsc::Sender<Pace>,
    /// The console numbers its requests from here upwards; no other door may use these numbers.
    pub first_request: RequestId,
}

/// How fast simulated time runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// It stands still, or runs again.
    Paused(bool),
    /// Simulated seconds a second.
    Speed(f64),
}

/// How the console is to look and to behave.
#[derive(Clone, Debug)]
pub struct Options {
    /// The key map to begin with.
    pub keymap: Keymap,
    /// The file it came from, read again when it changes.
    pub keymap_file: Option<PathBuf>,
    /// Colours; when none is named, [`ThemeId::Mono`] under `NO_COLOR`, else the default.
    pub theme: Option<ThemeId>,
    /// Symbols; when none is named, those that locale and terminal can show.
    pub symbols: Option<SymbolSet>,
    /// The role of whoever sits here.
    pub role: Role,
    /// A name for the audit.
    pub ident: Arc<str>,
    /// Ask nothing of the plant.
    pub read_only: bool,
    /// Frames a second at most; 0 for frames on input only.
    pub fps: u32,
    /// Where pictures are saved.
    pub picture_dir: PathBuf,
    /// The breakers go on without this console.
    pub attached: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keymap: Keymap::shipped(),
            keymap_file: None,
            theme: None,
            symbols: None,
            role: Role::Operator,
            ident: Arc::from("console"),
            read_only: false,
            fps: 10,
            picture_dir: PathBuf::from("."),
            attached: false,
        }
    }
}

/// Why the console ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// The operator left.
    Quit,
    /// A signal asked for it; its number.
    Signal(i32),
    /// The program behind the console ended.
    PlantGone,
}

impl ExitReason {
    /// The exit status that a shell expects: 0, or 128 and the signal.
    #[must_use]
    pub const fn status(self) -> u8 {
        match self {
            Self::Quit | Self::PlantGone => 0,
            Self::Signal(n) => 128 + n as u8,
        }
    }
}

/// Why the console cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// Input or output is no terminal.
    #[error("the console needs a terminal; `breaker-console run` works without one")]
    NoTerminal,
    /// A part of the program panicked; it has said why.
    #[error("a part of the program failed, see above")]
    Panicked,
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] std::io::Error),
}
