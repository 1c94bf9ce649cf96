//! The plant from outside: requests and disturbances in, records and states out.

mod bench;
mod determinism;
mod diagnostic;
mod faults;
mod frames;
mod mechanism;
mod rest;
mod settings;
mod stretches;
