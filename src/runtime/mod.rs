//! The only room with threads, sockets, files and the wall clock.

pub mod attach;
pub mod bench;
pub mod broker;
pub mod cli;
pub mod command;
pub mod config;
pub mod credentials;
pub mod doctor;
pub mod fleet;
pub mod host;
pub mod link;
pub mod path_state;
pub mod paths;
pub mod publisher;
pub mod running;
pub mod server;
pub mod signals;
pub mod simulation;
pub mod store;
pub mod timeline;
