//! What each action does.

use super::ask::send;
use super::{Cmd, navigate, say};
use crate::console::action::Action;
use crate::console::dialog::{self, Dialog};
use crate::console::model::Model;
use crate::console::ui::{ScreenId, Tone};
use crate::console::wiring::Pace;
use crate::control::{Command, Switch};
use crate::record::Class;
use crate::units::Phase;
use std::sync::Arc;

/// Does an action where the model stands: in the dialog that is open, else on the screen.
pub(in crate::console) fn perform(model: &mut Model, action: Action) -> Vec<Cmd> {
    if model.ui.dialog.is_some() {
        return dialog::act(model, action);
    }
    match action {
        Action::ScreenOverview => navigate::show(model, ScreenId::Overview),
        Action::ScreenBreaker => navigate::show(model, ScreenId::Breaker),
        Action::ScreenPowerQuality => navigate::show(model, ScreenId::PowerQuality),
        Action::ScreenProtection => navigate::show(model, ScreenId::Protection),
        Action::ScreenEvents => navigate::show(model, ScreenId::Events),
        Action::ScreenAlarms => navigate::show(model, ScreenId::Alarms),
        Action::ScreenComms => navigate::show(model, ScreenId::Comms),
        Action::ScreenNext => navigate::turn(model, 1),
        Action::ScreenPrevious => navigate::turn(model, -1),
        Action::BreakerNext => navigate::breaker(model, 1),
        Action::BreakerPrevious => navigate::breaker(model, -1),
        Action::Up
        | Action::Down
        | Action::Left
        | Action::Right
        | Action::PageUp
        | Action::PageDown
        | Action::First
        | Action::Last => navigate::go(model, action),
        Action::Open => {
            if let Some(action) = navigate::open(model) {
                return perform(model, action);
            }
        }
        Action::Back => back(model),
        Action::SelectTrip => return dialog::select(model, Switch::Trip),
        Action::SelectClose => return dialog::select(model, Switch::Close),
        Action::SelectOpen => return dialog::select(model, Switch::Open),
        Action::SelectReset => return dialog::select(model, Switch::Reset),
        Action::InjectMenu
        | Action::MisbehaveMenu
        | Action::TemplateMenu
        | Action::TestMenu
        | Action::SettingEdit
        | Action::TagEdit
        | Action::FilterText
        | Action::Palette
        | Action::Help => dialog::open(model, action),
        Action::InjectClear => return on_selected(model, Command::ClearInjections, "clear faults of"),
        Action::SettingsUndo => return on_selected(model, Command::UndoSettings, "undo settings of"),
        Action::CountersClear => return on_selected(model, Command::ClearCounters, "clear counters of"),
        Action::LocalToggle => {
            let Some(local) = model.selected().map(|b| b.local) else { return Vec::new() };
            let words = if local { "REMOTE for" } else { "LOCAL for" };
            return on_selected(model, Command::SetLocal(!local), words);
        }
        Action::MaintenanceToggle => {
            let Some(on) = model.selected().map(|b| b.maintenance_mode) else { return Vec::new() };
            let words = if on { "maintenance mode off for" } else { "maintenance mode on for" };
            return on_selected(model, Command::SetMaintenanceMode(!on), words);
        }
        Action::AlarmAck => return acknowledge(model),
        Action::AlarmAckAll => return acknowledge_all(model),
        Action::TimePause => {
            return pace(model, Pace::Paused(!model.snapshot.paused));
        }
        Action::TimeFaster => return pace(model, Pace::Speed((model.snapshot.speed * 2.0).min(100.0))),
        Action::TimeSlower => return pace(model, Pace::Speed((model.snapshot.speed / 2.0).max(0.125))),
        Action::TimeReal => return pace(model, Pace::Speed(1.0)),
        Action::FilterClass => {
            model.ui.events.class = next_class(model.ui.events.class);
            model.ui.cursor.events = 0;
        }
        Action::PhaseNext => {
            model.ui.phase = Phase::ALL[(model.ui.phase.index() + 1) % Phase::ALL.len()];
        }
        Action::QuantityToggle => model.ui.voltages = !model.ui.voltages,
        Action::LinkNext => navigate::link(model, 1),
        Action::HostToggle => {
            model.ui.host = !model.ui.host;
            model.ui.screen = ScreenId::Comms;
            return vec![Cmd::Observe(model.ui.host)];
        }
        Action::ThemeNext => {
            model.ui.theme = model.ui.theme.next();
            say(model, Tone::Info, format!("theme {}", model.ui.theme));
        }
        Action::SymbolsNext => {
            model.ui.symbols = model.ui.symbols.next();
            say(model, Tone::Info, format!("symbols {}", model.ui.symbols));
        }
        Action::Stats => model.ui.stats = !model.ui.stats,
        Action::Export => return vec![Cmd::Picture],
        Action::Redraw => return vec![Cmd::Redraw],
        Action::Suspend => return vec![Cmd::Suspend],
        Action::Quit => {
            if model.injections() == 0 {
                return vec![Cmd::Quit];
            }
            model.ui.dialog = Some(Dialog::Quit);
        }
        // These belong to dialogs; without one there is nothing to accept or to give back.
        Action::Execute | Action::Cancel | Action::Confirm => {}
    }
    Vec::new()
}

