//! ANSI 86: the lockout. Once latched nothing closes until a person resets it.

/// The lockout relay of one breaker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lockout {
    latched: bool,
}

impl Lockout {
    /// As found at a start.
    pub(super) fn restored(latched: bool) -> Self {
        Self { latched }
    }

    /// Latches; returns whether it was not latched before.
    pub(super) fn latch(&mut self) -> bool {
        !std::mem::replace(&mut self.latched, true)
    }

    /// Resets; returns whether it was latched.
    pub(super) fn reset(&mut self) -> bool {
        std::mem::replace(&mut self.latched, false)
    }

    /// Latched now.
    pub(super) fn latched(self) -> bool {
        self.latched
    }
}
