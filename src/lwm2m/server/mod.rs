//! The server side, without sockets: who is registered, what they said last, who waits for an answer.
//!
//! ```text
//!   message --> topic --> registry --> devices: registration, values with their recent course, newest messages
//!                            |  ^
//!        feed <--------------+  +-------- command: published with an id, finished by the answer or by its time
//! ```
//!
//! A device is known only by what came over MQTT; names and units come from the server's own copy of the profile.
//! Everything has a bound ([`limits`]), and time is passed in.

pub mod command;
pub mod counters;
pub mod device;
pub mod feed;
pub mod kept;
pub mod limits;
pub mod messages;
mod model;
pub mod oma;
mod rate;
mod registration;
pub mod registry;
mod series;
mod topic;
mod update;
mod values;

pub use registry::Registry;
pub use values::to_json;
