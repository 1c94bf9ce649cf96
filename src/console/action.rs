//! What keys can do: one table that feeds key maps, hints, help and the README.

use super::ui::ScreenId;

macro_rules! actions {
    ($($variant:ident, $name:literal, $hint:literal, $doc:literal;)*) => {
        /// What a key can do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $doc] $variant,)*
        }

        impl Action {
            /// All, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name in key maps.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// A word or two for the hint row.
            #[must_use]
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)* }
            }

            /// One sentence for help.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }

            /// By its name in key maps.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

actions! {
    ScreenOverview, "screen.overview", "overview", "Show the one-line diagram.";
    ScreenBreaker, "screen.breaker", "breaker", "Show the selected breaker in depth.";
    ScreenPowerQuality, "screen.pq", "power quality", "Show harmonics and voltage events.";
    ScreenProtection, "screen.protection", "protection", "Show curves, elements and settings.";
    ScreenEvents, "screen.events", "events", "Show the sequence of events.";
    ScreenAlarms, "screen.alarms", "alarms", "Show the alarm list.";
    ScreenComms, "screen.comms", "comms", "Show both protocol paths.";
    ScreenNext, "screen.next", "next screen", "Show the next screen.";
    ScreenPrevious, "screen.previous", "previous screen", "Show the screen before.";
    BreakerNext, "breaker.next", "next breaker", "Select the next breaker.";
    BreakerPrevious, "breaker.previous", "previous breaker", "Select the breaker before.";
    Up, "move.up", "up", "Move up in the list.";
    Down, "move.down", "down", "Move down in the list.";
    Left, "move.left", "back", "Move left: earlier sample, lower harmonic, breaker before.";
    Right, "move.right", "on", "Move right: later sample, higher harmonic, next breaker.";
    PageUp, "move.page-up", "page back", "Move up a page, or back a cycle in a waveform.";
    PageDown, "move.page-down", "page on", "Move down a page, or on a cycle in a waveform.";
    First, "move.first", "first", "Move to the first row.";
    Last, "move.last", "last", "Move to the last row.";
    Open, "open", "open", "Open what the cursor stands on.";
    Back, "back", "back", "Close what was opened last.";
    SelectTrip, "select.trip", "trip", "Select the breaker for a trip; nothing moves before it is executed.";
    SelectClose, "select.close", "close", "Select the breaker for closing; nothing moves before it is executed.";
    SelectOpen, "select.open", "open breaker", "Select the breaker for opening; nothing moves before it is executed.";
    SelectReset, "select.reset", "reset", "Select the reset of trip latch and lockout 86.";
    Execute, "execute", "EXECUTE", "Execute the selected switching action.";
    Cancel, "cancel", "cancel", "Close the dialog; a selection is given back.";
    Confirm, "confirm", "confirm", "Accept what the dialog shows.";
    InjectMenu, "inject.menu", "inject", "Choose a disturbance to put on the selected breaker.";
    InjectClear, "inject.clear", "clear faults", "Take every disturbance off the selected breaker.";
    TemplateMenu, "template.menu", "template", "Choose a settings template and see what it would change.";
    SettingEdit, "setting.edit", "edit", "Type a new value for the setting under the cursor.";
    SettingsUndo, "settings.undo", "undo", "Take back the last applied set of settings.";
    TagEdit, "tag.edit", "danger tag", "Put a danger tag on the breaker, or take it off.";
    LocalToggle, "local.toggle", "local/remote", "Turn the control switch between local and remote.";
    MaintenanceToggle, "maintenance.toggle", "maintenance", "Switch maintenance mode (arc reduction) on or off.";
    TestMenu, "test.menu", "tests", "Choose a diagnostic test for the selected breaker, or stop the one that runs.";
    AlarmAck, "alarm.ack", "ack", "Acknowledge the alarm under the cursor, elsewhere that of the banner.";
    AlarmAckAll, "alarm.ack-all", "ack all", "Acknowledge all alarms of all breakers.";
    CountersClear, "counters.clear", "clear counters", "Set the resettable counters of the breaker to nothing.";
    TimePause, "time.pause", "pause", "Stop simulated time, or let it run again.";
    TimeFaster, "time.faster", "faster", "Let simulated time run twice as fast.";
    TimeSlower, "time.slower", "slower", "Let simulated time run half as fast.";
    TimeReal, "time.real", "real time", "Let simulated time run as fast as the clock.";
    FilterText, "filter.text", "filter", "Show only events that contain a text.";
    FilterClass, "filter.class", "class", "Show only the next class of events.";
    PhaseNext, "phase.next", "phase", "Show the next phase.";
    QuantityToggle, "quantity.toggle", "V/I", "Change between voltages and currents.";
    MisbehaveMenu, "misbehave.menu", "misbehave", "Choose faults on purpose for the chosen link, for those who test hosts.";
    LinkNext, "link.next", "link", "Show the messages of the next link.";
    HostToggle, "host.toggle", "host view", "Look at the broker as a host that only listens, or at our own paths again.";
    ThemeNext, "theme.next", "theme", "Take the next colour theme.";
    SymbolsNext, "symbols.next", "symbols", "Take the next set of symbols.";
    Stats, "stats", "draw cost", "Show what drawing costs.";
    Palette, "palette", "command", "Type the name of an action.";
    Help, "help", "help", "Show the keys that work here.";
    Export, "export", "picture", "Save the screen as an SVG picture.";
    Redraw, "redraw", "redraw", "Draw the whole screen again.";
    Suspend, "suspend", "suspend", "Hand the terminal back to the shell; `fg` returns.";
    Quit, "quit", "quit", "Leave; asks while disturbances stand.";
}

impl Action {
    /// The action that shows a screen.
    #[must_use]
    pub const fn show(screen: ScreenId) -> Self {
        match screen {
            ScreenId::Overview => Self::ScreenOverview,
            ScreenId::Breaker => Self::ScreenBreaker,
            ScreenId::PowerQuality => Self::ScreenPowerQuality,
            ScreenId::Protection => Self::ScreenProtection,
            ScreenId::Events => Self::ScreenEvents,
            ScreenId::Alarms => Self::ScreenAlarms,
            ScreenId::Comms => Self::ScreenComms,
        }
    }
}
