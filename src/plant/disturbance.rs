//! Disturbances: from what was asked to the network and the mechanism, and back again.

use super::{Plant, sensors};
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::power::{Fault, Inrush, MotorLoad, ParallelArc, SecondaryInjection, SecondaryVoltage, SeriesArc};
use crate::time::Tick;
use crate::units::{Amperes, Celsius, Lux, Phases, Seconds};

/// A disturbance that stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Standing {
    pub(super) injection: Injection,
    /// Ends by itself then.
    pub(super) until: Option<Tick>,
}

/// Ambient of an undisturbed plant.
const AMBIENT: Celsius = Celsius(25.0);

impl Plant {
    /// Puts a disturbance on a breaker. Nothing has changed when it is refused.
    pub(super) fn disturb(&mut self, breaker: usize, injection: &Injection) -> Result<(), String> {
        let until = match injection {
            Injection::SourceVoltage { duration, .. } | Injection::Light { duration, .. } => {
                duration.map(|d| positive("duration", d)).transpose()?
            }
            _ => None,
        };
        self.put(breaker, injection)?;
        let until = until.map(|d| self.tick + self.epoch.rate.span(d));
        let standing = Standing { injection: *injection, until };
        let list = if of_the_source(injection) { &mut self.source } else { &mut self.seats[breaker].standing };
        list.retain(|s| !replaces(injection, &s.injection));
        if *injection != Injection::SecondaryOff {
            list.push(standing);
        }
        Ok(())
    }

    /// Takes every disturbance from a breaker, and those of the source.
    pub(super) fn undisturb(&mut self, breaker: usize) {
        for standing in std::mem::take(&mut self.seats[breaker].standing) {
            self.take_off(breaker, &standing.injection);
        }
        for standing in std::mem::take(&mut self.source) {
            self.take_off(breaker, &standing.injection);
        }
    }

    /// Ends the disturbances whose time is over.
    pub(super) fn end_disturbances(&mut self) {
        let now = self.tick;
        let over = |s: &Standing| s.until.is_some_and(|until| now >= until);
        let mut ended: Vec<(usize, Injection)> =
            self.source.extract_if(.., |s| over(s)).map(|s| (0, s.injection)).collect();
        for (ix, seat) in self.seats.iter_mut().enumerate() {
            ended.extend(seat.standing.extract_if(.., |s| over(s)).map(|s| (ix, s.injection)));
        }
        for (ix, injection) in ended {
            self.take_off(ix, &injection);
            self.changed = true;
        }
    }

    /// When the next disturbance ends by itself.
    pub(super) fn end_of_next(&self) -> Option<Tick> {
        self.source.iter().chain(self.seats.iter().flat_map(|s| &s.standing)).filter_map(|s| s.until).min()
    }

