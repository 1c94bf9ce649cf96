//! The readings of one breaker at one instant, shared between those who look at them.
//!
//! Most of a device stands still: of some 250 readings a tick moves the fifty that are measured, and the clock. So readings
//! carry a mark that stays the same as long as nothing has moved that is told as an event: what has a metric and is not
//! measured. Whoever has seen a mark need not look again.

use super::Reading;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// All readings of one breaker, by position of the parameter in the profile. A clone shares them.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    list: Arc<Vec<Reading>>,
    steady: Option<Steady>,
}

/// The mark of readings. Where two have the same mark, all that has a metric and is not measured is the same in both.
#[derive(Clone, Debug)]
pub struct Steady(Arc<()>);

impl Steady {
    /// A mark that no readings have yet.
    pub(super) fn new() -> Self {
        Self(Arc::new(()))
    }
}

/// Marks are told apart by where they are: each holds its place as long as anybody remembers it.
impl PartialEq for Steady {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Readings {
    pub(super) fn marked(list: Vec<Reading>, steady: Steady) -> Self {
        Self { list: Arc::new(list), steady: Some(steady) }
    }

    /// The mark; none where nobody has compared them with the readings before.
    #[must_use]
    pub fn steady(&self) -> Option<&Steady> {
        self.steady.as_ref()
    }

    /// Changes measured readings, and nothing else: the mark stays.
    pub fn measure(&mut self, change: impl FnOnce(&mut [Reading])) {
        let list: &mut Vec<Reading> = Arc::make_mut(&mut self.list);
        change(list);
    }

    /// The readings as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Reading] {
        &self.list
    }
}

impl From<Vec<Reading>> for Readings {
    fn from(list: Vec<Reading>) -> Self {
        Self { list: Arc::new(list), steady: None }
    }
}

impl FromIterator<Reading> for Readings {
    fn from_iter<I: IntoIterator<Item = Reading>>(readings: I) -> Self {
        Self::from(readings.into_iter().collect::<Vec<_>>())
    }
}

impl Deref for Readings {
    type Target = [Reading];

    fn deref(&self) -> &[Reading] {
        &self.list
    }
}

/// Anything may be changed, so the mark is gone.
impl DerefMut for Readings {
    fn deref_mut(&mut self) -> &mut [Reading] {
        self.steady = None;
        let list: &mut Vec<Reading> = Arc::make_mut(&mut self.list);
        list
    }
}

impl<'a> IntoIterator for &'a Readings {
    type Item = &'a Reading;
    type IntoIter = std::slice::Iter<'a, Reading>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

/// By what is read; the mark says only who compared.
impl PartialEq for Readings {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.list, &other.list) || self.list == other.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::Quality;
    use crate::profile::Value;

    fn readings() -> Vec<Reading> {
        (0..3).map(|n| Reading { value: Some(Value::Int(n)), quality: Quality::Good }).collect()
    }

    #[test]
    fn the_mark_goes_when_anything_may_have_changed() {
        let first = Readings::marked(readings(), Steady::new());
        let mut second = first.clone();
        assert_eq!(first.steady(), second.steady());
        second[1].value = None;
        assert_eq!(second.steady(), None);
        assert_ne!(first, second);
        assert_eq!(first, Readings::from(readings()));
    }

    #[test]
    fn the_mark_stays_when_only_measured_readings_change() {
        let first = Readings::marked(readings(), Steady::new());
        let mut second = first.clone();
        second.measure(|list| list[1].value = None);
        assert!(first.steady().is_some() && first.steady() == second.steady());
        assert_eq!(first[1].value, Some(Value::Int(1)), "a clone is its own once it is changed");
    }

    #[test]
    fn no_two_marks_are_the_same() {
        assert_ne!(Steady::new(), Steady::new());
    }
}
