//! The only room with threads, sockets, files and the wall clock.

pub mod link;
pub mod store;
