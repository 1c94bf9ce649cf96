//! The file format; described for authors in `assets/drills/README.md`.

use crate::breaker::injection::Injection;
use crate::power::LoadSpec;
use crate::session::misbehaviour::Misbehaviour;
use crate::units::{Amperes, Ohms};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One drill.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Short and unique, for example `AC031`.
    pub id: String,
    /// One line.
    pub title: String,
    /// What it teaches or proves, for people.
    #[serde(default)]
    pub lesson: String,
    /// Template of the profile.
    #[serde(default = "standard")]
    pub template: String,
    /// Settings over the template, by parameter id, in the unit of the profile; ratings too.
    #[serde(default)]
    pub settings: BTreeMap<String, toml::Value>,
    /// Shipped plant by name.
    #[serde(default = "switchboard")]
    pub plant: String,
    /// How many breakers of it.
    #[serde(default = "one")]
    pub breakers: usize,
    /// The breaker that is looked at, counted from 1.
    #[serde(default = "one")]
    pub breaker: usize,
    /// How the source is grounded; as the plant has it when absent.
    pub grounding: Option<Grounding>,
    /// The load of the breaker that is looked at; that of the plant when absent.
    pub load: Option<LoadSpec>,
    /// Position of the breaker at the start.
    #[serde(default)]
    pub initial: Initial,
    /// Seed of everything random.
    #[serde(default = "seed")]
    pub seed: u64,
    /// How long it lasts, in simulated seconds.
    pub duration_s: f64,
    /// The instant from which operate and clearing times are counted; the first step with an injection when absent.
    pub reference_s: Option<f64>,
    /// What is done, and when.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
    /// What is expected.
    pub expect: Expect,
}

/// How the neutral of the source is grounded.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Grounding {
    /// Through a resistor.
    Resistance(Ohms),
    /// Not at all; the capacitance of the system carries this current of a bolted ground fault.
    Ungrounded {
        /// Charging current of the system.
        charging: Amperes,
    },
}

/// Position of the breaker at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Initial {
    /// Closed, spring charged, all memories zero.
    #[default]
    Closed,
    /// Open, spring charged, all memories zero.
    Open,
}

/// Something done at an instant: any of its actions, in the order of the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Seconds from the start, or from the mark in `after`.
    #[serde(default)]
    pub at_s: f64,
    /// Counts `at_s` from this mark.
    pub after: Option<Mark>,
    /// Which occurrence of the mark.
    #[serde(default = "one")]
    pub nth: usize,
    /// Breaker it is done to, counted from 1; that of the case when absent.
    pub breaker: Option<usize>,
    /// Takes all disturbances away first.
    #[serde(default)]
    pub clear: bool,
    /// Puts a disturbance on.
    pub inject: Option<Injection>,
    /// Writes settings, all or none.
    #[serde(default)]
    pub write: BTreeMap<String, toml::Value>,
    /// Applies a template.
    pub template: Option<String>,
    /// Gives a command.
    pub command: Option<Order>,
    /// Switches a fault on purpose on, on every link that has it; only where the case drives a running fleet.
    pub misbehave: Option<Misbehaviour>,
    /// Switches it off.
    pub behave: Option<Misbehaviour>,
    /// The command must be refused with these words in the reason; absent: it must be done.
    pub refused: Option<String>,
}

/// Instants that a step can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// A trip command.
    Trip,
    /// Contacts of all poles have interrupted.
    Opened,
    /// Contacts have closed.
    Closed,
}

/// Commands of a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Open.
    Open,
    /// Close.
    Close,
    /// Trip.
    Trip,
    /// Reset latch and lockout.
    Reset,
    /// Maintenance mode on.
    MaintenanceOn,
    /// Maintenance mode off.
    MaintenanceOff,
}

