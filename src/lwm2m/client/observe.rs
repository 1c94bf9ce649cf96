//! One observation: when what changed is worth a notification, and when it may go.
//!
//! A condition (`gt`, `lt`, `st`, `edge`) or, without one, any change marks it; `pmin` holds a marked one back, `pmax`
//! sends one that is not marked. Each notification starts both periods anew (OMA TS LightweightM2M Core 1.2, 5.1.2).

use super::attributes::Attributes;
use super::operation::ObserveKey;
use crate::lwm2m::codec::{Entry, Format, Scalar};
use crate::lwm2m::path::Path;
use crate::time::UtcMillis;
use std::collections::VecDeque;

/// A path of an observation with the values it had.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    pub(super) path: Path,
    /// As the server knows them.
    sent: Vec<Entry>,
    /// As last evaluated; a crossing is seen against these.
    seen: Vec<Entry>,
}

/// An observation.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub(super) key: ObserveKey,
    pub(super) watched: Vec<Watched>,
    pub(super) format: Format,
    pub(super) composite: bool,
    sent_at: UtcMillis,
    evaluated_at: UtcMillis,
    /// Values came before it was time to look at them.
    unseen: bool,
    marked: bool,
    /// What was worth a notification since the last one, oldest first, with the time of the values.
    history: VecDeque<Vec<Entry>>,
    /// How many of them are told before the newest.
    keeps: usize,
}

/// Periods of an observation in milliseconds, from the attributes and the defaults of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Periods {
    pub(super) min: i64,
    pub(super) max: Option<i64>,
    pub(super) evaluate: i64,
    /// Values are looked at again after so long, changed or not.
    pub(super) evaluate_max: Option<i64>,
}

impl Observation {
    pub(super) fn new(key: ObserveKey, paths: &[Path], format: Format, composite: bool, now: UtcMillis) -> Self {
        let watched = paths.iter().map(|path| Watched { path: *path, sent: Vec::new(), seen: Vec::new() }).collect();
        Self {
            key,
            watched,
            format,
            composite,
            sent_at: now,
            evaluated_at: now,
            unseen: false,
            marked: false,
            history: VecDeque::new(),
            keeps: 0,
        }
    }

    /// What was sent, by path in the order of [`Observation::watched`].
    pub(super) fn sent(&mut self, entries: Vec<Vec<Entry>>, now: UtcMillis) {
        for (watched, entries) in self.watched.iter_mut().zip(entries) {
            watched.seen.clone_from(&entries);
            watched.sent = entries;
        }
        self.sent_at = now;
        self.evaluated_at = now;
        self.unseen = false;
        self.marked = false;
        self.history.clear();
    }

    /// What is told before the newest values, in formats that have times.
    pub(super) fn history(&self, newest: &[Vec<Entry>]) -> impl Iterator<Item = &Entry> {
        let now = || newest.iter().flatten();
        let same = |(a, b): (&Entry, &Entry)| a.path == b.path && a.value == b.value;
        let is_newest = |e: &Vec<Entry>| e.len() == now().count() && e.iter().zip(now()).all(same);
        // The last is nearly always what is told as the newest.
        let earlier = self.history.len() - usize::from(self.history.back().is_some_and(is_newest));
        self.history.iter().take(earlier).skip(earlier.saturating_sub(self.keeps)).flatten()
    }

    /// Looks at new values. `worth` says whether a change without a condition counts.
    pub(super) fn evaluate(
        &mut self,
        periods: Periods,
        now: UtcMillis,
        sampled: UtcMillis,
        mut look: impl FnMut(Path) -> (Attributes, Vec<Entry>),
        worth: impl Fn(&Entry, &Entry) -> bool,
    ) {
        if now.0 < self.evaluated_at.0.saturating_add(periods.evaluate) {
            self.unseen = true;
            return;
        }
        self.evaluated_at = now;
        self.unseen = false;
        let (mut kept, mut marked) = (0, false);
        for watched in &mut self.watched {
            let (attributes, entries) = look(watched.path);
            marked |= watched.changed(&attributes, &entries, &worth);
            kept = kept.max(attributes.hqmax.unwrap_or(0.0) as usize);
            watched.seen = entries;
        }
        self.marked |= marked;
        // While pmin holds a notification back, what would have gone out waits with it.
        if marked && kept > 0 {
            let time = sampled.0 as f64 / 1000.0;
            let values = self.watched.iter().flat_map(|w| &w.seen);
            self.history.push_back(values.map(|e| Entry { time: Some(time), ..e.clone() }).collect());
        }
        self.keeps = kept;
        while self.history.len() > kept + 1 {
            self.history.pop_front();
        }
    }

