//! What the two sides say to each other.

use crate::profile::Role;
use crossterm::event::Event;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::path::PathBuf;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Changes when an older program would misunderstand.
pub(super) const PROTOCOL: u64 = 1;

/// Bytes of a line at most: a full picture of the largest terminal stays below.
pub(super) const LINE_AT_MOST: usize = 16 << 20;

/// Bytes of a line to a run at most; what somebody types or pastes stays below.
pub(super) const TYPED_AT_MOST: usize = 1 << 20;

/// From the terminal to the run.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToRun {
    /// The first line.
    Hello(Hello),
    /// What was typed, all of it that was there at once.
    Events(Vec<Event>),
    /// The terminal was somebody else's for a while, and may have another size.
    Resumed { columns: u16, rows: u16 },
}

/// Who attaches, and how the console is to look there.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) protocol: u64,
    pub(super) columns: u16,
    pub(super) rows: u16,
    /// A shipped key map, or the path of a file.
    pub(super) keymap: PathBuf,
    pub(super) theme: String,
    pub(super) symbols: String,
    pub(super) role: Role,
    pub(super) ident: String,
    pub(super) read_only: bool,
    pub(super) fps: u32,
    pub(super) picture_dir: PathBuf,
}

/// From the run to the terminal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToTerminal {
    /// The answer to a hello that is accepted.
    Welcome,
    /// Text for the terminal.
    Frame(String),
    Bell,
    /// The operator wants the shell that started the program.
    Suspend,
    /// The last line.
    Ended(End),
}

/// Why a run lets a terminal go.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    /// The operator asked for it.
    Detached,
    /// The run has ended.
    RunEnded,
    /// It cannot be; a sentence.
    Refused(String),
}

/// What is wrong with what the other side says.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("a line of more than {0} bytes")]
    TooLong(usize),
    #[error("it was not understood: {0}")]
    NotUnderstood(#[from] serde_json::Error),
    #[error(
        "this run speaks version {PROTOCOL} of the protocol of attached consoles, the terminal {}; use the same breaker-console for both",
        .0.map_or_else(|| "none".to_owned(), |v| format!("version {v}"))
    )]
    Protocol(Option<u64>),
    #[error("the connection failed: {0}")]
    Io(#[from] std::io::Error),
}

/// The next line; none at the end. What was cut off at the end is no line.
pub(super) async fn line<'a>(
    from: &mut (impl AsyncBufRead + Unpin),
    at_most: usize,
    buffer: &'a mut Vec<u8>,
) -> Result<Option<&'a [u8]>, Fault> {
    buffer.clear();
    from.take(at_most as u64).read_until(b'\n', buffer).await?;
    match buffer.last() {
        Some(b'\n') => Ok(Some(buffer)),
        _ if buffer.len() >= at_most => Err(Fault::TooLong(at_most)),
        _ => Ok(None),
    }
}

/// The next message; none at the end.
pub(super) async fn read<M: DeserializeOwned>(
    from: &mut (impl AsyncBufRead + Unpin),
    at_most: usize,
    buffer: &mut Vec<u8>,
) -> Result<Option<M>, Fault> {
    Ok(line(from, at_most, buffer).await?.map(serde_json::from_slice).transpose()?)
}

/// Sends a message.
pub(super) async fn write(to: &mut (impl AsyncWrite + Unpin), message: &impl Serialize) -> Result<(), Fault> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    Ok(())
}

/// The hello in a first line. Its version is looked at before all else: another version may have other fields.
pub(super) fn hello(line: &[u8]) -> Result<Hello, Fault> {
    let value: serde_json::Value = serde_json::from_slice(line)?;
    let protocol = value.pointer("/hello/protocol").and_then(serde_json::Value::as_u64);
    if protocol != Some(PROTOCOL) {
        return Err(Fault::Protocol(protocol));
    }
    match serde_json::from_value(value)? {
        ToRun::Hello(hello) => Ok(hello),
        ToRun::Events(_) | ToRun::Resumed { .. } => Err(Fault::Protocol(None)),
    }
}
