//! LwM2M over MQTT, without sockets.
//!
//! [`client`] is the device side: a core without dialect, and its sessions over MQTT in the JSON dialect of
//! `lwm2m/{endpoint}/...` and in OMA's binding; [`coap`] is the same core over CoAP. [`codec`] holds the content formats.
//! Which objects and resources the breaker has comes from the device profile alone. [`object`] reads and names
//! resources, [`document`] writes the JSON. [`server`] is the other side: the registry of a
//! server, which knows devices only by their messages.

pub mod client;
pub mod coap;
pub mod codec;
pub mod command;
pub mod document;
pub mod misbehave;
mod number;
pub mod object;
pub mod path;
pub mod server;
pub mod topic;
