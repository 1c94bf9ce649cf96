//! The side of the run: a shell for each terminal.

use super::remote::Remote;
use super::wire::{self, End, Fault, Hello, TYPED_AT_MOST, ToRun, ToTerminal};
use crate::console::command::{keymap, wire as wire_up};
use crate::console::shell;
use crate::console::wiring::{ExitReason, Options};
use crate::runtime::attach::Seats;
use futures_util::future::BoxFuture;
use std::time::Duration;
use tokio::io::BufReader;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A terminal says hello within this time.
const HELLO_WITHIN: Duration = Duration::from_secs(5);

/// The last line is given so long to go out.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Messages between a shell and its connection. A clearing and a frame, and some bells.
const QUEUE: usize = 8;

/// Letters of a name that are kept for the audit.
const NAME_AT_MOST: usize = 64;

/// Shows the console on the terminal at the other end until either side leaves.
pub fn receive(stream: UnixStream, seats: Seats) -> BoxFuture<'static, ()> {
    Box::pin(converse(stream, seats))
}

async fn converse(stream: UnixStream, seats: Seats) {
    let (read, write) = stream.into_split();
    let (out, waiting) = mpsc::channel(QUEUE);
    let mut writing = std::pin::pin!(write_out(write, waiting));
    let talk = async move {
        if let Some(end) = sit(read, &out, seats).await {
            // A terminal that does not read, or is gone, is not told.
            let _ = timeout(LAST_WORDS, out.send(ToTerminal::Ended(end))).await;
        }
    };
    tokio::select! {
        () = &mut writing => return,
        () = talk => {}
    }
    // A terminal that does not read is not waited for.
    let _ = timeout(LAST_WORDS, writing).await;
}

/// Writes what is waiting until the last of it, or until the terminal is gone.
async fn write_out(mut to: OwnedWriteHalf, mut waiting: mpsc::Receiver<ToTerminal>) {
    while let Some(message) = waiting.recv().await {
        if wire::write(&mut to, &message).await.is_err() {
            return;
        }
    }
}

/// From the hello to the end; none when the terminal left without a word.
async fn sit(read: OwnedReadHalf, out: &mpsc::Sender<ToTerminal>, seats: Seats) -> Option<End> {
    let refused = |why: &dyn std::fmt::Display| Some(End::Refused(why.to_string()));
    let mut from = BufReader::new(read);
    let mut buffer = Vec::new();
    let hello = match timeout(HELLO_WITHIN, wire::line(&mut from, TYPED_AT_MOST, &mut buffer)).await {
        Ok(Ok(Some(line))) => wire::hello(line),
        Ok(Ok(None)) => return None,
        Ok(Err(fault)) => Err(fault),
        Err(_) => return refused(&"the terminal did not say hello"),
    };
    let (size, options) = match hello.map(|h| ((h.columns, h.rows), options(h))) {
        Ok((size, Ok(options))) => (size, options),
        Ok((_, Err(why))) => return refused(&why),
        Err(fault) => return refused(&fault),
    };
    let seat = match seats.claim(format!("{} ({})", options.ident, options.role.word())).await {
        Ok(seat) => seat,
        Err(why) => return refused(&why),
    };
    let options = Options { read_only: options.read_only || seat.read_only, ..options };
    out.send(ToTerminal::Welcome).await.ok()?;
    let (typed, events) = mpsc::channel(1);
    let terminal = match Remote::new(size, events, out.clone()) {
        Ok(terminal) => terminal,
        Err(e) => return refused(&e),
    };
    let (wiring, clock) = wire_up(seat);
    tokio::select! {
        end = shell::run_on(terminal, wiring, options) => match end {
            Ok(ExitReason::Quit) => Some(End::Detached),
            Ok(ExitReason::PlantGone) => Some(End::RunEnded),
            Ok(ExitReason::Signal(_)) => None,
            Err(e) => refused(&e),
        },
        fault = read_in(&mut from, &mut buffer, typed) => fault.and_then(|f| refused(&f)),
        () = clock => None,
    }
}

/// Reads what is typed; ends when the terminal is gone, or with what is wrong.
async fn read_in(
    from: &mut BufReader<OwnedReadHalf>,
    buffer: &mut Vec<u8>,
    typed: mpsc::Sender<ToRun>,
) -> Option<Fault> {
    loop {
        match wire::read(from, TYPED_AT_MOST, buffer).await {
            Ok(Some(message)) => typed.send(message).await.ok()?,
            Ok(None) => return None,
            Err(fault) => return Some(fault),
        }
    }
}

/// How the console is to look; what cannot be is a sentence.
fn options(hello: Hello) -> Result<Options, String> {
    let (keymap, keymap_file) = keymap(&hello.keymap.display().to_string()).map_err(|e| e.to_string())?;
    let ident: String = hello.ident.chars().filter(|c| !c.is_control()).take(NAME_AT_MOST).collect();
    Ok(Options {
        keymap,
        keymap_file,
        theme: Some(hello.theme.parse().map_err(|e| format!("{e}"))?),
        symbols: Some(hello.symbols.parse().map_err(|e| format!("{e}"))?),
        role: hello.role,
        ident: ident.into(),
        read_only: hello.read_only,
        fps: hello.fps.clamp(1, 60),
        picture_dir: hello.picture_dir,
        attached: true,
    })
}
