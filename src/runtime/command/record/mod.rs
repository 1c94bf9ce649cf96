//! `record list|show|export`: what a state directory has on record, also while the program runs.

mod choose;
mod export;
mod when;

use super::{CommandError, configuration, print, utc_micros};
use crate::record::card::card;
use crate::record::{Body, Record, describe, json};
use crate::runtime::store::Store;
use choose::Choice;
use clap::ArgMatches;
use std::path::{Path, PathBuf};

/// Runs the command.
///
/// # Errors
/// The directory has no journal, a number is unknown, or a file cannot be written.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    match matches.subcommand() {
        Some(("list", m)) => list(m),
        Some(("show", m)) => show(m),
        Some(("export", m)) => export(m),
        _ => Err(CommandError::Said("say `record list`, `record show` or `record export`".to_owned())),
    }
}

fn list(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (dir, choice) = (state_dir(matches)?, choice(matches)?);
    let as_json = matches.get_flag("json");
    for record in choice.of(read(&dir)?) {
        print(&format!("{}\n", line(&record, as_json)?));
    }
    Ok(0)
}

fn show(matches: &ArgMatches) -> Result<u8, CommandError> {
    let dir = state_dir(matches)?;
    let wanted = matches.get_one::<String>("record").map_or("", String::as_str);
    let records = read(&dir)?;
    let found = records.iter().find(|r| named(r, wanted)).ok_or_else(|| unknown(wanted, &records))?;
    if matches.get_flag("json") {
        print(&format!("{}\n", line(found, true)?));
        return Ok(0);
    }
    let mut lines = card(found, &records);
    if let Body::Trip(_) | Body::Cleared(_) = &found.body {
        let recording = trip_of(found).and_then(|id| Store::waveform_in(&dir, id).ok().flatten());
        lines.push(
            recording.map_or_else(|| "Recording: not kept".to_owned(), |path| format!("Recording: {}", path.display())),
        );
    }
    print(&(lines.join("\n") + "\n"));
    Ok(0)
}

fn export(matches: &ArgMatches) -> Result<u8, CommandError> {
    let (dir, choice) = (state_dir(matches)?, choice(matches)?);
    let out = matches.get_one::<PathBuf>("out").cloned().unwrap_or_default();
    let forms: Vec<&String> = matches.get_many("form").into_iter().flatten().collect();
    let format = matches.get_one::<String>("format").map_or("", String::as_str);
    if format != "comtrade" && !forms.is_empty() {
        return Err(CommandError::Said("--form is for --format comtrade".to_owned()));
    }
    let records = choice.of(read(&dir)?);
    let written = match format {
        "csv" => export::csv(&out, &records)?,
        "json" => export::json(&out, &records)?,
        _ => export::comtrade(&dir, &out, &records, &export::forms(&forms)?)?,
    };
    for path in written {
        print(&format!("{}\n", path.display()));
    }
    Ok(0)
}

fn line(record: &Record, as_json: bool) -> Result<String, CommandError> {
    if as_json { json::line(record).map_err(|e| CommandError::Said(e.to_string())) } else { Ok(describe(record)) }
}

/// A record is asked for by its number, or a trip by its id.
fn named(record: &Record, wanted: &str) -> bool {
    match wanted.trim_start_matches('#').parse::<u64>() {
        Ok(seq) => record.seq == seq,
        Err(_) => matches!(&record.body, Body::Trip(t) if *t.id.0 == *wanted),
    }
}

fn unknown(wanted: &str, records: &[Record]) -> CommandError {
    let there = match (records.first(), records.last()) {
        (Some(first), Some(last)) => format!("there are {} to {}", first.seq, last.seq),
        _ => "there are none".to_owned(),
    };
    CommandError::Said(format!("no record {wanted}; {there}"))
}

/// The trip that a record is about.
fn trip_of(record: &Record) -> Option<&crate::record::TripId> {
    match &record.body {
        Body::Trip(t) => Some(&t.id),
        Body::Cleared(c) => Some(&c.id),
        _ => None,
    }
}

fn state_dir(matches: &ArgMatches) -> Result<PathBuf, CommandError> {
    Ok(configuration(matches)?.0.state_dir)
}

fn choice(matches: &ArgMatches) -> Result<Choice, CommandError> {
    Choice::read(matches, utc_micros() / 1000).map_err(CommandError::Said)
}

/// Every record; what is damaged is told and left out.
fn read(dir: &Path) -> Result<Vec<Record>, CommandError> {
    if !dir.join("journal").is_dir() {
        let hint = "give the directory of a console or a `run` with --state-dir";
        return Err(CommandError::Said(format!("{} has no journal; {hint}", dir.display())));
    }
    let mut records = Vec::new();
    for found in Store::records_in(dir).map_err(|e| CommandError::Said(e.to_string()))? {
        match found {
            Ok(record) => records.push(record),
            Err(damage) => eprintln!("breaker-console: {damage}"),
        }
    }
    Ok(records)
}
