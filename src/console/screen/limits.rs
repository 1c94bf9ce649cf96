//! Limits of power quality, from the standards.

/// Limit of an individual harmonic voltage in percent of the fundamental, at 1 kV and below.
///
/// IEEE Std 519-2014, table 1.
pub(super) const HARMONIC_VOLTAGE: f32 = 5.0;

/// Limit of the total harmonic distortion of the voltage in percent, at 1 kV and below.
///
/// IEEE Std 519-2014, table 1; EN 50160:2010, 4.2.5 has the same figure.
pub(super) const VOLTAGE_THD: f64 = 8.0;

/// Limit of the total distortion of the current in percent of the maximum demand, for a short-circuit ratio below 20.
///
/// IEEE Std 519-2014, table 2.
pub(super) const CURRENT_DISTORTION: f64 = 5.0;

/// Limit of the unbalance of the voltage (negative to positive sequence) in percent. EN 50160:2010, 4.2.4.
pub(super) const VOLTAGE_UNBALANCE: f64 = 2.0;

/// Limit of the deviation of the frequency in percent of nominal, for 99.5 % of a year. EN 50160:2010, 4.2.1.
pub(super) const FREQUENCY: f64 = 1.0;

/// Limit of a harmonic current in percent of the maximum demand, for a short-circuit ratio below 20.
///
/// IEEE Std 519-2014, table 2; even orders have a quarter of the odd ones (note a).
pub(super) const fn harmonic_current(order: usize) -> Option<f32> {
    let odd = match order {
        2..=10 => 4.0,
        11..=16 => 2.0,
        17..=22 => 1.5,
        23..=34 => 0.6,
        35..=50 => 0.3,
        _ => return None,
    };
    Some(if order.is_multiple_of(2) { odd / 4.0 } else { odd })
}

/// Limit of a harmonic voltage.
pub(super) const fn harmonic_voltage(order: usize) -> Option<f32> {
    if order >= 2 { Some(HARMONIC_VOLTAGE) } else { None }
}
