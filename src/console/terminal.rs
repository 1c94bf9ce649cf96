//! The terminal itself: taken over, handed back whatever happens, one write a frame.

use super::wiring::ConsoleError;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute, queue, style};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes that a frame may take before its buffer has to grow.
const FRAME_BYTES: usize = 64 * 1024;

/// The terminal is ours now. A signal, a panic and the end may all want to hand it back; the first one does.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it shows the console.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<FrameBuffer>>,
    sent: Arc<AtomicU64>,
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn take() -> Result<Self, ConsoleError> {
        let dumb = std::env::var("TERM").is_ok_and(|t| t == "dumb");
        if dumb || !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(ConsoleError::NoTerminal);
        }
        // With NO_COLOR the library would turn every colour command into a reset, and bold and reverse would go with it.
        // The theme without colours is chosen by us instead.
        style::force_color_output(true);
        restore_on_panic();
        enter()?;
        let sent = Arc::new(AtomicU64::new(0));
        let terminal = Terminal::new(CrosstermBackend::new(FrameBuffer::new(sent.clone())))?;
        let mut screen = Self { terminal, sent };
        screen.clear()?;
        Ok(screen)
    }

    /// Draws a frame and sends it in one write.
    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(view)?;
        Ok(())
    }

    /// Bytes sent so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The next frame draws every cell.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        // The library's own `clear` asks the terminal where its cursor stands and waits for the answer, which a slow
        // link delays and a dead one never gives. Taking on a size clears without asking.
        let (width, height) = self.size()?;
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Hands the terminal to the shell and stops the program. It may run on for an instant before the stop reaches this
    /// thread, so that the terminal must not be touched before the signal to continue has come.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        restore();
        // The handler took the place of what SIGTSTP does, so that the stop is asked for in a way that nothing takes.
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
        Ok(())
    }

    /// Takes the terminal again after somebody else had it.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        enter()?;
        self.clear()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Whether the terminal is still ours: a panic elsewhere hands it back.
pub(super) fn is_taken() -> bool {
    TAKEN.load(Ordering::SeqCst)
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, cursor::Hide)
}

/// Hands the terminal back as it was. Errors have nowhere to go: the terminal is what would show them.
fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let shown = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        style::ResetColor,
        cursor::Show,
        LeaveAlternateScreen
    );
    let cooked = disable_raw_mode();
    drop((shown, cooked));
}

/// A panic in any thread hands the terminal back before its message is printed.
fn restore_on_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            print(info);
        }));
    });
}

/// Collects what belongs to a frame and sends it in one write, so that the terminal never shows half of it.
///
/// A terminal that knows synchronized updates (DEC private mode 2026) is told where the frame begins and ends.
struct FrameBuffer {
    bytes: Vec<u8>,
    sent: Arc<AtomicU64>,
}

impl FrameBuffer {
    fn new(sent: Arc<AtomicU64>) -> Self {
        Self { bytes: Vec::with_capacity(FRAME_BYTES), sent }
    }
}

impl Write for FrameBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            queue!(self.bytes, BeginSynchronizedUpdate)?;
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        queue!(self.bytes, EndSynchronizedUpdate)?;
        let mut out = io::stdout().lock();
        out.write_all(&self.bytes)?;
        out.flush()?;
        self.sent.fetch_add(self.bytes.len() as u64, Ordering::Relaxed);
        self.bytes.clear();
        Ok(())
    }
}
