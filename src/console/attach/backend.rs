//! Text for a terminal that is elsewhere.

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::io::{self, Write};

/// Writes what the library's backend writes, and asks nothing of the terminal of this process: that is another one, or
/// there is none.
pub(super) struct Elsewhere<W: Write> {
    text: CrosstermBackend<W>,
    /// What the other side says.
    pub(super) size: Size,
}

impl<W: Write> Elsewhere<W> {
    pub(super) fn new(to: W, size: Size) -> Self {
        // `NO_COLOR` in the environment of this process says nothing about that terminal; its theme is in the hello.
        crossterm::style::force_color_output(true);
        Self { text: CrosstermBackend::new(to), size }
    }
}

impl<W: Write> Backend for Elsewhere<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        self.text.draw(content)
    }

    /// The other side hides its cursor while it is attached, and shows it again however that ends.
    fn hide_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.text.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.text.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.text.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.text)
    }
}
