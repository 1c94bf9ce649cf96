//! What arcs, breaks, test sets and inrush do to a network while it runs.

use super::arc::{BadContact, ParallelArc, SeriesArc, Sputter};
use super::draw::{self, Drawn};
use super::error::PowerError;
use super::inrush::{Cores, Inrush};
use super::motor::{MotorLoad, Turning};
use super::network::{Network, Node};
use super::secondary::{SecondaryInjection, SecondaryVoltage, TestSet};
use crate::units::Phase;

impl Network {
    fn feeder(&mut self, breaker: usize) -> Result<&mut Node, PowerError> {
        if self.nodes.get(breaker).is_some_and(|n| n.circuit.is_main()) {
            return Err(PowerError::NoLoad);
        }
        self.node(breaker)
    }

    /// Lets an arc sputter from a conductor of this feeder to ground, or ends it.
    ///
    /// # Errors
    /// When there is no such feeder, or the arc cannot be.
    pub fn set_parallel_arc(&mut self, breaker: usize, arc: Option<ParallelArc>) -> Result<(), PowerError> {
        let half_cycle = 0.5 / self.source.frequency.0;
        if let Some(arc) = &arc {
            arc.check(half_cycle)?;
        }
        let noise = self.noise.branch();
        let drawn = self.feeder(breaker)?.drawn.get_or_insert_default();
        drawn.parallel = arc.map(|arc| Sputter::new(arc, half_cycle, noise));
        Ok(())
    }

    /// Lets an arc burn in a conductor of this feeder's load, or ends it.
    ///
    /// # Errors
    /// When there is no such feeder, or it has no load between that conductor and neutral.
    pub fn set_series_arc(&mut self, breaker: usize, arc: Option<SeriesArc>) -> Result<(), PowerError> {
        let (source, noise) = (self.source, self.noise.branch());
        let node = self.feeder(breaker)?;
        if arc.is_some_and(|arc| draw::series_load(&node.circuit, &source, arc.phase.index()).is_none()) {
            return Err(PowerError::SeriesArcLoad);
        }
        let drawn = node.drawn.get_or_insert_default();
        drawn.series = arc.map(|arc| BadContact::new(arc, noise));
        Ok(())
    }

    /// Energises a transformer behind this breaker, or takes it away.
    ///
    /// # Errors
    /// When there is no such feeder, or the transformer cannot be.
    pub fn set_inrush(&mut self, breaker: usize, inrush: Option<Inrush>) -> Result<(), PowerError> {
        if let Some(inrush) = &inrush {
            inrush.check()?;
        }
        let volts = self.source.phase_voltage().0;
        let drawn: &mut Box<Drawn> = self.feeder(breaker)?.drawn.get_or_insert_default();
        drawn.inrush = inrush.map(|inrush| Cores::new(&inrush, volts));
        Ok(())
    }

    /// Puts a motor, standing, in place of this breaker's load, or the load back.
    ///
    /// # Errors
    /// When there is no such feeder, or nobody builds such a motor.
    pub fn set_motor(&mut self, breaker: usize, motor: Option<MotorLoad>) -> Result<(), PowerError> {
        let volts = self.source.phase_voltage();
        let node = self.feeder(breaker)?;
        let turning = motor.map(|motor| Turning::new(&motor, volts)).transpose()?;
        node.circuit.motor = turning.as_ref().map(Turning::admittance);
        node.motor = turning.map(Box::new);
        self.has_motors = self.nodes.iter().any(|n| n.motor.is_some());
        self.changed = true;
        Ok(())
    }

    /// Another torque at the shaft of this breaker's motor, a share of the rated; none: that of its machine.
    ///
    /// # Errors
    /// When there is no such feeder or no motor, or the torque is not 0 to 20.
    pub fn set_motor_torque(&mut self, breaker: usize, torque: Option<f64>) -> Result<(), PowerError> {
        match &mut self.feeder(breaker)?.motor {
            Some(motor) => motor.set_torque(torque),
            None if torque.is_none() => Ok(()),
            None => Err(PowerError::NoMotor),
        }
    }

    /// Breaks or mends a conductor behind the poles of this breaker.
    ///
    /// # Errors
    /// When there is no such breaker.
    pub fn set_broken(&mut self, breaker: usize, phase: Phase, broken: bool) -> Result<(), PowerError> {
        self.node(breaker)?.circuit.broken[phase.index()] = broken;
        self.changed = true;
        Ok(())
    }

    /// Puts a test set in place of the voltage inputs, or takes it away.
    ///
    /// # Errors
    /// When there is no such breaker, or a number is out of range.
    pub fn set_secondary_voltage(
        &mut self,
        breaker: usize,
        injection: Option<SecondaryVoltage>,
    ) -> Result<(), PowerError> {
        if let Some(injection) = &injection {
            injection.check()?;
        }
        let (source, rate) = (self.rotor, f64::from(self.rate.hz()));
        let node = self.node(breaker)?;
        node.known = 0;
        node.test_voltage = injection.map(|injection| {
            let mut set = Box::new(TestSet::new());
            set.set_voltage(&injection, &source, rate);
            set
        });
        Ok(())
    }

    /// Puts a test set on the transformers at the far end of the zone, or takes it away.
    ///
    /// # Errors
    /// When there is no such breaker, or a number of the injection is out of range.
    pub fn set_far_current(&mut self, breaker: usize, injection: Option<SecondaryInjection>) -> Result<(), PowerError> {
        if let Some(injection) = &injection {
            injection.check()?;
        }
        let (source, rate, rated) = (self.rotor, f64::from(self.rate.hz()), self.source.frequency.0);
        let node = self.node(breaker)?;
        match injection {
            None => node.far = None,
            Some(injection) => {
                let set = node.far.get_or_insert_with(|| Box::new(TestSet::new()));
                let before = set.value(source.now);
                set.set(&injection, &source, rate, rated, [before[0], before[1], before[2]]);
            }
        }
        self.fed_at_far_end = self.nodes.iter().any(|n| n.far.is_some());
        Ok(())
    }
}
