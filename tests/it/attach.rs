//! A `run`, and consoles that are attached to it.

use crate::store::fresh;
use crate::terminal::{PATIENCE, Terminal};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

/// A `run` with its log.
struct Run {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Run {
    fn start(dir: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_breaker-console"))
            .args(["run", "--listen", "127.0.0.1:0", "--http", "off", "--state-dir"])
            .arg(dir)
            .args(arguments)
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        for from in [Box::new(out) as Box<dyn Read + Send>, Box::new(err)] {
            let send = send.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(from).lines().map_while(Result::ok) {
                    // A test that has ended reads no more.
                    let _ = send.send(line);
                }
            });
        }
        let mut run = Self { child, lines, seen: Vec::new() };
        run.until("started");
        run
    }

    /// Reads the log on until a line has these words.
    fn until(&mut self, words: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if line.contains(words) {
                        return line;
                    }
                }
                Err(_) => panic!("{words} did not come; the log is\n{}", self.seen.join("\n")),
            }
        }
    }

    /// The same, also when it was said before.
    fn has_said(&mut self, words: &str) -> String {
        let said = self.seen.iter().find(|line| line.contains(words)).cloned();
        said.unwrap_or_else(|| self.until(words))
    }

    fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    fn end(&mut self, signal: Signal) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // One that has ended already is an error of no interest.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn attach(dir: &Path, size: (u16, u16), arguments: &[&str]) -> Terminal {
    let dir = dir.display().to_string();
    let all: Vec<&str> = ["attach", "--state-dir", &dir].into_iter().chain(arguments.iter().copied()).collect();
    Terminal::open(size, &all)
}

/// Selects by a key and executes.
fn execute(console: &mut Terminal, key: &str, what: &str) {
    console.press(key);
    let row = format!("x  EXECUTE {what}");
    console.until_shows(&row);
    console.press_while_shown(&row, "x");
}

