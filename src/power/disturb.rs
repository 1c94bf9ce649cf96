//! Everything that can be done to a network while it runs. Each setter notes the change; the next step works it out.

use super::error::PowerError;
use super::fault::Fault;
use super::network::{Network, Node};
use super::secondary::{SecondaryInjection, TestSet};
use crate::units::{Amperes, Hertz, HertzPerSecond, Lux, Percent, Phase, Phases, Volts};

impl Network {
    pub(crate) fn node(&mut self, breaker: usize) -> Result<&mut Node, PowerError> {
        let count = self.nodes.len();
        self.nodes.get_mut(breaker).ok_or(PowerError::NoBreaker(breaker, count))
    }

    /// Joins or parts one pole. The mechanism decides when; a current that flows is cut.
    ///
    /// # Errors
    ///
    /// When there is no such breaker.
    pub fn set_pole(&mut self, breaker: usize, phase: Phase, closed: bool) -> Result<(), PowerError> {
        let pole = &mut self.node(breaker)?.circuit.closed[phase.index()];
        if *pole != closed {
            *pole = closed;
            self.changed = true;
        }
        Ok(())
    }

    /// Joins or parts all poles.
    ///
    /// # Errors
    ///
    /// When there is no such breaker.
    pub fn set_poles(&mut self, breaker: usize, closed: bool) -> Result<(), PowerError> {
        Phase::ALL.into_iter().try_for_each(|phase| self.set_pole(breaker, phase, closed))
    }

    /// Which poles are joined.
    pub fn poles(&self, breaker: usize) -> Phases<bool> {
        let [a, b, c] = self.nodes.get(breaker).map_or([false; 3], |n| n.circuit.closed);
        Phases::new(a, b, c)
    }

    /// Puts a fault on the branch of this breaker, or takes it away. With an inception angle it strikes when the wave
    /// gets there.
    ///
    /// # Errors
    ///
    /// When there is no such breaker, or the fault is none (one conductor alone, beyond the feeder, not a number).
    pub fn set_fault(&mut self, breaker: usize, fault: Option<Fault>) -> Result<(), PowerError> {
        let node = self.node(breaker)?;
        if let Some(fault) = &fault {
            fault.check(node.circuit.feeder_length())?;
        }
        match fault {
            Some(f) if f.inception_deg.is_some() => {
                node.pending = Some(f);
                self.expect_inception();
            }
            _ => {
                node.pending = None;
                node.circuit.fault = fault;
                self.changed = true;
            }
        }
        Ok(())
    }

    /// The fault that stands on this breaker; one that waits for its angle does not stand yet.
    pub fn fault(&self, breaker: usize) -> Option<Fault> {
        self.nodes.get(breaker)?.circuit.fault
    }

    /// Scales the current of this breaker's load.
    ///
    /// # Errors
    ///
    /// When there is no such breaker, or the factor is not 0 to 100.
    pub fn set_load_factor(&mut self, breaker: usize, factor: f64) -> Result<(), PowerError> {
        if !(0.0..=100.0).contains(&factor) {
            return Err(PowerError::LoadFactor(factor));
        }
        self.node(breaker)?.circuit.load_factor = factor;
        self.changed = true;
        Ok(())
    }

    /// Lets this breaker's load draw the harmonics of a six-pulse drive, scaled to this THD.
    ///
    /// # Errors
    ///
    /// When there is no such breaker, or the THD is not 0 to 100 %.
    pub fn set_load_thd(&mut self, breaker: usize, thd: Percent) -> Result<(), PowerError> {
        if !(0.0..=100.0).contains(&thd.0) {
            return Err(PowerError::Thd(thd.0));
        }
        self.node(breaker)?.thd = thd;
        self.changed = true;
        Ok(())
    }

    /// A leak from phase A to ground with this RMS current: through pole A and through the zero-sequence transformer.
    ///
    /// # Errors
    ///
    /// When there is no such breaker, or the current is not 0 to 200 kA.
    pub fn set_ground_leak(&mut self, breaker: usize, leak: Amperes) -> Result<(), PowerError> {
        if !(0.0..=200_000.0).contains(&leak.0) {
            return Err(PowerError::Current(leak.0));
        }
        self.node(breaker)?.leak = leak;
        self.changed = true;
        Ok(())
    }

