//! The commands that need no screen, one file each.

pub mod bench;
pub mod config;
pub mod doctor;
pub mod drill;
pub mod host;
mod link_news;
pub mod profile;
pub mod record;
pub mod run;
pub mod server;
pub mod shell;

use super::cli;
use super::config::layers::{LayerError, Layers};
use super::config::{Config, ConfigError, state_home};
use super::fleet::FleetError;
use super::running::StartError;
use clap::ArgMatches;
use std::io::Write as _;

/// Why a command ended without doing what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A layer of the configuration cannot be read.
    #[error("{0}")]
    Layer(#[from] LayerError),
    /// Values that cannot be meant.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Config(Vec<ConfigError>),
    /// Profile or plant.
    #[error("{0}")]
    Fleet(#[from] FleetError),
    /// It does not start.
    #[error("{0}")]
    Start(#[from] StartError),
    /// Anything with a sentence of its own.
    #[error("{0}")]
    Said(String),
    /// Input or output failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// The configuration of a command line, and the layers it came from.
///
/// # Errors
/// When a layer cannot be read or a value cannot be meant.
pub fn configuration(matches: &ArgMatches) -> Result<(Config, Layers), CommandError> {
    let layers = cli::layers(matches, std::env::vars())?;
    let config = Config::read(&layers, state_home(std::env::var("XDG_STATE_HOME").ok(), std::env::var("HOME").ok()))
        .map_err(CommandError::Config)?;
    Ok((config, layers))
}

/// Microseconds since 1970.
#[must_use]
pub fn utc_micros() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX))
}

/// Text on stdout; a reader that has gone away is no error.
pub fn print(text: &str) {
    // `head` closes the pipe when it has seen enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
