//! Where a key is pressed.

use crate::console::action::Action;
use crate::console::ui::ScreenId;

/// Where a key is pressed. A key map has a table for each; a screen falls back to `global`, a dialog does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// On every screen.
    Global,
    /// On one screen.
    Screen(ScreenId),
    /// In a trip opened on the events screen.
    Trip,
    /// In the select-before-operate dialog.
    Select,
    /// In a menu.
    Menu,
    /// In a list of changes that waits for a yes.
    Diff,
    /// Where text is typed.
    Text,
    /// In the question before leaving.
    Confirm,
    /// In help.
    Help,
}

impl Context {
    /// All, in the order of the help.
    pub const ALL: [Self; 15] = [
        Self::Global,
        Self::Screen(ScreenId::Overview),
        Self::Screen(ScreenId::Breaker),
        Self::Screen(ScreenId::PowerQuality),
        Self::Screen(ScreenId::Protection),
        Self::Screen(ScreenId::Events),
        Self::Screen(ScreenId::Alarms),
        Self::Screen(ScreenId::Comms),
        Self::Trip,
        Self::Select,
        Self::Menu,
        Self::Diff,
        Self::Text,
        Self::Confirm,
        Self::Help,
    ];

    /// Name of its table in key maps.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Screen(ScreenId::Overview) => "overview",
            Self::Screen(ScreenId::Breaker) => "breaker",
            Self::Screen(ScreenId::PowerQuality) => "pq",
            Self::Screen(ScreenId::Protection) => "protection",
            Self::Screen(ScreenId::Events) => "events",
            Self::Screen(ScreenId::Alarms) => "alarms",
            Self::Screen(ScreenId::Comms) => "comms",
            Self::Trip => "trip",
            Self::Select => "dialog.select",
            Self::Menu => "dialog.menu",
            Self::Diff => "dialog.diff",
            Self::Text => "dialog.text",
            Self::Confirm => "dialog.confirm",
            Self::Help => "dialog.help",
        }
    }

    /// By the name of its table.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    /// Where a key is looked up that has no meaning here.
    #[must_use]
    pub const fn falls_back(self) -> Option<Self> {
        match self {
            Self::Screen(_) | Self::Trip => Some(Self::Global),
            _ => None,
        }
    }

    /// Part of the tables named `dialog`.
    #[must_use]
    pub const fn is_dialog(self) -> bool {
        matches!(self, Self::Select | Self::Menu | Self::Diff | Self::Text | Self::Confirm | Self::Help)
    }

    /// What the hint row names here, the most wanted first; those that do not fit are left out from the end.
    #[must_use]
    pub const fn hints(self) -> &'static [Action] {
        use Action as A;
        match self {
            Self::Global => &[A::Help, A::Quit],
            Self::Screen(ScreenId::Overview | ScreenId::Breaker) => &[
                A::SelectTrip,
                A::SelectClose,
                A::SelectOpen,
                A::SelectReset,
                A::InjectMenu,
                A::AlarmAck,
                A::InjectClear,
                A::TimePause,
                A::TagEdit,
                A::LocalToggle,
                A::MaintenanceToggle,
            ],
            Self::Screen(ScreenId::PowerQuality) => {
                &[A::PhaseNext, A::QuantityToggle, A::Left, A::Right, A::InjectMenu, A::TimePause]
            }
            Self::Screen(ScreenId::Protection) => {
                &[A::SettingEdit, A::TemplateMenu, A::SettingsUndo, A::InjectMenu, A::SelectReset, A::TimePause]
            }
            Self::Screen(ScreenId::Events) => &[A::Open, A::FilterText, A::FilterClass, A::PageUp, A::PageDown],
            Self::Screen(ScreenId::Alarms) => &[A::AlarmAck, A::AlarmAckAll, A::Open, A::SelectReset],
            Self::Screen(ScreenId::Comms) => &[A::LinkNext, A::HostToggle, A::MisbehaveMenu, A::Up, A::Down, A::First],
            Self::Trip => &[A::Left, A::Right, A::PageUp, A::PageDown, A::First, A::Last, A::Back],
            Self::Select => &[A::Execute, A::Cancel],
            Self::Menu | Self::Diff | Self::Text | Self::Confirm => &[A::Confirm, A::Cancel],
            Self::Help => &[A::Up, A::Down, A::Cancel],
        }
    }
}
