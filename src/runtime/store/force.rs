//! Forcing to the disk, behind the back of whoever writes.
//!
//! What is written is safe from the end of this process at once: the operating system has it. To be safe from the end
//! of the machine it must be forced to the disk, which takes milliseconds a file; a trip would reach its subscribers
//! that much later. So a thread does it, a blink after the writing.

use super::StoreError;
use super::error::Doing;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

/// The thread and the ways to it.
#[derive(Debug)]
pub(super) struct Force {
    paths: Option<Sender<PathBuf>>,
    troubles: Receiver<StoreError>,
    thread: Option<JoinHandle<()>>,
}

impl Force {
    /// Starts the thread.
    pub(super) fn start() -> std::io::Result<Self> {
        let (paths, written) = mpsc::channel();
        let (tell, troubles) = mpsc::channel();
        let thread = std::thread::Builder::new().name("disk".to_owned()).spawn(move || run(&written, &tell))?;
        Ok(Self { paths: Some(paths), troubles, thread: Some(thread) })
    }

    /// Forces a file and its directory entry soon.
    pub(super) fn soon(&self, path: &Path) {
        if let Some(paths) = &self.paths {
            // The thread ends after the sender only.
            let _ = paths.send(path.to_owned());
        }
    }

    /// What could not be forced since the last call.
    pub(super) fn trouble(&self) -> Option<StoreError> {
        self.troubles.try_iter().last()
    }
}

impl Drop for Force {
    /// Waits until everything is on the disk.
    fn drop(&mut self) {
        self.paths = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

fn run(written: &Receiver<PathBuf>, tell: &Sender<StoreError>) {
    while let Ok(first) = written.recv() {
        // A file written many times meanwhile is forced once.
        let files: BTreeSet<PathBuf> = std::iter::once(first).chain(written.try_iter()).collect();
        let directories: BTreeSet<&Path> = files.iter().filter_map(|f| f.parent()).collect();
        for path in files.iter().map(PathBuf::as_path).chain(directories) {
            if let Err(error) = force(path) {
                // Nobody listens any more when the store is being closed.
                let _ = tell.send(error);
            }
        }
    }
}

fn force(path: &Path) -> Result<(), StoreError> {
    match File::open(path) {
        Ok(file) => file.sync_all().doing("force to the disk", path),
        // Removed or renamed since it was written.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e).doing("force to the disk", path),
    }
}
