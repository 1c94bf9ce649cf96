//! Messages that are sent until acknowledged, and messages that came before (RFC 7252, 4.2 and 4.5).

use crate::time::UtcMillis;
use std::collections::VecDeque;

/// First wait for an acknowledgement (RFC 7252, 4.8), milliseconds.
const ACK_TIMEOUT_MS: i64 = 2_000;
/// Times that a message is sent again.
const MAX_RETRANSMIT: u32 = 4;
/// How long a message id means the same message (`EXCHANGE_LIFETIME`).
const LIFETIME_MS: i64 = 247_000;
/// Messages remembered at most.
const REMEMBERED: usize = 256;

/// A message that waits for its acknowledgement.
#[derive(Debug)]
pub(super) struct Sent<T> {
    pub(super) id: u16,
    pub(super) token: Vec<u8>,
    pub(super) what: T,
    datagram: Vec<u8>,
    wait_ms: i64,
    again_at: UtcMillis,
    times: u32,
    /// Acknowledged; the response follows in a message of its own.
    acknowledged: bool,
}

/// All that wait.
#[derive(Debug)]
pub(super) struct Outstanding<T>(Vec<Sent<T>>);

impl<T> Default for Outstanding<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Outstanding<T> {
    /// `spread`, below 1000, takes the place of the random factor between 1 and 1.5.
    pub(super) fn push(&mut self, id: u16, token: Vec<u8>, what: T, datagram: Vec<u8>, spread: i64, now: UtcMillis) {
        let wait_ms = ACK_TIMEOUT_MS + ACK_TIMEOUT_MS * spread / 2000;
        self.0.push(Sent {
            id,
            token,
            what,
            datagram,
            wait_ms,
            again_at: UtcMillis(now.0 + wait_ms),
            times: 0,
            acknowledged: false,
        });
    }

    /// Takes out the message with this id.
    pub(super) fn take(&mut self, id: u16) -> Option<Sent<T>> {
        let at = self.0.iter().position(|s| s.id == id)?;
        Some(self.0.swap_remove(at))
    }

    /// Takes out the message with this token.
    pub(super) fn take_token(&mut self, token: &[u8]) -> Option<Sent<T>> {
        let at = self.0.iter().position(|s| s.token == token)?;
        Some(self.0.swap_remove(at))
    }

    /// An empty acknowledgement: no more repetition, the response follows.
    pub(super) fn acknowledged(&mut self, mut sent: Sent<T>, now: UtcMillis) {
        sent.acknowledged = true;
        sent.again_at = UtcMillis(now.0 + LIFETIME_MS);
        self.0.push(sent);
    }

    /// What is to be sent again, and what is given up.
    pub(super) fn timeout(&mut self, now: UtcMillis) -> (Vec<Vec<u8>>, Vec<Sent<T>>) {
        let (mut again, mut lost) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < self.0.len() {
            let sent = &mut self.0[at];
            if sent.again_at > now {
                at += 1;
            } else if sent.acknowledged || sent.times == MAX_RETRANSMIT {
                lost.push(self.0.swap_remove(at));
            } else {
                sent.times += 1;
                sent.wait_ms *= 2;
                sent.again_at = UtcMillis(now.0 + sent.wait_ms);
                again.push(sent.datagram.clone());
                at += 1;
            }
        }
        (again, lost)
    }

    pub(super) fn next_timeout(&self) -> Option<UtcMillis> {
        self.0.iter().map(|s| s.again_at).min()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Whether a message came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// It did not.
    New,
    /// It did, and the answer is still to come.
    Unanswered,
    /// It did, and this was the answer.
    Answered(Vec<u8>),
}

/// Requests that came, with what was answered.
#[derive(Debug, Default)]
pub(super) struct Seen(VecDeque<(u16, UtcMillis, Option<Vec<u8>>)>);

impl Seen {
    /// Whether this message came before.
    pub(super) fn before(&mut self, id: u16, now: UtcMillis) -> Before {
        while self.0.front().is_some_and(|(_, at, _)| at.0 + LIFETIME_MS < now.0) {
            self.0.pop_front();
        }
        if let Some((.., answer)) = self.0.iter().find(|(known, ..)| *known == id) {
            return answer.clone().map_or(Before::Unanswered, Before::Answered);
        }
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((id, now, None));
        Before::New
    }

    pub(super) fn answered(&mut self, id: u16, datagram: &[u8]) {
        if let Some((.., answer)) = self.0.iter_mut().find(|(known, ..)| *known == id) {
            *answer = Some(datagram.to_vec());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_repeated_four_times_at_doubled_waits_and_given_up() {
        // RFC 7252, 4.8.2 without the random factor: 2, 4, 8, 16 and 32 s add up to MAX_TRANSMIT_WAIT / 1.5 = 62 s.
        let mut sent = Outstanding::default();
        sent.push(1, vec![9], "what", vec![1, 2], 0, UtcMillis(0));
        for at in [2_000, 6_000, 14_000, 30_000] {
            assert_eq!(sent.next_timeout(), Some(UtcMillis(at)));
            let (again, lost) = sent.timeout(UtcMillis(at));
            assert_eq!((again, lost.len()), (vec![vec![1, 2]], 0));
        }
        assert_eq!(sent.next_timeout(), Some(UtcMillis(62_000)));
        let (again, lost) = sent.timeout(UtcMillis(62_000));
        assert_eq!((again.len(), lost.len(), lost[0].what), (0, 1, "what"));
    }

    #[test]
    fn an_empty_acknowledgement_ends_the_repetition() {
        let mut sent = Outstanding::default();
        sent.push(1, vec![9], (), vec![1], 999, UtcMillis(0));
        let one = sent.take(1).unwrap();
        sent.acknowledged(one, UtcMillis(100));
        assert_eq!(sent.timeout(UtcMillis(60_000)).0.len(), 0);
        assert!(sent.take_token(&[9]).is_some());
    }

    #[test]
    fn a_message_seen_before_gives_the_same_answer() {
        let mut seen = Seen::default();
        assert_eq!(seen.before(7, UtcMillis(0)), Before::New);
        assert_eq!(seen.before(7, UtcMillis(10)), Before::Unanswered);
        seen.answered(7, &[1]);
        assert_eq!(seen.before(7, UtcMillis(20)), Before::Answered(vec![1]));
        assert_eq!(seen.before(7, UtcMillis(LIFETIME_MS + 1)), Before::New);
    }
}
