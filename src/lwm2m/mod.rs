//! LwM2M over MQTT, without sockets.
//!
//! [`client`] is the device side in the JSON dialect of the brief (`lwm2m/{endpoint}/...`); which objects and resources
//! there are comes from the device profile alone. [`object`] reads and names resources, [`document`] writes the JSON. [`server`] is the
//! other side: the registry of a server, which knows devices only by their messages.

pub mod client;
pub mod codec;
pub mod command;
pub mod document;
pub mod object;
pub mod path;
pub mod server;
pub mod topic;
