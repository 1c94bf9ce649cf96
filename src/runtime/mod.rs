//! The only room with threads, sockets, files and the wall clock.

pub mod broker;
pub mod cli;
pub mod config;
pub mod link;
pub mod store;
