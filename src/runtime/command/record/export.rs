//! Records and recordings as files for other programs.

use super::super::CommandError;
use super::trip_of;
use crate::record::comtrade::{self, Form};
use crate::record::{Record, TripId, csv, json};
use crate::runtime::store::Store;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The forms of COMTRADE by the words of the option: form, and whether all in one file.
const FORMS: [(&str, Form, bool); 10] = [
    ("1999-ascii", Form::Ascii1999, false),
    ("1999-binary", Form::Binary1999, false),
    ("2013-ascii", Form::Ascii2013, false),
    ("2013-binary", Form::Binary2013, false),
    ("2013-binary32", Form::Binary32, false),
    ("2013-float32", Form::Float32, false),
    ("cff-ascii", Form::Ascii2013, true),
    ("cff-binary", Form::Binary2013, true),
    ("cff-binary32", Form::Binary32, true),
    ("cff-float32", Form::Float32, true),
];

/// What is written when no form is asked for: every tool reads it.
const USUAL: &str = "1999-binary";

type Chosen = (&'static str, Form, bool);

/// The forms of these words; `all` is every one.
pub(super) fn forms(words: &[&String]) -> Result<Vec<Chosen>, CommandError> {
    if words.iter().any(|w| *w == "all") {
        return Ok(FORMS.to_vec());
    }
    let find = |word: &str| {
        FORMS.into_iter().find(|(name, ..)| *name == word).ok_or_else(|| {
            let known = FORMS.map(|(name, ..)| name).join(", ");
            CommandError::Said(format!("form {word:?} is not one of {known}, all"))
        })
    };
    if words.is_empty() { Ok(vec![find(USUAL)?]) } else { words.iter().map(|w| find(w)).collect() }
}

pub(super) fn csv(out: &Path, records: &[Record]) -> Result<Vec<PathBuf>, CommandError> {
    write(&out.join("records.csv"), csv::table(records).as_bytes()).map(|path| vec![path])
}

pub(super) fn json(out: &Path, records: &[Record]) -> Result<Vec<PathBuf>, CommandError> {
    let mut text = String::new();
    for record in records {
        text.push_str(&json::line(record).map_err(|e| CommandError::Said(e.to_string()))?);
        text.push('\n');
    }
    write(&out.join("records.jsonl"), text.as_bytes()).map(|path| vec![path])
}

/// The recordings of the trips among the records, in each of the forms; with more than one, each in a directory of its own.
pub(super) fn comtrade(
    dir: &Path,
    out: &Path,
    records: &[Record],
    forms: &[Chosen],
) -> Result<Vec<PathBuf>, CommandError> {
    let trips: BTreeSet<&str> = records.iter().filter_map(trip_of).map(|id| &*id.0).collect();
    let mut written = Vec::new();
    for trip in trips {
        let kept = Store::waveform_in(dir, &TripId(trip.into())).map_err(|e| CommandError::Said(e.to_string()))?;
        let Some(configuration) = kept else {
            eprintln!("breaker-console: the recording of {trip} is not kept any more");
            continue;
        };
        let combined = configuration.with_extension("cff");
        let (waveform, meta) = fs::read(&combined)
            .map_err(|e| e.to_string())
            .and_then(|file| comtrade::read(&file).map_err(|e| e.to_string()))
            .map_err(|e| CommandError::Said(format!("{}: {e}", combined.display())))?;
        // The name holds commas and points: what an extension is must not be guessed from it.
        let name = configuration.file_name().and_then(|n| n.to_str()).unwrap_or_default().trim_end_matches(".cfg");
        for (word, form, one_file) in forms {
            let folder = if forms.len() > 1 { out.join(word) } else { out.to_owned() };
            let said = |e: comtrade::ComtradeError| CommandError::Said(format!("{trip}: {e}"));
            let place = |extension: &str| folder.join(format!("{name}.{extension}"));
            if *one_file {
                let file = comtrade::combined(&waveform, &meta, *form).map_err(said)?;
                written.push(write(&place("cff"), &file)?);
            } else {
                let files = comtrade::write(&waveform, &meta, *form).map_err(said)?;
                written.push(write(&place("dat"), &files.dat)?);
                written.push(write(&place("hdr"), &files.hdr)?);
                written.push(write(&place("cfg"), &files.cfg)?);
            }
        }
    }
    if written.is_empty() {
        return Err(CommandError::Said("no recording of a trip among these records".to_owned()));
    }
    Ok(written)
}

/// Writes a file; one that does not get finished is taken away again.
fn write(path: &Path, content: &[u8]) -> Result<PathBuf, CommandError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, content));
    written.map(|()| path.to_owned()).map_err(|e| {
        if path.is_file() && fs::metadata(path).is_ok_and(|m| m.len() < content.len() as u64) {
            // It may already be gone; what matters is said below.
            let _ = fs::remove_file(path);
        }
        CommandError::Said(format!("cannot write {}: {e}; give another directory with --out", path.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_by_their_words() {
        let word = |w: &str| w.to_owned();
        assert_eq!(forms(&[]).unwrap().len(), 1);
        assert_eq!(forms(&[&word("all")]).unwrap().len(), 10);
        assert_eq!(forms(&[&word("2013-ascii"), &word("cff-float32")]).unwrap().len(), 2);
        assert!(forms(&[&word("1991-ascii")]).unwrap_err().to_string().contains("cff-binary32"));
    }
}
