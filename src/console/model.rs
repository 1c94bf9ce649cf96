//! Everything the console shows.

use super::keymap::Keymap;
use super::ui::{EventFilter, Message, UiState};
use crate::plant::snapshot::{AlarmView, BreakerView, Snapshot};
use crate::point::Fleet;
use crate::profile::{Access, Group, ParameterIx};
use crate::record::{Body, Class, Movement, Record};
use crate::runtime::link::view::LinkView;
use crate::sparkplug::host::HostView;
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::Arc;

/// Records kept for the screens; older ones are in the record file.
pub const RECORDS_KEPT: usize = 10_000;

/// How long a message stands before the last event takes its place.
const MESSAGE_STANDS_MS: u64 = 8_000;

/// Everything the console shows.
#[derive(Clone, Debug)]
pub struct Model {
    /// The plant, the latest picture.
    pub snapshot: Arc<Snapshot>,
    /// The links, the latest picture of each.
    pub links: Vec<LinkView>,
    /// What a host that only listens sees; none while nobody looks.
    pub host: Option<Arc<HostView>>,
    /// What happened, newest last, at most [`RECORDS_KEPT`].
    pub records: VecDeque<Arc<Record>>,
    /// Records that never arrived here: gaps in their numbers.
    pub records_missed: u64,
    /// Profile and device ids.
    pub fleet: Fleet,
    /// Which key does what.
    pub keymap: Arc<Keymap>,
    /// What the operator has chosen, opened and typed.
    pub ui: UiState,
    /// Cost of drawing.
    pub frame: FrameStats,
}

/// What drawing costs, shown on demand so that a claim about it can be checked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrameStats {
    /// Frames drawn.
    pub frames: u64,
    /// Time of the last draw, microseconds.
    pub last_us: u64,
    /// Greatest time of a draw, microseconds.
    pub greatest_us: u64,
    /// Bytes written to the terminal.
    pub bytes: u64,
}

impl Model {
    /// A model with the shipped key map and nothing heard yet.
    #[must_use]
    pub fn new(snapshot: Arc<Snapshot>, fleet: Fleet, ui: UiState) -> Self {
        Self {
            snapshot,
            links: Vec::new(),
            host: None,
            records: VecDeque::new(),
            records_missed: 0,
            fleet,
            keymap: Arc::new(Keymap::shipped()),
            ui,
            frame: FrameStats::default(),
        }
    }

    /// The selected breaker; none in an empty plant.
    #[must_use]
    pub fn selected(&self) -> Option<&Arc<BreakerView>> {
        self.snapshot.breakers.get(self.ui.selected)
    }

    /// Keeps a record, drops the oldest when there are too many, and counts numbers that were skipped.
    pub fn push_record(&mut self, record: Arc<Record>) {
        if let Some(newest) = self.records.back() {
            self.records_missed += record.seq.saturating_sub(newest.seq + 1);
        }
        if self.records.len() >= RECORDS_KEPT {
            self.records.pop_front();
        }
        self.records.push_back(record);
    }

    /// The records that pass the filter of the events screen, newest first.
    pub fn events(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.records.iter().rev().filter(|r| self.ui.events.passes(r))
    }

    /// The record under the cursor of the events screen.
    #[must_use]
    pub fn event(&self) -> Option<&Arc<Record>> {
        self.events().nth(self.ui.cursor.events)
    }

    /// All alarms that stand or wait for an acknowledgement, with the position of their breaker: unacknowledged first,
    /// then by severity, then the newest first.
    #[must_use]
    pub fn alarms(&self) -> Vec<(usize, &AlarmView)> {
        let mut all: Vec<_> =
            self.snapshot.breakers.iter().enumerate().flat_map(|(i, b)| b.alarms.iter().map(move |a| (i, a))).collect();
        all.sort_by_key(|(i, a)| (a.acknowledged, Reverse(a.severity), Reverse(a.since), *i));
        all
    }

    /// The settings that the protection screen lists, in profile order.
    #[must_use]
    pub fn settings(&self) -> Vec<ParameterIx> {
        self.fleet
            .profile
            .parameters
            .iter()
            .enumerate()
            .filter(|(_, p)| {
                p.access == Access::ReadWrite
                    && matches!(p.group, Group::Protection | Group::Control | Group::Configuration)
            })
            .map(|(i, _)| ParameterIx(i))
            .collect()
    }

    /// The message that stands now.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        self.ui.message.as_ref().filter(|m| self.ui.now_ms.saturating_sub(m.at_ms) < MESSAGE_STANDS_MS)
    }

    /// Whether a link misbehaves on purpose.
    #[must_use]
    pub fn misbehaving(&self) -> bool {
        self.links.iter().any(|link| !link.misbehaving.is_empty())
    }

    /// Number of disturbances that stand on any breaker.
    #[must_use]
    pub fn injections(&self) -> usize {
        self.snapshot.breakers.iter().map(|b| b.injections.len()).sum()
    }
}

impl EventFilter {
    /// Whether a record is to be shown.
    #[must_use]
    pub fn passes(&self, record: &Record) -> bool {
        let class = self.class.is_none_or(|c| c == class_of(record));
        class && (self.text.is_empty() || contains_ignoring_case(record, &self.text))
    }
}

fn contains_ignoring_case(record: &Record, text: &str) -> bool {
    let text = text.to_lowercase();
    // The debug form names every field of the record, so that any word on the line can be searched for.
    record.device.to_lowercase().contains(&text) || format!("{:?}", record.body).to_lowercase().contains(&text)
}

/// The class of a record, for colour and filter.
#[must_use]
pub fn class_of(record: &Record) -> Class {
    match &record.body {
        Body::Trip(_) | Body::Cleared(_) => Class::Trip,
        Body::Element(_) => Class::Protection,
        Body::Operation(o) => match o.what {
            Movement::LockedOut => Class::Trip,
            _ => Class::Operation,
        },
        Body::Request(_) => Class::Operation,
        Body::Alarm(_) => Class::Alarm,
        Body::Settings(_) => Class::Setting,
        Body::PowerQuality(_) => Class::Pq,
        Body::Injection(_) => Class::Training,
        Body::Test(_) => Class::Diagnostic,
        Body::Note(n) => n.class,
    }
}
