//! Files that are replaced as a whole: after a crash the old or the new content is there, never a mixture.

use super::StoreError;
use super::error::Doing;
use super::force::Force;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

const UNFINISHED: &str = ".unfinished";

/// Writes beside the file, forces it to the disk, puts it in place, forces the directory to the disk.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    put_in_place(path, content, File::sync_all)?;
    sync_parent(path)
}

/// Writes beside the file and puts it in place; it is forced to the disk soon.
pub(super) fn replace_soon(path: &Path, content: &[u8], force: &Force) -> Result<(), StoreError> {
    put_in_place(path, content, |_| Ok(()))?;
    force.soon(path);
    Ok(())
}

fn put_in_place(
    path: &Path,
    content: &[u8],
    before: impl FnOnce(&File) -> std::io::Result<()>,
) -> Result<(), StoreError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(UNFINISHED);
    let beside = PathBuf::from(beside);
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(content).and_then(|()| before(&file)))
        .and_then(|()| fs::rename(&beside, path));
    if let Err(source) = written {
        // The half-written file would only take up room that may be short; swept at the next start if it stays.
        let _ = fs::remove_file(&beside);
        return Err(StoreError::Io { doing: "write", path: path.to_owned(), source });
    }
    Ok(())
}

/// Forces the entries of the directory that holds a file to the disk.
pub(super) fn sync_parent(path: &Path) -> Result<(), StoreError> {
    let dir = path.parent().unwrap_or(Path::new("."));
    File::open(dir).and_then(|d| d.sync_all()).doing("force to the disk", dir)
}

/// Removes what a crash left half-written.
pub(super) fn sweep(dir: &Path, remarks: &mut Vec<String>) -> Result<(), StoreError> {
    for entry in fs::read_dir(dir).doing("read", dir)? {
        let path = entry.doing("read", dir)?.path();
        if path.to_string_lossy().ends_with(UNFINISHED) {
            fs::remove_file(&path).doing("remove", &path)?;
            remarks.push(format!("{} was never finished; it was removed", path.display()));
        }
    }
    Ok(())
}

/// Renames a file that cannot be used to a name that is free.
pub(super) fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    for number in 1..=9999 {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".damaged-{number}"));
        let aside = PathBuf::from(name);
        if !aside.exists() {
            fs::rename(path, &aside).doing("set aside", path)?;
            sync_parent(path)?;
            return Ok(aside);
        }
    }
    Err(StoreError::Io {
        doing: "set aside",
        path: path.to_owned(),
        source: std::io::Error::other("9999 damaged files lie there already"),
    })
}
