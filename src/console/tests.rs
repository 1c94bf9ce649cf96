//! Keys in, requests and pictures out.

use super::demo;
use super::key::Key;
use super::model::Model;
use super::ui::ScreenId;
use super::update::{Cmd, Msg, update};
use super::view::view;
use crate::control::{Answer, BreakerIx, Command, Denied, Interlock, Request, Switch};
use crate::time::{Span, Tick};
use crate::units::Seconds;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

mod control;
mod pictures;
mod pty;
mod robust;

/// Presses keys, separated by spaces, a second apart; gives all effects.
fn press(model: &mut Model, keys: &str) -> Vec<Cmd> {
    keys.split_whitespace()
        .flat_map(|k| {
            model.ui.now_ms += 1000;
            update(model, Msg::Key(k.parse::<Key>().unwrap()))
        })
        .collect()
}

/// Types text, character by character.
fn type_text(model: &mut Model, text: &str) -> Vec<Cmd> {
    text.chars().flat_map(|c| update(model, Msg::Key(Key::plain(crossterm::event::KeyCode::Char(c))))).collect()
}

fn requests(cmds: &[Cmd]) -> Vec<Request> {
    cmds.iter()
        .filter_map(|c| match c {
            Cmd::Send(r) => Some(r.clone()),
            _ => None,
        })
        .collect()
}

fn commands(cmds: &[Cmd]) -> Vec<Command> {
    requests(cmds).into_iter().map(|r| r.command).collect()
}

/// The gate answers a request, `after` samples past the snapshot in the model.
fn answer(model: &mut Model, request: &Request, after: u64, result: Result<(), Denied>) {
    let tick = Tick(model.snapshot.tick.0 + after);
    update(model, Msg::Answer(Answer { id: request.id, target: request.target, tick, result }));
}

/// A newer snapshot, made from the last one.
fn snapshot(model: &mut Model, change: impl FnOnce(&mut crate::plant::snapshot::Snapshot)) {
    let mut next = (*model.snapshot).clone();
    next.tick += Span(768);
    change(&mut next);
    update(model, Msg::Snapshot(Arc::new(next)));
}

fn drawn(model: &mut Model, width: u16, height: u16) -> Buffer {
    update(model, Msg::Resize(width, height));
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    view(model, area, &mut buf);
    buf
}

/// The characters of a picture, row by row, without blanks at the ends.
fn text(buf: &Buffer) -> String {
    let row = |y| (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..buf.area.height).map(row).collect::<Vec<_>>().join("\n")
}
