//! The timer of an element: a level from 0 to 1, never a deadline.

/// Allowance for binary fractions: 192 steps of 1/192 must reach 1.
const FULL: f64 = 1.0 - 1e-9;

/// How a level goes down while the element is not started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fall {
    /// To nothing at once.
    Instant,
    /// Linearly, from full to nothing in this many seconds.
    Over(f64),
    /// By this factor in this pass.
    By(f64),
}

/// Start and level of one element.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Accumulator {
    started: bool,
    level: f64,
}

impl Accumulator {
    /// Whether a quantity that must not rise is over its pickup, with hysteresis: once started, until it falls to
    /// `dropout` times the pickup. A pickup of nothing never starts.
    #[inline]
    pub(super) fn over(&self, quantity: f64, pickup: f64, dropout: f64) -> bool {
        pickup > 0.0 && (quantity >= pickup || (self.started && quantity > pickup * dropout))
    }

    /// Likewise for a quantity that must not fall: once started, until it rises to `dropout` times the pickup.
    #[inline]
    pub(super) fn under(&self, quantity: f64, pickup: f64, dropout: f64) -> bool {
        quantity < pickup || (self.started && quantity < pickup * dropout)
    }

    /// Passes `dt` seconds. `operate_time` is what the whole way from 0 to 1 would take at the present quantity;
    /// infinite holds the level. Returns whether the element operates.
    ///
    /// The pass that starts the element begins the timing and does not count.
    #[inline]
    pub(super) fn pass(&mut self, started: bool, dt: f64, operate_time: f64, fall: Fall) -> bool {
        if started {
            if operate_time <= 0.0 {
                self.level = 1.0;
            } else if self.started {
                self.level = (self.level + dt / operate_time).min(1.0);
            }
        } else {
            self.level = match fall {
                Fall::Over(seconds) if seconds > 0.0 => (self.level - dt / seconds).max(0.0),
                Fall::Instant | Fall::Over(_) => 0.0,
                Fall::By(factor) => self.level * factor,
            };
        }
        self.started = started;
        started && self.level >= FULL
    }

    /// Back to rest, level included.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Puts the level where it stood before a restart.
    pub(super) fn set(&mut self, level: f64) {
        *self = Self { level: if level.is_finite() { level.clamp(0.0, 1.0) } else { 0.0 }, ..Self::default() };
    }

    pub(super) const fn level(&self) -> f64 {
        self.level
    }
}

/// `exp(-dt / tau)`, computed again only when one of the two changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Decay {
    dt: f64,
    tau: f64,
    factor: f64,
}

impl Decay {
    /// The factor for this step; a time constant of nothing forgets at once.
    #[inline]
    pub(super) fn factor(&mut self, dt: f64, tau: f64) -> f64 {
        if dt != self.dt || tau != self.tau {
            let factor = if tau > 0.0 { (-dt / tau).exp() } else { 0.0 };
            *self = Self { dt, tau, factor };
        }
        self.factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definite_time_is_met_by_the_pass_that_reaches_it() {
        let (mut timer, dt) = (Accumulator::default(), 8.0 / 7680.0);
        let passes = (0..1000).take_while(|_| !timer.pass(true, dt, 0.2, Fall::Instant)).count();
        assert_eq!(passes, 192, "0.2 s = 192 passes of 1/960 s after the one that starts");
    }

    #[test]
    fn an_intermittent_start_adds_up_only_with_integrating_reset() {
        for (fall, operates) in [(Fall::Instant, false), (Fall::Over(0.2), true)] {
            let mut timer = Accumulator::default();
            let mut operated = false;
            for n in 0..2000 {
                operated |= timer.pass(n % 30 < 20, 0.001, 0.2, fall);
            }
            assert_eq!(operated, operates, "{fall:?}");
        }
    }

    #[test]
    fn hysteresis_holds_a_start_down_to_the_dropout() {
        let mut timer = Accumulator::default();
        assert!(!timer.over(99.9, 100.0, 0.97));
        timer.pass(true, 0.001, 1.0, Fall::Instant);
        assert!(timer.over(97.1, 100.0, 0.97));
        assert!(!timer.over(97.0, 100.0, 0.97));
        assert!(!timer.over(50.0, 0.0, 0.97), "a pickup of nothing is no setting");
    }

    #[test]
    fn a_quantity_that_must_not_fall_starts_below_its_pickup_and_not_at_it() {
        let mut timer = Accumulator::default();
        assert!(!timer.under(80.0, 80.0, 1.03) && timer.under(79.9, 80.0, 1.03));
        timer.pass(true, 0.001, 1.0, Fall::Instant);
        assert!(timer.under(82.3, 80.0, 1.03) && !timer.under(82.4, 80.0, 1.03), "82.4 is 1.03 times 80");
    }

    #[test]
    fn a_level_is_put_back_within_its_bounds_and_not_started() {
        let mut timer = Accumulator::default();
        for (put, stands) in [(0.4, 0.4), (1.7, 1.0), (-0.2, 0.0), (f64::NAN, 0.0)] {
            timer.pass(true, 0.001, 1.0, Fall::Instant);
            timer.set(put);
            assert_eq!(timer.level(), stands, "{put}");
            assert!(!timer.over(99.0, 100.0, 0.97), "hysteresis belongs to a start");
        }
        timer.set(0.9);
        // 0.1 of 2 s are left: the first pass starts the timing, 200 of a millisecond follow.
        let passes = (0..1000).take_while(|_| !timer.pass(true, 0.001, 2.0, Fall::Instant)).count();
        assert!(passes.abs_diff(200) <= 1, "{passes}");
    }
}
