//! Object 7, Connectivity Statistics: kilobytes sent and received while the collection runs.

use super::model::Own;
use crate::lwm2m::codec::{Kind, Scalar};
use crate::time::UtcMillis;

pub(super) const OBJECT: u16 = 7;

const SENT: u16 = 2;
const RECEIVED: u16 = 3;
const LARGEST: u16 = 4;
const AVERAGE: u16 = 5;
pub(super) const START: u16 = 6;
pub(super) const STOP: u16 = 7;
const PERIOD: u16 = 8;

pub(super) const RESOURCES: &[Own] = &[
    Own::read(SENT, Kind::Int),
    Own::read(RECEIVED, Kind::Int),
    Own::read(LARGEST, Kind::Int),
    Own::read(AVERAGE, Kind::Int),
    Own::execute(START),
    Own::execute(STOP),
    Own::read_write(PERIOD, Kind::Int),
];

/// The counters.
#[derive(Clone, Debug, Default)]
pub(super) struct Traffic {
    /// Since when it collects.
    since: Option<UtcMillis>,
    period_s: u32,
    sent: u64,
    received: u64,
    largest: u64,
    messages: u64,
}

impl Traffic {
    /// Collection ends by itself after the period, if there is one.
    fn collects(&self, now: UtcMillis) -> bool {
        self.since.is_some_and(|since| self.period_s == 0 || now.0 < since.0 + i64::from(self.period_s) * 1000)
    }

    fn count(&mut self, bytes: usize, now: UtcMillis) -> bool {
        let collects = self.collects(now);
        if collects {
            self.largest = self.largest.max(bytes as u64);
            self.messages += 1;
        }
        collects
    }

    pub(super) fn sent(&mut self, bytes: usize, now: UtcMillis) {
        if self.count(bytes, now) {
            self.sent += bytes as u64;
        }
    }

    pub(super) fn received(&mut self, bytes: usize, now: UtcMillis) {
        if self.count(bytes, now) {
            self.received += bytes as u64;
        }
    }

    pub(super) fn read(&self, id: u16) -> Option<Scalar> {
        let int = |n: u64| Some(Scalar::Int(i64::try_from(n).unwrap_or(i64::MAX)));
        match id {
            SENT => int(self.sent / 1000),
            RECEIVED => int(self.received / 1000),
            LARGEST => int(self.largest),
            AVERAGE => int((self.sent + self.received) / self.messages.max(1)),
            PERIOD => int(u64::from(self.period_s)),
            _ => None,
        }
    }

    pub(super) fn write(&mut self, value: &Scalar) -> Result<(), String> {
        match value {
            Scalar::Int(n) => {
                self.period_s = u32::try_from(*n).map_err(|_| format!("a period of {n} s"))?;
                Ok(())
            }
            _ => Err("the value is not of the kind of the resource".to_owned()),
        }
    }

    /// Starts over, or stops.
    pub(super) fn execute(&mut self, id: u16, now: UtcMillis) {
        if id == START {
            *self = Self { since: Some(now), period_s: self.period_s, ..Self::default() };
        } else {
            self.since = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_between_start_and_the_end_of_the_period() {
        let mut traffic = Traffic::default();
        traffic.sent(5000, UtcMillis(0));
        assert_eq!(traffic.read(SENT), Some(Scalar::Int(0)));
        traffic.write(&Scalar::Int(10)).unwrap();
        traffic.execute(START, UtcMillis(0));
        traffic.sent(3000, UtcMillis(1000));
        traffic.received(1000, UtcMillis(9_999));
        traffic.received(9000, UtcMillis(10_000));
        assert_eq!(traffic.read(SENT), Some(Scalar::Int(3)));
        assert_eq!(traffic.read(RECEIVED), Some(Scalar::Int(1)));
        assert_eq!(traffic.read(LARGEST), Some(Scalar::Int(3000)));
        assert_eq!(traffic.read(AVERAGE), Some(Scalar::Int(2000)));
    }
}