    fn put(&mut self, ix: usize, injection: &Injection) -> Result<(), String> {
        match injection {
            Injection::Fluctuation { depth, changes_per_minute } => return self.fluctuate(*depth, *changes_per_minute),
            Injection::SourceVoltage { .. } => self.fluctuation = None,
            _ => {}
        }
        let network = &mut self.network;
        let breaker = &mut self.seats[ix].breaker;
        let mut failures = breaker.failures();
        let electrical = match injection {
            Injection::Fault(fault) => network.set_fault(ix, Some(network_fault(fault))),
            Injection::LoadScale { factor } => network.set_load_factor(ix, *factor),
            Injection::SourceVoltage { share, .. } => network.set_source_voltage(*share),
            Injection::Fluctuation { .. } => Ok(()),
            Injection::SourceFrequency { target, ramp } => network.set_source_frequency(*target, *ramp),
            Injection::Harmonics { thd } => network.set_load_thd(ix, *thd),
            Injection::GroundLeak { current } => network.set_ground_leak(ix, *current),
            Injection::Light { light, .. } => network.set_light(ix, *light),
            Injection::Secondary { current, angle, frequency, ground, offset_x_r } => network.set_secondary(
                ix,
                Some(SecondaryInjection {
                    current: *current,
                    angle_deg: *angle,
                    frequency: *frequency,
                    ground: *ground,
                    offset_x_over_r: *offset_x_r,
                }),
            ),
            Injection::ZoneRestraint => Ok(()),
            Injection::SecondaryOff => {
                network.set_secondary(ix, None).and_then(|()| network.set_secondary_voltage(ix, None))
            }
            Injection::StuckBreaker => {
                failures.stuck = true;
                Ok(())
            }
            Injection::SlowOpening { delay } => {
                failures.slow = positive("delay", *delay)?;
                Ok(())
            }
            Injection::SpringMotorFailed => {
                failures.motor = true;
                Ok(())
            }
            Injection::LooseTerminal { phase, factor } => {
                if !(1.0..=20.0).contains(factor) {
                    return Err(format!("a resistance of {factor} times is not 1 to 20"));
                }
                breaker.set_loose(*phase, *factor);
                Ok(())
            }
            Injection::TripCoilOpen => {
                failures.coil = true;
                Ok(())
            }
            Injection::SecondaryVoltage { voltage, angle, frequency } => network.set_secondary_voltage(
                ix,
                Some(SecondaryVoltage { voltage: *voltage, angle_deg: *angle, frequency: *frequency }),
            ),
            Injection::RemoteCurrent { current, angle, frequency } => network.set_far_current(
                ix,
                Some(SecondaryInjection {
                    current: *current,
                    angle_deg: *angle,
                    frequency: *frequency,
                    ground: None,
                    offset_x_over_r: None,
                }),
            ),
            Injection::ParallelArc { phase, peak, half_cycles, within } => {
                let arc = ParallelArc { phase: *phase, peak: *peak, half_cycles: *half_cycles, within: *within };
                network.set_parallel_arc(ix, Some(arc))
            }
            Injection::SeriesArc { phase } => network.set_series_arc(ix, Some(SeriesArc { phase: *phase })),
            Injection::Inrush { rated, residual } => {
                network.set_inrush(ix, Some(Inrush { rated: *rated, residual: *residual }))
            }
            Injection::Motor { full_load, locked_rotor, start, load } => network.set_motor(
                ix,
                Some(MotorLoad { full_load: *full_load, locked_rotor: *locked_rotor, start: *start, load: *load }),
            ),
            Injection::MotorTorque { load } => network.set_motor_torque(ix, Some(*load)),
            Injection::BrokenConductor { phase } => network.set_broken(ix, *phase, true),
            Injection::OpenCurrentTransformer { .. }
            | Injection::ReversedTransformer { .. }
            | Injection::SwappedPhases { .. }
            | Injection::SensorError { .. }
            | Injection::FrozenChannel { .. } => {
                sensors::put(breaker, self.tick, injection)?;
                Ok(())
            }
            Injection::Ambient { temperature } => {
                if !(-40.0..=85.0).contains(&temperature.0) {
                    return Err(format!("an ambient of {} degrees is not -40 to 85", temperature.0));
                }
                breaker.set_ambient(*temperature);
                Ok(())
            }
            Injection::CommunicationLost => {
                breaker.set_communication_lost(true);
                Ok(())
            }
        };
        if failures != breaker.failures() {
            breaker.set_failures(failures);
        }
        electrical.map_err(|e| e.to_string())
    }

