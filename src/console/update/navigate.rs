//! Moving about: screens, breakers, cursors.

use crate::console::action::Action;
use crate::console::model::Model;
use crate::console::ui::{ScreenId, TripView};
use crate::record::{Body, Record, TripId, Waveform};
use std::sync::Arc;

/// Highest harmonic on the spectrum.
const HARMONICS: usize = 50;

pub(super) fn show(model: &mut Model, screen: ScreenId) {
    model.ui.screen = screen;
    model.ui.trip = None;
}

pub(super) fn turn(model: &mut Model, by: isize) {
    let n = ScreenId::ALL.len() as isize;
    let at = (model.ui.screen.index() as isize + by).rem_euclid(n);
    show(model, ScreenId::ALL[at as usize]);
}

/// Selects another breaker; stops at both ends.
pub(super) fn breaker(model: &mut Model, by: isize) {
    let last = model.snapshot.breakers.len().saturating_sub(1);
    model.ui.selected = model.ui.selected.saturating_add_signed(by).min(last);
}

/// Moves whatever the arrows move on this screen.
pub(super) fn go(model: &mut Model, action: Action) {
    if model.ui.screen == ScreenId::Events && model.ui.trip.is_some() {
        scrub(model, action);
        return;
    }
    let page = isize::from(i16::try_from(model.ui.size.1).unwrap_or(24)).saturating_sub(8).max(1);
    let (rows, columns) = match action {
        Action::Up => (-1, 0),
        Action::Down => (1, 0),
        Action::PageUp => (-page, 0),
        Action::PageDown => (page, 0),
        Action::First => (isize::MIN / 2, 0),
        Action::Last => (isize::MAX / 2, 0),
        Action::Left => (0, -1),
        Action::Right => (0, 1),
        _ => (0, 0),
    };
    let move_by = |at: &mut usize, by: isize| *at = at.saturating_add_signed(by);
    match model.ui.screen {
        ScreenId::Overview | ScreenId::Breaker => breaker(model, rows + columns),
        ScreenId::PowerQuality if columns != 0 => move_by(&mut model.ui.cursor.harmonic, columns),
        ScreenId::PowerQuality => breaker(model, rows),
        ScreenId::Protection if columns != 0 => breaker(model, columns),
        ScreenId::Protection => move_by(&mut model.ui.cursor.settings, rows),
        ScreenId::Events => move_by(&mut model.ui.cursor.events, rows),
        ScreenId::Alarms => move_by(&mut model.ui.cursor.alarms, rows),
        ScreenId::Comms if model.ui.host => move_by(&mut model.ui.cursor.host, rows),
        ScreenId::Comms if columns != 0 => link(model, columns),
        ScreenId::Comms => move_by(&mut model.ui.cursor.messages, rows),
    }
    clamp(model);
}

/// Shows the messages of another link.
pub(super) fn link(model: &mut Model, by: isize) {
    let n = model.links.len().max(1) as isize;
    model.ui.link = (model.ui.link as isize + by).rem_euclid(n) as usize;
    model.ui.cursor.messages = 0;
}

/// Moves the cursor of a waveform: a sample, a cycle, or to an end.
fn scrub(model: &mut Model, action: Action) {
    let Some(wave) = waveform(model) else { return };
    let rows = wave.analog.iter().map(|c| c.values.len()).max().unwrap_or(0);
    let cycle = (f64::from(wave.rate_hz) / wave.frequency_hz.max(1.0)).round() as isize;
    let trigger = wave.trigger.since(wave.first).0 as usize;
    let Some(trip) = model.ui.trip.as_mut() else { return };
    let at = trip.sample.unwrap_or(trigger);
    let to = match action {
        Action::Left | Action::Up => at.saturating_sub(1),
        Action::Right | Action::Down => at + 1,
        Action::PageUp => at.saturating_add_signed(-cycle),
        Action::PageDown => at.saturating_add_signed(cycle),
        Action::First => 0,
        Action::Last => usize::MAX,
        _ => at,
    };
    trip.sample = Some(to.min(rows.saturating_sub(1)));
}

/// The waveform of the trip that is open.
fn waveform(model: &Model) -> Option<Arc<Waveform>> {
    let trip = model.ui.trip.as_ref()?;
    let opened = model.records.iter().find(|r| r.seq == trip.seq)?;
    let id = trip_id(opened)?;
    model.records.iter().find_map(|r| match &r.body {
        Body::Cleared(c) if c.id == *id => c.waveform.clone(),
        _ => None,
    })
}

fn trip_id(record: &Record) -> Option<&TripId> {
    match &record.body {
        Body::Trip(t) => Some(&t.id),
        Body::Cleared(c) => Some(&c.id),
        _ => None,
    }
}

/// Opens what the cursor stands on. Gives the action that does it when it is another one.
pub(super) fn open(model: &mut Model) -> Option<Action> {
    match model.ui.screen {
        ScreenId::Overview => Some(Action::ScreenBreaker),
        ScreenId::Protection => Some(Action::SettingEdit),
        ScreenId::Alarms => {
            let at = model.alarms().get(model.ui.cursor.alarms).map(|(breaker, _)| *breaker)?;
            model.ui.selected = at;
            Some(Action::ScreenBreaker)
        }
        ScreenId::Events => {
            let record = model.event()?.clone();
            model.ui.selected = record.breaker.0.min(model.snapshot.breakers.len().saturating_sub(1));
            if trip_id(&record).is_some() {
                model.ui.trip = Some(TripView { seq: record.seq, sample: None });
            }
            None
        }
        ScreenId::Breaker | ScreenId::PowerQuality | ScreenId::Comms => None,
    }
}

/// Keeps every cursor on its list.
pub(super) fn clamp(model: &mut Model) {
    let last = |n: usize| n.saturating_sub(1);
    let breakers = last(model.snapshot.breakers.len());
    let links = last(model.links.len());
    let messages = last(model.links.get(model.ui.link).map_or(0, |l| l.messages.len()));
    let alarms = last(model.snapshot.breakers.iter().map(|b| b.alarms.len()).sum());
    let settings = last(model.settings().len());
    // Counting the filtered events costs a walk over all of them; most of the time the cursor is far from the end.
    let events = if model.ui.cursor.events == 0 { 0 } else { last(model.events().count()) };
    let seen = last(model.host.as_ref().map_or(0, |h| h.nodes.iter().map(|n| 1 + n.devices.len()).sum()));
    let ui = &mut model.ui;
    ui.cursor.host = ui.cursor.host.min(seen);
    ui.selected = ui.selected.min(breakers);
    ui.link = ui.link.min(links);
    ui.cursor.messages = ui.cursor.messages.min(messages);
    ui.cursor.alarms = ui.cursor.alarms.min(alarms);
    ui.cursor.settings = ui.cursor.settings.min(settings);
    ui.cursor.events = ui.cursor.events.min(events);
    ui.cursor.harmonic = ui.cursor.harmonic.min(HARMONICS);
    if ui.trip.as_ref().is_some_and(|t| model.records.front().is_none_or(|oldest| oldest.seq > t.seq)) {
        ui.trip = None;
    }
}
