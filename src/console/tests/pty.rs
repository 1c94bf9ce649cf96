//! The console in a terminal that is none: a pseudo-terminal, read by a terminal emulator.
//!
//! The child is this test binary itself, running [`child`] only. Nothing sleeps: a test waits until the screen shows
//! what it has to, and fails when the child has ended without it.

use crate::console::demo;
use crate::console::wiring::{ConsoleError, Options, Wiring};
use crate::control::{Answer, RequestId};
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// Set in the child.
const MARK: &str = "BREAKER_CONSOLE_TEST_CHILD";

/// Set in a child that draws on input only.
const STILL: &str = "BREAKER_CONSOLE_TEST_STILL";

/// Far longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// No test by itself: the program that the tests below run in a pseudo-terminal.
#[test]
fn child() {
    let Ok(what) = std::env::var(MARK) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let end = runtime.block_on(async {
        let mut model = demo::model();
        if what == "healthy" {
            model.snapshot = Arc::new(demo::healthy());
        }
        let (snapshot, seen) = watch::channel(model.snapshot.clone());
        let (_records, records) = mpsc::unbounded_channel();
        let (requests, mut asked) = mpsc::channel(16);
        let (answer, answers) = mpsc::unbounded_channel();
        let (pace, _paced) = mpsc::channel(16);
        let links: Vec<_> = model.links.iter().map(|l| watch::channel(l.clone()).1).collect();
        tokio::spawn(async move {
            // A gate that says yes, and a plant that has to outlive it.
            let tick = snapshot.borrow().tick;
            while let Some(request) = asked.recv().await {
                let request: crate::control::Request = request;
                assert!(what != "panic", "a part of the plant fell over");
                let done = Answer { id: request.id, target: request.target, tick, result: Ok(()) };
                answer.send(done).unwrap();
            }
        });
        let wiring = Wiring {
            fleet: model.fleet.clone(),
            snapshot: seen,
            history: Vec::new(),
            records,
            links,
            misbehave: Vec::new(),
            observe: watch::channel(false).0,
            host: watch::channel(None).1,
            requests,
            answers,
            pace,
            first_request: RequestId(1),
        };
        let options = Options::default();
        // Without frames by time only input draws.
        let fps = if std::env::var_os(STILL).is_some() { 0 } else { options.fps };
        crate::console::run(wiring, Options { fps, ..options }).await
    });
    let status = match end {
        Ok(reason) => i32::from(reason.status()),
        Err(ConsoleError::NoTerminal) => 3,
        Err(_) => 1,
    };
    std::process::exit(status);
}

struct Pty {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    raw: Vec<u8>,
    screen: vt100::Parser,
}

impl Pty {
    fn open(what: &str, environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", "console::tests::pty::child", "--nocapture"]);
        for (name, value) in [(MARK, what), ("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8"), ("NO_COLOR", "")] {
            command.env(name, value);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
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
        let (rows, columns) = (24.try_into().unwrap(), 80.try_into().unwrap());
        let screen = vt100::Parser::new(rows, columns, 0);
        Self { master: pair.master, keys, child, output, raw: Vec::new(), screen }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.screen.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Reads on until the screen is as wanted.
    fn until(&mut self, wanted: &str, holds: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.screen.screen().contents();
            if holds(&text) {
                return text;
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.raw.extend(bytes);
                }
                Err(_) => panic!("{wanted} did not come; the screen is\n{text}"),
            }
        }
    }

    fn until_shows(&mut self, words: &str) -> String {
        self.until(words, |text| text.contains(words))
    }

    fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(bytes) = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.screen.process(&bytes);
            self.raw.extend(bytes);
        }
        assert!(Instant::now() < deadline, "it does not end; the screen is\n{}", self.screen.screen().contents());
        self.child.wait().unwrap()
    }

    /// The terminal was handed back: main screen, cursor shown, pastes and focus no longer reported.
    fn assert_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        let raw = String::from_utf8_lossy(&self.raw);
        assert!(raw.contains("\x1b[?1004l"), "focus reports are still on");
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A failed test must not leave its child behind; one that has ended already is an error of no interest.
        let _ = self.child.kill();
    }
}

