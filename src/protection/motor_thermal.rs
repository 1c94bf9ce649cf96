//! ANSI 49M: thermal image of a motor with a trip class (IEC 60947-4-1).
//!
//! The time constant follows from the class: from cold, 7.2 times the full-load current trips after the class time.

use super::finding::{DROPOUT_OVER, Finding};
use super::motor::{MotorSettings, MotorState};
use super::thermal_image::{Image, cooled, image_time, target};
use super::view::View;
use crate::units::{Amperes, Percent, Seconds};
use serde::{Deserialize, Serialize};

/// Current that is just carried for ever, in multiples of the full-load current: in the middle of the band of
/// IEC 60947-4-1 (no trip at 1.05, trip at 1.2).
pub(super) const SERVICE: f64 = 1.125;

/// The multiple at which IEC 60947-4-1 gives the class times.
const CLASS_MULTIPLE: f64 = 7.2;

/// A stopped motor has no fan: it cools with this many times the time constant.
const STOPPED: f64 = 3.0;

/// Trip classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MotorClass {
    /// Class 5.
    Class5 = 0,
    /// Class 10A.
    Class10A = 1,
    /// Class 10.
    #[default]
    Class10 = 2,
    /// Class 20.
    Class20 = 3,
    /// Class 30.
    Class30 = 4,
}

impl MotorClass {
    /// All classes, in the order of their codes.
    pub const ALL: [Self; 5] = [Self::Class5, Self::Class10A, Self::Class10, Self::Class20, Self::Class30];

    /// The class with this code.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|at| Self::ALL.get(at)).copied()
    }

    /// Trip time from cold at 7.2 times the full-load current: inside the limits of IEC 60947-4-1.
    #[must_use]
    pub const fn time(self) -> Seconds {
        Seconds(match self {
            Self::Class5 => 5.0,
            Self::Class10A => 8.0,
            Self::Class10 => 10.0,
            Self::Class20 => 20.0,
            Self::Class30 => 30.0,
        })
    }

    /// The time constant that gives this trip time.
    #[must_use]
    pub fn time_constant(self) -> Seconds {
        let (m2, k2) = (CLASS_MULTIPLE.powi(2), SERVICE.powi(2));
        Seconds(self.time().0 / (m2 / (m2 - k2)).ln())
    }
}

/// Settings of 49M.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MotorThermalSettings {
    /// In service.
    pub enabled: bool,
    /// Trip class.
    pub class: MotorClass,
    /// Weight of the negative-sequence current, `Ieq^2 = I1^2 + q I2^2`; 3 to 6 for a motor, 0: the RMS current.
    pub negative_sequence_weight: f64,
    /// H under which closing is allowed again after a trip by this element.
    pub close_permission: Percent,
}

impl MotorThermalSettings {
    /// Operate time at a constant balanced current from the state of heat `h`; none when it would never operate.
    #[must_use]
    pub fn time_from(&self, h: f64, current: Amperes, motor: &MotorSettings, rated: Amperes) -> Option<Seconds> {
        let aim = target(current.0, SERVICE * motor.full_load(rated));
        Some(Seconds(image_time(self.class.time_constant().0, h, aim))).filter(|t| t.0.is_finite())
    }
}

/// 49M.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct MotorThermal {
    image: Image,
    /// The class of the time constant, and that time constant.
    tau: Option<(MotorClass, f64)>,
    operating: bool,
    too_hot: bool,
}

