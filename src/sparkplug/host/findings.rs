//! What was found, counted: one entry a rule and a place.

use super::rule::Rule;
use crate::time::UtcMillis;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Longest detail kept, characters.
const DETAIL: usize = 160;

/// Where something was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Group id; empty when the topic names none.
    pub group: Arc<str>,
    /// Edge node id; empty when the topic names none.
    pub node: Arc<str>,
    /// Device id.
    pub device: Option<Arc<str>>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.group, self.node)?;
        match &self.device {
            Some(device) => write!(f, "/{device}"),
            None => Ok(()),
        }
    }
}

/// A rule that was broken, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// By whom.
    pub place: Place,
    /// What it looked like the first time.
    pub detail: Arc<str>,
    /// How often.
    pub count: u64,
    /// When first.
    pub first: UtcMillis,
    /// When last.
    pub last: UtcMillis,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.rule.text())?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        match self.rule.tck_id() {
            Some(id) => write!(f, " [{id}]"),
            None => Ok(()),
        }
    }
}

/// All findings.
#[derive(Clone, Debug)]
pub struct Findings {
    entries: BTreeMap<(Place, Rule), Finding>,
    most: usize,
    total: u64,
    unlisted: u64,
}

impl Findings {
    pub(super) const fn new(most: usize) -> Self {
        Self { entries: BTreeMap::new(), most, total: 0, unlisted: 0 }
    }

    /// Counts a breach; gives the finding when it is the first of its kind at its place.
    pub(super) fn add(
        &mut self,
        place: &Place,
        rule: Rule,
        detail: fmt::Arguments<'_>,
        now: UtcMillis,
    ) -> Option<Finding> {
        self.total += 1;
        let key = (place.clone(), rule);
        if let Some(known) = self.entries.get_mut(&key) {
            known.count += 1;
            known.last = now;
            return None;
        }
        if self.entries.len() >= self.most {
            self.unlisted += 1;
            return None;
        }
        let detail: String = detail.to_string().chars().take(DETAIL).collect();
        let found = Finding { rule, place: place.clone(), detail: detail.into(), count: 1, first: now, last: now };
        self.entries.insert(key, found.clone());
        Some(found)
    }

    /// Every finding, by place.
    pub fn list(&self) -> impl Iterator<Item = &Finding> {
        self.entries.values()
    }

    /// Breaches of all rules.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Breaches that are counted and not listed, because the list is full.
    #[must_use]
    pub const fn unlisted(&self) -> u64 {
        self.unlisted
    }

    /// How often a rule was broken anywhere.
    #[must_use]
    pub fn count(&self, rule: Rule) -> u64 {
        self.entries.values().filter(|f| f.rule == rule).map(|f| f.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_once_a_rule_and_place_and_bounded() {
        let mut findings = Findings::new(2);
        let place = |node: &str| Place { group: "g".into(), node: node.into(), device: None };
        assert!(findings.add(&place("a"), Rule::SeqGap, format_args!("5 for 4"), UtcMillis(1)).is_some());
        assert!(findings.add(&place("a"), Rule::SeqGap, format_args!("9 for 7"), UtcMillis(2)).is_none());
        assert!(findings.add(&place("b"), Rule::SeqGap, format_args!(""), UtcMillis(3)).is_some());
        assert!(findings.add(&place("c"), Rule::SeqGap, format_args!(""), UtcMillis(4)).is_none());
        assert_eq!((findings.total(), findings.unlisted(), findings.count(Rule::SeqGap)), (4, 1, 3));
        let first = findings.list().next().unwrap();
        assert_eq!((first.count, first.first, first.last, &*first.detail), (2, UtcMillis(1), UtcMillis(2), "5 for 4"));
        assert_eq!(
            first.to_string(),
            "g/a: a gap in seq that was not closed in time: 5 for 4 [tck-id-payloads-sequence-num-incrementing]"
        );
    }
}
