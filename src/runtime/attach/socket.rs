//! The socket in the state directory.

use super::{Receive, Seats};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// Its name.
pub const SOCKET: &str = "console.sock";

/// Bytes of a path to a socket: `sun_path` of Linux without the zero at its end (unix(7)).
const PATH_AT_MOST: usize = 107;

/// Connections at once, those that have not said who they are among them; more wait.
const CONNECTIONS: usize = 64;

/// Consoles get so long to say good-bye when the run ends.
const GOOD_BYE: Duration = Duration::from_secs(2);

/// Pause after a connection that could not be taken, as when there are no descriptors left.
const AFTER_A_FAILURE: Duration = Duration::from_millis(100);

/// Why there is no way between a console and a run.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// No socket can have this path.
    #[error(
        "the path of a socket has at most {PATH_AT_MOST} bytes, and {} has {}; use a shorter --state-dir",
        .0.display(), .0.as_os_str().len()
    )]
    TooLong(PathBuf),
    /// Something else has its name.
    #[error("{} is no socket; take it away", .0.display())]
    InTheWay(PathBuf),
    /// The operating system refuses.
    #[error("{}: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// Nobody listens there.
    #[error(
        "no `breaker-console run` has its state in {}; start one, or name the directory of yours with --state-dir",
        .0.display()
    )]
    NoRun(PathBuf),
    /// It belongs to somebody else.
    #[error("{} belongs to another user; attach as the user that runs it", .0.display())]
    NotYours(PathBuf),
    /// Somebody listens there but does not answer as a run does.
    #[error("the run behind {} does not answer", .0.display())]
    Silent(PathBuf),
}

/// An open socket.
#[derive(Debug)]
pub struct Socket {
    path: PathBuf,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Opens the socket of a state directory that this program has locked, and gives each connection to `receive`.
///
/// # Errors
/// When there can be none.
pub fn open(state_dir: &Path, receive: Receive, seats: Seats) -> Result<Socket, AttachError> {
    let path = state_dir.join(SOCKET);
    let listener = listen(&path)?;
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(accept(listener, receive, seats, stopped));
    Ok(Socket { path, stop, task })
}

fn listen(path: &Path) -> Result<UnixListener, AttachError> {
    let failed = |e| AttachError::Io(path.to_owned(), e);
    if path.as_os_str().len() > PATH_AT_MOST {
        return Err(AttachError::TooLong(path.to_owned()));
    }
    match fs::symlink_metadata(path) {
        // The directory is locked by this program: whoever made the socket was killed.
        Ok(found) if found.file_type().is_socket() => fs::remove_file(path).map_err(failed)?,
        Ok(_) => return Err(AttachError::InTheWay(path.to_owned())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(failed(e)),
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

/// Takes connections until told to stop; then those that are open may end.
async fn accept(listener: UnixListener, receive: Receive, seats: Seats, mut stopped: oneshot::Receiver<()>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            // A console that panicked has said so on stderr; the others and the run go on.
            Some(_) = open.join_next() => {}
            accepted = listener.accept(), if open.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) if is_ours(&stream) => { open.spawn(receive(stream, seats.clone())); }
                Ok(_) => {}
                Err(_) => sleep(AFTER_A_FAILURE).await,
            },
        }
    }
    drop((listener, seats));
    // Whoever has not left by then is cut off.
    let _ = timeout(GOOD_BYE, async { while open.join_next().await.is_some() {} }).await;
}

/// Before its permissions were set, anybody might have got hold of the socket.
fn is_ours(stream: &UnixStream) -> bool {
    let own = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == own || peer.uid() == 0)
}

impl Socket {
    /// Takes no more connections, and waits a little for the consoles that are attached.
    pub async fn close(self) {
        // What is left is replaced by the next run.
        let _ = fs::remove_file(&self.path);
        // A task that has ended needs no telling.
        let _ = self.stop.send(());
        // One that panicked has ended too.
        let _ = self.task.await;
    }
}

/// A connection to the run that has its state in this directory.
///
/// # Errors
/// When there is none, or it is not for this user.
pub async fn connect(state_dir: &Path) -> Result<UnixStream, AttachError> {
    let path = state_dir.join(SOCKET);
    if path.as_os_str().len() > PATH_AT_MOST {
        return Err(AttachError::TooLong(path));
    }
    UnixStream::connect(&path).await.map_err(|e| match e.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => AttachError::NoRun(state_dir.to_owned()),
        io::ErrorKind::PermissionDenied => AttachError::NotYours(path),
        _ => AttachError::Io(path, e),
    })
}
