//! The recordings of trips: written whole, found by their trip, and the newest of each breaker kept.

use super::error::Doing;
use super::force::Force;
use super::{StoreError, atomic};
use crate::record::TripId;
use crate::record::Waveform;
use crate::record::comtrade::{self, Form, Meta};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The parts of a name of IEEE C37.232: date, time, time code, station, device, company, event.
const DEVICE: usize = 4;

/// What belongs to a recording, the configuration first: where it is, the recording is complete.
const EXTENSIONS: [&str; 4] = ["cfg", "cff", "dat", "hdr"];

/// Writes a recording and gives the path of its configuration.
pub(super) fn save(
    dir: &Path,
    trip: &TripId,
    waveform: &Waveform,
    meta: &Meta,
    force: &Force,
) -> Result<PathBuf, StoreError> {
    let meta = Meta { event: trip.0.to_string(), ..meta.clone() };
    let files = comtrade::write(waveform, &meta, Form::Binary1999)?;
    let combined = comtrade::combined(waveform, &meta, Form::Float32)?;
    let name = comtrade::base_name(&meta, waveform.trigger);
    let path = |extension: &str| dir.join(format!("{name}.{extension}"));
    // The configuration last.
    for (extension, content) in [("cff", &combined), ("dat", &files.dat), ("hdr", &files.hdr), ("cfg", &files.cfg)] {
        atomic::replace_soon(&path(extension), content, force)?;
    }
    Ok(path("cfg"))
}

/// The configuration file of the recording of a trip.
pub(super) fn find(dir: &Path, trip: &TripId) -> Result<Option<PathBuf>, StoreError> {
    let end = format!(",{}.cfg", trip.0);
    Ok(names(dir)?.into_iter().rfind(|name| name.ends_with(&end)).map(|name| dir.join(name)))
}

/// Removes all but the newest of each breaker.
pub(super) fn prune(dir: &Path, keep: usize) -> Result<(), StoreError> {
    let mut of_device: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in names(dir)? {
        let device = name.split(',').nth(DEVICE).unwrap_or_default().to_owned();
        of_device.entry(device).or_default().push(name);
    }
    for names in of_device.into_values() {
        let too_many = names.len().saturating_sub(keep);
        for name in &names[..too_many] {
            let stem = name.trim_end_matches(".cfg");
            for extension in EXTENSIONS {
                let path = dir.join(format!("{stem}.{extension}"));
                match fs::remove_file(&path) {
                    Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e).doing("remove", &path),
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

/// The configurations by their names, which begin with date and time: oldest first.
fn names(dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).doing("read", dir)? {
        let name = entry.doing("read", dir)?.file_name();
        if let Some(name) = name.to_str().filter(|n| Path::new(n).extension().is_some_and(|e| e == "cfg")) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}
