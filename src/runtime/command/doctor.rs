//! `doctor`.

use super::{CommandError, configuration, print};
use crate::runtime::doctor::{Surroundings, Verdict, examine};
use clap::ArgMatches;

/// Prints a line a check; status 1 when one failed.
///
/// # Errors
/// When the configuration cannot be read.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (config, _) = configuration(matches)?;
    let around = Surroundings { variable: &|name| std::env::var(name).ok(), size: crossterm::terminal::size().ok() };
    let checks = examine(&config, &around);
    for check in &checks {
        print(&format!("{check}\n"));
    }
    Ok(u8::from(checks.iter().any(|c| c.verdict == Verdict::Failed)))
}
