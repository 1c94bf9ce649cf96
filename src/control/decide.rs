//! The one gate, one check after another; each with the reason it fails for.

use super::select;
use super::test;
use super::words;
use super::{Command, Denied, Interlock, OriginCategory, Request, State, Switch};
use crate::breaker::Contacts;
use crate::breaker::Status;
use crate::profile::{Access, Permission, Profile};
use crate::time::{SampleRate, Tick};

/// Characters in the text of a danger tag: what fits on one line of the smallest screen.
pub const MAX_TAG: usize = 72;

/// Whether a request may be executed now.
///
/// The order of the checks is the order of the answers: who may ask at all, who may switch from there, who has
/// reserved the breaker, what it is doing, where it stands, what its interlocks say.
///
/// # Errors
/// The first check that fails; missing interlocks all together.
pub fn decide(request: &Request, state: &State, profile: &Profile, now: Tick, rate: SampleRate) -> Result<(), Denied> {
    authority(request, profile)?;
    hierarchy(request, state)?;
    let held = state.selection.as_ref();
    let origin = &request.origin;
    match &request.command {
        Command::Select(switch) => {
            // A trip is not kept waiting by the selection of somebody else: it takes it over.
            if *switch != Switch::Trip {
                select::free_for(held, origin, now, rate)?;
            }
            ready_for(*switch, state)
        }
        Command::Operate(switch) => {
            select::may_operate(held, *switch, origin, now, rate)?;
            ready_for(*switch, state)
        }
        Command::Cancel => select::may_cancel(held, origin, now, rate),
        Command::Direct(switch, _) => {
            if *switch != Switch::Trip {
                select::free_for(held, origin, now, rate)?;
                if origin.category == OriginCategory::BayControl {
                    return Err(Denied::ObjectNotSelected);
                }
            }
            ready_for(*switch, state)
        }
        Command::RunTest { test, with_trip } => test::may_run(request, test, *with_trip, state, profile),
        other => known(other, state, profile),
    }
}

/// What the role must be granted.
const fn permission(command: &Command) -> Permission {
    match command {
        Command::Select(_)
        | Command::Operate(_)
        | Command::Cancel
        | Command::Direct(..)
        | Command::ClearAlarms
        | Command::Acknowledge(_)
        | Command::SetLocal(_)
        | Command::SetTag(_)
        | Command::Inject(_)
        | Command::ClearInjections => Permission::Control,
        Command::ClearCounters
        | Command::Write(_)
        | Command::ApplyTemplate(_)
        | Command::UndoSettings
        | Command::RunTest { .. }
        | Command::StopTest
        | Command::SetMaintenanceMode(_) => Permission::Write,
    }
}

fn authority(request: &Request, profile: &Profile) -> Result<(), Denied> {
    if profile.grants(request.role, permission(&request.command)) {
        Ok(())
    } else {
        Err(Denied::NoAccessAuthority(words::role(request.role).to_owned()))
    }
}

/// Who may switch from where.
fn hierarchy(request: &Request, state: &State) -> Result<(), Denied> {
    if !request.origin.category.is_remote() {
        return Ok(());
    }
    match &request.command {
        Command::Direct(switch, _) | Command::Select(switch) | Command::Operate(switch) => {
            if *switch == Switch::Trip {
                Ok(())
            } else {
                remote_allowed(state)
            }
        }
        // A test with trip opens the breaker and leaves it tripped.
        Command::RunTest { with_trip: true, .. } => remote_allowed(state),
        // More current would flow in an arc: as far-reaching as closing.
        Command::SetMaintenanceMode(false) => remote_allowed(state),
        // Whoever works there protects himself with these, so nobody far away takes them off.
        Command::SetLocal(_) => {
            Err(Denied::BlockedBySwitchingHierarchy("the local switch is turned at the breaker only".to_owned()))
        }
        Command::SetTag(None) => {
            Err(Denied::BlockedBySwitchingHierarchy("a danger tag is removed at the breaker only".to_owned()))
        }
        _ => Ok(()),
    }
}

