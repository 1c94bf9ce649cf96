//! LwM2M over MQTT, without sockets.
//!
//! [`client`] is the device side in the JSON dialect of the brief (`lwm2m/{endpoint}/...`); which objects and resources
//! there are comes from the device profile alone. [`object`] reads and names resources, [`document`] writes the JSON.

pub mod client;
pub mod codec;
pub mod command;
pub mod document;
pub mod object;
pub mod path;
pub mod topic;
