//! What a screen may see of a link.

use super::attention::Attention;
use crate::session::misbehaviour::{Misbehaviour, Misbehaviours};
use crate::time::UtcMillis;
use std::collections::VecDeque;
use std::sync::Arc;

/// How a link stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    /// Switched off.
    #[default]
    Off,
    /// No connection; the next try is scheduled.
    Offline,
    /// On the way.
    Connecting,
    /// Connected and subscribed, waiting for a primary host or a registration answer.
    Waiting,
    /// Born, or registered: data flows.
    Online,
    /// Saying good-bye.
    Stopping,
}

/// One link, as of now; the latest wins.
#[derive(Clone, Debug, Default)]
pub struct LinkView {
    /// For example `Sparkplug MDB-A`.
    pub name: Arc<str>,
    /// `host:port` of the broker in use.
    pub broker: Arc<str>,
    /// How it stands.
    pub state: LinkState,
    /// Why it is not online, in words.
    pub reason: Arc<str>,
    /// Messages out since start.
    pub sent: u64,
    /// Messages in since start.
    pub received: u64,
    /// Bytes out since start.
    pub bytes_sent: u64,
    /// Messages out in the last second.
    pub rate_out: f64,
    /// Messages in during the last second.
    pub rate_in: f64,
    /// Payloads that could not be understood.
    pub malformed: u64,
    /// Messages lost on purpose (coalesced measurements do not count).
    pub dropped: u64,
    /// Connections made since start.
    pub connects: u64,
    /// Sequence number, for links that have one.
    pub seq: Option<u8>,
    /// bdSeq, for links that have one.
    pub bd_seq: Option<u8>,
    /// Registration lifetime still to run in seconds, for links that have one.
    pub lifetime_s: Option<u64>,
    /// Time from the sample to the hand-over to the socket, milliseconds: median, p99.
    pub latency_ms: Option<(f64, f64)>,
    /// Values kept while they cannot be told.
    pub kept: u64,
    /// Faults on purpose that the link has.
    pub can_misbehave: &'static [Misbehaviour],
    /// Those that are on.
    pub misbehaving: Misbehaviours,
    /// To be paid by whoever shows the messages; without it they stay as they were when it was last paid.
    pub attention: Attention,
    /// Newest messages, newest last, decoded for people.
    pub messages: Arc<VecDeque<MessageView>>,
}

/// One message, decoded.
#[derive(Clone, Debug)]
pub struct MessageView {
    /// When.
    pub utc: UtcMillis,
    /// We sent it (else we received it).
    pub outgoing: bool,
    /// Topic.
    pub topic: Arc<str>,
    /// Payload size in bytes.
    pub size: usize,
    /// Decoded, one line an item.
    pub decoded: Arc<[String]>,
}
