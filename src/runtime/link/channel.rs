//! What is between a CoAP client and its socket: nothing, or DTLS.

#[cfg(feature = "coaps")]
#[path = "dtls.rs"]
mod secured;
#[cfg(not(feature = "coaps"))]
#[path = "no_dtls.rs"]
mod secured;

use super::psk::Psk;
use secured::Secured;
use std::collections::VecDeque;
use std::time::Instant;

/// Whether this program can secure a channel.
pub const CAN_SECURE: bool = secured::AVAILABLE;

/// A channel. Datagrams of the socket go in and come out on one side, messages on the other.
#[derive(Debug, Default)]
pub(super) struct Channel {
    secured: Option<Secured>,
    out: VecDeque<Vec<u8>>,
    came: VecDeque<Vec<u8>>,
}

/// Why a secured channel is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    /// The key, the handshake or the other side.
    #[error("DTLS: {0}; are identity and key those that the server knows?")]
    #[cfg_attr(not(feature = "coaps"), expect(dead_code, reason = "there is nothing that could break"))]
    Handshake(String),
    /// The server said good-bye.
    #[error("the server closed the DTLS session")]
    #[cfg_attr(not(feature = "coaps"), expect(dead_code, reason = "there is nothing that could be closed"))]
    Closed,
    /// Built without.
    #[error("this program was built without coaps")]
    #[cfg_attr(feature = "coaps", expect(dead_code, reason = "it is there"))]
    Unavailable,
}

impl Channel {
    /// A channel that a key of an identity secures, about to shake hands.
    pub(super) fn secured(identity: &str, key: &Psk, now: Instant) -> Result<Self, Broken> {
        let mut channel = Self { secured: Some(Secured::new(identity, key, now)?), ..Self::default() };
        channel.pump()?;
        Ok(channel)
    }

    /// Whether messages can be sent.
    pub(super) fn is_open(&self) -> bool {
        self.secured.as_ref().is_none_or(Secured::is_open)
    }

    /// Takes a datagram of the socket.
    pub(super) fn take(&mut self, datagram: &[u8], now: Instant) -> Result<(), Broken> {
        match &mut self.secured {
            None => self.came.push_back(datagram.to_vec()),
            Some(secured) => {
                secured.take(datagram, now)?;
                self.pump()?;
            }
        }
        Ok(())
    }

    /// Takes a message for the other side.
    pub(super) fn send(&mut self, message: Vec<u8>) -> Result<(), Broken> {
        match &mut self.secured {
            None => self.out.push_back(message),
            Some(secured) => {
                secured.send(&message)?;
                self.pump()?;
            }
        }
        Ok(())
    }

    /// Time passed.
    pub(super) fn timeout(&mut self, now: Instant) -> Result<(), Broken> {
        if let Some(secured) = &mut self.secured {
            secured.timeout(now)?;
            self.pump()?;
        }
        Ok(())
    }

    /// When [`Channel::timeout`] is due; none for never.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.secured.as_ref().and_then(Secured::next_timeout)
    }

    /// Says good-bye.
    pub(super) fn close(&mut self) {
        if let Some(secured) = &mut self.secured {
            secured.close();
            // What is broken needs no good-bye.
            let _ = self.pump();
        }
    }

    /// The next datagram for the socket.
    pub(super) fn poll_datagram(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// The next message of the other side.
    pub(super) fn poll_message(&mut self) -> Option<Vec<u8>> {
        self.came.pop_front()
    }

    fn pump(&mut self) -> Result<(), Broken> {
        match &mut self.secured {
            Some(secured) => secured.pump(&mut self.out, &mut self.came),
            None => Ok(()),
        }
    }
}
