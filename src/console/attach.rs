//! The console for a terminal that is attached to a `run`.
//!
//! The picture is drawn in the program that holds the breakers, by one shell for each terminal; what passes between
//! the two is text for the terminal, and what was typed there. So nothing of the plant has to be written down for the
//! way, and an attached console can do what the console does.
//!
//! Both sides send one JSON object a line; the terminal speaks first.
//!
//! ```text
//!  terminal --hello-----------------------------------> run     version, size, options
//!  terminal <------------------------------ welcome --- run     or `ended` with the reason
//!  terminal <---------------- frame, bell, suspend ---- run
//!  terminal --events, resumed-------------------------> run
//!  terminal <-------------------------------- ended --- run
//! ```
//!
//! A run is never harmed by who attaches: a frame is drawn only when the one before has gone out, so that a terminal
//! that does not read costs no memory; lines and sizes have bounds; what is not understood ends that connection only.

mod backend;
mod client;
mod remote;
mod serve;
mod wire;

pub use client::attach;
pub use serve::receive;

#[cfg(test)]
mod tests;
