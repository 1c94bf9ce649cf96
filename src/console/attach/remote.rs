//! An attached terminal, as the shell sees it.

use super::backend::Elsewhere;
use super::wire::{ToRun, ToTerminal};
use crate::console::terminal::{FrameBuffer, Input, Terminal};
use crossterm::event::Event;
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal as Cells};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Columns and rows drawn at most; a larger terminal shows the picture in its corner. Each cell takes memory of the
/// run, and the size is only what the other side says.
pub(super) const LARGEST: (u16, u16) = (640, 240);

/// An attached terminal.
pub(super) struct Remote {
    cells: Cells<Elsewhere<FrameBuffer<Out>>>,
    events: mpsc::Receiver<ToRun>,
    out: mpsc::Sender<ToTerminal>,
    /// It belongs to the shell of the operator.
    away: bool,
    /// The next frame draws every cell.
    afresh: bool,
    sent: Arc<AtomicU64>,
}

impl Remote {
    pub(super) fn new(
        size: (u16, u16),
        events: mpsc::Receiver<ToRun>,
        out: mpsc::Sender<ToTerminal>,
    ) -> io::Result<Self> {
        let sent = Arc::new(AtomicU64::new(0));
        let cells = Cells::new(Elsewhere::new(FrameBuffer::new(Out(out.clone()), sent.clone()), bounded(size)))?;
        Ok(Self { cells, events, out, away: false, afresh: true, sent })
    }

    fn resized(&mut self, size: (u16, u16)) -> (u16, u16) {
        let size = bounded(size);
        self.cells.backend_mut().size = size;
        self.afresh = true;
        (size.width, size.height)
    }

    /// Says something that may be left unsaid when the terminal does not read.
    fn say(&self, message: ToTerminal) -> io::Result<bool> {
        match self.out.try_send(message) {
            Ok(()) => Ok(true),
            Err(TrySendError::Full(_)) => Ok(false),
            Err(TrySendError::Closed(_)) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

fn bounded((columns, rows): (u16, u16)) -> Size {
    Size::new(columns.clamp(1, LARGEST.0), rows.clamp(1, LARGEST.1))
}

impl Terminal for Remote {
    async fn next(&mut self) -> io::Result<Input> {
        match self.events.recv().await {
            Some(ToRun::Events(mut events)) => {
                for event in &mut events {
                    if let Event::Resize(columns, rows) = event {
                        (*columns, *rows) = self.resized((*columns, *rows));
                    }
                }
                Ok(Input::Events(events))
            }
            Some(ToRun::Resumed { columns, rows }) => {
                self.resized((columns, rows));
                Ok(Input::Continue)
            }
            Some(ToRun::Hello(_)) => Err(io::Error::new(io::ErrorKind::InvalidData, "a second hello")),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn ready(&self) -> bool {
        // The frame before has gone out: a terminal that is slow gets fewer frames, not a longer queue.
        !self.away && self.out.capacity() == self.out.max_capacity()
    }

    fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if std::mem::take(&mut self.afresh) {
            self.cells.resize(Rect::from(self.cells.size()?))?;
        }
        self.cells.draw(view)?;
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.afresh = true;
        Ok(())
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.cells.size()?;
        Ok((size.width, size.height))
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    fn bell(&mut self) -> io::Result<()> {
        self.say(ToTerminal::Bell).map(drop)
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.away = self.say(ToTerminal::Suspend)?;
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        self.away = false;
        Ok(())
    }

    fn lost(&self) -> bool {
        false
    }
}

/// Frames as messages.
struct Out(mpsc::Sender<ToTerminal>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8(bytes.to_vec()).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        self.0.try_send(ToTerminal::Frame(text)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
