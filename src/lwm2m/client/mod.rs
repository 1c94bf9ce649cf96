//! The device side of one breaker.

mod json;

pub use json::{Client, ClientConfig};