/// What is expected.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Short name of the element that trips (`I`, `L`, `51`...), or `NONE`.
    pub element: Option<String>,
    /// Which trip is meant, counted from 1.
    #[serde(default = "one")]
    pub trip: usize,
    /// Window of the trip command, seconds from the reference.
    pub operate_s: Option<[f64; 2]>,
    /// The last pole has interrupted by then, seconds from the reference.
    pub clear_max_s: Option<f64>,
    /// State at the end: `Open`, `Closed`, `Tripped`, `Fault`, or `Locked out` (tripped with 86 latched).
    pub state: Option<String>,
    /// Numbers and words that must come out.
    #[serde(default)]
    pub quantity: Vec<Quantity>,
    /// Events that must, or must not, be on record.
    #[serde(default)]
    pub event: Vec<Event>,
    /// A second run must leave the same records, to the last byte.
    #[serde(default)]
    pub same_again: bool,
}

/// A number or a word that must come out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// A quantity of the trip (`trip_current_A`, `trip_reason`, `delay_s`, ...) or a parameter id of the profile.
    pub name: String,
    /// At this instant; at the end when absent.
    pub at_s: Option<f64>,
    /// What must come out; or the bounds below.
    pub value: Option<toml::Value>,
    /// A number not less than this must come out.
    pub at_least: Option<f64>,
    /// A number not more than this must come out.
    pub at_most: Option<f64>,
    /// How much it may differ: a number in the unit of the quantity, or a text like `3%`.
    pub tolerance: Option<toml::Value>,
}

/// An event that must, or must not, be on record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Words in the line of the event, as `record` prints it.
    pub contains: String,
    /// False: it must not happen.
    #[serde(default = "yes")]
    pub present: bool,
    /// Window of the first such event, seconds from the reference.
    pub within_s: Option<[f64; 2]>,
}

fn standard() -> String {
    "StandardProtection".to_owned()
}
fn switchboard() -> String {
    "switchboard".to_owned()
}
const fn one() -> usize {
    1
}
const fn seed() -> u64 {
    1
}
const fn yes() -> bool {
    true
}

/// A file: one case at the top level, or a list under `[[case]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    case: Vec<Case>,
}

/// What is wrong with a drill file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct FileError {
    /// The file as the caller named it.
    pub file: String,
    /// Line, from 1; 0 when the mistake has no place.
    pub line: usize,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// Reads the cases of a file.
///
/// # Errors
/// The first mistake of form with its line, or every mistake of meaning.
pub fn parse(text: &str, file: &str) -> Result<Vec<Case>, Vec<FileError>> {
    let syntax = |e: &toml::de::Error| {
        let line = e.span().map_or(0, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
        vec![FileError { file: file.to_owned(), line, reason: e.message().to_owned() }]
    };
    let table: toml::Table = toml::from_str(text).map_err(|e| syntax(&e))?;
    let cases = if table.contains_key("case") {
        toml::from_str::<List>(text).map_err(|e| syntax(&e))?.case
    } else {
        vec![toml::from_str::<Case>(text).map_err(|e| syntax(&e))?]
    };
    let mut faults = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        let line = text
            .lines()
            .position(|l| l.trim_start().starts_with("id") && l.contains(&format!("\"{}\"", case.id)))
            .map_or(0, |n| n + 1);
        let mut complain = |reason: String| {
            faults.push(FileError { file: file.to_owned(), line, reason: format!("{}: {reason}", case.id) });
        };
        check(case, &mut complain);
        if cases[..n].iter().any(|other| other.id == case.id) {
            complain("the id is used twice".to_owned());
        }
    }
    if faults.is_empty() { Ok(cases) } else { Err(faults) }
}

/// Longest drill, simulated seconds: a day.
const LONGEST_S: f64 = 86_400.0;

