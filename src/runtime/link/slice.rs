//! A session of some of the breakers, where several edge nodes share a plant.

use crate::control::{Answer, BreakerIx};
use crate::point::Frame;
use crate::record::Record;
use crate::session::misbehaviour::Misbehaviour;
use crate::session::{Connect, Incoming, Publish, Session, Standing};
use crate::time::UtcMillis;
use std::ops::Range;
use std::sync::Arc;

/// Shows a session only the breakers of its range, counted from 0.
pub struct Slice<S> {
    inner: S,
    breakers: Range<usize>,
}

impl<S> Slice<S> {
    /// This range of the plant.
    pub const fn new(inner: S, breakers: Range<usize>) -> Self {
        Self { inner, breakers }
    }
}

impl<S: Session> Session for Slice<S> {
    fn name(&self) -> Arc<str> {
        self.inner.name()
    }

    fn connect(&mut self, now: UtcMillis) -> Connect {
        self.inner.connect(now)
    }

    fn unreached(&mut self, now: UtcMillis) {
        self.inner.unreached(now);
    }

    fn subscribed(&mut self, now: UtcMillis) {
        self.inner.subscribed(now);
    }

    fn disconnected(&mut self, now: UtcMillis) {
        self.inner.disconnected(now);
    }

    fn received(&mut self, topic: &str, payload: &[u8], retained: bool, now: UtcMillis) {
        self.inner.received(topic, payload, retained, now);
    }

    fn frame(&mut self, frame: &Arc<Frame>, now: UtcMillis) {
        let breakers = frame.breakers.get(self.breakers.clone()).unwrap_or_default().to_vec();
        self.inner.frame(&Arc::new(Frame { tick: frame.tick, utc: frame.utc, breakers }), now);
    }

    fn record(&mut self, record: &Record, now: UtcMillis) {
        if self.breakers.contains(&record.breaker.0) {
            let breaker = BreakerIx(record.breaker.0 - self.breakers.start);
            self.inner.record(&Record { breaker, ..record.clone() }, now);
        }
    }

    fn answer(&mut self, number: u64, answer: &Answer, now: UtcMillis) {
        let target = BreakerIx(answer.target.0.saturating_sub(self.breakers.start));
        self.inner.answer(number, &Answer { target, ..answer.clone() }, now);
    }

    fn timeout(&mut self, now: UtcMillis) {
        self.inner.timeout(now);
    }

    fn next_timeout(&self) -> Option<UtcMillis> {
        self.inner.next_timeout()
    }

    fn stop(&mut self, now: UtcMillis) {
        self.inner.stop(now);
    }

    fn wants_reconnect(&mut self) -> bool {
        self.inner.wants_reconnect()
    }

    fn wants_cut(&mut self) -> bool {
        self.inner.wants_cut()
    }

    fn misbehaviours(&self) -> &'static [Misbehaviour] {
        self.inner.misbehaviours()
    }

    fn misbehave(&mut self, what: Misbehaviour, on: bool, now: UtcMillis) -> Result<(), &'static str> {
        self.inner.misbehave(what, on, now)
    }

    fn poll_publish(&mut self) -> Option<Publish> {
        self.inner.poll_publish()
    }

    fn poll_request(&mut self) -> Option<Incoming> {
        let mut incoming = self.inner.poll_request()?;
        incoming.target.0 += self.breakers.start;
        Some(incoming)
    }

    fn poll_store(&mut self) -> Option<(String, String)> {
        self.inner.poll_store()
    }

    fn standing(&self, now: UtcMillis) -> Standing {
        self.inner.standing(now)
    }

    fn describe(&self, topic: &str, payload: &[u8]) -> Vec<String> {
        self.inner.describe(topic, payload)
    }
}
