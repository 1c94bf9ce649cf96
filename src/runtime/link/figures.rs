//! Counts, rates and latency of a link.

use super::view::LinkView;
use hdrhistogram::Histogram;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Longest latency that is told apart, microseconds.
const LONGEST_US: u64 = 60_000_000;

/// What a link counts.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) sent: u64,
    pub(super) received: u64,
    pub(super) bytes_sent: u64,
    pub(super) connects: u64,
    latency: Option<Histogram<u32>>,
    /// Counts at some instants of the last second, oldest first.
    marks: VecDeque<(Instant, u64, u64)>,
}

impl Figures {
    pub(super) fn new() -> Self {
        Self {
            sent: 0,
            received: 0,
            bytes_sent: 0,
            connects: 0,
            // Two significant digits: 3 % is finer than anybody reads a p99.
            latency: Histogram::new_with_bounds(1, LONGEST_US, 2).ok(),
            marks: VecDeque::new(),
        }
    }

    /// Messages left that were sampled this long ago.
    pub(super) fn latency(&mut self, micros: i64, messages: u64) {
        if let Some(histogram) = &mut self.latency {
            let micros = u64::try_from(micros).unwrap_or(0).clamp(1, LONGEST_US);
            histogram.saturating_record_n(micros, u32::try_from(messages).unwrap_or(u32::MAX));
        }
    }

    /// Writes everything into a view.
    pub(super) fn write(&mut self, view: &mut LinkView, now: Instant) {
        while self.marks.len() > 1 && self.marks.get(1).is_some_and(|m| now - m.0 >= Duration::from_secs(1)) {
            self.marks.pop_front();
        }
        if let Some((at, sent, received)) = self.marks.front() {
            let seconds = (now - *at).as_secs_f64().max(1.0);
            view.rate_out = (self.sent - sent) as f64 / seconds;
            view.rate_in = (self.received - received) as f64 / seconds;
        }
        self.marks.push_back((now, self.sent, self.received));
        view.sent = self.sent;
        view.received = self.received;
        view.bytes_sent = self.bytes_sent;
        view.connects = self.connects;
        view.latency_ms = self
            .latency
            .as_ref()
            .filter(|h| !h.is_empty())
            .map(|h| (h.value_at_quantile(0.5) as f64 / 1000.0, h.value_at_quantile(0.99) as f64 / 1000.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_second() {
        let mut figures = Figures::new();
        let mut view = LinkView::default();
        let start = Instant::now();
        for quarter in 0..=8_u32 {
            figures.write(&mut view, start + quarter * Duration::from_millis(250));
            figures.sent += 25;
        }
        assert_eq!(view.rate_out, 100.0);
        for quarter in 9..=13_u32 {
            figures.write(&mut view, start + quarter * Duration::from_millis(250));
        }
        assert_eq!(view.rate_out, 0.0);
    }

    #[test]
    fn latency_quantiles() {
        let mut figures = Figures::new();
        for ms in 1..=100 {
            figures.latency(ms * 1000, 1);
        }
        figures.latency(-5, 1);
        let mut view = LinkView::default();
        figures.write(&mut view, Instant::now());
        let (median, p99) = view.latency_ms.unwrap();
        assert!((49.0..=51.0).contains(&median) && (98.0..=101.0).contains(&p99), "{median} {p99}");
    }
}
