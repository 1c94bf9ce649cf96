//! One figure for the condition: the least of its parts, with the part that limits it and what to do.

use super::watch::WORN_RATIO;
use super::{Condition, OPENING_LIMIT};
use crate::units::{Percent, Phase, Seconds};

/// Under this something should be planned.
const PLAN: f64 = 40.0;
/// At this or under it should be done now: eighty percent worn.
const ACT: f64 = 20.0;
/// A mechanism that has become slow is not healthier than this.
const SLOW: f64 = 40.0;

/// The parts of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Main contacts.
    Contacts,
    /// Insulation and grease.
    Ageing,
    /// Drive.
    Mechanism,
    /// Trip unit.
    Electronics,
}

impl Part {
    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Ageing => "ageing",
            Self::Mechanism => "mechanism",
            Self::Electronics => "electronics",
        }
    }
}

/// Health of a breaker.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// The least of the parts.
    pub share: Percent,
    /// Which part that is.
    pub limit: Part,
    /// What to do, in words.
    pub action: String,
}

/// What the health depends on besides the condition.
#[derive(Clone, Copy, Debug, Default)]
pub struct Findings {
    /// A failure to open stands.
    pub fault: bool,
    /// The last test failed.
    pub test_failed: bool,
    /// Opening time of the newest movement through the coil.
    pub opening: Option<Seconds>,
}

/// From what is known.
pub(super) fn health(c: &Condition, nominal_opening: Seconds, findings: Findings) -> Health {
    let (pole, contacts) = contacts(c);
    let (aged, used) = c.watch.ageing.worst();
    let parts = [
        (Part::Contacts, contacts, format!("renew the contacts of pole {}", pole.letter())),
        (Part::Ageing, 100.0 * (1.0 - used), format!("replace what has aged: {aged}")),
        (Part::Mechanism, mechanism(c, nominal_opening, findings), "clean and grease the mechanism".to_owned()),
        (
            Part::Electronics,
            if findings.test_failed { 0.0 } else { 100.0 * (1.0 - c.watch.ageing.electronics) },
            if findings.test_failed { "see what the last test found" } else { "replace the trip unit" }.to_owned(),
        ),
    ];
    let [first, rest @ ..] = parts;
    let (limit, share, what) = rest.into_iter().fold(first, |least, part| if part.1 < least.1 { part } else { least });
    let share = share.clamp(0.0, 100.0);
    let action = match share {
        s if s <= ACT => format!("now: {what}"),
        s if s < PLAN => format!("plan: {what}"),
        _ => "none".to_owned(),
    };
    Health { share: Percent(share), limit, action }
}

/// By wear and by resistance, of the worst pole.
fn contacts(c: &Condition) -> (Phase, f64) {
    let of = |phase: Phase| {
        let worn = 100.0 - c.wear()[phase].0;
        let resistance = c.watch.contacts[phase].ratio.map(|r| 100.0 * (WORN_RATIO - r) / (WORN_RATIO - 1.0));
        resistance.map_or(worn, |r| r.min(worn))
    };
    Phase::ALL.into_iter().map(|p| (p, of(p))).fold((Phase::A, 100.0), |w, p| if p.1 < w.1 { p } else { w })
}

/// From the nominal opening time to the limit; a trend that is slow beyond chance counts too.
fn mechanism(c: &Condition, nominal: Seconds, findings: Findings) -> f64 {
    if findings.fault {
        return 0.0;
    }
    let of_time =
        findings.opening.map_or(100.0, |o| 100.0 * ((OPENING_LIMIT - o) / (OPENING_LIMIT - nominal)).min(1.0));
    let slow = c.watch.opening.slow() || c.watch.closing.slow() || c.watch.charging.slow();
    if slow { of_time.min(SLOW - 1.0) } else { of_time }
}
