//! The device side of one breaker.
//!
//! [`Core`] is the client in no dialect and over no transport: operations in, answers and notifications out, with the
//! time passed in. [`Registration`] says when to register and to update. [`Client`] is the session of the JSON
//! dialect, [`OmaClient`] that of OMA's binding over MQTT, [`Both`] the two over one connection.

mod arguments;
mod attributes;
mod both;
pub(super) mod convert;
mod core;
mod describe;
mod device;
mod firmware;
mod json;
mod model;
mod observe;
mod oma;
mod operation;
mod pace;
mod registration;
mod server;
#[cfg(test)]
mod tests;
mod traffic;
mod update;

pub use self::core::{Core, Notification, Speaks, composite_paths};
pub use both::Both;
pub use json::{Client, ClientConfig};
pub use oma::{OmaClient, OmaConfig, topic as oma_topic};
pub use operation::{Accept, Content, ObserveKey, Operation, Outcome, Reply};
pub use registration::{Errand, Registration};
pub use server::Account;
