//! Faults of the current sensors, put on and taken off.

use crate::breaker::injection::Injection;
use crate::breaker::{Breaker, SensorError};
use crate::time::Tick;

/// Puts a fault on the sensors of a breaker.
pub(super) fn put(breaker: &mut Breaker, now: Tick, injection: &Injection) -> Result<(), String> {
    let mut faults = breaker.sensor_faults();
    match *injection {
        Injection::OpenCurrentTransformer { phase } => faults.open[phase] = true,
        Injection::ReversedTransformer { phase } => faults.reversed[phase] = true,
        Injection::SwappedPhases { first, second } if first == second => {
            return Err("two different phases can be exchanged".to_owned());
        }
        Injection::SwappedPhases { first, second } => faults.swapped = Some((first, second)),
        Injection::SensorError { gain, drift, .. } if !(gain.0.abs() <= 100.0 && drift.0.abs() <= 1000.0) => {
            return Err(format!("an error of {} % and {} % an hour is not within 100 and 1000", gain.0, drift.0));
        }
        Injection::SensorError { phase, gain, drift } => {
            faults.error[phase] = SensorError { gain, drift, since: now };
        }
        Injection::FrozenChannel { phase } => faults.frozen[phase] = Some(breaker.newest_currents()[phase]),
        _ => {}
    }
    breaker.set_sensor_faults(faults);
    Ok(())
}

/// Mends what was put on.
pub(super) fn take_off(breaker: &mut Breaker, injection: &Injection) {
    let mut faults = breaker.sensor_faults();
    match *injection {
        Injection::OpenCurrentTransformer { phase } => faults.open[phase] = false,
        Injection::ReversedTransformer { phase } => faults.reversed[phase] = false,
        Injection::SwappedPhases { .. } => faults.swapped = None,
        Injection::SensorError { phase, .. } => faults.error[phase] = SensorError::default(),
        Injection::FrozenChannel { phase } => faults.frozen[phase] = None,
        _ => {}
    }
    breaker.set_sensor_faults(faults);
}
