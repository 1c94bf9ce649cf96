//! The terminal of this process: taken over, and handed back whatever happens.

use crate::console::wiring::ConsoleError;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, style};
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};

/// The terminal is ours now. A signal, a panic and the end may all want to hand it back; the first one does.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; dropping hands it back.
pub(in crate::console) struct Hold {
    stopped: bool,
}

impl Hold {
    /// Takes the terminal over.
    pub(in crate::console) fn take() -> Result<Self, ConsoleError> {
        let dumb = std::env::var("TERM").is_ok_and(|t| t == "dumb");
        if dumb || !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(ConsoleError::NoTerminal);
        }
        restore_on_panic();
        enter()?;
        Ok(Self { stopped: false })
    }

    /// Hands the terminal to the shell and stops the program. It may run on for an instant before the stop reaches this
    /// thread, so that the terminal must not be touched before the signal to continue has come.
    pub(in crate::console) fn suspend(&mut self) -> io::Result<()> {
        self.stopped = true;
        restore();
        // The handler took the place of what SIGTSTP does, so that the stop is asked for in a way that nothing takes.
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
        Ok(())
    }

    /// Takes the terminal again after somebody else had it.
    pub(in crate::console) fn resume(&mut self) -> io::Result<()> {
        self.stopped = false;
        enter()
    }

    /// Handed to the shell by [`Hold::suspend`], and not taken again.
    pub(in crate::console) fn stopped(&self) -> bool {
        self.stopped
    }

    /// The terminal is not ours although nobody here gave it away: a panic elsewhere handed it back.
    pub(in crate::console) fn lost(&self) -> bool {
        !self.stopped && !TAKEN.load(Ordering::SeqCst)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        restore();
    }
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
