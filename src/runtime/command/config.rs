//! `config show`.

use super::{CommandError, print};
use crate::runtime::cli;
use crate::runtime::config::show::show;
use clap::ArgMatches;

/// Prints the effective configuration.
///
/// # Errors
/// When a layer cannot be read.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    let Some(("show", matches)) = matches.subcommand() else {
        return Err(CommandError::Said("say `config show`".to_owned()));
    };
    print(&show(&cli::layers(matches, std::env::vars())?, matches.get_flag("origin")));
    Ok(0)
}