    /// When values are to be looked at without new ones: those that came too early, or the longest pause is over.
    pub(super) fn evaluate_at(&self, periods: Periods) -> Option<UtcMillis> {
        let after = |ms: i64| UtcMillis(self.evaluated_at.0.saturating_add(ms));
        let held = self.unseen.then(|| after(periods.evaluate));
        held.into_iter().chain(periods.evaluate_max.map(after)).min()
    }

    /// Whether a notification is due.
    pub(super) fn is_due(&self, periods: Periods, now: UtcMillis) -> bool {
        self.due_at(periods).is_some_and(|at| at <= now)
    }

    /// When one is, as things stand.
    pub(super) fn due_at(&self, periods: Periods) -> Option<UtcMillis> {
        let after = |ms: i64| UtcMillis(self.sent_at.0.saturating_add(ms));
        // OMA TS LightweightM2M Core 5.1.2: a pmax below pmin is ignored.
        let max = periods.max.filter(|max| *max > 0 && *max >= periods.min).map(after);
        if self.marked { Some(max.map_or(after(periods.min), |m| m.min(after(periods.min)))) } else { max }
    }
}

impl Watched {
    fn changed(&self, attributes: &Attributes, now: &[Entry], worth: impl Fn(&Entry, &Entry) -> bool) -> bool {
        if attributes.has_condition()
            && let [entry] = now
            && matches!(
                entry.value,
                Scalar::Int(_) | Scalar::Unsigned(_) | Scalar::Float(_) | Scalar::Time(_) | Scalar::Bool(_)
            )
        {
            return self.meets(attributes, &entry.value);
        }
        now.len() != self.sent.len()
            || now.iter().zip(&self.sent).any(|(new, old)| new.path != old.path || worth(old, new))
    }

