//! When births are asked for again, and why.

use crate::time::UtcMillis;
use std::fmt;
use std::sync::Arc;

/// Unanswered requests double the pause up to this often: a node that cannot answer is not flooded.
const DOUBLINGS: u32 = 4;

/// Why births are needed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Data of a node whose birth this host has not seen.
    Joined,
    /// A gap in seq that stayed open.
    SeqGap {
        /// The number that is missing.
        expected: u8,
        /// The one that came instead.
        found: u8,
    },
    /// A seq that came before.
    SeqRepeated(u8),
    /// Data of a node after its death.
    WhileOffline,
    /// Data of a device that is not born.
    DeviceUnborn(Arc<str>),
    /// An alias that no birth declared.
    AliasUnknown(u64),
    /// A name that no birth declared.
    MetricUnknown(Arc<str>),
    /// An instance of a template that no birth defined.
    TemplateUnknown(Arc<str>),
    /// Somebody asked for it.
    Asked,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Joined => f.write_str("its birth was not seen"),
            Self::SeqGap { expected, found } => write!(f, "seq {found} where {expected} was next"),
            Self::SeqRepeated(seq) => write!(f, "seq {seq} again"),
            Self::WhileOffline => f.write_str("data while offline"),
            Self::DeviceUnborn(device) => write!(f, "data of {device} before its birth"),
            Self::AliasUnknown(alias) => write!(f, "unknown alias {alias}"),
            Self::MetricUnknown(name) => write!(f, "unknown metric {name}"),
            Self::TemplateUnknown(name) => write!(f, "unknown template {name}"),
            Self::Asked => f.write_str("asked for"),
        }
    }
}

/// The rebirth requests to one edge node.
#[derive(Debug, Default)]
pub(super) struct Rebirth {
    wanted: Option<Cause>,
    asked_at: Option<UtcMillis>,
    unanswered: u32,
    /// Requests sent.
    pub(super) asked: u64,
    /// Newest cause.
    pub(super) cause: Option<Cause>,
}

impl Rebirth {
    /// Notes a cause; true when none stood before it.
    pub(super) fn want(&mut self, cause: &Cause) -> bool {
        let first = self.wanted.is_none();
        self.wanted.get_or_insert_with(|| cause.clone());
        self.cause = Some(cause.clone());
        first
    }

    /// When the next request may go out.
    pub(super) fn due(&self, pause_ms: i64) -> Option<UtcMillis> {
        self.wanted.as_ref()?;
        let pause = pause_ms << self.unanswered.saturating_sub(1).min(DOUBLINGS);
        Some(self.asked_at.map_or(UtcMillis(i64::MIN), |at| UtcMillis(at.0.saturating_add(pause))))
    }

    /// The request that is due now.
    pub(super) fn take(&mut self, pause_ms: i64, now: UtcMillis) -> Option<Cause> {
        self.due(pause_ms).filter(|due| *due <= now)?;
        self.asked_at = Some(now);
        self.unanswered += 1;
        self.asked += 1;
        self.wanted.take()
    }

    /// NBIRTH came.
    pub(super) fn born(&mut self) {
        self.wanted = None;
        self.unanswered = 0;
    }

    /// A new connection: whatever was asked for on the old one will not be answered.
    pub(super) fn forget(&mut self) {
        self.wanted = None;
        self.asked_at = None;
        self.unanswered = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_seconds_between_requests_and_longer_when_nobody_answers() {
        let mut rebirth = Rebirth::default();
        let mut sent = Vec::new();
        for second in 0..200 {
            let now = UtcMillis(second * 1000);
            rebirth.want(&Cause::Joined);
            if rebirth.take(5000, now).is_some() {
                sent.push(second);
            }
        }
        assert_eq!(sent, [0, 5, 15, 35, 75, 155]);
        rebirth.born();
        assert_eq!(rebirth.take(5000, UtcMillis(200_000)), None, "nothing is wanted any more");
        rebirth.want(&Cause::AliasUnknown(7));
        assert_eq!(rebirth.take(5000, UtcMillis(200_000)), Some(Cause::AliasUnknown(7)));
    }

    #[test]
    fn the_first_cause_is_sent_and_the_newest_is_shown() {
        let mut rebirth = Rebirth::default();
        assert!(rebirth.want(&Cause::SeqGap { expected: 4, found: 6 }));
        assert!(!rebirth.want(&Cause::WhileOffline));
        assert_eq!(rebirth.cause, Some(Cause::WhileOffline));
        assert_eq!(rebirth.take(5000, UtcMillis(0)).map(|c| c.to_string()).as_deref(), Some("seq 6 where 4 was next"));
    }
}
