//! Select before operate: one origin reserves one switching action of one breaker for a short time.

use super::{Command, Denied, Origin, Request, Switch};
use crate::time::{SampleRate, Tick};
use crate::units::Seconds;

/// How long a selection holds without being operated.
pub const HOLD: Seconds = Seconds(10.0);

/// A selection that was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The action that may be operated.
    pub switch: Switch,
    /// Who may operate it.
    pub origin: Origin,
    /// When it was granted.
    pub since: Tick,
}

impl Selection {
    /// Whether it still holds; at exactly [`HOLD`] it does.
    #[must_use]
    pub fn holds(&self, now: Tick, rate: SampleRate) -> bool {
        now.since(self.since) <= rate.span(HOLD)
    }

    /// How long it will still hold; nothing once it has run out.
    #[must_use]
    pub fn remaining(&self, now: Tick, rate: SampleRate) -> Seconds {
        (HOLD - rate.seconds(now.since(self.since))).max(Seconds::ZERO)
    }
}

/// The selection after an accepted request. A refused request leaves it as it was.
#[must_use]
pub fn after(held: Option<Selection>, accepted: &Request, now: Tick) -> Option<Selection> {
    match &accepted.command {
        Command::Select(switch) => Some(Selection { switch: *switch, origin: accepted.origin.clone(), since: now }),
        Command::Operate(_) | Command::Cancel | Command::Direct(..) => None,
        _ => held,
    }
}

/// Whether this origin may act although a selection may be held.
pub(super) fn free_for(held: Option<&Selection>, origin: &Origin, now: Tick, rate: SampleRate) -> Result<(), Denied> {
    match held {
        Some(s) if s.origin != *origin && s.holds(now, rate) => {
            Err(Denied::ObjectAlreadySelected(s.origin.ident.to_string()))
        }
        _ => Ok(()),
    }
}

/// Whether this origin may operate this action now.
pub(super) fn may_operate(
    held: Option<&Selection>,
    switch: Switch,
    origin: &Origin,
    now: Tick,
    rate: SampleRate,
) -> Result<(), Denied> {
    free_for(held, origin, now, rate)?;
    let Some(selection) = held.filter(|s| s.origin == *origin) else {
        return Err(Denied::ObjectNotSelected);
    };
    if !selection.holds(now, rate) {
        return Err(Denied::TimeLimitOver);
    }
    if selection.switch != switch {
        // IEC 61850-7-2: the parameters of successive control services do not agree.
        return Err(Denied::InconsistentParameters(format!(
            "{} is selected, not {}",
            selection.switch.word(),
            switch.word()
        )));
    }
    Ok(())
}

/// Whether this origin may give the selection back.
pub(super) fn may_cancel(held: Option<&Selection>, origin: &Origin, now: Tick, rate: SampleRate) -> Result<(), Denied> {
    free_for(held, origin, now, rate)?;
    match held {
        Some(s) if s.origin == *origin => Ok(()),
        _ => Err(Denied::ObjectNotSelected),
    }
}
