//! What a test found.

use crate::units::Seconds;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How a check, or a whole test, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Passed,
    /// Nothing could be said: the finding says why.
    Skipped,
    /// Not as it should be: the finding says what.
    Failed,
}

impl Outcome {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "not run",
            Self::Failed => "FAILED",
        }
    }

    /// Of several: failed when one failed; not run when nothing passed.
    pub fn of<'a>(checks: impl IntoIterator<Item = &'a Check>) -> Self {
        let mut passed = false;
        for check in checks {
            match check.outcome {
                Self::Failed => return Self::Failed,
                Self::Passed => passed = true,
                Self::Skipped => {}
            }
        }
        if passed { Self::Passed } else { Self::Skipped }
    }
}

/// The time in which something must happen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Not earlier.
    pub least: Seconds,
    /// Not later.
    pub most: Seconds,
}

impl Window {
    /// Whether a time lies in it.
    #[must_use]
    pub fn holds(&self, time: Seconds) -> bool {
        self.least <= time && time <= self.most
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Step of the profile it belongs to.
    pub step: Arc<str>,
    /// What was looked at: an element by its short name, a sensor, a part.
    pub item: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was done and seen, in words.
    pub finding: String,
    /// When it had to happen, by the settings.
    pub expected: Option<Window>,
    /// When it happened.
    pub measured: Option<Seconds>,
}

/// A whole test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestReport {
    /// Id of the test in the profile.
    pub test: Arc<str>,
    /// The breaker was to be tripped by it.
    pub with_trip: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub duration: Seconds,
    /// What was looked at, in order.
    pub checks: Vec<Check>,
    /// How the breaker stood before.
    pub as_found: String,
    /// How it was left.
    pub as_left: String,
    /// Why it ended before its end.
    pub ended: Option<String>,
}

impl TestReport {
    /// One line: the test, how it ended, and what did not pass.
    #[must_use]
    pub fn summary(&self) -> String {
        let count = |outcome| self.checks.iter().filter(|c| c.outcome == outcome).count();
        let (passed, all) = (count(Outcome::Passed), self.checks.len());
        let trip = if self.with_trip { " with trip" } else { "" };
        let mut line = format!("{}{trip} {}: {passed} of {all} checks passed", self.test, self.outcome.word());
        let failed: Vec<String> = self
            .checks
            .iter()
            .filter(|c| c.outcome == Outcome::Failed)
            .map(|c| format!("{}: {}", c.item, c.finding))
            .collect();
        if !failed.is_empty() {
            line = format!("{line}; {}", failed.join("; "));
        }
        if let Some(why) = &self.ended {
            line = format!("{line}; ended early: {why}");
        }
        line
    }
}

/// What is published of the last test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastTest {
    /// When it ended.
    pub utc: crate::time::UtcMillis,
    /// How it ended.
    pub outcome: Outcome,
    /// [`TestReport::summary`].
    pub text: Arc<str>,
}