fn remote_allowed(state: &State) -> Result<(), Denied> {
    let reason = match (state.local, state.remote_enabled) {
        (false, true) => return Ok(()),
        (true, true) => "the switch stands on local",
        (false, false) => "remote control is not enabled",
        (true, false) => "the switch stands on local and remote control is not enabled",
    };
    Err(Denied::BlockedBySwitchingHierarchy(reason.to_owned()))
}

/// What the breaker itself says to a switching action; the same at select and at operate.
fn ready_for(switch: Switch, state: &State) -> Result<(), Denied> {
    match switch {
        Switch::Trip => match state.contacts {
            Contacts::Open if state.trip_latched => Err(Denied::PositionReached("tripped".to_owned())),
            Contacts::Opening if state.trip_latched => Err(Denied::CommandAlreadyInExecution),
            // Open but not latched: a trip latches it, so that it cannot be closed.
            _ => Ok(()),
        },
        Switch::Open => match state.contacts {
            Contacts::Open if state.status == Status::Tripped => Err(Denied::PositionReached("tripped".to_owned())),
            Contacts::Open => Err(Denied::PositionReached("open".to_owned())),
            Contacts::Opening => Err(Denied::CommandAlreadyInExecution),
            // Trip-free: an open command wins over a closing mechanism.
            Contacts::Closing | Contacts::Closed => Ok(()),
        },
        Switch::Close => {
            match state.contacts {
                Contacts::Closed => return Err(Denied::PositionReached("closed".to_owned())),
                Contacts::Closing | Contacts::Opening => return Err(Denied::CommandAlreadyInExecution),
                Contacts::Open => {}
            }
            interlocked(state.not_ready())
        }
        Switch::Reset => {
            if state.moving() {
                return Err(Denied::CommandAlreadyInExecution);
            }
            interlocked(if state.cause_present { vec![Interlock::CausePresent] } else { Vec::new() })
        }
    }
}

fn interlocked(missing: Vec<Interlock>) -> Result<(), Denied> {
    if missing.is_empty() { Ok(()) } else { Err(Denied::BlockedByInterlocking(missing)) }
}

/// Whether what a command names exists. Values are checked where they are joined to the breaker, in the point list.
fn known(command: &Command, state: &State, profile: &Profile) -> Result<(), Denied> {
    match command {
        Command::Write(values) if values.is_empty() => {
            Err(Denied::InconsistentParameters("nothing to write".to_owned()))
        }
        Command::Write(values) => values.iter().enumerate().try_for_each(|(i, (id, _))| {
            let (_, parameter) =
                profile.parameter(id).ok_or_else(|| Denied::UnknownObject(format!("parameter {id}")))?;
            if parameter.access != Access::ReadWrite {
                return Err(Denied::InconsistentParameters(format!("{id} is read only")));
            }
            if values[..i].iter().any(|(earlier, _)| earlier == id) {
                return Err(Denied::InconsistentParameters(format!("{id} is given twice")));
            }
            Ok(())
        }),
        Command::ApplyTemplate(id) if profile.template(id).is_none() => {
            Err(Denied::UnknownObject(format!("template {id}")))
        }
        Command::StopTest if !state.testing => Err(Denied::InconsistentParameters("no test runs".to_owned())),
        Command::UndoSettings if !state.can_undo => {
            Err(Denied::InconsistentParameters("there are no earlier settings to go back to".to_owned()))
        }
        Command::Acknowledge(Some(id)) if !profile.alarms.iter().any(|a| *a.id == **id) => {
            Err(Denied::UnknownObject(format!("alarm {id}")))
        }
        Command::SetTag(Some(text)) if text.trim().is_empty() => {
            Err(Denied::InconsistentParameters("a danger tag needs a text".to_owned()))
        }
        Command::SetTag(Some(text)) if text.chars().count() > MAX_TAG => {
            Err(Denied::InconsistentParameters(format!("a danger tag holds at most {MAX_TAG} characters")))
        }
        _ => Ok(()),
    }
}
