//! Which server to be on: the one where the primary host is.

use super::host::Change;
use super::{EdgeSession, Phase};
use crate::session::misbehaviour::Misbehaviour;
use crate::sparkplug::state::HostState;
use crate::time::UtcMillis;

/// How long a server may leave us without a word of the primary host when there is another to go to: its STATE is
/// retained and comes right behind the subscription.
pub(super) const HOST_WAIT_MS: i64 = 5000;

impl EdgeSession {
    /// NDEATH and on to the next server.
    pub(super) fn leave(&mut self, now: UtcMillis) {
        if self.phase == Phase::Born && !self.faults.has(Misbehaviour::NoNdeath) {
            let death = self.death_message(now);
            self.outbox.push_back(death);
        }
        self.phase = Phase::Offline;
        self.reconnect = true;
    }

    pub(super) fn host_told(&mut self, state: Option<HostState>, now: UtcMillis) {
        let Some(state) = state else {
            self.malformed += 1;
            return;
        };
        match self.host.told(state) {
            Change::Online => self.try_births(now),
            // `tck-id-operational-behavior-edge-node-termination-host-offline`: only from a session that was born;
            // before that the wait simply goes on.
            Change::Offline if self.phase == Phase::Born => self.leave(now),
            // Not here: perhaps on the next server
            // (`tck-id-operational-behavior-primary-application-state-with-multiple-servers-walk`).
            Change::None | Change::Offline if !self.host.online() => self.walk(now),
            Change::None | Change::Offline => {}
        }
    }

    /// Goes to the next server without a death: nothing was born on this one.
    pub(super) fn walk(&mut self, now: UtcMillis) {
        if self.phase == Phase::Waiting && self.config.several_servers {
            self.leave(now);
        }
    }
}
