//! The loop: input, news and signals in; frames and requests out.
//!
//! The screen is drawn at once on input, and otherwise at most so many times a second as asked for, never for each
//! piece of news, and not at all when nothing changed.

mod effects;
mod keymap_file;

use super::model::Model;
use super::terminal::{Input, Local, Terminal};
use super::ui::{ScreenId, UiState};
use super::update::{Msg, update};
use super::view::view;
use super::wiring::{ConsoleError, ExitReason, Options, Wiring};
use super::{burst, environment};
use crossterm::event::Event;
use keymap_file::KeymapFile;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval, sleep_until};

/// After a record the screen shows what it led to, for so long at so short a pause: a breaker that another door tripped
/// is seen open within a tenth of a second, whatever the cap of frames.
const HURRY: Duration = Duration::from_millis(150);
const HURRIED_PAUSE: Duration = Duration::from_millis(33);

/// Longer than a console is looked at.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// After a frame drawn on input the next one waits at least this long, so that a held key does not flood the terminal.
const LEAST_PAUSE: Duration = Duration::from_millis(8);

/// Frames a second while the terminal does not have the focus.
const UNFOCUSED_FPS: u32 = 2;

/// Records taken in at once; more wait for the next turn, so that keys are never starved.
const RECORD_BATCH: usize = 256;

/// Shows the plant until the operator leaves, a signal comes or the plant ends.
///
/// # Errors
/// When there is no terminal, or it fails.
pub async fn run(wiring: Wiring, options: Options) -> Result<ExitReason, ConsoleError> {
    run_on(Local::take()?, wiring, options).await
}

/// The same on any terminal.
pub(super) async fn run_on(
    terminal: impl Terminal,
    wiring: Wiring,
    options: Options,
) -> Result<ExitReason, ConsoleError> {
    Shell::new(wiring, options, terminal)?.turn_until_the_end().await
}

struct Shell<T> {
    model: Model,
    wiring: Wiring,
    terminal: T,
    keymap_file: Option<KeymapFile>,
    picture_dir: PathBuf,
    started: Instant,
    drawn: Instant,
    /// Something changed since the last frame.
    dirty: bool,
    /// What of the picture changes by time alone, as it was drawn last.
    shown: ByTime,
    /// Something happened: until then the screen follows faster than its cap.
    hurry_until: Option<Instant>,
    end: Option<ExitReason>,
    /// The program is to stop before the next turn.
    suspend: bool,
}

/// What of the picture changes by time alone.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct ByTime {
    blink: bool,
    message: bool,
}

impl<T: Terminal> Shell<T> {
    fn new(wiring: Wiring, options: Options, terminal: T) -> Result<Self, ConsoleError> {
        let ui = UiState {
            theme: options.theme.unwrap_or_else(environment::theme),
            symbols: options.symbols.unwrap_or_else(environment::symbols),
            role: options.role,
            ident: options.ident,
            read_only: options.read_only,
            fps: options.fps,
            next_request: wiring.first_request.0,
            size: terminal.size()?,
            attached: options.attached,
            ..UiState::default()
        };
        let mut model = Model::new(wiring.snapshot.borrow().clone(), wiring.fleet.clone(), ui);
        model.keymap = Arc::new(options.keymap);
        model.records.extend(wiring.history.iter().cloned());
        let now = Instant::now();
        Ok(Self {
            model,
            wiring,
            terminal,
            keymap_file: options.keymap_file.map(KeymapFile::watch),
            picture_dir: options.picture_dir,
            started: now,
            drawn: now,
            dirty: true,
            shown: ByTime::default(),
            hurry_until: None,
            end: None,
            suspend: false,
        })
    }

    async fn turn_until_the_end(&mut self) -> Result<ExitReason, ConsoleError> {
        let mut frame = interval(Duration::from_secs(1).checked_div(self.model.ui.fps).unwrap_or(FOR_EVER));
        frame.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut records = Vec::with_capacity(RECORD_BATCH);
        let mut records_open = true;
        let mut answers_open = true;
        self.news();
        self.draw()?;
        loop {
            if self.suspend {
                self.suspend = false;
                self.terminal.suspend()?;
            }
            if let Some(reason @ ExitReason::Signal(_)) = self.end {
                return Ok(reason);
            }
            // A panic may also have ended the plant; why it ended comes first.
            if self.terminal.lost() {
                return Err(ConsoleError::Panicked);
            }
            if let Some(reason) = self.end {
                return Ok(reason);
            }
            // Input that came too soon after a frame is drawn when the pause is over.
            let pause_over = tokio::time::Instant::from_std(self.drawn + LEAST_PAUSE);
            let hurried = tokio::time::Instant::from_std(self.drawn + HURRIED_PAUSE);
            let mut urgent = false;
            tokio::select! { biased;
                input = self.terminal.next() => match input? {
                    Input::End(reason) => return Ok(reason),
                    Input::Stop => self.suspend = true,
                    Input::Continue => { self.terminal.resume()?; self.measure()?; }
                    Input::Events(events) => { self.input(events)?; urgent = true; }
                },
                answer = self.wiring.answers.recv(), if answers_open => match answer {
                    Some(answer) => { self.take(Msg::Answer(answer))?; urgent = true; }
                    None => answers_open = false,
                },
                n = self.wiring.records.recv_many(&mut records, RECORD_BATCH), if records_open => {
                    records_open = n > 0;
                    for record in records.drain(..) {
                        self.take(Msg::Record(record))?;
                    }
                    self.hurry_until = Some(Instant::now() + HURRY);
                }
                () = sleep_until(pause_over), if self.dirty && self.drawn.elapsed() < LEAST_PAUSE => urgent = true,
                () = sleep_until(hurried), if self.hurry_until.is_some() && self.terminal.ready() => {
                    self.news();
                    self.hurry_until = self.hurry_until.filter(|until| Instant::now() < *until);
                    self.dirty = true;
                    urgent = true;
                }
                _ = frame.tick() => self.tick()?,
            }
            if urgent && self.dirty && self.drawn.elapsed() >= LEAST_PAUSE {
                self.draw()?;
            }
        }
    }

