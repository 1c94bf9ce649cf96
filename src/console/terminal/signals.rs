//! Signals: some end the console, two stop and continue it.

use std::io;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// Number of the signal that says that the terminal is gone.
pub(super) const HANGUP: i32 = 1;

/// What a signal asks for.
#[derive(Clone, Copy)]
pub(super) enum Signal {
    /// To end; its number.
    End(i32),
    /// To stop until continued.
    Stop,
    /// To go on.
    Continue,
}

/// The signals that are listened to.
pub(super) struct Signals {
    hangup: Stream,
    interrupt: Stream,
    terminate: Stream,
    quit: Stream,
    stop: Stream,
    go_on: Stream,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        use rustix::process::Signal as Number;
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            quit: signal(SignalKind::quit())?,
            stop: signal(SignalKind::from_raw(Number::TSTP.as_raw()))?,
            go_on: signal(SignalKind::from_raw(Number::CONT.as_raw()))?,
        })
    }

    /// The next one. May be dropped and asked for again without losing any.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.hangup.recv() => Signal::End(SignalKind::hangup().as_raw_value()),
            _ = self.interrupt.recv() => Signal::End(SignalKind::interrupt().as_raw_value()),
            _ = self.terminate.recv() => Signal::End(SignalKind::terminate().as_raw_value()),
            _ = self.quit.recv() => Signal::End(SignalKind::quit().as_raw_value()),
            _ = self.stop.recv() => Signal::Stop,
            _ = self.go_on.recv() => Signal::Continue,
        }
    }
}
