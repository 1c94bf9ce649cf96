//! The terminal that the program was started in.

use super::{FrameBuffer, Hold, Input, Keys, Terminal};
use crate::console::wiring::ConsoleError;
use crossterm::style;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal as Cells};
use std::io::{self, Stdout, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The terminal while it shows the console.
pub(in crate::console) struct Local {
    keys: Keys,
    hold: Hold,
    cells: Cells<CrosstermBackend<FrameBuffer<Stdout>>>,
    sent: Arc<AtomicU64>,
}

impl Local {
    /// Takes the terminal over.
    pub(in crate::console) fn take() -> Result<Self, ConsoleError> {
        let keys = Keys::listen()?;
        let hold = Hold::take()?;
        // With NO_COLOR the library would turn every colour command into a reset, and bold and reverse would go with it.
        // The theme without colours is chosen by us instead.
        style::force_color_output(true);
        let sent = Arc::new(AtomicU64::new(0));
        let cells = Cells::new(CrosstermBackend::new(FrameBuffer::new(io::stdout(), sent.clone())))?;
        let mut local = Self { keys, hold, cells, sent };
        local.clear()?;
        Ok(local)
    }
}

impl Terminal for Local {
    async fn next(&mut self) -> io::Result<Input> {
        self.keys.next(self.hold.stopped()).await
    }

    fn ready(&self) -> bool {
        !self.hold.stopped()
    }

    fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.cells.draw(view)?;
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        // The library's own `clear` asks the terminal where its cursor stands and waits for the answer, which a slow
        // link delays and a dead one never gives. Taking on a size clears without asking.
        let (width, height) = self.size()?;
        self.cells.resize(Rect::new(0, 0, width, height))
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.cells.size()?;
        Ok((size.width, size.height))
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    fn bell(&mut self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(b"\x07")?;
        out.flush()
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.hold.suspend()
    }

    fn resume(&mut self) -> io::Result<()> {
        self.hold.resume()?;
        self.clear()
    }

    fn lost(&self) -> bool {
        self.hold.lost()
    }
}