    /// The terminal was out of our hands and may have another size now.
    fn measure(&mut self) -> Result<(), ConsoleError> {
        let (columns, rows) = self.terminal.size()?;
        self.take(Msg::Resize(columns, rows))
    }

    fn input(&mut self, events: Vec<Event>) -> Result<(), ConsoleError> {
        for msg in burst::messages(events) {
            self.take(msg)?;
        }
        Ok(())
    }

    /// Looks for news and draws if there is any.
    fn tick(&mut self) -> Result<(), ConsoleError> {
        self.news();
        if let Some(read) = self.keymap_file.as_mut().and_then(KeymapFile::changed) {
            self.take(Msg::Keymap(read))?;
        }
        self.set_now();
        let slow = !self.model.ui.focused && self.drawn.elapsed() < Duration::from_secs(1) / UNFOCUSED_FPS;
        if !slow && (self.dirty || self.shown != self.by_time()) {
            self.draw()?;
        }
        Ok(())
    }

    /// Takes the latest of the plant and of the links.
    fn news(&mut self) {
        match self.wiring.snapshot.has_changed() {
            Ok(true) => {
                let snapshot = self.wiring.snapshot.borrow_and_update().clone();
                self.absorb(Msg::Snapshot(snapshot));
            }
            Ok(false) => {}
            Err(_) => self.end = Some(ExitReason::PlantGone),
        }
        if self.wiring.host.has_changed().unwrap_or(false) {
            let view = self.wiring.host.borrow_and_update().clone();
            self.absorb(Msg::Host(view));
        }
        for i in 0..self.wiring.links.len() {
            let link = &mut self.wiring.links[i];
            let unseen = self.model.links.len() <= i;
            if self.model.ui.screen == ScreenId::Comms && self.model.ui.link == i {
                link.borrow().attention.pay();
            }
            // A link whose task ended keeps its last picture.
            if unseen || link.has_changed().unwrap_or(false) {
                let view = link.borrow_and_update().clone();
                self.absorb(Msg::Link(i, view));
            }
        }
    }

    /// A message whose effects cannot fail.
    fn absorb(&mut self, msg: Msg) {
        if let Err(error) = self.take(msg) {
            // News ask for nothing but a bell; a terminal that cannot sound it fails at the next frame and says why.
            drop(error);
        }
    }

    fn take(&mut self, msg: Msg) -> Result<(), ConsoleError> {
        self.set_now();
        self.dirty = true;
        for cmd in update(&mut self.model, msg) {
            self.effect(cmd)?;
        }
        Ok(())
    }

    fn set_now(&mut self) {
        self.model.ui.now_ms = self.started.elapsed().as_millis() as u64;
    }

    fn by_time(&self) -> ByTime {
        let unseen = self.model.snapshot.breakers.iter().any(|b| b.alarms.iter().any(|a| !a.acknowledged));
        ByTime { blink: unseen && self.model.ui.blink_off(), message: self.model.message().is_some() }
    }

    fn draw(&mut self) -> Result<(), ConsoleError> {
        if !self.terminal.ready() {
            return Ok(());
        }
        self.set_now();
        let begun = Instant::now();
        let model = &self.model;
        self.terminal.draw(|frame| {
            let area = frame.area();
            view(model, area, frame.buffer_mut());
        })?;
        self.drawn = Instant::now();
        self.dirty = false;
        self.shown = self.by_time();
        let stats = &mut self.model.frame;
        stats.frames += 1;
        stats.bytes = self.terminal.sent();
        stats.last_us = (self.drawn - begun).as_micros() as u64;
        stats.greatest_us = stats.greatest_us.max(stats.last_us);
        Ok(())
    }
}
