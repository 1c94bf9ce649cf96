//! Whether the supply is fit to close onto: what 79 waits for after a trip that the supply caused.
//!
//! The elements themselves block while the breaker is open, so their limits are asked of the line side here.

use super::device::Breaker;
use crate::power::{Quantities, Sequence};
use crate::units::Percent;

/// Line voltages under this share of nominal are a dead bus.
const DEAD: f64 = 0.10;
/// A quantity must be this far inside its limit: the dropout of under- and over-elements.
const INSIDE: (f64, f64) = (1.03, 0.97);

impl Breaker {
    /// Voltage, frequency and rotation of the line side lie within the limits of those supply elements in service.
    pub(super) fn supply_healthy(&self, q: &Quantities) -> bool {
        let s = &self.acting;
        let nominal = self.settings.rating.voltage;
        let share = |v: crate::units::Volts| 100.0 * (v / nominal);
        let (least, greatest) = (share(q.line_voltage_rms.least().1), share(q.line_voltage_rms.greatest().1));
        let low = if s.undervoltage.all { greatest } else { least };
        let above = |value: f64, limit: Percent| value > limit.0 * INSIDE.0;
        let below = |value: f64, limit: Percent| value < limit.0 * INSIDE.1;
        let sequence = Sequence::of(&q.voltage);
        let unbalance = 100.0 * sequence.negative.norm() / sequence.positive.norm().max(1e-9);
        let frequency = q.frequency.map_or(0.0, |f| f.0);
        least >= 100.0 * DEAD
            && (!s.undervoltage.enabled || above(low, s.undervoltage.pickup))
            && (!s.overvoltage.enabled || below(greatest, s.overvoltage.pickup))
            && (!s.underfrequency.enabled || frequency > s.underfrequency.pickup.0)
            && (!s.overfrequency.enabled || (frequency > 0.0 && frequency < s.overfrequency.pickup.0))
            && (!s.phase_sequence.enabled || below(unbalance, s.phase_sequence.pickup))
    }
}
