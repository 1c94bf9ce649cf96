//! Register, update, de-register: when, over whatever transport.

use crate::time::UtcMillis;

/// First wait after an attempt that failed; it doubles up to the longest.
const FIRST_RETRY_MS: i64 = 5_000;
const LONGEST_RETRY_MS: i64 = 300_000;

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// A registration.
    Register,
    /// An update; with the lifetime when it changed.
    Update {
        /// The new lifetime in seconds.
        lifetime_s: Option<u64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No connection, or no wish to be registered.
    Off,
    /// To be registered from then on.
    Wanted(UtcMillis),
    /// Asked; no answer yet.
    Asked,
    /// Registered.
    On,
    /// Registered, and an update is not answered yet.
    Updating,
}

/// The registration of one client at one server.
#[derive(Clone, Debug)]
pub struct Registration {
    state: State,
    lifetime_s: u64,
    /// A lifetime that the server does not know yet.
    new_lifetime_s: Option<u64>,
    update_at: Option<UtcMillis>,
    expires_at: Option<UtcMillis>,
    failures: u32,
    /// Part of a thousand by which this client updates earlier than others.
    early: i64,
}

impl Registration {
    /// Not registered. The name spreads the updates of many clients.
    #[must_use]
    pub fn new(lifetime_s: u64, name: &str) -> Self {
        let spread = name.bytes().fold(0_u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b)));
        Self {
            state: State::Off,
            lifetime_s,
            new_lifetime_s: None,
            update_at: None,
            expires_at: None,
            failures: 0,
            early: i64::from(spread % 100),
        }
    }

    /// A connection is there: register at once.
    pub fn connected(&mut self, now: UtcMillis) {
        self.again(now);
        self.failures = 0;
    }

    /// The connection is gone. The registration at the server lives on until its lifetime is over.
    pub fn disconnected(&mut self) {
        self.state = State::Off;
        self.update_at = None;
    }

    /// Register anew: the server forgot, or the device restarted.
    pub fn again(&mut self, now: UtcMillis) {
        self.state = State::Wanted(now);
        self.update_at = None;
    }

    /// The lifetime was written.
    pub fn set_lifetime(&mut self, lifetime_s: u64, now: UtcMillis) {
        if lifetime_s != self.lifetime_s {
            self.lifetime_s = lifetime_s;
            self.new_lifetime_s = Some(lifetime_s);
            self.update_now(now);
        }
    }

    /// An update at once.
    pub fn update_now(&mut self, now: UtcMillis) {
        if self.is_on() {
            self.update_at = Some(now);
        }
    }

    /// The lifetime in force.
    #[must_use]
    pub const fn lifetime_s(&self) -> u64 {
        self.lifetime_s
    }

    /// Whether the server accepted the registration, as far as is known.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        matches!(self.state, State::On | State::Updating)
    }

    /// Seconds until the registration runs out; none when it is not registered or never does.
    #[must_use]
    pub fn left_s(&self, now: UtcMillis) -> Option<u64> {
        self.expires_at.filter(|_| self.is_on()).map(|at| u64::try_from((at.0 - now.0) / 1000).unwrap_or(0))
    }

    /// What is to be sent now.
    pub fn poll(&mut self, now: UtcMillis) -> Option<Errand> {
        match self.state {
            State::Wanted(at) if at <= now => {
                self.state = State::Asked;
                self.new_lifetime_s = None;
                Some(Errand::Register)
            }
            State::On if self.update_at.is_some_and(|at| at <= now) => {
                self.state = State::Updating;
                Some(Errand::Update { lifetime_s: self.new_lifetime_s })
            }
            _ => None,
        }
    }

    /// The server accepted a registration or an update.
    pub fn accepted(&mut self, now: UtcMillis) {
        if self.state == State::Updating {
            self.new_lifetime_s = None;
        }
        self.state = State::On;
        self.failures = 0;
        let life = i64::try_from(self.lifetime_s).unwrap_or(i64::MAX / 4000).min(i64::MAX / 4000);
        // Four fifths of the lifetime, a little less for some: the update has time to be sent again.
        self.update_at = (life > 0).then(|| UtcMillis(now.0 + life * (800 - self.early)));
        self.expires_at = (life > 0).then(|| UtcMillis(now.0 + life * 1000));
    }

    /// The server refused, or did not answer. An update that is refused means that the server does not know the client.
    pub fn failed(&mut self, now: UtcMillis) {
        match self.state {
            State::Updating => self.again(now),
            State::Asked => {
                let wait = (FIRST_RETRY_MS << self.failures.min(10)).min(LONGEST_RETRY_MS);
                self.failures += 1;
                self.state = State::Wanted(UtcMillis(now.0 + wait));
            }
            State::Off | State::Wanted(_) | State::On => {}
        }
    }

    /// When [`Registration::poll`] may have something.
    #[must_use]
    pub const fn next_timeout(&self) -> Option<UtcMillis> {
        match self.state {
            State::Wanted(at) => Some(at),
            State::On => self.update_at,
            State::Off | State::Asked | State::Updating => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UtcMillis {
        UtcMillis(seconds * 1000)
    }

    #[test]
    fn registers_and_updates_before_the_lifetime_is_over() {
        let mut registration = Registration::new(100, "a");
        assert_eq!(registration.poll(at(0)), None);
        registration.connected(at(0));
        assert_eq!(registration.poll(at(0)), Some(Errand::Register));
        assert_eq!(registration.poll(at(50)), None, "one at a time");
        registration.accepted(at(1));
        assert_eq!(registration.left_s(at(1)), Some(100));
        let due = registration.next_timeout().unwrap();
        assert!((70_000..=81_000).contains(&due.0), "{due:?}");
        assert_eq!(registration.poll(due), Some(Errand::Update { lifetime_s: None }));
        registration.accepted(due);
        assert!(registration.next_timeout().unwrap() > due);
    }

    #[test]
    fn a_server_that_forgot_is_registered_at_again() {
        let mut registration = Registration::new(100, "a");
        registration.connected(at(0));
        assert_eq!(registration.poll(at(0)), Some(Errand::Register));
        registration.accepted(at(0));
        registration.update_now(at(5));
        assert_eq!(registration.poll(at(5)), Some(Errand::Update { lifetime_s: None }));
        registration.failed(at(5));
        assert!(!registration.is_on());
        assert_eq!(registration.poll(at(5)), Some(Errand::Register));
    }

    #[test]
    fn a_refusal_is_followed_by_longer_and_longer_waits() {
        let mut registration = Registration::new(100, "a");
        registration.connected(at(0));
        let mut now = at(0);
        for wait in [5, 10, 20, 40, 80, 160, 300, 300] {
            assert_eq!(registration.poll(now), Some(Errand::Register));
            registration.failed(now);
            assert_eq!(registration.next_timeout(), Some(UtcMillis(now.0 + wait * 1000)));
            now = UtcMillis(now.0 + wait * 1000);
        }
    }

    #[test]
    fn a_new_lifetime_is_told_once() {
        let mut registration = Registration::new(100, "a");
        registration.connected(at(0));
        registration.poll(at(0));
        registration.accepted(at(0));
        registration.set_lifetime(0, at(1));
        assert_eq!(registration.poll(at(1)), Some(Errand::Update { lifetime_s: Some(0) }));
        registration.accepted(at(1));
        assert_eq!((registration.next_timeout(), registration.left_s(at(1))), (None, None));
        registration.update_now(at(2));
        assert_eq!(registration.poll(at(2)), Some(Errand::Update { lifetime_s: None }));
    }
}