#[test]
fn keys_change_screens_and_q_leaves() {
    let mut pty = Pty::open("healthy", &[]);
    pty.until_shows("▸1 Over");
    assert!(pty.screen.screen().alternate_screen());
    pty.press("5");
    pty.until_shows("▸5 Evt");
    pty.resize(120, 40);
    pty.until_shows("▸5 Events");
    pty.press("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn every_key_is_answered_at_once_and_not_by_the_next_frame() {
    let mut pty = Pty::open("healthy", &[(STILL, "1")]);
    pty.until_shows("▸1 Over");
    for _ in 0..3 {
        pty.press("5");
        pty.until_shows("▸5 Evt");
        pty.press("1");
        pty.until_shows("▸1 Over");
    }
}

#[test]
fn a_selection_is_shown_and_given_back() {
    let mut pty = Pty::open("healthy", &[]);
    pty.until_shows("▸1 Over");
    pty.press("t");
    pty.until_shows("EXECUTE TRIP Q01");
    pty.press("\x1b");
    pty.until("the screen without a dialog", |t| !t.contains("EXECUTE"));
    pty.press("q");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn leaving_is_asked_for_while_faults_stand() {
    let mut pty = Pty::open("tripped", &[]);
    pty.until_shows("INJ");
    pty.press("q");
    pty.until_shows("1 injected disturbance stands");
    pty.press("y");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn a_paste_is_no_key() {
    let mut pty = Pty::open("healthy", &[]);
    pty.until_shows("▸1 Over");
    let noise: String = "5txq y\n".chars().cycle().take(10_000).collect();
    pty.press(&format!("\x1b[200~{noise}\x1b[201~"));
    let text = pty.until_shows("pasted text is not taken for keys");
    assert!(text.contains("▸1 Over"));
    pty.press("2");
    pty.until_shows("▸2 Bkr");
    pty.press("q");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn a_signal_hands_the_terminal_back() {
    use rustix::process::{Pid, Signal, kill_process};
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut pty = Pty::open("healthy", &[]);
        pty.until_shows("▸1 Over");
        let pid = Pid::from_raw(pty.child.process_id().unwrap() as i32).unwrap();
        kill_process(pid, signal).unwrap();
        assert_eq!(pty.ended().exit_code(), status);
        pty.assert_restored();
    }
}

#[test]
fn a_stopped_console_hands_the_terminal_back_and_draws_anew() {
    use rustix::process::{Pid, Signal, kill_process};
    let mut pty = Pty::open("healthy", &[]);
    pty.until_shows("▸1 Over");
    let pid = Pid::from_raw(pty.child.process_id().unwrap() as i32).unwrap();
    kill_process(pid, Signal::TSTP).unwrap();
    pty.until("the main screen", |t| !t.contains("▸1 Over"));
    pty.assert_restored();
    // The terminal is handed back just before the stop takes effect; a continue that came first would be lost.
    let stopped = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap();
        stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'))
    };
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !stopped() {
        assert!(std::time::Instant::now() < limit, "the program did not stop");
        std::thread::yield_now();
    }
    kill_process(pid, Signal::CONT).unwrap();
    pty.until_shows("▸1 Over");
    pty.press("q");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn a_panic_elsewhere_hands_the_terminal_back_and_can_be_read() {
    let mut pty = Pty::open("panic", &[]);
    pty.until_shows("▸1 Over");
    pty.press("t");
    assert_eq!(pty.ended().exit_code(), 1);
    pty.assert_restored();
    let printed = String::from_utf8_lossy(&pty.raw).into_owned();
    let (_, after) = printed.rsplit_once("\x1b[?1049l").unwrap();
    assert!(after.contains("a part of the plant fell over"), "{after}");
}

#[test]
fn without_a_terminal_it_refuses() {
    let out = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "console::tests::pty::child", "--nocapture"])
        .env(MARK, "healthy")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(3));
    assert!(!String::from_utf8_lossy(&out.stdout).contains('\x1b'));
    assert!(ConsoleError::NoTerminal.to_string().contains("breaker-console run"));
}

#[test]
fn no_colour_keeps_bold_and_reverse() {
    let mut pty = Pty::open("tripped", &[("NO_COLOR", "1")]);
    pty.until_shows("▸1 Over");
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    // SGR 30 to 49 and 90 to 107 but the defaults 39 and 49 are colours.
    let coloured = raw.split("\x1b[").filter_map(|s| s.split_once('m')).any(|(sgr, _)| {
        sgr.split(';').any(|n| n.parse().is_ok_and(|n: u32| matches!(n, 30..=38 | 40..=48 | 90..=107)))
    });
    assert!(!coloured);
    let screen = pty.screen.screen();
    let marked = (0..80).any(|x| screen.cell(1, x).is_some_and(|c| c.inverse() || c.bold()));
    assert!(marked, "the alarm banner is marked by nothing");
    pty.press("qy");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn a_locale_without_utf8_gets_ascii() {
    let mut pty = Pty::open("tripped", &[("LC_ALL", "C")]);
    let text = pty.until_shows(">1 Over");
    assert!(text.is_ascii(), "{text}");
    pty.press("qy");
    assert_eq!(pty.ended().exit_code(), 0);
}
