//! `profile check|show|points|ddf`.

use super::{CommandError, print};
use crate::profile;
use crate::runtime::fleet;
use clap::ArgMatches;
use std::path::PathBuf;

/// Runs the command; status 1 when a profile is wrong.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    let one = |m: &ArgMatches| fleet::profile(m.get_one::<PathBuf>("file"));
    match matches.subcommand() {
        Some(("check", m)) => Ok(check(m)),
        Some(("show", m)) => {
            print(&profile::show(&one(m)?.0));
            Ok(0)
        }
        Some(("points", m)) => {
            print(&profile::points(&one(m)?.0));
            Ok(0)
        }
        Some(("ddf", m)) => ddf(&one(m)?.0, m),
        _ => Err(CommandError::Said("say `profile check`, `show`, `points` or `ddf`".to_owned())),
    }
}

fn check(matches: &ArgMatches) -> u8 {
    let mut status = 0;
    for file in matches.get_many::<PathBuf>("file").into_iter().flatten() {
        match fleet::profile(Some(file)) {
            Ok((profile, _)) => print(&format!(
                "{}: good: {} {}, {} parameters, {} metrics, {} objects\n",
                file.display(),
                profile.id,
                profile.version,
                profile.parameters.len(),
                profile.sparkplug.metrics.len(),
                profile.lwm2m.objects.len()
            )),
            Err(e) => {
                eprintln!("{e}");
                status = 1;
            }
        }
    }
    status
}

fn ddf(profile: &profile::Profile, matches: &ArgMatches) -> Result<u8, CommandError> {
    let text = |id: u16| {
        profile::ddf(profile, id).ok_or_else(|| {
            let ids = profile.lwm2m.objects.iter().map(|o| o.id.to_string()).collect::<Vec<_>>().join(", ");
            CommandError::Said(format!("the profile has no object {id}; it has {ids}"))
        })
    };
    match (matches.get_one::<u16>("object"), matches.get_one::<PathBuf>("out")) {
        (Some(id), None) => print(&text(*id)?),
        (wanted, Some(dir)) => {
            std::fs::create_dir_all(dir)?;
            for object in profile.lwm2m.objects.iter().filter(|o| wanted.is_none_or(|id| *id == o.id)) {
                let path = dir.join(format!("{}-{}.xml", object.id, object.version));
                std::fs::write(&path, text(object.id)?)?;
                print(&format!("{}\n", path.display()));
            }
        }
        (None, None) => return Err(CommandError::Said("say which: --object ID, or --out DIR for all".to_owned())),
    }
    Ok(0)
}
