//! `completions` and `man`.

use super::{CommandError, print};
use crate::runtime::cli;
use clap::ArgMatches;

/// Prints the completions of a shell.
///
/// # Errors
/// When the shell is not named.
pub fn completions(matches: &ArgMatches) -> Result<u8, CommandError> {
    let shell = matches
        .get_one::<clap_complete::Shell>("shell")
        .ok_or_else(|| CommandError::Said("say which shell".to_owned()))?;
    let mut text = Vec::new();
    clap_complete::generate(*shell, &mut cli::command(), "breaker-console", &mut text);
    print(&String::from_utf8_lossy(&text));
    Ok(0)
}

/// Prints the manual page.
///
/// # Errors
/// Never; the page is rendered into memory.
pub fn man() -> Result<u8, CommandError> {
    let mut text = Vec::new();
    clap_mangen::Man::new(cli::command()).render(&mut text)?;
    print(&String::from_utf8_lossy(&text));
    Ok(0)
}