fn back(model: &mut Model) {
    if model.ui.trip.take().is_some() {
        return;
    }
    if model.ui.screen == ScreenId::Events && !model.ui.events.text.is_empty() {
        model.ui.events.text.clear();
    } else {
        model.ui.screen = ScreenId::Overview;
    }
}

/// A request about the selected breaker.
fn on_selected(model: &mut Model, command: Command, words: &str) -> Vec<Cmd> {
    let Some(designation) = model.selected().map(|b| b.designation.clone()) else { return Vec::new() };
    let at = model.ui.selected;
    send(model, at, command, format!("{words} {designation}"))
}

fn pace(model: &mut Model, pace: Pace) -> Vec<Cmd> {
    if model.ui.read_only {
        say(model, Tone::Refused, "change of pace refused: this console is read-only".into());
        return Vec::new();
    }
    vec![Cmd::Pace(pace)]
}

/// The alarm under the cursor of the alarm list, elsewhere the first that nobody has seen (that of the banner).
fn acknowledge(model: &mut Model) -> Vec<Cmd> {
    let alarms = model.alarms();
    let at = if model.ui.screen == ScreenId::Alarms { model.ui.cursor.alarms } else { 0 };
    let Some((breaker, alarm)) = alarms.get(at).filter(|(_, a)| !a.acknowledged) else {
        say(model, Tone::Info, "no alarm waits for an acknowledgement here".into());
        return Vec::new();
    };
    let (breaker, id) = (*breaker, alarm.id.clone());
    let words = format!("acknowledge {id} of {}", model.snapshot.breakers[breaker].designation);
    send(model, breaker, Command::Acknowledge(Some(id)), words)
}

fn acknowledge_all(model: &mut Model) -> Vec<Cmd> {
    let waiting: Vec<(usize, Arc<str>)> = model
        .snapshot
        .breakers
        .iter()
        .enumerate()
        .filter(|(_, b)| b.alarms.iter().any(|a| !a.acknowledged))
        .map(|(i, b)| (i, b.designation.clone()))
        .collect();
    if waiting.is_empty() {
        say(model, Tone::Info, "no alarm waits for an acknowledgement".into());
    }
    let all = |(breaker, name)| send(model, breaker, Command::Acknowledge(None), format!("acknowledge all of {name}"));
    waiting.into_iter().flat_map(all).collect()
}

fn next_class(class: Option<Class>) -> Option<Class> {
    const ORDER: [Class; 9] = [
        Class::Trip,
        Class::Protection,
        Class::Alarm,
        Class::Operation,
        Class::Setting,
        Class::Comm,
        Class::Diagnostic,
        Class::Pq,
        Class::Training,
    ];
    match class {
        None => Some(ORDER[0]),
        Some(c) => ORDER.iter().position(|o| *o == c).and_then(|i| ORDER.get(i + 1)).copied(),
    }
}