impl MotorThermal {
    #[inline]
    pub(super) fn pass(
        &mut self,
        s: &MotorThermalSettings,
        motor: &MotorSettings,
        state: MotorState,
        view: &View<'_>,
    ) -> Finding {
        let (phase, rms) = view.rms;
        let carried = SERVICE * motor.full_load(view.rated.current);
        if !(s.enabled && motor.enabled && carried > 0.0) {
            *self = Self::default();
            return Finding::at_rest(rms, carried, "A", Some(phase)).off();
        }
        let equivalent = if s.negative_sequence_weight > 0.0 {
            let i = view.current_sequence();
            let weighted = i.positive.powi(2) + s.negative_sequence_weight * i.negative.powi(2);
            weighted.sqrt().max(rms)
        } else {
            rms
        };
        let tau = match self.tau {
            Some((class, tau)) if class == s.class => tau,
            _ => s.class.time_constant().0,
        };
        self.tau = Some((s.class, tau));
        let aim = target(equivalent, carried);
        let effective = if state == MotorState::Stop { tau * STOPPED } else { tau };
        self.image.step(view.dt, effective, aim);
        let h = self.image.h();
        self.operating = h >= 1.0 || (self.operating && h > DROPOUT_OVER);
        if self.operating {
            self.too_hot = true;
        } else if 100.0 * h <= s.close_permission.0 {
            self.too_hot = false;
        }
        let started = equivalent > carried;
        let left = if started { image_time(tau, h, aim) } else { f64::INFINITY };
        Finding {
            started,
            operating: self.operating,
            progress: h.min(1.0),
            operate_time: left / (1.0 - h).max(f64::MIN_POSITIVE),
            ..Finding::at_rest(equivalent, carried, "A", Some(phase))
        }
    }

    /// State of heat, 1 = trip.
    pub(super) const fn h(&self) -> f64 {
        self.image.h()
    }

    pub(super) const fn too_hot(&self) -> bool {
        self.too_hot
    }

    /// Puts the image where it stood before a restart, after `away` at a standstill.
    pub(super) fn restore(&mut self, h: f64, too_hot: bool, s: &MotorThermalSettings, away: Seconds) {
        self.image.set(h * cooled(away, STOPPED * s.class.time_constant().0));
        self.too_hot = too_hot && 100.0 * self.image.h() > s.close_permission.0;
    }

    pub(super) fn reset_memory(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench_inputs::{Bench, balanced, currents};
    use super::*;

    const MOTOR: MotorSettings = MotorSettings { enabled: true, full_load: Amperes(100.0) };

    fn settings() -> MotorThermalSettings {
        MotorThermalSettings {
            enabled: true,
            class: MotorClass::Class10,
            negative_sequence_weight: 6.0,
            close_permission: Percent(60.0),
        }
    }

    #[test]
    fn a_locked_rotor_from_cold() {
        let (mut element, mut bench) = (MotorThermal::default(), Bench::at_60_hz());
        let at = bench
            .until(20.0, |_, view| {
                element.pass(&settings(), &MOTOR, MotorState::Start, &view.of(&balanced(600.0))).operating
            })
            .unwrap();
        // tau ln(36 / (36 - k2)) with tau = 10 / ln(51.84 / (51.84 - k2)).
        assert!((at - 14.4795).abs() < 0.01, "{at}");
    }

    #[test]
    fn a_start_of_five_seconds_leaves_a_third_of_the_heat() {
        let (mut element, mut bench) = (MotorThermal::default(), Bench::at_60_hz());
        bench.run(5.0, |view| {
            element.pass(&settings(), &MOTOR, MotorState::Start, &view.of(&balanced(600.0)));
        });
        assert!((element.h() - 0.349).abs() < 0.005, "{}", element.h());
    }

    #[test]
    fn unbalance_heats_more_than_its_current() {
        let heat = |q| {
            let (mut element, mut bench) = (MotorThermal::default(), Bench::coarse(0.1));
            bench.run(100.0, |view| {
                element.pass(&settings(), &MOTOR, MotorState::Run, &view.of(&q));
            });
            element.h()
        };
        let single = heat(currents([0.0, 90.0, 90.0], [0.0, -90.0, 90.0]));
        assert!(single > 1.5 * heat(balanced(90.0)), "{single}");
    }

    #[test]
    fn a_stopped_motor_cools_three_times_slower() {
        let half_life = |state| {
            let (mut element, mut bench) = (MotorThermal::default(), Bench::coarse(0.1));
            element.restore(0.8, false, &settings(), Seconds::ZERO);
            bench
                .until(3000.0, |_, view| {
                    element.pass(&settings(), &MOTOR, state, &view.of(&balanced(0.0)));
                    element.h() <= 0.4
                })
                .unwrap()
        };
        let ratio = half_life(MotorState::Stop) / half_life(MotorState::Run);
        assert!((ratio - 3.0).abs() < 0.01, "{ratio}");
    }
}
