//! ZSI: zone-selective interlocking of S and G.
//!
//! The breaker nearest the fault trips fast, because nobody below restrains it. A restraint that does not arrive, for
//! whatever reason, counts as absent: a broken wire makes the zone fast, not blind.

use crate::units::Seconds;

/// Settings of zone-selective interlocking.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ZoneInterlockingSettings {
    /// In service.
    pub enabled: bool,
    /// Delay of S and G without a restraint.
    pub delay: Seconds,
}

impl ZoneInterlockingSettings {
    /// The operate time that holds: that of the setting with a restraint, at most the short one without.
    pub(super) fn shorten(&self, operate_time: f64, restraint_in: bool) -> f64 {
        if self.enabled && !restraint_in { operate_time.min(self.delay.0) } else { operate_time }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interlocking_never_delays() {
        let zone = ZoneInterlockingSettings { enabled: true, delay: Seconds(0.5) };
        assert_eq!(zone.shorten(0.2, false), 0.2);
        assert_eq!(ZoneInterlockingSettings { enabled: false, ..zone }.shorten(1.0, false), 1.0);
    }
}
