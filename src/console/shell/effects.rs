//! What the update asked for, done.

use super::Shell;
use crate::console::export;
use crate::console::terminal::Terminal;
use crate::console::update::{Cmd, Msg};
use crate::console::view::view;
use crate::console::wiring::{ConsoleError, ExitReason};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::path::PathBuf;
use tokio::sync::mpsc::error::TrySendError;

impl<T: Terminal> Shell<T> {
    pub(super) fn effect(&mut self, cmd: Cmd) -> Result<(), ConsoleError> {
        match cmd {
            Cmd::Send(request) => {
                if let Err(TrySendError::Full(r) | TrySendError::Closed(r)) = self.wiring.requests.try_send(request) {
                    self.take(Msg::NotSent(Box::new(r)))?;
                }
            }
            Cmd::Pace(pace) => {
                // A full queue means that the clock has not followed the last keys yet: the operator sees and presses again.
                let _ = self.wiring.pace.try_send(pace);
            }
            Cmd::Misbehave(link, what, on) => {
                if let Some(link) = self.wiring.misbehave.get(link) {
                    // A link that has ended does nothing wrong any more.
                    let _ = link.send((what, on));
                }
            }
            Cmd::Observe(on) => {
                self.wiring.observe.send_replace(on);
            }
            Cmd::Picture => {
                let saved = self.save_picture();
                self.take(Msg::Picture(saved))?;
            }
            Cmd::Redraw => self.terminal.clear()?,
            Cmd::Suspend => self.suspend = true,
            Cmd::Bell => self.terminal.bell()?,
            Cmd::Quit => self.end = Some(ExitReason::Quit),
        }
        Ok(())
    }

    /// The screen as it is, without the message row of an earlier picture, under the time of the plant.
    fn save_picture(&mut self) -> Result<PathBuf, String> {
        self.model.ui.message = None;
        let (width, height) = self.model.ui.size;
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        view(&self.model, area, &mut buf);
        let name = format!("breaker-console-{}.svg", self.model.snapshot.utc.0);
        let path = self.picture_dir.join(name);
        std::fs::write(&path, export::svg(&buf)).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(path)
    }
}
