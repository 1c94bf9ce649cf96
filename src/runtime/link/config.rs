//! How a link is set up.

use super::limits::Limits;
use super::room::Room;
use super::tls::Tls;
use super::url::BrokerUrl;
use crate::control::{Origin, RequestId};
use crate::profile::Role;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a link is set up.
#[derive(Clone, Debug)]
pub struct LinkConfig {
    /// Brokers, tried in this order.
    pub brokers: Vec<BrokerUrl>,
    /// User and password.
    pub login: Option<Login>,
    /// TLS and what the broker takes.
    pub wire: Wire,
    /// Who asks when a request comes in over this link.
    pub origin: Origin,
    /// With what role.
    pub role: Role,
    /// Decides the jitter of reconnection.
    pub seed: u64,
    /// How much it may keep.
    pub room: Room,
}

/// How to speak to the brokers.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    /// TLS, for brokers that are written `mqtts://`.
    pub tls: Option<Tls>,
    /// What a broker takes from one connection.
    pub limits: Limits,
    /// Keep alive in seconds, when the session's own is not wanted.
    pub keep_alive_s: Option<u16>,
}

/// User and password of the broker.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// User.
    pub user: String,
    /// Password; never printed.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Numbers for requests, unique within a run; all doors share one.
#[derive(Clone, Debug, Default)]
pub struct RequestIds(Arc<AtomicU64>);

impl RequestIds {
    /// The next number, from 1.
    #[must_use]
    pub fn next(&self) -> RequestId {
        RequestId(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
