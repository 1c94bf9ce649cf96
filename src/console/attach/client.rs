//! The side of the terminal: keys there, frames here.

use super::wire::{self, End, Hello, LINE_AT_MOST, PROTOCOL, TYPED_AT_MOST, ToRun, ToTerminal};
use crate::console::command::options;
use crate::console::environment;
use crate::console::terminal::{Hold, Input, Keys};
use crate::console::wiring::{ConsoleError, ExitReason, Options};
use crate::runtime::attach::{AttachError, SOCKET, connect};
use crate::runtime::command::{CommandError, configuration, print};
use clap::ArgMatches;
use crossterm::event::Event;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;
use tokio::io::BufReader;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A run answers within this time.
const WELCOME_WITHIN: Duration = Duration::from_secs(10);

/// Messages between the terminal and the connection.
const QUEUE: usize = 64;

/// Events sent at once, and bytes of a pasted text: beyond, nobody typed it, and a part of it says the same.
const EVENTS_AT_MOST: usize = 4096;
const PASTE_AT_MOST: usize = 4096;

/// Shows the console of a `run` until the operator detaches or the run ends; gives the exit status.
///
/// # Errors
/// When there is no terminal, no run, or it is gone without a word.
pub fn attach(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (config, _) = configuration(matches)?;
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(CommandError::Said(ConsoleError::NoTerminal.to_string()));
    }
    let options = options(&config.console)?;
    let hello = hello(&config.console.keymap, options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let end = runtime.block_on(converse(&config.state_dir, hello));
    // A thread that waits for keys is not waited for.
    runtime.shutdown_background();
    match end? {
        Left::Signal(number) => Ok(ExitReason::Signal(number).status()),
        Left::Ended(End::Detached) => {
            print("detached; the breakers go on\n");
            Ok(0)
        }
        Left::Ended(End::RunEnded) => {
            print("the run has ended, and its breakers with it\n");
            Ok(0)
        }
        Left::Ended(End::Refused(why)) => Err(CommandError::Said(why)),
        Left::Gone => Err(CommandError::Said(format!(
            "the run is gone without a word; what it had recorded is in {}",
            config.state_dir.display()
        ))),
    }
}

/// Why the terminal is free again.
enum Left {
    Signal(i32),
    Ended(End),
    Gone,
}

fn hello(keymap: &str, options: Options) -> Result<Hello, CommandError> {
    let (columns, rows) = crossterm::terminal::size()?;
    let here = std::env::current_dir()?;
    Ok(Hello {
        protocol: PROTOCOL,
        columns,
        rows,
        // The run may stand in another directory.
        keymap: if options.keymap_file.is_some() { here.join(keymap) } else { keymap.into() },
        theme: options.theme.unwrap_or_else(environment::theme).to_string(),
        symbols: options.symbols.unwrap_or_else(environment::symbols).to_string(),
        role: options.role,
        ident: options.ident.to_string(),
        read_only: options.read_only,
        fps: options.fps,
        picture_dir: here.join(options.picture_dir),
    })
}

async fn converse(state_dir: &Path, hello: Hello) -> Result<Left, CommandError> {
    let said = |e: &dyn std::fmt::Display| CommandError::Said(e.to_string());
    let (read, mut write) = connect(state_dir).await.map_err(|e| said(&e))?.into_split();
    let mut from = BufReader::new(read);
    let mut buffer = Vec::new();
    wire::write(&mut write, &ToRun::Hello(hello)).await.map_err(|e| said(&e))?;
    let first = timeout(WELCOME_WITHIN, wire::read(&mut from, LINE_AT_MOST, &mut buffer));
    match first.await {
        Ok(Ok(Some(ToTerminal::Welcome))) => {}
        Ok(Ok(Some(ToTerminal::Ended(end)))) => return Ok(Left::Ended(end)),
        Ok(Ok(None)) => return Ok(Left::Gone),
        Ok(Ok(Some(_))) => return Err(said(&AttachError::Silent(state_dir.join(SOCKET)))),
        Ok(Err(fault)) => return Err(said(&fault)),
        Err(_) => return Err(said(&AttachError::Silent(state_dir.join(SOCKET)))),
    }
    let (told, messages) = mpsc::channel(QUEUE);
    let (typed, waiting) = mpsc::channel(QUEUE);
    tokio::spawn(read_in(from, told));
    tokio::spawn(write_out(write, waiting));
    show(messages, &typed).await.map_err(|e| said(&e))
}

/// Shows frames and sends keys until somebody leaves; the terminal is handed back before this returns.
async fn show(mut messages: mpsc::Receiver<ToTerminal>, typed: &mpsc::Sender<ToRun>) -> Result<Left, ConsoleError> {
    let mut keys = Keys::listen()?;
    let mut hold = Hold::take()?;
    // The run is told when the terminal is ours, and how large: it may have changed since the hello.
    let mut ours = true;
    loop {
        tokio::select! { biased;
            input = keys.next(hold.stopped()) => match input? {
                Input::Events(events) => {
                    if let Some(events) = fit(events) {
                        // A run that takes nothing for so long must not find old keys when it does again.
                        let _ = typed.try_send(events);
                    }
                }
                Input::Stop => hold.suspend()?,
                Input::Continue => {
                    hold.resume()?;
                    ours = true;
                }
                Input::End(ExitReason::Signal(number)) => return Ok(Left::Signal(number)),
                Input::End(_) => return Ok(Left::Ended(End::Detached)),
            },
            room = typed.reserve(), if ours => {
                ours = false;
                if let Ok(room) = room {
                    let (columns, rows) = crossterm::terminal::size()?;
                    room.send(ToRun::Resumed { columns, rows });
                }
            }
            message = messages.recv() => match message {
                // What comes while the terminal is somebody else's is drawn anew afterwards.
                Some(ToTerminal::Frame(text)) if !hold.stopped() => put(&text)?,
                Some(ToTerminal::Bell) if !hold.stopped() => put("\x07")?,
                Some(ToTerminal::Suspend) if !hold.stopped() => hold.suspend()?,
                Some(ToTerminal::Ended(end)) => return Ok(Left::Ended(end)),
                Some(_) => {}
                None => return Ok(Left::Gone),
            },
        }
        if hold.lost() {
            return Err(ConsoleError::Panicked);
        }
    }
}

fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// What a run takes in one line; none when it is too much even so.
fn fit(mut events: Vec<Event>) -> Option<ToRun> {
    events.truncate(EVENTS_AT_MOST);
    for event in &mut events {
        if let Event::Paste(text) = event {
            let whole = (0..=PASTE_AT_MOST.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
            text.truncate(whole.unwrap_or(0));
        }
    }
    let message = ToRun::Events(events);
    let bytes = serde_json::to_vec(&message).map_or(usize::MAX, |line| line.len());
    (bytes < TYPED_AT_MOST).then_some(message)
}

async fn read_in(mut from: BufReader<OwnedReadHalf>, told: mpsc::Sender<ToTerminal>) {
    let mut buffer = Vec::new();
    // A run that is not understood any more is as good as gone.
    while let Ok(Some(message)) = wire::read(&mut from, LINE_AT_MOST, &mut buffer).await {
        if told.send(message).await.is_err() {
            return;
        }
    }
}

async fn write_out(mut to: OwnedWriteHalf, mut waiting: mpsc::Receiver<ToRun>) {
    while let Some(message) = waiting.recv().await {
        // Reading tells why the run is gone.
        if wire::write(&mut to, &message).await.is_err() {
            return;
        }
    }
}