/// A connection that says this, and all that is answered until it is closed.
fn say(dir: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(dir.join("console.sock")).unwrap();
    // The run may close before it has read all of it.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

fn hello(protocol: u64) -> String {
    let hello = serde_json::json!({ "hello": {
        "protocol": protocol, "columns": 65_535, "rows": 65_535, "keymap": "default", "theme": "mono",
        "symbols": "ascii", "role": "viewer", "ident": "nobody", "read_only": true, "fps": 60, "picture_dir": "/",
    }});
    format!("{hello}\n")
}

#[test]
fn a_breaker_is_tripped_by_key_and_the_run_goes_on_without_the_console() {
    let dir = fresh("attach_trip");
    let mut run = Run::start(&dir, &[]);
    let mode = std::fs::metadata(dir.join("console.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let mut console = attach(&dir, SMALL, &[]);
    let text = console.until_shows("3 closed");
    assert!(text.contains("Q01") && text.contains("Q02") && text.contains("Q03"), "{text}");
    run.until("console attached: ada (Operator)");
    execute(&mut console, "t", "TRIP Q01");
    console.until_shows("1 tripped");
    console.press("q");
    let (status, text) = console.ended();
    assert_eq!(status.exit_code(), 0, "{text}");
    console.assert_restored();
    assert!(text.contains("detached; the breakers go on"), "{text}");
    run.until("console detached: ada (Operator)");
    assert!(run.runs());

    // Another one sees what happened before it came, and asks under numbers of its own.
    let mut console = attach(&dir, LARGE, &[]);
    console.until_shows("1 tripped");
    execute(&mut console, "r", "RESET Q01");
    console.until("no tripped breaker", |text| !text.contains("1 tripped"));
    console.press("5");
    console.until("both commands", |t| t.contains("operate reset, ada: done") && t.contains("operate trip, ada: done"));
    drop(console);
    assert_eq!(run.end(Signal::TERM).code(), Some(143));
    assert!(!dir.join("console.sock").exists());
}

#[test]
fn two_consoles_have_their_own_size_and_screen_and_see_the_same_plant() {
    let dir = fresh("attach_two");
    let _run = Run::start(&dir, &[]);
    let mut small = attach(&dir, SMALL, &[]);
    let mut large = attach(&dir, LARGE, &["--read-only", "--symbols", "ascii"]);
    small.until_shows("▸1 Over 2 Bkr");
    large.until_shows(">1 Overview 2");
    large.press("7");
    large.until_shows(">7 Comms");
    large.press("1");
    large.until_shows(">1 Overview");
    large.press("t");
    large.until_shows("this console is read-only");
    execute(&mut small, "t", "TRIP Q01");
    small.until_shows("1 tripped");
    large.until_shows("1 tripped");
    small.resize(LARGE.0, LARGE.1);
    small.until_shows("▸1 Overview");
    small.press("q");
    assert_eq!(small.ended().0.exit_code(), 0);
    large.press("2");
    large.until_shows(">2 Breaker");
}

#[test]
fn nothing_that_is_said_to_the_socket_harms_the_run() {
    let dir = fresh("attach_garbage");
    let mut run = Run::start(&dir, &[]);
    assert!(say(&dir, b"GET / HTTP/1.1\r\n\r\n").contains("not understood"));
    assert!(say(&dir, b"\n").contains("not understood"));
    assert!(say(&dir, b"\xff\xfe\0\n").contains("not understood"));
    assert!(say(&dir, &vec![b'x'; 2 << 20]).contains("a line of more than"));
    assert!(say(&dir, b"{\"resumed\":{\"columns\":1,\"rows\":1}}\n").contains("the terminal none"));
    let old = say(&dir, hello(2).as_bytes());
    assert!(old.contains("speaks version 1") && old.contains("the terminal version 2"), "{old}");
    let odd = say(&dir, hello(1).replace("\"mono\"", "\"pink\"").as_bytes());
    assert!(odd.contains("refused") && odd.contains("pink"), "{odd}");
    // Accepted, and nonsense afterwards.
    let late = say(&dir, format!("{}{{\"events\":[7]}}\n", hello(1)).as_bytes());
    assert!(late.starts_with("\"welcome\"\n") && late.contains("not understood"), "{late}");
    let twice = say(&dir, format!("{0}{0}", hello(1)).as_bytes());
    assert!(twice.contains("a second hello"));

    // One that says hello and reads nothing, at a size that no terminal has, and one that says nothing.
    let mut deaf = UnixStream::connect(dir.join("console.sock")).unwrap();
    deaf.write_all(hello(1).as_bytes()).unwrap();
    let mute = UnixStream::connect(dir.join("console.sock")).unwrap();
    run.until("console attached: nobody (Viewer)");
    let mut console = attach(&dir, SMALL, &[]);
    console.until_shows("3 closed");
    execute(&mut console, "t", "TRIP Q01");
    console.until_shows("1 tripped");
    drop((deaf, mute));
    console.press("q");
    assert_eq!(console.ended().0.exit_code(), 0);
    assert!(run.runs());
}

#[test]
fn more_consoles_than_seats_are_told_so() {
    let dir = fresh("attach_seats");
    let mut run = Run::start(&dir, &[]);
    let seats: Vec<_> = (0..16)
        .map(|_| {
            let mut stream = UnixStream::connect(dir.join("console.sock")).unwrap();
            stream.write_all(hello(1).as_bytes()).unwrap();
            run.until("console attached");
            stream
        })
        .collect();
    let mut console = attach(&dir, SMALL, &[]);
    let (status, text) = console.ended();
    assert_eq!((status.exit_code(), text.contains("16 consoles are attached already")), (1, true), "{text}");
    drop(seats);
    for _ in 0..16 {
        run.until("console detached");
    }
    attach(&dir, SMALL, &[]).until_shows("3 closed");
}

#[test]
fn the_end_of_the_run_ends_its_consoles_and_hands_the_terminal_back() {
    let dir = fresh("attach_end");
    let mut run = Run::start(&dir, &[]);
    let mut console = attach(&dir, SMALL, &[]);
    console.until_shows("3 closed");
    run.end(Signal::TERM);
    let (status, text) = console.ended();
    assert_eq!((status.exit_code(), text.contains("the run has ended")), (0, true), "{text}");
    console.assert_restored();

    let mut run = Run::start(&dir, &[]);
    let mut console = attach(&dir, SMALL, &[]);
    console.until_shows("3 closed");
    run.end(Signal::KILL);
    let (status, text) = console.ended();
    assert_eq!((status.exit_code(), text.contains("gone without a word")), (1, true), "{text}");
    console.assert_restored();

    // What the killed run left behind refuses, and is replaced by the next one.
    assert!(dir.join("console.sock").exists());
    let (status, text) = attach(&dir, SMALL, &[]).ended();
    assert_eq!((status.exit_code(), text.contains("no `breaker-console run`")), (1, true), "{text}");
    let _run = Run::start(&dir, &[]);
    attach(&dir, SMALL, &[]).until_shows("3 closed");
}

#[test]
fn a_signal_detaches_and_hands_the_terminal_back() {
    let dir = fresh("attach_signal");
    let mut run = Run::start(&dir, &[]);
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut console = attach(&dir, SMALL, &[]);
        console.until_shows("3 closed");
        console.kill(signal);
        assert_eq!(console.ended().0.exit_code(), status);
        console.assert_restored();
        run.until("console detached");
    }
    let console = attach(&dir, SMALL, &[]);
    run.until("console attached");
    console.kill(Signal::KILL);
    run.until("console detached");
    assert!(run.runs());
}

#[test]
fn a_stopped_console_hands_the_terminal_back_and_draws_anew() {
    let dir = fresh("attach_stop");
    let _run = Run::start(&dir, &[]);
    let mut console = attach(&dir, SMALL, &[]);
    console.until_shows("3 closed");
    // By the key, which goes to the run and back, and by the signal, which does not.
    for by_key in [true, false] {
        if by_key {
            console.press("\x1a");
        } else {
            console.kill(Signal::TSTP);
        }
        console.until("the main screen", |t| !t.contains("3 closed"));
        console.until_stopped();
        console.assert_restored();
        console.kill(Signal::CONT);
        console.until_shows("3 closed");
    }
    console.press("q");
    assert_eq!(console.ended().0.exit_code(), 0);
}

#[test]
fn without_a_run_or_a_terminal_it_says_what_to_do() {
    let dir = fresh("attach_none");
    let mut console = attach(&dir, SMALL, &[]);
    let (status, text) = console.ended();
    assert_eq!(status.exit_code(), 1);
    let text = text.replace('\n', "");
    assert!(text.contains("no `breaker-console run` has its state in") && text.contains("--state-dir"), "{text}");
    assert!(!String::from_utf8_lossy(&console.raw).contains("\x1b[?1049h"), "the terminal was taken");

    let _run = Run::start(&dir, &[]);
    let out = Command::new(env!("CARGO_BIN_EXE_breaker-console"))
        .args(["attach", "--state-dir"])
        .arg(&dir)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8(out.stderr).unwrap().contains("the console needs a terminal"));
}

#[test]
fn something_else_behind_the_socket_is_not_waited_for() {
    let dir = fresh("attach_other");
    std::fs::create_dir_all(&dir).unwrap();
    let listener = UnixListener::bind(dir.join("console.sock")).unwrap();
    let answer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        BufReader::new(&stream).read_line(&mut String::new()).unwrap();
        stream.write_all(b"220 mail.example.org ESMTP\r\n").unwrap();
    });
    let (status, text) = attach(&dir, SMALL, &[]).ended();
    assert_eq!((status.exit_code(), text.contains("not understood")), (1, true), "{text}");
    answer.join().unwrap();
}

#[test]
fn a_run_goes_on_where_there_can_be_no_socket() {
    let base = fresh("attach_no_socket");
    let long: PathBuf = base.join("a".repeat(120));
    let mut run = Run::start(&long, &[]);
    let said = run.has_said("no console can attach");
    assert!(said.contains("at most 107 bytes") && said.contains("--state-dir"), "{said}");
    assert!(run.runs());
    drop(run);

    let taken = base.join("taken");
    std::fs::create_dir_all(taken.join("console.sock")).unwrap();
    let mut run = Run::start(&taken, &[]);
    run.has_said("is no socket; take it away");
    assert!(run.runs());
}