    /// Puts things back as the plant file has them.
    fn take_off(&mut self, ix: usize, injection: &Injection) {
        let rated = self.rated_frequency();
        let network = &mut self.network;
        let seat = &mut self.seats[ix];
        let breaker = &mut seat.breaker;
        let mut failures = breaker.failures();
        let electrical = match injection {
            Injection::Fault(_) => network.set_fault(ix, None),
            Injection::LoadScale { .. } => network.set_load_factor(ix, 1.0),
            Injection::SourceVoltage { .. } | Injection::Fluctuation { .. } => {
                self.fluctuation = None;
                network.set_source_voltage(Phases::splat(1.0))
            }
            Injection::SourceFrequency { .. } => network.set_source_frequency(rated, None),
            Injection::Harmonics { .. } => network.set_load_thd(ix, seat.load_thd),
            Injection::GroundLeak { .. } => network.set_ground_leak(ix, Amperes::ZERO),
            Injection::Light { .. } => network.set_light(ix, Lux::ZERO),
            Injection::Secondary { .. } | Injection::SecondaryOff => network.set_secondary(ix, None),
            Injection::ZoneRestraint => Ok(()),
            Injection::StuckBreaker => {
                failures.stuck = false;
                Ok(())
            }
            Injection::SlowOpening { .. } => {
                failures.slow = Seconds::ZERO;
                Ok(())
            }
            Injection::SpringMotorFailed => {
                failures.motor = false;
                Ok(())
            }
            Injection::LooseTerminal { phase, .. } => {
                breaker.set_loose(*phase, 1.0);
                Ok(())
            }
            Injection::TripCoilOpen => {
                failures.coil = false;
                Ok(())
            }
            Injection::SecondaryVoltage { .. } => network.set_secondary_voltage(ix, None),
            Injection::RemoteCurrent { .. } => network.set_far_current(ix, None),
            Injection::ParallelArc { .. } => network.set_parallel_arc(ix, None),
            Injection::SeriesArc { .. } => network.set_series_arc(ix, None),
            Injection::Inrush { .. } => network.set_inrush(ix, None),
            Injection::Motor { .. } => network.set_motor(ix, None),
            Injection::MotorTorque { .. } => network.set_motor_torque(ix, None),
            Injection::BrokenConductor { phase } => network.set_broken(ix, *phase, false),
            Injection::OpenCurrentTransformer { .. }
            | Injection::ReversedTransformer { .. }
            | Injection::SwappedPhases { .. }
            | Injection::SensorError { .. }
            | Injection::FrozenChannel { .. } => {
                sensors::take_off(breaker, injection);
                Ok(())
            }
            Injection::Ambient { .. } => {
                breaker.set_ambient(AMBIENT);
                Ok(())
            }
            Injection::CommunicationLost => {
                breaker.set_communication_lost(false);
                Ok(())
            }
        };
        breaker.set_failures(failures);
        debug_assert_eq!(electrical, Ok(()), "what was put on can be taken off");
    }
}

/// Acts on the source, so on every breaker.
fn of_the_source(injection: &Injection) -> bool {
    matches!(
        injection,
        Injection::SourceVoltage { .. } | Injection::Fluctuation { .. } | Injection::SourceFrequency { .. }
    )
}

/// A disturbance takes the place of one of its kind. Those of a single conductor add up.
fn replaces(new: &Injection, old: &Injection) -> bool {
    use Injection as I;
    match (new, old) {
        (I::OpenCurrentTransformer { phase: a }, I::OpenCurrentTransformer { phase: b })
        | (I::ReversedTransformer { phase: a }, I::ReversedTransformer { phase: b })
        | (I::FrozenChannel { phase: a }, I::FrozenChannel { phase: b })
        | (I::SensorError { phase: a, .. }, I::SensorError { phase: b, .. })
        | (I::LooseTerminal { phase: a, .. }, I::LooseTerminal { phase: b, .. })
        | (I::BrokenConductor { phase: a }, I::BrokenConductor { phase: b }) => a == b,
        (I::SecondaryOff, I::Secondary { .. } | I::SecondaryVoltage { .. })
        // Both are the voltage of the source.
        | (I::SourceVoltage { .. }, I::Fluctuation { .. })
        | (I::Fluctuation { .. }, I::SourceVoltage { .. }) => true,
        _ => std::mem::discriminant(new) == std::mem::discriminant(old),
    }
}

fn positive(what: &str, seconds: Seconds) -> Result<Seconds, String> {
    if seconds.0 > 0.0 && seconds.0 <= 86_400.0 {
        Ok(seconds)
    } else {
        Err(format!("a {what} of {} s is not between 0 and one day", seconds.0))
    }
}

fn network_fault(fault: &NetworkFault) -> Fault {
    let kind = match fault.kind {
        FaultKind::ThreePhase => Fault::THREE_PHASE,
        FaultKind::LineLine => Fault::LINE_LINE,
        FaultKind::LineLineGround => Fault::LINE_LINE_GROUND,
        FaultKind::LineGround => Fault::LINE_GROUND,
    };
    Fault {
        distance_m: fault.distance_m,
        resistance: fault.resistance,
        inception_deg: fault.inception_deg,
        arc: fault.arc,
        ..kind
    }
}
