//! What the operator has chosen, opened and typed.

use super::dialog::Dialog;
use super::key::Key;
use super::symbols::SymbolSet;
use super::theme::ThemeId;
use crate::control::RequestId;
use crate::profile::{Role, Value};
use crate::record::Class;
use crate::units::Phase;
use std::collections::VecDeque;
use std::sync::Arc;

/// The screens, in the order of their tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScreenId {
    /// The one-line diagram.
    #[default]
    Overview,
    /// One breaker in depth.
    Breaker,
    /// Harmonics and voltage events.
    PowerQuality,
    /// Curves, elements, settings, templates.
    Protection,
    /// The sequence of events.
    Events,
    /// The alarm list.
    Alarms,
    /// Both protocol paths.
    Comms,
}

impl ScreenId {
    /// All, in the order of their tabs.
    pub const ALL: [Self; 7] =
        [Self::Overview, Self::Breaker, Self::PowerQuality, Self::Protection, Self::Events, Self::Alarms, Self::Comms];

    /// Position among the tabs, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Breaker => "Breaker",
            Self::PowerQuality => "PQ",
            Self::Protection => "Protection",
            Self::Events => "Events",
            Self::Alarms => "Alarms",
            Self::Comms => "Comms",
        }
    }

    /// Its title in at most four letters.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::Overview => "Over",
            Self::Breaker => "Bkr",
            Self::PowerQuality => "PQ",
            Self::Protection => "Prot",
            Self::Events => "Evt",
            Self::Alarms => "Alm",
            Self::Comms => "Com",
        }
    }
}

/// What the operator has chosen, opened and typed.
#[derive(Clone, Debug)]
pub struct UiState {
    /// The screen shown.
    pub screen: ScreenId,
    /// The selected breaker, by position in the plant.
    pub selected: usize,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Milliseconds since the console started; the only time the view knows besides that of the snapshot.
    pub now_ms: u64,
    /// What stands in front of the screen and takes the keys.
    pub dialog: Option<Dialog>,
    /// Where the cursors of the lists stand, in rows.
    pub cursor: Cursors,
    /// Which events are shown.
    pub events: EventFilter,
    /// The trip opened on the events screen.
    pub trip: Option<TripView>,
    /// The template or edit that waits for its validation and confirmation, shown as a diff.
    pub pending: Option<Pending>,
    /// The link shown on the comms screen, by position.
    pub link: usize,
    /// The comms screen shows what a host sees, instead of our own paths.
    pub host: bool,
    /// Spectrum and scope show this phase first.
    pub phase: Phase,
    /// Spectrum shows voltages rather than currents.
    pub voltages: bool,
    /// Colours.
    pub theme: ThemeId,
    /// Symbols.
    pub symbols: SymbolSet,
    /// The role at this console.
    pub role: Role,
    /// Who sits here, for the audit.
    pub ident: Arc<str>,
    /// Nothing may be asked of the plant.
    pub read_only: bool,
    /// The message row.
    pub message: Option<Message>,
    /// The first keys of a sequence, waiting for the rest.
    pub keys: Vec<Key>,
    /// Number of the next request.
    pub next_request: u64,
    /// Requests without an answer yet, in words.
    pub waiting: VecDeque<(RequestId, String)>,
    /// Show the cost of drawing.
    pub stats: bool,
    /// Frames a second at most.
    pub fps: u32,
    /// The terminal has the focus.
    pub focused: bool,
    /// The breakers go on without this console: to quit is to detach.
    pub attached: bool,
}

impl Default for UiState {
    fn default() -> Self {
        Self {
            screen: ScreenId::Overview,
            selected: 0,
            size: (80, 24),
            now_ms: 0,
            dialog: None,
            cursor: Cursors::default(),
            events: EventFilter::default(),
            trip: None,
            pending: None,
            link: 0,
            host: false,
            phase: Phase::A,
            voltages: false,
            theme: ThemeId::IsaDark,
            symbols: SymbolSet::Unicode,
            role: Role::Operator,
            ident: Arc::from("console"),
            read_only: false,
            message: None,
            keys: Vec::new(),
            next_request: 1,
            waiting: VecDeque::new(),
            stats: false,
            fps: 10,
            focused: true,
            attached: false,
        }
    }
}

impl UiState {
    /// The dark half of the 1 Hz blink of things that wait for an acknowledgement.
    #[must_use]
    pub const fn blink_off(&self) -> bool {
        self.now_ms % 1000 >= 500
    }
}

/// Where the cursors of the lists stand, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursors {
    /// Row of [`super::model::Model::events`].
    pub events: usize,
    /// Row of [`super::model::Model::alarms`].
    pub alarms: usize,
    /// Row of [`super::model::Model::settings`].
    pub settings: usize,
    /// Message of the link shown, counted back from the newest.
    pub messages: usize,
    /// Row of the nodes and devices that the host sees.
    pub host: usize,
    /// Harmonic order on the spectrum, from 1; 0 for none.
    pub harmonic: usize,
}

/// Which events are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only this class.
    pub class: Option<Class>,
    /// Only lines that contain this text.
    pub text: String,
}

/// A trip opened for a closer look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TripView {
    /// Number of the record under the cursor when it was opened: a trip or its clearing.
    pub seq: u64,
    /// Row of the waveform under the cursor; none until it was moved (the trigger).
    pub sample: Option<usize>,
}

/// A change of settings before it is applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The breaker.
    pub breaker: usize,
    /// The template it comes from; none for a single edit.
    pub template: Option<Arc<str>>,
    /// Every parameter that would change.
    pub changes: Vec<PendingChange>,
    /// Parameters of the template that keep their value.
    pub unchanged: usize,
    /// What is illegal or unwise about it; an illegal change cannot be applied.
    pub findings: Vec<Finding>,
}

/// One parameter that would change.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingChange {
    /// Its id in the profile.
    pub id: Arc<str>,
    /// Unit of both values.
    pub unit: Arc<str>,
    /// In force now; none when it cannot be read.
    pub old: Option<Value>,
    /// Wanted.
    pub new: Value,
}

/// A remark of the validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// It cannot be applied.
    pub fatal: bool,
    /// The words.
    pub text: String,
}

/// The message row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The words.
    pub text: String,
    /// How to take them.
    pub tone: Tone,
    /// When it appeared, milliseconds since the console started.
    pub at_ms: u64,
}

/// How to take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// For information.
    Info,
    /// Done.
    Done,
    /// Refused or failed.
    Refused,
}
