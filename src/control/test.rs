//! Whether a test of the profile may run now.

use super::words;
use super::{Denied, Interlock, Request, State};
use crate::breaker::Contacts;
use crate::breaker::diagnostic::Step;
use crate::profile::{Permission, Profile};

/// The checks of a test, in the order of the answers.
pub(super) fn may_run(
    request: &Request,
    test: &str,
    with_trip: bool,
    state: &State,
    profile: &Profile,
) -> Result<(), Denied> {
    let Some(found) = profile.tests.iter().find(|t| t.id == test) else {
        let known = profile.tests.iter().map(|t| t.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Denied::UnknownObject(format!("test {test}; there are {known}")));
    };
    if let Some(step) = found.steps.iter().find(|name| Step::by_name(name).is_none()) {
        return Err(Denied::UnknownObject(format!("step {step} of test {test}")));
    }
    if state.testing || state.moving() {
        return Err(Denied::CommandAlreadyInExecution);
    }
    let injects = found.steps.iter().filter_map(|name| Step::by_name(name)).any(Step::times_elements);
    if injects && state.trip_latched {
        // The targets and the record of the trip are still to be read.
        return Err(Denied::BlockedByInterlocking(vec![Interlock::TripLatched]));
    }
    if !with_trip {
        return Ok(());
    }
    if !injects {
        return Err(Denied::InconsistentParameters(format!("{test} injects into no element: nothing could trip")));
    }
    if !profile.grants(request.role, Permission::Control) {
        // A test with trip opens the breaker.
        return Err(Denied::NoAccessAuthority(words::role(request.role).to_owned()));
    }
    if state.contacts != Contacts::Closed {
        return Err(Denied::PositionReached("open: a test with trip needs it closed".to_owned()));
    }
    Ok(())
}
