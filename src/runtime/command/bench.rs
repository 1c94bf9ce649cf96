//! `bench`: load and latency of both paths.

use super::{CommandError, configuration, print};
use crate::runtime::bench;
use clap::ArgMatches;

/// Runs the bench; every case is printed as soon as it is measured.
///
/// # Errors
/// When a part cannot start.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (config, _) = configuration(matches)?;
    let json = matches.get_flag("json");
    bench::run(config, matches, |case| {
        if json {
            print(&format!("{}\n", case.json()));
        } else {
            print(&case.to_string());
        }
    })?;
    Ok(0)
}
