//! Diagnostics: tests that a breaker runs on itself, in simulated time.
//!
//! The profile names the tests and their steps; what a step does stands here. A test that cannot be run is refused by
//! the gate; one that runs leaves one [`TestReport`] with everything that was looked at.
//!
//! ```text
//!  plan (steps of the profile, settings in force) --> jobs --sample by sample--> checks --> TestReport
//! ```

mod channel;
mod hardware;
mod links;
mod plan;
mod report;
mod run;
mod stimulus;

pub use plan::Step;
pub use report::{Check, LastTest, Outcome, TestReport, Window};
pub(super) use run::Running;

use crate::units::Seconds;
use std::sync::Arc;

/// A test as it is ordered.
#[derive(Clone, Debug, PartialEq)]
pub struct TestOrder {
    /// Id in the profile.
    pub test: Arc<str>,
    /// Its steps by their names in the profile.
    pub steps: Vec<(Arc<str>, Step)>,
    /// It has to be over by then.
    pub limit: Seconds,
    /// Ends by tripping the breaker through its trip coil.
    pub with_trip: bool,
}
