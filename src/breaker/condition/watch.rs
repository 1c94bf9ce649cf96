//! What is learnt about one breaker while it works: ageing, times of the mechanism, resistance of the contacts.

use super::arrhenius::Ageing;
use super::chart::{BASELINE, Chart};
use super::remaining::Remaining;
use super::times::Times;
use crate::units::{Celsius, Phase, Phases, Seconds};
use serde::{Deserialize, Serialize};

/// Service time between two looks at the contacts: longer than a pole takes to settle.
pub(super) const EVERY_S: f64 = 3600.0;
/// A pole must be warmer than the air by this for its resistance to be told.
const LEAST_RISE_K: f64 = 3.0;
/// Resolution of the temperature measurement.
const RESOLUTION_K: f64 = 0.1;
/// Spread of the ratio that the resolution alone can make at the least rise.
const FLOOR: f64 = 0.01;
/// A contact is at its end at twice its resistance.
pub(super) const WORN_RATIO: f64 = 2.0;
/// Hours in which a contact may change much.
const UNIT_H: f64 = 1000.0;

/// The resistance of one contact against a new one, over time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactWatch {
    /// Against its own beginning.
    pub chart: Chart,
    /// Towards its end.
    pub remaining: Remaining,
    /// The newest ratio; none before the first look.
    pub ratio: Option<f64>,
}

impl Default for ContactWatch {
    fn default() -> Self {
        Self { chart: Chart::new(FLOOR), remaining: Remaining::until(WORN_RATIO, UNIT_H), ratio: None }
    }
}

/// Everything that is learnt; kept over a restart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// By heat.
    pub ageing: Ageing,
    /// From order to contact parting, through the trip coil or shunt.
    pub opening: Times,
    /// From order to touch.
    pub closing: Times,
    /// Winding of the spring.
    pub charging: Times,
    /// The contacts.
    pub contacts: Phases<ContactWatch>,
    /// Service time of the next look, s.
    next_s: f64,
}

/// The temperatures of one look, K over air.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// What the sensors say: pole over air.
    pub(super) measured: Phases<f64>,
    /// What a new pole would have with the same currents, without its terminals.
    pub(super) healthy: Phases<f64>,
    /// What its terminals would add.
    pub(super) terminal: Phases<f64>,
}

impl Watch {
    /// Heat works on the parts.
    pub(super) fn warm(&mut self, pole: Celsius, air: Celsius, unit: Celsius, elapsed: Seconds) {
        self.ageing.pass(pole, air, unit, elapsed);
    }

    /// Looks at the contacts when it is time. Says which pole has left its baseline with this look.
    pub(super) fn look(&mut self, service_s: f64, look: &Look) -> Option<Phase> {
        if service_s < self.next_s {
            return None;
        }
        self.next_s = service_s + EVERY_S;
        let mut left = None;
        for phase in Phase::ALL {
            if look.healthy[phase] < LEAST_RISE_K {
                continue;
            }
            let read = (look.measured[phase] / RESOLUTION_K).round() * RESOLUTION_K;
            let ratio = (read - look.terminal[phase]) / look.healthy[phase];
            let contact = &mut self.contacts[phase];
            let before = contact.chart.alarm();
            contact.remaining.push(service_s / 3600.0, ratio);
            contact.ratio = Some(ratio);
            if contact.chart.push(ratio) && !before {
                left = Some(phase);
            }
        }
        left
    }

    /// A service begins everything anew but the ageing.
    pub(super) fn serviced(&mut self) {
        let (ageing, next_s) = (self.ageing, self.next_s);
        *self = Self { ageing, next_s, ..Self::default() };
    }

    /// The pole whose contact has left its baseline furthest.
    #[must_use]
    pub fn anomaly(&self) -> Option<Phase> {
        let deviation = |p: &Phase| self.contacts[*p].chart.deviation().abs();
        Phase::ALL
            .into_iter()
            .filter(|p| self.contacts[*p].chart.alarm())
            .max_by(|a, b| deviation(a).total_cmp(&deviation(b)))
    }

    /// The anomaly detection in words.
    #[must_use]
    pub fn anomaly_words(&self) -> String {
        let learnt = Phase::ALL.map(|p| self.contacts[p].chart.learnt()).into_iter().max().unwrap_or(0);
        match self.anomaly() {
            Some(phase) => {
                let contact = &self.contacts[phase];
                let (mean, _) = contact.chart.baseline();
                let ratio = contact.ratio.unwrap_or(mean);
                format!(
                    "pole {} runs {:+.0} % off its baseline: check contact and terminal",
                    phase.letter(),
                    (ratio / mean - 1.0) * 100.0
                )
            }
            None if learnt < BASELINE => format!("learning, {learnt} of {BASELINE} samples"),
            // One false alarm in 343 samples of a pole by either chart (`benches/condition.rs`); one sample an hour.
            None => "none; by chance one in about 114 h of load on three poles".to_owned(),
        }
    }

    /// Hours until the first contact is at its end: earliest and likely. None: insufficient trend.
    #[must_use]
    pub fn remaining_h(&self) -> Option<(f64, f64)> {
        let bounds = Phase::ALL.into_iter().filter_map(|p| self.contacts[p].remaining.bound());
        bounds.map(|b| (b.earliest, b.likely)).min_by(|a, b| a.0.total_cmp(&b.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Dice;
    use super::*;

    fn look(measured: f64) -> Look {
        Look {
            measured: Phases::new(measured, 43.0, 43.0),
            healthy: Phases::splat(33.0),
            terminal: Phases::splat(10.0),
        }
    }

    /// A pole of twice the resistance has 33 K more; the limit is there, and before that the chart has spoken.
    #[test]
    fn a_contact_that_leaves_its_baseline_is_named() {
        let mut watch = Watch::default();
        let mut dice = Dice::new(1);
        let mut hour = 0.0;
        let mut next = |watch: &mut Watch, k: f64| {
            hour += 1.0;
            watch.look(hour * EVERY_S, &look(k))
        };
        for _ in 0..BASELINE {
            assert_eq!(next(&mut watch, 43.0 + 0.3 * dice.normal()), None);
        }
        assert!(watch.anomaly_words().starts_with("none"), "{}", watch.anomaly_words());
        let found = (0..20).find(|_| next(&mut watch, 46.3 + 0.3 * dice.normal()).is_some());
        // Ten percent of the resistance are ten floors of the spread: within a few looks.
        assert!(found.is_some_and(|n| n < 5), "{found:?}");
        assert_eq!(watch.anomaly(), Some(Phase::A));
        assert!(watch.anomaly_words().starts_with("pole A runs +10 %"), "{}", watch.anomaly_words());
        watch.serviced();
        assert_eq!(watch.anomaly(), None);
    }

    #[test]
    fn a_cold_pole_tells_nothing_and_looks_are_an_hour_apart() {
        let mut watch = Watch::default();
        let cold = Look { healthy: Phases::splat(1.0), ..look(2.0) };
        watch.look(0.0, &cold);
        assert_eq!(watch.contacts.a.ratio, None);
        watch.look(EVERY_S, &look(43.0));
        assert_eq!(watch.contacts.a.ratio, Some(1.0));
        watch.look(1.5 * EVERY_S, &look(76.0));
        assert_eq!(watch.contacts.a.ratio, Some(1.0), "half an hour later is too soon");
    }
}
