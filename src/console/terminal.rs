//! Where a console shows itself and gets its keys from: the terminal that the program was started in, or one that is
//! attached from another program.

mod frame;
mod hold;
mod keys;
mod local;
mod signals;

pub(super) use frame::FrameBuffer;
pub(super) use hold::Hold;
pub(super) use keys::Keys;
pub(super) use local::Local;

use super::wiring::ExitReason;
use crossterm::event::Event;
use ratatui::Frame;
use std::io;

/// What comes from a terminal.
pub(super) enum Input {
    /// Everything that was typed and is there already, read without waiting in between.
    Events(Vec<Event>),
    /// The console is to stop until it is continued.
    Stop,
    /// It goes on; the terminal was out of our hands.
    Continue,
    /// The console is to end.
    End(ExitReason),
}

/// A screen and its keys.
pub(super) trait Terminal: Send {
    /// The next input. May be dropped and asked for again without losing any.
    fn next(&mut self) -> impl Future<Output = io::Result<Input>> + Send;

    /// Whether a frame drawn now would be taken; when not, what is new is drawn later.
    fn ready(&self) -> bool;

    /// Draws a frame and sends it in one piece.
    fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()>;

    /// The next frame draws every cell.
    fn clear(&mut self) -> io::Result<()>;

    /// Columns and rows.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Bytes sent so far.
    fn sent(&self) -> u64;

    /// Sounds the bell.
    fn bell(&mut self) -> io::Result<()>;

    /// Hands the terminal to the shell and stops; [`Input::Continue`] follows when it is to go on.
    fn suspend(&mut self) -> io::Result<()>;

    /// Takes the terminal again after [`Input::Continue`].
    fn resume(&mut self) -> io::Result<()>;

    /// The terminal was taken from us: a panic in another part of the program handed it back.
    fn lost(&self) -> bool;
}
