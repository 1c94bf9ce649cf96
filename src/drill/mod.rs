//! Drills: timed injections with expectations.
//!
//! A drill is a TOML file with one or more [`file::Case`]s. [`run::run`] puts a case on a fresh [`crate::plant::Plant`]
//! and compares what happened with what was expected. It drives the plant like anyone else and reads no clock: the
//! caller paces it, or lets it run as fast as it can.

pub mod expect;
pub mod file;
mod observe;
mod quantity;
pub mod run;
mod steps;
