//! Sparkplug B 3.0 without sockets: topics, payloads, the edge-node session and the host session.
//!
//! Words of the specification, used unrenamed: an **edge node** owns one MQTT client and one sequence number; its
//! **devices** are the breakers. A **birth** (NBIRTH, DBIRTH) lists every metric with its value, a **death** (NDEATH,
//! DDEATH) takes them away, **data** (NDATA, DDATA) carries what changed, a **command** (NCMD, DCMD) is a write.
//!
//! ```text
//!            connect()              subscribed()         host online           first frame
//!  Offline ------------> Connecting -----------> WaitHost -----------> WaitFrame ---------> Born
//!     ^                                                                                      |
//!     +----------------- disconnected(), host offline (NDEATH, next server) -----------------+--stop()--> Stopped
//! ```
//!
//! Names, aliases and datatypes of device metrics come from the device profile; nothing here knows one. Deliberately
//! absent: Sparkplug 2.x birth forms, arrays and Int8/Int16/UInt32 on our own metrics (decoders in the field disagree
//! about them), multi-part metrics, and MQTT 5 (its reason code 4 cannot be sent by the client in use).

pub mod datatype;
pub mod describe;
pub mod edge;
pub mod host;
pub mod id;
pub mod patch;
pub mod payload;
mod pen;
pub mod quality;
pub mod scalar;
pub mod state;
pub mod table;
pub mod topic;
pub mod write;

pub use edge::EdgeSession;
pub use edge::config::{EdgeConfig, QualityDialect, Report, Topics};
pub use id::IdError;

/// Why an edge node cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SparkplugError {
    /// An id cannot be part of a topic.
    #[error("{0}")]
    Id(#[from] IdError),
    /// Two ids differ in nothing but upper and lower case, which hosts do not tell apart.
    #[error("device ids {0} and {1} differ only in upper and lower case; hosts do not tell them apart")]
    CaseTwins(String, String),
    /// The aliases would not be unique.
    #[error("{0} devices on one edge node; aliases reach 65535, use fewer with --breakers-per-node")]
    TooManyDevices(usize),
}
