//! The state of a motor feeder, as the motor elements (49M, 48, 51LR, 37, 66, and 46 while starting) need it.
//!
//! ```text
//!          current > 0.10 Ir              current < 1.5 Ir for 0.1 s
//!   STOP ---------------------> START ------------------------------> RUN
//!     ^                           |                                    |
//!     +------- current < 0.05 Ir for 0.5 s ----------------------------+
//! ```

use super::view::View;
use crate::time::Tick;
use crate::units::Amperes;
use serde::{Deserialize, Serialize};

/// Current above which a stopped motor has started, in multiples of Ir.
const STARTS: f64 = 0.10;
/// Current below which a start is over.
const RUNS: f64 = 1.5;
/// For how long, seconds: the window of a cycle rises through this band when a motor is switched on.
const RUNS_FOR: f64 = 0.1;
/// Current below which it has stopped.
const STOPS: f64 = 0.05;
/// For how long, seconds.
const STOPS_FOR: f64 = 0.5;

/// Whether the load is a motor, and its current.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MotorSettings {
    /// The load is a motor: its state is followed.
    pub enabled: bool,
    /// Full-load current Ir; the rated current of the breaker when nothing.
    pub full_load: Amperes,
}

impl MotorSettings {
    pub(super) fn full_load(&self, rated: Amperes) -> f64 {
        if self.full_load.0 > 0.0 { self.full_load.0 } else { rated.0 }
    }
}

/// What the motor does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MotorState {
    /// Standing, or coasting without current.
    #[default]
    Stop = 0,
    /// Running up.
    Start = 1,
    /// At speed.
    Run = 2,
}

/// Follows the motor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Motor {
    state: MotorState,
    /// Seconds for which the condition to leave the state has held.
    held: f64,
    /// Seconds for which the current has been that of a stopped motor.
    still: f64,
    started_at: Option<Tick>,
}

impl Motor {
    #[inline]
    pub(super) fn pass(&mut self, s: &MotorSettings, view: &View<'_>) {
        if !s.enabled {
            *self = Self::default();
            return;
        }
        let multiple = view.rms.1 / s.full_load(view.rated.current).max(1e-9);
        self.still = if multiple < STOPS { (self.still + view.dt).min(STOPS_FOR) } else { 0.0 };
        match self.state {
            MotorState::Stop if multiple > STARTS => {
                self.enter(MotorState::Start);
                self.started_at = Some(view.tick);
            }
            MotorState::Start | MotorState::Run if self.still >= STOPS_FOR => self.enter(MotorState::Stop),
            MotorState::Start => {
                self.held = if multiple < RUNS { self.held + view.dt } else { 0.0 };
                if self.held >= RUNS_FOR {
                    self.enter(MotorState::Run);
                }
            }
            MotorState::Stop | MotorState::Run => {}
        }
    }

    fn enter(&mut self, state: MotorState) {
        self.state = state;
        self.held = 0.0;
    }

    pub(super) const fn state(&self) -> MotorState {
        self.state
    }

    pub(super) fn starting(&self) -> bool {
        self.state == MotorState::Start
    }

    pub(super) fn running(&self) -> bool {
        self.state == MotorState::Run
    }

    /// When the last start began.
    pub(super) const fn started_at(&self) -> Option<Tick> {
        self.started_at
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced};
    use super::*;

    #[test]
    fn a_start_of_five_seconds_then_running_then_stopped() {
        let s = MotorSettings { enabled: true, full_load: Amperes(100.0) };
        let (mut motor, mut bench) = (Motor::default(), Bench::at_60_hz());
        let mut seen = vec![(0.0, MotorState::Stop)];
        bench.until(12.0, |t, view| {
            let current = match t {
                t if t < 1.0 => 0.0,
                // The window of one cycle fills in 16.7 ms.
                t if t < 1.0167 => 600.0 * ((t - 1.0) / 0.0167).sqrt(),
                t if t < 6.0 => 600.0,
                t if t < 10.0 => 90.0,
                _ => 0.0,
            };
            motor.pass(&s, &view.of(&balanced(current)));
            if seen.last().is_some_and(|(_, state)| *state != motor.state()) {
                seen.push((t, motor.state()));
            }
            false
        });
        let expected =
            [(0.0, MotorState::Stop), (1.0, MotorState::Start), (6.1, MotorState::Run), (10.5, MotorState::Stop)];
        assert_eq!(seen.len(), expected.len(), "{seen:?}");
        for (seen, expected) in seen.iter().zip(expected) {
            assert_eq!(seen.1, expected.1);
            assert!((seen.0 - expected.0).abs() < 0.01, "{seen:?} against {expected:?}");
        }
    }
}