    fn meets(&self, attributes: &Attributes, value: &Scalar) -> bool {
        let (Some(seen), Some(sent)) = (self.seen.first(), self.sent.first()) else { return true };
        if let Scalar::Bool(new) = value {
            let rising = attributes.edge.is_none_or(|edge| edge == 1.0);
            let either = attributes.edge.is_none();
            return seen.value != *value && (either || *new == rising);
        }
        let (Some(new), Some(seen), Some(sent)) = (value.as_f64(), seen.value.as_f64(), sent.value.as_f64()) else {
            return true;
        };
        let crossed =
            |limit: Option<f64>| limit.is_some_and(|l| (seen > l) != (new > l) || (seen < l) != (new < l) && new != l);
        crossed(attributes.gt) || crossed(attributes.lt) || attributes.st.is_some_and(|step| (new - sent).abs() >= step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_LIMIT: Periods = Periods { min: 0, max: None, evaluate: 0, evaluate_max: None };

    fn path() -> Path {
        Path::resource(9, 1)
    }

    fn start(value: f64) -> Observation {
        let mut observation = Observation::new(vec![1], &[path()], Format::Text, false, UtcMillis(0));
        observation.sent(vec![vec![Entry::new(path(), Scalar::Float(value))]], UtcMillis(0));
        observation
    }

    /// Feeds values one a second and gives the seconds at which it notified.
    fn notified(attributes: Attributes, periods: Periods, first: f64, values: &[f64]) -> Vec<i64> {
        let mut observation = start(first);
        let mut out = Vec::new();
        for (second, value) in (1..).zip(values) {
            let now = UtcMillis(second * 1000);
            let entries = vec![Entry::new(path(), Scalar::Float(*value))];
            observation.evaluate(
                periods,
                now,
                now,
                |_| (attributes, entries.clone()),
                |old, new| old.value != new.value,
            );
            if observation.is_due(periods, now) {
                out.push(second);
                observation.sent(vec![entries], now);
            }
        }
        out
    }

    #[test]
    fn without_attributes_every_change_notifies() {
        assert_eq!(notified(Attributes::default(), NO_LIMIT, 1.0, &[1.0, 2.0, 2.0, 3.0]), [2, 4]);
    }

    #[test]
    fn pmin_holds_back_and_sends_when_it_is_over() {
        let periods = Periods { min: 3000, ..NO_LIMIT };
        assert_eq!(notified(Attributes::default(), periods, 1.0, &[2.0, 2.0, 2.0, 2.0, 2.0, 3.0, 3.0]), [3, 6]);
        let mut observation = start(1.0);
        let changed = |_: Path| (Attributes::default(), vec![Entry::new(path(), Scalar::Float(2.0))]);
        observation.evaluate(periods, UtcMillis(1000), UtcMillis(1000), changed, |a, b| a != b);
        assert_eq!(observation.due_at(periods), Some(UtcMillis(3000)));
    }

    #[test]
    fn pmax_sends_without_a_change_and_is_ignored_below_pmin() {
        let periods = Periods { max: Some(2000), ..NO_LIMIT };
        assert_eq!(notified(Attributes::default(), periods, 1.0, &[1.0, 1.0, 1.0, 1.0]), [2, 4]);
        let periods = Periods { min: 3000, max: Some(2000), evaluate: 0, evaluate_max: None };
        assert_eq!(notified(Attributes::default(), periods, 1.0, &[1.0, 1.0, 1.0, 1.0]), [0_i64; 0]);
    }

    #[test]
    fn gt_and_lt_notify_at_each_crossing_only() {
        // OMA TS LightweightM2M Core 5.1.2: notify when the value crosses the limit, in either direction.
        let gt = Attributes { gt: Some(10.0), ..Attributes::default() };
        assert_eq!(notified(gt, NO_LIMIT, 5.0, &[9.0, 11.0, 12.0, 15.0, 8.0, 7.0]), [2, 5]);
        let lt = Attributes { lt: Some(10.0), ..Attributes::default() };
        assert_eq!(notified(lt, NO_LIMIT, 15.0, &[12.0, 9.0, 8.0, 11.0]), [2, 4]);
    }

    #[test]
    fn st_counts_from_the_value_last_sent() {
        let st = Attributes { st: Some(2.0), ..Attributes::default() };
        assert_eq!(notified(st, NO_LIMIT, 10.0, &[11.0, 11.5, 12.0, 13.0, 10.0]), [3, 5]);
    }

    #[test]
    fn epmin_looks_less_often() {
        let periods = Periods { evaluate: 3000, ..NO_LIMIT };
        assert_eq!(notified(Attributes::default(), periods, 1.0, &[2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), [3, 6]);
    }

    #[test]
    fn what_came_before_epmin_is_looked_at_when_it_is_over() {
        // OMA TS LightweightM2M Core 1.2, 7.3.2: epmin and epmax are the least and the most time between evaluations.
        let periods = Periods { evaluate: 3000, ..NO_LIMIT };
        let changed = |_: Path| (Attributes::default(), vec![Entry::new(path(), Scalar::Float(2.0))]);
        let mut observation = start(1.0);
        assert_eq!(observation.evaluate_at(periods), None);
        observation.evaluate(periods, UtcMillis(1000), UtcMillis(1000), changed, |a, b| a != b);
        assert_eq!((observation.evaluate_at(periods), observation.due_at(periods)), (Some(UtcMillis(3000)), None));
        observation.evaluate(periods, UtcMillis(3000), UtcMillis(3000), changed, |a, b| a != b);
        assert_eq!((observation.evaluate_at(periods), observation.due_at(periods)), (None, Some(UtcMillis(0))));
        let periods = Periods { evaluate_max: Some(5000), ..NO_LIMIT };
        assert_eq!(observation.evaluate_at(periods), Some(UtcMillis(8000)));
    }

    #[test]
    fn edge_tells_rising_from_falling() {
        let run = |edge| {
            let attributes = Attributes { edge, ..Attributes::default() };
            let mut observation = Observation::new(vec![1], &[path()], Format::Text, false, UtcMillis(0));
            observation.sent(vec![vec![Entry::new(path(), Scalar::Bool(false))]], UtcMillis(0));
            let mut out = Vec::new();
            for (n, value) in [true, true, false, true].into_iter().enumerate() {
                let now = UtcMillis(n as i64 + 1);
                let entries = vec![Entry::new(path(), Scalar::Bool(value))];
                observation.evaluate(NO_LIMIT, now, now, |_| (attributes, entries.clone()), |a, b| a != b);
                if observation.is_due(NO_LIMIT, now) {
                    observation.sent(vec![entries], now);
                    out.push(n);
                }
            }
            out
        };
        assert_eq!(run(Some(1.0)), [0, 3]);
        assert_eq!(run(Some(0.0)), [2]);
        assert_eq!(run(None), [0, 2, 3]);
    }
}