    /// Light at the arc sensor from elsewhere; the brighter of it and of an arc counts.
    ///
    /// # Errors
    ///
    /// When there is no such breaker, or the light is not 0 to 1,000,000 lx.
    pub fn set_light(&mut self, breaker: usize, light: Lux) -> Result<(), PowerError> {
        if !(0.0..=1e6).contains(&light.0) {
            return Err(PowerError::Light(light.0));
        }
        self.node(breaker)?.light.outside = light.0;
        Ok(())
    }

    /// Puts a test set in place of the current transformers, or takes it away. The poles still cut its currents; a
    /// ground leak adds to what the zero-sequence transformer sees.
    ///
    /// # Errors
    ///
    /// When there is no such breaker, or a number of the injection is out of range.
    pub fn set_secondary(&mut self, breaker: usize, injection: Option<SecondaryInjection>) -> Result<(), PowerError> {
        if let Some(injection) = &injection {
            injection.check()?;
        }
        let (source, rate, rated) = (self.rotor, f64::from(self.rate.hz()), self.source.frequency.0);
        let node = self.node(breaker)?;
        let before = node.seen_currents();
        node.known = 0;
        match injection {
            None => node.secondary = None,
            Some(injection) => {
                let set = node.secondary.get_or_insert_with(|| Box::new(TestSet::new()));
                set.set(&injection, &source, rate, rated, before);
            }
        }
        Ok(())
    }

    /// A test set stands on this breaker.
    pub fn has_secondary(&self, breaker: usize) -> bool {
        self.nodes.get(breaker).is_some_and(|n| n.secondary.is_some())
    }

    /// Sets the voltage of the source, a share of nominal a phase: a sag, a swell, an interruption.
    ///
    /// # Errors
    ///
    /// When a share is not 0 to 10.
    pub fn set_source_voltage(&mut self, share: Phases<f64>) -> Result<(), PowerError> {
        for s in &share {
            if !(0.0..=10.0).contains(s) {
                return Err(PowerError::VoltageShare(*s));
            }
        }
        self.voltage_share = share;
        self.changed = true;
        Ok(())
    }

    /// Takes the source to another frequency, at once or along a ramp; its phase does not jump. Reactances stay those of
    /// the rated frequency.
    ///
    /// # Errors
    ///
    /// When the frequency is not 10 to 400 Hz, or the slope is zero or not a number.
    pub fn set_source_frequency(&mut self, target: Hertz, ramp: Option<HertzPerSecond>) -> Result<(), PowerError> {
        if !(10.0..=400.0).contains(&target.0) {
            return Err(PowerError::Frequency(target.0));
        }
        let rate = f64::from(self.rate.hz());
        match ramp {
            Some(slope) if !slope.0.is_finite() || slope.0 == 0.0 => return Err(PowerError::Ramp(slope.0)),
            Some(slope) => {
                // The target says which way.
                let up = target.0 > self.rotor.frequency(rate);
                self.rotor.set_ramp(if up { slope.0.abs() } else { -slope.0.abs() }, rate);
                self.ramp_end = Some(target.0);
            }
            None => {
                self.rotor.set_frequency(target.0, rate);
                self.ramp_end = None;
            }
        }
        self.changed = true;
        Ok(())
    }

    /// Harmonic voltages of the source: order and share of the fundamental, in place of those before.
    ///
    /// # Errors
    ///
    /// When an order is not 2 to 50 or a share not 0 to 100 %.
    pub fn set_source_harmonics(&mut self, harmonics: &[(u32, Percent)]) -> Result<(), PowerError> {
        let mut orders = Vec::with_capacity(harmonics.len());
        for &(order, share) in harmonics {
            if !(2..=50).contains(&order) {
                return Err(PowerError::HarmonicOrder(order));
            }
            if !(0.0..=100.0).contains(&share.0) {
                return Err(PowerError::HarmonicShare(share.0));
            }
            orders.push((order.cast_signed(), share.0 / 100.0));
        }
        self.source_harmonics = orders;
        self.changed = true;
        Ok(())
    }

    /// Noise of the sensors, RMS, from the seed of the network.
    ///
    /// # Errors
    ///
    /// When a number is negative or not finite.
    pub fn set_noise(&mut self, current: Amperes, voltage: Volts) -> Result<(), PowerError> {
        for size in [current.0, voltage.0] {
            if !(0.0..=1e6).contains(&size) {
                return Err(PowerError::Noise(size));
            }
        }
        self.noise_current = current.0;
        self.noise_voltage = voltage.0;
        Ok(())
    }
}
