//! The plant file: source, breakers, feeders, loads.

use super::PlantError;
use crate::power::{BreakerSpec, FeederSpec, LoadSpec, SourceSpec, Wiring};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Three feeders on a bus of 480 V.
pub const SHIPPED: &str = include_str!("../../assets/plants/switchboard.toml");

/// A main and four feeders, with zone interlocking.
pub const SHIPPED_WITH_MAIN: &str = include_str!("../../assets/plants/main-and-feeders.toml");

/// The text of a shipped plant by name: `switchboard` (or `shipped`), `main-and-feeders`.
pub fn shipped(name: &str) -> Option<&'static str> {
    match name {
        "shipped" | "switchboard" => Some(SHIPPED),
        "main-and-feeders" => Some(SHIPPED_WITH_MAIN),
        _ => None,
    }
}

/// A plant file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantSpec {
    /// Its name.
    pub name: String,
    /// What feeds the bus.
    #[serde(default)]
    pub source: SourceSpec,
    /// The breakers, in order.
    #[serde(rename = "breaker", default)]
    pub breakers: Vec<BreakerPlan>,
}

/// One breaker of a plant file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakerPlan {
    /// Short designation on the one-line diagram.
    pub designation: String,
    /// What it feeds.
    pub feeds: String,
    /// It feeds the bus.
    #[serde(default)]
    pub main: bool,
    /// Closed at the first start.
    #[serde(default = "yes")]
    pub closed: bool,
    /// The cable.
    #[serde(default)]
    pub feeder: FeederSpec,
    /// The load at its end.
    #[serde(default)]
    pub load: LoadSpec,
    /// Settings and ratings that differ from the profile, by parameter id, in the unit of the profile.
    #[serde(default)]
    pub settings: BTreeMap<String, toml::Value>,
}

const fn yes() -> bool {
    true
}

impl BreakerPlan {
    /// As the network needs it. A breaker of one or two poles feeds a load between its conductors and neutral.
    pub(super) fn electrical(&self, poles: i64) -> BreakerSpec {
        let wiring = if poles < 3 { Wiring::FourWire } else { self.load.wiring };
        let load = LoadSpec { wiring, ..self.load };
        if self.main { BreakerSpec::Main } else { BreakerSpec::Feeder { feeder: self.feeder, load } }
    }
}

impl PlantSpec {
    /// Reads a plant file.
    ///
    /// # Errors
    /// When the text is no TOML, has an unknown key or lacks one, has no breaker, or calls two by one name.
    pub fn parse(text: &str) -> Result<Self, PlantError> {
        let spec: Self = toml::from_str(text).map_err(|e| PlantError::File(e.to_string()))?;
        if spec.breakers.is_empty() {
            return Err(PlantError::NoBreaker);
        }
        for (at, plan) in spec.breakers.iter().enumerate() {
            if spec.breakers[..at].iter().any(|earlier| earlier.designation == plan.designation) {
                return Err(PlantError::SameDesignation(plan.designation.clone()));
            }
        }
        Ok(spec)
    }

    /// The plans of `count` breakers: the first of the file, its feeders again and again when that is more than it has.
    ///
    /// # Errors
    /// When the count is not 1 to 10000, or there is no feeder to repeat.
    pub fn plans(&self, count: usize) -> Result<Vec<BreakerPlan>, PlantError> {
        if !(1..=10_000).contains(&count) {
            return Err(PlantError::HowMany(count));
        }
        let mut plans: Vec<BreakerPlan> = self.breakers.iter().take(count).cloned().collect();
        let feeders: Vec<&BreakerPlan> = self.breakers.iter().filter(|b| !b.main).collect();
        let mut round = 0;
        while plans.len() < count {
            let Some(model) = feeders.get(round % feeders.len().max(1)) else {
                return Err(PlantError::OnlyMain(self.breakers[0].designation.clone(), count));
            };
            let turn = round / feeders.len() + 2;
            plans.push(BreakerPlan {
                designation: self.next_designation(&plans),
                feeds: format!("{} ({turn})", model.feeds),
                ..(*model).clone()
            });
            round += 1;
        }
        Ok(plans)
    }

    fn next_designation(&self, plans: &[BreakerPlan]) -> String {
        let last = self.breakers.last().map_or("Q00", |b| b.designation.as_str());
        let beyond = plans.len() + 1 - self.breakers.len();
        super::device_id::counted(last, beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_plants_are_read() {
        let plain = PlantSpec::parse(SHIPPED).unwrap();
        assert_eq!(plain.breakers.iter().map(|b| b.designation.as_str()).collect::<Vec<_>>(), ["Q01", "Q02", "Q03"]);
        assert!(plain.breakers.iter().all(|b| !b.main));
        let with_main = PlantSpec::parse(SHIPPED_WITH_MAIN).unwrap();
        assert_eq!(with_main.breakers.iter().filter(|b| b.main).count(), 1);
    }

    #[test]
    fn more_breakers_than_the_file_has_repeat_its_feeders() {
        let plans = PlantSpec::parse(SHIPPED_WITH_MAIN).unwrap().plans(12).unwrap();
        assert_eq!(plans.len(), 12);
        assert_eq!(plans.iter().filter(|p| p.main).count(), 1);
        let mut names: Vec<&str> = plans.iter().map(|p| p.designation.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 12, "designations stay apart");
        assert_eq!(PlantSpec::parse(SHIPPED).unwrap().plans(2).unwrap().len(), 2);
    }

    #[test]
    fn a_bad_file_says_what_is_wrong() {
        let cases = [
            ("name = 1", "plant file"),
            ("name = \"x\"", "no [[breaker]]"),
            ("name = \"x\"\n[[breaker]]\ndesignation = \"Q1\"\nfeeds = \"a\"\ncolour = \"red\"", "colour"),
            ("name = \"x\"\n[[breaker]]\ndesignation = \"Q1\"", "feeds"),
            (
                "name = \"x\"\n[[breaker]]\ndesignation = \"Q1\"\nfeeds = \"a\"\n[[breaker]]\ndesignation = \"Q1\"\nfeeds = \"b\"",
                "Q1",
            ),
        ];
        for (text, word) in cases {
            let error = PlantSpec::parse(text).unwrap_err().to_string();
            assert!(error.contains(word), "{error:?} does not name {word:?}");
        }
        let only_main = "name = \"x\"\n[[breaker]]\ndesignation = \"Q0\"\nfeeds = \"bus\"\nmain = true";
        assert!(PlantSpec::parse(only_main).unwrap().plans(2).is_err());
        assert!(PlantSpec::parse(SHIPPED).unwrap().plans(0).is_err());
    }
}
