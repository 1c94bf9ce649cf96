//! Bodies larger than a datagram (RFC 7959).

use super::message::Block;
use crate::lwm2m::client::Reply;
use std::collections::VecDeque;

/// Bodies kept for a server that fetches the rest; one server seldom reads more at a time.
const BODIES: usize = 8;
/// Largest body that is put together from blocks.
pub(super) const LARGEST: usize = (1 << 20) + 1024;

/// What identifies a body: the bytes of path and, for a fetch, of the request's payload.
pub(super) type BodyKey = Vec<u8>;

/// Bodies on their way out.
#[derive(Debug, Default)]
pub(super) struct Outgoing(VecDeque<(BodyKey, Reply)>);

impl Outgoing {
    pub(super) fn keep(&mut self, key: BodyKey, reply: Reply) {
        self.0.retain(|(known, _)| *known != key);
        if self.0.len() == BODIES {
            self.0.pop_front();
        }
        self.0.push_back((key, reply));
    }

    pub(super) fn get(&self, key: &BodyKey) -> Option<&Reply> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, reply)| reply)
    }
}

/// The body on its way in; a server sends one at a time.
#[derive(Debug, Default)]
pub(super) struct Incoming(Option<(BodyKey, Vec<u8>)>);

/// What a block did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// More follow.
    More,
    /// The body is whole.
    Whole(Vec<u8>),
    /// It does not follow the block before: 4.08.
    OutOfOrder,
    /// The body is larger than is taken: 4.13.
    TooLarge,
}

impl Incoming {
    pub(super) fn take(&mut self, key: BodyKey, block: Block, payload: &[u8]) -> Taken {
        let mut body = match self.0.take() {
            _ if block.number == 0 => Vec::new(),
            Some((known, body)) if known == key => body,
            _ => return Taken::OutOfOrder,
        };
        let whole_block = payload.len() == block.size();
        if body.len() != block.number as usize * block.size() || (block.more && !whole_block) {
            return Taken::OutOfOrder;
        }
        if body.len() + payload.len() > LARGEST {
            return Taken::TooLarge;
        }
        body.extend_from_slice(payload);
        if block.more {
            self.0 = Some((key, body));
            Taken::More
        } else {
            Taken::Whole(body)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn block(number: u32, more: bool) -> Block {
        Block { number, more, szx: 0 }
    }

    #[test]
    fn blocks_in_order_make_a_body() {
        let mut incoming = Incoming::default();
        let key = vec![1];
        assert_eq!(incoming.take(key.clone(), block(0, true), &[1; 16]), Taken::More);
        assert_eq!(incoming.take(key.clone(), block(1, true), &[2; 16]), Taken::More);
        let Taken::Whole(body) = incoming.take(key.clone(), block(2, false), &[3; 5]) else { panic!() };
        assert_eq!((body.len(), body[16], body[36]), (37, 2, 3));
        assert_eq!(incoming.take(key, block(1, true), &[2; 16]), Taken::OutOfOrder);
    }

    #[test]
    fn gaps_other_bodies_and_giants_are_refused() {
        let mut incoming = Incoming::default();
        assert_eq!(incoming.take(vec![1], block(0, true), &[1; 16]), Taken::More);
        assert_eq!(incoming.take(vec![1], block(2, true), &[1; 16]), Taken::OutOfOrder);
        assert_eq!(incoming.take(vec![1], block(0, true), &[1; 16]), Taken::More);
        assert_eq!(incoming.take(vec![2], block(1, true), &[1; 16]), Taken::OutOfOrder);
        assert_eq!(incoming.take(vec![1], block(0, true), &[1; 3]), Taken::OutOfOrder);
        assert_eq!(incoming.take(vec![1], block(0, false), &vec![1; LARGEST + 1]), Taken::TooLarge);
    }
}
