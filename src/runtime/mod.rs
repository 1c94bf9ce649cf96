//! The only room with threads, sockets, files and the wall clock.

pub mod cli;
pub mod config;
pub mod link;
