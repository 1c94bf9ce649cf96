//! Keys and signals of this process.

use super::Input;
use super::signals::{HANGUP, Signal, Signals};
use crate::console::wiring::ExitReason;
use crossterm::event::{self, Event, EventStream};
use futures_util::StreamExt;
use std::io;
use std::time::Duration;

/// Keys and signals of this process. To be made before the terminal is taken, so that no signal ends the program
/// without handing it back.
pub(in crate::console) struct Keys {
    signals: Signals,
    events: Option<EventStream>,
}

impl Keys {
    pub(in crate::console) fn listen() -> io::Result<Self> {
        Ok(Self { signals: Signals::listen()?, events: None })
    }

    /// The next input; `stopped`: nothing but signals, for the terminal belongs to somebody else. May be dropped and
    /// asked for again without losing any.
    pub(in crate::console) async fn next(&mut self, stopped: bool) -> io::Result<Input> {
        let Self { signals, events } = self;
        if stopped {
            return Ok(signal(signals.next().await));
        }
        // Not before the terminal is ours: the stream begins to read it.
        let events = events.get_or_insert_with(EventStream::new);
        tokio::select! { biased;
            told = signals.next() => Ok(signal(told)),
            event = events.next() => match event {
                Some(first) => all_there(first?),
                // The terminal is gone, as after a hang-up.
                None => Ok(Input::End(ExitReason::Signal(HANGUP))),
            },
        }
    }
}

fn signal(signal: Signal) -> Input {
    match signal {
        Signal::End(number) => Input::End(ExitReason::Signal(number)),
        Signal::Stop => Input::Stop,
        Signal::Continue => Input::Continue,
    }
}

/// The event that woke us and all others that are there already.
fn all_there(first: Event) -> io::Result<Input> {
    let mut events = vec![first];
    // Not by the stream: asked without waiting it would remember to wake nobody, and the next key would lie until
    // the next frame.
    while event::poll(Duration::ZERO)? {
        events.push(event::read()?);
    }
    Ok(Input::Events(events))
}
