//! One program at a time: a file lock, which the operating system takes off when the program ends, however it ends.

use super::StoreError;
use super::error::Doing;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// The lock of a directory, given back when dropped.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Explicitly: a process that is being started at this moment holds a copy of the open file, and with it the
        // lock, until it runs its own program. Should this fail, closing the file does the same a little later.
        let _ = self.0.unlock();
    }
}

/// Takes the lock of a directory.
pub(super) fn take(dir: &Path) -> Result<Lock, StoreError> {
    let path = dir.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .doing("open the lock", &path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::InUse { dir: dir.to_owned(), by: holder(&mut file) });
        }
        Err(TryLockError::Error(source)) => {
            return Err(StoreError::Io { doing: "lock", path, source });
        }
    }
    // Only for the message above; the lock holds without it.
    file.set_len(0)
        .and_then(|()| file.write_all(std::process::id().to_string().as_bytes()))
        .doing("write the lock", &path)?;
    Ok(Lock(file))
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) => text.trim().parse::<u32>().map(|pid| format!(" by process {pid}")).unwrap_or_default(),
        Err(_) => String::new(), // the holder is only a hint
    }
}