fn check(case: &Case, complain: &mut impl FnMut(String)) {
    if !(case.duration_s > 0.0 && case.duration_s <= LONGEST_S) {
        complain(format!("duration_s must be more than 0 and at most {LONGEST_S}"));
    }
    if case.breakers == 0 || case.breakers > 64 {
        complain("breakers must be from 1 to 64".to_owned());
    }
    let exists = |n: usize| (1..=case.breakers).contains(&n);
    if !exists(case.breaker) {
        complain(format!("breaker {} is not one of 1 to {}", case.breaker, case.breakers));
    }
    for step in &case.steps {
        let idle = !step.clear
            && step.inject.is_none()
            && step.write.is_empty()
            && step.template.is_none()
            && step.command.is_none()
            && !step.needs_links();
        if idle {
            complain(format!("the step at {} s does nothing", step.at_s));
        }
        if !(step.at_s >= 0.0 && step.at_s <= case.duration_s) {
            complain(format!("the step at {} s lies outside the drill", step.at_s));
        }
        if step.breaker.is_some_and(|n| !exists(n)) {
            complain(format!("the step at {} s names a breaker that does not exist", step.at_s));
        }
        if step.nth == 0 || case.expect.trip == 0 {
            complain("nth and trip are counted from 1".to_owned());
        }
        let asks = step.command.is_some() || !step.write.is_empty() || step.template.is_some();
        if step.refused.is_some() && !asks {
            complain(format!("the step at {} s expects a refusal but asks nothing", step.at_s));
        }
    }
    for window in case.expect.operate_s.iter().chain(case.expect.event.iter().filter_map(|e| e.within_s.as_ref())) {
        if window[0] > window[1] {
            complain(format!("the window {window:?} ends before it begins"));
        }
    }
    for quantity in &case.expect.quantity {
        if let Err(reason) = super::expect::Tolerance::read(quantity.tolerance.as_ref()) {
            complain(format!("quantity {}: {reason}", quantity.name));
        }
        let bounded = quantity.at_least.is_some() || quantity.at_most.is_some();
        if bounded == quantity.value.is_some() {
            complain(format!("quantity {}: state a value, or at_least and at_most", quantity.name));
        }
    }
    let none = case.expect.element.as_deref() == Some("NONE");
    if none && (case.expect.operate_s.is_some() || case.expect.clear_max_s.is_some()) {
        complain("nothing trips by element = \"NONE\", so that there is no operate_s or clear_max_s".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breaker::injection::FaultKind;

    const GOOD: &str = r#"
        id = "X1"
        title = "three-phase fault"
        template = "IndustrialLSIG"
        settings = { InstantaneousPickup = 900 }
        duration_s = 1.0
        [[step]]
        at_s = 0.2
        inject = { what = "fault", kind = "3PH", distance_m = 30 }
        [[step]]
        after = "trip"
        at_s = 0.5
        command = "close"
        refused = "86"
        [expect]
        element = "HW"
        operate_s = [0, 0.012]
        quantity = [{ name = "trip_current_A", value = 11370, tolerance = "3%" }]
        event = [{ contains = "spring", present = false }]
    "#;

    #[test]
    fn a_case_reads_as_written() {
        let case = parse(GOOD, "x.toml").unwrap().remove(0);
        assert_eq!(case.initial, Initial::Closed);
        assert!(
            matches!(case.steps[0].inject, Some(Injection::Fault(f)) if f.kind == FaultKind::ThreePhase && f.distance_m == 30.0)
        );
        assert_eq!(case.steps[1].after, Some(Mark::Trip));
        assert_eq!(case.expect.operate_s, Some([0.0, 0.012]));
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let error = parse(&GOOD.replace("duration_s", "duraton_s"), "x.toml").unwrap_err();
        assert!(error[0].to_string().starts_with("x.toml:6: unknown field `duraton_s`"), "{}", error[0]);
        let error = parse(&GOOD.replace("\"3PH\"", "\"4PH\""), "x.toml").unwrap_err();
        assert!(error[0].reason.contains("4PH"), "{}", error[0]);
    }

    #[test]
    fn mistakes_of_meaning_are_reported_all_at_once() {
        let text = GOOD.replace("at_s = 0.2", "at_s = 9").replace("[0, 0.012]", "[2, 1]").replace("\"3%\"", "\"3 A\"");
        let reasons: Vec<_> = parse(&text, "x.toml").unwrap_err().into_iter().map(|e| e.to_string()).collect();
        assert_eq!(reasons.len(), 3, "{reasons:?}");
        assert!(reasons.iter().all(|r| r.starts_with("x.toml:2: X1: ")), "{reasons:?}");
    }
}
