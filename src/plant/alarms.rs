//! The alarms of one breaker: conditions of the profile over its points, and what operators have seen of them.
//!
//! States as in ISA-18.2: an alarm that is active or was active and has not been acknowledged is on the list; it leaves
//! the list when it is neither.

use crate::point::Reading;
use crate::profile::{ParameterIx, Profile};
use crate::time::UtcMillis;

/// One alarm of the list, by its position in the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) alarm: usize,
    pub(super) active: bool,
    pub(super) acknowledged: bool,
    pub(super) since: UtcMillis,
}

/// The parameters on which the alarms of a profile depend.
pub(super) fn watched(profile: &Profile) -> Vec<ParameterIx> {
    let mut watched = Vec::new();
    for alarm in &profile.alarms {
        alarm.when.parameters(&mut |ix| watched.push(ix));
    }
    watched.sort_unstable();
    watched.dedup();
    watched
}

/// The list of one breaker.
#[derive(Clone, Debug, Default)]
pub(super) struct AlarmList {
    listed: Vec<Listed>,
}

impl AlarmList {
    /// What is on the list.
    pub(super) fn listed(&self) -> &[Listed] {
        &self.listed
    }

    /// Looks at the points. Returns what changed.
    pub(super) fn judge(&mut self, profile: &Profile, readings: &[Reading], now: UtcMillis) -> Vec<Listed> {
        let mut changed = Vec::new();
        for (alarm, definition) in profile.alarms.iter().enumerate() {
            // A condition over a value that is not available says nothing: the alarm stays as it is.
            let Some(active) = definition.when.eval(profile, readings) else { continue };
            match self.listed.iter_mut().find(|l| l.alarm == alarm) {
                Some(listed) if listed.active != active => {
                    listed.active = active;
                    if active {
                        // Back again: it has to be seen again.
                        listed.acknowledged = false;
                        listed.since = now;
                    }
                    changed.push(*listed);
                }
                None if active => {
                    let listed = Listed { alarm, active, acknowledged: false, since: now };
                    self.listed.push(listed);
                    changed.push(listed);
                }
                _ => {}
            }
        }
        self.forget();
        changed
    }

    /// An operator has seen one alarm, or all. Returns what changed.
    pub(super) fn acknowledge(&mut self, alarm: Option<usize>) -> Vec<Listed> {
        let mut changed = Vec::new();
        for listed in &mut self.listed {
            if !listed.acknowledged && alarm.is_none_or(|a| a == listed.alarm) {
                listed.acknowledged = true;
                changed.push(*listed);
            }
        }
        self.forget();
        changed
    }

    /// The bits of the active alarms.
    pub(super) fn bits(&self, profile: &Profile) -> u8 {
        self.listed
            .iter()
            .filter(|l| l.active)
            .filter_map(|l| profile.alarms.get(l.alarm))
            .fold(0, |bits, alarm| bits | 1u8.checked_shl(u32::from(alarm.bit)).unwrap_or(0))
    }

    fn forget(&mut self) {
        self.listed.retain(|l| l.active || !l.acknowledged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::Quality;
    use crate::profile::Value;

    fn bench() -> (Profile, Vec<Reading>, usize, usize) {
        let profile = Profile::parse(Profile::SHIPPED, "shipped").unwrap();
        let readings =
            profile.parameters.iter().map(|p| Reading { value: p.default.clone(), quality: Quality::Good }).collect();
        let due = profile.parameter("MaintenanceDue").unwrap().0.0;
        let alarm = profile.alarms.iter().position(|a| a.id == "MaintenanceAlarm").unwrap();
        (profile, readings, due, alarm)
    }

    #[test]
    fn an_alarm_stays_on_the_list_until_it_is_gone_and_seen() {
        let (profile, mut readings, due, alarm) = bench();
        let mut list = AlarmList::default();
        readings[due].value = Some(Value::Bool(true));
        let changed = list.judge(&profile, &readings, UtcMillis(5));
        assert_eq!(changed, [Listed { alarm, active: true, acknowledged: false, since: UtcMillis(5) }]);
        assert_eq!(list.bits(&profile), 1 << profile.alarms[alarm].bit);
        assert!(list.judge(&profile, &readings, UtcMillis(6)).is_empty(), "no change, no record");

        readings[due].value = Some(Value::Bool(false));
        assert_eq!(list.judge(&profile, &readings, UtcMillis(7)).len(), 1);
        assert_eq!(list.bits(&profile), 0);
        assert_eq!(list.listed().len(), 1, "gone, but nobody has seen it");
        assert_eq!(list.acknowledge(None).len(), 1);
        assert!(list.listed().is_empty());
    }

    #[test]
    fn an_acknowledged_alarm_that_comes_back_has_to_be_seen_again() {
        let (profile, mut readings, due, alarm) = bench();
        let mut list = AlarmList::default();
        readings[due].value = Some(Value::Bool(true));
        list.judge(&profile, &readings, UtcMillis(1));
        assert_eq!(list.acknowledge(Some(alarm + 1)).len(), 0, "another alarm");
        assert_eq!(list.acknowledge(Some(alarm)).len(), 1);
        assert_eq!(list.listed().len(), 1, "seen, but still active");
        readings[due].value = Some(Value::Bool(false));
        list.judge(&profile, &readings, UtcMillis(2));
        assert!(list.listed().is_empty());
        readings[due].value = Some(Value::Bool(true));
        assert!(!list.judge(&profile, &readings, UtcMillis(3))[0].acknowledged);
    }

    #[test]
    fn a_value_that_is_not_available_changes_nothing() {
        let (profile, mut readings, due, _) = bench();
        let mut list = AlarmList::default();
        readings[due].value = Some(Value::Bool(true));
        list.judge(&profile, &readings, UtcMillis(1));
        readings[due].value = None;
        assert!(list.judge(&profile, &readings, UtcMillis(2)).is_empty());
        assert!(list.listed()[0].active);
    }
}
