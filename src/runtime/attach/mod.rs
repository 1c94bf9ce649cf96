//! The door for consoles of other terminals: a Unix socket in the state directory, and a seat for each console.
//!
//! This room knows no console. Whoever starts a run may bring a [`Receive`]: it gets each connection, and takes a seat
//! ([`Seats::claim`]) once it knows who is there.

mod recent;
mod seat;
mod socket;
mod table;

pub use seat::{Refused, Seat, Seats, first_request};
pub use socket::{AttachError, SOCKET, Socket, connect, open};
pub use table::Table;

use futures_util::future::BoxFuture;
use tokio::net::UnixStream;

/// Shows a console at the other end of a connection, until either side leaves.
pub type Receive = fn(UnixStream, Seats) -> BoxFuture<'static, ()>;
