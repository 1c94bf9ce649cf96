//! The program in a pseudo-terminal, read by a terminal emulator.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Far longer than anything here takes; only a failing test waits for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    pub(crate) raw: Vec<u8>,
    screen: vt100::Parser,
}

impl Terminal {
    /// Runs the program with these arguments.
    pub(crate) fn open((columns, rows): (u16, u16), arguments: &[&str]) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_breaker-console"));
        command.args(arguments);
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8"), ("USER", "ada")] {
            command.env(name, value);
        }
        command.cwd(env!("CARGO_TARGET_TMPDIR"));
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            // A pseudo-terminal whose other side is closed is an error, not an end.
            while let Ok(n) = reader.read(&mut chunk) {
                if n == 0 || send.send(chunk[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        let screen = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        Self { master: pair.master, keys, child, output, raw: Vec::new(), screen }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.screen.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Reads on until the screen is as wanted.
    pub(crate) fn until(&mut self, wanted: &str, holds: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.screen.screen().contents();
            if holds(&text) {
                return text;
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(bytes),
                Err(_) => panic!("{wanted} did not come; the screen is\n{text}"),
            }
        }
    }

    pub(crate) fn until_shows(&mut self, words: &str) -> String {
        self.until(words, |text| text.contains(words))
    }

    /// Presses keys as long as the screen shows these words: what is to be executed takes no key in the first instant.
    pub(crate) fn press_while_shown(&mut self, words: &str, keys: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.screen.screen().contents().contains(words) {
            self.press(keys);
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(bytes),
                Err(_) => panic!("{words} does not go; the screen is\n{}", self.screen.screen().contents()),
            }
        }
    }

    /// The status of its end, and the screen then.
    pub(crate) fn ended(&mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(bytes) = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.take(bytes);
        }
        let text = self.screen.screen().contents();
        assert!(Instant::now() < deadline, "it does not end; the screen is\n{text}");
        (self.child.wait().unwrap(), text)
    }

    fn take(&mut self, bytes: Vec<u8>) {
        self.screen.process(&bytes);
        self.raw.extend(bytes);
    }

    pub(crate) fn kill(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until the process is stopped.
    pub(crate) fn until_stopped(&self) {
        let deadline = Instant::now() + PATIENCE;
        let stat = format!("/proc/{}/stat", self.pid().as_raw_nonzero());
        let stopped =
            || std::fs::read_to_string(&stat).unwrap().rsplit(") ").next().is_some_and(|s| s.starts_with('T'));
        while !stopped() {
            assert!(Instant::now() < deadline, "the program did not stop");
            std::thread::yield_now();
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.process_id().unwrap() as i32).unwrap()
    }

    /// The terminal was handed back: main screen, cursor shown, pastes and focus no longer reported.
    pub(crate) fn assert_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        assert!(String::from_utf8_lossy(&self.raw).contains("\x1b[?1004l"), "focus reports are still on");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A failed test must not leave its child behind; one that has ended already is an error of no interest.
        let _ = self.child.kill();
    }
}
