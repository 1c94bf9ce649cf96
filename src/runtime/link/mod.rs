//! Connections to the broker: one task a link, driving a session that knows no sockets.

pub mod view;
